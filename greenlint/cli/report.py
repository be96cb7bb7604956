# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint report``: findings, tests and energy as pages for people."""

from __future__ import annotations

from typing import Any

import click

from greenlint.cli.group import Settings
from greenlint.cli.measures import merge, options, run
from greenlint.errors import UsageError


@click.command(name="report")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@options
@click.pass_obj
def command(settings: Settings, /, paths: tuple[str, ...], **given: Any) -> int:
    """Report measures found in files or directories, or merge such reports.

    -o FORMAT:PATH writes a file, FORMAT alone standard output; repeatable.
    """
    if given["merge"] and given["measures"]:
        raise UsageError("--measures and --merge do not go together. Choose one of them.")
    if given["merge"]:
        return merge(paths, given)
    if given["measures"]:
        return run(settings, paths, given)
    raise UsageError(
        "Say what to report: `greenlint report --measures` makes the measures report, and "
        "`greenlint report --merge REPORT.json ...` adds several of them up."
    )

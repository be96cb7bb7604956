# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint report``: findings, tests and energy as pages for people."""

from __future__ import annotations

from typing import Any

import click

from greenlint.cli.group import Settings
from greenlint.cli.measures import options
from greenlint.errors import UsageError


@click.command(name="report")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@options
@click.pass_obj
def command(settings: Settings, /, paths: tuple[str, ...], **given: Any) -> int:
    """Report measures found in files or directories, or merge such reports.

    -o FORMAT:PATH writes a file, FORMAT alone standard output; repeatable.
    """
    if given["merge"]:
        raise UsageError("not yet")
    if given["measures"]:
        from greenlint.cli.measures import run

        return run(settings, paths, given)
    raise UsageError(
        "Say what to report: `greenlint report --measures` makes the measures report, and "
        "`greenlint report --merge REPORT.json ...` adds several of them up."
    )

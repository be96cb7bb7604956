# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint report``: findings, tests and energy as pages for people."""

from __future__ import annotations

from typing import Any

import click

from greenlint.cli.group import Settings
from greenlint.cli.measures import ONLY_MEASURES, options
from greenlint.errors import UsageError


@click.command(name="report")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@options
@click.option("--test", metavar="TEST", help="Only findings on lines that this test executes.")
@click.pass_obj
def command(settings: Settings, /, paths: tuple[str, ...], **given: Any) -> int:
    """Join findings, tests and energy into one page, or into the report of measures.

    The HTML page is one file that loads nothing. `greenlint energy collect -- pytest` makes what
    findings are joined with. TEST is the id of a test, or letters that only one id has; its
    findings are printed, unless a format is asked for.
    """
    for other in ("measures", "keep"):
        if given[other] and given["merge"]:
            raise UsageError(f"--{other} and --merge do not go together. Choose one of them.")
    if given["measures"] or given["merge"]:
        if given["test"]:
            raise UsageError("--test is of the page of findings, and not of --measures or --merge.")
        from greenlint.cli import measures

        given["lang"] = given["lang"] or "both"
        return (
            measures.merge(settings, paths, given)
            if given["merge"]
            else measures.run(settings, paths, given)
        )
    if named := [name for name in ONLY_MEASURES if given[name]]:
        raise UsageError(
            f"--{named[0].replace('_', '-')} is of the measures report: add --measures."
        )
    if given["lang"] == "both":
        raise UsageError("--lang=both is of --measures; the page of findings is in one language.")
    from greenlint.cli import report_page

    return report_page.run(settings, paths, given)

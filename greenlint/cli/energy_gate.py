# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy gate``: two revisions measured beside one another, and judged."""

from __future__ import annotations

from typing import Any

import click

from greenlint.cli.energy_options import measuring
from greenlint.cli.group import Settings

FORMATS = "text, json, junit, markdown, html, github, gitlab, azure"


@click.command(
    name="gate",
    context_settings={"allow_interspersed_args": False},
    epilog="Exit code: 1 when a test fails (with --strict, when one is inconclusive too), 3 when "
    "nothing could be measured (with --strict, when one test could not), else 0. Wrong options, a "
    "revision that is not there: 2. Whatever CMD of a revision does, it does on this machine: the "
    "gate is no sandbox for branches that nobody has read.",
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- CMD...")
@click.option("--base", required=True, metavar="REV", help="The revision to compare with.")
@click.option(
    "--head",
    metavar="REV",
    help="The revision to judge; by default the checkout as it is, with changes that are not "
    "committed.",
)
@click.option(
    "--executes",
    multiple=True,
    metavar="PATH:LINE",
    help="Only tests that execute this line, as `greenlint energy collect` saw last; repeatable.",
)
@measuring
@click.option("--strict", is_flag=True, help="Exit with 1 also when a test is inconclusive.")
@click.option(
    "-o",
    "--output-format",
    "outputs",
    multiple=True,
    metavar="FORMAT[:PATH]",
    help=f"{FORMATS}; repeatable.",
)
@click.option("--all", "everything", is_flag=True, help="Show also what did not change.")
@click.option("--no-ci", is_flag=True, help="No annotations by themselves on a CI system.")
@click.pass_obj
def command(settings: Settings, /, command: tuple[str, ...], **given: Any) -> int:
    """Measure CMD, mostly pytest, on two revisions in turns, and fail when the second uses more.

    Each test runs on both sides in pairs, in several pairs of fresh processes, and is judged with a
    controlled error: joules where a counter measures them, CPU time otherwise. Database queries and
    requests are compared exactly. The checkout is not touched.
    """
    from greenlint.cli.gating import gated

    return gated(settings, command, given)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy bisect``: which commit raised it."""

from __future__ import annotations

from typing import Any

import click

from greenlint.cli.energy_options import measuring
from greenlint.cli.energy_store import json_option, record, say
from greenlint.cli.group import Settings
from greenlint.cli.telling import speak


@click.command(
    name="bisect",
    context_settings={"allow_interspersed_args": False},
    epilog="Exit code: 0 when the commit was found, or BAD passes, so that there is none; 3 when "
    "that could not be told: BAD is inconclusive against GOOD or cannot be measured, or the "
    "commits that are left cannot be told apart. Wrong options, or revisions that are not in one "
    "line: 2. `ended` in the JSON says which it was.",
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- CMD...")
@click.option("--good", required=True, metavar="REV", help="A revision before the rise.")
@click.option(
    "--bad",
    default="HEAD",
    show_default=True,
    metavar="REV",
    help="A later revision, which fails against the good one.",
)
@measuring
@json_option("greenlint-energy-bisect/1")
@click.pass_obj
def command(settings: Settings, /, command: tuple[str, ...], as_json: bool, **given: Any) -> int:
    """Find the first commit after GOOD, up to BAD, that fails in a gate against GOOD.

    The tests of CMD that fail for BAD are measured on the commit in the middle, and so on by
    halves. A commit that cannot be judged is left out. Of a merge the first parent is followed. The
    time limit is that of the whole search.
    """
    from greenlint_profiler.gate.culprit.bisect_text import SCHEMA, as_record, lines

    from greenlint.cli.bisecting import CANNOT_MEASURE, bisected

    found = bisected(settings, command, given)
    if found is None:
        return CANNOT_MEASURE
    if as_json:
        click.echo(record(SCHEMA, as_record(found)))
    else:
        say(lines(found, speak))
    return 0 if found.ended.answered else CANNOT_MEASURE

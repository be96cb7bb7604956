# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy selfcheck``: how often the gate cries wolf on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from greenlint.cli.energy_options import measuring
from greenlint.cli.energy_store import json_option, record, say
from greenlint.cli.group import Settings

if TYPE_CHECKING:
    from greenlint_profiler.gate.selfcheck.aa import SelfCheck

UNSHOWN, CANNOT_MEASURE = 1, 3


@click.command(
    name="selfcheck",
    context_settings={"allow_interspersed_args": False},
    epilog="Exit code: 1 when a test failed that did not change, 3 when nothing could be measured, "
    "else 0. What it finds is kept in .greenlint/gate: the gate then refuses budgets that this "
    "machine cannot tell.",
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- CMD...")
@click.option(
    "--rounds",
    type=click.IntRange(min=1, max=1000),
    default=3,
    show_default=True,
    metavar="N",
    help="So many gates of HEAD against itself.",
)
@measuring
@json_option("greenlint-energy-selfcheck/1")
@click.pass_obj
def command(
    settings: Settings, /, command: tuple[str, ...], rounds: int, as_json: bool, **given: Any
) -> int:
    """Run the gate with nothing to find: HEAD on both sides, with the tests of CMD.

    It says how often a test failed all the same, with the interval of that rate, and the smallest
    rise that can be told of each test on this machine.
    """
    from greenlint_profiler.gate.selfcheck.aa import as_record
    from greenlint_profiler.gate.selfcheck.aa_text import lines
    from greenlint_profiler.gate.selfcheck.spreads import SCHEMA

    from greenlint.cli.gating import checked

    found = checked(settings, command, rounds, given)
    if found is None:
        return CANNOT_MEASURE
    if as_json:
        click.echo(record(SCHEMA, as_record(found)))
    else:
        say(lines(found))
    return _exit_code(found)


def _exit_code(found: SelfCheck) -> int:
    if not found.comparisons:
        return CANNOT_MEASURE
    return UNSHOWN if found.alarms else 0

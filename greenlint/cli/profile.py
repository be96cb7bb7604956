# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint profile``: run a command, and say what energy the machine used meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from greenlint.cli import per_test
from greenlint.cli import profile_functions as functions
from greenlint.cli.group import Settings
from greenlint.cli.telling import speak

LABELS = ("measured", "shared", "vendor", "estimated")
# Long enough to see whether the idle power moves; see docs/guide/measuring.md.
IDLE_SECONDS = 3.0


def _quantity(
    parse: Callable[[str], int], none: str | None = None
) -> Callable[[click.Context, click.Parameter, str | None], int | None]:
    """The callback of an option that takes an amount with a unit; 0 for the word `none`."""

    def read(_: click.Context, __: click.Parameter, given: str | None) -> int | None:
        if given is None or given == none:
            return None if given is None else 0
        try:
            return parse(given)
        except ValueError as error:
            from greenlint_profiler.said import reason

            raise click.BadParameter(speak(reason(error))) from None

    return read


def _microjoules(text: str) -> int:
    from greenlint_profiler.quantity import microjoules

    return microjoules(text)


def _nanoseconds(text: str) -> int:
    from greenlint_profiler.quantity import nanoseconds

    return nanoseconds(text)


@click.command(
    name="profile",
    cls=functions.WithModules,
    context_settings={"allow_interspersed_args": False},
    epilog="Exit code: the command's own if it is not 0 (128 + N when signal N killed it, 127 when "
    "it is not there, 126 when it cannot be run); else 1 when a budget is exceeded, 3 when one "
    "cannot be judged, 0. Wrong options: 2. Defaults of --meter, --repeat, --warmup, --idle and "
    "--budget: [tool.greenlint.energy], see `greenlint config energy`.",
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- CMD...")
@click.option(
    "--repeat",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Run it so often, and show the median, its interval and the spread.",
)
@click.option(
    "--warmup",
    type=click.IntRange(min=0),
    metavar="N",
    help="Runs before those that count; 1 with --repeat, else 0.",
)
@click.option(
    "--idle",
    type=click.FloatRange(min=0, max=3600),
    default=IDLE_SECONDS,
    metavar="SECONDS",
    help="Where a counter is read, watch the machine while it idles, before the first run, for "
    f"the energy above that; {IDLE_SECONDS:g} by default, 0 leaves it out.",
)
@click.option("--idle-after", is_flag=True, help="Watch it again after the last run, for as long.")
@click.option(
    "--budget",
    callback=_quantity(_microjoules, none="none"),
    metavar="JOULES",
    help='Exit with 1 when a run uses more, such as "60 J": packages and memory, upper bound; '
    "`none` leaves out the budget of the configuration.",
)
@click.option(
    "--cpu",
    callback=_quantity(_nanoseconds),
    metavar="TIME",
    help='The same for CPU time, such as "2 s"; it needs no energy counter.',
)
@click.option(
    "--meter",
    default="auto",
    metavar="METER",
    help="A meter that `greenlint doctor` lists; by default the best counter here.",
)
@click.option(
    "--accept",
    type=click.Choice(LABELS),
    default="measured",
    help="The weakest label that a budget is judged by; `estimated` also shows an estimate where "
    "no counter can be read.",
)
@click.option(
    "--require",
    type=click.Choice(LABELS),
    help="Exit with 3, and run nothing, unless there is a meter with this label or a better one.",
)
@click.option(
    "--json",
    metavar="PATH",
    help="Write JSON, schema greenlint-profile/1. `-` is standard output: what the command writes "
    "there then goes to standard error.",
)
@functions.options
@per_test.options
@click.pass_obj
def command(settings: Settings, /, command: tuple[str, ...], **given: Any) -> int:
    """Run a command, in any language, and report the energy of the machine meanwhile.

    Its output, input, signals and exit code stay its own; the report goes to standard error.
    """
    from greenlint.cli.measure_settings import load_energy, under
    from greenlint.cli.profiling import profiled

    per_test.refuse(command, given)
    prepared = functions.prepared(command, given)
    asked = under(given, load_energy(settings))
    return (per_test.profiled if given["per_test"] else profiled)(settings, prepared, asked)

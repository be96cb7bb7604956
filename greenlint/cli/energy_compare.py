# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy compare``: the stored runs of two revisions, test by test."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from greenlint.cli.energy_store import (
    class_option,
    json_option,
    named,
    opened,
    record,
    say,
    store_option,
)
from greenlint.cli.gate_asked import CACHE
from greenlint.cli.group import Settings
from greenlint.cli.measure_settings import load_energy
from greenlint.cli.telling import because, complain, speak
from greenlint.errors import UsageError
from greenlint.messages import say as message

if TYPE_CHECKING:
    from greenlint_profiler.past.comparison import Comparison
    from greenlint_profiler.settings import EnergySettings
    from greenlint_profiler.stores.store import Store
    from greenlint_profiler.stores.stored import StoredRun, Stratum

REGRESSION, CANNOT_MEASURE = 1, 3
NEVER, WORK, ANY = "never", "work", "regression"
HEAD = "HEAD"


@click.command(
    name="compare",
    epilog="Exit code: 0, unless --fail-on is given: then 1 for a regression, and 3 where nothing "
    "of what it names could be compared.",
)
@click.argument("sides", metavar="A..B")
@click.option(
    "--fail-on",
    type=click.Choice([NEVER, WORK, ANY]),
    default=NEVER,
    help="Exit with 1: `work` when a test sends more queries or requests, which is exact; "
    "`regression` also when it uses more energy or CPU time by these runs, which takes a machine "
    "class whose self-check passed.",
)
@click.option(
    "--unchecked",
    is_flag=True,
    help="Let --fail-on regression decide without a self-check of the machine class: it then also "
    "fails for code that did not change.",
)
@click.option(
    "--runs",
    "most",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="The newest runs of each side, at most so many.",
)
@click.option("--all", "everything", is_flag=True, help="Show also what did not change.")
@class_option
@store_option
@json_option("greenlint-energy-comparison/1")
@click.pass_obj
def command(
    settings: Settings,
    sides: str,
    fail_on: str,
    unchecked: bool,
    most: int,
    everything: bool,
    machine_class: str | None,
    store: str | None,
    as_json: bool,
) -> int:
    """Compare stored runs of B with those of A: `main..HEAD`.

    A and B are branches, labels, revisions, ids of runs or their beginning, or `latest`. Without A
    it is the `baseline-branch` of the configuration, without B HEAD.
    """
    from greenlint_profiler.past.comparison_text import SCHEMA, as_record, lines

    if unchecked and fail_on != ANY:
        raise UsageError("--unchecked belongs to --fail-on regression.")
    energy = load_energy(settings)
    first, second = _parted(sides, energy.baseline_branch)
    with opened(settings, store) as kept:
        runs = kept.runs(machine_class)
        before, after = (named(word, runs, settings, kept.shown) for word in (first, second))
        known = {run.id for run in after}
        before = [run for run in before if run.id not in known]
        if not before:
            raise UsageError(
                "{first} and {second} mean the same runs: there is nothing to compare.",
                first=repr(first),
                second=repr(second),
            )
        found = _compared(kept, energy, (first, before), (second, after), most)
    if fail_on == ANY and not unchecked:
        _refuse_unchecked(found, Path(energy.root))
    if as_json:
        click.echo(record(SCHEMA, {"store": kept.shown, **as_record(found)}))
    else:
        say(lines(found, everything=everything, speak=speak))
    return _exit_code(found, fail_on)


def _refuse_unchecked(found: Comparison, root: Path) -> None:
    """Runs of other moments differ by more than their code: whether failures can be believed on
    such machines, only a self-check of them tells.
    """
    from greenlint_profiler.gate.selfcheck.spreads import Unreadable, known

    machine_class = None if found.stratum is None else found.stratum.machine_class
    try:
        checks = [
            known(root / CACHE, machine_class or "", quantity)
            for quantity in ("joules", "cpu_seconds")
        ]
    except Unreadable as error:
        raise UsageError(because(error)) from None
    if any(check is not None and check.passed for check in checks):
        return
    none = message(
        "--fail-on regression: no self-check of these machines is known to have passed, "
    )
    if found.stratum is not None:
        none = message(
            "--fail-on regression: no self-check of the class {name} is known to have passed, ",
            name=machine_class,
        )
    raise UsageError(
        none,
        "so that nobody knows how often unchanged code differs by as much there. `greenlint energy "
        "selfcheck` finds out; `greenlint energy gate` runs both revisions in turns; --fail-on "
        "work is exact on any machine. --unchecked decides all the same.",
    )


def _parted(sides: str, usual: str) -> tuple[str, str]:
    first, dots, second = sides.partition("..")
    if not dots or second.startswith("."):
        raise UsageError(
            "{sides} does not name two sides: write A..B, such as `main..HEAD`.", sides=repr(sides)
        )
    return first or usual, second or HEAD


def _compared(
    store: Store,
    energy: EnergySettings,
    before: tuple[str, Sequence[StoredRun]],
    after: tuple[str, Sequence[StoredRun]],
    most: int,
) -> Comparison:
    from greenlint_profiler.past.comparison import Side, common, compare

    strata = common(before[1], after[1])
    stratum = strata[0] if strata else None
    first, second = (Side(name, tuple(_of(runs, stratum)[:most])) for name, runs in (before, after))
    samples = store.samples([run.id for run in (*first.runs, *second.runs)])
    machine_class = "" if stratum is None else stratum.machine_class

    def limit(test: str) -> float:
        own = energy.budget_for(test, machine_class).max_increase
        return energy.max_increase if own is None else own

    return compare(first, second, samples, limit, stratum, strata[1:])


def _of(runs: Sequence[StoredRun], stratum: Stratum | None) -> list[StoredRun]:
    return [run for run in runs if stratum in (None, run.stratum)]


def _exit_code(found: Comparison, fail_on: str) -> int:
    from greenlint_profiler.budget import Verdict
    from greenlint_profiler.past.comparison import QUANTITIES
    from greenlint_profiler.past.history import COUNTED

    if fail_on == NEVER:
        return 0
    verdict = found.verdict(QUANTITIES if fail_on == ANY else COUNTED)
    if verdict is Verdict.CANNOT_MEASURE:
        if fail_on == WORK:
            complain("no queries or requests of the two sides could be compared.")
        else:
            complain("no energy, CPU time or work of the two sides could be compared.")
        return CANNOT_MEASURE
    return REGRESSION if verdict is Verdict.FAIL else 0

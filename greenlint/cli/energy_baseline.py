# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint energy baseline``: the levels that later runs are held against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from greenlint.cli.energy_store import class_option, named, opened, say, store_option
from greenlint.cli.group import HelpfulGroup, Settings
from greenlint.cli.measure_settings import load_energy
from greenlint.cli.telling import count, speak, tell, told
from greenlint.errors import UsageError
from greenlint.messages import Message
from greenlint.messages import say as message

if TYPE_CHECKING:
    from greenlint_profiler.past.baselines import Baselines
    from greenlint_profiler.stores.accepted import Accepted
    from greenlint_profiler.stores.store import Store
    from greenlint_profiler.stores.stored import StoredRun, Stratum


@click.group(name="baseline", cls=HelpfulGroup, no_args_is_help=False)
def command() -> None:
    """Accept what tests use now, and show or hand on what later runs are held against.

    A test has the level that was accepted for it, else that of the newest runs of the
    `baseline-branch` of the configuration.
    """


@command.command()
@click.argument("tests", nargs=-1, metavar="[TEST]...")
@click.option("--reason", default="", metavar="TEXT", help="Why this level is accepted.")
@click.option(
    "--run",
    "word",
    default="latest",
    metavar="RUN",
    help="Of which run; with it count the other runs of its commit. By default the latest.",
)
@class_option
@store_option
@click.pass_obj
def update(
    settings: Settings,
    tests: tuple[str, ...],
    reason: str,
    word: str,
    machine_class: str | None,
    store: str | None,
) -> None:
    """Accept what these tests use now: ids, or globs of ids; without one, all of the run."""
    from datetime import UTC, datetime

    from greenlint_profiler.past.baselines import NEWEST, levels
    from greenlint_profiler.stores.rows import moment

    now = moment(datetime.now(UTC).isoformat())
    with opened(settings, store) as kept:
        every = kept.runs(machine_class)
        runs = _alike(named(word, every, settings, kept.shown)[0], every)[:NEWEST]
        entries = levels(kept, runs, _wanted(tests), accepted=now, reason=reason)
        if not entries:
            raise _none_passed(tests, runs[0])
        kept.accept(entries)
        tell(
            "Accepted {tests} of {runs} in {store}.",
            tests=_tests(entries),
            runs=_runs(runs),
            store=kept.shown,
        )
        tell("`greenlint energy baseline export -o greenlint-energy.json` writes the file.")


@command.command()
@click.argument("tests", nargs=-1, metavar="[TEST]...")
@class_option
@store_option
@click.pass_obj
def prune(
    settings: Settings, tests: tuple[str, ...], machine_class: str | None, store: str | None
) -> None:
    """Take out what was accepted for these tests; without one, for tests that are gone."""
    from greenlint_profiler.said import joined
    from greenlint_profiler.said import say as said

    with opened(settings, store) as kept:
        held = kept.accepted(machine_class)
        if tests:
            wanted = _wanted(tests)
            gone = [one for one in held if wanted(one.test)]
        else:
            there = _there(kept)
            gone = [one for one in held if one.test not in there.get(one.stratum, {one.test})]
        kept.forget(gone)
        for one in gone:
            how = joined(", ", [said(one.evidence), one.stratum.words])
            say([joined("", [f"  {one.test} (", how, ")"])])
        tell(
            "{tests} taken out, {left} left in {store}.",
            tests=_tests(gone),
            left=len(held) - len(gone),
            store=kept.shown,
        )


@command.command()
@click.argument("tests", nargs=-1, metavar="[TEST]...")
@class_option
@store_option
@click.pass_obj
def show(
    settings: Settings, tests: tuple[str, ...], machine_class: str | None, store: str | None
) -> None:
    """Show what runs are held against, by machine class."""
    from greenlint_profiler.past.baselines import Baselines
    from greenlint_profiler.past.baselines_text import lines

    wanted = _wanted(tests)
    with opened(settings, store) as kept:
        found = [
            Baselines(
                one.stratum, {key: level for key, level in one.levels.items() if wanted(key[0])}
            )
            for one in _baselines(kept, settings, machine_class)
        ]
        shown = [one for one in found if one.levels]
        if not shown:
            tell(
                "No baseline in {store}: {way_out}",
                store=kept.shown,
                way_out=_how_to_have_one(settings),
            )
        say(lines(shown, load_energy(settings).baseline_branch, speak))


@command.command()
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where to; by default standard output. Machine classes that FILE has and the store does "
    "not know stay in it.",
)
@class_option
@store_option
@click.pass_obj
def export(
    settings: Settings, output: str | None, machine_class: str | None, store: str | None
) -> None:
    """Write the baseline as a file to commit, greenlint-energy.json, for machines without a store.

    Its schema is greenlint-energy-baseline/1.
    """
    from greenlint_profiler.past.baseline_file import read, written

    from greenlint.atomic import write
    from greenlint.version import __version__

    with opened(settings, store) as kept:
        found = _baselines(kept, settings, machine_class)
        entries = [entry for one in found for entry in one]
        if not entries:
            raise UsageError("There is no baseline to export: ", _how_to_have_one(settings))
        if output is None:
            click.echo(written(entries, __version__), nl=False)
            return
        path = Path(output)
        known = {one.stratum for one in found}
        entries += [entry for entry in read(path) if entry.stratum not in known]
        write(path, written(entries, __version__).encode("ascii"))
        click.echo(f"{output}: {_tests(entries)}.")


def _baselines(store: Store, settings: Settings, machine_class: str | None) -> list[Baselines]:
    """What holds for each stratum that has runs or accepted levels in the store."""
    from greenlint_profiler.past.baseline_file import NAME, read
    from greenlint_profiler.past.baselines import baseline_for

    energy = load_energy(settings)
    committed = read(settings.load_config().root / NAME)
    strata = [run.stratum for run in store.runs(machine_class)]
    strata += [one.stratum for one in store.accepted(machine_class)]
    return [
        baseline_for(
            stratum, store, committed, branch=energy.baseline_branch, needed=energy.baseline_runs
        )
        for stratum in dict.fromkeys(strata)
    ]


def _alike(chosen: StoredRun, runs: Sequence[StoredRun]) -> list[StoredRun]:
    """The run, and before it those that ran the same code on the same kind of machine."""
    if chosen.commit is None or chosen.dirty:
        return [chosen]
    code = (chosen.commit, chosen.dirty, chosen.stratum)
    alike = [run for run in runs if (run.commit, run.dirty, run.stratum) == code]
    return alike[alike.index(chosen) :]


def _wanted(globs: Sequence[str]) -> Callable[[str], bool]:
    """Whether a test is one of those that are named: by its id, or by a glob that covers it."""
    from greenlint_profiler.settings_budgets import covers

    return lambda test: not globs or any(one == test or covers(one, test) for one in globs)


def _there(store: Store) -> dict[Stratum, set[str]]:
    """The tests in the newest run of each stratum."""
    newest: dict[Stratum, str] = {}
    for run in store.runs():
        newest.setdefault(run.stratum, run.id)
    return {
        stratum: {one.test for one in store.samples([run_id])} for stratum, run_id in newest.items()
    }


def _none_passed(tests: Sequence[str], run: StoredRun) -> UsageError:
    none = message("The run {run} passed no test. ", run=run.id)
    if tests:
        named = ", ".join(map(repr, tests))
        none = message("The run {run} passed no test that {tests} names. ", run=run.id, tests=named)
    rest = message(
        "`greenlint energy show {run}` has its tests; one that failed did not do the work that "
        "would be accepted.",
        run=run.id,
    )
    return UsageError(none, rest)


def _how_to_have_one(settings: Settings) -> Message:
    energy = load_energy(settings)
    return message(
        "it takes {runs} runs of the branch {branch}, or `greenlint energy baseline update`.",
        runs=energy.baseline_runs,
        branch=repr(energy.baseline_branch),
    )


def _tests(entries: Iterable[Accepted]) -> str:
    number = len({(one.test, one.stratum) for one in entries})
    return count(number, "{n} test", "{n} tests")


def _runs(runs: Sequence[StoredRun]) -> str:
    if len(runs) == 1:
        return told("run {id}", id=runs[0].id)
    return told("{n} runs of {commit}", n=len(runs), commit=runs[0].commit)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the report page shows, read out of a run of the linter and out of the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from greenlint.cli.joining import ours
from greenlint.report.contents import Budget, Contents, OneTest, PastRun
from greenlint.version import __version__

if TYPE_CHECKING:
    from greenlint_profiler.stores.store import Store
    from greenlint_profiler.stores.stored import StoredRun

    from greenlint.cli.joining import Known
    from greenlint.cli.linting import Lint
    from greenlint.result import ReportContext

# So many runs back are drawn.
_MOST_RUNS = 30


def contents(lint: Lint, report: ReportContext, made: str) -> Contents:
    """All of it; `made` is the day of the report, YYYY-MM-DD."""
    root, known = lint.config.root, lint.known
    plain = Contents(root.name, made, __version__, report)
    if known is None:
        return plain
    from dataclasses import replace

    from greenlint.cli.energy_store import opened

    with opened(lint.settings, None) as store:
        runs = _comparable(store, known.stored)
        past = _figures(store, runs)
    paths = {one.finding.path for one in report.entries}
    again = tuple(ours(known.measured.again, root, paths))
    return replace(
        plain,
        measured=replace(known.measured, again=again),
        document=known.document,
        executed=lint.executed,
        tests=_tests(known, past),
        past=tuple(
            PastRun(one.id, one.started[:10], one.tests, one.joules, one.cpu_seconds, one.queries)
            for one in runs
        ),
        told=tuple(lint.told),
    )


def _comparable(store: Store, run: StoredRun) -> Sequence[StoredRun]:
    """The last runs up to this one, the oldest first, on equal machines with the same meter."""
    found = [
        one
        for one in store.runs(run.stratum.machine_class)
        if (one.stratum, one.meter, one.evidence) == (run.stratum, run.meter, run.evidence)
        and (one.started, one.id) <= (run.started, run.id)
    ]
    return found[:_MOST_RUNS][::-1]


Figures = Mapping[str, Mapping[str, Sequence[float]]]


def _figures(store: Store, runs: Sequence[StoredRun]) -> Figures:
    """Quantity -> test -> its figures in those of the runs that passed it, the oldest first."""
    from greenlint_profiler.stores.store import PASSED

    order = {one.id: place for place, one in enumerate(runs)}
    found: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for one in store.samples(list(order)):
        if one.outcome != PASSED:
            continue
        for quantity in ("joules", "cpu_seconds"):
            value = one.value(quantity)
            if value is not None:  # of several attempts the last
                found[quantity][one.test][order[one.run]] = value
    return {
        quantity: {test: [held[at] for at in sorted(held)] for test, held in tests.items()}
        for quantity, tests in found.items()
    }


def _tests(known: Known, past: Figures) -> tuple[OneTest, ...]:
    """Of each test the last attempt; those that used most first."""
    last = {one["id"]: one for one in known.document["tests"] if one["outcome"] != "skipped"}
    rows = [_row(one, past) for one in last.values()]
    rows.sort(key=lambda one: (-(one.joules or 0.0), -(one.cpu_seconds or 0.0), one.id))
    return tuple(rows)


def _row(one: Mapping[str, Any], past: Figures) -> OneTest:
    low, high = one["ci"] or (None, None)
    are = "cpu_seconds" if one["joules"] is None else "joules"
    return OneTest(
        one["id"],
        one["outcome"],
        one["cpu_seconds"],
        one["joules"],
        low,
        high,
        one["evidence"],
        one["work"]["queries"],
        one["work"]["requests"],
        tuple(_budgets(one)),
        tuple(past.get(are, {}).get(one["id"], ())),
        are,
    )


def _budgets(one: Mapping[str, Any]) -> Iterator[Budget]:
    for judged in (one["budget"] or {}).get("judged", ()):
        yield Budget(judged["quantity"], judged["limit"], judged["used"], judged["verdict"])

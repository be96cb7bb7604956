# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the report page shows, read out of a run of the linter and out of the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenlint.cli.joining import ours
from greenlint.cli.measures import declared_in
from greenlint.errors import UsageError
from greenlint.report.contents import Budget, Contents, Less, Mended, OneTest, PastRun, Saved
from greenlint.version import __version__

if TYPE_CHECKING:
    from greenlint_profiler.stores.saving import Saving
    from greenlint_profiler.stores.store import Store
    from greenlint_profiler.stores.stored import StoredRun

    from greenlint.cli.group import Settings
    from greenlint.cli.joining import Known
    from greenlint.cli.linting import Lint
    from greenlint.result import ReportContext

# So many runs back are drawn.
_MOST_RUNS = 30
# So many letters of a commit.
_SHORT = 9


def contents(lint: Lint, report: ReportContext, made: str) -> Contents:
    """All of it; `made` is the day of the report, YYYY-MM-DD."""
    root, known = lint.config.root, lint.known
    told = declared_in(lint.settings, lint.config.files)
    plain = Contents(
        told.text("title") or root.name,
        made,
        __version__,
        report,
        told_lang=lint.settings.lang,
        saved=_saved(lint.settings),
        link=_at_commit(told.repository_link, root),
    )
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


def _at_commit(link: str, root: Path) -> str:
    """The link with the commit that is checked out; "" where it needs one and there is none."""
    if "{commit}" not in link:
        return link
    from greenlint_profiler.suite.about import revision

    commit = revision(root, "HEAD")
    return "" if commit is None else link.replace("{commit}", commit)


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


def _saved(settings: Settings) -> tuple[Saved, ...]:
    """What the gates measured that findings were mended before, the newest first; none where there
    is no store.
    """
    from greenlint.cli.energy_store import opened

    gates: dict[tuple[str, str, str], list[Saving]] = defaultdict(list)
    try:
        with opened(settings, None) as store:
            for one in store.savings():
                gates[one.finished, one.base, one.head].append(one)
    except UsageError:
        return ()
    return tuple(map(_gate, gates.values()))


def _gate(held: Sequence[Saving]) -> Saved:
    """Findings that went at once have one saving together."""
    from greenlint_profiler.stores.saving import total

    first = held[0]
    totals = {name: total(first.tests, name) for name in ("joules", "cpu_seconds")}
    return Saved(
        first.finished[:10],
        first.base[:_SHORT],
        first.head[:_SHORT] + ("+" if first.dirty else ""),
        tuple(Mended(one.rule, one.name, one.path, one.line, one.message) for one in held),
        len(first.tests),
        tuple(
            Less(name, one.evidence, one.base, one.saved, one.low, one.high)
            for name, one in totals.items()
            if one is not None
        ),
        sum(one.queries for one in first.tests),
        sum(one.requests for one in first.tests),
        first.machine_class,
        first.meter,
    )


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

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Findings with what the tests of a stored run used on their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenlint.cli.tracing import NoContextsError, data_file, executed, matched
from greenlint.errors import UsageError
from greenlint.hotspots import Again, Executed, Measured, Used, costs

if TYPE_CHECKING:
    from greenlint.cli.group import Settings
    from greenlint.hotspots import Cost
    from greenlint.result import Entry

LATEST = "latest"


def joined(
    settings: Settings, root: Path, entries: Sequence[Entry], asked: str | None
) -> tuple[tuple[Entry, ...], list[str]]:
    """The entries with what is known of each at run time, and what is to be told about that.

    `asked` is "latest", or what names a run; None adds what is there, and complains of nothing.
    Raises UsageError where what was asked for is not there.
    """
    measured = stored(settings, asked)
    if measured is None or not entries:
        return tuple(entries), []
    tests, told = measured.tests, []
    paths = {one.finding.path for one in entries}
    places = {place.path for one in entries for place in one.finding.related}
    measured = replace(measured, again=tuple(_ours(measured.again, root, paths | places)))
    lines: Executed | None = None
    file = data_file(root)
    if file.is_file():
        try:
            lines = executed(file, root, paths, tests)
        except NoContextsError as error:
            told.append(str(error))
    elif asked is not None:
        told.append(
            f"No coverage data at {file}, so that only repeated queries and requests are joined. "
            "`greenlint energy collect -- pytest` tells which tests execute a line."
        )
    if measured.traced:
        told.append(f"Run {measured.run} was measured under coverage, which costs energy itself.")
    found = costs([(one.finding, one.rule.category) for one in entries], measured, lines)
    together = zip(entries, found, strict=True)
    return tuple(replace(one, cost=cost) for one, cost in together), told if asked else []


def chosen(
    entries: Sequence[Entry], worth: Callable[[Cost], bool] | None, *, sort: bool
) -> tuple[Entry, ...]:
    """The entries whose cost is `worth` it, all where nobody says what is; sorted with what has
    most to save first.
    """
    kept = list(entries)
    if worth is not None:
        kept = [one for one in kept if one.cost is not None and worth(one.cost)]
    if sort:  # what nobody knows anything of comes last, in the order of places
        kept.sort(key=lambda one: one.cost.rank if one.cost else (0, 0, 0.0, 0.0), reverse=True)
    return tuple(kept)


def enough(least: str) -> Callable[[Cost], bool]:
    """Whether a cost is at least this amount, an energy or a time of the processor.  Raises
    UsageError for one that is neither.
    """
    from greenlint_profiler.quantity import microjoules, nanoseconds

    try:
        joules = microjoules(least) / 1e6
    except ValueError:
        try:
            seconds = nanoseconds(least) / 1e9
        except ValueError:
            raise UsageError(
                f"--min-energy={least} is neither an energy, such as `5 J`, nor a time of the "
                "processor, such as `100 ms`."
            ) from None
        return lambda cost: (cost.cpu_seconds or 0.0) >= seconds
    return lambda cost: (cost.joules or 0.0) >= joules


def stored(settings: Settings, asked: str | None, root: Path | None = None) -> Measured | None:
    """The run that is meant, of the store that is looked for from `root` or else the working
    directory; None where nothing is asked for and there is none.
    """
    from greenlint.cli.energy_store import named, opened

    try:
        with opened(settings, None, root=root) as store:
            runs = store.runs()
            if asked is not None and asked != LATEST:
                run = named(asked, runs, settings, store.shown)[0]
            elif not runs:
                if asked is None:
                    return None
                raise UsageError(f"The store {store.shown} has no run: `pytest --energy` adds one.")
            else:
                run = next((one for one in runs if not one.stratum.traced), runs[0])
            document = store.document(run.id)
    except UsageError:
        if asked is None:
            return None
        raise
    return measured_of(document, traced=run.stratum.traced)


def measured_of(document: Mapping[str, Any], *, traced: bool = False) -> Measured:
    """A document of the schema greenlint-energy/1 as what findings are joined with: of each test
    the last attempt.
    """
    tests: dict[str, Used] = {}
    again: dict[str, list[Again]] = {}
    domains: set[str] = set()
    for one in document["tests"]:
        if one["outcome"] == "skipped":
            continue
        low, high = one["ci"] or (None, None)
        work = one["work"]
        tests[one["id"]] = Used(
            one["cpu_seconds"],
            one["joules"],
            low,
            high,
            one["evidence"],
            work["queries"],
            work["requests"],
        )
        domains |= {name for name, value in one["domains"].items() if value is not None}
        again[one["id"]] = list(_again(one["id"], work))
    return Measured(
        document["run"]["id"],
        document["run"]["started"][:10],
        document["meter"]["name"],
        tests,
        tuple(one for held in again.values() for one in held),
        "+".join(sorted(domains)),
        traced,
    )


def _again(test: str, work: Mapping[str, Any]) -> Iterator[Again]:
    for one in work["repeated"]:
        if one["path"] is not None and one["count"] > 1:
            yield Again("query", one["path"], one["line"], test, one["count"], one["statement"])
    for one in work.get("requested", ()):
        if one["path"] is not None and one["count"] > 1:
            what = f"{one['method']} {one['host']}"
            yield Again("request", one["path"], one["line"], test, one["count"], what)


def _ours(again: Iterable[Again], root: Path, paths: Iterable[str]) -> Iterator[Again]:
    """Under the paths of findings, where they are files of the project."""
    held = list(again)
    known = {theirs: ours for ours, theirs in matched({i.path for i in held}, root, paths).items()}
    for one in held:
        yield one._replace(path=known.get(one.path, one.path))

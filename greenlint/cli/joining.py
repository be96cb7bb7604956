# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Findings with what the tests of a stored run used on their lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenlint.cli.sampling import sampled, share
from greenlint.cli.telling import spoken, told
from greenlint.cli.tracing import NoContextsError, data_file, executed, matched
from greenlint.errors import UsageError
from greenlint.hotspots import Again, Executed, Measured, Used, costs

if TYPE_CHECKING:
    from greenlint_profiler.stores.stored import StoredRun

    from greenlint.cli.group import Settings
    from greenlint.cli.linting import Lint
    from greenlint.hotspots import Cost
    from greenlint.result import Entry

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Known:
    """A stored run that findings are joined with: `document` is the whole of it, of the schema
    greenlint-energy/1, and `stored` how the store lists it.
    """

    measured: Measured
    stored: StoredRun
    document: Mapping[str, Any]


def known(
    settings: Settings, asked: str | None, root: Path | None = None, store: str | None = None
) -> Known | None:
    """The run that is meant: "latest", or what names one, of the `store` that is named, or of the
    one that is looked for from `root` or else the working directory; None where nothing is `asked`
    for and there is none.  Raises UsageError where what was asked for is not there.
    """
    from greenlint.cli.energy_store import named, opened

    try:
        with opened(settings, store, root=root) as held:
            runs = held.runs()
            if asked is not None and asked != LATEST:
                run = named(asked, runs, settings, held.shown)[0]
            elif not runs:
                if asked is None:
                    return None
                raise UsageError(
                    "The store {place} has no run: `pytest --energy` adds one.", place=held.shown
                )
            else:
                run = next((one for one in runs if not one.stratum.traced), runs[0])
            document = held.document(run.id)
    except UsageError:
        if asked is None:
            return None
        raise
    return Known(measured_of(document, traced=run.stratum.traced), run, document)


def with_costs(lint: Lint, entries: tuple[Entry, ...], *, wanted: bool) -> tuple[Entry, ...]:
    """The findings of a check with what its run knows of them: those worth it, in the order that is
    asked for.  What is missing is told where the join is `wanted`.  Raises UsageError.
    """
    if lint.known is None:
        return entries
    if entries:
        root = lint.config.root
        paths = {one.finding.path for one in entries}
        lint.executed, said = traced(lint.known, root, paths, asked=wanted)
        lint.told += said if wanted else []
        entries = joined(lint.known, root, entries, lint.executed)
    by_energy = bool(lint.given.get("report")) or lint.given.get("sort") == "energy"
    return chosen(entries, lint.given.get("min_energy"), sort=by_energy)


def traced(
    run: Known, root: Path, paths: Iterable[str], *, asked: bool
) -> tuple[Executed | None, list[str]]:
    """Which tests executed which lines of these paths, where coverage data says so, and what is to
    be told about that and about the run.
    """
    said: list[str] = []
    lines: Executed | None = None
    file = data_file(root)
    if file.is_file():
        try:
            lines = executed(file, root, paths, run.measured.tests)
        except NoContextsError as error:
            said.append(error.said(spoken()))
    elif asked:
        said.append(
            told(
                "No coverage data at {file}, so that only repeated queries and requests are "
                "joined. `greenlint energy collect -- pytest` tells which tests execute a line.",
                file=file,
            )
        )
    if run.measured.traced:
        traced = "Run {run} was measured under coverage, which costs energy itself."
        said.append(told(traced, run=run.measured.run))
    return lines, said


def joined(
    run: Known, root: Path, entries: Sequence[Entry], lines: Executed | None
) -> tuple[Entry, ...]:
    """The entries with what is known of each at run time."""
    places = {place.path for one in entries for place in one.finding.related}
    paths = {one.finding.path for one in entries} | places
    again = list(ours(run.measured.again, root, paths))
    measured = replace(run.measured, again=(*again, *_at_fields(again, root)))
    found = costs([(one.finding, one.rule.confirmed_by) for one in entries], measured, lines)
    seen = sampled(root, paths)
    together = zip(entries, found, strict=True)
    return tuple(
        replace(one, cost=replace(cost, share=share(one.finding, seen))) for one, cost in together
    )


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
        kept.sort(
            key=lambda one: one.cost.rank if one.cost else (0, 0, 0.0, 0.0, 0.0), reverse=True
        )
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
                "--min-energy={least} is neither an energy, such as `5 J`, nor a time "
                "of the processor, such as `100 ms`.",
                least=least,
            ) from None
        return lambda cost: (cost.cpu_seconds or 0.0) >= seconds
    return lambda cost: (cost.joules or 0.0) >= joules


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
            symbol = one.get("symbol") or ""
            place = one["path"], one["line"], test
            yield Again("query", *place, one["count"], one["statement"], symbol)
    for one in work.get("requested", ()):
        if one["path"] is not None and one["count"] > 1:
            what = f"{one['method']} {one['host']}"
            yield Again("request", one["path"], one["line"], test, one["count"], what)


def _at_fields(again: Iterable[Again], root: Path) -> Iterator[Again]:
    """What inherited code sent for a field of a class, once more at the lines of the class that
    name the field, as findings speak of these.
    """
    texts: dict[str, str] = {}
    for one in again:
        name, dot, field = one.symbol.partition(".")
        if not dot:
            continue
        if one.path not in texts:
            try:
                texts[one.path] = (root / one.path).read_text("utf-8")
            except (OSError, ValueError):
                texts[one.path] = ""
        for line in _naming(texts[one.path], name, field):
            yield one._replace(line=line)


@cache
def _naming(text: str, name: str, field: str) -> tuple[int, ...]:
    """The lines of a class that hold the word `field`, its first line aside."""
    import ast

    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    lines = text.splitlines()
    word = re.compile(rf"\b{re.escape(field)}\b")
    return tuple(
        number
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name == name
        for number in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
        if word.search(lines[number - 1])
    )


def ours(again: Iterable[Again], root: Path, paths: Iterable[str]) -> Iterator[Again]:
    """Under the paths of findings, where they are files of the project."""
    held = list(again)
    known = {theirs: ours for ours, theirs in matched({i.path for i in held}, root, paths).items()}
    for one in held:
        yield one._replace(path=known.get(one.path, one.path))

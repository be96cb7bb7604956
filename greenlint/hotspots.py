# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Findings, the tests that execute their lines, and what those tests used -> what is known of each.

Plain values go in and come out: who reads coverage data and stored runs is `greenlint.cli`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from greenlint.finding import Finding, Span

# The labels of figures, best first, as greenlint_profiler.units has them.
BEST_FIRST = ("measured", "shared", "vendor", "estimated", "proxy", "none")


class Used(NamedTuple):
    """What one test used in its call; None is what nobody counted.

    `low` and `high` enclose `joules` with 95 %; `evidence` is the label of the joules, or of the
    CPU seconds where there are none.
    """

    cpu_seconds: float | None
    joules: float | None = None
    low: float | None = None
    high: float | None = None
    evidence: str = "proxy"
    queries: int | None = None
    requests: int | None = None


class Again(NamedTuple):
    """The same query, or requests to one host, `times` times from one line during one test.

    `symbol` is there where the line is that of a class whose inherited code asked: its name, and
    that of the field where it is known.
    """

    kind: str  # "query" | "request"
    path: str
    line: int
    test: str
    times: int
    what: str
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """One stored run: `tests` by id, and what was sent more than once, by line.

    `date` is a day as YYYY-MM-DD, `domain` the parts of the machine that its joules are of;
    `traced` runs were measured while coverage watched, which costs energy itself.
    """

    run: str
    date: str
    meter: str
    tests: Mapping[str, Used]
    again: Sequence[Again] = ()
    domain: str = ""
    traced: bool = False


@dataclass(frozen=True, slots=True)
class Executed:
    """Which tests executed which lines: path -> line -> tests.

    `known` are the files that were traced, by the paths of findings; of those in `changed` the
    source is newer than the trace.
    """

    lines: Mapping[str, Mapping[int, frozenset[str]]]
    known: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()


class Share(NamedTuple):
    """The part of a sampled run, 0 to 1, that went through the lines of a finding, with all that
    they called: an estimate, whose basis has a label of its own.

    `low` and `high` enclose `part` with 95 %; `amount` is that part in `unit`, "joules" or "CPU
    seconds"; `looks` is how often the sampler looked.
    """

    part: float
    low: float
    high: float
    amount: float
    unit: str
    basis: str
    looks: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What is known of a finding at run time.

    `tests` execute a line of it, and everything they used is the sum of their calls, of which the
    line itself is a part: an upper bound.  `tests` is None where nobody knows who executes it, and
    empty where no test does.  `unmeasured` of them were not in the run.  `again` is what happened
    again and again on a line of the finding, or, in a test that executes one, on a line that the
    finding names; `seen` is what happened there in other tests, so that other code may have asked
    for it.  `stale` says that the file is newer than what is known of its lines; `loaded`, that
    a line was executed, and in no test's call: when its module was loaded, or in a fixture.
    `share` is its part of a sampled run, absent where there is none.
    """

    measured: Measured
    tests: tuple[str, ...] | None
    joules: float | None = None
    low: float | None = None
    high: float | None = None
    cpu_seconds: float | None = None
    queries: int | None = None
    requests: int | None = None
    evidence: str = "none"
    unmeasured: int = 0
    again: tuple[Again, ...] = ()
    seen: tuple[Again, ...] = ()
    stale: bool = False
    loaded: bool = False
    share: Share | None = None

    @property
    def rank(self) -> tuple[int, int, float, float, float]:
        """The larger, the more there is to save: what was confirmed comes first, then what was
        seen, its own part of a sampled run, joules, and CPU seconds.  Of what was sent again and
        again once is needed.
        """
        again, seen = (sum(one.times - 1 for one in held) for held in (self.again, self.seen))
        part = self.share.part if self.share is not None else 0.0
        return again, seen, part, self.joules or 0.0, self.cpu_seconds or 0.0


def costs(
    findings: Iterable[tuple[Finding, str]], measured: Measured, executed: Executed | None
) -> list[Cost]:
    """What is known of each finding, in their order; `findings` pairs them with the kind of what
    confirms one of their rule: "query", "request", or "" for none.
    """
    places: dict[tuple[str, int], list[Again]] = {}
    for one in measured.again:
        places.setdefault((one.path, one.line), []).append(one)
    return [_cost(finding, kind, measured, executed, places) for finding, kind in findings]


def _cost(
    finding: Finding,
    kind: str,
    measured: Measured,
    executed: Executed | None,
    places: Mapping[tuple[str, int], list[Again]],
) -> Cost:
    tests = _tests(finding, executed)
    own = _at(_lines(finding.path, finding.span), places, kind)
    named = _at(
        (line for place in finding.related for line in _lines(place.path, place.span)), places, kind
    )
    ours = set(tests or ()) | {one.test for one in own}
    again = _worst_first({*own, *(one for one in named if one.test in ours)})
    seen = _worst_first({one for one in named if one.test not in ours})
    stale = executed is not None and finding.path in executed.changed
    if tests is None and not again:
        return Cost(measured, None, seen=seen, stale=stale)
    total = _total(measured, tuple(sorted(ours)), again, seen, stale)
    return total if ours else replace(total, loaded=_was_executed(finding, executed))


def _was_executed(finding: Finding, executed: Executed | None) -> bool:
    known = executed.lines.get(finding.path, {}) if executed else {}
    return any(line in known for _, line in _lines(finding.path, finding.span))


def _lines(path: str, span: Span) -> Iterator[tuple[str, int]]:
    return ((path, line) for line in range(span.line, span.end_line + 1))


def _at(
    lines: Iterable[tuple[str, int]],
    places: Mapping[tuple[str, int], list[Again]],
    kind: str,
) -> list[Again]:
    """What happened again and again there, of the kind that the rule is about."""
    return [one for line in lines for one in places.get(line, ()) if one.kind == kind]


def _worst_first(again: Iterable[Again]) -> tuple[Again, ...]:
    return tuple(sorted(again, key=lambda one: (-one.times, *one)))


def _tests(finding: Finding, executed: Executed | None) -> tuple[str, ...] | None:
    if executed is None or finding.path not in executed.known:
        return None
    lines = executed.lines.get(finding.path, {})
    own = _lines(finding.path, finding.span)
    return tuple(sorted({test for _, line in own for test in lines.get(line, ())}))


def _total(
    measured: Measured,
    tests: tuple[str, ...],
    again: tuple[Again, ...],
    seen: tuple[Again, ...],
    stale: bool,
) -> Cost:
    """The sum of what the tests used; an interval is the sum of theirs."""
    used = [measured.tests[test] for test in tests if test in measured.tests]
    whole = bool(used) and all(one.joules is not None for one in used)
    return Cost(
        measured,
        tests,
        joules=_sum(one.joules for one in used) if whole else None,
        low=_sum(one.low for one in used) if whole else None,
        high=_sum(one.high for one in used) if whole else None,
        cpu_seconds=_sum(one.cpu_seconds for one in used),
        queries=_count(one.queries for one in used),
        requests=_count(one.requests for one in used),
        # A sum is no better than the least of its parts; without joules it is one of CPU time.
        evidence=max((one.evidence for one in used), key=BEST_FIRST.index)
        if whole
        else ("proxy" if used else "none"),
        unmeasured=len(tests) - len(used),
        again=again,
        seen=seen,
        stale=stale,
    )


def _sum(values: Iterable[float | None]) -> float | None:
    known = list(values)
    return None if not known or None in known else sum(one for one in known if one is not None)


def _count(values: Iterable[int | None]) -> int | None:
    known = [one for one in values if one is not None]
    return sum(known) if known else None

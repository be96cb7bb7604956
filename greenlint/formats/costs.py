# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is known of a finding at run time: in words, and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from greenlint.formats.words import plural, shorten
from greenlint.result import Entry

if TYPE_CHECKING:
    from greenlint.hotspots import Again, Cost, Share

_KINDS = {"query": "the same query", "request": "a request to one host"}
_STATEMENT = 120


def here(cost: Cost) -> Iterator[str]:
    """The sentences about this line, the surest first."""
    if cost.again:
        yield f"confirmed at run time: {_repeated(cost.again)}"
    elif cost.seen:
        worst = cost.seen[0]
        yield (
            f"seen at run time, from {worst.path}:{worst.line}, which other code may read too: "
            f"{_repeated(cost.seen)}"
        )
    if cost.share is not None:
        yield _sampled(cost.share)
    if cost.tests is not None:
        yield _executed(cost)


def _sampled(share: Share) -> str:
    """``about 12 % (9 … 15 %) of the CPU time of the sampled run went through this line``"""
    what = "joules" if share.unit == "joules" else "CPU time"
    low, high = round(100 * share.low), round(100 * share.high)
    if not share.amount:
        none = f"none of {share.looks} looks at the sampled run met this line"
        return f"{none}: at most {high} % of its {what} (estimated)"
    label = f"estimated, basis {share.basis}"
    return (
        f"about {100 * share.part:.2g} % ({low} … {high} %) of the {what} of the sampled run went "
        f"through this line ({label}; {share.looks} looks)"
    )


def _repeated(again: Sequence[Again]) -> str:
    """``50 times the same query in test_orders, and in 2 more tests: SELECT ...``"""
    worst = again[0]
    more = len({one.test for one in again} - {worst.test})
    others = f", and in {plural(more, 'more test')}" if more else ""
    said = f"{worst.times} times {_KINDS[worst.kind]} in {worst.test}{others}"
    return f"{said}: {shorten(worst.what, _STATEMENT)}"


def _executed(cost: Cost) -> str:
    stale = " The file has changed since." if cost.stale else ""
    tests = cost.tests or ()
    if not tests:
        loaded = (
            "no test's own call executes this line: it runs when its module is loaded, or in a "
            "fixture."
        )
        return f"{loaded if cost.loaded else 'no test executes this line.'}{stale}"
    runs = "executes" if len(tests) == 1 else "execute"
    said = f"{plural(len(tests), 'test')} {runs} this line"
    used = list(_used(cost))
    run = f"run {cost.measured.date}"
    if not used:
        return f"{said}; none of them was measured in {run}.{stale}"
    if cost.unmeasured:
        run += f", {cost.unmeasured} of them not measured"
    together = "together " if len(tests) > 1 else ""
    return f"{said}; {together}{' and '.join(used)} ({run}). Not all of it is this line.{stale}"


def _used(cost: Cost) -> Iterator[str]:
    if cost.joules is not None:
        around = ""
        if cost.low is not None and cost.high is not None:
            around = f" ± {amount((cost.high - cost.low) / 2)}"
        label = "" if cost.evidence == "measured" else f", {cost.evidence}"
        domain = f"/{cost.measured.domain}" if cost.measured.domain else ""
        yield f"{amount(cost.joules)} J{around} [{cost.measured.meter}{domain}{label}]"
    elif cost.cpu_seconds is not None:
        yield f"{seconds(cost.cpu_seconds)} of CPU time, a proxy"
    if cost.queries:
        yield "1 query" if cost.queries == 1 else f"{cost.queries} queries"
    if cost.requests:
        yield plural(cost.requests, "request")


def seconds(value: float) -> str:
    """``12.3 ms``, ``4.56 s``: three digits."""
    return f"{amount(value * 1000)} ms" if value < 1 else f"{amount(value)} s"


def amount(value: float) -> str:
    """Three digits, and no exponent: ``0.0123``, ``12.3``, ``12345``."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}" if value >= 1e-4 else f"{value:.6f}"


def record(cost: Cost | None) -> dict[str, object] | None:
    """The `energy` of a finding in JSON; null where nothing is known."""
    if cost is None:
        return None
    return {
        "joules": cost.joules,
        "ci": None if cost.low is None or cost.high is None else [cost.low, cost.high],
        "cpu_seconds": cost.cpu_seconds,
        "queries": cost.queries,
        "requests": cost.requests,
        "evidence": cost.evidence,
        "bound": "upper",
        "run": cost.measured.run,
        "meter": cost.measured.meter,
        "domain": cost.measured.domain or None,
        "tests": None if cost.tests is None else list(cost.tests),
        "unmeasured": cost.unmeasured,
        "confirmed": [_again(one) for one in cost.again],
        "seen": [_again(one) for one in cost.seen],
        "stale": cost.stale,
        "share": None if cost.share is None else _share(cost.share),
    }


def _share(one: Share) -> dict[str, object]:
    return {
        "part": one.part,
        "ci": [one.low, one.high],
        "amount": one.amount,
        "unit": one.unit,
        "evidence": "estimated",
        "basis": one.basis,
        "looks": one.looks,
    }


def _again(one: Again) -> dict[str, object]:
    return {
        "kind": one.kind,
        "test": one.test,
        "count": one.times,
        "path": one.path,
        "line": one.line,
        "what": one.what,
    }


def ranks(entries: Iterable[Entry]) -> dict[int, float]:
    """For each entry with a cost, by its identity: 0 to 100, as SARIF's `rank` has it.

    The places in the order of `Cost.rank` are spread evenly: equal ones are equal.
    """
    known = [(entry, entry.cost.rank) for entry in entries if entry.cost is not None]
    order = sorted({rank for _, rank in known})
    part = {rank: 100.0 * (place + 1) / len(order) for place, rank in enumerate(order)}
    return {id(entry): round(part[rank], 1) for entry, rank in known}

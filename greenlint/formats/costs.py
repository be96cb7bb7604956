# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is known of a finding at run time: in words, and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from greenlint.formats.words import shorten
from greenlint.messages import ENGLISH, Language
from greenlint.result import Entry

if TYPE_CHECKING:
    from greenlint.hotspots import Again, Cost, Share

_KINDS = {
    "query": "{times} times the same query in {test}{others}: {what}",
    "request": "{times} times a request to one host in {test}{others}: {what}",
}
_STATEMENT = 120


def here(cost: Cost, language: Language = ENGLISH) -> Iterator[str]:
    """The sentences about this line, the surest first."""
    if cost.again:
        yield language.say(
            "confirmed at run time: {repeated}", repeated=_repeated(cost.again, language)
        )
    elif cost.seen:
        worst = cost.seen[0]
        yield language.say(
            "seen at run time, from {place}, which other code may read too: {repeated}",
            place=f"{worst.path}:{worst.line}",
            repeated=_repeated(cost.seen, language),
        )
    if cost.share is not None:
        yield _sampled(cost.share, language)
    if cost.tests is not None:
        stale = language.say(" The file has changed since.") if cost.stale else ""
        yield f"{_executed(cost, language)}{stale}"


def _sampled(share: Share, language: Language) -> str:
    """``about 12 % (9 … 15 %) of the CPU time of the sampled run went through this line``"""
    what = language.say("joules" if share.unit == "joules" else "CPU time")
    low, high = round(100 * share.low), round(100 * share.high)
    if not share.amount:
        return language.say(
            "none of {looks} looks at the sampled run met this line: at most {high} % of its "
            "{what} (estimated)",
            looks=share.looks,
            high=high,
            what=what,
        )
    return language.say(
        "about {part} % ({low} … {high} %) of the {what} of the sampled run went through this line "
        "(estimated, basis {basis}; {looks} looks)",
        part=language.figure(f"{100 * share.part:.2g}"),
        low=low,
        high=high,
        what=what,
        basis=language.say(share.basis),
        looks=share.looks,
    )


def _repeated(again: Sequence[Again], language: Language) -> str:
    """``50 times the same query in test_orders, and in 2 more tests: SELECT ...``"""
    worst = again[0]
    more = len({one.test for one in again} - {worst.test})
    return language.say(
        _KINDS[worst.kind],
        times=worst.times,
        test=worst.test,
        others=language.count(more, ", and in {n} more test", ", and in {n} more tests")
        if more
        else "",
        what=shorten(worst.what, _STATEMENT),
    )


def _executed(cost: Cost, language: Language) -> str:
    tests = cost.tests or ()
    if not tests:
        return language.say(
            "no test's own call executes this line: it runs when its module is loaded, or in a "
            "fixture."
            if cost.loaded
            else "no test executes this line."
        )
    said = language.count(len(tests), "{n} test executes this line", "{n} tests execute this line")
    used = list(_used(cost, language))
    run = language.say("run {date}", date=cost.measured.date)
    if not used:
        return language.say("{said}; none of them was measured in {run}.", said=said, run=run)
    if cost.unmeasured:
        run += language.say(", {n} of them not measured", n=cost.unmeasured)
    return language.say(
        "{said}; together {used} ({run}). Not all of it is this line."
        if len(tests) > 1
        else "{said}; {used} ({run}). Not all of it is this line.",
        said=said,
        used=language.say(" and ").join(used),
        run=run,
    )


def _used(cost: Cost, language: Language) -> Iterator[str]:
    if cost.joules is not None:
        around = ""
        if cost.low is not None and cost.high is not None:
            around = f" ± {amount((cost.high - cost.low) / 2)}"
        label = "" if cost.evidence == "measured" else f", {language.say(cost.evidence)}"
        domain = f"/{cost.measured.domain}" if cost.measured.domain else ""
        joules = language.figure(f"{amount(cost.joules)} J{around}")
        yield f"{joules} [{cost.measured.meter}{domain}{label}]"
    elif cost.cpu_seconds is not None:
        spent = language.figure(seconds(cost.cpu_seconds))
        yield language.say("{spent} of CPU time, a proxy", spent=spent)
    if cost.queries:
        yield language.count(cost.queries, "{n} query", "{n} queries")
    if cost.requests:
        yield language.count(cost.requests, "{n} request", "{n} requests")


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

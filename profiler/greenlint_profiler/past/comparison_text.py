# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A comparison of stored runs for people, and as plain values for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from greenlint_profiler.budget import Verdict
from greenlint_profiler.past.comparison import QUANTITIES, Compared, Comparison, Doubt, Side
from greenlint_profiler.past.history_text import NAMES, amount
from greenlint_profiler.past.ranks import CONFIDENCE, fewest
from greenlint_profiler.past.table import table
from greenlint_profiler.quantity import percent
from greenlint_profiler.repeats import median
from greenlint_profiler.said import Figure, english, joined, say, several

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

SCHEMA = "greenlint-energy-comparison/1"
_WORDS = {
    Verdict.FAIL: "REGRESSION",
    Verdict.IMPROVED: "improved",
    Verdict.INCONCLUSIVE: "inconclusive",
    Verdict.CANNOT_MEASURE: "not comparable",
    Verdict.PASS: "no change",
}
# Regressions first, then what got better, then what nobody can tell.
_ORDER = list(_WORDS)
_ALWAYS = (Verdict.FAIL, Verdict.IMPROVED)


def lines(found: Comparison, *, everything: bool = False, speak: Speak = english) -> Iterator[str]:
    """The whole answer: changes, and with `everything` also what did not change."""
    before, after = _side(found.before), _side(found.after)
    yield say("before: {before}   after: {after}", before=before, after=after)
    yield from _where(found)
    for quantity in QUANTITIES:
        of_it = [one for one in found.tests if one.quantity == quantity]
        if of_it:
            yield ""
            yield from _section(quantity, of_it, everything, speak)
    yield ""
    yield from _missing(found)
    yield _summary(found)
    noisy = [one for one in found.tests if one.verdict in _ALWAYS and one.limit is not None]
    if noisy:
        yield say(
            "Energy and CPU time of stored runs are advice: two moments differ by more than code."
        )


def _side(side: Side) -> str:
    return joined(", ", [side.name, several(len(side.runs), "{n} run", "{n} runs")])


def _where(found: Comparison) -> Iterator[str]:
    if found.stratum is None:
        yield say(
            "The two sides ran on different machine classes or interpreters, so that only queries "
            "and requests are compared."
        )
        return
    yield say("machine class: {name}", name=found.stratum.words)
    for other in found.others:
        yield say(
            "also on both sides, and not compared here: {name}; --machine-class names one",
            name=other.words,
        )


def _section(
    quantity: str, tests: Sequence[Compared], everything: bool, speak: Speak
) -> Iterator[str]:
    shown = [one for one in tests if everything or one.verdict in _ALWAYS]
    shown.sort(key=lambda one: (_ORDER.index(one.verdict), -abs((one.change or 1) - 1), one.test))
    name, change = NAMES[quantity], say("change (95 % CI)")
    head = (name, say("before"), say("after"), change, say("verdict"), "")
    if shown:
        yield from table([head, *map(_row, shown)], (1, 2), speak)
    left = Counter(one.verdict for one in tests if one not in shown)
    rest = [joined(" ", [str(count), say(_WORDS[one])]) for one, count in left.items()]
    if rest:
        counts = joined(", ", rest)
        yield counts if shown else joined(": ", [name, counts])
    yield from _too_few(tests)


def _row(one: Compared) -> tuple[str, ...]:
    figures = (amount(one.quantity, median(side)) for side in (one.before, one.after))
    doubt = "" if one.doubt is None else say(one.doubt.sentence)
    return (one.test, *figures, _change(one), say(_WORDS[one.verdict]), doubt)


def _change(one: Compared) -> str:
    if one.change is None:
        return ""
    if one.low is None or one.high is None:
        return percent(one.change) or "0 %"
    low, high = percent(one.low), percent(one.high)
    return joined("", [percent(one.change), " (", low, " … ", high, ")"])


def _too_few(tests: Sequence[Compared]) -> Iterator[str]:
    """What would be enough, told once."""
    few = [one for one in tests if one.doubt is Doubt.TOO_FEW]
    if not few:
        return
    before, after = len(few[0].before), len(few[0].after)
    enough = say("beside {n} before it takes {most} after", n=before, most=fewest(before))
    if fewest(after) < 2 * before:
        other = say("beside {n} after {most} before", n=after, most=fewest(after))
        enough = joined(", ", [enough, other])
    yield say(
        "too few runs for an interval of {confidence}: {enough}",
        confidence=f"{100 * CONFIDENCE:.0f} %",
        enough=enough,
    )


def _missing(found: Comparison) -> Iterator[str]:
    if found.only_before:
        tests = _tests(found.only_before)
        yield say("{tests} passed only before{named}", **tests)
    if found.only_after:
        tests = _tests(found.only_after)
        yield say("{tests} passed only after{named}", **tests)


def _tests(tests: Sequence[str]) -> dict[str, str]:
    first = tests[0]
    named = f" ({first})" if len(tests) == 1 else say(" ({test} and others)", test=first)
    return {"tests": several(len(tests), "{n} test", "{n} tests"), "named": named}


def _summary(found: Comparison) -> str:
    counted = Counter(one.verdict for one in found.tests)
    regressions = counted[Verdict.FAIL]
    if not found.tests:
        return say("Nothing can be compared: the two sides have no test in common that passed.")
    limits = {one.limit for one in found.tests if one.limit is not None}
    rule = ""
    if limits:
        limit = Figure(f"+{100 * min(limits):g} %")
        rule = say(" (limit of energy and CPU time: {limit}, with its whole interval)", limit=limit)
    worse = several(regressions, "{n} regression", "{n} regressions")
    better = several(counted[Verdict.IMPROVED], "{n} improvement", "{n} improvements")
    return joined("", [worse, ", ", better, rule])


def as_record(found: Comparison) -> dict[str, Any]:
    """Plain values; docs/schemas/greenlint-energy-comparison-1.json describes them."""
    stratum = found.stratum
    return {
        "before": _side_record(found.before),
        "after": _side_record(found.after),
        "machine_class": None if stratum is None else stratum.machine_class,
        "python": None if stratum is None else stratum.interpreter,
        "traced": None if stratum is None else stratum.traced,
        "tests": [_record(one) for one in found.tests],
        "only_before": list(found.only_before),
        "only_after": list(found.only_after),
        "verdict": found.verdict().value,
    }


def _side_record(side: Side) -> dict[str, Any]:
    return {"name": side.name, "runs": [run.id for run in side.runs]}


def _record(one: Compared) -> dict[str, Any]:
    return {
        "test": one.test,
        "quantity": one.quantity,
        "evidence": one.evidence,
        "before": _figures(one.before),
        "after": _figures(one.after),
        "change": None
        if one.change is None
        else {"pct": _pct(one.change), "lo": _pct(one.low), "hi": _pct(one.high)},
        "limit_pct": None if one.limit is None else 100 * one.limit,
        "verdict": one.verdict.value,
        "reason": None if one.doubt is None else one.doubt.value,
    }


def _figures(values: Sequence[float]) -> dict[str, Any]:
    ends = {"median": median(values), "low": min(values), "high": max(values)}
    return {"runs": len(values), **ends}


def _pct(ratio: float | None) -> float | None:
    return None if ratio is None else 100 * (ratio - 1)

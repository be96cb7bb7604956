# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is said of one test: its change, a doubt about it, where a rise sits, what accepts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from greenlint_profiler.budget import Judged, Verdict
from greenlint_profiler.gate.formats.words import (
    change,
    counter,
    figure,
    interval,
    limit,
    plural,
    rise,
    shorten,
    what,
)
from greenlint_profiler.gate.judging.counts import Counted, Where
from greenlint_profiler.gate.judging.judge import Doubt, Told
from greenlint_profiler.gate.judging.sample import Quantity
from greenlint_profiler.gate.result import FunctionChange, Outcome
from greenlint_profiler.past.history_text import NAMES, amount
from greenlint_profiler.quantity import percent
from greenlint_profiler.units import Evidence

_MOST_FUNCTIONS = 10
_MOST_LINES = 10
_LONG = 200
_TABLE = "[[tool.greenlint.energy.budgets]]"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no verdict: a code for programs, and words for people."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is said of a failure: a sentence, and what belongs below it."""

    title: str
    lines: tuple[str, ...] = ()


def sentence(outcome: Outcome) -> str:
    """All that matters of a test in one line."""
    if outcome.verdict is Verdict.FAIL:
        return "; ".join(
            line for part in _failed(outcome) for line in (part.title, *part.lines[:1])
        )
    reasons = [reason.sentence for reason in reasons_of(outcome)]
    if outcome.verdict in (Verdict.CANNOT_MEASURE, Verdict.INCONCLUSIVE) and reasons:
        return "; ".join(reasons)
    said = [] if outcome.told is None else [_compared(outcome, outcome.told)]
    said += [_counted(one) for one in outcome.counts if one.base != one.head]
    return "; ".join(said) or "nothing was compared"


def reasons_of(outcome: Outcome) -> Iterator[Reason]:
    """Every doubt about a test, with the way out where there is one."""
    if outcome.unmeasured is not None:
        detail = f": {shorten(' '.join(outcome.detail.split()), _LONG)}" if outcome.detail else ""
        yield Reason(outcome.unmeasured.value, f"{outcome.unmeasured.sentence}{detail}")
    told = outcome.told
    if told is not None and told.doubt is not None:
        yield Reason(told.doubt.value, f"{told.doubt.sentence}{_way_out(told, outcome.recurred)}")
    for one in outcome.counts:
        if one.doubt is not None:
            yield Reason(one.doubt.value, f"{one.counter}: {one.doubt.sentence}")
    for budget in outcome.budgets:
        if budget.doubt is not None:
            name = _budget_name(budget)
            yield Reason(budget.doubt.value, f"budget of {name}: {budget.doubt.sentence}")


def _way_out(told: Told, recurred: Told | None) -> str:
    seen = f"{change(told)} against a limit of {limit(told.limit)}"
    if told.wanted is not None:
        enough = plural(told.wanted, "restart")
        how = "given the time" if told.doubt is Doubt.TIME else f"--restarts {told.wanted}"
        return f": {seen}; {enough} would decide ({how})"
    if told.doubt is Doubt.SPREAD:
        return f": {seen}; no number of restarts up to 256 would decide"
    if told.doubt is Doubt.NOT_RECURRED and recurred is not None:
        return f": {change(told)}, then {change(recurred)}"
    if told.doubt is Doubt.MULTIPLE:
        return f": {seen}; compare it alone (--only) to decide"
    if told.doubt is Doubt.BELOW_MDE:
        found = f"{plural(told.restarts, 'restart')} find {rise(told.mde)}"
        return f": {limit(told.limit)} is allowed, and {found} nine times in ten"
    return f": {seen}"


def parts(outcome: Outcome, *, whole: bool) -> Iterator[Part]:
    """What a person needs to act on a failure; `whole` says that it is the command, and no test."""
    yield from _failed(outcome)
    if outcome.functions:
        yield Part(_functions_title(outcome), tuple(_functions(outcome)))
    yield Part("To accept it:", tuple(_accept(outcome, whole)))


def _failed(outcome: Outcome) -> Iterator[Part]:
    """Each thing that fails."""
    told = outcome.told
    if told is not None and told.verdict is Verdict.FAIL:
        yield Part(f"{_compared(outcome, told)}; the limit is {limit(told.limit)}", _twice(outcome))
    for one in outcome.counts:
        if one.verdict is Verdict.FAIL:
            yield Part(_counted(one), tuple(_places(one)))
    for budget in outcome.budgets:
        if budget.verdict is Verdict.FAIL:
            yield Part(_exceeded(budget, outcome))


def _compared(outcome: Outcome, told: Told) -> str:
    base, head = figure(outcome, outcome.base), figure(outcome, outcome.head)
    went = "rose" if told.ratio > 1 else "fell"
    sides = f", from {base} to {head}" if base and head else ""
    by = percent(told.ratio).lstrip("+−")
    return f"{what(outcome)} {went} by {by} (95 % CI {interval(told)}){sides}"


def _twice(outcome: Outcome) -> tuple[str, ...]:
    if outcome.told is None or outcome.recurred is None:
        return ()
    first, again = outcome.told, outcome.recurred
    return (
        f"seen twice: {change(first)} in {plural(first.restarts, 'restart')}, "
        f"{change(again)} in {again.restarts} fresh ones",
    )


def _counted(one: Counted) -> str:
    head = counter(one.counter, one.head)
    if one.limit is not None and one.verdict is Verdict.FAIL:
        return f"{head}; the limit is {one.limit}"
    before = "the number varies" if one.base is None else str(one.base)
    return f"{head}; on the base: {before}"


def _places(one: Counted) -> Iterator[str]:
    for place in one.where[:_MOST_LINES]:
        yield _from(one.counter, place)
    if len(one.where) > _MOST_LINES:
        yield f"and {len(one.where) - _MOST_LINES} more"


def _from(counted: str, place: Where) -> str:
    times = "times the same query" if counted == "queries" else "times"
    where = "outside the project" if place.path is None else f"{place.path}:{place.line}"
    where += "" if place.symbol is None else f" ({place.symbol})"
    before = "not repeated" if place.base is None else str(place.base)
    sent = shorten(" ".join(place.what.split()), _LONG)
    return f"{place.head} {times} from {where} (base: {before}): {sent}"


def _budget_name(budget: Judged) -> str:
    return "energy of memory" if budget.quantity == "dram_joules" else NAMES[budget.quantity]


def label_of(budget: Judged, outcome: Outcome) -> Evidence | None:
    """What a budget was held against: joules have the label of the test's, and none that is known
    where the test's is that of CPU time; a count is exact, and has none.
    """
    if budget.quantity in ("joules", "dram_joules"):
        return outcome.evidence if outcome.quantity is Quantity.JOULES else None
    return Evidence.PROXY if budget.quantity == "cpu_seconds" else None


def _exceeded(budget: Judged, outcome: Outcome) -> str:
    quantity, label = budget.quantity.removeprefix("dram_"), label_of(budget, outcome)
    kind = "" if label is None else f" ({label.value})"
    said = f"over its budget of {_budget_name(budget)}{kind}, {amount(quantity, budget.limit)}"
    if budget.used is None:
        return said
    interval_end = quantity in ("joules", "cpu_seconds")
    end = ", the upper end of 95 %" if interval_end else ""
    return f"{said}: {amount(quantity, budget.used)}{end}"


def _functions_title(outcome: Outcome) -> str:
    joules = outcome.quantity is Quantity.JOULES
    of = "energy (estimated" if joules else "CPU time (proxy"
    return f"functions by their own {of}, by samples) in one call:"


def _functions(outcome: Outcome) -> Iterator[str]:
    quantity = outcome.quantity or Quantity.CPU_SECONDS
    largest = sorted(outcome.functions, key=_difference, reverse=True)
    for one in largest[:_MOST_FUNCTIONS]:
        base, head = (amount(quantity.value, value) for value in (one.base, one.head))
        yield (
            f"{one.path}:{one.line} {one.function}: {base} on the base, {head} on the head"
            f"{_interval(one, quantity)}"
        )
    if len(largest) > _MOST_FUNCTIONS:
        yield f"and {len(largest) - _MOST_FUNCTIONS} more"


def _interval(one: FunctionChange, quantity: Quantity) -> str:
    """How sure the change is, as far as samples tell."""
    if one.low is None or one.high is None:
        return ""
    ends = [
        f"{'+' if end > 0 else '−'}{amount(quantity.value, abs(end))}"
        for end in (one.low, one.high)
    ]
    return f" (95 %: {' to '.join(ends)})"


def _difference(one: FunctionChange) -> float:
    return abs(one.head - one.base)


def _accept(outcome: Outcome, whole: bool) -> Iterator[str]:
    """The marker, the table and the option that let these figures pass."""
    limits = dict(_limits(outcome))
    if limits and "::" in outcome.test and not whole:
        arguments = ", ".join(f"{name}={value}" for name, value in limits.items())
        yield f"@pytest.mark.energy({arguments}) on the test"
    if limits and not whole:
        keys = ", ".join(f"{name.replace('_', '-')} = {value}" for name, value in limits.items())
        yield f"{keys} in a table {_TABLE} whose `test` fits"
    if "max_increase" in limits:
        yield f"--max-increase {limits['max_increase']}, for all tests of one gate"
    for budget in outcome.budgets:
        if budget.verdict is Verdict.FAIL:
            yield f"a larger budget of {_budget_name(budget)}, where the test or the table has it"
    if whole and not limits:
        yield "a count of a whole command has no limit of its own that could be raised"


def _limits(outcome: Outcome) -> Iterator[tuple[str, str]]:
    told = outcome.told
    if told is not None and told.verdict is Verdict.FAIL:
        again = told if outcome.recurred is None else outcome.recurred
        enough = 5 * ceil(20 * max(told.certificate, again.certificate))
        yield "max_increase", f'"{enough} %"'
    for one in outcome.counts:
        if one.verdict is Verdict.FAIL and one.head is not None:
            yield one.counter, str(one.head)

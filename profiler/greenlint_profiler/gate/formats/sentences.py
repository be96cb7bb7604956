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
from greenlint_profiler.said import Figure, joined, say
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
        return joined(
            "; ", [line for part in _failed(outcome) for line in (part.title, *part.lines[:1])]
        )
    reasons = [reason.sentence for reason in reasons_of(outcome)]
    if outcome.verdict in (Verdict.CANNOT_MEASURE, Verdict.INCONCLUSIVE) and reasons:
        return joined("; ", reasons)
    said = [] if outcome.told is None else [_compared(outcome, outcome.told)]
    said += [_counted(one) for one in outcome.counts if one.base != one.head]
    return joined("; ", said) if said else say("nothing was compared")


def reasons_of(outcome: Outcome) -> Iterator[Reason]:
    """Every doubt about a test, with the way out where there is one."""
    if outcome.unmeasured is not None:
        why = say(outcome.unmeasured.sentence)
        detail = shorten(" ".join(outcome.detail.split()), _LONG)
        yield Reason(outcome.unmeasured.value, joined(": ", filter(None, [why, detail])))
    told = outcome.told
    if told is not None and told.doubt is not None:
        parts = [say(told.doubt.sentence), _way_out(told, outcome.recurred)]
        yield Reason(told.doubt.value, joined(": ", parts))
    for one in outcome.counts:
        if one.doubt is not None:
            name = NAMES.get(one.counter, one.counter)
            yield Reason(one.doubt.value, joined(": ", [name, say(one.doubt.sentence)]))
    for budget in outcome.budgets:
        if budget.doubt is not None:
            why = say(budget.doubt.sentence)
            said = say("budget of {name}: {why}", name=_budget_name(budget), why=why)
            yield Reason(budget.doubt.value, said)


def _way_out(told: Told, recurred: Told | None) -> str:
    most = limit(told.limit)
    seen = say("{change} against a limit of {limit}", change=change(told), limit=most)
    if told.wanted is not None:
        how = f"--restarts {told.wanted}"
        if told.doubt is Doubt.TIME:
            how = say("given the time")
        enough = plural(told.wanted, "restart")
        return say("{seen}; {restarts} would decide ({how})", seen=seen, restarts=enough, how=how)
    if told.doubt is Doubt.SPREAD:
        return say("{seen}; no number of restarts up to 256 would decide", seen=seen)
    if told.doubt is Doubt.NOT_RECURRED and recurred is not None:
        return say("{first}, then {then}", first=change(told), then=change(recurred))
    if told.doubt is Doubt.MULTIPLE:
        return say("{seen}; compare it alone (--only) to decide", seen=seen)
    if told.doubt is Doubt.BELOW_MDE:
        return say(
            "{limit} is allowed, and {restarts} find {rise} nine times in ten",
            limit=most,
            restarts=plural(told.restarts, "restart"),
            rise=rise(told.mde),
        )
    return seen


def parts(outcome: Outcome, *, whole: bool) -> Iterator[Part]:
    """What a person needs to act on a failure; `whole` says that it is the command, and no test."""
    yield from _failed(outcome)
    if outcome.functions:
        yield Part(_functions_title(outcome), tuple(_functions(outcome)))
    yield Part(say("To accept it:"), tuple(_accept(outcome, whole)))


def _failed(outcome: Outcome) -> Iterator[Part]:
    """Each thing that fails."""
    told = outcome.told
    if told is not None and told.verdict is Verdict.FAIL:
        rose, most = _compared(outcome, told), limit(told.limit)
        yield Part(say("{rose}; the limit is {limit}", rose=rose, limit=most), _twice(outcome))
    for one in outcome.counts:
        if one.verdict is Verdict.FAIL:
            yield Part(_counted(one), tuple(_places(one)))
    for budget in outcome.budgets:
        if budget.verdict is Verdict.FAIL:
            yield Part(_exceeded(budget, outcome))


def _compared(outcome: Outcome, told: Told) -> str:
    base, head = figure(outcome, outcome.base), figure(outcome, outcome.head)
    sides = say(", from {base} to {head}", base=base, head=head) if base and head else ""
    went = "{what} fell by {by} (95 % CI {interval}){sides}"
    if told.ratio > 1:
        went = "{what} rose by {by} (95 % CI {interval}){sides}"
    by = Figure(percent(told.ratio).lstrip("+−"))
    return say(went, what=what(outcome), by=by, interval=interval(told), sides=sides)


def _twice(outcome: Outcome) -> tuple[str, ...]:
    if outcome.told is None or outcome.recurred is None:
        return ()
    first, again = outcome.told, outcome.recurred
    return (
        say(
            "seen twice: {first} in {restarts}, {then} in {n} fresh ones",
            first=change(first),
            restarts=plural(first.restarts, "restart"),
            then=change(again),
            n=again.restarts,
        ),
    )


def _counted(one: Counted) -> str:
    head = counter(one.counter, one.head)
    if one.limit is not None and one.verdict is Verdict.FAIL:
        return say("{rose}; the limit is {limit}", rose=head, limit=one.limit)
    before = say("the number varies") if one.base is None else str(one.base)
    return say("{head}; on the base: {before}", head=head, before=before)


def _places(one: Counted) -> Iterator[str]:
    for place in one.where[:_MOST_LINES]:
        yield _from(one.counter, place)
    if len(one.where) > _MOST_LINES:
        yield say("and {n} more", n=len(one.where) - _MOST_LINES)


def _from(counted: str, place: Where) -> str:
    where = say("outside the project")
    if place.path is not None:
        where = f"{place.path}:{place.line}"
    if place.symbol is not None:
        where = say("{where} ({symbol})", where=where, symbol=place.symbol)
    before = say("not repeated") if place.base is None else str(place.base)
    times = "{n} times from {where} (base: {before}): {sent}"
    if counted == "queries":
        times = "{n} times the same query from {where} (base: {before}): {sent}"
    sent = shorten(" ".join(place.what.split()), _LONG)
    return say(times, n=place.head, where=where, before=before, sent=sent)


def _budget_name(budget: Judged) -> str:
    return say("energy of memory") if budget.quantity == "dram_joules" else NAMES[budget.quantity]


def label_of(budget: Judged, outcome: Outcome) -> Evidence | None:
    """What a budget was held against: joules have the label of the test's, and none that is known
    where the test's is that of CPU time; a count is exact, and has none.
    """
    if budget.quantity in ("joules", "dram_joules"):
        return outcome.evidence if outcome.quantity is Quantity.JOULES else None
    return Evidence.PROXY if budget.quantity == "cpu_seconds" else None


def _exceeded(budget: Judged, outcome: Outcome) -> str:
    quantity, label = budget.quantity.removeprefix("dram_"), label_of(budget, outcome)
    kind = "" if label is None else say(" ({label})", label=say(label.value))
    said = say(
        "over its budget of {name}{kind}, {limit}",
        name=_budget_name(budget),
        kind=kind,
        limit=amount(quantity, budget.limit),
    )
    if budget.used is None:
        return said
    used = "{said}: {used}"
    if quantity in ("joules", "cpu_seconds"):
        used = "{said}: {used}, the upper end of 95 %"
    return say(used, said=said, used=amount(quantity, budget.used))


def _functions_title(outcome: Outcome) -> str:
    if outcome.quantity is Quantity.JOULES:
        return say("functions by their own energy (estimated, by samples) in one call:")
    return say("functions by their own CPU time (proxy, by samples) in one call:")


def _functions(outcome: Outcome) -> Iterator[str]:
    quantity = outcome.quantity or Quantity.CPU_SECONDS
    largest = sorted(outcome.functions, key=_difference, reverse=True)
    for one in largest[:_MOST_FUNCTIONS]:
        base, head = (amount(quantity.value, value) for value in (one.base, one.head))
        yield say(
            "{function}: {base} on the base, {head} on the head{interval}",
            function=f"{one.path}:{one.line} {one.function}",
            base=base,
            head=head,
            interval=_interval(one, quantity),
        )
    if len(largest) > _MOST_FUNCTIONS:
        yield say("and {n} more", n=len(largest) - _MOST_FUNCTIONS)


def _interval(one: FunctionChange, quantity: Quantity) -> str:
    """How sure the change is, as far as samples tell."""
    if one.low is None or one.high is None:
        return ""
    low, high = (
        Figure(f"{'+' if end > 0 else '−'}{amount(quantity.value, abs(end))}")
        for end in (one.low, one.high)
    )
    return say(" (95 %: {low} to {high})", low=low, high=high)


def _difference(one: FunctionChange) -> float:
    return abs(one.head - one.base)


def _accept(outcome: Outcome, whole: bool) -> Iterator[str]:
    """The marker, the table and the option that let these figures pass."""
    limits = dict(_limits(outcome))
    if limits and "::" in outcome.test and not whole:
        arguments = ", ".join(f"{name}={value}" for name, value in limits.items())
        yield say("{marker} on the test", marker=f"@pytest.mark.energy({arguments})")
    if limits and not whole:
        keys = ", ".join(f"{name.replace('_', '-')} = {value}" for name, value in limits.items())
        yield say("{keys} in a table {table} whose `test` fits", keys=keys, table=_TABLE)
    if "max_increase" in limits:
        option = f"--max-increase {limits['max_increase']}"
        yield say("{option}, for all tests of one gate", option=option)
    for budget in outcome.budgets:
        if budget.verdict is Verdict.FAIL:
            larger = "a larger budget of {name}, where the test or the table has it"
            yield say(larger, name=_budget_name(budget))
    if whole and not limits:
        yield say("a count of a whole command has no limit of its own that could be raised")


def _limits(outcome: Outcome) -> Iterator[tuple[str, str]]:
    told = outcome.told
    if told is not None and told.verdict is Verdict.FAIL:
        again = told if outcome.recurred is None else outcome.recurred
        enough = 5 * ceil(20 * max(told.certificate, again.certificate))
        yield "max_increase", f'"{enough} %"'
    for one in outcome.counts:
        if one.verdict is Verdict.FAIL and one.head is not None:
            yield one.counter, str(one.head)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A run of a suite for people: the tests that used most, what they repeated, and the verdicts.

It reads the document, so that a run of yesterday can be shown like one that has just ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greenlint_profiler.budget import Doubt, Verdict
from greenlint_profiler.quantity import JOULES, Scale, in_joules, in_seconds, scale
from greenlint_profiler.said import Figure, english, joined, say, several
from greenlint_profiler.suite import changes, precision
from greenlint_profiler.suite.record import PHASES
from greenlint_profiler.units import Reason
from greenlint_profiler.work.statement import fitted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

Entry = Mapping[str, Any]

EXCEEDED, UNJUDGED = "!", "?"
# A statement is given so much room, even where the line is then longer than the terminal is wide.
_SHORTEST = 80
_TOTALS = {"queries": "{n} queries", "requests": "{n} requests"}
_SCOPES = ("session", "package", "module", "class")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and its cell of a test or of a fixture; empty is nothing to say."""

    heading: str
    cell: dict[int, str]


def title(held: Entry, most: int) -> str:
    """``energy (5 of 64)``."""
    count = len(held["tests"])
    shown = len(_chosen(held["tests"], most, _has_joules(held)))
    name = say("energy") if _has_joules(held) else say("energy: work and CPU time")
    if shown < count:
        return say("{energy} ({shown} of {all})", energy=name, shown=shown, all=count)
    return say("{energy} ({all})", energy=name, all=count)


def lines(
    held: Entry, most: int, width: int = 80, most_repeated: int = 1, speak: Speak = english
) -> Iterator[str]:
    """The whole answer: at most so many tests, and beside them all that were not within budget.

    Statements are cut at the end to a terminal that is `width` characters wide.  Of queries that
    are repeated, the worst is told; the text of a budget that was exceeded has those of its test.
    """
    joules = _has_joules(held)
    chosen = _chosen(held["tests"], most, joules)
    fixtures = _shared(held["fixtures"])[:most]
    yield from _table(held, chosen, fixtures, joules, speak)
    yield from map(speak, _rest(held, chosen, joules))
    yield speak(_total(held))
    yield from map(speak, changes.lines(held))
    yield from map(speak, precision.lines(held["tests"]))
    yield from _repeated(held["tests"], width, most_repeated, speak)
    yield from (speak(say("note: {note}", note=say(note))) for note in held["notes"])
    yield from map(speak, verdicts(held))


def _has_joules(held: Entry) -> bool:
    return any(test["joules"] is not None for test in held["tests"])


def _cost(test: Entry, joules: bool) -> tuple[float, float]:
    """Most first: by joules where there are any; by CPU time, and of that queries, else."""
    if joules:
        return (test["joules"] or 0.0, test["cpu_seconds"] or 0.0)
    return (test["cpu_seconds"] or 0.0, test["work"]["queries"] or 0)


def _chosen(tests: Sequence[Entry], most: int, joules: bool) -> list[Entry]:
    """The tests that used most, and beside them all that were over a budget."""
    called = [test for test in tests if test["seconds"] is not None]
    ordered = sorted(called, key=lambda test: _cost(test, joules), reverse=True)
    seen = [test for test in ordered if not joules or not _unseen(test)]
    top = {id(test) for test in seen[:most]}
    failed = Verdict.FAIL.value
    return [test for test in ordered if id(test) in top or test["verdict"] == failed]


def _unseen(test: Entry) -> bool:
    """Whether its joules cannot be told from nothing."""
    below: bool = test["reason"] == Reason.BELOW_RESOLUTION.value
    return below or (test["ci"] is not None and test["ci"][0] <= 0)


def _table(
    held: Entry,
    tests: Sequence[Entry],
    fixtures: Sequence[Entry],
    joules: bool,
    speak: Speak,
) -> Iterator[str]:
    """Columns under one another; one that is empty in every row is left out."""
    names = [_name(test) for test in tests] + [_fixture_name(one) for one in fixtures]
    if not names:
        return
    unit = _unit(tests)
    columns = list(_columns(held, tests, fixtures, unit, joules))
    kept = [(speak(head), [*map(speak, cells)]) for head, cells in columns if any(cells)]
    widths = [max(len(heading), *map(len, cells)) for heading, cells in kept]
    heads = [f"{heading:>{width}}" for (heading, _), width in zip(kept, widths, strict=True)]
    yield "  ".join([*heads, speak(say("test"))])
    for row, name in enumerate(names):
        cells = [
            f"{cells[row] or '–':>{width}}" for (_, cells), width in zip(kept, widths, strict=True)
        ]
        yield "  ".join([*cells, speak(name)])


def _unit(tests: Sequence[Entry]) -> Scale:
    """One unit for all joules, so that they can be compared; as fine as the smallest needs."""
    told = [test["joules"] for test in tests if test["joules"]]
    if not told:
        return Scale("joules", 1.0, 2)
    biggest = scale(JOULES, max(told))
    smallest = scale([(biggest.unit, biggest.size)], min(told))
    return Scale(biggest.unit, biggest.size, max(biggest.decimals, min(smallest.decimals, 2)))


def _columns(
    held: Entry,
    tests: Sequence[Entry],
    fixtures: Sequence[Entry],
    unit: Scale,
    joules: bool,
) -> Iterator[tuple[str, list[str]]]:
    name = say("joules") if unit.unit in ("J", "joules") else unit.unit
    blank = [""] * len(fixtures)
    if joules:
        yield (
            name,
            [_joules(test, unit) for test in tests]
            + [_number(one["joules"], unit) for one in fixtures],
        )
        yield say("± 95 %"), [_half(test, unit) for test in tests] + blank
    yield say("budget"), [_budget(test, "joules", unit) for test in tests] + blank
    yield say("DRAM"), [_budget(test, "dram_joules", unit) for test in tests] + blank
    yield (
        say("CPU"),
        [_against(test, "cpu_seconds", test["cpu_seconds"]) for test in tests]
        + [_amount("cpu_seconds", one["cpu_seconds"]) for one in fixtures],
    )
    for quantity in ("queries", "requests", "instructions"):
        cells = [_against(test, quantity, test["work"][quantity]) for test in tests]
        cells += [_amount(quantity, one.get(quantity)) for one in fixtures]
        if any(cell not in ("", "0") for cell in cells):
            yield NAMES[quantity], cells
    again = [str(worst["count"]) if (worst := _worst_of(test)) else "" for test in tests]
    yield say("repeated"), again + blank
    yield changes.heading(held), [changes.cell(test, joules=joules) for test in tests] + blank


def _number(value: float | None, unit: Scale) -> str:
    return "" if value is None else unit.number(value)


def _joules(test: Entry, unit: Scale) -> str:
    weak = test["evidence"] not in ("measured", "none")
    figure = _number(test["joules"], unit)
    return joined("", [figure, "*"]) if weak and figure else figure


def _half(test: Entry, unit: Scale) -> str:
    if test["ci"] is None:
        return ""
    low, high = test["ci"]
    return _number((high - low) / 2, unit)


def _judged(test: Entry, quantity: str) -> Entry | None:
    budget = test["budget"]
    found = [] if budget is None else budget["judged"]
    return next((one for one in found if one["quantity"] == quantity), None)


def _mark(judged: Entry | None) -> str:
    if judged is None:
        return ""
    marks = {Verdict.FAIL.value: f" {EXCEEDED}", Verdict.CANNOT_MEASURE.value: f" {UNJUDGED}"}
    return marks.get(judged["verdict"], "")


def _budget(test: Entry, quantity: str, unit: Scale) -> str:
    """A budget of joules, marked when it was exceeded, or cannot be judged."""
    limit = None if test["budget"] is None else test["budget"][quantity]
    if limit is None:
        return ""
    shown = Figure(f"{limit / unit.size:.{max(2, unit.decimals)}f}")
    return joined("", [shown, _mark(_judged(test, quantity))])


def _amount(quantity: str, value: float | None) -> str:
    if value is None:
        return ""
    return in_seconds(value) if quantity == "cpu_seconds" else Figure(f"{value:g}")


def _against(test: Entry, quantity: str, value: float | None) -> str:
    """``34 of 12 !``: what was used, and of how much where there is a limit."""
    judged = _judged(test, quantity)
    if judged is None:
        return _amount(quantity, value)
    used = judged["used"] if judged["used"] is not None else value
    return say(
        "{used} of {limit}{mark}",
        used=_amount(quantity, used) or "–",
        limit=_amount(quantity, judged["limit"]),
        mark=_mark(judged),
    )


def _name(test: Entry) -> str:
    again = say(" (attempt {n})", n=test["attempt"]) if test["attempt"] > 1 else ""
    passed = test["outcome"] == "passed"
    failed = "" if passed else say(" ({outcome})", outcome=say(test["outcome"]))
    return joined("", [test["id"], again, failed])


def _fixture_name(one: Entry) -> str:
    times = say(", {n} times", n=one["times"]) if one["times"] > 1 else ""
    where = f"{one['where']}::" if one["where"] else ""
    name, scope = f"{where}{one['name']}", one["scope"]
    return say("fixture {name} ({scope}{times})", name=name, scope=scope, times=times)


def _shared(fixtures: Sequence[Entry]) -> list[Entry]:
    """Shared fixtures, those of one name together (workers and parameters repeat them)."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in fixtures:
        key = (one["scope"], one["where"], one["name"])
        held = found.setdefault(
            key,
            {"name": one["name"], "scope": one["scope"], "where": one["where"], "times": 0}
            | dict.fromkeys(("joules", "cpu_seconds", "queries", "requests")),
        )
        held["times"] += 1
        for phase in (one["setup"], one["teardown"]):
            for quantity in ("joules", "cpu_seconds", "queries", "requests"):
                if phase is not None and phase[quantity] is not None:
                    held[quantity] = (held[quantity] or 0) + phase[quantity]
    costs = sorted(
        found.values(), key=lambda one: (one["joules"] or 0.0, one["cpu_seconds"] or 0.0)
    )
    return [one for one in reversed(costs) if _worth_a_line(one)]


def _worth_a_line(one: Entry) -> bool:
    """Many fixtures do next to nothing; a millisecond, or a query, is something."""
    return bool(one["queries"] or one["requests"] or (one["cpu_seconds"] or 0.0) >= 0.001)


def _rest(held: Entry, chosen: Sequence[Entry], joules: bool) -> Iterator[str]:
    """How many are not in the table, and why."""
    shown = {id(test) for test in chosen}
    others = [test for test in held["tests"] if id(test) not in shown]
    unseen = [test for test in others if joules and _unseen(test)]
    if unseen:
        highs = [test["ci"][1] for test in unseen if test["ci"] is not None]
        below = say("{tests} below resolution", tests=_tests(len(unseen)))
        if len(highs) == len(unseen):
            below = say("{below}, each < {most}", below=below, most=in_joules(max(highs)))
        yield below
    weak = sorted({test["evidence"] for test in chosen} - {"measured", "none", "proxy"})
    if weak:
        labels = joined(", ", map(say, weak))
        yield say("* {labels}: not measured on a counter of our own", labels=labels)


def _tests(count: int) -> str:
    return several(count, "{n} test", "{n} tests")


def _total(held: Entry) -> str:
    """``total 41.7 J, 9.31 s of CPU time, 812 queries in 12.8 s; setup and teardown 18 %``."""
    total, seconds = held["total"], held["run"]["seconds"]
    parts: list[str] = []
    if total["joules"] is not None:
        used = in_joules(total["joules"])
        if seconds:
            mean = Figure(f"{total['joules'] / seconds:.1f} W")
            used = say("{joules} (mean {watts})", joules=used, watts=mean)
        parts.append(used)
    if total["cpu_seconds"] is not None:
        parts.append(say("{seconds} of CPU time", seconds=in_seconds(total["cpu_seconds"])))
    parts += [say(text, n=total[name]) for name, text in _TOTALS.items() if total[name]]
    text = say("total {parts}", parts=joined(", ", parts) if parts else say("nothing"))
    if seconds is not None:
        text = say("{total} in {seconds}", total=text, seconds=in_seconds(seconds))
    part = total["setup_and_teardown"]
    if part is None:
        return text
    return say("{total}; setup and teardown {part}", total=text, part=f"{100 * part:.0f} %")


def _worst_of(test: Entry) -> Entry | None:
    return next(iter(test["work"]["repeated"]), None)


def _repeated(tests: Sequence[Entry], width: int, most: int, speak: Speak) -> Iterator[str]:
    """The places that sent one statement most often, each with the test that shows it best."""
    found: dict[tuple[object, ...], tuple[int, Entry, Entry, int]] = {}
    for test in tests:
        for one in test["work"]["repeated"]:
            key = (where(one), one["statement"])
            count, shown, by, times = found.get(key, (0, one, test, 0))
            if one["count"] > count:
                count, shown, by = one["count"], one, test
            found[key] = (count, shown, by, times + 1)
    ordered = sorted(found.values(), key=lambda each: -each[0])
    for _, one, test, times in ordered[:most]:
        tail = f" ({test['id']})"
        if times > 1:
            others = " ({test} and {tests} more)"
            tail = say(others, test=test["id"], tests=_tests(times - 1))
        yield repeated(one, width, tail, speak)
    more = len(ordered) - most
    if more > 0:
        yield speak(several(more, "{n} more line repeats a query", "{n} more lines repeat a query"))


def repeated(one: Entry, width: int, tail: str = "", speak: Speak = english) -> str:
    """``34 times the same query from shop/views.py:42: SELECT ...``, and the tail after it."""
    count, place = one["count"], where(one)
    head = speak(say("{n} times the same query: ", n=count))
    if place:
        head = speak(say("{n} times the same query from {place}: ", n=count, place=place))
    tail = speak(tail)
    room = max(_SHORTEST, width - len(head) - len(tail))
    return f"{head}{fitted(' '.join(one['statement'].split()), room)}{tail}"


def where(one: Entry) -> str:
    """``shop/views.py:42``, ``shop/api.py:9 (OrderSerializer.customer)``; empty for nowhere.

    Records of before greenlint told classes have no symbol.
    """
    if one["path"] is None:
        return ""
    symbol = f" ({one['symbol']})" if one.get("symbol") else ""
    return f"{one['path']}:{one['line']}{symbol}"


def verdicts(held: Entry) -> Iterator[str]:
    """How many budgets were kept, exceeded, or cannot be judged, and of those why."""
    judged = [one for test in held["tests"] if test["budget"] for one in test["budget"]["judged"]]
    if not judged:
        return
    counts = {verdict: _of(judged, verdict) for verdict in Verdict}
    words = {
        Verdict.PASS: "{n} kept",
        Verdict.FAIL: "{n} exceeded",
        Verdict.CANNOT_MEASURE: "{n} cannot be judged",
    }
    told = [say(word, n=len(counts[one])) for one, word in words.items() if counts[one]]
    yield say("budgets: {counts}", counts=joined(", ", told))
    reasons = [one["reason"] for one in counts[Verdict.CANNOT_MEASURE]]
    for reason in dict.fromkeys(reasons):
        quantities = sorted(
            {one["quantity"] for one in counts[Verdict.CANNOT_MEASURE] if one["reason"] == reason}
        )
        yield say(
            "  {n} not judged ({quantities}): {why}",
            n=reasons.count(reason),
            quantities=joined(", ", [NAMES[quantity] for quantity in quantities]),
            why=say(Doubt(reason).sentence),
        )


def _of(judged: Iterable[Entry], verdict: Verdict) -> list[Entry]:
    return [one for one in judged if one["verdict"] == verdict.value]


NAMES = {
    "joules": say("energy"),
    "dram_joules": say("energy of memory"),
    "cpu_seconds": say("CPU time"),
    "queries": say("queries"),
    "requests": say("requests"),
    "instructions": say("instructions"),
}


__all__ = ["PHASES", "lines", "repeated", "title", "verdicts", "where"]

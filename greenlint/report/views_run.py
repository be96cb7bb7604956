# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The run as the page shows it: its totals, the runs before it, the machine and the meter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from greenlint.report.contents import Contents, PastRun, Standing, standing
from greenlint.report.drawing import Line as Drawn
from greenlint.report.drawing import line
from greenlint.report.speech import Speech

Facts = Iterator[tuple[str, str]]


class Total(NamedTuple):
    """A quantity of the whole run, its figure and what kind of figure it is, in words."""

    name: str
    figure: str
    label: str


class Run(NamedTuple):
    """The run; `joules` is whether any test has some."""

    day: str
    tests: str
    machine_class: str
    meter: str
    traced: bool
    joules: bool
    totals: tuple[Total, ...]


class Part(NamedTuple):
    """How many findings have a standing, and their percentage."""

    name: Standing
    number: int
    percent: int


class Trend(NamedTuple):
    """The drawing of runs, in words too; `joules` is whether all of them have some."""

    line: Drawn
    said: str
    joules: bool


def overview(speech: Speech, contents: Contents) -> dict[str, object]:
    """The values of the first page."""
    found = Counter(standing(entry.cost) for entry in contents.entries)
    whole = len(contents.entries) or 1
    parts = [Part(one, found[one], round(100 * found[one] / whole)) for one in Standing]
    return {
        "run": _run(speech, contents),
        "standings": [part for part in parts if part.number],
        "trend": _trend(speech, contents.past),
        "past": [_past(speech, one) for one in reversed(contents.past)],
    }


def _run(speech: Speech, contents: Contents) -> Run | None:
    document, measured = contents.document, contents.measured
    if document is None or measured is None:
        return None
    return Run(
        speech.day(measured.date),
        speech.count("number.tests", len(contents.tests)),
        document["machine"]["class"],
        measured.meter,
        measured.traced,
        any(one.joules is not None for one in contents.tests),
        tuple(_totals(speech, document)),
    )


def _totals(speech: Speech, document: Mapping[str, Any]) -> Iterator[Total]:
    total = document["total"]
    if total["joules"] is not None:
        label = speech.word("evidence", document["meter"]["evidence"])
        yield Total("joules", speech.joules(total["joules"]), label)
    if total["cpu_seconds"] is not None:
        yield Total(
            "cpu_seconds", speech.seconds(total["cpu_seconds"]), speech.say("evidence.proxy")
        )
    for name in ("queries", "requests"):
        if total[name] is not None:
            yield Total(name, speech.whole(total[name]), speech.say("overview.counted"))


def _trend(speech: Speech, past: tuple[PastRun, ...]) -> Trend | None:
    joules = [one.joules for one in past if one.joules is not None]
    seconds = [one.cpu_seconds for one in past if one.cpu_seconds is not None]
    all_joules = len(joules) == len(past)
    name, values = ("joules", joules) if all_joules else ("cpu_seconds", seconds)
    drawn = line(values)
    if drawn is None:
        return None
    first, last = (speech.quantity(name, value) for value in (values[0], values[-1]))
    quantity = speech.say(f"overview.{name}")
    said = speech.say(
        "overview.trend_drawing", quantity=quantity, n=len(values), first=first, last=last
    )
    return Trend(drawn, said, all_joules)


class PastView(NamedTuple):
    """A run of the trend; figures are texts, "–" where nobody counted."""

    id: str
    day: str
    tests: str
    joules: str
    cpu: str
    queries: str


def _past(speech: Speech, one: PastRun) -> PastView:
    return PastView(
        one.id,
        speech.day(one.date),
        speech.whole(one.tests),
        "–" if one.joules is None else speech.joules(one.joules),
        "–" if one.cpu_seconds is None else speech.seconds(one.cpu_seconds),
        "–" if one.queries is None else speech.whole(one.queries),
    )


class Listed(NamedTuple):
    """A list of facts with its title."""

    title: str
    facts: list[tuple[str, str]]


def machine_and_method(speech: Speech, contents: Contents) -> dict[str, object]:
    """The values of the last page."""
    document = contents.document
    if document is None:
        return {"method": [], "passed_over": [], "notes": []}
    parts = (
        ("machine", _machine(speech, document["machine"])),
        ("run", _about(speech, document["run"])),
        ("meter", _meter(speech, document["meter"])),
        ("conditions", _conditions(speech, document["conditions"])),
    )
    return {
        "method": [Listed(speech.say(f"method.{name}"), list(facts)) for name, facts in parts],
        "passed_over": document["meter"]["passed_over"],
        "notes": document["notes"],
    }


def _told(speech: Speech, value: object) -> str:
    if value is None:
        return speech.say("method.not_known")
    if isinstance(value, bool):
        return speech.say("method.yes" if value else "method.no")
    return speech.figure(str(value)) if isinstance(value, float) else str(value)


def _machine(speech: Speech, machine: Mapping[str, Any]) -> Facts:
    names = ("class", "cpu", "cores", "smt", "turbo", "governor", "kernel", "virtualised")
    for name in (*names, "container", "python"):
        yield speech.say(f"method.{name}"), _told(speech, machine[name])


def _about(speech: Speech, run: Mapping[str, Any]) -> Facts:
    yield speech.say("method.id"), run["id"]
    yield speech.say("method.began"), run["started"]
    commit = _told(speech, run["commit"])
    dirty = f", {speech.say('method.dirty')}" if run["dirty"] else ""
    yield speech.say("method.commit"), f"{commit}{dirty}"
    for name in ("branch", "label", "runner"):
        yield speech.say(f"method.{name}"), _told(speech, run[name])


def _meter(speech: Speech, meter: Mapping[str, Any]) -> Facts:
    yield speech.say("method.name"), meter["name"]
    yield speech.say("method.evidence"), speech.word("evidence", meter["evidence"])
    yield speech.say("method.domains"), ", ".join(meter["domains"]) or "–"
    if meter["resolution_j"] is not None:
        yield speech.say("method.resolution"), speech.joules(meter["resolution_j"])
    if meter["idle_w"] is not None:
        idle = speech.figure(f"{meter['idle_w']:.3g}")
        yield speech.say("method.idle"), f"{idle} W, {speech.say('method.idle_note')}"


def _conditions(speech: Speech, conditions: Mapping[str, Any]) -> Facts:
    yield speech.say("method.coverage"), _told(speech, conditions["coverage"])
    workers = conditions["xdist"]
    yield speech.say("method.workers"), "–" if workers is None else str(workers)
    yield speech.say("method.load"), _told(speech, conditions["load1"])
    counters = [speech.word("quantity", name) for name in conditions["counters"]]
    yield speech.say("method.counters"), ", ".join(counters) or "–"

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""benchmarks/hotspots/*.json -> benchmarks/RESULTS-hotspots.md."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from greenlint.formats.costs import amount, seconds

PINS = Path(__file__).with_name("hotspots.toml")
RESULTS = Path(__file__).with_name("RESULTS-hotspots.md")
HEADER = """\
<!--
SPDX-FileCopyrightText: The greenlint developers
SPDX-License-Identifier: EUPL-1.2
-->

# The findings with most to save, mended

Made by `python -m benchmarks.hotspots`: findings of `greenlint check --sort=energy` on two suites,
the three with most to save mended one by one, and what that saves.

CPU time is a proxy: it is no energy. Queries are counted, and exact. The machine is virtual, has no
energy counter, and was shared with other work on the same processor: load is told with each part,
and seconds by the clock were longer for it. Seconds of a single run tell only which is more; a
change of the gate comes from pairs of processes that took turns, and has its interval of 95 %.
Joules are of a counter that is **simulated**, at a power that never changes: they show that the way
works, and nothing of what code uses.
"""


def write(data: Path) -> None:
    """All projects that are there, as one page."""
    parts: list[str] = [HEADER]
    known = tomllib.loads(PINS.read_text("utf-8"))
    for name in known:
        path = data / f"{name}.json"
        if path.exists():
            parts += section(json.loads(path.read_text("utf-8")), known[name]["read"])
            parts += [f"{known[name]['note']}\n"] if "note" in known[name] else []
    RESULTS.write_text("\n".join(parts), "utf-8")


def section(held: Mapping[str, Any], read: Mapping[str, str]) -> Iterator[str]:
    """One project; `read` is what somebody thinks of a finding, by its place."""
    yield f"## {held['title']}\n"
    yield f"`{' '.join(held['command'])}`; {held['machine']}.\n"
    if "rank" in held:
        yield from _before(held["collect"] | held["rank"], read)
    if "mend" in held:
        yield from _mended(held["collect"], held["mend"])
    if "instructions" in held:
        yield _instructions(**held["instructions"])
    if "together" in held:
        yield from _together(held["together"])
    if "joules" in held:
        yield from _joules(held["joules"])


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """In Markdown, with a line after it."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines) + "\n"


def _before(held: Mapping[str, Any], read: Mapping[str, str]) -> Iterator[str]:
    run, join, page = held["run"], held["join"], held["report"]
    yield (
        f"As published ({held['when']}, load {held['load']}): {run['tests']} tests, "
        f"{seconds(run['cpu_seconds'])} of CPU time with their fixtures, {run['queries']} queries. "
        f"Both runs of `energy collect` took {held['seconds']:.0f} s. {held['findings']} findings, "
        f"{held['confirmed']} confirmed at run time."
    )
    joined, plain = join["joined"], join["plain"]
    more, cpu = (joined[name] - plain[name] for name in ("seconds", "cpu_seconds"))
    yield (
        f"After the runs, `check --sort=energy` takes {joined['seconds']:.1f} s, of which "
        f"{joined['cpu_seconds']:.1f} s of CPU time, and without the join {plain['seconds']:.1f} s "
        f"and {plain['cpu_seconds']:.1f} s (medians of three, in turns): the join is {more:.1f} s, "
        f"of which {cpu:.1f} s of CPU time (wanted: at most 5 s). The report page has "
        f"{page['bytes'] / 1e6:.2f} MB (wanted: at most 5 MB) and takes "
        f"{page['seconds']:.1f} s.\n"
    )
    yield "### The first ten\n"
    rows = [_row(number, one, read) for number, one in enumerate(held["top"], 1)]
    headings = ("", "finding", "at run time", "tests", "CPU time, at most", "queries, at most")
    yield table((*headings, "read"), rows)


def _row(number: int, one: Mapping[str, Any], read: Mapping[str, str]) -> tuple[str, ...]:
    again = one["standing"]
    if again:
        others = len(one["again_in"]) - 1
        more = f" and in {others} more" if others else ""
        again += f": {one['times']} times in `{_short(one['in'])}`{more}"
    return (
        str(number),
        f"{one['rule']} {one['place']}: {one['message']}",
        again or "executed",
        "–" if one["tests"] is None else str(one["tests"]),
        "–" if one["cpu_seconds"] is None else f"{seconds(one['cpu_seconds'])} (proxy)",
        "–" if one["queries"] is None else str(one["queries"]),
        read.get(one["place"], ""),
    )


def _short(test: str) -> str:
    return test.rpartition("/")[2]


def _mended(before: Mapping[str, Any], held: Mapping[str, Any]) -> Iterator[str]:
    yield "### The first three, mended one by one\n"
    yield (
        "Each on top of the one before, and held against it by the gate over tests that confirmed "
        f"the finding ({held['when']}, load {held['load']}).\n"
    )
    rows = [_fix(one) for one in held["fixes"]]
    headings = (
        "finding",
        "fix",
        "tests",
        "CPU time, where its interval is below zero",
        "queries",
        "gate",
    )
    yield table(headings, rows)
    for one in held["fixes"]:
        yield f"{one['fix']}, test by test:\n"
        yield table(("test", "before", "after", "change", "queries", "verdict"), list(_tests(one)))
    yield from _suite(before, held)


def _fix(one: Mapping[str, Any]) -> tuple[str, ...]:
    verdicts = [each["verdict"] for each in one["tests"]]
    told = ", ".join(f"{verdicts.count(each)} {each}" for each in dict.fromkeys(verdicts))
    better = [each for each in one["tests"] if each["change"] and each["change"]["hi"] < 0]
    base, head = (sum(each[side] or 0.0 for each in better) for side in ("base", "head"))
    counted = [each["queries"] for each in one["tests"] if each["queries"]]
    first, last = (sum(each[at] or 0 for each in counted) for at in (0, 1))
    return (
        f"`{one['fix']}`",
        one["does"],
        str(len(one["tests"])),
        f"{seconds(base)} → {seconds(head)} ({len(better)} tests)" if better else "–",
        f"{first} → {last}",
        f"{told}; {one['restarts']} pairs of processes, {one['seconds']:.0f} s",
    )


def _tests(one: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for each in one["tests"]:
        change = each["change"]
        show = _amount(each["quantity"])
        yield (
            f"`{_short(each['test'])}`",
            "–" if each["base"] is None else show(each["base"]),
            "–" if each["head"] is None else show(each["head"]),
            "–"
            if change is None
            else f"{change['pct']:+.0f} % ({change['lo']:+.0f} … {change['hi']:+.0f})",
            "–" if each["queries"] is None else f"{each['queries'][0]} → {each['queries'][1]}",
            each["verdict"],
        )


def _amount(quantity: str | None) -> Any:
    return (lambda value: f"{amount(value)} J") if quantity == "joules" else seconds


def _suite(before: Mapping[str, Any], held: Mapping[str, Any]) -> Iterator[str]:
    old, new, page = before["run"], held["run"], held["report"]
    yield "### The suite, with all three\n"
    yield (
        f"Queries of all {new['tests']} tests with their fixtures: {old['queries']} before, "
        f"{new['queries']} after (counted)."
    )
    if held["suite"] is not None:
        (whole,) = held["suite"]["tests"]
        (row,) = _tests(held["suite"])
        yield (
            "CPU time of the command as a whole, by the gate "
            f"(`--whole`, {whole['restarts']} pairs of processes): {row[1]} before, {row[2]} "
            f"after, {row[3]}, {row[5]}."
        )
    told = "tells" if page["saved"] else "does not tell"
    yield f"The report page {told} the savings; it has {page['bytes'] / 1e6:.2f} MB.\n"
    rows = []
    for one in held["savings"][::-1]:
        cpu = one["saved"]["cpu_seconds"]
        spared = "–"
        if cpu is not None:
            ends = f"{seconds(cpu['low'])} … {seconds(cpu['high'])}"
            spared = (
                f"{seconds(cpu['saved'])} ({ends}; {cpu['evidence']}) of {seconds(cpu['base'])}"
            )
        place = f"{one['rule']} {one['path']}:{one['line']}"
        rows.append((place, str(len(one["tests"])), spared, str(one["saved"]["queries"])))
    yield "`greenlint energy savings`, of one run of the tests that improved:\n"
    yield table(("finding that is gone", "tests", "CPU time less", "queries less"), rows)


def _instructions(base: Sequence[int], head: int, when: str, load: float) -> str:
    less, again = 1 - 2 * head / sum(base), abs(base[1] / base[0] - 1)
    return (
        f"Instructions of the suite, {when}, load {load}, under `valgrind --tool=callgrind`: "
        f"{sum(base) / 2e9:.3f} G before and {head / 1e9:.3f} G after, {100 * less:.2f} % less; "
        f"two runs before differ by {100 * again:.2f} %. Instructions stand for CPU time on a "
        "busy machine, and are no measure of it.\n"
    )


def _together(held: Mapping[str, Any]) -> Iterator[str]:
    yield "### All three at once\n"
    yield (
        f"In the test of each finding that repeats most ({held['when']}, load {held['load']}; "
        f"{held['restarts']} pairs of processes, {held['seconds']:.0f} s).\n"
    )
    headings = ("test", "before", "after", "change", "queries", "verdict")
    yield table(headings, list(_tests(held)))


def _joules(held: Mapping[str, Any]) -> Iterator[str]:
    run = held["run"]
    yield "### On a simulated counter\n"
    yield (
        f"A tree of {held['tree']} at {held['watts']} W, which does not change ({held['when']}, "
        f"load {held['load']}). As published the {run['tests']} tests use "
        f"{amount(run['joules'])} J (simulated).\n"
    )
    rows = [
        (
            str(number),
            f"{one['rule']} {one['place']}",
            one["standing"] or "executed",
            "–" if one["joules"] is None else f"{amount(one['joules'])} J (simulated)",
            "–" if one["queries"] is None else str(one["queries"]),
        )
        for number, one in enumerate(held["top"], 1)
    ]
    yield table(("", "finding", "at run time", "joules, at most", "queries, at most"), rows)
    yield "The first, mended, by the gate beside that counter, with what it compared:\n"
    if any(one["quantity"] == "cpu_seconds" for one in held["gate"]["tests"]):
        yield (
            "It compares joules where the counter measured every sample of both sides, and CPU "
            "time where the machine was too busy for that.\n"
        )
    headings = ("test", "before", "after", "change", "queries", "verdict")
    yield table(headings, list(_tests(held["gate"])))

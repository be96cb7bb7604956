# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A run made by hand, as each format shows it: the same figures, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from greenlint_profiler.functions import html, speedscope, text, trace
from greenlint_profiler.functions.attribution import Attribution, attribute
from greenlint_profiler.functions.naming import Whose, short, where, whose
from greenlint_profiler.functions.pieces import What
from greenlint_profiler.functions.record import as_record
from greenlint_profiler.functions.samples import Function
from greenlint_profiler.units import Evidence

from tests.profiler.stacks import (
    EVIL,
    PACKAGE,
    attributed,
    look,
    made_by_hand,
    measured,
    process,
    ran,
    stretch,
)
from tests.profiler.trace_events import problems

ROOT = Path(__file__).parents[2]

# The published schema, https://www.speedscope.app/file-format-schema.json, as far as a file with
# sampled profiles can use it.
SPEEDSCOPE: dict[str, Any] = {
    "type": "object",
    "required": ["$schema", "profiles", "shared"],
    "properties": {
        "$schema": {"const": "https://www.speedscope.app/file-format-schema.json"},
        "activeProfileIndex": {"type": "number"},
        "exporter": {"type": "string"},
        "name": {"type": "string"},
        "shared": {
            "type": "object",
            "required": ["frames"],
            "properties": {
                "frames": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name"],
                        "properties": {
                            "name": {"type": "string"},
                            "file": {"type": "string"},
                            "line": {"type": "number"},
                            "col": {"type": "number"},
                        },
                    },
                }
            },
        },
        "profiles": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": [
                    "type",
                    "name",
                    "unit",
                    "startValue",
                    "endValue",
                    "samples",
                    "weights",
                ],
                "properties": {
                    "type": {"const": "sampled"},
                    "name": {"type": "string"},
                    "unit": {
                        "enum": [
                            "bytes",
                            "microseconds",
                            "milliseconds",
                            "nanoseconds",
                            "none",
                            "seconds",
                        ]
                    },
                    "startValue": {"type": "number"},
                    "endValue": {"type": "number"},
                    "samples": {
                        "type": "array",
                        "items": {"type": "array", "items": {"type": "number"}},
                    },
                    "weights": {"type": "array", "items": {"type": "number"}},
                },
            },
        },
    },
}


@pytest.fixture
def run() -> Attribution:
    return made_by_hand()


def test_the_text(run: Attribution) -> None:
    """Total below total, each with its part, then functions by what is their own."""
    assert (
        list(text.lines(run, by_line=True))
        == f"""\
       total     part  call tree (joules)
   900.00 mJ  100.0 %  whole run
   800.00 mJ   88.9 %    main  app.py:1
   600.00 mJ   66.7 %      hot  app.py:1
   200.00 mJ   22.2 %      {EVIL}  app.py:1
   100.00 mJ   11.1 %    (waiting)
   100.00 mJ   11.1 %      main  app.py:1
   100.00 mJ   11.1 %        sleep  app.py:1

        self     part         total  function
   600.00 mJ   66.7 %     600.00 mJ  hot  app.py:1
   200.00 mJ   22.2 %     200.00 mJ  {EVIL}  app.py:1
   100.00 mJ   11.1 %     100.00 mJ  (waiting)

        self     part         total  line
   600.00 mJ   66.7 %     600.00 mJ  app.py:3  in hot
   200.00 mJ   22.2 %     200.00 mJ  app.py:1  in {EVIL}
note: Attribution is an estimate; its basis is measured (meter replay): the energy of each moment, \
divided by CPU time over what ran in it.
note: It is the energy of the whole machine while the program ran, other programs included.
note: 3 looks at one process, 100 a second (asked: 100); the sampler took 0.0 % of the CPU time.\
""".split("\n")
    )


def test_a_narrow_terminal(run: Attribution) -> None:
    """Names stay; where they are loses its beginning, or is left out."""
    for line in list(text.lines(run, width=70))[:12]:
        assert len(line) <= 70


def test_a_name_that_a_terminal_would_obey() -> None:
    """It is spelled out."""
    one = look(0, 10, ran(10, "f", thread="\x1b[2Jgone"), ran(5, "f", thread="b"))
    told = "\n".join(text.lines(attributed([process(one)], [stretch(0, 10, 10)])))
    assert "\x1b" not in told
    assert r"thread \x1b[2Jgone" in told


def test_small_branches_are_left_out_of_the_text_alone() -> None:
    """The table of the record has them."""
    one = look(0, 10, ran(9.95, "main", "large"), ran(0.05, "main", "small", thread="b"))
    found = attributed([process(one)], [stretch(0, 10, 10)])
    tree = list(text.lines(found))
    assert not any("small" in line for line in tree[: tree.index("")])
    assert {row["function"] for row in as_record(found)["functions"]} == {"main", "large", "small"}


def test_nothing_to_divide() -> None:
    """A sentence, and no table of nothing."""
    found = attribute(measured(None, evidence=Evidence.PROXY), [], [])
    first, *_ = text.lines(found)
    assert first == "There is nothing to divide: no CPU time was seen."
    assert "No process of Python was sampled." in html.written(found, "app.py")


def test_the_record_adds_up(run: Attribution) -> None:
    """In joules; the attribution is an estimate, and its basis is named."""
    record = as_record(run)
    assert (record["unit"], record["attribution"], record["basis"]) == (
        "joules",
        "estimated",
        "measured",
    )
    assert record["total"] == pytest.approx(0.9)
    assert record["rest"] == {"waiting": pytest.approx(0.1)}
    assert [(row["function"], row["self"]) for row in record["functions"]] == [
        ("hot", 0.6),
        (EVIL, 0.2),
        ("main", 0.0),
    ]
    assert json.loads(json.dumps(record)) == record


# speedscope


def test_speedscope_keeps_the_published_schema(run: Attribution) -> None:
    """And what the schema cannot say: as many weights as samples, frames that are there."""
    record = json.loads(speedscope.written(run, "app.py"))
    jsonschema.validate(record, SPEEDSCOPE)
    frames = record["shared"]["frames"]
    for one in record["profiles"]:
        assert len(one["samples"]) == len(one["weights"])
        assert sum(one["weights"]) == pytest.approx(one["endValue"] - one["startValue"])
        assert all(0 <= frame < len(frames) for sample in one["samples"] for frame in sample)


def test_speedscope_has_the_whole_run_and_each_thread(run: Attribution) -> None:
    """Stacks from the outermost, in the order of time for a thread."""
    record = speedscope.record(run, "app.py")
    names = [frame["name"] for frame in record["shared"]["frames"]]
    whole, thread = record["profiles"]
    stacks = [[names[frame] for frame in sample] for sample in whole["samples"]]
    assert stacks == [["main", "hot"], ["main", EVIL], ["(waiting)", "main", "sleep"]]
    assert whole["weights"] == [0.6, 0.2, 0.1]
    assert whole["unit"] == "none"
    assert "joules" in whole["name"]
    assert [[names[frame] for frame in one] for one in thread["samples"]] == stacks[:2]


# The trace


def events(run: Attribution, kind: str) -> list[dict[str, Any]]:
    record = json.loads(trace.written(run, "app.py"))
    return [one for one in record["traceEvents"] if one["ph"] == kind]


def test_the_trace_has_the_power_beside_the_stacks(run: Attribution) -> None:
    """Watts from the beginning of each stretch; microseconds from the first moment."""
    power = [(one["ts"], one["args"]["W"]) for one in events(run, "C") if one["name"] == "power"]
    assert power == [(0, 60), (10_000, 20), (20_000, 10), (30_000, 0)]
    parts = [one for one in events(run, "C") if one["name"] == "power package-0"]
    assert [one["args"]["W"] for one in parts] == [60, 20, 10, 0]


def test_a_slice_goes_on_while_the_stack_does(run: Attribution) -> None:
    """`main` is one slice over both looks, with the joules of both."""
    slices = {one["name"]: one for one in events(run, "X")}
    assert (slices["main"]["ts"], slices["main"]["dur"]) == (0, 20_000)
    assert slices["main"]["args"]["joules"] == pytest.approx(0.8)
    assert (slices["hot"]["ts"], slices["hot"]["dur"]) == (0, 10_000)
    assert (slices[EVIL]["ts"], slices[EVIL]["dur"]) == (10_000, 10_000)


def test_slices_of_a_thread_nest() -> None:
    """None begins within another and ends after it; a pause ends them all."""
    looks = [
        look(0, 10, ran(10, "a", "b", "c")),
        look(10, 20, ran(10, "a", "c")),
        look(20, 30),
        look(30, 40, ran(10, "a", "c")),
    ]
    found = attributed([process(*looks)], [stretch(0, 40, 10)])
    spans = [(one["ts"], one["ts"] + one["dur"]) for one in events(found, "X")]
    assert sum(begin == 30_000 for begin, _ in spans) == 2
    for first in spans:
        for second in spans:
            assert not first[0] < second[0] < first[1] < second[1]


def test_viewers_take_the_trace() -> None:
    """Fields, order, nesting and counters are as the format and its readers want them: of a run
    with two processes, threads that bear one name, and times that are no round microseconds.
    """
    odd = 1.234_567
    looks = [
        look(
            number * odd,
            (number + 1) * odd,
            ran(0.7, "main", *"ab"[: number % 3], thread="worker"),
            ran(0.3, "main", "c", thread="worker"),
            ran(0.1, "main"),
        )
        for number in range(40)
    ]
    pause = look(40 * odd, 50 * odd)
    again = look(50 * odd, 51 * odd, ran(0.5, "main", "a", thread="worker"))
    child = process(look(3.3, 7.7, ran(2, "work")), look(7.7, 9.9, ran(2, "work")), pid=2, parent=1)
    stretches = [stretch(0, 3.333_333, 50), stretch(3.333_333, 5, None), stretch(5, 60, 20)]
    found = attributed([process(*looks, pause, again), child], stretches)
    written = trace.written(found, "app.py")
    assert problems(written) == []
    names = {one["args"]["name"] for one in events(found, "M")}
    assert {"worker", "worker (2)", "MainThread", "machine"} <= names
    assert {one["pid"] for one in events(found, "X")} == {1, 2}
    spent = sum(piece.energy_uj for piece in found.pieces if piece.what is What.RAN)
    outer = [one for one in events(found, "X") if one["name"] in ("main", "work")]
    assert sum(one["args"]["joules"] for one in outer) == pytest.approx(spent / 1e6)


def test_the_trace_of_nothing_is_a_trace() -> None:
    """A run of a program without Python has names and power."""
    assert problems(trace.written(attributed([], [stretch(0, 10, 5)]), "true")) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda one: one.pop("dur"), "lacks ['dur']"),
        (lambda one: one.update(ts=-1), "ts is no time"),
        (lambda one: one.update(ph="Z"), "no kind of event"),
        (lambda one: one.update(tid=77), "its thread has no name"),
        (lambda one: one.update(pid=77), "its process has no name"),
        (lambda one: one.update(dur=10**9), "overlaps one that ends at"),
        (lambda one: one.update(ts=0, dur=15_000), "stands behind what it lies around"),
        (lambda one: one.update(dur=float("nan")), "NaN is no JSON"),
    ],
)
def test_what_viewers_would_not_take(
    run: Attribution, change: Callable[[dict[str, Any]], object], problem: str
) -> None:
    """The check above sees each of these in the last slice of a trace."""
    record = trace.record(run, "app.py")
    change(record["traceEvents"][-1])
    assert problem in "\n".join(problems(json.dumps(record)))


def test_processes_and_threads_have_names(run: Attribution) -> None:
    """And each slice is on a track that has one."""
    named = {(one["pid"], one["tid"]): one["args"]["name"] for one in events(run, "M")}
    assert named[0, 0] == "machine"
    assert named[1, 0] == "python app.py"
    assert named[1, 1] == "MainThread"
    assert {(one["pid"], one["tid"]) for one in events(run, "X")} <= named.keys()


# Names


@pytest.mark.parametrize(
    ("file", "shown", "whom"),
    [
        ("/usr/lib/python3.11/json/decoder.py", "json/decoder.py", Whose.STANDARD),
        ("/x/.venv/lib/python3.12/site-packages/a/b.py", "a/b.py", Whose.LIBRARY),
        ("/usr/lib/python3/dist-packages/a/b.py", "a/b.py", Whose.LIBRARY),
        ("<frozen os>", "<frozen os>", Whose.STANDARD),
        ("<string>", "<string>", Whose.OWN),
        ("", "", Whose.PYTHON),
        (str(ROOT / "x.py"), "x.py", Whose.OWN),
    ],
)
def test_where_a_function_is(
    file: str, shown: str, whom: Whose, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From its library, or from the working directory."""
    monkeypatch.chdir(ROOT)
    assert short(file) == shown
    assert whose(Function("f", file, 1)) is whom


def test_what_is_no_code_is_nowhere() -> None:
    """A task of asyncio, and what has no function."""
    assert where(None) == where(Function("task x", "", 0)) == ""
    assert PACKAGE.in_total

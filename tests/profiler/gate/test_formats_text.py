# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a gate says at a terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from greenlint_profiler.budget import Judged, Verdict
from greenlint_profiler.gate.formats import FORMATS
from greenlint_profiler.gate.formats.sentences import reasons_of
from greenlint_profiler.gate.formats.text import coloured, lines
from greenlint_profiler.gate.judging.judge import Doubt
from greenlint_profiler.gate.judging.sample import Unmeasured
from greenlint_profiler.gate.result import FunctionChange, Gate, Outcome

from tests.profiler.gate import gates
from tests.profiler.gate.gates import GATES

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "gate.md"
NARROW = ("varied", "whole", "doubts", "empty", "one side", "passed", "unmeasured")


def said(gate: Gate, *, everything: bool = False) -> str:
    """All lines."""
    return "\n".join(lines(gate, everything=everything))


def test_the_guide_shows_what_is_said() -> None:
    """To the letter, of the gate made by hand."""
    text = GUIDE.read_text("utf-8")
    shown = re.findall(
        r"^```console\n\$ greenlint energy gate .*\n((?:(?!```).*\n)+)```", text, re.M
    )
    assert shown[0] == "".join(FORMATS["text"](gates.varied()))


@pytest.mark.parametrize("name", NARROW)
def test_lines_fit_a_terminal(name: str) -> None:
    """None is longer than 120 columns where names allow."""
    assert max(map(len, lines(GATES[name], everything=True))) <= 120


def test_a_row_has_the_figures() -> None:
    """Both sides, change with interval, limit, what is ruled out, what is found, restarts."""
    row = next(line for line in lines(gates.whole()) if line.startswith("python -m"))
    assert re.split(r"  +", row) == [
        "python -m orders.batch", "41.2 s", "44.9 s", "+9.0 % (+8.6 … +9.4)", "+5 %", "+9.3 %",
        "+0.7 %", "FAIL", "4",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "joules", "shown"),
    [
        (3.1, True, ("3.10 J", "4.03 J")),
        (0.031, True, ("31.0 mJ", "40.3 mJ")),
        (3.1, False, ("3.10 s", "4.03 s")),
        (0.031, False, ("31.0 ms", "40.3 ms")),
        (0.00031, False, ("310 µs", "403 µs")),
    ],
)
def test_figures_are_in_the_unit_that_fits(
    base: float, joules: bool, shown: tuple[str, str]
) -> None:
    """Joules of energy, seconds of CPU time, and parts of both."""
    make = gates.fuelled if joules else gates.timed
    text = said(gates.gate(make("a.py::t", gates.told(0.3, 0.01), base)))
    row = next(line for line in text.splitlines() if line.startswith("a.py::t"))
    assert tuple(re.split(r"  +", row)[1:3]) == shown


def test_what_matters_comes_first_and_the_rest_is_counted() -> None:
    """Failures by the size of the change, doubts, improvements; with `everything` all."""
    text = said(gates.varied())
    places = [text.index(one) for one in (gates.BIG, gates.LIST, gates.GONE, gates.LOUD)]
    assert places == sorted(places)
    assert text.index(gates.LOUD) < text.index(gates.PARSE)
    assert gates.QUIET not in text
    assert "2 more: pass; each rules out a rise above +3.4 % (95 %)" in text
    everything = said(gates.varied(), everything=True)
    assert gates.QUIET in everything
    assert "more: pass" not in everything


def test_of_one_verdict_the_largest_change_comes_first() -> None:
    """Up or down alike."""
    changes = {"a": 0.2, "b": 0.9, "c": 0.5, "d": -0.5, "e": -0.4, "f": -0.8}
    tests = [gates.timed(name, gates.told(rise, 0.01), 1.0) for name, rise in changes.items()]
    rows = [line.split()[0] for line in lines(gates.gate(*tests)) if " s  " in line]
    assert rows == ["b", "c", "a", "f", "d", "e"]


def test_a_bound_that_is_far_away_is_not_told_to_the_percent() -> None:
    """Few restarts that differ much find nothing, and say no number of many digits."""
    text = said(gates.gate(gates.timed("a.py::t", gates.told(0.0, 1.5), 1.0)))
    row = next(line for line in text.splitlines() if line.startswith("a.py::t"))
    assert re.split(r"  +", row)[6] == "> 999 %"


def test_of_many_doubts_some_are_shown() -> None:
    """A suite that fails on one side does not bury the failure."""
    many = [gates.unmeasured(f"a.py::t{n}", Unmeasured.FAILED_HEAD) for n in range(80)]
    text = said(gates.gate(*many, gates.failing()))
    assert "55 more: cannot measure\n" in text
    passed = gates.timed(gates.QUIET, gates.told(0.001, 0.01), 0.0204)
    mixed = said(gates.gate(*many, passed))
    assert "56 more: 55 cannot measure, 1 pass; each pass rules out a rise above +1.5 %" in mixed
    assert text.count("it fails on the head") == 1
    assert text.index(gates.BIG) < text.index("a.py::t0")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (gates.doubted(Doubt.SPREAD), "no number of restarts up to 256 would decide"),
        (gates.unsure(), "would decide (--restarts "),
        (gates.doubted(Doubt.NOT_RECURRED), "+30 % (+28 … +32), then +0.4 % (−1.4 … +2.3)"),
        (gates.doubted(Doubt.MULTIPLE), "compare it alone (--only) to decide"),
        (gates.doubted(Doubt.TIME), "the time limit was reached"),
        (gates.doubted(Doubt.BELOW_MDE), "4 restarts find +3.4 % nine times in ten"),
        (gates.unmeasured("t", Unmeasured.FAILED_BASE, "boom\nbang"), "on the base: boom bang"),
        (gates.unmeasured("t", Unmeasured.SKIPPED), "it is skipped"),
    ],
)
def test_a_doubt_has_its_way_out(outcome: Outcome, words: str) -> None:
    """Why there is no verdict, and what would give one."""
    (reason,) = reasons_of(outcome)
    assert words in reason.sentence
    assert reason.sentence.split()[0] in said(gates.gate(outcome))


def test_restarts_that_had_no_time_want_time() -> None:
    """More of them are allowed already."""
    told = gates.unsure().told
    assert told is not None
    late = replace(gates.unsure(), told=replace(told, doubt=Doubt.TIME, wanted=12))
    assert "12 restarts would decide (given the time)" in next(reasons_of(late)).sentence


def test_every_doubt_is_told() -> None:
    """None is left without words."""
    for outcome in gates.EVERY_DOUBT:
        assert list(reasons_of(outcome)), outcome.test


def test_a_failure_says_how_to_accept_it() -> None:
    """A limit under which the figures pass: five percent above what is not ruled out."""
    text = said(gates.gate(gates.failing()))
    assert '@pytest.mark.energy(max_increase="35 %")' in text
    assert 'max-increase = "35 %" in a table [[tool.greenlint.energy.budgets]]' in text
    assert '--max-increase "35 %"' in text
    assert "over its budget of energy (measured), 3.50 J: 4.08 J" in text
    queries = said(gates.gate(gates.asking_more()))
    assert "@pytest.mark.energy(queries=35)" in queries
    assert "max-increase" not in queries


def test_what_is_no_pytest_test_has_no_marker() -> None:
    """A test of unittest is accepted in the table, a command by the option."""
    told = gates.told(0.3, 0.01)
    text = said(gates.gate(gates.timed("tests.test_a.Case.test_it", told, 0.1)))
    assert "pytest.mark" not in text
    assert "[[tool.greenlint.energy.budgets]]" in text
    assert "[[tool.greenlint" not in said(gates.whole())


def test_where_a_rise_sits() -> None:
    """Queries by line, functions with the figures of both sides, at most ten of either."""
    text = said(gates.varied())
    assert "34 times the same query from shop/views.py:42 (base: not repeated): SELECT" in text
    assert "shop/export.py:18 render_row: 410 mJ on the base, 1.22 J on the head" in text
    assert "(95 %: +620 mJ to +1.00 J)" in text
    assert "shop/views.py:42: GRN301 query-in-loop" in text
    many = tuple(FunctionChange(f"f{n}", "a.py", n, 0.0, n / 1000) for n in range(30))
    text = said(gates.gate(replace(gates.failing(), functions=many)))
    assert "f29: " in text
    assert "and 20 more" in text


@pytest.mark.parametrize(
    ("name", "strict", "last"),
    [
        ("varied", False, "exit 1: something rose above its limit"),
        ("doubts", False, "exit 0: nothing fails, which is not the same as nothing rose"),
        ("doubts", True, "exit 3: something could not be measured, and --strict asks for all"),
        ("empty", False, "nothing was compared: no test is on both sides. exit 3"),
        ("unmeasured", False, "exit 3: nothing could be measured"),
        ("passed", True, "1 comparison: 1 pass. exit 0: nothing fails"),
    ],
)
def test_the_last_line_says_the_exit_code(name: str, strict: bool, last: str) -> None:
    """With what it means."""
    assert last in list(lines(GATES[name], strict=strict))[-1]


def test_strict_makes_a_doubt_a_failure() -> None:
    """And says so."""
    *_, last = lines(gates.gate(gates.unsure()), strict=True)
    assert "exit 1: something is inconclusive, and --strict asks for more" in last


def test_cpu_time_is_never_called_energy() -> None:
    """It is a proxy, and where the word stands it is that it is none, or a name."""
    risen = gates.timed(
        "a.py::t", gates.told(0.3, 0.01), 0.1,
        functions=(FunctionChange("f", "a.py", 1, 0.1, 0.2),),
        budgets=(Judged("cpu_seconds", 0.1, 0.2, Verdict.FAIL),),
    )  # fmt: skip
    for name, render in FORMATS.items():
        text = "".join(render(gates.gate(risen, command=("pytest",))))
        named = r"energy[ -]gate|mark\.energy|greenlint\.energy|it is no energy"
        assert "energy" not in re.sub(named, "", text), name
    text = said(gates.gate(risen))
    assert "CPU time (proxy) rose by 30 %" in text
    assert "over its budget of CPU time (proxy), 100 ms: 200 ms" in text


@pytest.mark.parametrize("everything", [False, True])
def test_hostile_words_are_obeyed_by_nobody(everything: bool) -> None:
    """No terminal, no reader of logs, no encoder."""
    for line in lines(gates.hostile(), everything=everything):
        line.encode()
        assert line.isprintable()
        assert not line.lstrip().startswith("::")
        assert not re.search(r"##(vso)?\[", line)


def test_colour_is_extra() -> None:
    """Without its escape sequences the text is the same."""
    text = said(gates.varied())
    painted = "\n".join(lines(gates.varied(), paint=coloured))
    assert "\x1b[1;31mFAIL tests/test_export.py::test_big\x1b[0m" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == text
    assert "\x1b" not in text


def test_a_format_waits_until_it_is_asked_for() -> None:
    """The table of formats loads none of them."""
    code = (
        "import sys, greenlint_profiler.gate.formats as f; "
        "print([m for m in sys.modules if m.startswith(f.__name__ + '.')], 'xml' in sys.modules)"
    )
    path = ":".join(sys.path)
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=60, env={"PYTHONPATH": path}
    )
    assert done.stdout == "[] False\n"

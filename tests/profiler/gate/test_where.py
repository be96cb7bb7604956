# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where the difference sits: looks at both sides, and what they can and cannot tell."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt
from pathlib import Path
from statistics import NormalDist

import pytest
from greenlint_profiler.budget import Verdict
from greenlint_profiler.functions.samples import Function, Look, Place, Process, Ran
from greenlint_profiler.gate.judging.judge import Told
from greenlint_profiler.gate.judging.sample import Quantity
from greenlint_profiler.gate.result import Outcome
from greenlint_profiler.gate.where import MOST, changes, explained
from greenlint_profiler.gate.workers.sampled import (
    Code,
    Sampled,
    sampled,
    sampled_message,
    sampled_of,
)


def side(own_part: float = 1.0, /, **counts: int) -> Sampled:
    """Looks at functions of one file."""
    found = {
        Code(name, "shop.py", line): count for line, (name, count) in enumerate(counts.items())
    }
    return Sampled(sum(counts.values()), own_part, found)


def told(base: Sampled, head: Sampled, before: float = 1.0, after: float = 1.0) -> list[str]:
    return [one.function for one in changes(base, head, before, after)]


def test_a_function_that_got_twice_as_slow() -> None:
    """It is told with its own part of a call on both sides, and what did not change is not."""
    (one,) = changes(side(f=150, g=150), side(f=200, g=100), 1.0, 1.5)
    assert (one.function, one.path, one.line) == ("f", "shop.py", 0)
    assert (one.base, one.head) == (pytest.approx(0.5), pytest.approx(1.0))
    assert one.low is not None
    assert one.high is not None
    assert 0 < one.low < 0.5 < one.high


def test_the_interval_is_that_of_two_proportions() -> None:
    """By hand: (x + 2) / (n + 4) of each side, and two functions share the error of 5 %."""
    one = changes(side(f=150, g=150), side(f=200, g=100), 1.0, 1.5)[0]
    was, now = 152 / 304, 202 / 304
    error = sqrt(was * (1 - was) / 300 + 1.5**2 * now * (1 - now) / 300)
    margin = NormalDist().inv_cdf(1 - 0.0125) * error
    assert (one.low, one.high) == (pytest.approx(0.5 - margin), pytest.approx(0.5 + margin))


def test_functions_that_came_and_went() -> None:
    """Each with the line of the side that has it; the largest change is first."""
    found = changes(side(f=200, old=100), side(f=200, new=200), 1.0, 4 / 3)
    assert [(one.function, one.base > 0, one.head > 0) for one in found] == [
        ("new", False, True),
        ("old", True, False),
    ]
    assert found[0].head == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ({"f": 150, "g": 150}, {"f": 155, "g": 145}),
        ({"f": 300}, {"f": 297, "g": 3}),
        ({"f": 19}, {"f": 1, "g": 18}),  # too few looks to say anything
        ({}, {}),
    ],
)
def test_what_may_be_chance_is_not_told(base: Mapping[str, int], head: Mapping[str, int]) -> None:
    """A difference within the error of so many looks, or hardly any looks."""
    assert told(side(**base), side(**head)) == []


def test_false_changes_are_rare() -> None:
    """Where both sides are drawn from the same functions, one gate in twenty tells any, at most."""
    chance = random.Random(7)
    names = [f"f{number}" for number in range(30)]
    weights = [1 / (1 + number) for number in range(30)]
    false = 0
    for _ in range(400):
        both = [side(**Counter(chance.choices(names, weights, k=250))) for _ in range(2)]
        false += bool(told(*both))
    assert false <= 20


def test_a_change_of_a_fifth_of_the_work_is_found() -> None:
    """Of a test that works half as much again in one of many functions, in nearly all gates."""
    chance = random.Random(7)
    names = [f"f{number}" for number in range(20)]
    found = 0
    for _ in range(100):
        base = side(**Counter(chance.choices(names, [3, *[1] * 19], k=250)))
        head = side(**Counter(chance.choices(names, [14, *[1] * 19], k=250)))
        found += told(base, head, 1.0, 1.5)[:1] == ["f0"]
    assert found >= 95


def test_only_the_largest_are_told() -> None:
    """Five, for people."""
    base = side(**{f"f{number}": 100 for number in range(8)})
    assert len(told(base, base, 1.0, 3.0)) == MOST


def test_what_children_used_is_not_divided() -> None:
    """A process that did half of the work itself has half of it in its functions."""
    (one,) = changes(side(0.5, f=100, g=200), side(0.5, f=300), 1.0, 1.0)[:1]
    assert (one.base, one.head) in (
        (pytest.approx(0.5 / 3), pytest.approx(0.5)),
        (pytest.approx(1 / 3), 0.0),
    )


def test_functions_are_matched_though_lines_and_files_move() -> None:
    """By file and name; what is left by name, unless that is ambiguous."""
    base = Sampled(
        300,
        1.0,
        {
            Code("moved", "old.py", 5): 100,
            Code("C.run", "shop.py", 7): 100,
            Code("main", "a.py", 1): 50,
            Code("main", "b.py", 1): 50,
        },
    )
    head = Sampled(
        300,
        1.0,
        {
            Code("moved", "new.py", 90): 200,
            Code("C.run", "shop.py", 70): 50,
            Code("main", "c.py", 1): 50,
        },
    )
    found = {(one.function, one.path): one for one in changes(base, head, 3.0, 3.0)}
    assert found["moved", "new.py"].base == pytest.approx(1.0)
    assert found["moved", "new.py"].line == 90
    assert found["C.run", "shop.py"].line == 70
    assert found["main", "c.py"].base == 0.0
    assert found["main", "a.py"].head == 0.0


def process(root: Path, *looks: tuple[int, Sequence[tuple[str, str]], bool]) -> Process:
    """Looks at one thread, each at a moment, with a stack of functions and files; it had used four
    nanoseconds each time.
    """

    def at(stack: Sequence[tuple[str, str]]) -> tuple[Place, ...]:
        files = [(name, file if file[0] in "/<" else f"{root}/{file}") for name, file in stack]
        return tuple(Place(Function(name, file, 3), 4) for name, file in files)

    found = [
        Look(moment - 9, moment, 4, 0, None, (Ran("MainThread", 4, at(stack), asleep),))
        for moment, stack, asleep in looks
    ]
    return Process(1, 0, 0, 4000, ("pytest",), tuple(found))


def test_only_work_within_calls_counts(tmp_path: Path) -> None:
    """Not before, between or after them, not what was used before a call began, and not where a
    thread sleeps.
    """
    test = [("test_a", "test_a.py")]
    looks = [(9, test, False), (12, test, False), (15, test, True), (20, test, False)]
    more = [(25, test, False), (35, test, False), (41, test, False)]
    found = sampled([process(tmp_path, *looks, *more)], [(10, 20), (30, 40)], tmp_path, 0.9)
    assert found == Sampled(100 / 36, 0.9, {Code("test_a", "test_a.py", 3): 2 + 4 + 4})
    assert sampled_of(sampled_message(found)) == found


LIBRARY = "/opt/python/lib/python3.11/site-packages/django/db/models/query.py"


@pytest.mark.parametrize(
    ("stack", "name", "path"),
    [
        ([("main", "/x/bin/pytest"), ("test_a", "t/test_a.py"), ("f", "f.py")], "f", "f.py"),
        ([("test_a", "t/test_a.py"), ("f", "f.py"), ("get", LIBRARY)], "f", "f.py"),
        ([("test_a", "test_a.py"), ("<genexpr>", "<string>")], "test_a", "test_a.py"),
        ([("f", "f.py"), ("f.<locals>.<listcomp>", "f.py")], "f", "f.py"),
        ([("f", "f.py"), ("f.<locals>.<lambda>", "f.py")], "f.<locals>.<lambda>", "f.py"),
        ([("f", ".venv/lib/python3.11/site-packages/x.py"), ("get", LIBRARY)], "get", None),
        ([("run", "/elsewhere/app.py"), ("get", LIBRARY)], "get", None),
    ],
)
def test_whose_a_look_is(
    tmp_path: Path, stack: Sequence[tuple[str, str]], name: str, path: str | None
) -> None:
    """The innermost function of the project; of a background thread of a library, its own."""
    found = sampled([process(tmp_path, (5, stack, False))], [(0, 9)], tmp_path, 1.0)
    assert found.cpu_ns == {Code(name, path or "django/db/models/query.py", 3): 4}


def test_the_project_is_the_whole_checkout(tmp_path: Path) -> None:
    """Files beside the folder in which the user stands are its own, relative to that folder."""
    (tmp_path / ".git").write_text("gitdir: elsewhere")
    looks = process(tmp_path, (5, [("test_a", "app/test_a.py"), ("f", "lib/f.py")], False))
    found = sampled([looks], [(0, 9)], tmp_path / "app", 1.0)
    assert found.cpu_ns == {Code("f", "../lib/f.py", 3): 4}


def judged(test: str, verdict: Verdict, head: float = 1.5) -> Outcome:
    figures = Told(verdict, 4, 0.05, head, head, head, 0.0, 0.0, 0.0, 0.0)
    return Outcome(
        test, Verdict.FAIL, quantity=Quantity.CPU_SECONDS, base=1.0, head=head, told=figures
    )


def test_only_what_rose_is_looked_into() -> None:
    """Not a test that fails by a count alone; no verdict changes, and of many the largest count."""
    outcomes = [
        judged("counted", Verdict.PASS),
        judged("rose", Verdict.FAIL),
        judged("unseen", Verdict.FAIL),
    ]
    asked: list[str] = []

    def look(tests: Sequence[str]) -> dict[str, tuple[Sampled, Sampled]]:
        asked.extend(tests)
        return {"rose": (side(f=150, g=150), side(f=200, g=100))}

    found = explained(outcomes, look)
    assert asked == ["rose", "unseen"]
    assert [[one.function for one in outcome.functions] for outcome in found] == [[], ["f"], []]
    assert [one.verdict for one in found] == [one.verdict for one in outcomes]
    asked.clear()
    explained([judged(f"t{number}", Verdict.FAIL, 2 + number) for number in range(30)], look)
    assert asked == [f"t{number}" for number in range(29, 19, -1)]

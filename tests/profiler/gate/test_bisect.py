# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The search for the commit that raised it, with gates whose verdicts are written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.bench import Clock
from greenlint_profiler.gate.culprit.bisect import Bisection, Ended, bisect
from greenlint_profiler.gate.culprit.bisect_text import SCHEMA, as_record, lines
from greenlint_profiler.gate.culprit.commits import Branch, Commit
from greenlint_profiler.gate.error import CannotMeasure, GateError, NothingToCompare
from greenlint_profiler.gate.judging.counts import Counted
from greenlint_profiler.gate.judging.design import Design
from greenlint_profiler.gate.judging.judge import Told
from greenlint_profiler.gate.judging.sample import Quantity
from greenlint_profiler.gate.result import Gate, Outcome
from greenlint_profiler.gate.sides.revisions import Revision
from greenlint_profiler.gate.workers.pairs import CannotCompare
from greenlint_profiler.units import Evidence

from tests.profiler.documents import validator

P, F, B, Q, X = (
    Verdict.PASS,
    Verdict.FAIL,
    Verdict.IMPROVED,
    Verdict.INCONCLUSIVE,
    Verdict.CANNOT_MEASURE,
)
Row = Mapping[str, Verdict] | Exception


def outcome(test: str, verdict: Verdict) -> Outcome:
    """With figures where there are some."""
    if verdict is X:
        return Outcome(test, verdict)
    ratio = 1.5 if verdict is F else 1.0
    told = Told(verdict, 4, 0.05, ratio, ratio - 0.02, ratio + 0.02, 0.02, 0.03, 0.01, 0.001)
    queries = Counted("queries", 3, 4 if verdict is F else 3, verdict)
    return Outcome(
        *(test, verdict, Evidence.PROXY, Quantity.CPU_SECONDS, 0.05, 0.05 * ratio, told),
        counts=(queries,),
    )


class Scripted:
    """Gates against the good revision; `asked` is each commit, and which tests were measured."""

    def __init__(self, *rows: Row) -> None:
        self.rows = {f"c{number}": row for number, row in enumerate(rows, 1)}
        self.commits = [Commit(name, f"subject of {name}", ("p",)) for name in self.rows]
        self.asked: list[tuple[str, tuple[str, ...] | None, float | None]] = []
        self.said: list[str] = []

    def compare(self, commit: str, exactly: tuple[str, ...] | None, seconds: float | None) -> Gate:
        self.asked.append((commit, exactly, seconds))
        row = self.rows[commit]
        if isinstance(row, Exception):
            raise row
        outcomes = [
            outcome(test, verdict)
            for test, verdict in row.items()
            if exactly is None or test in exactly
        ]
        sides = [Revision(name, name, "", dirty=False) for name in ("good", commit)]
        return Gate(("pytest",), *sides, Design(), "cpu", {}, tests=tuple(outcomes))

    def found(
        self, now: Callable[[], float] = lambda: 0.0, limit: float | None = None
    ) -> Bisection:
        good, bad = (
            Revision(name, name, "", dirty=False) for name in ("good", f"c{len(self.rows)}")
        )
        clock = Clock(limit, now)
        return bisect(good, bad, self.commits, self.compare, clock, self.said.append)


def names(found: Bisection) -> list[str]:
    return [one.commit for one in found.suspects]


def test_the_commit_that_raised_it() -> None:
    """The bad one is judged first, then halves, with the tests that failed alone."""
    rows = [{"a": P, "b": P}] * 4 + [{"a": F, "b": P}] * 4
    script = Scripted(*rows)
    found = script.found()
    assert found.ended is Ended.FOUND
    assert found.found == Commit("c5", "subject of c5", ("p",))
    assert found.before == Commit("c4", "subject of c4", ("p",))
    assert script.asked[0] == ("c8", None, None)
    assert {exactly for _, exactly, _ in script.asked[1:]} == {("a",)}
    assert len(script.asked) == 1 + 3
    assert [one.verdict for one in found.at_found] == [F]
    assert [one.verdict for one in found.at_before] == [P]
    assert any("step 1, about 2 more: c4 (subject of c4)" in text for text in script.said)


def test_the_only_commit_needs_no_step() -> None:
    """What fails at the bad one, with nothing between, is the bad one."""
    found = Scripted({"a": F}).found()
    assert (found.ended, names(found), found.steps, found.before) == (Ended.FOUND, ["c1"], (), None)
    assert [one.test for one in found.at_found] == ["a"]


@pytest.mark.parametrize(
    ("row", "ended"),
    [
        ({"a": P, "b": B}, Ended.NO_FAILURE),
        ({"a": P, "b": X}, Ended.NO_FAILURE),  # skipped on both sides, say
        ({"a": P, "b": Q}, Ended.UNDECIDED),
        ({"a": X}, Ended.UNDECIDED),
    ],
)
def test_nothing_to_look_for(row: Row, ended: Ended) -> None:
    """Where the bad one does not fail no commit is tried, and none is named."""
    script = Scripted({"a": F}, {"a": F}, row)
    found = script.found()
    assert (found.ended, found.found, names(found), len(script.asked)) == (ended, None, [], 1)
    assert "does not fail against good" in "\n".join(lines(found))


@pytest.mark.parametrize(
    "error",
    [
        CannotMeasure("no environment"),
        CannotCompare("pytest cannot collect the tests of the head:\nImportError"),
        GateError("has no folder"),
    ],
)
def test_a_commit_that_cannot_be_judged_is_left_out(error: Exception) -> None:
    """It is told why, and its neighbours are tried."""
    found = Scripted({"a": P}, error, {"a": P}, {"a": F}, {"a": F}).found()
    assert names(found) == ["c4"]
    skipped = [one for one in found.steps if one.skipped]
    assert [(one.commit.commit, one.why) for one in skipped] == [("c2", str(error))]
    assert f"cannot be measured ({' '.join(str(error).splitlines())})" in "\n".join(lines(found))


def test_commits_that_cannot_be_told_apart_are_a_range() -> None:
    """The inconclusive one beside the rise, and a commit where the test is not there."""
    found = Scripted({"a": P}, {"a": Q}, {"b": P}, {"a": F}).found()
    assert (found.ended, names(found)) == (Ended.RANGE, ["c2", "c3", "c4"])
    assert found.found is None
    assert "one of these 3:" in "\n".join(lines(found))


def test_a_commit_with_the_files_of_the_good_one_passes() -> None:
    """A commit that was taken back: there is nothing to measure."""
    found = Scripted({"a": F}, NothingToCompare("same files"), {"a": F}, {"a": F}).found()
    assert names(found) == ["c3"]
    assert found.steps[0].verdict is P


def test_two_tests_that_two_commits_raised() -> None:
    """The first commit is found, and which test fails later, with the words to look for it."""
    rows = [{"a": P, "b": P}, {"a": F, "b": P}, {"a": F, "b": P}, {"a": F, "b": F}]
    script = Scripted(*rows)
    found = script.found()
    assert (names(found), found.tests, found.later) == (["c2"], ("a", "b"), ("b",))
    assert script.asked[-1] == ("c1", ("a",), None)
    assert "greenlint energy bisect --good c2 --bad c4 --only 'b'" in "\n".join(lines(found))


def test_a_test_in_doubt_leaves_a_commit_out_unless_another_fails_there() -> None:
    """One that fails decides; one that passes beside one in doubt does not."""
    found = Scripted({"a": P, "b": P}, {"a": P, "b": Q}, {"a": F, "b": Q}, {"a": F, "b": F}).found()
    assert names(found) == ["c2", "c3"]


def test_the_time_limit_ends_the_search() -> None:
    """What is left is a range; each gate gets the time that is left."""
    moments = iter([0.0, 10.0, 20.0, 30.0, 110.0, 120.0])
    script = Scripted(*[{"a": P}] * 9, *[{"a": F}] * 7)
    found = script.found(lambda: next(moments), 100.0)
    assert found.ended is Ended.TIME
    assert names(found)[-1] == "c16"
    assert script.asked[0][2] == 90.0
    assert script.asked[1][2] == 70.0


def test_what_is_said_of_the_commit() -> None:
    """Its figures with their interval and evidence, those before it, and what a merge brought."""
    found = Scripted({"a": P}, {"a": P}, {"a": F}, {"a": F}).found()
    text = "\n".join(lines(replace(found, branch=Branch("0" * 40, "1" * 40))))
    assert "The first commit that fails is c3 (subject of c3)" in text
    assert "a: 50.0 ms -> 75.0 ms (CPU time, proxy), +50 % (+48 % to +52 %, 95 %)" in text
    assert "3 -> 4 queries" in text
    assert "before it, at c2: 50.0 ms -> 50.0 ms" in text
    assert "--good 000000000000 --bad 111111111111" in text


def test_the_record_keeps_its_schema() -> None:
    """Found, a range and nothing to find alike."""
    scripts = [
        Scripted({"a": P}, {"a": F}),
        Scripted({"a": P}, CannotMeasure("no"), {"a": F, "b": X}),
        Scripted({"a": P}),
    ]
    for script in scripts:
        tool = {"name": "greenlint", "version": "0"}
        held = {"schema": SCHEMA, "tool": tool, **as_record(script.found())}
        validator("greenlint-energy-bisect-1").validate(held)

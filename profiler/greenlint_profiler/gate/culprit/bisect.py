# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Gates of one revision against later ones, until the first commit that fails is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.bench import Clock, Say
from greenlint_profiler.gate.culprit.commits import Branch, Commit
from greenlint_profiler.gate.culprit.search import Narrowed, search
from greenlint_profiler.gate.error import CannotMeasure, GateError, NothingToCompare
from greenlint_profiler.gate.result import Gate, Outcome, worst
from greenlint_profiler.gate.sides.revisions import Revision
from greenlint_profiler.gate.workers.pairs import CannotCompare
from greenlint_profiler.said import joined, reason
from greenlint_profiler.said import say as message

# Hold the good revision against a commit: only these tests, or None for all that are asked for,
# and in so many seconds at most.
Compare = Callable[[str, tuple[str, ...] | None, float | None], Gate]

_KEPT = (Verdict.PASS, Verdict.IMPROVED)
_BRIEF = 160


class Ended(Enum):
    """How a search ended: a code for programs."""

    FOUND = "found"
    RANGE = "range"
    TIME = "time-limit"
    NO_FAILURE = "no-failure"
    UNDECIDED = "undecided"

    @property
    def answered(self) -> bool:
        """Whether the question has an answer: a commit, or that there is no rise at all."""
        return self in (Ended.FOUND, Ended.NO_FAILURE)


@dataclass(frozen=True, slots=True)
class Step:
    """One commit held against the good one.

    `outcomes` are those of the tests that were looked for; `why` says why there are none.
    """

    commit: Commit
    verdict: Verdict
    outcomes: tuple[Outcome, ...] = ()
    why: str = ""

    @property
    def brief(self) -> str:
        """The first line of `why`, and the last one: what a tool said may be long."""
        said = [line.strip() for line in self.why.splitlines() if line.strip()]
        if len(said) == 1 and len(self.why) <= _BRIEF:
            return self.why  # it remembers what it was made of
        text = " ".join(dict.fromkeys([*said[:1], *said[-1:]]))
        return text if len(text) <= _BRIEF else f"{text[: _BRIEF - 1]}…"

    @property
    def skipped(self) -> bool:
        """Whether it says nothing of where the rise is."""
        return self.verdict in (Verdict.INCONCLUSIVE, Verdict.CANNOT_MEASURE)


@dataclass(frozen=True, slots=True)
class Bisection:
    """What was found between `good` and `bad`.

    `whole` is the gate of the two, `tests` those that failed in it, and `steps` the commits that
    were tried, in their order.  `suspects` are the commits of which one is the first that fails,
    the oldest first: one where it was found, none where nothing failed; `before` is the last one
    that is known to pass, None for the good one.  `later` are tests that do not fail yet at the
    commit that was found; `branch` is what that brought, if it is a merge.
    """

    command: tuple[str, ...]
    good: Revision
    bad: Revision
    whole: Gate
    tests: tuple[str, ...]
    commits: int
    ended: Ended
    steps: tuple[Step, ...] = ()
    suspects: tuple[Commit, ...] = ()
    before: Commit | None = None
    later: tuple[str, ...] = ()
    branch: Branch | None = None
    seconds: float = 0.0

    @property
    def found(self) -> Commit | None:
        """The first commit that fails, where that is one."""
        return self.suspects[0] if self.ended is Ended.FOUND else None

    @property
    def at_found(self) -> tuple[Outcome, ...]:
        """The tests as they were judged at that commit, or at the first that is known to fail."""
        if not self.suspects:
            return ()
        return self._at(self.suspects[-1]) or _of(self.whole, self.tests)

    @property
    def at_before(self) -> tuple[Outcome, ...]:
        """The tests as they were judged before it, where that is not the good revision itself."""
        return () if self.before is None else self._at(self.before)

    def _at(self, commit: Commit) -> tuple[Outcome, ...]:
        return next((one.outcomes for one in self.steps if one.commit == commit), ())


def bisect(
    good: Revision,
    bad: Revision,
    commits: Sequence[Commit],
    compare: Compare,
    clock: Clock,
    say: Say,
) -> Bisection:
    """Find the first of `commits`, the last of which is `bad`, that fails against `good`.

    What `compare` raises for `bad` is raised; a commit between for which it raises is left out, as
    is one that is inconclusive.  Only tests that failed are measured again, and after a commit that
    fails only those that do not pass there.
    """
    say(
        message(
            "{good} against {bad}, {n} commits later",
            good=good.name,
            bad=bad.name,
            n=len(commits),
        )
    )
    whole = compare(bad.commit, None, _left(clock))
    failed = tuple(one.test for one in whole.every if one.verdict is Verdict.FAIL)
    command, number = whole.command, len(commits)
    if not failed:
        ended = _without_failure(whole)
        return Bisection(command, good, bad, whole, (), number, ended, seconds=clock.passed)
    trial = _Trial(commits, compare, clock, say, failed)
    narrowed = search(number, trial.judge)
    # Place 0 of the search is the good revision; the commits begin at 1.
    suspects = tuple(commits[narrowed.low : narrowed.high])
    return Bisection(
        command=command,
        good=good,
        bad=bad,
        whole=whole,
        tests=failed,
        commits=number,
        ended=_ended(narrowed),
        steps=tuple(trial.steps),
        suspects=suspects,
        before=commits[narrowed.low - 1] if narrowed.low else None,
        later=tuple(test for test in failed if test not in trial.sought),
        seconds=clock.passed,
    )


class _Trial:
    """Judges one commit after the other; `sought` are the tests that may still fail earlier."""

    def __init__(
        self,
        commits: Sequence[Commit],
        compare: Compare,
        clock: Clock,
        say: Say,
        sought: tuple[str, ...],
    ) -> None:
        self._commits, self._compare, self._clock, self._say = commits, compare, clock, say
        self.sought = sought
        self.steps: list[Step] = []

    def judge(self, place: int, left: int) -> Verdict | None:
        """The verdict of a place of the search; None when there is no time for it."""
        if not self._clock.time_left():
            return None
        commit = self._commits[place - 1]
        more = message("about {n} more", n=left - 1) if left > 1 else message("the last one")
        which = f"{commit.short} ({commit.subject})"
        number = len(self.steps) + 1
        self._say(message("step {n}, {more}: {commit}", n=number, more=more, commit=which))
        step = self._step(commit)
        self.steps.append(step)
        verdict = message(step.verdict.value)
        why = [message(step.brief)] if step.why else []
        self._say(joined("", [f"{commit.short}: ", joined(", ", [verdict, *why])]))
        if step.verdict is Verdict.FAIL:
            self.sought = tuple(one.test for one in step.outcomes if one.verdict not in _KEPT)
        return step.verdict

    def _step(self, commit: Commit) -> Step:
        try:
            gate = self._compare(commit.commit, self.sought, _left(self._clock))
        except NothingToCompare:
            return Step(
                commit, Verdict.PASS, why=message("it holds the same files as the good revision")
            )
        except (CannotMeasure, CannotCompare, GateError) as error:
            return Step(commit, Verdict.CANNOT_MEASURE, why=reason(error))
        outcomes = _of(gate, self.sought)
        return Step(commit, worst([one.verdict for one in outcomes]), outcomes)


def _of(gate: Gate, tests: Sequence[str]) -> tuple[Outcome, ...]:
    """Those tests; one that is not there cannot be measured."""
    known: Mapping[str, Outcome] = {one.test: one for one in gate.every}
    absent = message("it is not on both sides")
    return tuple(
        known.get(test, Outcome(test, Verdict.CANNOT_MEASURE, detail=absent)) for test in tests
    )


def _without_failure(whole: Gate) -> Ended:
    """What is skipped, or fails on both sides, is no reason to doubt the rest."""
    verdicts = {one.verdict for one in whole.every}
    kept = verdicts.intersection(_KEPT) and Verdict.INCONCLUSIVE not in verdicts
    return Ended.NO_FAILURE if kept else Ended.UNDECIDED


def _ended(narrowed: Narrowed) -> Ended:
    if narrowed.found:
        return Ended.FOUND
    return Ended.TIME if narrowed.ended else Ended.RANGE


def _left(clock: Clock) -> float | None:
    return None if clock.seconds is None else max(0.0, clock.seconds - clock.passed)

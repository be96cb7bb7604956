# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""All that a gate found: one record a test, and what is known of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greenlint_profiler.budget import Judged, Verdict
from greenlint_profiler.gate.judging.counts import Counted
from greenlint_profiler.gate.judging.design import Design
from greenlint_profiler.gate.judging.judge import Told
from greenlint_profiler.gate.judging.sample import Quantity, Unmeasured
from greenlint_profiler.gate.sides.revisions import Revision
from greenlint_profiler.units import Evidence

# Of several verdicts on one test the first of these counts, and of the tests for the whole.
WORST = (
    Verdict.FAIL,
    Verdict.CANNOT_MEASURE,
    Verdict.INCONCLUSIVE,
    Verdict.IMPROVED,
    Verdict.PASS,
)
# The exit codes of a gate.
KEPT, FAILED, CANNOT_MEASURE = 0, 1, 3


@dataclass(frozen=True, slots=True)
class FunctionChange:
    """A function whose own part differs between the sides: seconds of CPU time, or joules, of one
    call of the test, as sampled.

    `path` and `line` are those of the head, or of the base for one that is gone.  `low` and `high`
    enclose the change with 95 %, for all functions of the test together.
    """

    function: str
    path: str
    line: int
    base: float
    head: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class FoundThere:
    """A finding of `greenlint check` on a line that the head changed."""

    rule: str
    name: str
    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Mended(FoundThere):
    """A finding of the base that the head no longer has; its place is that of the base."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One test, or a whole command, on both sides.

    `quantity`, `evidence`, `base` and `head` (medians, in seconds or joules) and `told` are absent
    where it could not be measured; `unmeasured` says why.  `recurred` is the verdict of the fresh
    restarts that a failure must be seen in once more.  `counts` are compared exactly, `budgets` are
    the absolute ones of the head, and `functions` says where a rise sits.
    """

    test: str
    verdict: Verdict
    evidence: Evidence = Evidence.NONE
    quantity: Quantity | None = None
    base: float | None = None
    head: float | None = None
    told: Told | None = None
    recurred: Told | None = None
    counts: tuple[Counted, ...] = ()
    budgets: tuple[Judged, ...] = ()
    unmeasured: Unmeasured | None = None
    functions: tuple[FunctionChange, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """Two revisions held against each other.

    `whole` is the command as a whole where that was compared; `tests` are the tests of both sides,
    in the order of the head.  `machine` is what the store keeps of a machine.  `findings` are those
    on changed lines, if anything failed, and `mended` those that went, if anything improved;
    `restarts` counts pairs of processes, and `seconds` is how long it took.
    """

    command: tuple[str, ...]
    base: Revision
    head: Revision
    design: Design
    meter: str
    machine: Mapping[str, Any]
    tests: tuple[Outcome, ...] = ()
    whole: Outcome | None = None
    only_base: tuple[str, ...] = ()
    only_head: tuple[str, ...] = ()
    findings: tuple[FoundThere, ...] = ()
    mended: tuple[Mended, ...] = ()
    notes: tuple[str, ...] = ()
    restarts: int = 0
    seconds: float = 0.0

    @property
    def every(self) -> tuple[Outcome, ...]:
        """All that was judged."""
        return self.tests if self.whole is None else (self.whole, *self.tests)

    @property
    def verdict(self) -> Verdict:
        """That of all together; where nothing was compared, nothing could be measured."""
        return worst([one.verdict for one in self.every])

    def exit_code(self, *, strict: bool) -> int:
        """1 for a failure, 3 where nothing of what was asked could be judged, else 0; `strict`
        makes a test that is inconclusive a failure, and one that cannot be measured an error.

        Tests that only one side has are no failure: the first of a project have no base.
        """
        verdicts = {one.verdict for one in self.every}
        if Verdict.FAIL in verdicts:
            return FAILED
        if not verdicts and (self.only_base or self.only_head):
            return CANNOT_MEASURE if strict else KEPT
        if verdicts <= {Verdict.CANNOT_MEASURE}:
            return CANNOT_MEASURE
        if strict and Verdict.CANNOT_MEASURE in verdicts:
            return CANNOT_MEASURE
        return FAILED if strict and Verdict.INCONCLUSIVE in verdicts else KEPT


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict of several; of none it is that nothing could be measured."""
    return next((one for one in WORST if one in verdicts), Verdict.CANNOT_MEASURE)

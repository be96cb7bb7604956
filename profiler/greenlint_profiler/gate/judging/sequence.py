# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Restart after restart until each test is decided: looks, corrections, and a second time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.judging import judge as judging
from greenlint_profiler.gate.judging.design import DEFAULT_INCREASE, LOOKS, Design, Look
from greenlint_profiler.gate.judging.effect import effect, level, watts
from greenlint_profiler.gate.judging.holm import holds, together
from greenlint_profiler.gate.judging.judge import Doubt, Told
from greenlint_profiler.gate.judging.sample import Quantity, Restart, Unmeasured, quantity

# Measure these tests once in a fresh pair of processes, of this number; what is not in the answer
# had no time left.
Measure = Callable[[Sequence[str], int], Mapping[str, Restart | Unmeasured]]
# The rise that is allowed to a test, as a part; None for the default of what is measured.
Limits = Callable[[str], float | None]
# Whether there is time for one more restart.
TimeLeft = Callable[[], bool]
_FEWEST = 2


@dataclass
class Series:
    """The restarts of one test so far, and what they say.

    `smallest` is the smallest rise that can be told here, as a part; 0 where nobody knows.
    """

    test: str
    limit: float | None
    design: Design
    smallest: float = 0.0
    restarts: list[Restart] = field(default_factory=list)
    unmeasured: Unmeasured | None = None
    told: Told | None = None
    recurred: Told | None = None

    @property
    def open(self) -> bool:
        """Whether more restarts might decide it, and are allowed."""
        if self.unmeasured is not None or len(self.restarts) >= self.design.restarts:
            return False
        doubted = self.told is None or self.told.verdict is Verdict.INCONCLUSIVE
        return doubted and not self.out_of_time

    @property
    def out_of_time(self) -> bool:
        """Whether it would have gone on."""
        doubted = self.told is not None and self.told.doubt is Doubt.TIME
        return doubted or self.unmeasured is Unmeasured.NO_TIME

    @property
    def quantity(self) -> Quantity:
        """What is compared."""
        return quantity(self.restarts)

    def take(self, found: Restart | Unmeasured) -> None:
        """One restart more, or the reason why there is none; judged where a look is due."""
        if isinstance(found, Restart):
            self.restarts.append(found)
            look = self.design.look_at(len(self.restarts))
            if look is not None:
                self.look(look)
        elif found is Unmeasured.NO_TIME and self.restarts:
            self.end()
        else:
            self.unmeasured = found

    def end(self) -> None:
        """Nothing is decided by fewer restarts than were planned; what they say is shown."""
        if len(self.restarts) >= _FEWEST and self.told is None:
            self.look(Look(len(self.restarts), LOOKS[0][1]))
        if self.told is None:
            self.unmeasured = self.unmeasured or Unmeasured.NO_TIME
        self.doubt(Doubt.TIME)

    def doubt(self, doubt: Doubt) -> None:
        """Whatever its figures say, nothing is decided."""
        if self.told is not None:
            self.told = replace(self.told, verdict=Verdict.INCONCLUSIVE, doubt=doubt)

    @property
    def failed(self) -> bool:
        """Whether its figures say that it rose."""
        return self.told is not None and self.told.verdict is Verdict.FAIL

    def look(self, look: Look) -> None:
        """Judge what there is."""
        what = self.quantity
        effects = [effect(restart, what) for restart in self.restarts]
        known = [one for one in effects if one is not None]
        if len(known) < len(effects):
            self.unmeasured = Unmeasured.ZERO
            return
        limit = DEFAULT_INCREASE[what] if self.limit is None else self.limit
        base = level(self.restarts, what, head=False)
        floor = judging.floor(what, watts(self.restarts))
        told = judging.judge(known, limit, look, base, floor, self.design.confidence)
        if limit < self.smallest:
            told = replace(told, verdict=Verdict.CANNOT_MEASURE, doubt=Doubt.BELOW_MDE, wanted=None)
        self.told = told


def run(
    measure: Measure,
    tests: Sequence[str],
    limits: Limits,
    design: Design,
    time_left: TimeLeft = lambda: True,
    smallest: Callable[[str], float] = lambda _: 0.0,
) -> dict[str, Series]:
    """Measure and judge every test.

    A limit below the `smallest` rise that can be told is refused: the test is measured up to the
    first look, for its counted work, and gets no other verdict than that.

    A test that fails must fail once more in fresh restarts, beside the first ones of tests that
    are not decided yet; and both times together must be more than one of so many tests does by
    chance.  Otherwise it is inconclusive.  `time_left` is asked before each restart.
    """

    def started(test: str) -> Series:
        return Series(test, limits(test), design, smallest(test))

    series, again = {test: started(test) for test in tests}, dict[str, Series]()
    number = 0
    while open_ones := [one for one in (*series.values(), *again.values()) if one.open]:
        if not time_left():
            for one in open_ones:
                one.end()
            break
        number += 1
        found = measure([one.test for one in open_ones], number)
        for one in open_ones:
            one.take(found.get(one.test, Unmeasured.NO_TIME))
        failed = [test for test, one in series.items() if one.failed and test not in again]
        again |= {test: started(test) for test in failed}
    for test, one in again.items():
        series[test].recurred = one.told
        if not one.failed:
            series[test].doubt(Doubt.TIME if one.out_of_time else Doubt.NOT_RECURRED)
    _correct([one for one in series.values() if one.told is not None])
    return series


def _correct(judged: Sequence[Series]) -> None:
    """Take back the failures that so many tests have by chance."""
    found = {one.test: one for one in judged if one.failed}
    p = {
        test: together(one.told.p, one.recurred.p)
        for test, one in found.items()
        if one.told is not None and one.recurred is not None
    }
    kept = holds(p, len(judged), sum(error for _, error in LOOKS))
    for test in found.keys() - kept:
        found[test].doubt(Doubt.MULTIPLE)

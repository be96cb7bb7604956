# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Restart after restart until each test is decided: looks, corrections, and a second time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

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
# Whether there is time for one more restart of so many tests.
TimeLeft = Callable[[int], bool]
_FEWEST = 2


@dataclass
class Series:
    """The restarts of one test so far, and what they say.

    `smallest` is the smallest rise that can be told here, as a part; 0 where nobody knows.
    """

    test: str
    limit: float | None
    smallest: float = 0.0
    confidence: float = 0.95
    restarts: list[Restart] = field(default_factory=list)
    unmeasured: Unmeasured | None = None
    told: Told | None = None
    recurred: Told | None = None

    @property
    def decided(self) -> bool:
        """Whether more restarts would change nothing."""
        if self.unmeasured is not None:
            return True
        return self.told is not None and self.told.verdict is not Verdict.INCONCLUSIVE

    @property
    def out_of_time(self) -> bool:
        """Whether it would have gone on."""
        doubted = self.told is not None and self.told.doubt is Doubt.TIME
        return doubted or self.unmeasured is Unmeasured.NO_TIME

    @property
    def quantity(self) -> Quantity:
        """What is compared."""
        return quantity(self.restarts)

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
        told = judging.judge(known, limit, look, base, floor, self.confidence)
        if limit < self.smallest:
            told = replace(told, verdict=Verdict.CANNOT_MEASURE, doubt=Doubt.BELOW_MDE, wanted=None)
        self.told = told


def run(
    measure: Measure,
    tests: Sequence[str],
    limits: Limits,
    design: Design,
    time_left: TimeLeft = lambda _: True,
    smallest: Callable[[str], float] = lambda _: 0.0,
) -> dict[str, Series]:
    """Measure and judge every test.

    A limit below the `smallest` rise that can be told is refused: the test is measured up to the
    first look, for its counted work, and gets no other verdict than that.

    A test that fails must fail once more in fresh restarts, and both times together must be more
    than one of so many tests does by chance; otherwise it is inconclusive.  `time_left` is asked
    before each restart.
    """
    numbers = iter(range(1, 10**9))
    started = partial(_started, limits, smallest, design.confidence)
    series = started(tests)
    _until_decided(measure, series, design, time_left, numbers)
    again = started([test for test, one in series.items() if _failed(one)])
    _until_decided(measure, again, design, time_left, numbers)
    for test, one in again.items():
        series[test].recurred = one.told
        if not _failed(one):
            _doubt(series[test], Doubt.TIME if one.out_of_time else Doubt.NOT_RECURRED)
    _correct([one for one in series.values() if one.told is not None])
    return series


def _started(
    limits: Limits, smallest: Callable[[str], float], confidence: float, tests: Iterable[str]
) -> dict[str, Series]:
    """Series without a restart: the first ones, and those of a second time alike."""
    return {test: Series(test, limits(test), smallest(test), confidence) for test in tests}


def _correct(judged: Sequence[Series]) -> None:
    """Take back the failures that so many tests have by chance."""
    found = {one.test: one for one in judged if _failed(one)}
    p = {
        test: together(one.told.p, one.recurred.p)
        for test, one in found.items()
        if one.told is not None and one.recurred is not None
    }
    kept = holds(p, len(judged), sum(error for _, error in LOOKS))
    for test in found.keys() - kept:
        _doubt(found[test], Doubt.MULTIPLE)


def _until_decided(
    measure: Measure,
    series: Mapping[str, Series],
    design: Design,
    time_left: TimeLeft,
    numbers: Iterator[int],
) -> None:
    looks = {look.restarts: look for look in design.looks()}
    for count in range(1, design.restarts + 1):
        open_ones = [one for one in series.values() if not one.decided]
        if not open_ones:
            return
        if not time_left(len(open_ones)):
            _out_of_time(open_ones)
            return
        found = measure([one.test for one in open_ones], next(numbers))
        for one in open_ones:
            _take(one, found.get(one.test, Unmeasured.NO_TIME))
            if count in looks and one.unmeasured is None:
                one.look(looks[count])


def _take(one: Series, found: Restart | Unmeasured) -> None:
    if isinstance(found, Restart):
        one.restarts.append(found)
    elif found is Unmeasured.NO_TIME and one.restarts:
        _out_of_time([one])
    else:
        one.unmeasured = found


def _out_of_time(series: Sequence[Series]) -> None:
    """Nothing is decided by fewer restarts than were planned; what they say is shown."""
    for one in series:
        if len(one.restarts) >= _FEWEST and one.told is None:
            one.look(Look(len(one.restarts), LOOKS[0][1]))
        if one.told is None:
            one.unmeasured = one.unmeasured or Unmeasured.NO_TIME
        _doubt(one, Doubt.TIME)


def _failed(one: Series) -> bool:
    return one.told is not None and one.told.verdict is Verdict.FAIL


def _doubt(one: Series, doubt: Doubt) -> None:
    """Whatever its figures say, nothing is decided."""
    if one.told is not None:
        one.told = replace(one.told, verdict=Verdict.INCONCLUSIVE, doubt=doubt)

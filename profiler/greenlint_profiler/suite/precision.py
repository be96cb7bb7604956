# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How often a test is repeated whose figure is to be precise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from greenlint_profiler.figures import energy
from greenlint_profiler.repeats import Summary, summarise
from greenlint_profiler.said import joined, say, several
from greenlint_profiler.suite.record import Phase, Stopped

# Half the interval of 95 %, as a part of the median: below it a figure is precise.
NARROW = 0.05
# With so many runs the interval of the median leaves out nine of them at each end (repeats.py); one
# that is wide then is the machine's, or the test's own.
MOST = 30


def is_precise(calls: Sequence[Phase]) -> bool:
    """Whether the interval of the calls is narrow: of their joules, or of their CPU seconds where
    none of them has joules.  The band of an estimate is left out: no repetition makes it narrower.
    """
    joules = energy([one.measurement.total for one in calls], None)
    if joules is not None:
        return joules.count == len(calls) and _narrow(joules)
    seconds = summarise([one.measurement.cpu_seconds for one in calls])
    return seconds is not None and _narrow(seconds)


def _narrow(figure: Summary) -> bool:
    """The interval of one run is the instrument's, and says nothing of how runs differ."""
    if figure.count < 2 or figure.low is None or figure.high is None:
        return False
    return (figure.high - figure.low) / 2 <= NARROW * figure.median


def lines(tests: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Why repetitions ended, of the tests of a document: one line, or none."""
    reasons = Counter(test.get("stopped") for test in tests)
    told = [
        say(words, tests=several(count, "{n} test", "{n} tests"), part=_PART, most=MOST)
        for stopped, words in _WORDS.items()
        if (count := reasons[stopped.value])
    ]
    if told:
        yield say("repeated: {reasons}", reasons=joined(", ", told))


_PART = f"{100 * NARROW:g} %"
_WORDS = {
    Stopped.PRECISE: "{tests} until the interval was within {part} of the median",
    Stopped.MOST_RUNS: "{tests} {most} times, and the interval is wider",
    Stopped.MAX_TIME: "{tests} until max-time was over",
}

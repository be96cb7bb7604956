# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What of a gate is shown, in which order, as cells of a table; and what is only counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.formats.words import WORDS, change, figure, limit, plural, rise
from greenlint_profiler.gate.judging.counts import Counted
from greenlint_profiler.gate.judging.sample import Quantity
from greenlint_profiler.gate.result import WORST, Gate, Outcome
from greenlint_profiler.past.history_text import NAMES
from greenlint_profiler.said import joined, say

HEAD = (
    say("test"),
    say("base"),
    say("head"),
    say("change (95 % CI)"),
    say("limit"),
    say("rules out"),
    say("MDE"),
    say("verdict"),
    say("restarts"),
)
# Columns of numbers.
RIGHT = (1, 2, 4, 5, 6, 8)
EXPLAINED = say(
    "Rules out: a rise of more than this is excluded with 95 %. "
    "MDE: the rise that so many restarts find nine times in ten."
)
_EACH = "; each rules out a rise above {rise} (95 %)"
# Of what is no failure, and of failures as well only so many can be read in one table.
_MOST = {Verdict.FAIL: 200, Verdict.PASS: 0}
_MOST_OF_OTHERS = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: cells under HEAD, and the verdict that they end in."""

    cells: tuple[str, ...]
    verdict: Verdict


def ordered(gate: Gate) -> list[Outcome]:
    """The worst first; of one verdict the command as a whole, and then the largest change."""
    return sorted(
        gate.every,
        key=lambda one: (WORST.index(one.verdict), one is not gate.whole, -_size(one), one.test),
    )


def _size(outcome: Outcome) -> float:
    """How far a ratio is from 1, up or down alike."""
    if outcome.told is None:
        return 0.0
    ratio = outcome.told.ratio
    return max(ratio, 1 / ratio) if ratio > 0 else float("inf")


def shown(gate: Gate, *, everything: bool = False) -> list[Outcome]:
    """Those that have a row."""
    if everything:
        return ordered(gate)
    room = {verdict: _MOST.get(verdict, _MOST_OF_OTHERS) for verdict in WORST}
    found = []
    for outcome in ordered(gate):
        room[outcome.verdict] -= 1
        if room[outcome.verdict] >= 0:
            found.append(outcome)
    return found


def rest(gate: Gate, kept: list[Outcome]) -> str:
    """What has no row, counted; empty where there is nothing."""
    there = set(map(id, kept))
    left = [one for one in gate.every if id(one) not in there]
    counted = Counter(one.verdict for one in left)
    words = [tally(counted[verdict], verdict) for verdict in WORST if counted[verdict]]
    if not words:
        return ""
    passed = [one.told.certificate for one in left if one.verdict is Verdict.PASS and one.told]
    out = ""
    if passed:
        each = say("; each pass rules out a rise above {rise} (95 %)", rise=rise(max(passed)))
        out = each if len(words) > 1 else say(_EACH, rise=rise(max(passed)))
    if len(words) == 1:
        words = [WORDS[left[0].verdict]]
    said = say("{n} more", n=len(left)) if kept else plural(len(left), "test")
    return say("{tests}: {words}{out}", tests=said, words=joined(", ", words), out=out)


def tally(count: int, verdict: Verdict) -> str:
    """``3 inconclusive``."""
    return say("{n} {verdict}", n=count, verdict=WORDS[verdict])


def rows(outcome: Outcome) -> Iterator[Row]:
    """The row of a test, and one below it for each count that changed or is in doubt."""
    told = outcome.told
    figures = (figure(outcome, outcome.base), figure(outcome, outcome.head))
    word = verdict_of(outcome)
    if told is None:
        yield Row((outcome.test, *figures, "", "", "", "", word, ""), outcome.verdict)
    else:
        yield Row(
            (
                outcome.test,
                *figures,
                change(told),
                limit(told.limit),
                rise(told.certificate),
                rise(told.mde),
                word,
                str(told.restarts),
            ),
            outcome.verdict,
        )
    for one in outcome.counts:
        if one.base != one.head or one.verdict is not Verdict.PASS:
            yield _count(one)


def verdict_of(outcome: Outcome) -> str:
    """The verdict in words; ``FAIL (count)`` where it is not what the figures of the row say."""
    word = WORDS[outcome.verdict]
    if outcome.told is None or outcome.told.verdict is outcome.verdict:
        return word
    if any(one.verdict is outcome.verdict for one in outcome.counts):
        return say("{verdict} (count)", verdict=word)
    budgets = any(one.verdict is outcome.verdict for one in outcome.budgets)
    return say("{verdict} (budget)", verdict=word) if budgets else word


def _count(one: Counted) -> Row:
    sides = (say("varies") if side is None else str(side) for side in (one.base, one.head))
    more = "" if one.base is None or one.head is None else f"{one.head - one.base:+d}"
    stated = "" if one.limit is None else str(one.limit)
    name = say("  {counter}", counter=NAMES.get(one.counter, one.counter))
    cells = (name, *sides, more, stated, "", "", WORDS[one.verdict], "")
    return Row(cells, one.verdict)


def proxied(gate: Gate) -> bool:
    """Whether any figure is CPU time, which is no energy."""
    return any(one.quantity is Quantity.CPU_SECONDS for one in gate.every)

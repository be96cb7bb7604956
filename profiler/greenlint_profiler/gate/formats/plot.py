# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The changes of all tests as one picture: SVG with a row for each, readable without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import log

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.formats.rows import verdict_of
from greenlint_profiler.gate.formats.sentences import sentence
from greenlint_profiler.gate.formats.words import change, clean, limit, rise
from greenlint_profiler.gate.judging.judge import Told
from greenlint_profiler.gate.result import Outcome
from greenlint_profiler.said import english, joined, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

# In the units of the picture: its width, where the plot begins and ends, rows, room for the axis.
_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 1020, 300, 680, 26, 40
_LABEL = 40
# Ratios beyond these have an arrow at the edge; their figures stand beside them.
_LEAST, _GREATEST = 0.4, 2.5
# The axis shows so much at least, to either side.
_AROUND = 0.1
_TICKS = (0, 5, 10, 20, 30, 50, 75, 100, 150, -5, -10, -20, -30, -40, -60)
_BETWEEN_TICKS = 50
# The shape of the point says the verdict as the colour does; drawn around 0, 0.
_SHAPES = {
    Verdict.FAIL: "M0 -7 7 0 0 7 -7 0Z",
    Verdict.IMPROVED: "M-6 -5H6L0 6Z",
    Verdict.INCONCLUSIVE: "M-5 -5H5V5H-5Z",
    Verdict.CANNOT_MEASURE: "M-5 -5 5 5M5 -5 -5 5",
    Verdict.PASS: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0",
}
LEGEND = say(
    "Each row is a test: its change with the 95 % interval. The dashed stroke is its limit; the "
    "bracket is the rise above which all is ruled out with 95 %. A filled diamond fails, an open "
    "square is inconclusive, a cross cannot be judged, a triangle improved, a circle passes. An "
    "arrow leads out of the picture. The scale is that of ratios, so that twice and half are "
    "equally far from no change."
)


@dataclass(frozen=True, slots=True)
class _Axis:
    """Ratios -> places from left to right."""

    low: float
    high: float

    def x(self, ratio: float) -> float:
        """Where a ratio is; at the edge where it is beyond it."""
        inside = min(max(ratio, self.low), self.high)
        part = log(inside / self.low) / log(self.high / self.low)
        return round(_LEFT + (_RIGHT - _LEFT) * part, 1)

    def ticks(self) -> Iterator[int]:
        """Changes in percent that have room beside one another."""
        used: list[float] = []
        for change_pct in _TICKS:
            ratio = 1 + change_pct / 100
            x = self.x(ratio)
            if self.low <= ratio <= self.high and all(abs(x - at) > _BETWEEN_TICKS for at in used):
                used.append(x)
                yield change_pct


def plot(outcomes: Sequence[Outcome], speak: Speak = english) -> Iterator[str]:
    """The picture of those that have a change; nothing where none has."""
    drawn = [(one, one.told) for one in outcomes if one.told is not None]
    if not drawn:
        return
    axis = _axis([told for _, told in drawn])
    height = _TOP + _ROW * len(drawn) + 10
    yield f'<svg class="plot" viewBox="0 0 {_WIDTH} {height}" role="img" '
    yield 'aria-labelledby="plot-title plot-desc">'
    title = speak(say("Change of each test, head against base"))
    below = speak(say("The table below has the same figures."))
    yield f'<title id="plot-title">{escape(title)}</title>'
    yield f'<desc id="plot-desc">{escape(speak(LEGEND))} {escape(below)}</desc>'
    yield from _scale(axis, height)
    for number, (outcome, told) in enumerate(drawn):
        yield from _row(axis, outcome, told, _TOP + _ROW * number + _ROW / 2, speak)
    yield "</svg>"


def _axis(every: Sequence[Told]) -> _Axis:
    low = min(min(told.low for told in every), 1 / (1 + _AROUND))
    high = max(max(max(told.high, 1 + told.limit) for told in every), 1 + _AROUND)
    return _Axis(max(_LEAST, low / 1.02), min(_GREATEST, high * 1.02))


def _scale(axis: _Axis, height: int) -> Iterator[str]:
    for tick in axis.ticks():
        x = axis.x(1 + tick / 100)
        name = f"{tick:+d} %".replace("-", "−") if tick else "0 %"
        kind = "zero" if tick == 0 else "tick"
        yield f'<line class="{kind}" x1="{x}" x2="{x}" y1="{_TOP - 8}" y2="{height}"/>'
        yield f'<text x="{x}" y="{_TOP - 14}" text-anchor="middle">{name}</text>'


def _row(axis: _Axis, outcome: Outcome, told: Told, y: float, speak: Speak) -> Iterator[str]:
    name = clean(outcome.test)
    label = name if len(name) <= _LABEL else f"…{name[1 - _LABEL :]}"
    low, high, point = axis.x(told.low), axis.x(told.high), axis.x(told.ratio)
    limited, ruled = axis.x(1 + told.limit), axis.x(1 + told.certificate)
    words = speak(joined(" ", [verdict_of(outcome), change(told)]))
    bounds = say(
        "limit {limit}, rules out {rise}", limit=limit(told.limit), rise=rise(told.certificate)
    )
    said = f"{name}: {words}; {speak(bounds)}. {clean(speak(sentence(outcome)))}"
    yield f'<g class="{outcome.verdict.value}"><title>{escape(said)}</title>'
    yield f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(label)}</text>'
    yield f'<line class="limit" x1="{limited}" x2="{limited}" y1="{y - 11}" y2="{y + 11}"/>'
    yield f'<line class="interval" x1="{low}" x2="{high}" y1="{y}" y2="{y}"/>'
    if told.low < axis.low:
        yield f'<path class="arrow" d="M{low + 8} {y - 5} {low} {y} {low + 8} {y + 5}"/>'
    if told.high > axis.high:
        yield f'<path class="arrow" d="M{high - 8} {y - 5} {high} {y} {high - 8} {y + 5}"/>'
    yield f'<path class="bracket" d="M{ruled - 5} {y - 8}H{ruled}V{y + 8}H{ruled - 5}"/>'
    shape = _SHAPES[outcome.verdict]
    yield f'<path class="point" transform="translate({point} {y})" d="{shape}"/>'
    yield f'<text x="{_RIGHT + 12}" y="{y + 4}">{escape(words)}</text></g>'

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Small drawings as points of SVG: a line of figures over runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 120, 28
_EDGE = 3
# So many of the last figures are drawn; more could not be told apart.
MOST = 60


class Line(NamedTuple):
    """The points of a polyline in a box of WIDTH x HEIGHT, and its last one."""

    points: str
    x: float
    y: float


def line(values: Sequence[float]) -> Line | None:
    """The last MOST figures from left to right; None of fewer than two.

    The lower edge is 0, so that a small difference looks small.
    """
    shown = values[-MOST:]
    if len(shown) < 2:
        return None
    most = max(*shown, 0.0) or 1.0
    step = (WIDTH - 2 * _EDGE) / (len(shown) - 1)
    tall = HEIGHT - 2 * _EDGE
    points = [
        (round(_EDGE + step * place, 1), round(HEIGHT - _EDGE - tall * max(value, 0.0) / most, 1))
        for place, value in enumerate(shown)
    ]
    return Line(" ".join(f"{x:g},{y:g}" for x, y in points), *points[-1])

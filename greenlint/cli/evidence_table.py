# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Savings in rows, alike for what is measured now and for what a page has stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from greenlint.cli.telling import spoken, told


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Cells in columns, a line for each row."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "   ".join(cells).rstrip()


def percents(saving: float, low: float, high: float) -> str:
    """Parts as ``84 % (79 to 88)``; with more decimals where these would say 100, or name one and
    the same number twice.
    """
    places = 1 if high >= 0.995 or high - low < 0.01 else 0
    places = 2 if high >= 0.9995 else places
    part, least, most = (f"{100 * one:.{places}f}" for one in (saving, low, high))
    figure = spoken().figure
    return told(
        "{part} % ({least} to {most})",
        part=figure(part),
        least=figure(least),
        most=figure(most),
    )


def verdict(low: float, high: float) -> str:
    """What is no saving, in words."""
    if low > 0:
        return ""
    return told("it uses more") if high < 0 else told("no effect shown")


def size_of(size: int | None) -> str:
    """A size of the input, or a dash where an experiment has but one."""
    return "-" if size is None else str(size)

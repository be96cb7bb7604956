# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rates with their intervals, ranges and effects, as the tables of the gate's proof have them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import mean, median

from greenlint_profiler.gate.judging.wilson import interval

from benchmarks import gate_runs as runs
from benchmarks.figure import rounded
from benchmarks.gate_runs import Record

Row = Sequence[str]


def table(headings: Row, rows: Sequence[Row]) -> str:
    """A Markdown table, or a sentence where nothing was run."""
    if not rows:
        return "Not run.\n"
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in lines)


def rate(seen: int, of: int) -> str:
    """A rate with its interval of 95 % (Wilson)."""
    if not of:
        return "none"
    low, high = interval(seen, of)
    return f"{seen} of {of}: {seen / of:.1%} ({low:.1%} – {high:.1%})"


def within(values: Iterable[float]) -> str:
    """The median, the lowest and the highest."""
    found = sorted(values)
    return f"{rounded(median(found))} ({rounded(found[0])} – {rounded(found[-1])})"


def effect(one: Record) -> float:
    """The mean logarithm over all restarts of a test, those of the second time too."""
    return mean(one["effects"]) / runs.PARTS_OF_ONE


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median, upper quartile."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return ordered[last // 4], median(ordered), ordered[3 * last // 4]

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Functions for people at a terminal: a call tree, a table, and what both rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from greenlint_profiler.functions.attribution import Attribution, basis, overhead
from greenlint_profiler.functions.naming import at, where
from greenlint_profiler.functions.tree import Node, Row, functions, lines_of, rest, tree

# Branches below this part of the whole are left out of the tree; they are in the other formats.
_LEAST = 0.01
_MOST_ROWS = 15
_INDENT = 2
# Below one another without a choice: the tree goes on at the same depth after so many levels.
_DEEPEST = 40


def written(attribution: Attribution, title: str) -> str:
    """The whole, as a file."""
    return "\n".join([title, "", *lines(attribution, by_line=True)]) + "\n"


def lines(attribution: Attribution, *, by_line: bool = False, width: int = 100) -> Iterator[str]:
    """The tree, the functions, the lines if asked for, and the sentences below them."""
    if attribution.total:
        yield from _tree(attribution, width)
        yield ""
        yield from _table(attribution, "function", functions(attribution), width)
        yield from _others(attribution)
        if by_line:
            yield ""
            yield from _table(attribution, "line", lines_of(attribution), width)
    else:
        yield "There is nothing to divide: no CPU time was seen."
    for sentence in [*basis(attribution), overhead(attribution.sampling)]:
        yield f"note: {sentence}"
    for failure in attribution.sampling.failures:
        yield f"note: sampling failed: {_printable(failure)}."


def _tree(attribution: Attribution, width: int) -> Iterator[str]:
    """Each function below its caller, with what it and all below it had."""
    unit = attribution.unit
    yield f"{'total':>12}  {'part':>7}  call tree ({unit.value})"
    least = attribution.total * _LEAST
    pending: list[tuple[int, Node]] = [(0, tree(attribution))]
    while pending:
        depth, node = pending.pop()
        shown = attribution.amount(node.total)
        indent = " " * (_INDENT * (depth % _DEEPEST))
        mark = "" if depth < _DEEPEST else f"[{depth}] "
        place = where(node.function)
        line = f"{shown:>12}  {attribution.percent(node.total):>7}  {indent}{mark}{node.name}"
        yield _fitting(line, f"  {place}" if place else "", width)
        pending += [
            (depth + 1, child) for child in reversed(node.largest_first) if child.total >= least
        ]


def _fitting(line: str, place: str, width: int) -> str:
    """A line with where that is, if both fit; the place loses its beginning first.

    What a terminal would obey, which a thread's name may hold, is spelled out.
    """
    line, place = _printable(line), _printable(place)
    room = width - len(line)
    if len(place) <= room:
        return (line + place).rstrip()
    if room > 20:
        return f"{line}  …{place[-(room - 3) :]}"
    return line


def _printable(text: str) -> str:
    return (
        text
        if text.isprintable()
        else "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
    )


def _table(attribution: Attribution, kind: str, rows: Sequence[Row], width: int) -> Iterator[str]:
    yield f"{'self':>12}  {'part':>7}  {'total':>12}  {kind}"
    shown = [row for row in rows if row.own > 0][:_MOST_ROWS]
    for row in shown:
        line = (
            f"{attribution.amount(row.own):>12}  {attribution.percent(row.own):>7}  "
            f"{attribution.amount(row.total):>12}  "
        )
        place = at(row)
        if kind == "line":
            yield _fitting(f"{line}{place}", f"  in {row.function.name}", width)
        else:
            yield _fitting(f"{line}{row.function.name}", f"  {place}", width)
    left = [row for row in rows if row.own > 0][_MOST_ROWS:]
    if left:
        own = sum(row.own for row in left)
        yield (
            f"{attribution.amount(own):>12}  {attribution.percent(own):>7}  {'':>12}  "
            f"{len(left)} more"
        )


def _others(attribution: Attribution) -> Iterator[str]:
    for what, amount in rest(attribution).items():
        shown = attribution.amount(amount)
        yield f"{shown:>12}  {attribution.percent(amount):>7}  {shown:>12}  {what.value}"

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Functions for people at a terminal: a call tree, a table, and what both rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from greenlint_profiler.functions.attribution import Attribution, basis, overhead
from greenlint_profiler.functions.naming import at, where
from greenlint_profiler.functions.tree import Node, Row, functions, lines_of, rest, tree
from greenlint_profiler.said import english, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

# Branches below this part of the whole are left out of the tree; they are in the other formats.
_LEAST = 0.01
_MOST_ROWS = 15
_INDENT = 2
# Below one another without a choice: the tree goes on at the same depth after so many levels.
_DEEPEST = 40


def written(attribution: Attribution, title: str, speak: Speak = english) -> str:
    """The whole, as a file."""
    return "\n".join([title, "", *lines(attribution, by_line=True, speak=speak)]) + "\n"


def lines(
    attribution: Attribution, *, by_line: bool = False, width: int = 100, speak: Speak = english
) -> Iterator[str]:
    """The tree, the functions, the lines if asked for, and the sentences below them."""
    if attribution.total:
        yield from _tree(attribution, width, speak)
        yield ""
        yield from _table(attribution, functions(attribution), width, speak)
        yield from _others(attribution, speak)
        if by_line:
            yield ""
            yield from _table(attribution, lines_of(attribution), width, speak, by_line=True)
    else:
        yield speak(say("There is nothing to divide: no CPU time was seen."))
    for sentence in [*basis(attribution, speak), speak(overhead(attribution.sampling))]:
        yield speak(say("note: {note}", note=sentence))
    for failure in attribution.sampling.failures:
        yield speak(say("note: sampling failed: {why}.", why=_printable(failure)))


def _tree(attribution: Attribution, width: int, speak: Speak) -> Iterator[str]:
    """Each function below its caller, with what it and all below it had."""
    title = say("call tree ({unit})", unit=say(attribution.unit.value))
    yield _row(speak(say("total")), speak(say("part")), speak(title))
    least = attribution.total * _LEAST
    pending: list[tuple[int, Node]] = [(0, tree(attribution))]
    while pending:
        depth, node = pending.pop()
        shown, part = speak(attribution.amount(node.total)), speak(attribution.percent(node.total))
        indent = " " * (_INDENT * (depth % _DEEPEST))
        mark = "" if depth < _DEEPEST else f"[{depth}] "
        place = where(node.function)
        line = _row(shown, part, f"{indent}{mark}{speak(node.name)}")
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


def _table(
    attribution: Attribution,
    rows: Sequence[Row],
    width: int,
    speak: Speak,
    *,
    by_line: bool = False,
) -> Iterator[str]:
    kind = say("line") if by_line else say("function")
    heads = [speak(one) for one in (say("self"), say("part"), say("total"))]
    yield _wide_row(heads, speak(kind))
    shown = [row for row in rows if row.own > 0][:_MOST_ROWS]
    for row in shown:
        own, total = attribution.amount(row.own), attribution.amount(row.total)
        figures = [speak(one) for one in (own, attribution.percent(row.own), total)]
        place, name = at(row), speak(row.function.name)
        if by_line:
            inside = speak(say("in {name}", name=name))
            yield _fitting(_wide_row(figures, place), f"  {inside}", width)
        else:
            yield _fitting(_wide_row(figures, name), f"  {place}", width)
    left = [row for row in rows if row.own > 0][_MOST_ROWS:]
    if left:
        rest_of = sum(row.own for row in left)
        shown_rest = (attribution.amount(rest_of), attribution.percent(rest_of))
        figures = [speak(one) for one in shown_rest]
        yield _wide_row([*figures, ""], speak(say("{n} more", n=len(left))))


def _others(attribution: Attribution, speak: Speak) -> Iterator[str]:
    for what, amount in rest(attribution).items():
        shown, part = speak(attribution.amount(amount)), speak(attribution.percent(amount))
        yield _wide_row([shown, part, shown], speak(say(what.value)))


def _row(amount: str, part: str, text: str) -> str:
    return f"{amount:>12}  {part:>7}  {text}"


def _wide_row(figures: Sequence[str], text: str) -> str:
    own, part, total = figures
    return f"{own:>12}  {part:>7}  {total:>12}  {text}"

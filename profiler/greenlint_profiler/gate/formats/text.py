# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A gate for people at a terminal, or in a log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.formats.rows import EXPLAINED, HEAD, RIGHT, Row, rest, rows, shown
from greenlint_profiler.gate.formats.sentences import parts, sentence
from greenlint_profiler.gate.formats.summary import closing, findings, heading, mended, remarks
from greenlint_profiler.gate.formats.words import WORDS, clean, few
from greenlint_profiler.gate.result import Gate, Outcome
from greenlint_profiler.past.table import table
from greenlint_profiler.said import english, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

# Colours a line by the verdict that it is about; None is a line about no single one.
Paint = Callable[[Verdict | None, str], str]

_WIDEST = 120
_COLOURS = {
    Verdict.FAIL: "1;31",
    Verdict.CANNOT_MEASURE: "33",
    Verdict.INCONCLUSIVE: "33",
    Verdict.IMPROVED: "32",
    None: "1",
}
# GitHub obeys ``::command::`` where a line begins with it, after spaces too.
_COMMAND = re.compile(r"^(\s*):(?=:)")


def plain(verdict: Verdict | None, line: str) -> str:
    """No colour."""
    return line


def coloured(verdict: Verdict | None, line: str) -> str:
    """ANSI colours; the words say the same without them."""
    code = _COLOURS.get(verdict)
    return f"\x1b[{code}m{line}\x1b[0m" if code and line else line


def render(gate: Gate, *, strict: bool = False, speak: Speak = english) -> Iterator[str]:
    """Without colour; what matters."""
    return (f"{line}\n" for line in lines(gate, strict=strict, speak=speak))


def lines(
    gate: Gate,
    *,
    everything: bool = False,
    strict: bool = False,
    paint: Paint = plain,
    speak: Speak = english,
) -> Iterator[str]:
    """What was compared, a table of what matters, a block for each failure, and the verdict.

    With `everything` each test has a row.
    """
    for verdict, line in _said(gate, everything, strict, speak):
        yield paint(verdict, _COMMAND.sub(r"\1: ", clean(speak(line))))


_Line = tuple[Verdict | None, str]


def _said(gate: Gate, everything: bool, strict: bool, speak: Speak) -> Iterator[_Line]:
    for name, value in heading(gate):
        yield from _prose(f"{speak(name):<10}", speak(value))
    kept = shown(gate, everything=everything)
    yield None, ""
    yield from _table([row for outcome in kept for row in rows(outcome)], speak)
    if left := rest(gate, kept):
        yield from _prose("", speak(left))
    for outcome in kept:
        if outcome.verdict is Verdict.FAIL:
            yield from _block(gate, outcome, speak)
    new = say("on lines that the head changed, greenlint check finds:")
    yield from _section(new, findings(gate), speak)
    gone = say("findings of the base that the head no longer has:")
    yield from _section(gone, mended(gate), speak)
    for verdict in (Verdict.CANNOT_MEASURE, Verdict.INCONCLUSIVE):
        yield from _doubts(verdict, [one for one in kept if one.verdict is verdict], speak)
    yield from _section("", remarks(gate, everything=everything), speak)
    yield None, ""
    yield (gate.verdict if gate.exit_code(strict=strict) else None), closing(gate, strict=strict)


def _table(found: list[Row], speak: Speak) -> Iterator[_Line]:
    if not found:
        return
    held = (HEAD, *(row.cells for row in found))
    cells = [tuple(clean(speak(cell)) for cell in row) for row in held]
    laid = list(table(cells, RIGHT))
    if max(map(len, laid)) > _WIDEST:
        laid = _stacked(cells)
    verdicts = [None, *(row.verdict for row in found)]
    for verdict, lines_of_it in zip(verdicts, laid, strict=True):
        yield from ((verdict, line) for line in lines_of_it.split("\n"))
    yield from _prose("", speak(EXPLAINED))


def _stacked(cells: Sequence[tuple[str, ...]]) -> list[str]:
    """Each test above its figures, where both have no room beside one another; what is counted
    keeps its name in the row, and what has no figures its verdict beside the name.
    """
    head, *below = cells
    names = [row[0].strip() if row[0].startswith(" ") else "" for row in below]
    figures = [(name, *row[1:]) for name, row in zip(names, below, strict=True)]
    first, *rest_of_it = (f"  {line}" for line in table([("", *head[1:]), *figures], RIGHT))
    laid = [first]
    for name, row, line in zip(names, below, rest_of_it, strict=True):
        if name:
            laid.append(line)
        elif any(row[1:-2]):
            laid.append(f"{row[0]}\n{line}")
        else:
            laid.append(f"{row[0]}: {row[-2]}")
    return laid


def _block(gate: Gate, outcome: Outcome, speak: Speak) -> Iterator[_Line]:
    yield None, ""
    yield Verdict.FAIL, f"{speak(WORDS[Verdict.FAIL])} {outcome.test}"
    for part in parts(outcome, whole=outcome is gate.whole):
        yield from _prose("  ", speak(part.title))
        for line in part.lines:
            yield from _prose("    ", speak(line))


def _doubts(verdict: Verdict, outcomes: list[Outcome], speak: Speak) -> Iterator[_Line]:
    """Why; tests with one reason are told together."""
    by_reason: dict[str, list[str]] = {}
    for one in outcomes:
        by_reason.setdefault(speak(sentence(one)), []).append(one.test)
    if by_reason:
        yield None, ""
        yield None, f"{speak(WORDS[verdict])}:"
    for reason, tests in by_reason.items():
        yield from _prose("  ", speak(few(tests, 5)))
        yield from _prose("    ", reason)


def _section(title: str, found: Iterator[str], speak: Speak) -> Iterator[_Line]:
    held = list(found)
    if not held:
        return
    yield None, ""
    if title:
        yield None, title
    for line in held:
        yield from _prose("  " if title else "", speak(line))


def _prose(begin: str, text: str) -> Iterator[_Line]:
    """A line that is no row: it goes on below where it is too long, further in."""
    wrapped = wrap(
        clean(text),
        _WIDEST,
        initial_indent=begin,
        subsequent_indent=f"{' ' * len(begin)}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return ((Verdict.PASS, line) for line in wrapped)

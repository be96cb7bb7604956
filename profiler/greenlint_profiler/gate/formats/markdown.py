# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A gate as a Markdown page for job summaries and merge requests: short, with the rest folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.formats.rows import EXPLAINED, HEAD, RIGHT, rest, rows, shown
from greenlint_profiler.gate.formats.sentences import parts, sentence
from greenlint_profiler.gate.formats.summary import closing, findings, heading, mended, remarks
from greenlint_profiler.gate.formats.words import WORDS, clean
from greenlint_profiler.gate.result import Gate, Outcome
from greenlint_profiler.said import english, joined, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

# GitHub takes a mebibyte as the summary of a step; the rest is kept for the closing words.
_MOST_BYTES = 1_000_000
# As character references these start no markup, end no cell, and call nobody by name.
_MARKUP = frozenset("&<>`*_[]\\|~#$@")
# Of the heading, so many lines stand at the top as code: both sides, and the command.
_SIDES = 3
_UNDER = {True: " ---: ", False: " --- "}


def render(gate: Gate, *, strict: bool = False, speak: Speak = english) -> Iterator[str]:
    """A heading with the verdict, a table of what matters, and folds; at most a mebibyte."""
    room = _MOST_BYTES
    for block in _blocks(gate, strict, speak):
        room -= len(block.encode())
        if room < 0:
            rest_of_it = say("The rest is left out for its size; the other outputs have it.")
            yield f"{speak(rest_of_it)}\n"
            return
        yield block


def _blocks(gate: Gate, strict: bool, speak: Speak) -> Iterator[str]:
    """Pieces that are whole by themselves, so that a page may end after each."""
    yield f"## greenlint energy gate: {speak(WORDS[gate.verdict])}\n\n"
    yield f"{escape(speak(closing(gate, strict=strict)))}\n\n"
    held = list(heading(gate))
    yield "".join(f"- {speak(name)}: {_code(speak(value))}\n" for name, value in held[:_SIDES])
    name, measured = held[_SIDES]
    yield f"- {speak(name)}: {escape(speak(measured))}\n\n"
    kept = shown(gate)
    if kept:
        yield _table(kept, speak)
    if left := rest(gate, kept):
        yield f"{escape(speak(left))}\n\n"
    for outcome in kept:
        if outcome.verdict is Verdict.FAIL:
            yield _failure(gate, outcome, speak)
    yield _fold(say("Findings on lines that the head changed"), findings(gate), speak)
    yield _fold(say("Findings of the base that the head no longer has"), mended(gate), speak)
    doubted = (
        say("{test}: {why}", test=one.test, why=sentence(one))
        for one in kept
        if one.verdict in (Verdict.INCONCLUSIVE, Verdict.CANNOT_MEASURE)
    )
    yield _fold(say("What is inconclusive or cannot be measured, and why"), doubted, speak)
    how = (joined(": ", one) for one in held[_SIDES + 1 :])
    yield _fold(say("How it was measured"), (*how, EXPLAINED, *remarks(gate)), speak)


def _table(outcomes: Sequence[Outcome], speak: Speak) -> str:
    lines = [
        _cells(map(speak, HEAD)),
        f"|{'|'.join(_UNDER[column in RIGHT] for column in range(len(HEAD)))}|\n",
    ]
    for outcome in outcomes:
        for row in rows(outcome):
            name, *figures = map(speak, row.cells)
            indented = name.startswith(" ")
            shown_name = f"↳ {escape(name.strip())}" if indented else _code(name)
            word = escape(figures[-2])
            figures[-2:] = [f"**{word}**" if row.verdict is Verdict.FAIL else word, figures[-1]]
            plain = [escape(one) for one in figures[:-2]]
            lines.append(f"| {' | '.join([shown_name, *plain, *figures[-2:]])} |\n")
    return "".join(lines) + "\n"


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(escape, cells))} |\n"


def _failure(gate: Gate, outcome: Outcome, speak: Speak) -> str:
    items = []
    for part in parts(outcome, whole=outcome is gate.whole):
        items.append(f"- {escape(speak(part.title))}\n")
        items += [f"  - {_code(speak(line))}\n" for line in part.lines]
    summary = f"<summary>{speak(WORDS[Verdict.FAIL])} {_code(outcome.test)}</summary>"
    return f"<details open>{summary}\n\n{''.join(items)}\n</details>\n\n"


def _fold(title: str, lines: Iterable[str], speak: Speak) -> str:
    items = [f"- {escape(speak(line))}\n" for line in lines]
    if not items:
        return ""
    return f"<details><summary>{speak(title)}</summary>\n\n{''.join(items)}\n</details>\n\n"


def escape(text: str) -> str:
    """Text that Markdown shows as it is, in a table too."""
    shown = "".join(f"&#{ord(one)};" if one in _MARKUP else one for one in clean(text))
    return shown.replace("://", "&#58;//")  # else it is a link


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"

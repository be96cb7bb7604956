# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A gate as one HTML page: a picture of the intervals, and tables with the same figures.

The page loads nothing and has no script.  Everything that comes from the project is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.formats.plot import LEGEND, plot
from greenlint_profiler.gate.formats.rows import EXPLAINED, HEAD, RIGHT, Row, ordered, rows
from greenlint_profiler.gate.formats.sentences import parts, sentence
from greenlint_profiler.gate.formats.summary import closing, findings, heading, mended, remarks
from greenlint_profiler.gate.formats.words import WORDS, clean
from greenlint_profiler.gate.result import Gate, Outcome
from greenlint_profiler.said import english, joined, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

# A language says its own code for it.
_LANG = say("en")
# More rows can be scrolled in a table, and no longer be seen at a glance.
_MOST_DRAWN = 200
_HEAD = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
{style}</style></head>
"""


def render(gate: Gate, *, strict: bool = False, speak: Speak = english) -> Iterator[str]:
    """The page."""
    return (f"{line}\n" for line in _page(gate, strict, speak))


def _page(gate: Gate, strict: bool, speak: Speak) -> Iterator[str]:
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    verdict = speak(WORDS[gate.verdict])
    title = f"greenlint energy gate: {verdict}"
    yield _HEAD.format(title=title, style=style, lang=speak(_LANG))
    yield f'<body><header><h1>greenlint energy gate: <span class="{gate.verdict.value}">'
    yield f"{verdict}</span></h1>"
    yield f"<p class=figure>{_safe(speak(closing(gate, strict=strict)))}</p><dl>"
    for name, value in heading(gate):
        yield f"<dt>{speak(name)}</dt><dd>{_safe(speak(value))}</dd>"
    yield "</dl></header><main>"
    every = ordered(gate)
    yield from _failures(gate, every, speak)
    yield from _picture(every, speak)
    yield from _table(every, speak)
    unsure = (one for one in every if one.verdict in (Verdict.CANNOT_MEASURE, Verdict.INCONCLUSIVE))
    doubts = (joined(": ", [one.test, sentence(one)]) for one in unsure)
    new = say("Findings on lines that the head changed")
    gone = say("Findings of the base that the head no longer has")
    yield from _list("doubts", say("In doubt"), doubts, speak)
    yield from _list("findings", new, findings(gate), speak)
    yield from _list("mended", gone, mended(gate), speak)
    yield from _list("remarks", say("Remarks"), remarks(gate), speak)
    yield "</main></body></html>"


def _failures(gate: Gate, every: Iterable[Outcome], speak: Speak) -> Iterator[str]:
    failed = [one for one in every if one.verdict is Verdict.FAIL]
    if not failed:
        return
    title = speak(say("What fails"))
    yield f'<section aria-labelledby="failures"><h2 id="failures">{title}</h2>'
    for outcome in failed:
        yield f"<article><h3>{_safe(outcome.test)}</h3><ul>"
        for part in parts(outcome, whole=outcome is gate.whole):
            lines = "".join(f"<li><code>{_safe(speak(line))}</code></li>" for line in part.lines)
            yield f"<li>{_safe(speak(part.title))}{f'<ul>{lines}</ul>' if lines else ''}</li>"
        yield "</ul></article>"
    yield "</section>"


def _picture(every: list[Outcome], speak: Speak) -> Iterator[str]:
    drawn = list(plot(every[:_MOST_DRAWN], speak))
    if not drawn:
        return
    title = speak(say("Changes"))
    yield f'<section><h2 id="changes">{title}</h2>'
    yield f"<p>{escape(speak(LEGEND))}</p>"
    yield '<div class="scroll" role="region" aria-labelledby="changes" tabindex="0">'
    yield from drawn
    yield "</div>"
    if len(every) > _MOST_DRAWN:
        more = say("{n} more are in the table only.", n=len(every) - _MOST_DRAWN)
        yield f"<p>{speak(more)}</p>"
    yield "</section>"


def _table(every: Iterable[Outcome], speak: Speak) -> Iterator[str]:
    found = [row for outcome in every for row in rows(outcome)]
    if not found:
        return
    names = enumerate(map(speak, HEAD))
    heads = (f"<th scope=col{_side(column)}>{name}</th>" for column, name in names)
    yield f'<section><h2 id="tests">{speak(say("Tests"))}</h2>'
    yield '<div class="scroll" role="region" aria-labelledby="tests" tabindex="0"><table>'
    yield f"<caption>{speak(EXPLAINED)}</caption><thead><tr>{''.join(heads)}</tr></thead><tbody>"
    yield from (_row(row, speak) for row in found)
    yield "</tbody></table></div></section>"


def _row(row: Row, speak: Speak) -> str:
    name, *figures = map(speak, row.cells)
    below = " class=below" if name.startswith(" ") else ""
    cells = (f"<td{_side(column)}>{_safe(cell)}</td>" for column, cell in enumerate(figures, 1))
    head = f"<th scope=row{below}>{_safe(name.strip())}</th>"
    return f'<tr class="{row.verdict.value}">{head}{"".join(cells)}</tr>'


def _side(column: int) -> str:
    return " class=number" if column in RIGHT else ""


def _list(name: str, title: str, lines: Iterable[str], speak: Speak) -> Iterator[str]:
    items = [f"<li>{_safe(speak(line))}</li>" for line in lines]
    if items:
        yield f'<section aria-labelledby="{name}"><h2 id="{name}">{speak(title)}</h2><ul>'
        yield from items
        yield "</ul></section>"


def _safe(text: str) -> str:
    return escape(clean(text))

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

# More rows can be scrolled in a table, and no longer be seen at a glance.
_MOST_DRAWN = 200
_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
{style}</style></head>
"""


def render(gate: Gate, *, strict: bool = False) -> Iterator[str]:
    """The page."""
    return (f"{line}\n" for line in _page(gate, strict))


def _page(gate: Gate, strict: bool) -> Iterator[str]:
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    title = f"greenlint energy gate: {WORDS[gate.verdict]}"
    yield _HEAD.format(title=title, style=style)
    yield f'<body><header><h1>greenlint energy gate: <span class="{gate.verdict.value}">'
    yield f"{WORDS[gate.verdict]}</span></h1>"
    yield f"<p class=figure>{_safe(closing(gate, strict=strict))}</p><dl>"
    for name, value in heading(gate):
        yield f"<dt>{name}</dt><dd>{_safe(value)}</dd>"
    yield "</dl></header><main>"
    every = ordered(gate)
    yield from _failures(gate, every)
    yield from _picture(every)
    yield from _table(every)
    doubts = (one for one in every if one.verdict in (Verdict.CANNOT_MEASURE, Verdict.INCONCLUSIVE))
    yield from _list("doubts", "In doubt", (f"{one.test}: {sentence(one)}" for one in doubts))
    yield from _list("findings", "Findings on lines that the head changed", findings(gate))
    yield from _list("mended", "Findings of the base that the head no longer has", mended(gate))
    yield from _list("remarks", "Remarks", remarks(gate))
    yield "</main></body></html>"


def _failures(gate: Gate, every: Iterable[Outcome]) -> Iterator[str]:
    failed = [one for one in every if one.verdict is Verdict.FAIL]
    if not failed:
        return
    yield '<section aria-labelledby="failures"><h2 id="failures">What fails</h2>'
    for outcome in failed:
        yield f"<article><h3>{_safe(outcome.test)}</h3><ul>"
        for part in parts(outcome, whole=outcome is gate.whole):
            lines = "".join(f"<li><code>{_safe(line)}</code></li>" for line in part.lines)
            yield f"<li>{_safe(part.title)}{f'<ul>{lines}</ul>' if lines else ''}</li>"
        yield "</ul></article>"
    yield "</section>"


def _picture(every: list[Outcome]) -> Iterator[str]:
    drawn = list(plot(every[:_MOST_DRAWN]))
    if not drawn:
        return
    yield '<section><h2 id="changes">Changes</h2>'
    yield f"<p>{escape(LEGEND)}</p>"
    yield '<div class="scroll" role="region" aria-labelledby="changes" tabindex="0">'
    yield from drawn
    yield "</div>"
    if len(every) > _MOST_DRAWN:
        yield f"<p>{len(every) - _MOST_DRAWN} more are in the table only.</p>"
    yield "</section>"


def _table(every: Iterable[Outcome]) -> Iterator[str]:
    found = [row for outcome in every for row in rows(outcome)]
    if not found:
        return
    heads = (f"<th scope=col{_side(column)}>{name}</th>" for column, name in enumerate(HEAD))
    yield '<section><h2 id="tests">Tests</h2>'
    yield '<div class="scroll" role="region" aria-labelledby="tests" tabindex="0"><table>'
    yield f"<caption>{EXPLAINED}</caption><thead><tr>{''.join(heads)}</tr></thead><tbody>"
    yield from map(_row, found)
    yield "</tbody></table></div></section>"


def _row(row: Row) -> str:
    name, *figures = row.cells
    below = " class=below" if name.startswith(" ") else ""
    cells = (f"<td{_side(column)}>{_safe(cell)}</td>" for column, cell in enumerate(figures, 1))
    head = f"<th scope=row{below}>{_safe(name.strip())}</th>"
    return f'<tr class="{row.verdict.value}">{head}{"".join(cells)}</tr>'


def _side(column: int) -> str:
    return " class=number" if column in RIGHT else ""


def _list(name: str, title: str, lines: Iterable[str]) -> Iterator[str]:
    items = [f"<li>{_safe(line)}</li>" for line in lines]
    if items:
        yield f'<section aria-labelledby="{name}"><h2 id="{name}">{title}</h2><ul>'
        yield from items
        yield "</ul></section>"


def _safe(text: str) -> str:
    return escape(clean(text))

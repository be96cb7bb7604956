# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Functions as one HTML page: a flame view that is a list, and tables with the same figures.

The page opens no network and needs no script; the script adds keys, zoom and search.  Everything
that comes from the program is escaped.  Whose code a bar is can be read from its edge and its text,
not only from its colour.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape
from pathlib import Path

from greenlint_profiler.functions.attribution import Attribution, Unit, basis, overhead
from greenlint_profiler.functions.naming import Whose, at, where, whose
from greenlint_profiler.functions.tree import Node, Row, functions, lines_of, rest, tree
from greenlint_profiler.quantity import in_seconds

# What is a smaller part of the whole cannot be seen in the picture; the tables have it.
_LEAST = 0.001
# Browsers flatten what is nested more deeply than about 500 elements; two belong to a bar.
_DEEPEST = 120
_MOST_ROWS = 1000
_LONG_TITLE = 100

_CLASSES = {
    Whose.OWN: "own",
    Whose.LIBRARY: "library",
    Whose.STANDARD: "standard",
    Whose.PYTHON: "python",
}


def written(attribution: Attribution, title: str) -> str:
    """The page."""
    return "\n".join(_page(attribution, title)) + "\n"


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _page(attribution: Attribution, title: str) -> Iterator[str]:
    style, script = _asset("flame.css"), _asset("flame.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    unit = attribution.unit.value
    shown = title if len(title) <= _LONG_TITLE else f"{title[:_LONG_TITLE]}…"
    name = escape(f"{unit[0].upper()}{unit[1:]} of {shown}")
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield '<head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{name}</title>"
    yield f"<style>\n{style}</style></head>"
    yield f"<body><header><h1>{name}</h1>"
    of = " of CPU time" if attribution.unit is Unit.NANOSECONDS else ""
    yield f"<p class=figure>{attribution.amount(attribution.total)}{of} in "
    yield f"{in_seconds(attribution.measurement.seconds)}</p>"
    if shown != title:
        yield f"<p>The whole command: <code>{escape(title)}</code></p>"
    yield from (f"<p>{escape(one)}</p>" for one in _sentences(attribution))
    yield "</header><main>"
    yield from _flame(attribution)
    yield from _table(attribution, "Functions", functions(attribution))
    yield from _table(attribution, "Lines", lines_of(attribution))
    yield f"</main><script>{script}</script></body></html>"


def _sentences(attribution: Attribution) -> Iterator[str]:
    yield from basis(attribution)
    yield overhead(attribution.sampling)
    for failure in attribution.sampling.failures:
        yield f"Sampling failed: {failure}."


def _flame(attribution: Attribution) -> Iterator[str]:
    yield '<section aria-labelledby="flame-title"><h2 id="flame-title">Where it goes</h2>'
    yield "<p>Each bar is a function; those it called are below it. A bar is as wide as its total. "
    yield "Calls with less than 0.1 % of the whole are only in the tables.</p>"
    yield '<ul class="legend" aria-label="Edges of the bars">'
    for one, word in _CLASSES.items():
        yield f'<li><span class="bar {word}">{escape(one.value)}</span></li>'
    yield '<li><span class="bar rest">no code of Python</span></li></ul>'
    yield '<div class="tools" hidden><label>Find a function <input type="search" id="find"></label>'
    yield '<button type="button" id="reset">Show the whole run</button>'
    yield '<p class="keys">Keys: arrows move, Enter shows one function over the whole width, '
    yield "Escape goes back.</p></div>"
    yield '<p id="told" role="status" aria-live="polite"></p>'
    yield '<ul class="flame" id="flame" aria-label="Call tree">'
    root = tree(attribution)
    if root.total:
        yield from _bar(attribution, root, root.total, 0)
    yield "</ul></section>"


def _bar(attribution: Attribution, node: Node, above: int, depth: int) -> Iterator[str]:
    amount, part = attribution.amount(node.total), attribution.percent(node.total)
    own, place = attribution.amount(node.own), where(node.function)
    rests = node.function is None
    word = "rest" if rests else _CLASSES[whose(node.function)]
    kind = "no code of Python" if rests else whose(node.function).value
    told = f"{node.name}: total {amount} ({part}), self {own}"
    told += f", {place}, {kind}" if place else ""
    share = node.total / above if above else 0
    yield f'<li style="--part:{share:.6f}"><span class="bar {word}" title="{escape(told)}">'
    yield f"{escape(node.name)} <small>{amount} · {part}</small></span>"
    least = _LEAST * attribution.total
    below = [child for child in node.largest_first if child.total >= least]
    if below and depth < _DEEPEST:
        yield "<ul>"
        for child in below:
            yield from _bar(attribution, child, node.total, depth + 1)
        yield "</ul>"
    elif below:
        yield f'<ul><li><span class="bar rest">{len(below)} more below, in the tables</span></li>'
        yield "</ul>"
    yield "</li>"


def _table(attribution: Attribution, title: str, rows: Sequence[Row]) -> Iterator[str]:
    word = title.lower()
    unit = attribution.unit.value
    by_line = title == "Lines"
    yield f'<section><h2 id="{word}">{title}</h2>'
    yield f'<div class="scroll" role="region" aria-labelledby="{word}" tabindex="0"><table>'
    yield f"<caption>{title} by what is their own, in {unit}. Total is with all that they called; "
    yield "a function that calls itself is counted once.</caption>"
    heads = ("Self", "Part", "Total", "Line" if by_line else "Function", "Whose", "Where")
    yield f"<thead><tr>{''.join(f'<th scope=col>{one}</th>' for one in heads)}</tr></thead><tbody>"
    for row in rows[:_MOST_ROWS]:
        name = f"{at(row)} in {row.function.name}" if by_line else row.function.name
        cells = (
            f"<td>{attribution.amount(row.own)}</td><td>{attribution.percent(row.own)}</td>"
            f"<td>{attribution.amount(row.total)}</td>"
        )
        yield f"<tr>{cells}<th scope=row>{escape(name)}</th>"
        yield f"<td>{escape(whose(row.function).value)}</td><td>{escape(at(row))}</td></tr>"
    if not by_line:
        for what, amount in rest(attribution).items():
            cell = f"<td>{attribution.amount(amount)}</td>"
            yield f"<tr>{cell}<td>{attribution.percent(amount)}</td>{cell}"
            yield f"<th scope=row>{escape(what.value)}</th><td>no code of Python</td><td></td></tr>"
    yield "</tbody></table></div>"
    if len(rows) > _MOST_ROWS:
        yield f"<p>{len(rows) - _MOST_ROWS} more rows are left out.</p>"
    yield "</section>"

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
from greenlint_profiler.said import Figure, english, joined, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

# A language says its own code for it.
_LANG = say("en")
_NO_CODE = say("no code of Python")

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


def written(attribution: Attribution, title: str, speak: Speak = english) -> str:
    """The page."""
    return "\n".join(_page(attribution, title, speak)) + "\n"


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _page(attribution: Attribution, title: str, speak: Speak) -> Iterator[str]:
    style, script = _asset("flame.css"), _asset("flame.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    shown = title if len(title) <= _LONG_TITLE else f"{title[:_LONG_TITLE]}…"
    unit = speak(say(attribution.unit.value))
    unit = f"{unit[0].upper()}{unit[1:]}"
    name = escape(speak(say("{unit} of {command}", unit=unit, command=shown)))
    yield "<!DOCTYPE html>"
    yield f'<html lang="{speak(_LANG)}">'
    yield '<head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{name}</title>"
    yield f"<style>\n{style}</style></head>"
    yield f"<body><header><h1>{name}</h1>"
    of = "{amount} of CPU time in {time}"
    of = of if attribution.unit is Unit.NANOSECONDS else "{amount} in {time}"
    amount, time = (
        attribution.amount(attribution.total),
        in_seconds(attribution.measurement.seconds),
    )
    yield f"<p class=figure>{speak(say(of, amount=amount, time=time))}</p>"
    if shown != title:
        yield f"<p>{speak(say('The whole command:'))} <code>{escape(title)}</code></p>"
    yield from (f"<p>{escape(one)}</p>" for one in _sentences(attribution, speak))
    yield "</header><main>"
    yield from _flame(attribution, speak)
    yield from _table(attribution, functions(attribution), speak)
    yield from _table(attribution, lines_of(attribution), speak, by_line=True)
    yield f"</main><script>{script}</script></body></html>"


def _sentences(attribution: Attribution, speak: Speak) -> Iterator[str]:
    yield from basis(attribution, speak)
    yield speak(overhead(attribution.sampling))
    for failure in attribution.sampling.failures:
        yield speak(say("Sampling failed: {why}.", why=failure))


def _flame(attribution: Attribution, speak: Speak) -> Iterator[str]:
    title = speak(say("Where it goes"))
    yield f'<section aria-labelledby="flame-title"><h2 id="flame-title">{title}</h2>'
    how = say(
        "Each bar is a function; those it called are below it. A bar is as wide as its total. "
        "Calls with less than {least} of the whole are only in the tables.",
        least=Figure("0.1 %"),
    )
    yield f"<p>{speak(how)}</p>"
    yield f'<ul class="legend" aria-label="{speak(say("Edges of the bars"))}">'
    for one, word in _CLASSES.items():
        yield f'<li><span class="bar {word}">{escape(speak(say(one.value)))}</span></li>'
    yield f'<li><span class="bar rest">{speak(_NO_CODE)}</span></li></ul>'
    find = speak(say("Find a function"))
    yield f'<div class="tools" hidden><label>{find} <input type="search" id="find"></label>'
    yield f'<button type="button" id="reset">{speak(say("Show the whole run"))}</button>'
    keys = say(
        "Keys: arrows move, Enter shows one function over the whole width, Escape goes back."
    )
    yield f'<p class="keys">{speak(keys)}</p></div>'
    # The script puts the numbers in.
    bars = escape(speak(say("{found} of {all} bars", found="{found}", all="{all}")))
    yield f'<p id="told" role="status" aria-live="polite" data-found="{bars}"></p>'
    yield f'<ul class="flame" id="flame" aria-label="{speak(say("Call tree"))}">'
    root = tree(attribution)
    if root.total:
        yield from _bar(attribution, root, root.total, 0, speak)
    yield "</ul></section>"


def _bar(
    attribution: Attribution, node: Node, above: int, depth: int, speak: Speak
) -> Iterator[str]:
    amount, part = attribution.amount(node.total), attribution.percent(node.total)
    rests = node.function is None
    word = "rest" if rests else _CLASSES[whose(node.function)]
    name = speak(node.name)
    told = say(
        "{name}: total {amount} ({part}), self {own}",
        name=name,
        amount=amount,
        part=part,
        own=attribution.amount(node.own),
    )
    if place := where(node.function):
        kind = _NO_CODE if rests else say(whose(node.function).value)
        told = joined(", ", [told, place, kind])
    share = node.total / above if above else 0
    yield f'<li style="--part:{share:.6f}"><span class="bar {word}" title="{escape(speak(told))}">'
    yield f"{escape(name)} <small>{speak(amount)} · {speak(part)}</small></span>"
    least = _LEAST * attribution.total
    below = [child for child in node.largest_first if child.total >= least]
    if below and depth < _DEEPEST:
        yield "<ul>"
        for child in below:
            yield from _bar(attribution, child, node.total, depth + 1, speak)
        yield "</ul>"
    elif below:
        more = speak(say("{n} more below, in the tables", n=len(below)))
        yield f'<ul><li><span class="bar rest">{more}</span></li>'
        yield "</ul>"
    yield "</li>"


def _table(
    attribution: Attribution, rows: Sequence[Row], speak: Speak, *, by_line: bool = False
) -> Iterator[str]:
    word = "lines" if by_line else "functions"
    title = say("Lines") if by_line else say("Functions")
    yield f'<section><h2 id="{word}">{speak(title)}</h2>'
    yield f'<div class="scroll" role="region" aria-labelledby="{word}" tabindex="0"><table>'
    caption = say(
        "{title} by what is their own, in {unit}. Total is with all that they called; a function "
        "that calls itself is counted once.",
        title=title,
        unit=say(attribution.unit.value),
    )
    yield f"<caption>{speak(caption)}</caption>"
    kind = say("Line") if by_line else say("Function")
    heads = (say("Self"), say("Part"), say("Total"), kind, say("Whose"), say("Where"))
    cells = "".join(f"<th scope=col>{speak(one)}</th>" for one in heads)
    yield f"<thead><tr>{cells}</tr></thead><tbody>"
    for row in rows[:_MOST_ROWS]:
        name = speak(row.function.name)
        if by_line:
            name = speak(say("{place} in {name}", place=at(row), name=name))
        own, part = attribution.amount(row.own), attribution.percent(row.own)
        amounts = (own, part, attribution.amount(row.total))
        cells = "".join(f"<td>{speak(one)}</td>" for one in amounts)
        yield f"<tr>{cells}<th scope=row>{escape(name)}</th>"
        of = escape(speak(say(whose(row.function).value)))
        yield f"<td>{of}</td><td>{escape(at(row))}</td></tr>"
    if not by_line:
        for what, amount in rest(attribution).items():
            cell = f"<td>{speak(attribution.amount(amount))}</td>"
            yield f"<tr>{cell}<td>{speak(attribution.percent(amount))}</td>{cell}"
            yield f"<th scope=row>{escape(speak(say(what.value)))}</th>"
            yield f"<td>{speak(_NO_CODE)}</td><td></td></tr>"
    yield "</tbody></table></div>"
    if len(rows) > _MOST_ROWS:
        left = speak(say("{n} more rows are left out.", n=len(rows) - _MOST_ROWS))
        yield f"<p>{left}</p>"
    yield "</section>"

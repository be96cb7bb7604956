# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What stands above a test: what it used in the latest run that is kept."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from greenlint.finding import Span
from greenlint.formats.costs import amount, seconds
from greenlint.messages import ENGLISH, Language

if TYPE_CHECKING:
    from greenlint.hotspots import Measured, Used
    from greenlint.server.places import Places
    from greenlint.server.ways import TestCosts


def lenses(
    tree: ast.Module, places: Places, costs: TestCosts, language: Language = ENGLISH
) -> Iterator[lsp.CodeLens]:
    """One for each test of a file that the run knows."""
    for name, line in _functions(tree.body, ""):
        used = costs.tests.get(name)
        if used and (text := told(used, costs.run, language)):
            start = places.range(Span(line, 1, line, len(places.lines[line - 1]) + 1, 0, 0))
            yield lsp.CodeLens(start, lsp.Command(text, ""))


def _functions(body: Sequence[ast.stmt], around: str) -> Iterator[tuple[str, int]]:
    """The names of functions as test ids have them, and their lines."""
    for one in body:
        if isinstance(one, ast.ClassDef):
            yield from _functions(one.body, f"{around}{one.name}::")
        elif isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"{around}{one.name}", one.lineno


def told(used: Sequence[Used], run: Measured, language: Language = ENGLISH) -> str:
    """What the cases of a test used, with the label of the figures; "" where nothing is known."""
    parts = [*_energy(used, run, language), *_queries(used, language)]
    if not parts:
        return ""
    cases = language.say("{n} cases, each: ", n=len(used)) if len(used) > 1 else ""
    traced = language.say(", under coverage") if run.traced else ""
    of = language.say("run of {date}", date=run.date)
    return f"{cases}{' · '.join(parts)} · {of}{traced}"


def _energy(used: Sequence[Used], run: Measured, language: Language) -> Iterator[str]:
    """Joules where they were counted, else CPU time; of several cases from least to most."""
    joules = [one.joules for one in used if one.joules is not None]
    times = [one.cpu_seconds for one in used if one.cpu_seconds is not None]
    labels = [language.say(label) for label in sorted({one.evidence for one in used})]
    if len(joules) == len(used):
        domain = f"/{run.domain}" if run.domain else ""
        figures = [language.figure(f"{amount(one)} J") for one in sorted(joules)]
        yield f"{_ranged(figures, language)} [{run.meter}{domain}]"
    elif times:
        figures = [language.figure(seconds(one)) for one in sorted(times)]
        yield language.say("{time} of CPU time", time=_ranged(figures, language))
    else:
        return
    yield ", ".join(labels)


def _queries(used: Sequence[Used], language: Language) -> Iterator[str]:
    known = sorted(one.queries for one in used if one.queries is not None)
    if known:
        words = [language.count(one, "{n} query", "{n} queries") for one in known]
        yield _ranged(words, language)


def _ranged(words: Sequence[str], language: Language) -> str:
    if words[0] == words[-1]:
        return words[0]
    return language.say("{low} to {high}", low=words[0], high=words[-1])

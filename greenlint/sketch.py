# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The text of a file without the functions that no rule has to look into.

LibCST is given a body for a token: a string of blanks takes the place of a body, so that every
offset and every line stays where it was (docs/decisions/0009-glances.md).
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from greenlint.glance import Part, Seen
from greenlint.project.nodes import every

_NEWLINE = re.compile(r"\r\n|\n|\r")
_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile(r"\w+")
_HANDED = re.compile(r"\b(global|nonlocal)\b")
_QUOTES = '"""'

# What has a body that may be left out.
Body: TypeAlias = Part | ast.ClassDef


def sketch(text: str, seen: Seen) -> str:
    """The text, with the bodies that no check needs blanked.

    What is kept besides the functions in which a glance said yes: in the classes around those,
    what is no method, and methods that give an attribute something or change one; functions that
    bind names further out; and functions whose value a name in what is kept may stand for.
    """
    if seen.whole:
        return text
    places = Places(text)
    loud = [part for part in seen.parts if part.loud]
    holding = {one for one in seen.classes if any(_holds(one, part.node) for part in loud)}
    bodies: dict[Body, tuple[int, int]] = {}
    for cls in seen.classes:
        if cls not in holding and (span := places.body(cls)) is not None:
            bodies[cls] = span
    for part in seen.parts:
        kept = part.loud or (part.stores and part.owner in holding)
        if not kept and (span := places.body(part.node)) is not None:
            bodies[part] = span
    bodies = {one: span for one, span in bodies.items() if not _HANDED.search(text, *span)}
    return without(text, _unneeded(text, bodies).values())


def _holds(outer: ast.ClassDef, inner: ast.AST) -> bool:
    line: int = inner.lineno  # type: ignore[attr-defined]
    return outer.lineno <= line <= (outer.end_lineno or 0)


def _unneeded(text: str, bodies: dict[Body, tuple[int, int]]) -> dict[Body, tuple[int, int]]:
    """Without the functions that are mentioned in what is left, and return something."""
    functions = [part for part in bodies if isinstance(part, Part) and part.owner is None]
    named = Counter(part.node.name for part in functions)
    while True:
        words = Counter(_WORD.findall(" ".join(_outside(text, bodies.values()))))
        needed = {
            part
            for part in functions
            if part in bodies
            and words[part.node.name] > named[part.node.name]
            and _says_by_returning(part.node)
        }
        if not needed:
            return bodies
        bodies = {part: span for part, span in bodies.items() if part not in needed}


def _says_by_returning(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether only the body tells what kind of value a call gives: see `greenlint.kinds`."""
    told = node.returns is not None or node.decorator_list or isinstance(node, ast.AsyncFunctionDef)
    return not told and any(
        isinstance(one, ast.Return) and one.value is not None
        for statement in node.body
        for one in every(statement)
    )


def _outside(text: str, bodies: Iterable[tuple[int, int]]) -> Iterator[str]:
    at = 0
    for start, end in sorted(bodies):
        if start >= at:  # else it stands in a body that is left out
            yield text[at:start]
            at = end
    yield text[at:]


def without(text: str, bodies: Iterable[tuple[int, int]]) -> str:
    """The text with a string of blanks for each body, given as start and end offset."""
    parts: list[str] = []
    at = 0
    for start, end in sorted(bodies):
        if start < at:
            continue
        blank = _LINE.sub(_blank, text[start + 3 : end - 3])
        parts += (text[at:start], _QUOTES, blank, _QUOTES)
        at = end
    return "".join((*parts, text[at:]))


def _blank(line: re.Match[str]) -> str:
    return " " * (line.end() - line.start())


class Places:
    """Offsets in a text of what `ast` gives as lines and bytes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [0, *(found.end() for found in _NEWLINE.finditer(text)), len(text)]

    def body(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    ) -> tuple[int, int] | None:
        """Where the statements of a function or class start and end, if a string fits there."""
        first, last = node.body[0], node.body[-1]
        if last.end_lineno is None or last.end_col_offset is None:
            return None
        start = self._offset(first.lineno, first.col_offset)
        if decorators := getattr(first, "decorator_list", ()):
            behind = self._offset(decorators[0].lineno, decorators[0].col_offset)
            start = self._text.rindex("@", 0, behind)
        end = self._offset(last.end_lineno, last.end_col_offset)
        body = self._text[start:end]
        fits = len(body) >= 6 and not _NEWLINE.search(body[:3] + body[-3:])
        return (start, end) if fits else None

    def _offset(self, line: int, column: int) -> int:
        start, end = self._lines[line - 1 : line + 1]
        whole = self._text[start:end]
        return start + (column if whole.isascii() else len(whole.encode()[:column].decode()))

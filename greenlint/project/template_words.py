# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The expressions in a template's tags: chains such as ``order.customer.name|default:"-"``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORDS = frozenset(
    (
        "and", "or", "not", "in", "is", "if", "else", "None", "True", "False", "none", "true",
        "false", "as", "with", "only", "for", "loop", "forloop", "block", "recursive", "reversed",
    )
)  # fmt: skip
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_NEXT = re.compile(rf"{_STRING.pattern}|([A-Za-z_]\w*)")
_STEP = re.compile(r"\.([A-Za-z_]\w*|\d+)")
_FILTER = re.compile(r"\s*\|\s*([A-Za-z_]\w*)(?::(\d+|\"[^\"]*\"|'[^']*'))?")
#: What Django calls on its way, though a template writes no brackets.
CALLED = frozenset(("all", "count", "exists", "first", "last"))
#: A step that stands for each element.
EACH = "[]"


@dataclass(frozen=True, slots=True)
class Chain:
    """A name and the steps from it, where they stand, and the filters behind.

    `cut` is the number that ``slice:":5"`` leaves, 0 for all.
    """

    root: str
    steps: tuple[str, ...]
    start: int
    length: int
    filters: tuple[str, ...] = ()
    cut: int = 0

    @property
    def gone_through(self) -> bool:
        """Whether it stands for rows that are fetched where it is used."""
        return self.steps[-1:] == ("all()",)


def chains(text: str, start: int) -> list[Chain]:
    """Every chain in the text of a tag, arguments of calls and filters included."""
    return list(_chains(text, start))


def _chains(text: str, start: int) -> Iterator[Chain]:
    at = 0
    while found := _NEXT.search(text, at):
        at, name = found.start(), found[1]
        if name is None:  # a string
            at = found.end()
            continue
        before = text[at - 1] if at else ""
        begin = at
        steps, at, inner = _steps(text, found.end())
        for arguments, offset in inner:
            yield from _chains(arguments, start + offset)
        is_key = text[at : at + 1] == "=" and text[at : at + 2] != "=="
        length = at - begin
        filters, cut, at = _filters(text, at)
        if name in _WORDS or is_key or before in ("|", ".") or before.isdigit():
            continue
        yield Chain(name, tuple(steps), start + begin, length, filters, cut)


def _steps(text: str, at: int) -> tuple[list[str], int, list[tuple[str, int]]]:
    """The steps behind a name, where they end, and the texts in brackets with their places."""
    steps: list[str] = []
    inner: list[tuple[str, int]] = []
    while at < len(text):
        if found := _STEP.match(text, at):
            word = found[1]
            steps.append(EACH if word.isdigit() else f"{word}()" if word in CALLED else word)
            at = found.end()
        elif text[at] in "([":
            end = _closing(text, at)
            inner.append((text[at + 1 : end], at + 1))
            if text[at] == "[":
                steps.append(EACH)
            elif steps and not steps[-1].endswith("()"):
                steps[-1] += "()"
            at = end + 1
        else:
            break
    return steps, at, inner


def _closing(text: str, at: int) -> int:
    """The place of the bracket that closes the one at `at`, or the end."""
    depth = 0
    while at < len(text):
        if found := _STRING.match(text, at):
            at = found.end()
            continue
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth == 0:
            return at
        at += 1
    return at


def _filters(text: str, at: int) -> tuple[tuple[str, ...], int, int]:
    names: list[str] = []
    cut = 0
    while found := _FILTER.match(text, at):
        names.append(found[1])
        if found[1] == "slice" and (most := re.fullmatch(r'[\'"]:(\d+)[\'"]', found[2] or "")):
            cut = int(most[1])
        at = found.end()
    return tuple(names), cut, at

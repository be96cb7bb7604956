# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A look at a file before LibCST parses it: which rules could find anything in it at all?

The interpreter's own parser takes a twelfth of LibCST's time.  Its tree is gone through once, and
each node offered to the glances of the rules: whatever none of its glances says yes to, a rule
need not be asked about (docs/decisions/0009-glances.md).
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from greenlint.origins import BINDERS, Origins
from greenlint.rule import Glance, Question
from greenlint.source import SourceFile

#: Class of node, or last word of what is called -> the glances that look at it, each with the
#: number of its rule.
Offered: TypeAlias = Mapping[type[ast.AST] | str, Sequence[tuple[int, Glance]]]


class Syntax:
    """A file's tree of `ast`, made when it is first asked for; NotPython for undecodable bytes."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source

    @cached_property
    def tree(self) -> ast.Module | None:
        """The tree, or None where the running interpreter refuses the text."""
        return None if isinstance(self._parsed, Exception) else self._parsed

    @property
    def error(self) -> SyntaxError | None:
        """Why there is no tree, in the interpreter's words."""
        return self._parsed if isinstance(self._parsed, SyntaxError) else None

    @property
    def made(self) -> ast.Module | None:
        """The tree, if anybody has asked for it."""
        return self.tree if "_parsed" in self.__dict__ else None

    @cached_property
    def _parsed(self) -> ast.Module | Exception:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return ast.parse(self._source.text)
            except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
                return error


# Fields that hold words, numbers and operators.
_WORDS = frozenset(
    (
        "ctx", "op", "ops", "id", "attr", "arg", "name", "names", "module", "level", "kind",
        "type_comment", "simple", "is_async", "conversion", "asname", "type_ignores", "rest",
        "kwd_attrs",
    )
)  # fmt: skip
# What holds no nodes; most of a tree, and nothing to glance at.
_LEAVES = frozenset((ast.Name, ast.Constant, ast.MatchSingleton, type(None)))


class _Fields(dict[type, tuple[str, ...]]):
    """Class of node -> the fields that hold nodes; filled as classes are met."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        names: tuple[str, ...] = getattr(kind, "_fields", ())
        found = self[kind] = tuple(name for name in names if name not in _WORDS)
        return found


_FIELDS = _Fields()
# Where the parts of a node stand: in no loop within their function, in one, or where the node does.
_OUTSIDE, _IN_LOOP, _THERE = 0, 1, 2
_FOR = (("target", _THERE), ("iter", _THERE), ("body", _IN_LOOP), ("orelse", _IN_LOOP))
_FUNCTION = (
    ("decorator_list", _THERE),
    ("args", _THERE),
    ("returns", _THERE),
    ("type_params", _THERE),
    ("body", _OUTSIDE),
)
_PLACES: dict[type, tuple[tuple[str, int], ...]] = {
    ast.For: _FOR,
    ast.AsyncFor: _FOR,
    ast.While: (("test", _IN_LOOP), ("body", _IN_LOOP), ("orelse", _IN_LOOP)),
    ast.comprehension: (("target", _THERE), ("iter", _THERE), ("ifs", _IN_LOOP)),
    ast.ListComp: (("elt", _IN_LOOP), ("generators", _IN_LOOP)),
    ast.SetComp: (("elt", _IN_LOOP), ("generators", _IN_LOOP)),
    ast.GeneratorExp: (("elt", _IN_LOOP), ("generators", _IN_LOOP)),
    ast.DictComp: (("key", _IN_LOOP), ("value", _IN_LOOP), ("generators", _IN_LOOP)),
    ast.FunctionDef: _FUNCTION,
    ast.AsyncFunctionDef: _FUNCTION,
    ast.Lambda: (("args", _THERE), ("body", _OUTSIDE)),
}


def word_of(call: ast.Call) -> str:
    """The last word of what is called: ``sleep`` for ``time.sleep()``; "" where it has none."""
    func = call.func
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def possible(
    tree: ast.Module, offered: Offered, rules: Iterable[int], failed: dict[int, Exception]
) -> set[int]:
    """The numbers of those `rules` that a glance says yes to, or that fail at it: see `failed`."""
    look = _Look(set(rules), failed)
    # Nodes that no loop repeats, and nodes that one does.
    work: tuple[list[ast.AST], list[ast.AST]] = ([tree], [])
    while look.sought and (work[0] or work[1]):
        in_loop = not work[0]
        here = work[in_loop]
        pop, push = here.pop, here.append
        while here:
            node = pop()
            kind = node.__class__
            if kind in offered:
                look.offer(node, in_loop, offered[kind])
            if isinstance(node, ast.Call) and (word := word_of(node)) in offered:
                look.offer(node, in_loop, offered[word])
            if kind in BINDERS:
                look.binders.append(node)
            if kind in _PLACES:
                _apart(node, in_loop, work)
                continue
            for name in _FIELDS[kind]:
                below = getattr(node, name)
                if below.__class__ is list:
                    for one in below:
                        if one.__class__ not in _LEAVES:
                            push(one)
                elif below.__class__ not in _LEAVES:
                    push(below)
    look.ask()
    return look.found


@dataclass(slots=True)
class _Look:
    """What is known of the rules on the way through a tree."""

    sought: set[int]
    failed: dict[int, Exception]
    found: set[int] = field(default_factory=set)
    asked: list[tuple[int, Question]] = field(default_factory=list)
    binders: list[ast.AST] = field(default_factory=list)

    def offer(self, node: ast.AST, in_loop: bool, waiting: Sequence[tuple[int, Glance]]) -> None:
        for number, glance in waiting:
            if number not in self.sought:
                continue
            try:
                answer = glance(node, in_loop)
            except Exception as error:
                answer, self.failed[number] = True, error
            if callable(answer):
                self.asked.append((number, answer))
            elif answer:
                self._find(number)

    def ask(self) -> None:
        """Put the questions about names, now that all are known."""
        asked = [one for one in self.asked if one[0] in self.sought]
        origins = Origins(self.binders if asked else ())
        for number, question in asked:
            if number not in self.sought:
                continue
            try:
                yes = question(origins)
            except Exception as error:
                yes, self.failed[number] = True, error
            if yes:
                self._find(number)

    def _find(self, number: int) -> None:
        self.sought.discard(number)
        self.found.add(number)


def _apart(node: ast.AST, in_loop: bool, work: Sequence[list[ast.AST]]) -> None:
    """The parts of a loop or a function, each to where it stands.

    A loop repeats at least what `greenlint.here.Here.every_turn` says; here its `else`, too.
    """
    there = work[in_loop]
    for name, place in _PLACES[node.__class__]:
        below = getattr(node, name, None)
        parts: list[ast.AST] = below if isinstance(below, list) else [below] if below else []
        if name == "generators":
            there.append(parts[0])
            parts = parts[1:]
        to = there if place == _THERE else work[place]
        to.extend(one for one in parts if one.__class__ not in _LEAVES)

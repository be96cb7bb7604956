# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The nodes of a body, gone through once and kept with it.

Every question about a body goes over its nodes; `ast.walk` spends two thirds of its time on words
and operators that nobody asks about.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import compress
from typing import TypeVar

N = TypeVar("N", bound=ast.AST)

_SCOPES = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda))
#: Fields that hold words, numbers and operators, and no nodes that anybody asks about.
WORDS = frozenset(
    (
        "ctx", "op", "ops", "id", "attr", "arg", "name", "names", "module", "level", "kind",
        "type_comment", "simple", "is_async", "conversion", "asname", "type_ignores", "rest",
        "kwd_attrs",
    )
)  # fmt: skip
_LEAVES = (ast.Name, ast.Constant, ast.Pass, ast.Break, ast.Continue, ast.Import, ast.ImportFrom)


class _Fields(dict[type, tuple[str, ...]]):
    """Class of node -> the fields that hold nodes, last first; filled as classes are met."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        names = () if issubclass(kind, _LEAVES) else getattr(kind, "_fields", ())
        found = self[kind] = tuple(reversed([name for name in names if name not in WORDS]))
        return found


#: Class of node -> the fields that hold nodes, last first.
FIELDS = _Fields()
_BLOCKS = frozenset(("body", "handlers", "orelse", "finalbody", "cases"))


def nodes(*roots: ast.AST) -> list[ast.AST]:
    """Every node of expressions or bodies that runs with them, in order of the source.

    Functions, classes and lambdas are among them and are not entered.
    """
    return _below(roots, _SCOPES)


def every(*roots: ast.AST) -> Iterator[ast.AST]:
    """Every node of expressions or bodies, those of nested functions, classes and lambdas too."""
    return iter(_below(roots, frozenset()))


def _below(roots: Iterable[ast.AST], closed: frozenset[type]) -> list[ast.AST]:
    """Some nodes and all below them, in order of the source; what is closed is not entered."""
    found: list[ast.AST] = []
    work: list[ast.AST | None] = [*roots]
    work.reverse()
    pop, push, extend = work.pop, work.append, work.extend
    while work:
        node = pop()
        if node is None:
            continue
        found.append(node)
        kind = node.__class__
        if kind in closed:
            continue
        for name in FIELDS[kind]:
            below = getattr(node, name)
            if below.__class__ is list:
                if below:
                    extend(below[::-1])
            elif below is not None:
                push(below)
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one, last first."""
    found: list[ast.AST] = []
    for name in FIELDS[node.__class__]:
        below = getattr(node, name)
        if below.__class__ is list:
            found += below[::-1] if None not in below else [one for one in below[::-1] if one]
        elif below is not None:
            found.append(below)
    return found


def blocks(node: ast.AST) -> Iterator[ast.AST]:
    """The statements, handlers and cases right below a node, in order."""
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        below = getattr(node, name, None)
        if below.__class__ is list:
            yield from below


#: What a function gives its caller something with.
GIVING: tuple[type[ast.Return | ast.Yield | ast.YieldFrom], ...] = (
    ast.Return, ast.Yield, ast.YieldFrom,
)  # fmt: skip


STATEMENTS: tuple[type[ast.stmt], ...] = tuple(ast.stmt.__subclasses__())


def own_nodes(scope: ast.AST) -> list[ast.AST]:
    """Every node of a scope's body, kept with the scope."""
    kept: list[ast.AST] | None = scope.__dict__.get("_own_nodes")
    if kept is None:
        body = getattr(scope, "body", [])
        kept = nodes(*body) if isinstance(body, list) else nodes(body)
        scope.__dict__["_own_nodes"] = kept
    return kept


def own_of(scope: ast.AST, *kinds: type[N]) -> list[N]:
    """The nodes of some classes in a scope's body, in order of the source."""
    return of_kinds(own_nodes(scope), own_codes(scope), *kinds)


def of_kinds(nodes: list[ast.AST], codes: bytes, *kinds: type[N]) -> list[N]:
    """The nodes of some classes among several, whose classes the codes tell."""
    chosen = compress(nodes, codes.translate(_choice(kinds)))
    return list(chosen)  # type: ignore[arg-type]  # chosen by their class


def own_codes(scope: ast.AST) -> bytes:
    """The class of each of a scope's own nodes, as a number; kept with the scope.

    Most questions are about one node in ten, and each would look at all for it.
    """
    kept: bytes | None = scope.__dict__.get("_own_codes")
    if kept is None:
        kept = bytes(map(_CODES.__getitem__, map(type, own_nodes(scope))))
        scope.__dict__["_own_codes"] = kept
    return kept


class _Codes(dict[type, int]):
    """Class of node -> its number, given as classes are met; Python has fewer than 256."""

    def __missing__(self, kind: type) -> int:
        found = self[kind] = len(self)
        return found


_CODES = _Codes()


@cache
def _choice(kinds: tuple[type, ...]) -> bytes:
    """A table of translation that makes 1 of the numbers of some classes, and 0 of all others."""
    chosen = {_CODES[kind] for kind in kinds}
    return bytes(number in chosen for number in range(256))


def word_of(call: ast.Call) -> str:
    """The last word of what is called: ``sleep`` for ``time.sleep()``; "" where it has none."""
    func = call.func
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def names_of(node: ast.AST) -> frozenset[str]:
    """Every name below a node; statements keep theirs."""
    if isinstance(node, ast.Name):
        return frozenset((node.id,))
    kept: frozenset[str] | None = vars(node).get("held_names")
    if kept is not None:
        return kept
    found: set[str] = set()
    work = [node]
    pop, extend = work.pop, work.extend
    while work:
        one = pop()
        kind = one.__class__
        if kind is ast.Name:
            found.add(one.id)  # type: ignore[attr-defined]
            continue
        for name in FIELDS[kind]:
            below = getattr(one, name)
            if below.__class__ is list:
                if name in _BLOCKS:
                    for inner in below:
                        found |= names_of(inner)
                elif below:
                    extend(below)
            elif below is not None:
                work.append(below)
    every = frozenset(found)
    if isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
        vars(node)["held_names"] = every
    return every

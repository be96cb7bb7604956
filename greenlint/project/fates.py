# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What becomes of a queryset within the body that makes it: what it is asked for, and by what.

A fate is certain or it is `ESCAPES`: what is returned, stored, or handed to anything may be read
anywhere.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from greenlint.project.frames import Bind, Frame, scan
from greenlint.project.nodes import every, own_nodes, own_of
from greenlint.project.querysets import ASKING, ELEMENT_OF, ONE, SAME, VALUES

#: Kinds of a fate: asked for something that holds no rows, gone through, made one row, left alone,
#: or out of sight.
ASKED = "asked"
LOOPED = "looped"
SINGLE = "single"
DROPPED = "dropped"
ESCAPES = "escapes"
#: Methods that ask the database and make no rows.
WITHOUT_ROWS = (VALUES | ASKING | {"update", "aupdate"}) - {"contains"}
# Methods that give the same rows; those of a library's own, which read what they like, are not.
_SAME = SAME - {
    "iterator", "aiterator", "cache", "nocache", "raw", "specific", "select_for_update", "union",
    "intersection", "difference", "for_user", "with_perms", "public", "live", "active", "in_site",
}  # fmt: skip
_ITERATORS = frozenset(("iterator", "aiterator"))


@dataclass(frozen=True, slots=True)
class Fate:
    """One thing that becomes of a queryset.  `word` is the method or function that asks, `node`
    where it does: of a loop, the statement or comprehension.
    """

    kind: str
    node: ast.AST
    word: str = ""


@dataclass(slots=True)
class Fates:
    """The fates of the querysets in one body."""

    frame: Frame
    parents: Mapping[ast.AST, ast.AST] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    iterated: bool = True

    def of(self, expr: ast.expr, iterated: bool = True) -> tuple[Fate, ...]:
        """What becomes of an expression's value; empty where nothing does.

        `iterated`: ``iterator()`` gives the same rows; else it is something that is asked.
        """
        self.iterated = iterated
        return tuple(self._of(expr, set()))

    def _of(self, expr: ast.AST, seen: set[ast.AST]) -> Iterator[Fate]:
        parent = self.parents.get(expr)
        match parent:
            case ast.Attribute(attr=method):
                call = self.parents.get(parent)
                if isinstance(call, ast.Call) and call.func is parent:
                    yield from self._called(method, call, seen)
                else:
                    yield Fate(ESCAPES, parent)
            case ast.Subscript(value=inner, slice=ast.Slice()) if inner is expr:
                yield from self._of(parent, seen)
            case ast.Await():
                yield from self._of(parent, seen)
            case ast.IfExp(test=test):
                yield from [Fate(ASKED, test, "if")] if test is expr else self._of(parent, seen)
            case ast.If(test=test) | ast.While(test=test) if test is expr:
                yield Fate(ASKED, test, "if")
            case ast.UnaryOp(op=ast.Not()):
                yield Fate(ASKED, parent, "not")
            case ast.For() | ast.AsyncFor() | ast.comprehension() if parent.iter is expr:
                whole: ast.AST = parent
                if isinstance(parent, ast.comprehension):
                    whole = self.parents[parent]
                yield Fate(LOOPED, whole)
            case ast.Call() if expr in parent.args:
                yield from self._handed(parent, expr, seen)
            case ast.keyword(arg=str() as word) if word.endswith("__in"):
                yield Fate(ASKED, parent, word)
            case ast.Expr():
                yield Fate(DROPPED, parent)
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield from self._named(name, parent, seen)
            case _:
                yield Fate(ESCAPES, parent or expr)

    def _called(self, method: str, call: ast.Call, seen: set[ast.AST]) -> Iterator[Fate]:
        if method in _SAME:
            yield from self._of(call, seen)
        elif method in _ITERATORS:
            if self.iterated or call.args or call.keywords:
                yield from self._of(call, seen)
            else:
                yield Fate(ASKED, call, method)
        elif method in WITHOUT_ROWS or method == "delete":
            yield Fate(ASKED, call, method)
        elif method in ONE and not method.removeprefix("a").startswith("create"):
            yield Fate(SINGLE, call, method)
        else:
            yield Fate(ESCAPES, call)

    def _handed(self, call: ast.Call, expr: ast.AST, seen: set[ast.AST]) -> Iterator[Fate]:
        match call.func:
            case ast.Name(id=word) if self.frame.bindings.get(word):
                yield Fate(ESCAPES, call)
            case ast.Name(id=word) if word in ELEMENT_OF - {"iter", "aiter"} and not call.keywords:
                yield from self._of(call, seen)
            case ast.Name(id="len" | "bool" as word):
                yield Fate(ASKED, call, word)
            case ast.Name(id="enumerate"):
                yield from self._of(call, seen)
            case ast.Name(id="Exists") | ast.Attribute(attr="Exists"):
                yield Fate(ASKED, call, "Exists")
            case _:
                yield Fate(ESCAPES, call)

    def _named(self, name: str, statement: ast.Assign, seen: set[ast.AST]) -> Iterator[Fate]:
        """What becomes of a name wherever it may still hold what the statement gave it."""
        if statement in seen:
            return
        seen.add(statement)
        if not self._is_local(name) or self._comes_round(name, statement):
            yield Fate(ESCAPES, statement)
            return
        for use in self.uses(name, statement):
            yield from self._of(use, seen)

    def _is_local(self, name: str) -> bool:
        scope = self.frame.scope
        return isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)) and (
            name not in self.hidden
        )

    def _comes_round(self, name: str, statement: ast.Assign) -> bool:
        """Whether a loop brings the name back to a use that stands before the statement."""
        around = self.parents.get(statement)
        while around is not None and not isinstance(around, (ast.For, ast.AsyncFor, ast.While)):
            around = self.parents.get(around)
        first = getattr(around, "lineno", statement.lineno)
        return any(
            node.id == name and first <= node.lineno < statement.lineno
            for node in (own_of(self.frame.scope, ast.Name) if around is not None else ())
        )

    def uses(self, name: str, binder: ast.AST) -> Iterator[ast.Name]:
        """Where a name may hold what a statement or a loop gave it."""
        for node in own_of(self.frame.scope, ast.Name):
            if node.id != name:
                continue
            read = isinstance(node.ctx, ast.Load)
            if read and any(one.node is binder for one in self._bound(name, node)):
                yield node

    def _bound(self, name: str, use: ast.Name) -> list[Bind]:
        """The bindings that may hold, those that a loop around both brings back included."""
        bound = self.frame.bound(name, use) or []
        every = self.frame.bindings.get(name, [])
        return every if any(one.how not in ("assign", "loop") for one in every) else bound


def fates_in(frame: Frame) -> Fates:
    """The fates of a body's querysets, kept with the body."""
    kept: Fates | None = vars(frame).get("fates")
    if kept is None:
        kept = vars(frame)["fates"] = Fates(frame, _parents(frame), _hidden(frame))
    return kept


def _parents(frame: Frame) -> dict[ast.AST, ast.AST]:
    found: dict[ast.AST, ast.AST] = {}
    for node in own_nodes(frame.scope):
        for below in ast.iter_child_nodes(node):
            found[below] = node
    return found


def _hidden(frame: Frame) -> frozenset[str]:
    """The names that functions, classes and lambdas within the body may read, or that are not the
    body's own.
    """
    found: set[str] = set()
    for node in own_nodes(frame.scope):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            found.update(one.id for one in every(node) if isinstance(one, ast.Name))
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            found.update(node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("locals", "vars"):
            found.update(scan(frame.scope).bindings)
    return frozenset(found)

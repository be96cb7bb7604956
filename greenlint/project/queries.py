# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What running some code asks of the database: queries that stand in it, or behind its calls."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from greenlint.project import flow, models, parameters, sqlalchemy
from greenlint.project.doubts import RARE, SURE, running
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame, frame_of, scan
from greenlint.project.memory import remembered
from greenlint.project.nodes import names_of, own_of
from greenlint.project.project import Class, Func, Outside, Project
from greenlint.project.querysets import ELEMENT_OF
from greenlint.project.values import At, Bound, Kind, Obj, Ref, Row, Rows

# Calls that are entered within one another.
_DEEP = 3
_ASKS = frozenset(
    ("get", "first", "last", "earliest", "latest", "exists", "count", "aggregate", "in_bulk",
     "contains", "get_or_create", "update_or_create")
)  # fmt: skip
_EVALUATES = ELEMENT_OF | {"len", "bool", "sum", "any", "all", "max", "min", "dict", "next"}
_FETCHES = frozenset(("get_object_or_404", "get_list_or_404", "aget_object_or_404"))
_WRITES = frozenset(
    ("save", "delete", "create", "update", "bulk_create", "bulk_update", "get_or_create", "add",
     "update_or_create", "set", "send", "send_mail", "apply_async", "delay", "execute", "commit",
     "post", "put", "write", "log_action", "full_clean", "clean", "remove", "clear",
     "select_for_update")
)  # fmt: skip
# On these, "add", "set" and "update" may as well be methods of a set or a dict.
_PLAIN = frozenset(("add", "set", "update", "remove", "clear", "write", "post", "put"))


@dataclass(frozen=True, slots=True)
class Query:
    """A query: where it stands, through which calls it is reached, the rows that are asked for.

    `names` are those of the body at hand that it depends on.
    """

    at: At
    rows: Rows
    names: frozenset[str]
    via: tuple[At, ...] = ()
    doubt: int = SURE


@dataclass(frozen=True, slots=True)
class Run:
    """What running a function does: its queries, and whether it changes anything."""

    queries: tuple[Query, ...] = ()
    writes: bool = False


def direct(project: Project, node: ast.AST, frame: Frame) -> Rows | None:
    """The rows of Django that a node itself asks for when it runs."""
    rows = _asked(project, node, frame)
    return None if rows is not None and sqlalchemy.is_mapped(project, rows.model) else rows


def _asked(project: Project, node: ast.AST, frame: Frame) -> Rows | None:
    match node:
        case ast.Call(func=ast.Attribute(value=receiver, attr=word)):
            if word in _ASKS or word.removeprefix("a") in _ASKS:
                return _anew(flow.value(project, receiver, frame))
            if word in _FETCHES and node.args:
                return _table(project, node.args[0], frame)
        case ast.Call(func=ast.Name(id=word), args=[first, *_]):
            if word in _FETCHES:
                return _table(project, first, frame)
            if word in _EVALUATES and not isinstance(first, (ast.Name, ast.GeneratorExp)):
                return _evaluated(project, first, frame)
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            return _evaluated(project, node.iter, frame)
    return None


def _evaluated(project: Project, expr: ast.expr, frame: Frame) -> Rows | None:
    if isinstance(expr, ast.Name):
        bound = frame.bound(expr.id, expr) or []
        if len(bound) != 1 or bound[0].how != "assign":
            return None
    return _anew(flow.value(project, expr, frame))


def _anew(kind: Kind | None) -> Rows | None:
    """Rows that are asked for whatever was fetched along: no list, no relation as it is."""
    if not isinstance(kind, Rows) or kind.kind == "list":
        return None
    if kind.relation and not kind.methods - {"all", "get_queryset"}:
        return None
    return kind


def _table(project: Project, expr: ast.expr, frame: Frame) -> Rows | None:
    match flow.value(project, expr, frame):
        case Rows() as rows:
            return rows
        case Ref(meaning=Class() as cls) if models.is_model(project, cls):
            return Rows(cls)
    return None


@remembered(Run())
def run(project: Project, func: Func, this: Kind | None, depth: int = 0) -> Run:
    """What a call of a function does."""
    if func.unit.is_test or depth > _DEEP or _keeps_answers(func, this):
        return Run()
    own = _own(project, func, this)
    queries: list[Query] = []
    writes = own.writes
    for one in own.steps:
        if isinstance(one, Query):
            queries.append(one)
            continue
        called, node, doubt = one
        inner = run(project, called.func, called.this, depth + 1)
        writes = writes or inner.writes
        queries += [
            replace(query, names=names, via=(At(func.unit, node), *query.via), doubt=worse)
            for query in inner.queries
            if (names := given(called, query, node))
            for worse in (max(doubt, query.doubt),)
        ]
    best: dict[ast.AST, Query] = {}
    for query in sorted(queries, key=lambda one: (one.doubt, len(one.via))):
        best.setdefault(query.at.node, query)
    return Run(tuple(best.values()), writes)


class _Own(NamedTuple):
    """What a body does by itself: its queries and the functions that it enters, each with the call
    and its doubt, in order; and whether it changes anything.
    """

    steps: tuple[Query | tuple[Called, ast.AST, int], ...] = ()
    writes: bool = False


# What may ask, write or enter something when it runs.
_RUNS = frozenset((ast.Call, ast.Attribute, ast.For, ast.AsyncFor, ast.comprehension))


@remembered(_Own())
def _own(project: Project, func: Func, this: Kind | None) -> _Own:
    """What a function's own body does, however deep it is called."""
    frame = frame_of(func, this, MappingProxyType({}))
    node = func.node
    body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    kept = _asks_a_cache(func, this)
    steps: list[Query | tuple[Called, ast.AST, int]] = []
    writes = False
    for one, doubt in running(body, this):
        if one.__class__ not in _RUNS:
            continue
        doubt = RARE if kept else doubt
        writes = writes or _is_write(one)
        rows = direct(project, one, frame)
        if rows is not None:
            steps.append(Query(At(func.unit, _place(one)), rows, _names(one), (), doubt))
        elif (called := entered(project, one, frame)) is not None:
            steps.append((called, one, doubt))
    return _Own(tuple(steps), writes)


@dataclass(frozen=True, slots=True)
class Called:
    """A function of the project, and the object that it is a method of."""

    func: Func
    this: Kind | None
    bound: bool

    @property
    def changes(self) -> bool:
        """Whether its name says that it changes something, or checks what is to be changed."""
        return self.func.name.rpartition(".")[2] in _WRITES


def entered(project: Project, node: ast.AST, frame: Frame) -> Called | None:
    """The function that a call runs, or the property that an attribute is."""
    match node:
        case ast.Call(func=ast.Name() | ast.Attribute() as called):
            if not project.may_define(called):
                return None
            match flow.value(project, called, frame):
                case Ref(meaning=Func() as func):
                    return Called(func, None, False)
                case Bound(func=func, this=this):
                    of_library = isinstance(this, Obj) and isinstance(this.kind, Outside)
                    known = None if of_library else this
                    return Called(func, known, not parameters.is_static(func.node))
        case ast.Attribute(value=ast.Name() as inner, attr=attr, ctx=ast.Load()):
            if attr not in project.defined:
                return None
            row = flow.value(project, inner, frame)
            if isinstance(row, Row):
                found = project.attribute(row.model, attr)
                if isinstance(found, Func) and models.is_property(found):
                    return Called(found, row, True)
    return None


def given(called: Called, query: Query, node: ast.AST) -> frozenset[str]:
    """The names at a call that a query in the called function depends on."""
    leading = scan(called.func.node)
    names = [one.arg for one in called.func.parameters]
    at: dict[str, ast.AST] = {}
    if called.bound and names:
        inner = node.func if isinstance(node, ast.Call) else node
        if isinstance(inner, ast.Attribute):
            at[names[0]] = inner.value
    if isinstance(node, ast.Call):
        at |= dict(zip(names[1 if called.bound else 0 :], node.args, strict=False))
        at |= {one.arg: one.value for one in node.keywords if one.arg}
    return frozenset().union(
        *(names_of(expr) for name, expr in at.items() if query.names & leading.leading_to(name))
    )


def _place(node: ast.AST) -> ast.AST:
    return node.iter if isinstance(node, ast.comprehension) else node


def _names(node: ast.AST) -> frozenset[str]:
    if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        return names_of(node.iter)
    return names_of(node)


def _is_write(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=receiver, attr=word)) if word in _WRITES:
            return word not in _PLAIN or not isinstance(receiver, ast.Name)
    return False


def _keeps_answers(func: Func, this: Kind | None) -> bool:
    """Whether a decorator keeps answers: those of a row's own property are gone with the row."""
    if isinstance(func.node, ast.Lambda):
        return False
    words = [dotted(getattr(one, "func", one)).lower() for one in func.node.decorator_list]
    of_row = isinstance(this, Row)
    return any(
        ("cache" in word or "memo" in word) and not (of_row and word.endswith("property"))
        for word in words
    )


_NAMING: tuple[type[ast.AST], ...] = (ast.Name, ast.Attribute, ast.Call)


def _asks_a_cache(func: Func, this: Kind | None) -> bool:
    """Whether a function looks its answer up somewhere first."""
    for node in own_of(func.node, *_NAMING):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) if "cache" in word.lower():
                return True
            case ast.Call(func=ast.Name(id="hasattr"), args=[ast.Name(id="self"), *_]):
                return not isinstance(this, Row)
    return False

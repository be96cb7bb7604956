# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Expressions that are a manager or queryset whichever way they are reached.

`flow.value` says what an expression may stand for, and leaves out what it does not know; here one
binding or one ``return`` that is not understood is enough for None.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from enum import IntEnum
from types import MappingProxyType

from greenlint.project import calls, flow, members, models, parameters, sqlalchemy
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame, frame_of
from greenlint.project.memory import remembered
from greenlint.project.nodes import GIVING, own_of
from greenlint.project.project import Class, Func, Project, Value
from greenlint.project.querysets import AFRESH, ASKING, ONE, PAIR, VALUES, is_of_one
from greenlint.project.values import Bound, Kind, Obj, Ref, Row, Rows, Super

#: Django's own methods that give a queryset and send no query.
COMPOSING = VALUES | frozenset(
    (
        "all", "filter", "exclude", "order_by", "reverse", "distinct", "using", "annotate", "alias",
        "extra", "defer", "only", "select_for_update", "none", "union", "intersection",
        "difference", "complex_filter", "select_related", "prefetch_related", "get_queryset",
        "db_manager",
    )
)  # fmt: skip
# Steps followed within one body, and questions within one another, before nothing is certain.
_STEPS = 60
_DEEP = 30
_SURE_WORDS = frozenset(("filter", "exclude", "get_queryset"))
# Methods that give no queryset, whatever they are called on.
_NEVER = ONE | ASKING | PAIR | frozenset(
    (
        "items", "keys", "split", "strip", "join", "format", "lower", "upper", "startswith",
        "endswith", "append", "pop", "save", "json", "is_valid", "read", "update", "delete",
        "replace", "encode", "decode", "getlist", "get_object", "bulk_create", "in_bulk", "add",
        "isdigit", "match", "search", "group", "iterator", "raw", "as_sql", "is_authenticated",
    )
)  # fmt: skip
_BUILTINS = frozenset(
    (
        "isinstance", "hasattr", "getattr", "len", "list", "set", "dict", "tuple", "sorted", "any",
        "all", "callable", "issubclass", "str", "int", "bool", "float", "next", "iter", "min",
        "max", "sum", "zip", "map", "enumerate", "range", "reversed", "open", "type", "super",
        "frozenset", "defaultdict", "OrderedDict",
    )
)  # fmt: skip
# Libraries with methods of the same names.
_ALIKE = ("mongoengine", "haystack", "elasticsearch", "sqlalchemy", "peewee", "tortoise", "odoo")
_PLAIN_DECORATORS = frozenset(("staticmethod", "classmethod", "property", "override"))


class Cached(IntEnum):
    """Whether the rows were fetched before, along with the row that they belong to."""

    NO = 0
    PERHAPS = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Query:
    """A manager or queryset.  `fresh`: nobody else holds it, and so nobody has fetched its rows.

    `rows` is None where the model is not known.  `methods` are those called on the way; `sliced`
    says that it is part of one; `elsewhere` that it is a relation of a row that somebody else
    fetched.
    """

    rows: Rows | None
    fresh: bool = True
    cached: Cached = Cached.NO
    methods: frozenset[str] = frozenset()
    sliced: bool = False
    is_manager: bool = False
    elsewhere: bool = False

    @property
    def gives_rows(self) -> bool:
        """Whether going through it gives instances: not dicts, tuples or dates."""
        return not self.methods & VALUES and not self.is_manager


def query(project: Project, expr: ast.expr | None, frame: Frame, depth: int = 0) -> Query | None:
    """The queryset or manager of Django that an expression is for certain, or None."""
    found = _query(project, expr, frame, depth) if depth <= _STEPS else None
    rows = found.rows if found is not None else None
    return None if rows is not None and sqlalchemy.is_mapped(project, rows.model) else found


def _query(project: Project, expr: ast.expr | None, frame: Frame, depth: int) -> Query | None:
    match expr:
        case ast.Call(func=ast.Attribute(value=inner, attr=method)):
            if method in _NEVER:
                return None
            before = query(project, inner, frame, depth + 1)
            if before is not None:
                return _called(project, before, method, expr, frame, depth)
            return _given_back(project, expr, frame, depth) or _surmised(expr, inner, method, frame)
        case ast.Call(func=ast.Name(id=name)) if name not in _BUILTINS:
            return _given_back(project, expr, frame, depth)
        case ast.Name(id=name):
            return _named(project, name, expr, frame, depth)
        case ast.Attribute(value=inner, attr=attr):
            kind = flow.value(project, inner, frame)
            found = _attribute(project, kind, attr, depth)
            return found or _library_manager(kind, inner, attr, frame)
        case ast.Subscript(value=inner, slice=ast.Slice()):
            before = query(project, inner, frame, depth + 1)
            return replace(before, sliced=True) if before and not before.is_manager else None
        case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd(), right=right):
            return _all(project, [left, right], frame, depth)
        case ast.IfExp(body=body, orelse=orelse):
            return _all(project, [body, orelse], frame, depth)
    return None


def _all(project: Project, several: list[ast.expr], frame: Frame, depth: int) -> Query | None:
    return _joined([query(project, one, frame, depth + 1) for one in several])


def _joined(several: list[Query | None]) -> Query | None:
    """One query for what may be any of several, all of the same model."""
    known = [one for one in several if one is not None]
    if not known or len(known) < len(several):
        return None
    first = known[0]
    if len({one.rows.model if one.rows else None for one in known}) > 1:
        return None
    if len({one.is_manager for one in known}) > 1:
        return None
    return Query(
        first.rows,
        all(one.fresh for one in known),
        max(one.cached for one in known),
        frozenset().union(*(one.methods for one in known)),
        any(one.sliced for one in known),
        first.is_manager,
        any(one.elsewhere for one in known),
    )


# -- methods ------------------------------------------------------------------------------------


def _called(
    project: Project, before: Query, method: str, call: ast.Call, frame: Frame, depth: int
) -> Query | None:
    if method in COMPOSING:
        one = method == "filter" and is_of_one(call)
        rows = before.rows
        return Query(
            replace(rows, kind="queryset", few=rows.few or one) if rows else None,
            True,
            Cached.NO if method in AFRESH else before.cached,
            before.methods | {method},
            before.sliced,
            elsewhere=before.elsewhere and method not in AFRESH,
        )
    own = members.method_of_rows(project, before.rows, method) if before.rows else None
    if isinstance(own, Bound) and before.rows is not None:
        got = _answer(project, own.func, before.rows, call, frame, 1, depth)
        return replace(got, methods=got.methods | before.methods) if got is not None else None
    return None


def _given_back(project: Project, call: ast.Call, frame: Frame, depth: int) -> Query | None:
    """What a function or method gives, where every ``return`` is proven."""
    match flow.value(project, call.func, frame):
        case Bound(func=func, this=this):
            return _answer(project, func, this, call, frame, 1, depth)
        case Ref(meaning=Func() as func):
            return _answer(project, func, None, call, frame, 0, depth)
        case None if isinstance(call.func, ast.Attribute):
            held = query(project, call.func, frame, depth + 1)
            if held is not None and held.is_manager:
                return replace(held, cached=Cached.NO)  # ``order.lines(manager="paid")``
            return _library_method(project, call, call.func, frame)
    return None


def _surmised(call: ast.Call, inner: ast.expr, method: str, frame: Frame) -> Query | None:
    """What looks like a queryset and nothing else in a file that imports Django:
    ``x.lines.filter(open=True)``, ``x.lines.all()``.
    """
    if not isinstance(inner, ast.Attribute) or not _speaks_django(frame):
        return None
    by_name = method in _SURE_WORDS and call.keywords and not call.args
    if by_name and all(one.arg for one in call.keywords):
        return Query(None, methods=frozenset((method,)))
    if method == "all" and not call.args and not call.keywords and inner.attr.islower():
        return Query(None, cached=Cached.PERHAPS, methods=frozenset((method,)))
    return None


def _speaks_django(frame: Frame) -> bool:
    facts = frame.unit.facts
    targets = (*facts.imports.values(), *facts.stars)
    return any(one.startswith("django") for one in targets) and not any(
        word in one for one in targets for word in _ALIKE
    )


def _library_manager(kind: Kind | None, inner: ast.expr, attr: str, frame: Frame) -> Query | None:
    """``User.objects`` of a model that is none of the project's."""
    if attr not in ("objects", "_default_manager"):
        return None
    if isinstance(kind, Ref) and not isinstance(kind.meaning, Class) and _speaks_django(frame):
        return Query(None, is_manager=True)
    named = dotted(inner).rpartition(".")[2]
    if kind is None and named[:1].isupper() and _speaks_django(frame):
        return Query(None, is_manager=True)
    return None


def _library_method(
    project: Project, call: ast.Call, func: ast.Attribute, frame: Frame
) -> Query | None:
    """``get_queryset()`` of a view, admin or manager that does not define it."""
    if func.attr != "get_queryset":
        return None
    receiver = flow.value(project, func.value, frame)
    if isinstance(receiver, (Obj, Super)):
        kind = flow.value(project, call, frame)
        if isinstance(kind, Rows) and kind.kind != "list":
            return Query(replace(kind, kind="queryset"))
    return None


def _answer(
    project: Project, func: Func, this: Kind | None, call: ast.Call, frame: Frame, skip: int,
    depth: int,
) -> Query | None:  # fmt: skip
    if not _is_plain(func):
        return None
    given = calls._given(project, func, call, frame, skip)
    return _returned(project, func, this, *given)


def _is_plain(func: Func) -> bool:
    """Whether a function is what its body says, each time anew: no decorator keeps its answer."""
    decorators = getattr(func.node, "decorator_list", ())
    return all(dotted(one).rpartition(".")[2] in _PLAIN_DECORATORS for one in decorators)


@remembered()
def _returned(
    project: Project, func: Func, this: Kind | None, *given: tuple[str, Kind]
) -> Query | None:
    node = func.node
    if project.memory.depth > _DEEP:
        return None
    frame = frame_of(func, this, MappingProxyType(dict(given)))
    if isinstance(node, ast.Lambda):
        return query(project, node.body, frame)
    found: list[Query | None] = []
    for one in own_of(node, *GIVING):
        if not isinstance(one, ast.Return):
            return None
        found.append(query(project, one.value, frame))
    return _joined(found) if _ends(node.body[-1]) else None


def _ends(last: ast.stmt) -> bool:
    """Whether a body ends with a return: else it may give None."""
    match last:
        case ast.Return() | ast.Raise():
            return True
        case ast.If(body=[*_, one], orelse=[*_, other]):
            return _ends(one) and _ends(other)
        case ast.With(body=[*_, one]) | ast.AsyncWith(body=[*_, one]):
            return _ends(one)
        case ast.Try(body=[*_, one], handlers=handlers, orelse=orelse):
            return _ends(orelse[-1] if orelse else one) and all(_ends(h.body[-1]) for h in handlers)
    return False


_MAY_BE = (ast.Call, ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.IfExp)


def _known(frame: Frame) -> dict[tuple[str, int, int], Query | None]:
    """What names in a frame were found to be, by place."""
    known: dict[tuple[str, int, int], Query | None] = vars(frame).setdefault("proven", {})
    return known


# -- names and attributes -----------------------------------------------------------------------


def _named(project: Project, name: str, use: ast.expr, frame: Frame, depth: int) -> Query | None:
    key = (name, getattr(use, "lineno", 0), getattr(use, "col_offset", 0))
    known = _known(frame)
    if key not in known:
        known[key] = None  # what a loop makes of its own is not proven by it
        known[key] = _bound(project, name, use, frame, depth)
    return known[key]


def _bound(project: Project, name: str, use: ast.expr, frame: Frame, depth: int) -> Query | None:
    bound = frame.bound(name, use)
    if bound is None:
        if parameters.has_parameter(frame, name):
            return _parameter(project, name, frame)
        if frame.outer is not None and not isinstance(frame.outer.scope, ast.Module):
            got = _named(project, name, use, frame.outer, depth + 1)
            return replace(got, fresh=False) if got is not None else None
        return None
    if not all(one.how in ("assign", "augment") and not one.path for one in bound):
        return None
    if not all(isinstance(one.value, _MAY_BE) for one in bound):
        return None
    found: list[Query | None] = []
    for one in bound:
        got = query(project, one.value, frame, depth + 1)
        held = isinstance(one.value, (ast.Name, ast.IfExp))
        found.append(replace(got, fresh=got.fresh and not held) if got is not None else None)
    line = getattr(use, "lineno", 0)
    always = any(one.how == "assign" and one.column <= frame.column_at(line) for one in bound)
    if not always and parameters.has_parameter(frame, name):
        found.append(_parameter(project, name, frame))
    return _joined(found)


def _parameter(project: Project, name: str, frame: Frame) -> Query | None:
    kind = parameters.parameter(project, name, frame)
    if isinstance(kind, Rows) and kind.kind != "list":
        cached = Cached.PERHAPS if kind.relation else Cached.NO
        return Query(kind, False, cached, kind.methods, is_manager=kind.kind == "manager")
    return None


def _attribute(project: Project, kind: Kind | None, attr: str, depth: int) -> Query | None:
    match kind:
        case Ref(meaning=Class()):
            held = members.attribute(project, kind, attr)
            if isinstance(held, Rows) and held.kind == "manager":
                return Query(held, is_manager=True)
        case Row():
            return _relation(project, kind, attr)
        case Obj(kind=Class() as cls):
            return _of_object(project, kind, cls, attr, depth)
    return None


def _relation(project: Project, row: Row, attr: str) -> Query | None:
    link = models.link(project, row.model, attr)
    if link is None:
        return _property(project, project.attribute(row.model, attr), row)
    held = members.of_row(project, row, attr)
    if not link.many or not isinstance(held, Rows):
        return None
    if row.fetched.covers(attr):
        return Query(held, cached=Cached.YES, is_manager=True)
    unknown = bool(row.fetched.unsure) and attr in project.fetched_anywhere
    cached = Cached.PERHAPS if unknown else Cached.NO
    return Query(held, cached=cached, is_manager=True, elsewhere=bool(row.fetched.unsure))


def _property(project: Project, found: object, this: Row | Obj) -> Query | None:
    if isinstance(found, Func) and models.is_property(found) and _is_plain(found):
        return _returned(project, found, this)
    return None


def _of_object(project: Project, this: Obj, cls: Class, attr: str, depth: int) -> Query | None:
    found = project.attribute(cls, attr)
    if isinstance(found, Value) and found.owner is not None:
        if members._set_on_self(project, this, cls, attr) is not None:
            return None
        frame = Frame(found.unit, found.owner.node, found.owner)
        got = query(project, found.node, frame, depth + 1)
        return replace(got, fresh=False) if got is not None and not got.is_manager else None
    return _property(project, found, this)

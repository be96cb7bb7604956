# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Loader options of SQLAlchemy: ``joinedload(Order.customer).selectinload(Customer.addresses)``."""

from __future__ import annotations

import ast
from dataclasses import replace

from greenlint.project import flow
from greenlint.project.frames import Frame
from greenlint.project.project import Class, Project
from greenlint.project.values import Fetched, Kind, Loads, Parts, Ref, Seq

#: Options that fetch a relationship along with the rows.
EAGER = frozenset(
    ("joinedload", "selectinload", "subqueryload", "contains_eager", "immediateload",
     "joinedload_all", "subqueryload_all", "eagerload", "eagerload_all", "contains_eager_all")
)  # fmt: skip
#: Options after which reading a relationship asks nothing.
SILENT = frozenset(("noload", "raiseload"))
#: Options that only say where the next one goes on from.
PASSING = frozenset(("defaultload", "Load", "lazyload"))
#: Options on columns.
COLUMNS = frozenset(
    ("load_only", "defer", "undefer", "undefer_group", "with_expression", "selectin_polymorphic")
)
OPTIONS = EAGER | SILENT | PASSING | COLUMNS
_NARROWING = frozenset(("of_type", "and_", "any", "has"))


def option(project: Project, word: str, call: ast.Call, frame: Frame) -> Loads:
    """What a loader option alone fetches."""
    return after(project, Loads(None, Fetched()), word, call, frame)


def after(project: Project, before: Loads, word: str, call: ast.Call, frame: Frame) -> Loads:
    """What a chain of options fetches with one more."""
    if word == "options":
        return _nested(project, before, call, frame)
    if word in COLUMNS:
        return before
    of, path, fetched = before.of, before.path, before.fetched
    if word == "Load":
        return replace(before, of=_class(project, call.args[0], frame) if call.args else None)
    for arg in call.args:
        names, owner = _named(project, arg, frame)
        if names is None:
            return replace(before, fetched=fetched.doubted(f"what {word}() loads is not written"))
        if names == ("*",):
            quiet = word not in PASSING
            return Loads(of, replace(fetched, made=fetched.made or (quiet and not path)), path)
        of = of if of is not None or path else owner
        for name in names:
            path = (*path, name)
            if word not in PASSING:
                fetched = replace(fetched, prefetched=fetched.prefetched | {"__".join(path)})
    return Loads(of, fetched, path)


def _nested(project: Project, before: Loads, call: ast.Call, frame: Frame) -> Loads:
    inner = given(project, call, frame)
    start = "__".join(before.path)
    found = before.fetched
    for one in inner:
        paths = {f"{start}__{path}" if start else path for path in one.fetched.prefetched}
        found = replace(found, prefetched=found.prefetched | paths)
        found = found.doubted(one.fetched.unsure) if one.fetched.unsure else found
    return replace(before, fetched=found)


def given(project: Project, call: ast.Call, frame: Frame) -> list[Loads]:
    """The loader options among a call's arguments; one that is not known leaves doubt."""
    found: list[Loads] = []
    for arg in call.args:
        inner = arg.value if isinstance(arg, ast.Starred) else arg
        elements = inner.elts if isinstance(inner, (ast.List, ast.Tuple)) else [inner]
        for one in elements:
            one = one.value if isinstance(one, ast.Starred) else one
            found += _flat(flow.value(project, one, frame))
    return found


def _flat(kind: Kind | None) -> list[Loads]:
    match kind:
        case Loads():
            return [kind]
        case Seq(of=Loads() as inner):
            return [inner]
        case Parts(items=items) if items:
            return [loads for item in items for loads in _flat(item)]
        case Parts():
            return []
    return [Loads(None, Fetched().doubted("what its options load is not understood"))]


def _named(
    project: Project, arg: ast.expr, frame: Frame
) -> tuple[tuple[str, ...] | None, Class | None]:
    """The relationships that an argument names, and the class of the first."""
    match arg:
        case ast.Constant(value=str() as text):
            return tuple(text.split(".")), None
        case ast.Call(func=ast.Attribute(value=inner, attr=word)) if word in _NARROWING:
            return _named(project, inner, frame)
        case ast.Attribute():
            return _chained(project, arg, frame)
        case ast.Name():
            kept = flow.strings(project, arg, frame)
            return (tuple(kept[0].split(".")), None) if kept and len(kept) == 1 else (None, None)
    return None, None


def _chained(
    project: Project, arg: ast.Attribute, frame: Frame
) -> tuple[tuple[str, ...], Class | None]:
    """``Order.lines`` and ``User.groups.group``: the names after what stands for a class."""
    names: list[str] = []
    expr: ast.expr = arg
    while isinstance(expr, ast.Attribute):
        names.insert(0, expr.attr)
        expr = expr.value
        if (owner := _class(project, expr, frame)) is not None:
            return tuple(names), owner
    return (arg.attr,), None


def _class(project: Project, expr: ast.expr, frame: Frame) -> Class | None:
    kind = flow.value(project, expr, frame)
    if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
        return kind.meaning
    return None

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What an expression stands for where it is written: followed through names, calls and files."""

from __future__ import annotations

import ast

from greenlint.project import calls, members, parameters
from greenlint.project.frames import Bind, Frame
from greenlint.project.project import Class, Func, Meaning, Project, Value
from greenlint.project.querysets import element
from greenlint.project.values import (
    Kind,
    Obj,
    Parts,
    Ref,
    Seq,
    either,
)


def value(project: Project, expr: ast.expr | None, frame: Frame) -> Kind | None:
    """The kind of value that an expression has in a frame, or None where nothing proves one."""
    match expr:
        case ast.Name(id=name):
            return _name(project, name, expr, frame)
        case ast.Attribute(value=inner, attr=attr):
            return members.attribute(project, value(project, inner, frame), attr)
        case ast.Call():
            return calls.result_of(project, expr, frame)
        case ast.Subscript(value=inner, slice=key):
            return calls.item(value(project, inner, frame), key)
        case ast.Await(value=inner) | ast.Starred(value=inner) | ast.NamedExpr(value=inner):
            return value(project, inner, frame)
        case ast.IfExp(body=body, orelse=orelse):
            return any_of(project, [body, orelse], frame)
        case ast.BoolOp(values=several):
            return any_of(project, several, frame)
        case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd() | ast.Add(), right=right):
            return any_of(project, [left, right], frame)
        case ast.ListComp(elt=made) | ast.SetComp(elt=made) | ast.GeneratorExp(elt=made):
            of = value(project, made, frame)
            return Seq(of) if of is not None else None
        case ast.DictComp(value=made, key=key):
            of = value(project, made, frame)
            return Seq(of, value(project, key, frame)) if of is not None else None
        case ast.Tuple(elts=elements):
            return Parts(tuple(value(project, one, frame) for one in elements))
        case ast.List(elts=elements) | ast.Set(elts=elements):
            of = any_of(project, elements, frame)
            return Seq(of) if of is not None else None
    return None


def any_of(project: Project, several: list[ast.expr], frame: Frame) -> Kind | None:
    """What any of several may be: what is nothing, or not known, is left out of account."""
    kinds = [kind for one in several if (kind := value(project, one, frame)) is not None]
    return either(kinds) if kinds else None


# -- names --------------------------------------------------------------------------------------


def _name(project: Project, name: str, use: ast.expr, frame: Frame) -> Kind | None:
    key = (name, getattr(use, "lineno", 0), getattr(use, "col_offset", 0))
    if key in frame.asked:
        return None
    bound = frame.bound(name, use)
    if bound is None:
        if (given := parameters.parameter(project, name, frame)) is not None:
            return given
        if parameters.has_parameter(frame, name):
            return None
        if frame.outer is not None:
            return _name(project, name, use, frame.outer)
        meant = project.meaning(frame.unit, name)
        return members.meaning(project, meant) if meant is not None else None
    frame.asked.add(key)
    try:
        kinds = [_bound(project, one, frame) for one in bound]
        if not any(one.how == "assign" and one.column <= frame.column_at(key[1]) for one in bound):
            kinds.append(parameters.parameter(project, name, frame))
    finally:
        frame.asked.discard(key)
    known = [kind for kind in kinds if kind is not None]
    return either(known) if known else None


def _bound(project: Project, one: Bind, frame: Frame) -> Kind | None:
    match one.how:
        case "assign":
            kind = value(project, one.value, frame)
        case "loop":
            kind = iterated(project, one.value, frame)
        case "with":
            kind = value(project, one.value, frame)
        case "annotation":
            return parameters.annotated(project, one.value, frame)
        case "import":
            meant = project._import(frame.unit, one.dotted)
            return members.meaning(project, meant) if meant is not None else None
        case "def" if isinstance(one.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return Ref(Func(frame.unit, one.node))
        case _:
            return None
    for at in one.path:
        kind = _part(kind, at)
    return kind


def _part(kind: Kind | None, at: int) -> Kind | None:
    if isinstance(kind, Parts):
        return kind.items[at] if at < len(kind.items) else None
    return element(kind)


def iterated(project: Project, expr: ast.expr | None, frame: Frame) -> Kind | None:
    """What a loop over an expression gets at each turn."""
    match expr:
        case ast.Call(func=ast.Name(id="enumerate"), args=[first, *_]):
            return Parts((None, iterated(project, first, frame)))
        case ast.Call(func=ast.Name(id="zip"), args=args):
            return Parts(tuple(iterated(project, arg, frame) for arg in args))
        case ast.Call(func=ast.Attribute(value=inner, attr="items"), args=[]):
            kind = value(project, inner, frame)
            return Parts((kind.keys, kind.of)) if isinstance(kind, Seq) else None
        case ast.Call(func=ast.Attribute(value=inner, attr="values"), args=[]):
            kind = value(project, inner, frame)
            if isinstance(kind, Seq):
                return kind.of
    return element(value(project, expr, frame)) if expr is not None else None


# -- strings ---


def strings(project: Project, expr: ast.expr, frame: Frame) -> list[str] | None:
    """The strings that an expression is written as, directly or by way of a name; else None."""
    match expr:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            found: list[str] = []
            for one in elements:
                inner = one.value if isinstance(one, ast.Starred) else one
                some = strings(project, inner, frame)
                if some is None:
                    return None
                found += some
            return found
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            before, after = strings(project, left, frame), strings(project, right, frame)
            return [*before, *after] if before is not None and after is not None else None
        case ast.Name(id=name):
            bound = frame.bound(name, expr)
            if bound:
                if len(bound) == 1 and bound[0].how == "assign" and bound[0].value is not None:
                    return strings(project, bound[0].value, frame)
                return None
            meant = project.meaning(frame.unit, name)
            return _strings_of(project, meant)
        case ast.Attribute(value=inner, attr=attr):
            kind = value(project, inner, frame)
            if isinstance(kind, Obj) and isinstance(kind.kind, Class):
                return _strings_of(project, project.attribute(kind.kind, attr))
            if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
                return _strings_of(project, project.attribute(kind.meaning, attr))
    return None


def _strings_of(project: Project, meant: Meaning | None) -> list[str] | None:
    if not isinstance(meant, Value):
        return None
    scope = meant.owner.node if meant.owner is not None else meant.unit.tree
    return strings(project, meant.node, Frame(meant.unit, scope, meant.owner))

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What an expression stands for where it is written: followed through names, calls and files."""

from __future__ import annotations

import ast
from dataclasses import replace

from greenlint.project import calls, members, own_context, parameters, statements
from greenlint.project.facts import dotted
from greenlint.project.filling import is_empty
from greenlint.project.frames import Bind, Frame, scan
from greenlint.project.guessing import row_by_name, rows_by_accessor, set_on_request
from greenlint.project.nodes import names_of, own_nodes
from greenlint.project.project import Class, Func, Meaning, Project, Value
from greenlint.project.querysets import CHUNKS, element
from greenlint.project.values import (
    Kind,
    Obj,
    Parts,
    Ref,
    Row,
    Rows,
    Seq,
    branches,
    either,
)


def value(project: Project, expr: ast.expr | None, frame: Frame) -> Kind | None:
    """The kind of value that an expression has in a frame, or None where nothing proves one."""
    match expr:
        case ast.Name(id=name):
            return _name(project, name, expr, frame)
        case ast.Attribute(value=inner, attr=attr):
            return _attribute(project, expr, inner, attr, frame)
        case ast.Call():
            return calls.result_of(project, expr, frame)
        case ast.Subscript(value=inner, slice=key):
            kind = value(project, inner, frame)
            if kind is None and isinstance(inner, ast.Name):
                return own_context.held(project, inner.id, key, frame)
            return calls.item(kind, key)
        case ast.Await(value=inner):
            return statements.awaited(project, value(project, inner, frame))
        case ast.Starred(value=inner) | ast.NamedExpr(value=inner):
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
        case ast.Tuple(elts=elements) if not any(map(_is_starred, elements)):
            return Parts(tuple(value(project, one, frame) for one in elements))
        case ast.List(elts=elements) | ast.Set(elts=elements) | ast.Tuple(elts=elements):
            return _display(project, elements, frame)
    return None


def _is_starred(one: ast.expr) -> bool:
    return isinstance(one, ast.Starred)


def _display(project: Project, elements: list[ast.expr], frame: Frame) -> Kind | None:
    """``[order, *others]``; one without a star has few elements."""
    kinds = []
    for one in elements:
        kind = value(project, one, frame)
        kind = element(kind) if isinstance(one, ast.Starred) else kind
        kinds += [kind] if kind is not None else []
    of = either(kinds) if kinds else None
    if isinstance(of, Row) and not any(map(_is_starred, elements)):
        of = replace(of, of=Rows(of.model, few=True))
    return Seq(of) if of is not None else None


def _attribute(
    project: Project, expr: ast.Attribute | None, of: ast.expr, name: str, frame: Frame
) -> Kind | None:
    """``of.name``, written as an attribute (`expr`) or with ``getattr``."""
    kind = value(project, of, frame)
    if kind is not None:
        return members.attribute(project, kind, name)
    if expr is not None and (held := _set_here(project, expr, frame)) is not None:
        return held
    found = set_on_request(project, of, name)
    guessed = found or members.attribute(project, row_by_name(project, of, name), name)
    return guessed or rows_by_accessor(project, name)


def _set_here(project: Project, expr: ast.Attribute, frame: Frame) -> Kind | None:
    """What the same body has given ``request.cart`` before."""
    name = dotted(expr)
    kinds: list[Kind] = []
    for one in scan(frame.scope).attributes.get(expr.attr, ()) if name else ():
        targets = one.targets if isinstance(one, ast.Assign) else [one.target]
        key = ("", one.lineno, one.col_offset)
        if key in frame.asked or one.lineno > expr.lineno:
            continue
        if any(dotted(target) == name for target in targets):
            frame.asked.add(key)
            try:
                kind = value(project, one.value, frame)
            finally:
                frame.asked.discard(key)
            kinds += [kind] if kind is not None else []
    return either(kinds) if kinds else None


def any_of(project: Project, several: list[ast.expr], frame: Frame) -> Kind | None:
    """What any of several may be: what is nothing, or not known, is left out of account."""
    kinds = [kind for one in several if (kind := value(project, one, frame)) is not None]
    return either(kinds) if kinds else None


# -- names --------------------------------------------------------------------------------------


def _name(project: Project, name: str, use: ast.expr, frame: Frame) -> Kind | None:
    key = (name, getattr(use, "lineno", 0), getattr(use, "col_offset", 0))
    if key in frame.asked:
        frame.cuts += 1
        return None
    known = frame.known.get(key) or frame.partial.get(key)
    if known is None:
        cuts = frame.cuts
        frame.asked.add(key)
        try:
            kind, used, whole = project.memory.watched(
                lambda: _name_anew(project, name, use, frame, key[1])
            )
        finally:
            frame.asked.discard(key)
        if whole and cuts == frame.cuts:
            frame.known[key] = kind, used
            frame.rests |= used
        elif frame.asked:
            frame.partial[key] = kind, used
        else:
            frame.partial.clear()
        return kind
    project.memory.used |= known[1]
    return known[0]


def _name_anew(project: Project, name: str, use: ast.expr, frame: Frame, line: int) -> Kind | None:
    bound = frame.bound(name, use)
    if bound is None:
        if (given := parameters.parameter(project, name, frame)) is not None:
            return given
        if parameters.has_parameter(frame, name):
            return None
        if frame.outer is not None and not isinstance(frame.outer.scope, ast.Module):
            cuts = frame.outer.cuts
            kind = _name(project, name, use, frame.outer)
            frame.cuts += frame.outer.cuts - cuts
            return kind
        meant = project.meaning(frame.unit, name)
        return members.meaning(project, meant) if meant is not None else None
    if any(_leads_on(one, name) for one in bound):
        return None
    kinds = [_bound(project, name, one, frame) for one in bound]
    column = frame.column_at(line)
    sure = [one for one in bound if one.how == "assign" and one.column <= column]
    if not any(one.ready(line) for one in sure):
        kinds.append(parameters.parameter(project, name, frame))
    known = [kind for kind in kinds if kind is not None]
    if len(known) > 1 and all(_is_fresh(one, name) for one in bound):
        return branches(known)
    return either(known) if known else None


def _leads_on(one: Bind, name: str) -> bool:
    """``value = getattr(value, part)`` for the parts of some path: it may end anywhere."""
    match one.value:
        case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id=given), part, *_]):
            return given == name and not isinstance(part, ast.Constant)
    return False


def _is_fresh(one: Bind, name: str) -> bool:
    """Whether a name gets something that is not made of what it held: rows, not none at all."""
    if one.how != "assign" or not isinstance(one.value, ast.Call):
        return False
    called = one.value.func
    if isinstance(called, ast.Attribute) and called.attr == "none":
        return False
    return name not in names_of(one.value)


def _bound(project: Project, name: str, one: Bind, frame: Frame) -> Kind | None:
    match one.how:
        case "assign" if is_empty(one.value) and isinstance(one.node, (ast.Assign, ast.AnnAssign)):
            return _filled(project, name, frame)
        case "assign":
            kind = value(project, one.value, frame) or _remade(project, name, one.value, frame)
        case "loop":
            kind = each(project, one.node, one.value, frame)
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


def _remade(project: Project, name: str, made: ast.expr | None, frame: Frame) -> Kind | None:
    """``rows = narrow(rows)`` of a function that is not known: rows, and perhaps fetched along."""
    match made:
        case ast.Call(args=[ast.Name(id=given) as arg, *_], func=func) if given == name:
            kind = value(project, arg, frame)
            if isinstance(kind, Rows) and value(project, func, frame) is None:
                doubt = kind.fetched.doubted(f"what {ast.unparse(func)}() gives is not known")
                return replace(kind, fetched=doubt)
    return None


def _filled(project: Project, name: str, frame: Frame) -> Kind | None:
    """What is put into a container that is made empty."""
    kind, keys = filling(project, name, frame)
    return Seq(kind, keys) if kind is not None else None


def filling(project: Project, name: str, frame: Frame) -> tuple[Kind | None, Kind | None]:
    """What a body puts into the container of that name, and the keys."""
    kinds: list[Kind] = []
    keys: Kind | None = None
    for one in scan(frame.scope).filled.get(name, ()):
        kind = value(project, one.value, frame)
        if one.several:
            kind = element(kind)
        if kind is not None:
            kinds.append(Seq(kind) if one.nested else kind)
            keys = value(project, one.key, frame) if one.key is not None else None
    return (either(kinds) if kinds else None), keys


def _part(kind: Kind | None, at: int) -> Kind | None:
    if isinstance(kind, Parts):
        return kind.items[at] if at < len(kind.items) else None
    return element(kind)


def each(
    project: Project, loop: ast.AST | None, expr: ast.expr | None, frame: Frame
) -> Kind | None:
    """What a loop gets at each turn, of the kind that is meant where it goes over several."""
    choice = frame.chosen.get(loop) if loop is not None else None
    if choice is None:
        return iterated(project, expr, frame)
    ask = value if choice.single else iterated
    return ask(project, choice.value, frame)


def iterated(project: Project, expr: ast.expr | None, frame: Frame) -> Kind | None:
    """What a loop over an expression gets at each turn."""
    match expr:
        case ast.Call(func=ast.Name(id="enumerate"), args=[first, *_]):
            return Parts((None, iterated(project, first, frame)))
        case ast.Call(func=ast.Name(id="zip"), args=args):
            return Parts(tuple(iterated(project, arg, frame) for arg in args))
        case ast.Call(
            func=ast.Name(id="groupby") | ast.Attribute(attr="groupby"), args=[first, *_]
        ):
            return Parts((None, value(project, first, frame)))
        case ast.Call(func=ast.Name(id=word) | ast.Attribute(attr=word), args=[first, *_]) if (
            word in CHUNKS
        ):
            return value(project, first, frame)
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
                only = bound[0]
                key = (f"={name}", only.line, only.column)
                if len(bound) > 1 or only.how != "assign" or only.value is None:
                    return None
                if key in frame.asked or (isinstance(only.value, ast.List) and _grows(name, frame)):
                    return None
                frame.asked.add(key)
                try:
                    return strings(project, only.value, frame)
                finally:
                    frame.asked.discard(key)
            meant = project.meaning(frame.unit, name)
            return _strings_of(project, meant)
        case ast.Attribute(value=inner, attr=attr):
            kind = value(project, inner, frame)
            if isinstance(kind, Obj) and isinstance(kind.kind, Class):
                return _strings_of(project, project.attribute(kind.kind, attr))
            if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
                return _strings_of(project, project.attribute(kind.meaning, attr))
    return None


def _grows(name: str, frame: Frame) -> bool:
    """Whether a list gets more while the body runs: ``names.append(name)``."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("append", "extend", "insert", "remove", "pop")
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        for node in own_nodes(frame.scope)
    )


def _strings_of(project: Project, meant: Meaning | None) -> list[str] | None:
    if not isinstance(meant, Value):
        return None
    scope = meant.owner.node if meant.owner is not None else meant.unit.tree
    return strings(project, meant.node, Frame(meant.unit, scope, meant.owner))

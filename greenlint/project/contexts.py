# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What code writes into a template's context: names, and what stands behind each of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from greenlint.project import flow
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame, frame_of
from greenlint.project.nodes import own_of
from greenlint.project.project import Func, Project
from greenlint.project.values import At, Kind, Parts, Row, Rows, Seq, either


@dataclass(frozen=True, slots=True)
class Given:
    """What a name of a context stands for, and where that is said.

    `each`: it is a part of each element of a list, as in ``{% for day, talks in days %}``.
    """

    kind: Kind
    at: At
    each: bool = False


def written(project: Project, func: Func, frame: Frame) -> dict[str, Given]:
    """Every name that a function writes into a dict, whichever way."""
    several = (pair for node in own_of(func.node, *_WRITING) for pair in pairs(node))
    return given(project, several, frame)


_WRITING: tuple[type[ast.AST], ...] = (ast.Assign, ast.Dict, ast.Call)


def given(
    project: Project, several: Iterable[tuple[str, ast.expr]], frame: Frame, within: bool = True
) -> dict[str, Given]:
    """The names and what they stand for; of several values what any of them may be.

    What a dict among them holds has the names of both, ``cart.positions``, if asked for `within`.
    """
    found: dict[str, Given] = {}
    for name, value in several:
        kind = flow.value(project, value, frame)
        if within and (kind is None or isinstance(kind, Seq)):
            found.update(_entries(project, name, value, frame))
        if kind is None or (isinstance(kind, Rows) and "none" in kind.methods):
            continue
        known = found.get(name)
        joined = either([known.kind, kind]) if known is not None else None
        at = At(frame.unit, value)
        found[name] = Given(joined or kind, at)
        found.update((f"{name}.{way}", Given(one, at, True)) for way, one in _parts(kind))
    return found


def _parts(kind: Kind) -> Iterator[tuple[str, Kind]]:
    """The parts of each element of a list of tuples, of each entry of a dict, with their ways."""
    match kind:
        case Seq(of=Parts(items=items), keys=None):
            parts = [(f"[].{at}", one) for at, one in enumerate(items)]
        case Seq(of=of, keys=keys):  # a dict, if a template asks it for its entries
            parts = [("items.[].1", of), ("values.[]", of)]
            if keys is not None:
                parts.append(("items.[].0", keys))
        case _:
            return
    yield from ((way, one) for way, one in parts if one is not None)


def _entries(
    project: Project, name: str, expr: ast.expr, frame: Frame
) -> Iterator[tuple[str, Given]]:
    """What a dict holds that is written there, or by the function that is called there."""
    match expr:
        case ast.Dict():
            dicts = [expr]
        case ast.Name(id=held):
            made_here = [one.value for one in frame.bindings.get(held, ()) if one.how == "assign"]
            dicts = [one for one in made_here if isinstance(one, ast.Dict)]
            for key, said in given(project, named_dict(held, frame), frame, False).items():
                yield f"{name}.{key}", said
            for made in made_here:
                if isinstance(made, ast.Call):
                    yield from _forms(project, name, made, frame)
        case ast.Call(func=func):
            yield from _forms(project, name, expr, frame)
            target = flow.value(project, func, frame)
            called = getattr(target, "func", None) or getattr(target, "meaning", None)
            if not isinstance(called, Func) or isinstance(called.node, ast.Lambda):
                return
            frame = frame_of(called, getattr(target, "this", None))
            dicts = [
                node.value
                for node in own_of(called.node, ast.Return)
                if isinstance(node.value, ast.Dict)
            ]
        case _:
            return
    stored = _stored(frame.scope)
    for one in dicts:
        for key, said in given(project, pairs(one), frame, False).items():
            yield f"{name}.{key}", replace(said, kind=_with_known(said.kind, stored))


def _stored(scope: ast.AST) -> frozenset[str]:
    """The relations that code sets by hand: ``line.order = order`` for each line of a list."""
    found: set[str] = set()
    for node in own_of(scope, ast.Assign) if isinstance(scope, ast.FunctionDef) else ():
        for target in node.targets:
            _, _, path = dotted(target).partition(".")
            found.add(path.replace(".", "__"))
    return frozenset(found - {""})


def _with_known(kind: Kind, paths: frozenset[str]) -> Kind:
    match kind:
        case Rows() | Row():
            return replace(kind, fetched=replace(kind.fetched, known=kind.fetched.known | paths))
        case Seq(of=of):
            return replace(kind, of=_with_known(of, paths))
    return kind


def _forms(
    project: Project, name: str, call: ast.Call, frame: Frame
) -> Iterator[tuple[str, Given]]:
    """The row behind each form of a formset: ``LineFormSet(queryset=order.lines.all())``."""
    if not dotted(call.func).lower().endswith("formset"):
        return
    for one in call.keywords:
        rows = flow.value(project, one.value, frame) if one.arg == "queryset" else None
        if isinstance(rows, Rows):
            row = Row(rows.model, rows.fetched, rows.at, rows)
            for way in ("[].instance", "forms.[].instance"):
                yield f"{name}.{way}", Given(row, At(frame.unit, one.value), True)


def pairs(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names and values that one node writes into a dict."""
    match node:
        case ast.Assign(
            targets=[ast.Subscript(slice=ast.Constant(value=str() as name))], value=value
        ):
            yield name, value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        case ast.Call(func=ast.Attribute(attr="setdefault"), args=[key, value]):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
        case ast.Call(func=func, keywords=keywords):
            word = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if word in ("update", "dict", "get_context_data"):
                yield from ((one.arg, one.value) for one in keywords if one.arg)


def of_dict(project: Project, expr: ast.expr, frame: Frame, depth: int = 0) -> dict[str, Given]:
    """What an expression that stands for a context holds."""
    found: dict[str, Given] = {}
    match expr:
        case ast.Dict() | ast.Call(func=ast.Name(id="dict")):
            for value in getattr(expr, "values", ()):
                if isinstance(value, ast.Dict):
                    found.update(of_dict(project, value, frame, depth + 1))
            found.update(given(project, pairs(expr), frame))
        case ast.Call(func=ast.Name(id="locals"), args=[]):
            own = (
                (name, one.value)
                for name, several in frame.bindings.items()
                for one in several
                if one.how == "assign" and one.value is not None and not one.path
            )
            found.update(given(project, own, frame))
        case ast.Name(id=name):
            for one in frame.bindings.get(name, ()):
                if one.value is not None and one.how == "assign" and depth < 3:
                    found.update(of_dict(project, one.value, frame, depth + 1))
            found.update(given(project, named_dict(name, frame), frame))
        case ast.Call(func=func) if depth < 3:
            target = flow.value(project, func, frame)
            called = getattr(target, "func", None) or getattr(target, "meaning", None)
            if isinstance(called, Func) and isinstance(called.node, ast.FunctionDef):
                this = getattr(target, "this", None)
                found.update(written(project, called, frame_of(called, this)))
    return found


def named_dict(name: str, frame: Frame) -> Iterator[tuple[str, ast.expr]]:
    """``context["orders"] = ...`` and ``context.update(...)`` of one name in a function."""
    for node in own_of(frame.scope, *_WRITING):
        match node:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=word))]) if word == name:
                yield from pairs(node)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=word), attr="update"), args=args):
                if word == name:
                    yield from pairs(node)
                    yield from (pair for arg in args for pair in pairs(arg))


def rows_in(kind: Kind) -> tuple[Rows, bool] | None:
    """The rows that a value of a context stands for, and whether they are several."""
    match kind:
        case Rows(few=False):
            return kind, True
        case Seq(of=Row() as row):
            return Rows(row.model, row.fetched, row.at, kind="list"), True
        case Row(model=model, fetched=fetched, at=at):
            return Rows(model, fetched, at), False
    return None

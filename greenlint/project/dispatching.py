# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Methods that code chooses by a name that it puts together: ``getattr(self, f"get_{word}")``."""

from __future__ import annotations

import ast
import re

from greenlint.project import flow, members, parameters
from greenlint.project.frames import Bind, Frame
from greenlint.project.project import Class, Func, Project
from greenlint.project.values import Kind, Obj, Row

# Letters of a name that have to be written out: fewer would mean nearly any method.
_LETTERS = 3
# So many methods are one of several ways to do a thing; more of them are a whole interface.
_MOST = 24


def chosen(project: Project, func: ast.expr, frame: Frame) -> tuple[tuple[Func, Kind], ...]:
    """The methods that an expression may stand for, each with its object; none of them surely."""
    match _made(func, frame):
        case ast.Call(func=ast.Name(id="getattr"), args=[owner, name, *_]):
            pattern = _pattern(name, frame)
        case _:
            return ()
    this = flow.value(project, owner, frame) if pattern is not None else None
    cls = this.model if isinstance(this, Row) else this.kind if isinstance(this, Obj) else None
    if pattern is None or this is None or not isinstance(cls, Class):
        return ()
    found: dict[str, Func] = {}
    for one in project.ancestry(cls):
        for method in members.methods(project, one) if isinstance(one, Class) else ():
            word = method.name.rpartition(".")[2]
            if pattern.fullmatch(word) and not parameters.is_static(method.node):
                found.setdefault(word, method)
    return tuple((method, this) for method in found.values()) if len(found) <= _MOST else ()


def _made(func: ast.expr, frame: Frame) -> ast.expr | None:
    """A call as written, or what the one place gives a name that does."""
    if isinstance(func, ast.Name):
        match frame.bound(func.id, func):
            case [Bind(how="assign", value=made, path=())]:
                return made
        return None
    return func


def _pattern(name: ast.expr, frame: Frame) -> re.Pattern[str] | None:
    """What a name looks like that is put together of written parts and others."""
    parts = _parts(name, frame)
    written = "".join(part for part in parts if part is not None)
    if None not in parts or sum(map(str.isalpha, written)) < _LETTERS:
        return None
    return re.compile("".join(r"\w+" if part is None else re.escape(part) for part in parts))


def _parts(name: ast.expr, frame: Frame) -> list[str | None]:
    """The parts of a string in order, None for what is not written."""
    match name:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr(values=values):
            return [part for one in values for part in _parts(one, frame)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*_parts(left, frame), *_parts(right, frame)]
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod()):
            return _between(text.split("%s"))
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format")):
            return _between(re.split(r"\{\w*\}", text))
        case ast.Name():
            made = _made(name, frame)
            return _parts(made, frame) if isinstance(made, (ast.JoinedStr, ast.BinOp)) else [None]
    return [None]


def _between(texts: list[str]) -> list[str | None]:
    found: list[str | None] = [texts[0]]
    for text in texts[1:]:
        found += [None, text]
    return found

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Methods that a class leaves to those below it."""

from __future__ import annotations

import ast

from greenlint.project.memory import remembered
from greenlint.project.project import Class, Func, Project
from greenlint.project.values import Kind, Obj


def overriding(project: Project, func: Func, this: Kind) -> Func:
    """A method, or where it only says that it is not implemented, that of a class below."""
    if not isinstance(this, Obj) or not isinstance(this.kind, Class) or not _is_open(func):
        return func
    return _below(project, this.kind, func.name.rpartition(".")[2]) or func


@remembered()
def _below(project: Project, cls: Class, name: str) -> Func | None:
    for heir in project.heirs.get(cls, ()):
        found = project.own_attribute(heir, name) or _below(project, heir, name)
        if isinstance(found, Func) and not heir.unit.is_test and not _is_open(found):
            return found
    return None


def _is_open(func: Func) -> bool:
    if isinstance(func.node, ast.Lambda):
        return False
    match func.node.body[-1]:
        case ast.Raise(exc=ast.Name(id=word) | ast.Call(func=ast.Name(id=word))):
            return word == "NotImplementedError"
    return False

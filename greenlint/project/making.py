# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the objects of a class read of what they are made of: ``Column(question)`` keeps the
question, and its methods read it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from greenlint.project import members, parameters
from greenlint.project.doubts import SURE, UNSURE
from greenlint.project.facts import dotted
from greenlint.project.frames import frame_of, scan
from greenlint.project.memory import remembered
from greenlint.project.paths import Access, Root, of_parameter, of_self, path_of
from greenlint.project.project import Class, Func, Project
from greenlint.project.values import Obj

# Methods that run when an object is made.
_AT_ONCE = frozenset(("__init__", "__post_init__"))


@remembered(())
def of_argument(project: Project, cls: Class, key: int | str) -> tuple[Access, ...]:
    """Every way that is gone from an argument of the class: by its place, or by its name.

    What is read while the object is made is sure; that somebody calls its other methods is not.
    """
    return tuple(_ways(project, cls, key))


def _ways(project: Project, cls: Class, key: int | str) -> Iterator[Access]:
    making = project.attribute(cls, "__init__")
    if isinstance(making, Func) and not isinstance(making.node, ast.Lambda):
        name = _parameter(making, key)
        if not name:
            return
        yield from of_parameter(project, making, name, Obj(cls))
        kept = _kept(making, name)
    else:
        kept = {name for name in _fields(project, cls, key) if name}
    if kept:
        yield from _by_methods(project, cls, kept)


def _parameter(making: Func, key: int | str) -> str:
    """The parameter that gets an argument, "" where none does."""
    names = [one.arg for one in making.parameters[1:]]
    if isinstance(key, int):
        return names[key] if key < len(names) else ""
    return key if key in (*names, *(one.arg for one in making.node.args.kwonlyargs)) else ""


def _kept(making: Func, name: str) -> set[str]:
    """The attributes of ``self`` that hold the parameter of that name, as it is."""
    frame, root = frame_of(making), Root(name)
    me = making.parameters[0].arg
    return {
        target.attr
        for several in scan(making.node).attributes.values()
        for one in several
        if one.value is not None and path_of(one.value, frame, root) == ()
        for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
        if isinstance(target, ast.Attribute) and dotted(target.value) == me
    }


def _fields(project: Project, cls: Class, key: int | str) -> Iterator[str]:
    """The field of a dataclass or named tuple that an argument fills."""
    decorators = {dotted(getattr(one, "func", one)) for one in cls.node.decorator_list}
    words = {one.rpartition(".")[2] for one in (*decorators, *cls.facts.bases)}
    if words & {"dataclass", "NamedTuple", "define", "frozen"}:
        names = [
            one.target.id
            for one in cls.node.body
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        ]
        yield from [one for at, one in enumerate(names) if key in (at, one)]


def _by_methods(project: Project, cls: Class, kept: set[str]) -> Iterator[Access]:
    """What methods go on to from the attributes of ``self``."""
    this, seen = Obj(cls), set[str]()
    for one in project.ancestry(cls):
        for func in members.methods(project, one) if isinstance(one, Class) else ():
            word = func.name.rpartition(".")[2]
            if word in seen or not func.parameters or parameters.is_static(func.node):
                continue
            seen.add(word)
            if not kept & scan(func.node).attributes_read:
                continue
            doubt = SURE if word in _AT_ONCE else UNSURE
            for access in of_self(project, func, this):
                if access.path[0] in kept and len(access.path) > 1:
                    yield replace(access, path=access.path[1:]).after((), None, doubt)

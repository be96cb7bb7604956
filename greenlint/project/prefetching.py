# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is fetched for rows that are there already: ``prefetch_related_objects(rows, "lines")``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint.project import flow
from greenlint.project.frames import Frame, frame_of
from greenlint.project.nodes import every, own_of, word_of
from greenlint.project.project import Func, Project
from greenlint.project.values import Bound, Fetched, Ref, Row
from greenlint.project.ways import EACH, Access, Path, Root, stores

_LOOPS: tuple[type[ast.For | ast.AsyncFor], ...] = (ast.For, ast.AsyncFor)
_WORDS = ("prefetch", "preload", "annotate_", "attach", "add_related")


def fetched_by_hand(
    project: Project, fetched: Fetched, iterable: ast.expr, frame: Frame
) -> Fetched:
    """What is fetched with what a body fetches for the rows of a name before it is gone through."""
    names = {node.id for node in every(iterable) if isinstance(node, ast.Name)}
    line = iterable.lineno
    for call, word in _calls(frame):
        if call.lineno > line or not names & _names_in(call):
            continue
        if word != "prefetch_related_objects":
            fetched = fetched.doubted(f"what {word}() fetches is not read")
            continue
        for arg in call.args[1:]:
            inner = arg.args[0] if isinstance(arg, ast.Call) and arg.args else arg
            inner = inner.value if isinstance(inner, ast.Starred) else inner
            paths = flow.strings(project, inner, frame)
            if paths is None:
                fetched = fetched.doubted("what is prefetched is not written there")
            else:
                fetched = fetched.prefetch(*paths)
    return set_by_functions(project, _set_in_loops(fetched, names, line, frame), names, line, frame)


def set_by_functions(
    project: Project, fetched: Fetched, names: set[str], line: int, frame: Frame
) -> Fetched:
    """With the relations that functions set on each of the rows that a body hands them before a
    line: ``add_customers(orders + others)``.
    """
    for node in own_of(frame.scope, ast.Call):
        if node.lineno < line and names & _names_in(node):
            fetched = fetched.prefetch(*_set_by_call(project, node, names, frame))
    return fetched


def _set_by_call(project: Project, call: ast.Call, names: set[str], frame: Frame) -> Iterator[str]:
    places = [*enumerate(call.args), *((one.arg, one.value) for one in call.keywords)]
    given = [
        (key, lead) for key, arg in places for lead in _leads(arg, names, frame) if key is not None
    ]
    if not given:
        return
    match flow.value(project, call.func, frame):
        case Ref(meaning=Func() as func):
            skip = 0
        case Bound(func=func):
            skip = 1
        case _:
            return
    if isinstance(func.node, ast.Lambda):
        return
    parameters = [one.arg for one in func.parameters[skip:]]
    for key, lead in given:
        name = key if isinstance(key, str) else "".join(parameters[key : key + 1])
        for path in stores(list(func.node.body), frame_of(func, None), Root(name)) if name else ():
            if len(path) == 2 and path[0] == EACH:
                yield "__".join((*lead, path[1]))


def _leads(arg: ast.expr, names: set[str], frame: Frame) -> Iterator[tuple[str, ...]]:
    """How one comes from the rows of a name to those of an argument: not at all, or along what a
    loop gathers, ``customers.append(order.customer)``.
    """
    match arg:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _leads(left, names, frame)
            yield from _leads(right, names, frame)
        case ast.Name(id=name) if name in names:
            yield ()
        case ast.Name(id=name):
            for node in own_of(frame.scope, ast.For):
                match node:
                    case ast.For(
                        target=ast.Name(id=row), iter=ast.Name(id=rows), body=[ast.Expr(value=done)]
                    ) if rows in names:
                        match done:
                            case ast.Call(
                                func=ast.Attribute(value=ast.Name(id=holder), attr="append"),
                                args=[ast.Attribute(value=ast.Name(id=item), attr=attr)],
                            ) if (holder, item) == (name, row):
                                yield (attr,)


def fetched_within(project: Project, fetched: Fetched, func: Func, name: str) -> Fetched:
    """What is fetched with what a function fetches for the rows that it gets as a parameter."""
    last = getattr(func.node, "end_lineno", 0) or 0
    return fetched_by_hand(
        project, fetched, ast.Name(name, ast.Load(), lineno=last), frame_of(func)
    )


def _calls(frame: Frame) -> Iterator[tuple[ast.Call, str]]:
    for node in own_of(frame.scope, ast.Call):
        word = word_of(node)
        if word != "prefetch_related" and any(part in word for part in _WORDS):
            yield node, word


def _names_in(call: ast.Call) -> set[str]:
    given = [*call.args, *(one.value for one in call.keywords)]
    return {node.id for arg in given for node in every(arg) if isinstance(node, ast.Name)}


def _set_in_loops(fetched: Fetched, names: set[str], line: int, frame: Frame) -> Fetched:
    """With the relations that an earlier loop over the same name sets: ``line.order = order``."""
    for node in own_of(frame.scope, *_LOOPS):
        if node.lineno >= line:
            continue
        if not (isinstance(node.iter, ast.Name) and node.iter.id in names):
            continue
        if not isinstance(node.target, ast.Name):
            continue
        for statement in node.body:
            for inner in every(statement):
                match inner:
                    case ast.Attribute(value=ast.Name(id=name), attr=attr, ctx=ast.Store()):
                        if name == node.target.id:
                            fetched = fetched.prefetch(attr)
    return fetched


def relation_of(path: Path) -> str:
    """The relation that a way leads along, as Django spells it: ``lines__order``."""
    return "__".join(step for step in path if step != EACH and not step.endswith("()"))


def set_by_methods(project: Project, row: Row, accesses: list[Access]) -> dict[str, int]:
    """The relations that methods of the row set when they are called, each with that line:
    ``change.fill_in_prefetched()``.
    """
    found: dict[str, int] = {}
    for one in accesses:
        if len(one.path) != 1 or one.via or not one.path[0].endswith("()"):
            continue
        func = project.attribute(row.model, one.path[0].removesuffix("()"))
        if isinstance(func, Func) and func.parameters and not isinstance(func.node, ast.Lambda):
            root = Root(func.parameters[0].arg)
            for path in stores(list(func.node.body), frame_of(func, row), root):
                found.setdefault(relation_of(path), getattr(one.at.node, "lineno", 0) - 1)
    return found

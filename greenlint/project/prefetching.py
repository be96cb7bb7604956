# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is fetched for rows that are there already: ``prefetch_related_objects(rows, "lines")``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint.project import flow
from greenlint.project.frames import Frame, Scope, frame_of
from greenlint.project.nodes import every, own_of, word_of
from greenlint.project.project import Func, Project
from greenlint.project.values import Fetched, Row
from greenlint.project.ways import EACH, Access, Path, Root, stores

_LOOPS: tuple[type[ast.For | ast.AsyncFor], ...] = (ast.For, ast.AsyncFor)
_WORDS = ("prefetch", "preload", "annotate_", "attach", "add_related")


def fetched_by_hand(
    project: Project, fetched: Fetched, iterable: ast.expr, frame: Frame
) -> Fetched:
    """What is fetched with what a body fetches for the rows of a name before it is gone through."""
    names = {node.id for node in every(iterable) if isinstance(node, ast.Name)}
    line = iterable.lineno
    for call, word in _calls(frame.scope):
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
    return _set_in_loops(fetched, names, line, frame)


def _calls(scope: Scope) -> list[tuple[ast.Call, str]]:
    """The calls of a body that may fetch something for rows, kept with it."""
    kept: list[tuple[ast.Call, str]] | None = vars(scope).get("_fetching")
    if kept is None:
        kept = vars(scope)["_fetching"] = list(_fetching(scope))
    return kept


def _fetching(scope: Scope) -> Iterator[tuple[ast.Call, str]]:
    for node in own_of(scope, ast.Call):
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

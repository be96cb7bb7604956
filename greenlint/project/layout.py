# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The nodes of a file by frame and class, each with the node around it: read in one walk.

Several rules ask the same of one file, one after the other; the last file's answer is kept.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar
from weakref import WeakKeyDictionary

from greenlint.project.frames import Frame, frames_in
from greenlint.project.nodes import children, every, own_nodes
from greenlint.project.project import Project, Unit

N = TypeVar("N", bound=ast.AST)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(eq=False, slots=True)
class Part:
    """One frame and the nodes that run with it; what stands in a lambda is left out."""

    frame: Frame
    nodes: dict[type[ast.AST], list[ast.AST]]

    def of(self, *kinds: type[N]) -> Iterator[N]:
        """The nodes of some classes."""
        for kind in kinds:
            yield from self.nodes.get(kind, ())  # type: ignore[misc]  # held by their class


@dataclass(eq=False, slots=True)
class Layout:
    """A file: its parts, the node around each node, and every place of each name."""

    tree: ast.Module
    parts: list[Part] = field(default_factory=list)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    names: dict[str, list[ast.Name]] = field(default_factory=lambda: defaultdict(list))
    owners: dict[ast.Name, ast.AST] = field(default_factory=dict)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node in its frame, innermost first."""
        at = self.parents.get(node)
        while at is not None:
            yield at
            at = self.parents.get(at)


_LAST: WeakKeyDictionary[Project, Layout] = WeakKeyDictionary()


def layout(project: Project, unit: Unit) -> Layout:
    """The layout of a file."""
    tree = unit.tree
    held = _LAST.get(project)
    if held is None or held.tree is not tree:
        held = _LAST[project] = _laid_out(project, unit)
    return held


def _laid_out(project: Project, unit: Unit) -> Layout:
    made = Layout(unit.tree)
    for frame in frames_in(project, unit):
        found: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        for node in own_nodes(frame.scope):
            kind = node.__class__
            found[kind].append(node)
            if kind is ast.Name:
                made.names[node.id].append(node)  # type: ignore[attr-defined, arg-type]
                made.owners[node] = frame.scope  # type: ignore[index]
            elif kind is ast.Lambda:
                _names(made, node)
            elif kind not in _SCOPES:
                for one in children(node):
                    made.parents[one] = node
        made.parts.append(Part(frame, found))
    return made


def _names(made: Layout, scope: ast.AST) -> None:
    """Names in a lambda are places, and belong to it."""
    for node in every(scope):
        if isinstance(node, ast.Name):
            made.names[node.id].append(node)
            made.owners[node] = scope

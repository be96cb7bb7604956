# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The nodes of a file by frame and class, each with the node around it: read in one walk.

Several rules ask the same of one file, one after the other; the last file's answer is kept.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar
from weakref import WeakKeyDictionary

from greenlint.project.frames import Frame, frames_in
from greenlint.project.nodes import children, every, own_nodes
from greenlint.project.project import Project, Unit

N = TypeVar("N", bound=ast.AST)
# What has no nodes below it, or none of its frame.
_LEAVES = frozenset(
    (ast.Name, ast.Constant, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
)


@dataclass(eq=False, slots=True)
class Part:
    """One frame and the nodes that run with it; what stands in a lambda is left out."""

    frame: Frame
    nodes: dict[type[ast.AST], list[ast.AST]]

    def holds(self, line: int) -> bool:
        """Whether the frame has a line."""
        scope = self.frame.scope
        if isinstance(scope, ast.Module):
            return True
        return scope.lineno <= line <= (scope.end_lineno or scope.lineno)

    def of(self, *kinds: type[N]) -> Iterator[N]:
        """The nodes of some classes."""
        for kind in kinds:
            yield from self.nodes.get(kind, ())  # type: ignore[misc]  # held by their class


class Parents:
    """The node around each node: read for a whole frame when one of its nodes is asked about."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._unread = list(parts)
        self._found: dict[ast.AST, ast.AST] = {}

    def get(self, node: ast.AST, otherwise: ast.AST | None = None) -> ast.AST | None:
        """The node around a node; `otherwise` for a statement of the frame itself."""
        found = self._found.get(node)
        if found is None and self._unread:
            self._read(getattr(node, "lineno", None))
            found = self._found.get(node)
        return otherwise if found is None else found

    def _read(self, line: int | None) -> None:
        """Read the frames that hold a line; all of them for a node that has none."""
        here = [part for part in self._unread if line is None or part.holds(line)]
        if here:
            self._unread = [part for part in self._unread if part not in here]
        for part in here:
            for kind, several in part.nodes.items():
                if kind not in _LEAVES:
                    for node in several:
                        self._found.update(dict.fromkeys(children(node), node))


@dataclass(eq=False)
class Layout:
    """A file: its parts, the node around each node, and every place of each name."""

    tree: ast.Module
    parts: list[Part] = field(default_factory=list)

    @cached_property
    def parents(self) -> Parents:
        """The node around each node of a frame."""
        return Parents(self.parts)

    @cached_property
    def names(self) -> dict[str, list[ast.Name]]:
        """Every place of each name; those in a lambda too."""
        found: dict[str, list[ast.Name]] = defaultdict(list)
        for name in self.owners:
            found[name.id].append(name)
        return found

    @cached_property
    def owners(self) -> dict[ast.Name, ast.AST]:
        """The scope that each place of a name stands in; a lambda is one."""
        found: dict[ast.Name, ast.AST] = {}
        for part in self.parts:
            found.update(dict.fromkeys(part.of(ast.Name), part.frame.scope))
            for scope in part.of(ast.Lambda):
                found.update((one, scope) for one in every(scope) if isinstance(one, ast.Name))
        return found

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
            found[node.__class__].append(node)
        made.parts.append(Part(frame, found))
    return made

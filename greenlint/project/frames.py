# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One body of code and the names that it binds: what a name may hold at a line."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from greenlint.project.facts import imported
from greenlint.project.filling import Fill, filled
from greenlint.project.nodes import STATEMENTS, N, names_of, of_kinds, own_codes, own_nodes, own_of
from greenlint.project.project import Class, Func, Project, Unit
from greenlint.project.values import Kind

Scope = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Bind(NamedTuple):
    """One place that binds a name.

    `value` is what is assigned ("assign"), gone through ("loop") or entered ("with"); `path` says
    which part of it the name gets; `ends` is the last line of a loop that binds it.  An assignment
    holds after its `last` line.
    """

    how: str
    value: ast.expr | None
    path: tuple[int, ...]
    line: int
    column: int
    ends: int = 0
    dotted: str = ""
    node: ast.AST | None = None
    last: int = 0

    def ready(self, line: int) -> bool:
        """Whether a line comes after: not a line of the assigned value itself."""
        return self.line < line and self.last < line


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several that a loop goes over: a `single` thing, or an iterable of them."""

    value: ast.expr
    single: bool


@dataclass(eq=False)
class Frame:
    """A function, class body or module as it is read for one object and some arguments.

    `this` is what ``self`` is; `given` are the kinds of parameters, where a caller is known.
    `asked` are the names in question, `cuts` counts those that asked for themselves, and `known`
    are the answers that were whole, `rests` the files that they rest on; `partial` holds others
    while the first name is in question.  `chosen` says of a loop over several kinds which of them
    is meant.
    """

    unit: Unit
    scope: Scope
    owner: Class | None = None
    this: Kind | None = None
    given: Mapping[str, Kind] = field(default_factory=dict)
    outer: Frame | None = None
    asked: set[tuple[str, int, int]] = field(default_factory=set)
    known: dict[object, tuple[Kind | None, int]] = field(default_factory=dict)
    partial: dict[object, tuple[Kind | None, int]] = field(default_factory=dict)
    cuts: int = 0
    rests: int = 0
    chosen: Mapping[ast.AST, Choice] = field(default_factory=dict)

    def forget(self, used: int) -> None:
        """Drop the answers that rest on any of some files (-1: on whichever), and all that cannot
        tell what they rest on.
        """
        if used == -1:
            self.known, self.rests = {}, 0
        elif self.rests & used:
            self.known = {key: one for key, one in self.known.items() if not one[1] & used}
            self.rests &= ~used
        self.partial.clear()
        for name in ("turns", "fates", "proven"):
            vars(self).pop(name, None)

    @cached_property
    def bindings(self) -> Mapping[str, list[Bind]]:
        """Every name that the body binds, in order of line."""
        return scan(self.scope).bindings

    def column_at(self, line: int) -> int:
        """The column of the statement that holds a line."""
        lines, columns = scan(self.scope).places
        at = bisect_right(lines, line) - 1
        return columns[at] if at >= 0 else 0

    def bound(self, name: str, use: ast.AST) -> list[Bind] | None:
        """The bindings of a name that may hold where it is used; None if the body has none.

        Inside a loop that binds it, that one; else the ones before, back to the last that stands
        no deeper than the use.
        """
        every = self.bindings.get(name)
        if not every:
            return None
        line = getattr(use, "lineno", 1 << 30)
        around = [one for one in every if one.how == "loop" and one.line <= line <= one.ends]
        inner = max(around, key=lambda one: (one.line, one.column), default=None)
        before = [one for one in every if one.ready(line) and one is not inner]
        if inner is not None:
            before = [one for one in before if one.line > inner.line and one.how != "loop"]
            if not before or inner.line == line:
                return [inner]
        if not before:
            if inner is not None:
                return [inner]
            return [] if self._is_parameter(name) else every
        column = self.column_at(line)
        found: list[Bind] = []
        for one in reversed(before):
            found.append(one)
            if one.column <= column and one.how in ("assign", "import", "def", "with"):
                return found
        return [*found, inner] if inner is not None else found

    def _is_parameter(self, name: str) -> bool:
        given = getattr(self.scope, "args", None)
        if not isinstance(given, ast.arguments):
            return False
        places = (*given.posonlyargs, *given.args, *given.kwonlyargs)
        return any(one.arg == name for one in places)


class Scan:
    """What a scope's body holds, read once and kept with the scope's node."""

    def __init__(self, scope: Scope) -> None:
        # Not the scope itself: it holds this, and circles are not collected.
        self._nodes, self._codes = own_nodes(scope), own_codes(scope)
        self.places = _places(scope)

    def _of(self, *kinds: type[N]) -> list[N]:
        return of_kinds(self._nodes, self._codes, *kinds)

    @cached_property
    def bindings(self) -> Mapping[str, list[Bind]]:
        """Every name that the body binds, in order of line."""
        return _bindings(self._of(*_BINDING))

    def leading_to(self, name: str) -> frozenset[str]:
        """The names whose values may come from that of a name, itself included."""
        known = self._leading.get(name)
        if known is None:
            found, before = {name}, 0
            while len(found) > before:
                before = len(found)
                found |= {one for one, used in self._sources.items() if used & found}
            known = self._leading[name] = frozenset(found)
        return known

    @cached_property
    def _leading(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _sources(self) -> dict[str, frozenset[str]]:
        """The names in the values that each name is bound to."""
        return {
            name: frozenset().union(
                *(names_of(one.value) for one in bound if one.value is not None)
            )
            for name, bound in self.bindings.items()
        }

    @cached_property
    def filled(self) -> Mapping[str, list[Fill]]:
        """What the body puts into containers, by the names of those."""
        return filled(self._of(ast.Assign, ast.AugAssign, ast.Call))

    @cached_property
    def attributes_read(self) -> frozenset[str]:
        """The names of all attributes that the body mentions."""
        return frozenset(node.attr for node in self._of(ast.Attribute))

    @cached_property
    def sets_attributes(self) -> bool:
        """Whether the body sets an attribute of anything."""
        return any(isinstance(node.ctx, ast.Store) for node in self._of(ast.Attribute)) or any(
            isinstance(node.func, ast.Name) and node.func.id == "setattr"
            for node in self._of(ast.Call)
        )

    @cached_property
    def attributes(self) -> Mapping[str, list[ast.Assign | ast.AnnAssign]]:
        """The statements that set an attribute of something, by the attribute's name."""
        found: dict[str, list[ast.Assign | ast.AnnAssign]] = {}
        for node in self._of(*_ASSIGNING):
            for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
                if isinstance(target, ast.Attribute):
                    found.setdefault(target.attr, []).append(node)
        return found


def scan(scope: Scope) -> Scan:
    """What a scope's body holds."""
    known: Scan | None = vars(scope).get("scan")
    if known is None:
        known = vars(scope)["scan"] = Scan(scope)
    return known


def _places(scope: Scope) -> tuple[list[int], list[int]]:
    """The first line and the column of each statement, in order."""
    places = sorted((node.lineno, node.col_offset) for node in own_of(scope, *STATEMENTS))
    return [line for line, _ in places], [column for _, column in places]


def statements(scope: ast.AST) -> Iterator[ast.stmt]:
    """The statements of a body, nested blocks included, nested functions and classes not."""
    body = getattr(scope, "body", [])
    work: list[ast.AST] = list(reversed(body)) if isinstance(body, list) else []
    while work:
        node = work.pop()
        if isinstance(node, ast.stmt):
            yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for name in ("finalbody", "orelse", "handlers", "cases", "body"):
            below = getattr(node, name, None)
            if isinstance(below, list):
                work.extend(reversed(below))


def _bindings(nodes: Iterable[ast.AST]) -> dict[str, list[Bind]]:
    """Every name that some nodes bind, comprehensions and ``:=`` included, by line."""
    found: dict[str, list[Bind]] = {}

    def bind(target: ast.AST, how: str, value: ast.expr | None, at: ast.AST, ends: int) -> None:
        line, column = getattr(at, "lineno", 0), getattr(at, "col_offset", 0)
        last = getattr(at, "end_lineno", None) or 0 if how in ("assign", "augment") else 0
        for name, path in names_in(target):
            one = Bind(how, value, path, line, column, ends, node=at, last=last)
            found.setdefault(name, []).append(one)

    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    bind(target, "assign", value, node, 0)
            case ast.AnnAssign(target=target, value=value, annotation=annotation):
                if value is not None:
                    bind(target, "assign", value, node, 0)
                else:
                    bind(target, "annotation", annotation, node, 0)
            case ast.AugAssign(target=target, value=value):
                bind(target, "augment", value, node, 0)
            case ast.NamedExpr(target=target, value=value):
                bind(target, "assign", value, node, 0)
            case ast.For() | ast.AsyncFor():
                bind(node.target, "loop", node.iter, node, _body_end(node))
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                for clause in node.generators:
                    bind(clause.target, "loop", clause.iter, node, node.end_lineno or node.lineno)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    if item.optional_vars is not None:
                        bind(item.optional_vars, "with", item.context_expr, node, 0)
            case ast.ExceptHandler(name=str() as name):
                found.setdefault(name, []).append(
                    Bind("except", None, (), node.lineno, node.col_offset)
                )
            case ast.ImportFrom():
                for name, what in imported(node):
                    found.setdefault(name, []).append(
                        Bind("import", None, (), node.lineno, node.col_offset, dotted=what)
                    )
            case ast.Import(names=aliases):
                for alias in aliases:
                    name = alias.asname or alias.name.partition(".")[0]
                    what = alias.name if alias.asname else name
                    found.setdefault(name, []).append(
                        Bind("import", None, (), node.lineno, node.col_offset, dotted=what)
                    )
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.setdefault(node.name, []).append(
                    Bind("def", None, (), node.lineno, node.col_offset, node=node)
                )
    for binds in found.values():
        binds.sort(key=lambda one: (one.line, one.column))
    return found


_BINDING: tuple[type[ast.AST], ...] = (
    ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.ListComp,
    ast.SetComp, ast.GeneratorExp, ast.DictComp, ast.With, ast.AsyncWith, ast.ExceptHandler,
    ast.ImportFrom, ast.Import, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
)  # fmt: skip
_ASSIGNING: tuple[type[ast.Assign | ast.AnnAssign], ...] = (ast.Assign, ast.AnnAssign)


def _body_end(node: ast.For | ast.AsyncFor) -> int:
    last = node.body[-1]
    return last.end_lineno or last.lineno


def names_in(target: ast.AST, path: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The names in a target, each with the way to its part of the value."""
    match target:
        case ast.Name(id=name):
            yield name, path
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for at, element in enumerate(elements):
                yield from names_in(element, (*path, at))


def frame_of(
    func: Func, this: Kind | None = None, given: Mapping[str, Kind] | None = None
) -> Frame:
    """The frame of a function or method."""
    return Frame(func.unit, func.node, func.owner, this, given or {})


def frames_in(project: Project, unit: Unit) -> Sequence[Frame]:
    """The frames of a file: its top level, every function and method, and those within them.

    They are kept with the tree, and so are their answers.
    """
    tree = unit.tree
    kept: list[Frame] | None = vars(tree).get("frames")
    if kept is None:
        top = Frame(unit, tree)
        kept = vars(tree)["frames"] = [top, *_below(project, top, tree, "", None)]
    return kept


_DEFINING: tuple[type[ast.stmt], ...] = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _below(
    project: Project, outer: Frame, scope: ast.AST, prefix: str, owner: Class | None
) -> Iterator[Frame]:
    inside = statements(scope) if isinstance(scope, ast.ClassDef) else own_of(scope, *_DEFINING)
    for node in inside:
        if isinstance(node, ast.ClassDef):
            name = f"{prefix}{node.name}"
            yield from _below(project, outer, node, f"{name}.", outer.unit.classes.get(name))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = Frame(outer.unit, node, owner, outer=outer)
            yield inner
            yield from _below(project, inner, node, "", None)

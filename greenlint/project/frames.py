# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One body of code and the names that it binds: what a name may hold at a line."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from greenlint.project.facts import imported
from greenlint.project.nodes import own_nodes
from greenlint.project.project import Class, Func, Project, Unit
from greenlint.project.values import Kind

Scope = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class Bind:
    """One place that binds a name.

    `value` is what is assigned ("assign"), gone through ("loop") or entered ("with"); `path` says
    which part of it the name gets; `ends` is the last line of a loop that binds it.
    """

    how: str
    value: ast.expr | None
    path: tuple[int, ...]
    line: int
    column: int
    ends: int = 0
    dotted: str = ""
    node: ast.AST | None = None


@dataclass(eq=False)
class Frame:
    """A function, class body or module as it is read for one object and some arguments.

    `this` is what ``self`` is; `given` are the kinds of parameters, where a caller is known.
    """

    unit: Unit
    scope: Scope
    owner: Class | None = None
    this: Kind | None = None
    given: Mapping[str, Kind] = field(default_factory=dict)
    outer: Frame | None = None
    asked: set[tuple[str, int, int]] = field(default_factory=set)

    @property
    def bindings(self) -> Mapping[str, list[Bind]]:
        """Every name that the body binds, in order of line."""
        return bindings(self.scope)

    def column_at(self, line: int) -> int:
        """The column of the statement that holds a line."""
        lines, columns = _lines(self.scope)
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
        before = [one for one in every if one.line < line and one is not inner]
        if inner is not None:
            before = [one for one in before if one.line > inner.line and one.how != "loop"]
            if not before or inner.line == line:
                return [inner]
        if not before:
            return every if inner is None else [inner]
        column = self.column_at(line)
        found: list[Bind] = []
        for one in reversed(before):
            found.append(one)
            if one.column <= column and one.how in ("assign", "import", "def", "with"):
                return found
        return [*found, inner] if inner is not None else found


def _lines(scope: Scope) -> tuple[list[int], list[int]]:
    """The first line and the column of each statement, by line; kept with the scope."""
    kept: tuple[list[int], list[int]] | None = scope.__dict__.get("_lines")
    if kept is None:
        places = sorted((node.lineno, node.col_offset) for node in statements(scope))
        kept = [line for line, _ in places], [column for _, column in places]
        scope.__dict__["_lines"] = kept
    return kept


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


def bindings(scope: Scope) -> dict[str, list[Bind]]:
    """Every name that a scope's body binds, comprehensions and ``:=`` included, by line; kept with
    the scope.
    """
    kept: dict[str, list[Bind]] | None = scope.__dict__.get("_bindings")
    if kept is None:
        kept = scope.__dict__["_bindings"] = _bindings(scope)
    return kept


def _bindings(scope: Scope) -> dict[str, list[Bind]]:
    found: dict[str, list[Bind]] = {}

    def bind(target: ast.AST, how: str, value: ast.expr | None, at: ast.AST, ends: int) -> None:
        for name, path in names_in(target):
            line, column = getattr(at, "lineno", 0), getattr(at, "col_offset", 0)
            one = Bind(how, value, path, line, column, ends, node=at)
            found.setdefault(name, []).append(one)

    for node in own_nodes(scope):
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


def frames_in(project: Project, unit: Unit) -> Iterator[Frame]:
    """The frames of a file: its top level, every function and method, and those within them."""
    top = Frame(unit, unit.tree)
    yield top
    yield from _below(project, top, unit.tree, "", None)


def _below(
    project: Project, outer: Frame, scope: ast.AST, prefix: str, owner: Class | None
) -> Iterator[Frame]:
    for node in statements(scope):
        if isinstance(node, ast.ClassDef):
            name = f"{prefix}{node.name}"
            yield from _below(project, outer, node, f"{name}.", outer.unit.classes.get(name))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = Frame(outer.unit, node, owner, outer=outer)
            yield inner
            yield from _below(project, inner, node, "", None)

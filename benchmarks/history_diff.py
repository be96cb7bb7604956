# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Two releases of a package: the calls that save queries, which a function has gained."""

from __future__ import annotations

import ast
import difflib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.places import FUNCTIONS, METHODS, NAMES, called, relations_of, source_files

FETCHING = METHODS | FUNCTIONS
SAVING = frozenset(
    {"values", "values_list", "only", "defer", "exists", "aexists", "iterator", "aiterator"}
    | {"bulk_create", "abulk_create", "bulk_update", "abulk_update", "in_bulk", "ain_bulk"}
    | {"aggregate", "aaggregate"}
)
# What the saving calls came for: a row read or written at a time, all rows read for a number.
COSTLY = frozenset(
    {"all", "count", "create", "delete", "exists", "filter", "first", "get", "get_or_create"}
    | {"last", "save", "update_or_create", "add", "remove"}
)
# A statement that is less alike than this is another one.
ALIKE = 0.6
Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Gain:
    """A function or class that calls, in the later release, what it did not call before.

    `line_before` is the statement that is most like the one with the call, if it is alike at all,
    else the first line of the function. `lost` are lookups and calls that went away there: where
    a lookup came for another, a field was renamed. The scopes are first and last lines.
    """

    file: str
    scope: str
    kind: str
    added: str
    line_before: int
    line_after: int
    same_statement: bool
    lost: tuple[str, ...]
    scope_before: tuple[int, int]
    scope_after: tuple[int, int]


@dataclass(frozen=True)
class Use:
    """A call or class attribute, and the part of a statement around it."""

    kind: str
    lookup: str
    line: int
    unit: ast.AST
    call: ast.AST


def gains(before: Path, after: Path) -> Iterator[Gain]:
    """All gains of a package, by file and line."""
    for path in source_files(after):
        older = before / path.relative_to(after)
        if not older.is_file():
            continue
        new, old = read(path), read(older)
        if new and old and new != old:
            yield from gains_in(old, new, path.relative_to(after).as_posix())


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def gains_in(old: str, new: str, file: str) -> Iterator[Gain]:
    """The gains of one file."""
    if not any(word in new for word in FETCHING | SAVING):
        return
    try:
        scopes_before, scopes_after = scopes(ast.parse(old)), scopes(ast.parse(new))
    except (SyntaxError, ValueError):
        return
    for name, scope in scopes_after.items():
        earlier = scopes_before.get(name)
        if earlier is not None and ast.dump(earlier) != ast.dump(scope):
            yield from gained(earlier, scope, name, file)
        around, _, own = name.rpartition(".")
        owner = scopes_before.get(around)
        if earlier is None and isinstance(owner, ast.ClassDef) and "queryset" in own:
            # A view that had `queryset = ...` came to have a method for it.
            yield from (g for g in gained(owner, scope, name, file) if g.kind in FETCHING)


def gained(earlier: Scope, later: Scope, name: str, file: str) -> Iterator[Gain]:
    """What one function or class has gained; lookups of one call make one gain."""
    had = Counter((use.kind, use.lookup) for use in uses(earlier))
    lost = tuple(sorted((spent(earlier) - spent(later)).elements()))
    found: dict[tuple[str, int], list[Use]] = {}
    for use in uses(later):
        if had[use.kind, use.lookup] > 0:
            had[use.kind, use.lookup] -= 1
        else:
            found.setdefault((use.kind, use.line), []).append(use)
    for (kind, line), members in found.items():
        at, alike = counterpart(members[0], earlier)
        added = ", ".join(use.lookup for use in members)
        ends = lines_of(earlier), lines_of(later)
        yield Gain(file, name, kind, added, at, line, alike, lost, *ends)


def lines_of(scope: Scope) -> tuple[int, int]:
    first = min([scope.lineno, *(decorator.lineno for decorator in scope.decorator_list)])
    return first, scope.end_lineno or scope.lineno


def spent(scope: Scope) -> Counter[str]:
    """The lookups of a scope, and its calls that cost a query or write a row."""
    calls = Counter(use.lookup for use in uses(scope) if use.lookup)
    for unit in units(scope):
        for node in ast.walk(unit):
            match node:
                case ast.Call(func=ast.Attribute(attr=name)) if name in COSTLY:
                    calls[f".{name}()"] += 1
                case ast.Call(func=ast.Name(id="len")):
                    calls["len()"] += 1
    return calls


def scopes(tree: ast.Module) -> dict[str, Scope]:
    """All functions and classes by qualified name; of several alike, the last."""
    found: dict[str, Scope] = {}

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Scope):
                found[prefix + child.name] = child
                visit(child, f"{prefix}{child.name}.")
            else:
                visit(child, prefix)

    visit(tree, "")
    return found


def uses(scope: Scope) -> Iterator[Use]:
    """The calls and attributes of a scope, without those of scopes within."""
    for unit in units(scope):
        for node in ast.walk(unit):
            yield from uses_at(node, unit, isinstance(scope, ast.ClassDef))


def uses_at(node: ast.AST, unit: ast.AST, in_class: bool) -> Iterator[Use]:
    match node:
        case ast.Call(func=ast.Attribute(attr=kind), args=arguments) if kind in METHODS:
            line = node.func.end_lineno or node.lineno
            for lookup in lookups(arguments):
                yield Use(kind, lookup, line, unit, node)
        case ast.Call(func=ast.Name(), args=[_, *arguments]) if called(node) in FUNCTIONS:
            for lookup in lookups(arguments):
                yield Use(str(called(node)), lookup, node.lineno, unit, node)
        case ast.Call(func=ast.Attribute(attr=kind)) if kind in SAVING:
            yield Use(kind, "", node.func.end_lineno or node.lineno, unit, node)
        case ast.Assign(targets=[ast.Name(id=kind)]) if in_class and NAMES.match(kind):
            for lookup in relations_of(node.value) or (ast.unparse(node.value),):
                yield Use(kind, lookup, node.lineno, unit, node)


def lookups(arguments: list[ast.expr]) -> Iterator[str]:
    """The lookups of a call: strings where they are written, else the expression."""
    if not arguments:
        yield "(all)"
    for argument in arguments:
        yield from relations_of(argument) or (ast.unparse(argument)[:80],)


def units(scope: Scope) -> Iterator[ast.AST]:
    """Simple statements, and the heads of loops, branches and blocks."""

    def visit(statements: list[ast.stmt]) -> Iterator[ast.AST]:
        for statement in statements:
            if isinstance(statement, Scope):
                continue
            bodies = [
                body
                for field in ("body", "orelse", "finalbody")
                if isinstance(body := getattr(statement, field, None), list)
            ]
            if not bodies:
                yield statement
                continue
            for child in ast.iter_child_nodes(statement):
                if isinstance(child, ast.expr | ast.withitem):
                    yield child
                elif isinstance(child, ast.ExceptHandler | ast.match_case):
                    yield from visit(child.body)
            for body in bodies:
                yield from visit(body)

    yield from visit(scope.body)


def counterpart(use: Use, earlier: Scope) -> tuple[int, bool]:
    """The line of the earlier statement that is most like the one with the call."""
    wanted = ast.unparse(without(use.unit, use.call))
    best, line = 0.0, earlier.lineno
    for unit in units(earlier):
        matcher = difflib.SequenceMatcher(None, wanted, ast.unparse(unit), autojunk=False)
        if matcher.quick_ratio() > best and (ratio := matcher.ratio()) > best:
            best, line = ratio, getattr(unit, "lineno", earlier.lineno)
    return (line, True) if best >= ALIKE else (earlier.lineno, False)


def without(unit: ast.AST, call: ast.AST) -> ast.AST:
    """The statement as it would be without the call: `rows.only("a")` is `rows`."""

    class Taken(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if node is call and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                return node.func.value
            return super().generic_visit(node)

    import copy

    memo: dict[int, object] = {}
    copied = copy.deepcopy(unit, memo)
    call = memo.get(id(call), call)  # type: ignore[assignment]
    result = Taken().visit(copied)
    return result if isinstance(result, ast.AST) else copied

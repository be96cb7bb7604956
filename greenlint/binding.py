# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Bindings: the statements that give a name its value, read scope by scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from operator import attrgetter
from typing import Any, TypeAlias

import libcst as cst

from greenlint.walk import Link, within


class How(Enum):
    """The ways a name gets its value."""

    IMPORT = auto()
    ASSIGN = auto()
    UNPACK = auto()
    AUGMENT = auto()
    LOOP = auto()
    WITH = auto()
    EXCEPT = auto()
    FUNCTION = auto()
    CLASS = auto()
    PARAMETER = auto()
    STAR_PARAMETER = auto()
    GLOBAL = auto()
    NONLOCAL = auto()
    MATCH = auto()
    DELETE = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place where a name is bound.

    `value` is the assigned, iterated or entered expression, `node` the statement, parameter or
    alias that binds, `dotted` what an import makes the name stand for ("a.b", ".models.Order").
    `inside` is where the value is to be read, if not right in the scope that has the name: in a
    method that sets ``self.x``, or a function that says ``global x``.
    """

    how: How
    node: cst.CSTNode
    value: cst.BaseExpression | None = None
    annotation: cst.BaseExpression | None = None
    dotted: str = ""
    inside: Link | None = None


Bindings: TypeAlias = "dict[str, list[Binding]]"
Comprehension = cst.ListComp | cst.SetComp | cst.DictComp | cst.GeneratorExp
ScopeNode = cst.Module | cst.FunctionDef | cst.ClassDef | cst.Lambda | Comprehension
COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)


def dotted(expr: cst.CSTNode | None) -> str:
    """``a.b.c`` for plain attribute chains on a name, "" for anything else."""
    parts = []
    while isinstance(expr, cst.Attribute):
        parts.append(expr.attr.value)
        expr = expr.value
    if not isinstance(expr, cst.Name):
        return ""
    parts.append(expr.value)
    return ".".join(reversed(parts))


def bound_by(*roots: cst.CSTNode, walrus: bool = True) -> Bindings:
    """The names that statements bind in the scope they stand in, nested scopes left out.

    `walrus=False` skips looking into expressions for ``:=``.
    """
    found: Bindings = defaultdict(list)
    for statement in statements(roots):
        for name, binding in _of_statement(statement):
            found[name].append(binding)
    if walrus:
        for node in within(*roots):
            if isinstance(node, cst.NamedExpr) and isinstance(node.target, cst.Name):
                found[node.target.value].append(Binding(How.ASSIGN, node, node.value))
    return dict(found)


def scope_bindings(scope: ScopeNode, walrus: bool = True) -> Bindings:
    """All names a scope binds: parameters, targets of a comprehension, statements of a body."""
    if isinstance(scope, COMPREHENSIONS):
        found: Bindings = defaultdict(list)
        loop: cst.CompFor | None = scope.for_in
        while loop is not None:
            for name, binding in targets(loop.target, loop, loop.iter, How.LOOP):
                found[name].append(binding)
            loop = loop.inner_for_in
        return found
    if isinstance(scope, cst.Lambda):
        return _parameters(scope.params)
    if isinstance(scope, cst.Module):
        return bound_by(*scope.body, walrus=walrus)
    inside = bound_by(scope.body, walrus=walrus)
    if isinstance(scope, cst.FunctionDef):
        for name, bindings in _parameters(scope.params).items():
            inside[name] = bindings + inside.get(name, [])
    return inside


# Statements that hold statements: where they hold them.
_BODIES: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    cst.IndentedBlock: lambda node: tuple(node.body),
    cst.SimpleStatementLine: lambda node: tuple(node.body),
    cst.SimpleStatementSuite: lambda node: tuple(node.body),
    cst.If: attrgetter("body", "orelse"),
    cst.For: attrgetter("body", "orelse"),
    cst.While: attrgetter("body", "orelse"),
    cst.With: lambda node: (node.body,),
    cst.Try: lambda node: (node.body, *node.handlers, node.orelse, node.finalbody),
    cst.TryStar: lambda node: (node.body, *node.handlers, node.orelse, node.finalbody),
    cst.ExceptHandler: lambda node: (node.body,),
    cst.ExceptStarHandler: lambda node: (node.body,),
    cst.Else: lambda node: (node.body,),
    cst.Finally: lambda node: (node.body,),
    cst.Match: lambda node: tuple(node.cases),
    cst.MatchCase: lambda node: (node.body,),
}


def statements(roots: Iterable[cst.CSTNode], *, loops: bool = True) -> Iterator[cst.CSTNode]:
    """Every statement below, in source order; bodies of functions and classes are left out, and
    those of loops unless `loops`.
    """
    work = list(roots)[::-1]
    while work:
        node = work.pop()
        yield node
        kind = node.__class__
        bodies = _BODIES.get(kind)
        if bodies is not None:
            below = bodies(node)
            if not loops and (kind is cst.For or kind is cst.While):
                below = below[1:]
            work.extend(item for item in reversed(below) if item is not None)


def _of_statement(node: cst.CSTNode) -> Iterator[tuple[str, Binding]]:
    binds = _BINDERS.get(node.__class__)
    return binds(node) if binds is not None else iter(())


def _of_assign(node: cst.Assign) -> Iterator[tuple[str, Binding]]:
    for target in node.targets:
        yield from targets(target.target, node, node.value, How.ASSIGN)


def _of_annotated(node: cst.AnnAssign) -> Iterator[tuple[str, Binding]]:
    if isinstance(node.target, cst.Name):
        binding = Binding(How.ASSIGN, node, node.value, node.annotation.annotation)
        yield node.target.value, binding


def _of_augmented(node: cst.AugAssign) -> Iterator[tuple[str, Binding]]:
    if isinstance(node.target, cst.Name):
        yield node.target.value, Binding(How.AUGMENT, node, node.value)


def _of_for(node: cst.For) -> Iterator[tuple[str, Binding]]:
    return targets(node.target, node, node.iter, How.LOOP)


def _of_with(node: cst.With) -> Iterator[tuple[str, Binding]]:
    for item in node.items:
        if item.asname is not None:
            yield from targets(item.asname.name, node, item.item, How.WITH)


def _of_handler(node: cst.ExceptHandler | cst.ExceptStarHandler) -> Iterator[tuple[str, Binding]]:
    if node.name is not None and isinstance(node.name.name, cst.Name):
        yield node.name.name.value, Binding(How.EXCEPT, node)


def _of_definition(node: cst.FunctionDef | cst.ClassDef) -> Iterator[tuple[str, Binding]]:
    how = How.FUNCTION if isinstance(node, cst.FunctionDef) else How.CLASS
    yield node.name.value, Binding(how, node)


def _of_global(node: cst.Global | cst.Nonlocal) -> Iterator[tuple[str, Binding]]:
    how = How.GLOBAL if isinstance(node, cst.Global) else How.NONLOCAL
    for word in node.names:
        yield word.name.value, Binding(how, node)


def _of_del(node: cst.Del) -> Iterator[tuple[str, Binding]]:
    for part in within(node.target, names=True):
        if isinstance(part, cst.Name) and (part is node.target or _is_element(node, part)):
            yield part.value, Binding(How.DELETE, node)


def _of_case(node: cst.MatchCase) -> Iterator[tuple[str, Binding]]:
    for part in within(node.pattern):
        if isinstance(part, (cst.MatchAs, cst.MatchStar)) and part.name is not None:
            yield part.name.value, Binding(How.MATCH, node)
        elif isinstance(part, cst.MatchMapping) and part.rest is not None:
            yield part.rest.value, Binding(How.MATCH, node)


def _of_type_alias(node: cst.TypeAlias) -> Iterator[tuple[str, Binding]]:
    yield node.name.value, Binding(How.CLASS, node)


def _is_element(node: cst.Del, name: cst.Name) -> bool:
    target = node.target
    return isinstance(target, (cst.Tuple, cst.List)) and any(
        element.value is name for element in target.elements
    )


def imported(node: cst.Import | cst.ImportFrom) -> Iterator[tuple[str, Binding]]:
    """The names an import binds, and what they stand for; a star binds the name "*"."""
    if isinstance(node, cst.Import):
        for alias in node.names:
            full = dotted(alias.name)
            if alias.asname is None:
                first = full.split(".")[0]
                yield first, Binding(How.IMPORT, alias, dotted=first)
            elif isinstance(alias.asname.name, cst.Name):
                yield alias.asname.name.value, Binding(How.IMPORT, alias, dotted=full)
        return
    base = "." * len(node.relative) + dotted(node.module)
    if isinstance(node.names, cst.ImportStar):
        yield "*", Binding(How.IMPORT, node, dotted=base)
        return
    for alias in node.names:
        original = dotted(alias.name)
        name = alias.asname.name if alias.asname is not None else alias.name
        if isinstance(name, cst.Name):
            glue = "" if base.endswith(".") or not base else "."
            yield name.value, Binding(How.IMPORT, alias, dotted=f"{base}{glue}{original}")


_BINDERS: dict[type, Callable[[Any], Iterator[tuple[str, Binding]]]] = {
    cst.Assign: _of_assign,
    cst.AnnAssign: _of_annotated,
    cst.AugAssign: _of_augmented,
    cst.For: _of_for,
    cst.With: _of_with,
    cst.ExceptHandler: _of_handler,
    cst.ExceptStarHandler: _of_handler,
    cst.FunctionDef: _of_definition,
    cst.ClassDef: _of_definition,
    cst.Import: imported,
    cst.ImportFrom: imported,
    cst.Global: _of_global,
    cst.Nonlocal: _of_global,
    cst.Del: _of_del,
    cst.MatchCase: _of_case,
    cst.TypeAlias: _of_type_alias,
}


def named(target: cst.CSTNode, binding: Binding, this: str) -> Iterator[tuple[str, Binding]]:
    """The name that a target binds: a plain one, or an attribute of `this` if that is given."""
    match target:
        case cst.Name(value=name) if not this:
            yield name, binding
        case cst.Attribute(value=cst.Name(value=owner), attr=cst.Name(value=name)):
            if owner == this:
                yield name, binding


def targets(
    target: cst.CSTNode, node: cst.CSTNode, value: cst.BaseExpression, how: How, this: str = ""
) -> Iterator[tuple[str, Binding]]:
    """The names that a target binds; attributes of `this`, if that is given."""
    match target:
        case cst.Name() | cst.Attribute():
            yield from named(target, Binding(how, node, value), this)
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            parts = _parts(elements, value) if how is How.ASSIGN else None
            for index, element in enumerate(elements):
                inner = element.value
                if parts is not None:
                    yield from targets(inner, node, parts[index], How.ASSIGN, this)
                else:
                    yield from targets(inner, node, value, How.UNPACK, this)
        case cst.StarredElement(value=inner):
            yield from targets(inner, node, value, How.UNPACK, this)


def _parts(
    elements: Iterable[cst.BaseElement], value: cst.BaseExpression
) -> list[cst.BaseExpression] | None:
    """The right-hand expressions of ``a, b = x, y``, when they pair one to one."""
    if not isinstance(value, (cst.Tuple, cst.List)):
        return None
    both = [*elements, *value.elements]
    if any(isinstance(element, cst.StarredElement) for element in both):
        return None
    parts = [element.value for element in value.elements]
    return parts if len(both) == 2 * len(parts) else None


def _parameters(params: cst.Parameters) -> Bindings:
    found: Bindings = {}
    for param in (*params.posonly_params, *params.params, *params.kwonly_params):
        annotation = param.annotation.annotation if param.annotation else None
        found[param.name.value] = [Binding(How.PARAMETER, param, param.default, annotation)]
    for star in (params.star_arg, params.star_kwarg):
        if isinstance(star, cst.Param):
            found[star.name.value] = [Binding(How.STAR_PARAMETER, star)]
    return found

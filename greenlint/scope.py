# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which names a scope binds, and to what: asked for only where a check has a candidate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

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
    """

    how: How
    node: cst.CSTNode
    value: cst.BaseExpression | None = None
    annotation: cst.BaseExpression | None = None
    dotted: str = ""


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
    for statement in _statements(roots):
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
            for name, binding in _targets(loop.target, loop, loop.iter, How.LOOP):
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


def _statements(roots: Iterable[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """Every statement below, bodies of functions and classes left out, in source order."""
    work = list(roots)[::-1]
    while work:
        node = work.pop()
        below: list[cst.CSTNode | None]
        match node:
            case cst.IndentedBlock() | cst.SimpleStatementLine() | cst.SimpleStatementSuite():
                below = list(node.body)
            case cst.If():
                below = [node.body, node.orelse]
            case cst.For() | cst.While():
                yield node
                below = [node.body, node.orelse]
            case cst.With():
                yield node
                below = [node.body]
            case cst.Try() | cst.TryStar():
                below = [node.body, *node.handlers, node.orelse, node.finalbody]
            case cst.ExceptHandler() | cst.ExceptStarHandler():
                yield node
                below = [node.body]
            case cst.Else() | cst.Finally():
                below = [node.body]
            case cst.Match():
                below = list(node.cases)
            case cst.MatchCase():
                yield node
                below = [node.body]
            case _:
                yield node
                continue
        work.extend(item for item in reversed(below) if item is not None)


def _of_statement(node: cst.CSTNode) -> Iterator[tuple[str, Binding]]:
    match node:
        case cst.Assign():
            for target in node.targets:
                yield from _targets(target.target, node, node.value, How.ASSIGN)
        case cst.AnnAssign(target=cst.Name(value=name)):
            yield name, Binding(How.ASSIGN, node, node.value, node.annotation.annotation)
        case cst.AugAssign(target=cst.Name(value=name)):
            yield name, Binding(How.AUGMENT, node, node.value)
        case cst.For():
            yield from _targets(node.target, node, node.iter, How.LOOP)
        case cst.With():
            for item in node.items:
                if item.asname is not None:
                    yield from _targets(item.asname.name, node, item.item, How.WITH)
        case (
            cst.ExceptHandler(name=cst.AsName(name=cst.Name(value=name)))
            | cst.ExceptStarHandler(name=cst.AsName(name=cst.Name(value=name)))
        ):
            yield name, Binding(How.EXCEPT, node)
        case cst.FunctionDef(name=cst.Name(value=name)):
            yield name, Binding(How.FUNCTION, node)
        case cst.ClassDef(name=cst.Name(value=name)):
            yield name, Binding(How.CLASS, node)
        case cst.Import() | cst.ImportFrom():
            yield from imported(node)
        case cst.Global() | cst.Nonlocal():
            how = How.GLOBAL if isinstance(node, cst.Global) else How.NONLOCAL
            for word in node.names:
                yield word.name.value, Binding(how, node)
        case cst.Del():
            for part in within(node.target, names=True):
                if isinstance(part, cst.Name) and (part is node.target or _is_element(node, part)):
                    yield part.value, Binding(How.DELETE, node)
        case cst.MatchCase():
            for part in within(node.pattern):
                if isinstance(part, (cst.MatchAs, cst.MatchStar)) and part.name is not None:
                    yield part.name.value, Binding(How.MATCH, node)
                elif isinstance(part, cst.MatchMapping) and part.rest is not None:
                    yield part.rest.value, Binding(How.MATCH, node)
        case cst.TypeAlias():
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


def _targets(
    target: cst.CSTNode, node: cst.CSTNode, value: cst.BaseExpression, how: How
) -> Iterator[tuple[str, Binding]]:
    match target:
        case cst.Name(value=name):
            yield name, Binding(how, node, value)
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            parts = _parts(elements, value) if how is How.ASSIGN else None
            for index, element in enumerate(elements):
                inner = element.value
                if parts is not None:
                    yield from _targets(inner, node, parts[index], How.ASSIGN)
                else:
                    yield from _targets(inner, node, value, How.UNPACK)
        case cst.StarredElement(value=inner):
            yield from _targets(inner, node, value, How.UNPACK)


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


class Scopes:
    """The scopes of one module, each read at most once."""

    def __init__(self, module: cst.Module, walrus: bool) -> None:
        self.module = module
        self._walrus = walrus
        self._bindings: dict[cst.CSTNode, Bindings] = {}
        self._attributes: dict[cst.ClassDef, Bindings] = {}

    def bindings(self, scope: ScopeNode) -> Bindings:
        """The names `scope` binds."""
        found = self._bindings.get(scope)
        if found is None:
            found = self._bindings[scope] = scope_bindings(scope, self._walrus)
        return found

    def lookup(self, name: str, env: Link | None) -> tuple[list[Binding], Link | None]:
        """The bindings that `name` has where `env` stands, and the place that binds it.

        Empty for a name that no scope of this file binds: a builtin, or a star import's.
        """
        for scope, inside in scopes_around(env):
            found = self.bindings(scope).get(name, ())
            hows = {binding.how for binding in found}
            if How.GLOBAL in hows:
                top: Link = (self.module, None)
                return self.bindings(self.module).get(name, []), top
            if found and How.NONLOCAL not in hows:
                return list(found), inside
        return [], None

    def attributes(self, owner: cst.ClassDef) -> Bindings:
        """What a class body, and its methods through ``self``, bind as attributes."""
        found = self._attributes.get(owner)
        if found is None:
            found = self._attributes[owner] = _attributes(owner, self.bindings(owner))
        return found


def scopes_around(env: Link | None) -> Iterator[tuple[ScopeNode, Link]]:
    """The scopes that a name at `env` can see, innermost first, each with the link inside it."""
    child: cst.CSTNode | None = None
    inside = env
    in_function = False
    link = env
    while link is not None:
        node, up = link
        if isinstance(node, COMPREHENSIONS):
            if child is None or child is not node.for_in or not _only_first_iter(env, node):
                yield node, inside or link
        elif isinstance(node, (cst.Lambda, cst.FunctionDef)):
            if child is node.body:
                yield node, inside or link
                in_function = True
        elif isinstance(node, cst.ClassDef):
            if child is node.body and not in_function:
                yield node, inside or link
        elif isinstance(node, cst.Module):
            yield node, inside or link
        child, inside, link = node, link, up


def _only_first_iter(env: Link | None, comprehension: Comprehension) -> bool:
    """Whether `env` stands in the one part of a comprehension that is outside its scope."""
    below: list[cst.CSTNode] = []
    link = env
    while link is not None and link[0] is not comprehension:
        below.append(link[0])
        link = link[1]
    if len(below) < 2 or below[-1] is not comprehension.for_in:
        return False
    return below[-2] is comprehension.for_in.iter


def _attributes(owner: cst.ClassDef, own: Bindings) -> Bindings:
    found: Bindings = defaultdict(list)
    for name, bindings in own.items():
        found[name].extend(bindings)
    for statement in owner.body.body:
        if not isinstance(statement, cst.FunctionDef) or not statement.params.params:
            continue
        this = statement.params.params[0].name.value
        for node in _statements([statement.body]):
            for name, binding in _self_targets(node, this):
                found[name].append(binding)
    return dict(found)


def _self_targets(node: cst.CSTNode, this: str) -> Iterator[tuple[str, Binding]]:
    match node:
        case cst.Assign():
            for target in node.targets:
                match target.target:
                    case cst.Attribute(value=cst.Name(value=owner), attr=cst.Name(value=name)):
                        if owner == this:
                            yield name, Binding(How.ASSIGN, node, node.value)
        case cst.AnnAssign(
            target=cst.Attribute(value=cst.Name(value=owner), attr=cst.Name(value=name))
        ) if owner == this:
            yield name, Binding(How.ASSIGN, node, node.value, node.annotation.annotation)
        case cst.AugAssign(
            target=cst.Attribute(value=cst.Name(value=owner), attr=cst.Name(value=name))
        ) if owner == this:
            yield name, Binding(How.AUGMENT, node, node.value)
        case cst.With():
            for item in node.items:
                match item.asname:
                    case cst.AsName(
                        name=cst.Attribute(value=cst.Name(value=owner), attr=cst.Name(value=name))
                    ) if owner == this:
                        yield name, Binding(How.WITH, node, item.item)

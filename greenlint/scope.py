# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which names a scope binds, and to what: asked for only where a check has a candidate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import libcst as cst

from greenlint.binding import (
    COMPREHENSIONS,
    Binding,
    Bindings,
    Comprehension,
    How,
    ScopeNode,
    bound_by,
    dotted,
    imported,
    named,
    scope_bindings,
    statements,
    targets,
)
from greenlint.walk import Link, walk

__all__ = [
    "COMPREHENSIONS",
    "Binding",
    "Bindings",
    "Comprehension",
    "How",
    "ScopeNode",
    "Scopes",
    "bound_by",
    "dotted",
    "imported",
    "scope_bindings",
    "statements",
]


class Scopes:
    """The scopes of one module, each read at most once."""

    def __init__(self, module: cst.Module, walrus: bool, handed: bool = True) -> None:
        self.module = module
        self._walrus = walrus
        self._handed = handed
        self._bindings: dict[cst.CSTNode, Bindings] = {}
        self._attributes: dict[cst.ClassDef, Bindings] = {}
        self._found: dict[tuple[str, cst.CSTNode], tuple[list[Binding], Link | None]] = {}

    def bindings(self, scope: ScopeNode) -> Bindings:
        """The names `scope` binds."""
        found = self._bindings.get(scope)
        if found is None:
            found = self._bindings[scope] = scope_bindings(scope, self._walrus)
            if self._handed and isinstance(scope, (cst.Module, cst.FunctionDef)):
                for name, binding in self._set_further_in(scope):
                    if name in found or scope is self.module:
                        found.setdefault(name, []).append(binding)
        return found

    def _set_further_in(self, scope: cst.Module | cst.FunctionDef) -> Iterator[tuple[str, Binding]]:
        """What functions within bind by way of ``global`` (for a module) or ``nonlocal``."""
        word = How.GLOBAL if scope is self.module else How.NONLOCAL
        said = cst.Global if scope is self.module else cst.Nonlocal
        for link in walk(scope):
            node = link[0]
            if node.__class__ is not cst.FunctionDef or node is scope:
                continue
            assert isinstance(node, cst.FunctionDef)
            if not any(one.__class__ is said for one in statements([node.body])):
                continue
            for name, bindings in scope_bindings(node, self._walrus).items():
                if any(binding.how is word for binding in bindings):
                    for binding in bindings:
                        if binding.how is not word:
                            yield name, replace(binding, inside=(node.body, link))

    def lookup(self, name: str, env: Link | None) -> tuple[list[Binding], Link | None]:
        """The bindings that `name` has where `env` stands, and the place that binds it.

        Empty for a name that no scope of this file binds: a builtin, or a star import's.
        """
        seen = scopes_around(env)
        first = next(seen, None)
        if first is None:
            return [], None
        key = (name, first[0])
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = self._search(name, chain((first,), seen))
        return known

    def _search(
        self, name: str, around: Iterable[tuple[ScopeNode, Link]]
    ) -> tuple[list[Binding], Link | None]:
        for scope, inside in around:
            found = self.bindings(scope).get(name, ())
            hows = {binding.how for binding in found}
            if How.GLOBAL in hows:
                top: Link = (self.module, None)
                return self.bindings(self.module).get(name, []), top
            if found and How.NONLOCAL not in hows:
                return list(found), inside
        return [], None

    def attributes(self, owner: cst.ClassDef, above: Link) -> Bindings:
        """What a class body, and its methods through ``self``, bind as attributes; `above` is the
        link of the class.
        """
        found = self._attributes.get(owner)
        if found is None:
            found = self._attributes[owner] = _attributes(above, self.bindings(owner))
        return found


_WITH_BODY = frozenset((cst.FunctionDef, cst.Lambda, cst.ClassDef))
_COMPREHENSION_KINDS = frozenset(COMPREHENSIONS)


def scopes_around(env: Link | None) -> Iterator[tuple[ScopeNode, Link]]:
    """The scopes that a name at `env` can see, innermost first, each with the link inside it."""
    child: cst.CSTNode | None = None
    inside = env
    in_function = False
    link = env
    while link is not None:
        node, up = link
        kind = node.__class__
        if kind in _WITH_BODY:
            scope: Any = node
            seen = kind is not cst.ClassDef or not in_function
            if child is scope.body and seen:
                yield scope, inside or link
                in_function = in_function or kind is not cst.ClassDef
        elif kind in _COMPREHENSION_KINDS:
            scope = node
            if child is None or child is not scope.for_in or not _only_first_iter(env, scope):
                yield scope, inside or link
        elif up is None:
            scope = node
            yield scope, inside or link
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


def _attributes(above: Link, own: Bindings) -> Bindings:
    owner = above[0]
    assert isinstance(owner, cst.ClassDef)
    found: Bindings = defaultdict(list)
    for name, bindings in own.items():
        found[name].extend(bindings)
    for method in statements([owner.body]):
        if not isinstance(method, cst.FunctionDef) or not method.params.params:
            continue
        this = method.params.params[0].name.value
        inside: Link = (method.body, (method, (owner.body, above)))
        for link in walk(method.body, above=inside[1]):
            for name, binding in _self_targets(link[0], this):
                found[name].append(replace(binding, inside=_nearest_body(link) or inside))
    return dict(found)


def _nearest_body(link: Link) -> Link | None:
    """The link of the innermost function body around a place."""
    at: Link | None = link
    while at is not None and at[1] is not None:
        if isinstance(at[1][0], cst.FunctionDef) and at[0] is at[1][0].body:
            return at
        at = at[1]
    return None


def _self_targets(node: cst.CSTNode, this: str) -> Iterator[tuple[str, Binding]]:
    match node:
        case cst.Assign():
            for target in node.targets:
                yield from targets(target.target, node, node.value, How.ASSIGN, this)
        case cst.AnnAssign(value=value):
            binding = Binding(How.ASSIGN, node, value, node.annotation.annotation)
            yield from named(node.target, binding, this)
        case cst.AugAssign():
            yield from named(node.target, Binding(How.AUGMENT, node, node.value), this)
        case cst.For():
            yield from targets(node.target, node, node.iter, How.LOOP, this)
        case cst.With():
            for item in node.items:
                if item.asname is not None:
                    yield from targets(item.asname.name, node, item.item, How.WITH, this)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A cache on a method, which keeps every object that the method was called on."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Hit, Question, Rule

RULE = Rule(
    code="GRN852",
    name="cached-method",
    severity="note",
    confidence="medium",
    aliases=("B019", "W1518", "GCI89"),
    needles=(b"cache",),
    since="0.1.0",
    tests=False,
    help="`functools.cached_property` for what hangs on the object alone; else a cache that the "
    "object holds",
)
_CACHES = frozenset(("functools.lru_cache", "functools.cache"))
# Decorators of methods that no object is handed to.
_UNBOUND = ("staticmethod", "classmethod")
# Who defines these says which objects count as one, and may want one answer for all of them.
_VALUES = ("__eq__", "__hash__", "__new__")


@RULE.glance(ast.FunctionDef)
def glance(node: ast.FunctionDef, _: bool) -> bool | Question:
    """A function with a parameter and a cache around it."""
    made = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
    return bool(made and node.args.args) and (
        lambda origins: any(not origins.qualified(one).isdisjoint(_CACHES) for one in made)
    )


@RULE.on(cst.FunctionDef)
def check(node: cst.FunctionDef, here: Here) -> Iterator[Hit]:
    """``@lru_cache`` on ``def price(self)``."""
    owner = here.owner
    if owner is None or here.function is not None or not node.params.params:
        return
    made = [one.decorator for one in node.decorators]
    cache = next((one for one in made if _is_cache(one, here)), None)
    if cache is None or any(isinstance(o, cst.Name) and o.value in _UNBOUND for o in made):
        return
    if _is_one_of_few(owner):
        return
    yield Hit(
        cache,
        say(
            "the cache of `{name}` keeps every `{owner}` that it was called on",
            name=node.name.value,
            owner=owner.name.value,
        ),
    )


def _is_cache(made: cst.BaseExpression, here: Here) -> bool:
    return here.qualified(made.func if isinstance(made, cst.Call) else made) in _CACHES


def _is_one_of_few(owner: cst.ClassDef) -> bool:
    """Whether the class may have few objects, or objects that stand for one another: an
    enumeration, a singleton, a tuple with names, a frozen dataclass.
    """
    if owner.keywords or owner.decorators:
        return True
    bases = [_last(base.value) for base in owner.bases]
    if any(word.endswith(("Enum", "Flag", "NamedTuple", "Singleton")) for word in bases):
        return True
    return any(
        isinstance(one, cst.FunctionDef) and one.name.value in _VALUES for one in owner.body.body
    )


def _last(base: cst.BaseExpression) -> str:
    match base:
        case cst.Name(word) | cst.Attribute(attr=cst.Name(word)):
            return word
    return ""

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A dataclass whose many instances each carry a dict of their own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Hit, Rule
from greenlint.scope import dotted
from greenlint.walk import table, walk

RULE = Rule(
    code="GRN216",
    name="instances-without-slots",
    severity="note",
    confidence="medium",
    aliases=("GCI112",),
    needles=(b"dataclass",),
    since="0.1.0",
    lifecycle="preview",
    opt_in=True,
    whole_file=True,
    help="`@dataclass(slots=True)`, where nothing adds attributes to an instance",
    tests=False,
)

_CALLS = table((cst.Call,))
# What needs the dict of an instance, or the name of the class to stay that of the one written.
_NEEDS_DICT = re.compile(
    r"__dict__|__slots__|\bvars\(|weakref|cached_property|\bsetattr\(|pickle|\bsuper\(\)|__getstate__"
)


@RULE.glance(ast.ClassDef)
def glance(node: ast.ClassDef, _: bool) -> bool:
    """A class of its own with one decorator, that of `dataclasses`, without slots."""
    if node.bases or len(node.decorator_list) != 1:
        return False
    return "dataclass" in ast.unparse(node.decorator_list[0])


@RULE.on(cst.ClassDef)
def many(node: cst.ClassDef, here: Here) -> Iterator[Hit]:
    """A dataclass without bases, of which a loop of this file makes instances."""
    if here.target < (3, 10) or node.bases or node.keywords or not _is_plain(node, here):
        return
    if _NEEDS_DICT.search(here.text) or not _is_made_in_loop(node.name.value, here):
        return
    yield Hit(
        node,
        say(
            "each of the many instances of `{name}` has a dict for its attributes",
            name=node.name.value,
        ),
    )


def _is_plain(node: cst.ClassDef, here: Here) -> bool:
    """Whether the one decorator makes a dataclass, and says nothing of slots."""
    match node.decorators:
        case [cst.Decorator(decorator=cst.Call(func=func, args=args))]:
            named = {arg.keyword.value for arg in args if arg.keyword is not None}
            if "slots" in named or len(named) != len(args):
                return False
        case [cst.Decorator(decorator=func)]:
            pass
        case _:
            return False
    return here.qualified(func) == "dataclasses.dataclass"


def _is_made_in_loop(name: str, here: Here) -> bool:
    """Whether a loop makes instances, and no other class of this file builds on the class."""
    if re.search(rf"^\s*class \w+\(.*\b{name}\b", here.text, re.MULTILINE):
        return False
    return any(
        isinstance(link[0], cst.Call)
        and dotted(link[0].func) == name
        and here.every_turn(link[0]) is not None
        for link in walk(here.module, _CALLS)
    )

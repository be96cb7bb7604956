# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Whether a container stays as it is while a loop turns, and whether anybody else can reach it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import libcst as cst

from greenlint.here import MUTATORS, Here, Loop
from greenlint.kinds import Kind
from greenlint.scope import COMPREHENSIONS, Binding, How, dotted
from greenlint.uses import changes, stored
from greenlint.walk import Link, table, walk, within
from greenlint_rules.builders import builtin

#: What never changes, whoever has it.
FIXED = (Kind.TUPLE, Kind.RANGE, Kind.TEXT, Kind.BYTES)
_NAMES = table((cst.Name,))
_MAKERS = frozenset(("list", "dict", "set", "sorted", "tuple", "frozenset"))
_READERS = frozenset(
    (
        "all", "any", "bool", "dict", "frozenset", "isinstance", "len", "list", "max", "min",
        "print", "range", "repr", "set", "sorted", "str", "sum", "tuple", "join",
    )
)  # fmt: skip
_LATER = (cst.FunctionDef, cst.Lambda)
# What goes over it when it is asked, and so must be used up at once.
_LAZY = ("enumerate", "reversed", "zip")
_METHODS = MUTATORS | frozenset(
    (
        "copy", "count", "get", "index", "items", "keys", "values", "issubset", "issuperset",
        "isdisjoint", "union", "intersection", "difference",
    )
)  # fmt: skip
# Where a name may stand and hand nothing on.
_LOOKS = (
    cst.For, cst.CompFor, cst.If, cst.While, cst.Comparison, cst.ComparisonTarget, cst.Subscript,
    cst.AssignTarget, cst.AugAssign, cst.AnnAssign, cst.Return, cst.UnaryOperation,
    cst.BinaryOperation,
)  # fmt: skip


def is_still(
    expr: cst.BaseExpression,
    loop: cst.CSTNode,
    body: list[cst.CSTNode],
    here: Here,
    but: Collection[cst.CSTNode] = (),
) -> bool:
    """Whether nothing that a loop's body does is seen to change a container, or to give its name
    to another; calls in `but` are known to change nothing.

    An attribute may be changed by a call on its owner, and while the body waits or yields.
    """
    name = dotted(expr)
    if not name or any(changes(node, name) for node in within(*body) if node not in but):
        return False
    if here.function is not None and any(
        isinstance(part, _LATER) and changes(part, name) for part in within(here.block)
    ):
        return False  # a function inside has it, and the loop may call that
    kept = set(stored(loop))
    root, _, rest = name.partition(".")
    if root in kept or name in kept:
        return False
    return not rest or not any(_may_reach(node, name) for node in within(*body))


def is_steady(expr: cst.BaseExpression, loop: Loop, here: Here) -> bool:
    """Whether an expression of constants, names and attributes, none of them a container, is worth
    the same on each turn of a loop.
    """
    simple = (
        cst.Name, cst.Attribute, cst.SimpleString, cst.Integer, cst.Float, cst.UnaryOperation,
        cst.BinaryOperation, cst.ConcatenatedString, cst.FormattedString,
        cst.FormattedStringText, cst.FormattedStringExpression,
    )  # fmt: skip
    parts = list(within(expr, names=True))
    if not all(isinstance(part, simple) for part in parts):
        return False
    return all(
        _is_kept(part, loop, here)
        for part in parts
        if isinstance(part, (cst.Name, cst.Attribute)) and not _is_import(part, here)
    )


def _is_import(part: cst.Name | cst.Attribute, here: Here) -> bool:
    name = here.qualified(part)
    return name is not None and not name.startswith("builtins.")


def _is_kept(part: cst.Name | cst.Attribute, loop: Loop, here: Here) -> bool:
    """Whether no turn gives a name, or an attribute that some call could reach, another value."""
    name = dotted(part)
    root, _, rest = name.partition(".")
    kept = here.stored(loop)
    if not name or name in kept or root in kept or _is_shared(root, here):
        return False
    return not rest or not any(_may_reach(node, name) for node in within(*loop.body))


def _is_shared(name: str, here: Here) -> bool:
    """Whether other functions may give a name another value while this one runs."""
    function = here.function
    if function is None or name in here.names.scopes.bindings(function):
        return any(one.how in (How.GLOBAL, How.NONLOCAL) for one in here.bindings(name))
    return len(here.bindings(name)) > 1


def _may_reach(node: cst.CSTNode, name: str) -> bool:
    """Whether a call on or with the owner of an attribute, or somebody who is waited for, may give
    it another value.
    """
    match node:
        case cst.Await() | cst.Yield():
            return True
        case cst.Call(func=func):
            root = f"{name.partition('.')[0]}."
            handed = (dotted(arg.value) for arg in node.args)
            return dotted(func).startswith(root) or any(
                one and name.startswith(f"{one}.") for one in handed
            )
    return False


def is_own(expr: cst.BaseExpression, here: Here) -> bool:
    """Whether a name stands for a container that the function around makes, and hands to nobody
    before it returns.
    """
    function = here.function
    if function is None or not isinstance(expr, cst.Name):
        return False
    bound = here.names.scopes.bindings(function).get(expr.value, [])
    if not bound or not all(_is_made(one, here) for one in bound):
        return False
    return not any(
        isinstance(link[0], cst.Name) and link[0].value == expr.value and _hands_on(link)
        for link in walk(function.body, _NAMES)
    )


def _is_made(binding: Binding, here: Here) -> bool:
    if binding.how is How.AUGMENT:
        return True
    return binding.how is How.ASSIGN and is_fresh(binding.value, here)


def is_fresh(value: cst.CSTNode | None, here: Here) -> bool:
    """Whether an expression makes a container that nobody else has."""
    match value:
        case cst.List() | cst.Dict() | cst.Set() | cst.ListComp() | cst.DictComp() | cst.SetComp():
            return True
        case cst.Call(func=cst.Attribute(attr=cst.Name("split" | "rsplit" | "splitlines"))):
            return here.kind(value) is Kind.LIST
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Slice())]):
            return here.kind(value) is Kind.LIST  # a slice of a list is a list of its own
        case cst.BinaryOperation(operator=cst.Add()):
            return here.kind(value) in (Kind.LIST, Kind.TUPLE)
        case cst.Tuple():
            return True
        case cst.Call():
            return builtin(value, here) in _MAKERS
    return False


def _hands_on(link: Link) -> bool:
    """Whether a name stands where somebody else gets what it stands for."""
    above = [node for node, _ in _up(link)]
    if any(isinstance(one, (cst.FunctionDef, cst.Lambda)) for one in above):
        return True
    match above:
        case [cst.Attribute(attr=cst.Name(word)) as method, cst.Call(func=func), *_]:
            return func is not method or word not in _METHODS
        case [cst.Arg(star=""), cst.Call(func=func), around, *_]:
            word = dotted(func).rpartition(".")[2]
            if word in _LAZY:
                return not isinstance(around, (cst.For, cst.CompFor, cst.Arg))
            return word not in _READERS
        case [cst.CompFor(), cst.GeneratorExp(), around, *_]:
            return not isinstance(around, cst.Arg)
        case [cst.Arg(star="*" | "**"), *_] | [cst.Element(), cst.Tuple(), cst.Return(), *_]:
            return False
    return not isinstance(above[0], _LOOKS)


def _up(link: Link) -> Iterator[Link]:
    at = link[1]
    while at is not None:
        yield at
        at = at[1]


def is_quiet(expr: cst.CSTNode | None) -> bool:
    """Whether working out an expression calls nothing of the file's own and binds nothing."""
    loud = (cst.Await, cst.Yield, cst.NamedExpr, cst.Lambda, *COMPREHENSIONS)
    return not any(
        isinstance(node, loud) or (isinstance(node, cst.Call) and not _is_known(node))
        for node in within(expr)
    )


def _is_known(call: cst.Call) -> bool:
    """Builtins and methods of text that look and do nothing."""
    match call.func:
        case cst.Name(word):
            return word in _QUIET
        case cst.Attribute(attr=cst.Name(word)):
            return word in _QUIET_METHODS
    return False


_QUIET = frozenset(
    ("abs", "bool", "float", "int", "isinstance", "issubclass", "len", "max", "min", "round", "str")
)
_QUIET_METHODS = frozenset(
    (
        "casefold", "endswith", "isalpha", "isdigit", "islower", "isspace", "isupper", "lower",
        "lstrip", "rstrip", "split", "startswith", "strip", "upper",
    )
)  # fmt: skip

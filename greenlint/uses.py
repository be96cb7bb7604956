# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a piece of code reads, assigns and changes, by name."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import libcst as cst

from greenlint.scope import COMPREHENSIONS, bound_by, dotted, scope_bindings
from greenlint.walk import within

#: Methods that change the list, set, dict, deque or array they are called on.
MUTATORS = frozenset(
    (
        "add", "append", "appendleft", "clear", "difference_update", "discard", "extend",
        "extendleft", "insert", "intersection_update", "pop", "popitem", "popleft", "remove",
        "reverse", "rotate", "setdefault", "sort", "symmetric_difference_update", "update",
        "move_to_end", "subtract",
    )
)  # fmt: skip
# Calls that only read a container handed to them.
_READERS = frozenset(
    (
        "all", "any", "bool", "dict", "enumerate", "filter", "format", "frozenset", "hash", "id",
        "isinstance", "iter", "len", "list", "map", "max", "min", "print", "range", "repr",
        "reversed", "set", "sorted", "str", "sum", "tuple", "type", "zip", "join",
    )
)  # fmt: skip


def reads(expr: cst.CSTNode) -> Iterator[str]:
    """The names in an expression and every dotted beginning of its attribute chains."""
    for node in within(expr, names=True):
        if isinstance(node, cst.Name):
            yield node.value
        elif isinstance(node, cst.Attribute) and (whole := dotted(node)):
            yield whole


def changes(node: cst.CSTNode, wanted: str) -> bool:
    """Whether one node may change the container that a dotted name stands for."""
    match node:
        case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=method))) if (
            dotted(receiver) == wanted
        ):
            return method in MUTATORS
        case cst.Call():
            passed = any(dotted(arg.value) == wanted for arg in node.args)
            called = dotted(node.func).rpartition(".")[2] or _last_word(node.func)
            return passed and called not in _READERS
        case cst.Assign():
            return any(_stores_into(target.target, wanted) for target in node.targets)
        case cst.AugAssign() | cst.AnnAssign():
            return _stores_into(node.target, wanted) or dotted(node.target) == wanted
        case cst.Del():
            return any(_stores_into(part, wanted) for part in within(node.target))
        case cst.For():
            return _stores_into(node.target, wanted)
        case cst.With():
            return any(_stores_into(item.asname.name, wanted) for item in node.items if item.asname)
        case cst.NamedExpr():
            return dotted(node.target) == wanted
        case cst.FunctionDef() | cst.Lambda():
            return wanted in reads(node.body)
    return False


def _last_word(func: cst.CSTNode) -> str:
    return func.attr.value if isinstance(func, cst.Attribute) else ""


def _stores_into(target: cst.CSTNode, wanted: str) -> bool:
    if isinstance(target, (cst.Tuple, cst.List)):
        return any(_stores_into(element.value, wanted) for element in target.elements)
    if isinstance(target, cst.StarredElement):
        return _stores_into(target.value, wanted)
    return dotted(target) == wanted or (
        isinstance(target, cst.Subscript) and dotted(target.value) == wanted
    )


def stored(loop: cst.CSTNode) -> Iterator[str]:
    """The names, plain and dotted, that a loop assigns."""
    if isinstance(loop, COMPREHENSIONS):
        yield from scope_bindings(loop)
        yield from _walruses(loop)
        return
    yield from bound_by(loop)
    for node in within(loop):
        targets: Collection[cst.CSTNode] = ()
        if isinstance(node, cst.Assign):
            targets = [target.target for target in node.targets]
        elif isinstance(node, (cst.AugAssign, cst.AnnAssign, cst.For)):
            targets = [node.target]
        elif isinstance(node, cst.With):
            targets = [item.asname.name for item in node.items if item.asname]
        elif isinstance(node, COMPREHENSIONS):
            yield from scope_bindings(node)
        for target in targets:
            yield from filter(None, map(dotted, within(target)))


def _walruses(expr: cst.CSTNode) -> Iterator[str]:
    """The names that ``:=`` binds in an expression."""
    return (dotted(node.target) for node in within(expr) if isinstance(node, cst.NamedExpr))

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a loop makes longer turn by turn: text and bytes that are copied to be added to."""

from __future__ import annotations

import ast

import libcst as cst

from greenlint.here import Here, Loop
from greenlint.scope import dotted
from greenlint.walk import within
from greenlint_rules.glances import is_dotted
from greenlint_rules.turns import is_once


def is_sum_of_itself(node: ast.Assign) -> bool:
    """At a glance: ``data = data + chunk``."""
    if len(node.targets) != 1 or not isinstance(node.value, ast.BinOp):
        return False
    left: ast.expr = node.value
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        left = left.left
    return is_dotted(left) and ast.unparse(left) == ast.unparse(node.targets[0])


def is_short(loop: Loop, here: Here) -> bool:
    """Whether few pieces are to be expected: the entries of a dict, the answers to a signal of
    Django, a made-up example.
    """
    match loop.iter:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="items" | "send" | "send_robust"))):
            return True
    return is_once(here)


def starts_anew(node: cst.CSTNode, name: str, loop: Loop) -> bool:
    """Whether the loop gives the name another value than a longer one."""
    for other in within(*loop.body):
        if other is node:
            continue
        if isinstance(other, cst.Assign):
            for target in other.targets:
                if name in map(dotted, within(target.target, names=True)) and not _longer(
                    other.value, name
                ):
                    return True
        if isinstance(other, (cst.For, cst.CompFor, cst.NamedExpr, cst.Del)) and name in map(
            dotted, within(other.target, names=True)
        ):
            return True
    return False


def _longer(value: cst.CSTNode, name: str) -> bool:
    while isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Add):
        value = value.left
    return dotted(value) == name


def is_searched(name: str, loop: Loop) -> bool:
    """Whether a turn looks at all that is there so far: then copying it is the smaller part."""
    for node in within(*loop.body):
        match node:
            case cst.Call(func=cst.Attribute(value=receiver)) if dotted(receiver) == name:
                return True
            case cst.Call(func=func, args=args) if dotted(func) != "len":
                if any(dotted(arg.value) == name for arg in args):
                    return True
            case cst.Comparison(comparisons=tests):
                if any(
                    isinstance(test.operator, (cst.In, cst.NotIn))
                    and dotted(test.comparator) == name
                    for test in tests
                ):
                    return True
    return False


def gathers_pieces(loop: Loop) -> bool:
    """A for loop over something at hand, not over what a call hands out chunk by chunk."""
    match loop.iter:
        case None:
            return False
        case cst.Call(func=cst.Name(value="enumerate" | "zip" | "reversed" | "sorted" | "range")):
            return True
    return not isinstance(loop.iter, cst.Call)

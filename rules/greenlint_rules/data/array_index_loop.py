# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""An array that a loop fills element by element with what one expression on arrays computes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.arrays import counts, indexed, is_array, is_compiled, subscripts
from greenlint_rules.shapes import uses_library

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Hit, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN404",
    name="array-index-loop",
    severity="warning",
    needles=(b"numpy",),
    since="0.1.0",
    lifecycle="preview",
    help="write the expression for the whole array, without the loop",
    tests=False,
)

# What NumPy computes element by element in C.
_UFUNCS = frozenset(
    (
        "abs", "absolute", "arccos", "arcsin", "arctan", "arctan2", "ceil", "cos", "cosh",
        "degrees", "exp", "exp2", "expm1", "fabs", "floor", "fmod", "hypot", "log", "log10",
        "log1p", "log2", "maximum", "minimum", "power", "radians", "sign", "sin", "sinh", "sqrt",
        "square", "tan", "tanh", "pow", "rint", "deg2rad", "rad2deg",
    )
)  # fmt: skip


@RULE.glance(ast.For)
def glance(node: ast.For, _: bool) -> bool:
    """``for i in range(n): out[i] = ...``, and nothing else."""
    statement = node.body[0]
    return (
        len(node.body) == 1
        and isinstance(node.iter, ast.Call)
        and isinstance(statement, (ast.Assign, ast.AugAssign))
        and isinstance(
            statement.targets[0] if isinstance(statement, ast.Assign) else statement.target,
            ast.Subscript,
        )
    )


@RULE.on(cst.For)
def filled(node: cst.For, here: Here) -> Iterator[Hit]:
    """A loop over numbers whose body gives one element what others at that place say."""
    match node:
        case cst.For(
            target=cst.Name(value=number),
            body=cst.IndentedBlock(body=[cst.SimpleStatementLine(body=[statement])]),
            orelse=None,
        ):
            pass
        case _:
            return
    match statement:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript() as target)], value=value):
            pass
        case cst.AugAssign(target=cst.Subscript() as target, value=value):
            pass
        case _:
            return
    place = indexed(target)
    if place is None or [dotted(one) for one in place[1]] != [number]:
        return
    if not uses_library(here, "numpy") or is_compiled(here):
        return
    loop = here.every_turn(statement)
    if loop is None or loop.node is not node or counts(loop, here) != number:
        return
    if not is_array(place[0], here) or not _is_elementwise(value, number, place[0], here):
        return
    yield Hit(
        node,
        say(
            "this loop fills `{array}` element by element, each through objects of Python",
            array=here.brief(place[0]),
        ),
        related=(Related(statement, "what each turn computes"),),
    )


def _is_elementwise(
    value: cst.BaseExpression, number: str, filled: cst.BaseExpression, here: Here
) -> bool:
    """Whether an expression holds arithmetic and element-wise functions only, and of arrays
    nothing but the element at hand.
    """
    inside: set[cst.CSTNode] = set()
    read = 0
    for part in subscripts(value):
        place = indexed(part)
        if place is None or [dotted(one) for one in place[1]] != [number]:
            return False
        if not is_array(place[0], here):
            return False
        read += 1
        inside.update(within(part, names=True))
    for node in within(value, names=True):
        if node in inside or isinstance(node, (cst.Integer, cst.Float, cst.Arg)):
            continue
        match node:
            case cst.Name(value=word):
                if word == dotted(filled):
                    return False
            case cst.BinaryOperation(operator=cst.MatrixMultiply()):
                return False
            case cst.BinaryOperation() | cst.UnaryOperation():
                if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
                    return False
            case cst.Call(func=func):
                module, _, word = (here.qualified(func) or "").rpartition(".")
                if module not in ("math", "numpy", "builtins") or word not in _UFUNCS:
                    return False
                inside.update(within(func, names=True))
            case cst.Attribute():
                if not dotted(node):
                    return False
            case _:
                return False
    return read > 0 and not isinstance(value, cst.Subscript)

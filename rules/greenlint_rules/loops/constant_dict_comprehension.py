# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A dict comprehension that gives every key the same constant."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import has_comment, in_format_string

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety

RULE = Rule(
    code="GRN121",
    name="constant-dict-comprehension",
    severity="note",
    aliases=("C420", "S7519"),
    needles=(b" for ",),
    since="0.1.0",
    fix="safe",
    tests=False,
    help="hand keys and value over at once: `dict.fromkeys`",
)


@RULE.glance(ast.DictComp)
def glance(node: ast.DictComp, _: bool) -> bool:
    """A constant for every key."""
    number = isinstance(node.value, ast.UnaryOp) and isinstance(node.value.operand, ast.Constant)
    return number or isinstance(node.value, (ast.Constant, ast.Tuple))


@RULE.on(cst.DictComp)
def check(node: cst.DictComp, here: Here) -> Iterator[Hit]:
    """``{name: 0 for name in names}``."""
    clause = node.for_in
    if clause.ifs or clause.inner_for_in is not None or clause.asynchronous is not None:
        return
    if not isinstance(node.key, cst.Name) or not node.key.deep_equals(clause.target):
        return
    if not _is_constant(node.value):
        return
    keys = here.code(clause.iter)
    if isinstance(clause.iter, (cst.GeneratorExp, cst.Tuple)) and not clause.iter.lpar:
        keys = f"({keys})"
    value = "" if here.code(node.value) == "None" else f", {here.code(node.value)}"
    known = here.qualified(cst.Name("dict")) == "builtins.dict"
    plain = known and not has_comment(node, here) and not node.lpar and not in_format_string(here)
    yield Hit(
        node,
        say("this comprehension runs Python code for each key, to give all the same value"),
        fix=Fix(
            say("hand keys and value over at once"),
            (Edit(node, f"dict.fromkeys({keys}{value})"),),
            Safety.SAFE,
        )
        if plain
        else None,
    )


def _is_constant(value: cst.BaseExpression) -> bool:
    """A number, a text, None, True, False: nothing that could be changed for all keys at once."""
    match value:
        case cst.UnaryOperation(operator=cst.Minus(), expression=inner):
            return isinstance(inner, (cst.Integer, cst.Float))
        case cst.Name(value=word):
            return word in ("None", "True", "False")
        case cst.Tuple(elements=[]):
            return True
    return isinstance(value, (cst.Integer, cst.Float, cst.SimpleString))

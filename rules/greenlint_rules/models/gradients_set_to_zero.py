# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Gradients that are written full of zeros in every step, where they could be dropped."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.training import uses_torch

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety

RULE = Rule(
    code="GRN507",
    name="gradients-set-to-zero",
    severity="note",
    aliases=("TOR402",),
    needles=(b"set_to_none",),
    since="0.1.0",
    lifecycle="preview",
    fix="unsafe",
    help="leave `set_to_none=False` out: PyTorch then drops the gradients",
    tests=False,
)


@RULE.glance(words=("zero_grad",))
def glance(node: ast.Call, _: bool) -> bool:
    """``optimizer.zero_grad(set_to_none=False)``."""
    return bool(node.args or node.keywords)


@RULE.on(cst.Call)
def zeroed(node: cst.Call, here: Here) -> Iterator[Hit]:
    """`zero_grad` that is told to keep the memory."""
    match node:
        case cst.Call(
            func=cst.Attribute(attr=cst.Name("zero_grad")),
            args=[cst.Arg(keyword=cst.Name("set_to_none") | None, value=cst.Name("False"))],
        ) if uses_torch(here):
            yield Hit(
                node,
                say(
                    "`{call}` writes zeros over all gradients, to be added to by the next step",
                    call=here.brief(node),
                ),
                fix=Fix(
                    say("let PyTorch drop the gradients"),
                    (Edit(node, f"{here.code(node.func)}()"),),
                    Safety.UNSAFE,
                ),
            )

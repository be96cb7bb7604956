# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A comprehension that only puts the items of several lists into one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import clauses, has_comment

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety
from greenlint.scope import dotted

RULE = Rule(
    code="GRN215",
    name="handwritten-chain",
    severity="note",
    confidence="medium",
    aliases=("FURB179",),
    needles=(b"for ",),
    since="0.1.0",
    lifecycle="preview",
    opt_in=True,
    fix="safe",
    help="`list(itertools.chain.from_iterable(parts))`",
    tests=False,
)


@RULE.glance(ast.ListComp)
def glance(node: ast.ListComp, _: bool) -> bool:
    """``[item for part in parts for item in part]``."""
    match node:
        case ast.ListComp(
            elt=ast.Name(id=item),
            generators=[
                ast.comprehension(target=ast.Name(id=part), ifs=[]),
                ast.comprehension(target=ast.Name(id=same), iter=ast.Name(id=of), ifs=[]),
            ],
        ):
            return item == same and part == of
    return False


@RULE.on(cst.ListComp)
def chained(node: cst.ListComp, here: Here) -> Iterator[Hit]:
    """Two clauses, and the items of the second as they are."""
    match clauses(node):
        case [
            cst.CompFor(target=cst.Name(part), iter=parts, ifs=[], asynchronous=None),
            cst.CompFor(target=cst.Name(item), iter=cst.Name(of), ifs=[], asynchronous=None),
        ] if part == of and item != part and dotted(node.elt) == item:
            pass
        case _:
            return
    chain = _chain(here)
    bare = (
        isinstance(parts, (cst.GeneratorExp, cst.Tuple, cst.IfExp, cst.Lambda)) and not parts.lpar
    )
    source = f"({here.code(parts)})" if bare else here.code(parts)
    yield Hit(
        node,
        say("`{code}` takes each item in hand only to put it in one list", code=here.brief(node)),
        fix=Fix(
            say("chain the parts"),
            (Edit(node, f"list({chain}.from_iterable({source}))"),),
            Safety.SAFE,
        )
        if chain and not has_comment(node, here)
        else None,
    )


def _chain(here: Here) -> str:
    """What the file calls `itertools.chain`, "" where it does not import it."""
    for text in ("itertools.chain", "chain"):
        if here.qualified(cst.parse_expression(text)) == "itertools.chain":
            return text
    return ""

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that only yields what it goes over."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import has_comment
from greenlint_rules.loop_names import lives_on, names_in

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety

RULE = Rule(
    code="GRN122",
    name="yield-in-loop",
    severity="note",
    aliases=("UP028", "R1737"),
    needles=(b"yield",),
    since="0.1.0",
    fix="unsafe",
    tests=False,
    help="hand them on with `yield from`",
)


@RULE.glance(ast.For)
def glance(node: ast.For, _: bool) -> bool:
    """A loop with nothing but a yield in it."""
    match node.body:
        case [ast.Expr(value=ast.Yield(value=ast.Name() | ast.Tuple()))]:
            return not node.orelse
    return False


@RULE.on(cst.For)
def check(node: cst.For, here: Here) -> Iterator[Hit]:
    """``for row in rows: yield row``."""
    if node.asynchronous is not None or node.orelse is not None or not _hands_on(node):
        return
    function = here.function
    if function is None or function.asynchronous is not None:
        return
    if any(lives_on(name, node, here) for name in names_in(node.target)):
        return
    source = here.code(node.iter)
    bare = isinstance(node.iter, (cst.Tuple, cst.GeneratorExp, cst.Lambda)) and not node.iter.lpar
    yield Hit(
        node,
        say("this loop yields what `{rows}` has, one by one", rows=here.brief(node.iter)),
        fix=None
        if has_comment(node, here)
        else Fix(
            say("hand them on with `yield from`"),
            (Edit(node, f"yield from {f'({source})' if bare else source}"),),
            Safety.UNSAFE,
        ),
    )


def _hands_on(node: cst.For) -> bool:
    """Whether the body is the target, yielded as it is."""
    match node.body:
        case (
            cst.IndentedBlock(
                body=[cst.SimpleStatementLine(body=[cst.Expr(cst.Yield(value=given))])]
            )
            | cst.SimpleStatementSuite(body=[cst.Expr(cst.Yield(value=given))])
        ):
            pass
        case _:
            return False
    return given is not None and _words(given) == _words(node.target) != []


def _words(node: cst.CSTNode) -> list[str]:
    """The names of ``a`` or of ``a, b``; nothing for anything else."""
    match node:
        case cst.Name(word):
            return [word]
        case cst.Tuple(elements=elements):
            words = [one.value.value for one in elements if isinstance(one.value, cst.Name)]
            return words if len(words) == len(elements) else []
    return []

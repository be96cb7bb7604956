# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Items that are turned round for a builtin that does not mind their order."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import builtin, first_argument, has_comment, turned_round
from greenlint_rules.glances import function_of

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety

RULE = Rule(
    code="GRN210",
    name="order-thrown-away",
    severity="note",
    aliases=("C415", "S7511"),
    needles=(b"reversed(", b"[::-1]"),
    since="0.1.0",
    fix="unsafe",
    tests=False,
    help="leave the turning round out",
)
_TAKE_ANY = frozenset(("set", "frozenset", "sum", "any", "all", "min", "max"))


@RULE.glance(words=(*_TAKE_ANY, "sorted"))
def glance(node: ast.Call, _: bool) -> bool:
    """A builtin right around something that is turned round."""
    inner = node.args[0] if node.args else None
    return isinstance(inner, ast.Subscript) or function_of(inner) == "reversed"


@RULE.on(cst.Call)
def check(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``set(reversed(rows))``, ``sorted(rows[::-1])``."""
    outer = builtin(node, here)
    if outer not in _TAKE_ANY and outer != "sorted":
        return
    given = first_argument(node)
    source = turned_round(given, here) if given is not None else None
    # A sort leaves equal items in the order in which they came.
    if given is None or source is None or (outer == "sorted" and len(node.args) > 1):
        return
    # With a key, equal items are told apart by which came first.
    if outer in ("min", "max") and len(node.args) > 1:
        return
    yield Hit(
        node,
        say("`{given}` turns round what `{outer}` takes in any order",
            given=here.brief(given), outer=outer),
        fix=None
        if has_comment(node, here)
        else Fix(
            say("leave it as it stands"), (Edit(given, here.code(source)),), Safety.UNSAFE
        ),
    )  # fmt: skip

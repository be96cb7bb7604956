# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Dates in ISO form that `strptime` reads again and again."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import renamed
from greenlint_rules.turns import is_minor

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Related, Rule, Safety

RULE = Rule(
    code="GRN252",
    name="strptime-in-loop",
    severity="warning",
    needles=(b"strptime",),
    since="0.1.0",
    lifecycle="preview",
    fix="unsafe",
    help="`datetime.fromisoformat(text)` reads this form in C",
    tests=False,
)

# Forms that `fromisoformat` reads on every supported version of Python.
_FORMATS = frozenset(
    (
        "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f",
    )
)  # fmt: skip
# Forms that it reads since 3.11: offsets without a colon, and `Z`.
_ZONED = frozenset(f"{one}%z" for one in _FORMATS if "%S" in one)
# Methods that call a function for each value.
_EACH = frozenset(("apply", "map", "applymap", "transform"))


@RULE.glance(words=("strptime",))
def glance(node: ast.Call, _: bool) -> bool:
    """``strptime(text, "%Y-%m-%d")``."""
    return len(node.args) == 2 and not node.keywords and isinstance(node.args[1], ast.Constant)


renamed(RULE, ("strptime",))


@RULE.on(cst.Call)
def read(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A call in a loop, or in a function that is handed to ``map`` or ``apply``."""
    if len(node.args) != 2 or not isinstance(node.func, cst.Attribute):
        return
    if here.qualified(node.func) != "datetime.datetime.strptime" or not _is_iso(node, here):
        return
    if isinstance(here.parent, cst.Expr):  # only asks whether the text has this form
        return
    loop = here.every_turn()
    if loop is None and not _is_mapped(here):
        return
    text = node.args[0].value
    yield Hit(
        node,
        say(
            "`strptime` reads `{text}` in Python, by a pattern made of its format, on every turn",
            text=here.brief(text, 40),
        ),
        fix=Fix(
            say("read it with `fromisoformat`"),
            (Edit(node, f"{here.code(node.func.value)}.fromisoformat({here.code(text)})"),),
            Safety.UNSAFE,
        ),
        confidence=Confidence.LOW if loop is not None and is_minor(loop, here) else None,
        related=(Related(loop.header, "this loop"),) if loop is not None else (),
    )


def _is_iso(node: cst.Call, here: Here) -> bool:
    form = node.args[1].value
    if not isinstance(form, cst.SimpleString) or any(arg.star or arg.keyword for arg in node.args):
        return False
    text = form.evaluated_value
    return text in _FORMATS or (text in _ZONED and here.target >= (3, 11))


def _is_mapped(here: Here) -> bool:
    """Whether the call stands in a lambda that is handed to something which calls it for each
    value.
    """
    inside = False
    for node in here.ancestors:
        if isinstance(node, cst.FunctionDef):
            return False
        if isinstance(node, cst.Lambda):
            inside = True
        elif inside and isinstance(node, cst.Call):
            match node.func:
                case cst.Name(value=word):
                    return word == "map"
                case cst.Attribute(attr=cst.Name(value=word)):
                    return word in _EACH
            return False
    return False

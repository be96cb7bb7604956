# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A copy that is made only to be counted, of something that knows its length."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import VIEWS, behind_view, builtin, has_comment, only_argument
from greenlint_rules.glances import function_of, method_of, only_given

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety

RULE = Rule(
    code="GRN207",
    name="len-of-copy",
    severity="note",
    needles=(b"len(",),
    since="0.1.0",
    fix="safe",
    tests=False,
    help="ask what was copied for its length",
)
_COPIES = ("list", "tuple", "sorted")
_SIZED = (Kind.LIST, Kind.TUPLE, Kind.SET, Kind.DICT, Kind.TEXT, Kind.BYTES, Kind.RANGE, Kind.DEQUE)


@RULE.glance(words=("len",))
def glance(node: ast.Call, _: bool) -> bool:
    """The length of a copy, or of a view of a dict."""
    given = only_given(node)
    if isinstance(given, ast.ListComp):
        return len(given.generators) == 1 and not given.generators[0].ifs
    if not isinstance(given, ast.Call):
        return False
    return function_of(given) in _COPIES or method_of(given) in VIEWS


@RULE.on(cst.Call)
def check(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``len(list(rows))``, ``len([row.price for row in rows])``, ``len(prices.keys())``."""
    if not isinstance(node.func, cst.Name) or node.func.value != "len":
        return
    copy = only_argument(node) if builtin(node, here) == "len" else None
    source = _copied(copy, here)
    if copy is None or source is None:
        return
    whole = behind_view(source)
    kind = here.kind(whole)
    if kind not in _SIZED or (whole is not source and kind is not Kind.DICT):
        return
    if isinstance(copy, cst.ListComp):
        safe = copy.elt.deep_equals(copy.for_in.target)
    else:  # a sort fails for items that cannot be compared
        safe = builtin(copy, here) != "sorted"
    yield Hit(
        node,
        say(
            "`{copy}` is made to be counted, and `{rows}` knows its length",
            copy=here.brief(copy),
            rows=here.brief(whole),
        ),
        fix=None
        if has_comment(node, here)
        else Fix(
            say("ask `{rows}` for its length", rows=here.brief(whole)),
            (Edit(copy, here.code(whole)),),
            Safety.SAFE if safe else Safety.UNSAFE,
        ),
    )


def _copied(copy: cst.BaseExpression | None, here: Here) -> cst.BaseExpression | None:
    match copy:
        case cst.ListComp(for_in=cst.CompFor(iter=rows, ifs=[], inner_for_in=None) as clause):
            return rows if clause.asynchronous is None else None
        case cst.Call(func=cst.Attribute(attr=cst.Name(word)), args=[]) if word in VIEWS:
            return copy
        case cst.Call() if builtin(copy, here) in _COPIES:
            return only_argument(copy)
    return None

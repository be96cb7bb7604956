# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop over ``.items()`` that reads only the key or only the value."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import COMPREHENSIONS, LOOPS, method_of
from greenlint_rules.lookups import lookups, turns_of
from greenlint_rules.loop_names import is_read, may_be_unread

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN101",
    name="dict-items-unused-half",
    severity="note",
    aliases=("GCI103", "PERF102", "W8102", "FURB135", "S7512", "GL030"),
    needles=(b".items()",),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    tests=False,
    help="iterate over the half that is used: `.values()`, or the mapping itself for its keys",
)


@RULE.glance(*LOOPS, *COMPREHENSIONS)
def glance(node: ast.For | ast.ListComp, _: bool) -> bool:
    """Key and value of ``.items()``, one of which is not seen to be read."""
    clauses = node.generators if isinstance(node, COMPREHENSIONS) else [node]
    return any(
        isinstance(clause.iter, ast.Call)
        and method_of(clause.iter) == "items"
        and isinstance(clause.target, ast.Tuple)
        and len(clause.target.elts) == 2
        and not all(
            isinstance(part, ast.Name) and not may_be_unread(part.id, node, clause)
            for part in clause.target.elts
        )
        for clause in clauses
    )


@RULE.on(cst.For)
def loop(node: cst.For, here: Here) -> Iterator[Hit]:
    """A for statement, whose names live on after it."""
    if (mapping := _items_of(node.iter)) and not _is_changed(mapping, node.body, here):
        yield from _judge(node, mapping, here.block, here)


@RULE.on(cst.CompFor)
def clause(node: cst.CompFor, here: Here) -> Iterator[Hit]:
    """A clause of a comprehension, whose names live in it alone."""
    if mapping := _items_of(node.iter):
        whole = next(above for above in here.ancestors if not isinstance(above, cst.CompFor))
        yield from _judge(node, mapping, whole, here)


def _items_of(iterable: cst.BaseExpression) -> cst.BaseExpression | None:
    match iterable:
        case cst.Call(func=cst.Attribute(value=mapping, attr=cst.Name("items")), args=[]):
            return mapping
    return None


def _is_changed(mapping: cst.BaseExpression, body: cst.CSTNode, here: Here) -> bool:
    """Whether the body may change the mapping; one of another, ``prices["pear"]``, is not to be
    spoken of at all.
    """
    if dotted(mapping):
        return here.changed(mapping, body)
    match mapping:
        case cst.Subscript(value=whole, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            plain = isinstance(key, (cst.Name, cst.SimpleString, cst.Integer))
            spoken = any(
                isinstance(part, cst.Subscript) and part.deep_equals(mapping)
                for part in within(body)
            )
            return not plain or not dotted(whole) or spoken or here.changed(whole, body)
    return True


def _names(side: cst.CSTNode) -> frozenset[str]:
    """The names of one half of a pair; none where it is more than names and tuples of them."""
    if isinstance(side, cst.Tuple):
        inner = [_names(one.value) for one in side.elements]
        return frozenset().union(*inner) if all(inner) else frozenset()
    return frozenset((side.value,)) if isinstance(side, cst.Name) else frozenset()


def _bare(side: cst.BaseExpression, here: Here) -> str:
    """One half as the target of a loop, which needs no parentheses."""
    code = here.code(side)
    return code[1:-1] if isinstance(side, cst.Tuple) and len(side.lpar) == 1 else code


def _is_looked_up(
    node: cst.For | cst.CompFor, mapping: cst.BaseExpression, key: cst.CSTNode, here: Here
) -> bool:
    """Whether the value is read by its key: then dict-lookup-in-loop speaks of it."""
    turns = turns_of(node, here)
    if turns is None or not isinstance(key, cst.Name) or here.kind(mapping) is not Kind.DICT:
        return False
    return bool(lookups(turns, mapping, key.value, here))


def _judge(
    node: cst.For | cst.CompFor, mapping: cst.BaseExpression, scope: cst.CSTNode, here: Here
) -> Iterator[Hit]:
    kind = here.kind(mapping)
    if kind not in (None, Kind.DICT):
        return
    match node.target:
        case cst.Tuple(elements=[cst.Element(first), cst.Element(second)]):
            halves = (_names(first), _names(second))
        case _:
            return
    if not all(halves) or halves[0] & halves[1]:
        return
    unused = [half for half in halves if not any(is_read(name, scope, here) for name in half)]
    if len(unused) == 2:  # a loop that only counts; one name may say that it is not wanted
        unused = [half for half in halves if half == {"_"}]
    if len(unused) != 1:
        return
    of_key = unused[0] is halves[0]
    if not of_key and _is_looked_up(node, mapping, first, here):
        return
    kept, rest = (second, ".values()") if of_key else (first, "" if kind else ".keys()")
    source = here.code(mapping)
    lost = here.code(first if of_key else second)
    yield Hit(
        node.target,
        say(
            "`{mapping}.items()` makes a pair on every turn, and `{unused}` is never read",
            mapping=here.brief(mapping),
            unused=lost,
        ),
        fix=Fix(
            say("iterate over `{code}`", code=f"{source}{rest}"),
            (Edit(node.target, _bare(kept, here)), Edit(node.iter, f"{source}{rest}")),
            Safety.SAFE if kind is Kind.DICT else Safety.UNSAFE,
        ),
        confidence=None if kind is Kind.DICT else Confidence.MEDIUM,
    )

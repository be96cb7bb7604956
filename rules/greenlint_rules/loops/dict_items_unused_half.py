# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop over ``.items()`` that reads only the key or only the value."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import COMPREHENSIONS, LOOPS, method_of

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.walk import parts, within

RULE = Rule(
    code="GRN101",
    name="dict-items-unused-half",
    severity="note",
    aliases=("GCI103", "PERF102", "W8102", "FURB135", "S7512"),
    needles=(b".items()",),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    tests=False,
    help="iterate over the half that is used: `.values()`, or the mapping itself for its keys",
)

# Builtins that may read any local name.
_READS_ALL = frozenset(("locals", "vars", "eval", "exec"))


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
            isinstance(part, ast.Name) and _is_seen(part.id, node, clause)
            for part in clause.target.elts
        )
        for clause in clauses
    )


def _is_seen(name: str, node: ast.For | ast.ListComp, clause: ast.AST) -> bool:
    """Whether a loop has a name elsewhere than in its own target and in loops that bind it."""
    work: list[ast.AST] = [node] if isinstance(node, COMPREHENSIONS) else [*node.body]
    while work:
        part = work.pop()
        if isinstance(part, ast.Name) and part.id == name:
            return True
        if isinstance(part, (*LOOPS, ast.comprehension)) and any(
            isinstance(one, ast.Name) and one.id == name for one in ast.walk(part.target)
        ):
            if part is clause:
                work += [one for one in ast.iter_child_nodes(part) if one is not part.target]
            continue
        work += ast.iter_child_nodes(part)
    return False


@RULE.on(cst.For)
def loop(node: cst.For, here: Here) -> Iterator[Hit]:
    """A for statement, whose names live on after it."""
    if (mapping := _items_of(node.iter)) and not here.changed(mapping, node.body):
        yield from _judge(node.target, node.iter, mapping, here.block, here)


@RULE.on(cst.CompFor)
def clause(node: cst.CompFor, here: Here) -> Iterator[Hit]:
    """A clause of a comprehension, whose names live in it alone."""
    if mapping := _items_of(node.iter):
        whole = next(above for above in here.ancestors if not isinstance(above, cst.CompFor))
        yield from _judge(node.target, node.iter, mapping, whole, here)


def _items_of(iterable: cst.BaseExpression) -> cst.BaseExpression | None:
    match iterable:
        case cst.Call(func=cst.Attribute(value=mapping, attr=cst.Name("items")), args=[]):
            return mapping
    return None


def _judge(
    target: cst.CSTNode,
    iterable: cst.BaseExpression,
    mapping: cst.BaseExpression,
    scope: cst.CSTNode,
    here: Here,
) -> Iterator[Hit]:
    kind = here.kind(mapping)
    if kind not in (None, Kind.DICT):
        return
    match target:
        case cst.Tuple(elements=[cst.Element(cst.Name(key)), cst.Element(cst.Name(value))]):
            pass
        case _:
            return
    unused = [name for name in (key, value) if not _read(name, scope, here)]
    if len(unused) != 1 or key == value:
        return
    kept, rest = (value, ".values()") if unused == [key] else (key, "" if kind else ".keys()")
    source = here.code(mapping)
    yield Hit(
        target,
        say(
            "`{mapping}.items()` makes a pair on every turn, and `{unused}` is never read",
            mapping=here.brief(mapping),
            unused=unused[0],
        ),
        fix=Fix(
            say("iterate over `{code}`", code=f"{source}{rest}"),
            (Edit(target, kept), Edit(iterable, f"{source}{rest}")),
            Safety.SAFE if kind is Kind.DICT else Safety.UNSAFE,
        ),
        confidence=None if kind is Kind.DICT else Confidence.MEDIUM,
    )


def _read(name: str, scope: cst.CSTNode, here: Here) -> bool:
    """Whether anything in the scope but the loop's own target may read the name it binds.

    Another loop that binds the name anew reads its own, unless this loop stands in it.
    """
    around = {here.node, *here.ancestors}
    work: list[cst.CSTNode] = [scope]
    while work:
        node = work.pop()
        if isinstance(node, cst.Name) and (node.value == name or node.value in _READS_ALL):
            return True
        below = parts(node, names=True)
        if isinstance(node, (cst.For, cst.CompFor)) and name in _names(node.target):
            below = [part for part in below if part is not node.target]
            if node not in around:
                below = [node.iter]
        work += below
    return False


def _names(target: cst.CSTNode) -> set[str]:
    return {node.value for node in within(target, names=True) if isinstance(node, cst.Name)}

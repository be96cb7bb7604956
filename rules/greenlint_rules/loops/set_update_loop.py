# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that adds or discards elements of a set one by one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import as_iterable, is_async
from greenlint_rules.glances import method_of, only_given

from greenlint.here import Here, reads
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety
from greenlint.scope import dotted
from greenlint.walk import parts, within

RULE = Rule(
    code="GRN103",
    name="set-update-loop",
    severity="note",
    aliases=("FURB142", "S8502"),
    needles=(b".add(", b".discard("),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    tests=False,
    help="hand all elements over at once: `update` and `difference_update`",
)
_AT_ONCE = {"add": "update", "discard": "difference_update"}


@RULE.glance(ast.For)
def glance(node: ast.For, _: bool) -> bool:
    """A loop that does nothing but hand its item to a method."""
    match node:
        case ast.For(target=ast.Name(id=item), body=[ast.Expr(value=ast.Call() as call)]):
            given = only_given(call)
            handed = isinstance(given, ast.Name) and given.id == item
            return handed and method_of(call) in _AT_ONCE
    return False


@RULE.on(cst.For)
def check(node: cst.For, here: Here) -> Iterator[Hit]:
    """``for row in rows: found.add(row)``."""
    call = _only_call(node)
    match call:
        case cst.Call(
            func=cst.Attribute(value=target, attr=cst.Name("add" | "discard" as method)),
            args=[cst.Arg(keyword=None, star="", value=cst.Name(element))],
        ) if dotted(target):
            pass
        case _:
            return
    if node.orelse is not None or node.asynchronous is not None or is_async(node):
        return
    if here.kind(target) is not Kind.SET or not isinstance(node.target, cst.Name):
        return
    name = node.target.value
    if element != name or name in reads(target) or dotted(target) in reads(node.iter):
        return
    yield Hit(
        node,
        say(
            "this loop calls `{set}.{method}` for one element after another",
            set=here.brief(target),
            method=method,
        ),
        fix=_fix(node, target, method, here),
        help=say(
            "hand all elements over at once: `{set}.{method}(...)`",
            set=here.brief(target),
            method=_AT_ONCE[method],
        ),
    )


def _only_call(node: cst.For) -> cst.BaseExpression | None:
    match node.body:
        case cst.IndentedBlock(body=[cst.SimpleStatementLine(body=[cst.Expr(value=value)])]):
            return value
    return None


def _fix(node: cst.For, target: cst.BaseExpression, method: str, here: Here) -> Fix | None:
    """One call in place of the loop, if the loop's name is not needed and no comment is lost."""
    assert isinstance(node.target, cst.Name)
    name = node.target.value
    rows = as_iterable(node.iter, here)
    code = here.code(node).lstrip("\r\n")
    above = "".join(here.code(line) for line in node.leading_lines)
    if rows is None or "#" in code.replace(above, "", 1) or _is_read_elsewhere(name, node, here):
        return None
    if isinstance(node.iter, cst.Tuple) and not node.iter.lpar:
        rows = f"({rows})"
    call = f"{here.code(target)}.{_AT_ONCE[method]}({rows})"
    safe = isinstance(target, cst.Name) and here.kind(node.iter) is not None
    return Fix(
        say("hand all elements over at once"),
        (Edit(node, call),),
        Safety.SAFE if safe else Safety.UNSAFE,
    )


def _is_read_elsewhere(name: str, node: cst.For, here: Here) -> bool:
    """Whether the function, or one inside it, has the name anywhere else; a module may."""
    if here.function is None:
        return True
    inside = {id(part) for part in within(node, names=True)}
    work: list[cst.CSTNode] = [here.block]
    while work:
        part = work.pop()
        if isinstance(part, cst.Name) and part.value == name and id(part) not in inside:
            return True
        if isinstance(part, (cst.Global, cst.Nonlocal)):
            return True
        work += _own_parts(name, part)
    return False


def _own_parts(name: str, node: cst.CSTNode) -> list[cst.CSTNode]:
    """What is below a node, without that which another loop gives the name to."""
    if isinstance(node, cst.For) and dotted(node.target) == name:
        return [part for part in (node.iter, node.orelse) if part is not None]
    return parts(node, names=True)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A list, tuple or array that a loop replaces by a longer copy on every turn."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import libcst as cst
from greenlint_rules.glances import function_of, last_words, method_of, renamed
from greenlint_rules.own import is_own
from greenlint_rules.shapes import seldom
from greenlint_rules.turns import is_many

from greenlint.here import Here, Loop
from greenlint.kinds import Kind
from greenlint.messages import Message, say
from greenlint.origins import Origins
from greenlint.rule import Confidence, Hit, Question, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN208",
    name="list-concat-in-loop",
    aliases=("GL007",),
    needles=(b" + ", b" += ", b"np.", b"numpy"),
    since="0.1.0",
    tests=False,
    help="add to the list itself: `append` or `extend`",
)
_JOINS = ("numpy.append", "numpy.concatenate", "numpy.vstack", "numpy.hstack")


@RULE.glance(ast.Assign, ast.AugAssign)
def glance(node: ast.Assign | ast.AugAssign, in_loop: bool) -> bool | Question:
    """A name that is given itself and more, in a loop, where it may be a list or a tuple."""
    if not in_loop:
        return False
    if isinstance(node, ast.AugAssign):
        added = isinstance(node.op, ast.Add) and not isinstance(node.value, ast.Constant)
        name = node.target.id if added and isinstance(node.target, ast.Name) else ""
        return bool(name) and (lambda origins: _is_given(name, origins, _makes_tuple))
    target = node.targets[0]
    if isinstance(target, ast.Subscript):
        return _keeps_longer(node.value)
    match node.value:
        case ast.BinOp(left=ast.Name(id=left), op=ast.Add()):
            same = isinstance(target, ast.Name) and target.id == left
            return same and (lambda origins: _is_given(left, origins, _makes_any))
        case ast.Call(func=ast.Attribute(attr=word) | ast.Name(id=word), args=[first, *_]):
            joined = first.elts if isinstance(first, (ast.List, ast.Tuple)) else [first]
            named = ast.unparse(target)
            return word in _WORDS and any(ast.unparse(one) == named for one in joined)
    return False


def _keeps_longer(value: ast.expr) -> bool:
    """``groups.get(name, []) + [row]``."""
    match value:
        case ast.BinOp(left=ast.Call(func=ast.Attribute(attr="get")), op=ast.Add()):
            return True
    return False


_WORDS = last_words(_JOINS)
renamed(RULE, _WORDS)


def _is_given(name: str, origins: Origins, makes: Callable[[ast.AST], bool]) -> bool:
    return any(map(makes, origins.given.get(name, ())))


def _makes_tuple(value: ast.AST) -> bool:
    return isinstance(value, ast.Tuple) or function_of(value) == "tuple"


def _makes_any(value: ast.AST) -> bool:
    """Whether a list or tuple that nobody else has may come from there: see `own.is_fresh`."""
    if isinstance(value, ast.Call):
        return function_of(value) in ("list", "tuple", "sorted") or "split" in method_of(value)
    return isinstance(value, (ast.List, ast.ListComp, ast.Tuple, ast.Subscript))


@RULE.on(cst.Assign)
def assigned(node: cst.Assign, here: Here) -> Iterator[Hit]:
    """``rows = rows + [row]``, ``rows = np.append(rows, row)``."""
    if len(node.targets) != 1:
        return
    target = node.targets[0].target
    if isinstance(target, cst.Subscript) and _is_longer(node.value, target):
        yield from _judge(node, here.code(target), _ENTRY, here)
        return
    if not dotted(target):
        return
    name = dotted(target)
    match node.value:
        case cst.BinaryOperation(left=left, operator=cst.Add()) if dotted(left) == name:
            kind = here.kind(target)
            if kind in (Kind.LIST, Kind.TUPLE) and is_own(target, here):
                yield from _judge(node, name, _COPIES[kind], here)
        case cst.Call(func=func, args=[first, *_]) if here.qualified(func) in _JOINS:
            joined = [first.value]
            if isinstance(first.value, (cst.List, cst.Tuple)):
                joined = [one.value for one in first.value.elements]
            if any(dotted(one) == name for one in joined):
                yield from _judge(node, name, _ARRAY, here)


def _is_longer(value: cst.BaseExpression, entry: cst.Subscript) -> bool:
    """``groups.get(name, []) + [row]`` for ``groups[name]``."""
    match value, entry.slice:
        case (
            cst.BinaryOperation(
                left=cst.Call(
                    func=cst.Attribute(value=groups, attr=cst.Name("get")),
                    args=[cst.Arg(value=key), cst.Arg(value=cst.List() | cst.Tuple())],
                ),
                operator=cst.Add(),
            ),
            [cst.SubscriptElement(slice=cst.Index(value=name))],
        ):
            return groups.deep_equals(entry.value) and key.deep_equals(name)
    return False


@RULE.on(cst.AugAssign)
def augmented(node: cst.AugAssign, here: Here) -> Iterator[Hit]:
    """``rows += (row,)`` for a tuple; a list is added to in place."""
    if not isinstance(node.operator, cst.AddAssign) or here.kind(node.target) is not Kind.TUPLE:
        return
    if is_own(node.target, here):
        yield from _judge(node, dotted(node.target), _COPIES[Kind.TUPLE], here)


_COPIES = {
    Kind.LIST: say("add to the list itself: `append` or `extend`"),
    Kind.TUPLE: say("gather in a list, and make a tuple of it after the loop"),
}
_ENTRY = say("add to the entry itself: `groups.setdefault(name, []).append(row)`")
_ARRAY = say("gather in a list, and make an array of it after the loop")


def _judge(
    node: cst.Assign | cst.AugAssign, name: str, remedy: Message, here: Here
) -> Iterator[Hit]:
    loop = here.every_turn()
    if loop is None or not isinstance(loop.node, (cst.For, cst.While)) or seldom(here):
        return
    if not name or (remedy is not _ENTRY and _begins_anew(node, name, loop)):
        return
    matters = remedy is _ARRAY or _is_long(loop, here)
    yield Hit(
        node,
        say("this copies all of `{name}` on every turn, to add to its end", name=name),
        help=remedy,
        related=(Related(loop.header, "this loop"),),
        confidence=Confidence.MEDIUM if matters else Confidence.LOW,
    )


def _is_long(loop: Loop, here: Here) -> bool:
    """Whether a loop is seen to go over rows of a table or lines of a file; others are often short,
    and a copy of a few items costs little.
    """
    return loop.iter is not None and is_many(loop.iter, here)


def _begins_anew(node: cst.CSTNode, name: str, loop: Loop) -> bool:
    """Whether the loop gives the name anything else, with which each turn may begin."""
    if loop.target is not None and any(
        isinstance(part, cst.Name) and part.value == name
        for part in within(loop.target, names=True)
    ):
        return True
    for part in within(*loop.body):
        match part:
            case cst.Assign(targets=targets) if part is not node:
                if any(_binds(one.target, name) for one in targets):
                    return True
            case cst.AnnAssign(target=target) | cst.NamedExpr(target=target):
                if _binds(target, name):
                    return True
            case cst.For(target=target) if _binds(target, name):
                return True
    return False


def _binds(target: cst.CSTNode, name: str) -> bool:
    if isinstance(target, (cst.Tuple, cst.List)):
        return any(_binds(one.value, name) for one in target.elements)
    return dotted(target) == name

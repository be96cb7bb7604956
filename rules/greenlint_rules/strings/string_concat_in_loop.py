# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Text that a loop makes longer where CPython has to copy it: attributes, items, prepending."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst
from greenlint_rules.growth import gathers_pieces, is_searched, is_short, starts_anew
from greenlint_rules.turns import is_minor

from greenlint.here import Here, Loop, reads
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.origins import Origins, annotated
from greenlint.project.nodes import every
from greenlint.rule import Confidence, Hit, Question, Related, Rule
from greenlint.scope import Binding, How, dotted
from greenlint.walk import parts, within

RULE = Rule(
    code="GRN251",
    name="string-concat-in-loop",
    aliases=("GCI105",),
    needles=(b"+=", b" + ", b"{"),
    since="0.1.0",
    lifecycle="preview",
    help="collect the parts in a list and join them once after the loop, or write to an "
    "`io.StringIO`",
    tests=False,
)


@RULE.glance(ast.AugAssign)
def glance(node: ast.AugAssign, in_loop: bool) -> bool | Question:
    """An attribute or an item to which a loop adds what may be text; numbers and lists are not."""
    if not in_loop or not isinstance(node.op, ast.Add) or not _may_be_text(node.value):
        return False
    return isinstance(node.target, (ast.Attribute, ast.Subscript)) and (
        lambda names: names.any(node.target, _makes_text) or names.any(node.value, _makes_text)
    )


@RULE.glance(ast.Assign)
def glance_at_sum(node: ast.Assign, in_loop: bool) -> bool:
    """``text = part + text``, ``text = f"{text}{part}"``, ``page.text = page.text + part``."""
    if not in_loop or len(node.targets) != 1:
        return False
    target, value = node.targets[0], node.value
    if isinstance(value, ast.JoinedStr):
        return any(
            isinstance(one, ast.FormattedValue) and _are_same(one.value, target)
            for one in value.values
        )
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Add):
        return False
    return any(_are_same(one, target) for one in _parts(value))


@RULE.glance(ast.Module)
def glance_at_top(tree: ast.Module, _: bool) -> bool:
    """``text += part`` in a loop at the top of the file."""
    return any(
        isinstance(node, ast.AugAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.op, ast.Add)
        and _may_be_text(node.value)
        for statement in tree.body
        if isinstance(statement, (ast.For, ast.While, ast.If, ast.With, ast.Try))
        for node in every(statement)
    )


def _may_be_text(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str)
    return not isinstance(value, (ast.List, ast.ListComp, ast.Tuple, ast.Compare))


def _makes_text(node: ast.AST, _: Origins) -> bool:
    match node:
        case ast.Constant(value=value):
            return isinstance(value, str)
        case ast.JoinedStr():
            return True
        case ast.Call(func=ast.Attribute(attr=word) | ast.Name(id=word)):
            return word in ("str", "repr", "dumps", "read_text", "as_posix", "decode", "hex")
    return annotated(node, "str")


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    while isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        yield from _parts(value.right)
        value = value.left
    yield value


def _are_same(one: ast.expr, two: ast.expr) -> bool:
    if one.__class__ is not two.__class__:
        return False
    if isinstance(one, ast.Name):
        return one.id == getattr(two, "id", "")
    return isinstance(one, (ast.Attribute, ast.Subscript)) and ast.unparse(one) == ast.unparse(two)


@RULE.on(cst.AugAssign)
def grown(node: cst.AugAssign, here: Here) -> Iterator[Hit]:
    """``self.text += part``; of a local name CPython lengthens the text in place."""
    if isinstance(node.operator, cst.AddAssign) and not _is_local(node.target, here):
        yield from _judge(node, node.target, [node.value], here)


@RULE.on(cst.Assign)
def rebuilt(node: cst.Assign, here: Here) -> Iterator[Hit]:
    """The same written out, and text that gets something in front of it, or is formatted anew."""
    if len(node.targets) != 1:
        return
    target = node.targets[0].target
    match node.value:
        case cst.FormattedString(parts=pieces) if _is_piece(target, pieces):
            yield from _judge(node, target, [node.value], here)
        case cst.BinaryOperation():
            summands = list(_summands(node.value))
            places = [n for n, one in enumerate(summands) if one.deep_equals(target)]
            if len(places) == 1 and (places[0] > 0 or not _is_local(target, here)):
                del summands[places[0]]
                yield from _judge(node, target, summands, here)


def _summands(value: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Add):
        yield from _summands(value.left)
        yield from _summands(value.right)
    else:
        yield value


def _is_piece(target: cst.BaseAssignTargetExpression, pieces: Sequence[cst.CSTNode]) -> bool:
    """Whether a formatted text holds the whole of what was there before, and something more."""
    return len(pieces) > 1 and any(
        isinstance(one, cst.FormattedStringExpression)
        and one.format_spec is None
        and one.conversion is None
        and one.expression.deep_equals(target)
        for one in pieces
    )


def _is_local(target: cst.CSTNode, here: Here) -> bool:
    """A name of a function: module level names live in a dict, which holds on to the text."""
    if not isinstance(target, cst.Name):
        return False
    return here.function is not None or here.owner is not None


def _judge(
    node: cst.Assign | cst.AugAssign,
    target: cst.BaseExpression,
    added: list[cst.BaseExpression],
    here: Here,
) -> Iterator[Hit]:
    loop = here.every_turn()
    if loop is None or not _is_text(target, added, here) or _differs(target, loop, here):
        return
    name = dotted(target)
    if any(one.target is not None and name in reads(one.target) for one in here.loops()):
        return
    if name and (starts_anew(node, name, loop) or is_searched(name, loop)):
        return
    if not name and _is_set(node, target, loop):
        return
    needed = bool(name) and _is_read(name, loop)
    if needed and isinstance(target, cst.Name):
        return
    if (
        name
        and gathers_pieces(loop)
        and any(
            starts_anew(node, name, outer) for outer in here.loops() if outer.node is not loop.node
        )
    ):
        return
    yield Hit(
        node,
        say(
            "this copies all text gathered in `{name}` so far on every turn",
            name=here.brief(target),
        ),
        confidence=Confidence.LOW if needed or _is_unsure(node, target, loop, here) else None,
        related=(Related(loop.header, "this loop"),),
    )


def _is_text(target: cst.BaseExpression, added: list[cst.BaseExpression], here: Here) -> bool:
    """Whether what is there, or what is added to it, is proven to be text."""
    kind = here.kind(target)
    if kind is None:
        return any(here.is_text(one) for one in added) and not _is_list(target, here)
    return kind is Kind.TEXT


def _is_list(target: cst.BaseExpression, here: Here) -> bool:
    """Whether any place gives the name a list: ``rows += "ab"`` adds two items to it."""
    bound: list[Binding] = []
    if isinstance(target, cst.Name):
        bound = here.bindings(target.value)
    elif isinstance(target, cst.Attribute):
        bound = here.names.attribute(target, here.link)[0]
    return any(isinstance(one.value, (cst.List, cst.ListComp)) for one in bound)


def _differs(target: cst.BaseExpression, loop: Loop, here: Here) -> bool:
    """Whether each turn may add to another text: ``row.text += part``, ``texts[key] += part``."""
    match target:
        case cst.Attribute(value=owner):
            return here.depends(owner, loop)
        case cst.Subscript(value=owner, slice=keys):
            if here.depends(owner, loop):
                return True
            key = keys[0].slice if len(keys) == 1 else None
            if not isinstance(key, cst.Index):
                return True
            last = isinstance(key.value, cst.UnaryOperation)
            return any(isinstance(one, cst.Call) for one in within(key.value)) or (
                here.depends(key.value, loop)
                or (last and here.changed(owner, *loop.body) and _grows(owner, loop))
            )
    return False


def _grows(owner: cst.BaseExpression, loop: Loop) -> bool:
    """Whether a list gets new items in the loop, so that its last one is soon another."""
    name = dotted(owner)
    return any(
        isinstance(one, cst.Call) and dotted(one.func) in (f"{name}.append", f"{name}.extend")
        for one in within(*loop.body)
    )


def _is_set(node: cst.CSTNode, target: cst.BaseExpression, loop: Loop) -> bool:
    """Whether the loop also gives an item of a list or dict another text."""
    return any(
        isinstance(one, cst.Assign)
        and one is not node
        and any(place.target.deep_equals(target) for place in one.targets)
        for one in within(*loop.body)
    )


def _is_read(name: str, loop: Loop) -> bool:
    """Whether a turn looks at the text for anything but adding to it."""
    work: list[cst.CSTNode] = [*loop.body]
    while work:
        node = work.pop()
        if dotted(node) == name:
            return True
        match node:
            case cst.AugAssign(target=target, value=value) if dotted(target) == name:
                work.append(value)
            case cst.Assign(targets=[cst.AssignTarget(target=target)]) if dotted(target) == name:
                work += [one for one in within(node.value, names=True) if _holds(one, name)]
            case _:
                work += parts(node, names=True)
    return False


def _holds(node: cst.CSTNode, name: str) -> bool:
    """Whether the text is asked something as it is added to: ``text = text[1:] + part``."""
    return isinstance(node, (cst.Call, cst.Subscript)) and any(
        dotted(one) == name for one in parts(node, names=True)
    )


def _is_unsure(
    node: cst.Assign | cst.AugAssign, target: cst.BaseExpression, loop: Loop, here: Here
) -> bool:
    """Whether few turns are to be expected: a way up a tree, entries of a dict, a name that is
    tried with another ending.
    """
    if is_short(loop, here) or is_minor(loop, here) or isinstance(loop.node, cst.While):
        return True
    if any(dotted(getattr(part, "func", None)).endswith(".items") for part in within(loop.iter)):
        return True
    if isinstance(target, cst.Name):
        bound = here.bindings(target.value)
        return any(one.how is How.PARAMETER for one in bound) or here.function is None
    return _is_short_by_name(target)


def _is_short_by_name(target: cst.BaseExpression) -> bool:
    """Whether a name speaks of something short: a path, a name, an address."""
    words = " ".join(reads(target)).lower()
    return any(word in words for word in ("path", "name", "url", "title", "label", "key", "prefix"))

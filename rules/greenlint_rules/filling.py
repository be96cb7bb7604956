# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Loops that do nothing but fill a container, and what stands in their place."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from itertools import pairwise, takewhile
from typing import NamedTuple

import libcst as cst

from greenlint.here import Here, reads
from greenlint.kinds import Kind
from greenlint.messages import Message, say
from greenlint.project.nodes import blocks
from greenlint.rule import Confidence, Edit, Fix, Hit, Safety
from greenlint.scope import dotted
from greenlint.walk import within
from greenlint_rules.builders import as_iterable, is_async
from greenlint_rules.glances import method_of, only_given
from greenlint_rules.loop_names import lives_on, names_in

# What means something else in a comprehension, or may tell that the loop has become one.
_OWN_FRAME = frozenset(("super", "locals", "vars", "eval", "exec", "dir", "__class__"))
#: A comprehension of more columns is no easier to read than the loop.
_WIDE = 100


class Step(NamedTuple):
    """The one small statement of a loop's body, and the condition that it stands under."""

    test: cst.BaseExpression | None
    does: cst.BaseSmallStatement


def only_step(node: cst.For) -> Step | None:
    """What a plain loop does on each turn, if that is one thing, perhaps under one condition."""
    if node.orelse is not None or node.asynchronous is not None:
        return None
    test: cst.BaseExpression | None = None
    inner: cst.BaseSuite = node.body
    match inner:
        case cst.IndentedBlock(body=[cst.If(orelse=None) as only]):
            test, inner = only.test, only.body
    match inner:
        case cst.IndentedBlock(body=[cst.SimpleStatementLine(body=[does])]):
            return Step(test, does)
    return None


def glance_at_step(node: ast.For) -> ast.stmt | None:
    """At a glance: what `only_step` finds."""
    body = node.body
    if len(body) == 1 and isinstance(body[0], ast.If) and not body[0].orelse:
        body = body[0].body
    return body[0] if len(body) == 1 and not node.orelse else None


# -- elements handed over as they are -----------------------------------------------------------


def hands_over(node: ast.For, *methods: str) -> bool:
    """At a glance: a loop that does nothing but hand its item to one of some methods."""
    match node:
        case ast.For(target=ast.Name(id=item), body=[ast.Expr(value=ast.Call() as call)]):
            given = only_given(call)
            handed = isinstance(given, ast.Name) and given.id == item
            return handed and method_of(call) in methods
    return False


def one_by_one(node: cst.For, here: Here, at_once: dict[str, str], kind: Kind) -> Iterator[Hit]:
    """A loop that hands each of its elements to a method of a container, where another method
    (`at_once`: from the one to the other) takes all of them.
    """
    step = only_step(node)
    match step:
        case Step(
            None,
            cst.Expr(
                value=cst.Call(
                    func=cst.Attribute(value=target, attr=cst.Name(method)),
                    args=[cst.Arg(keyword=None, star="", value=cst.Name(element))],
                )
            ),
        ) if method in at_once and dotted(target):
            pass
        case _:
            return
    if is_async(node) or here.kind(target) is not kind or not isinstance(node.target, cst.Name):
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
        fix=_handed_at_once(node, target, at_once[method], here),
        help=say(
            "hand all elements over at once: `{set}.{method}(...)`",
            set=here.brief(target),
            method=at_once[method],
        ),
    )


def _handed_at_once(
    node: cst.For, target: cst.BaseExpression, method: str, here: Here
) -> Fix | None:
    """One call in place of the loop, if the loop's name is not needed and no comment is lost."""
    assert isinstance(node.target, cst.Name)
    rows = _rows_of(node, here)
    if rows is None or loses_comment(node, here) or lives_on(node.target.value, node, here):
        return None
    call = f"{here.code(target)}.{method}({rows})"
    safe = isinstance(target, cst.Name) and here.kind(node.iter) is not None
    return Fix(
        say("hand all elements over at once"),
        (Edit(node, call),),
        Safety.SAFE if safe else Safety.UNSAFE,
    )


def _rows_of(node: cst.For, here: Here) -> str | None:
    """What a loop goes over, as it can stand in a comprehension or a call."""
    rows = as_iterable(node.iter, here)
    bare = isinstance(node.iter, cst.Tuple) and not node.iter.lpar
    return f"({rows})" if rows is not None and bare else rows


def loses_comment(node: cst.For, here: Here) -> bool:
    """Whether a comment may stand in a loop, below the lines above it."""
    code = here.code(node).lstrip("\r\n")
    above = "".join(here.code(line) for line in node.leading_lines)
    return "#" in code.replace(above, "", 1)


# -- comprehensions -----------------------------------------------------------------------------


class _Start(NamedTuple):
    """The line right above a loop that makes an empty container, and what it calls that."""

    line: cst.SimpleStatementLine
    name: str
    before: str


def _empty_above(node: cst.For, here: Here, empty: Collection[str]) -> _Start | None:
    """``found = []`` right above a loop; `empty` are the spellings that count."""
    block = getattr(here.parent, "body", None)
    if not isinstance(block, (list, tuple)):
        return None
    above = [*takewhile(lambda one: one is not node, block)]
    value: cst.BaseExpression | None
    match above[-1:]:
        case [cst.SimpleStatementLine(body=[cst.Assign(targets=[_]) as given]) as line]:
            target, value = given.targets[0].target, given.value
            before = f"{here.code(target)} = "
        case [cst.SimpleStatementLine(body=[cst.AnnAssign() as said]) as line]:
            target, value = said.target, said.value
            before = f"{here.code(target)}: {here.code(said.annotation.annotation)} = "
        case _:
            return None
    if not isinstance(target, cst.Name) or value is None or here.code(value) not in empty:
        return None
    return _Start(line, target.value, before)


def below_empty(node: ast.AST, empty: Collection[str]) -> Iterator[tuple[str, ast.For]]:
    """At a glance: in a body, each loop right below a line that makes an empty container, and what
    that is called.
    """
    for line, loop in pairwise(blocks(node)):
        if isinstance(loop, ast.For):
            match line:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=value)
                ) if _spelled(value) in empty:
                    yield name, loop


def _spelled(value: ast.expr | None) -> str:
    """An empty list or dict as it is written, "" for any other value."""
    match value:
        case ast.List(elts=[]):
            return "[]"
        case ast.Dict(keys=[]):
            return "{}"
        case ast.Call(func=ast.Name(id=word), args=[], keywords=[]):
            return f"{word}()"
    return ""


def written_out(
    node: cst.For,
    step: Step,
    name: str,
    element: str,
    message: Message,
    here: Here,
    *,
    empty: Collection[str],
    brackets: str,
) -> Iterator[Hit]:
    """A comprehension written out as a loop: `name` is made empty right above, and each turn does
    no more than to put an `element` into it.
    """
    start = _empty_above(node, here, empty)
    if start is None or start.name != name or not _is_comprehension(node, step, name, here):
        return
    text = _comprehended(node, start, step, element, brackets, here)
    if text is not None:
        fix = _in_place(node, start, text, here)
        yield Hit(node, message, fix=fix, confidence=Confidence.MEDIUM)


def _is_comprehension(node: cst.For, step: Step, name: str, here: Here) -> bool:
    """Whether a comprehension in place of the loop does the same with the same names.

    It may not read what it fills, wait, bind names, or end half-way with somebody looking on.
    """
    shown: list[cst.CSTNode] = [node.iter, *([step.test] if step.test is not None else [])]
    shown += _given(step.does)
    if any(name in reads(part) for part in shown):
        return False
    odd = (cst.Await, cst.Yield, cst.NamedExpr, cst.Lambda)
    for part in within(*shown, names=True):
        if isinstance(part, odd) or (isinstance(part, cst.Name) and part.value in _OWN_FRAME):
            return False
    if any(isinstance(one, cst.Try) for one in _in_function(here)):
        return False
    if any(isinstance(one, cst.GeneratorExp) for one in _given(step.does)):
        return False  # it is run later, and reads then what the names have become
    bound = within(node.target, names=True)
    if not all(isinstance(one, (cst.Name, cst.Tuple, cst.Element, cst.List)) for one in bound):
        return False
    return not any(lives_on(one, node, here) for one in names_in(node.target))


def _in_function(here: Here) -> Iterator[cst.CSTNode]:
    return takewhile(lambda one: not isinstance(one, cst.FunctionDef), here.ancestors)


def _given(does: cst.BaseSmallStatement) -> list[cst.CSTNode]:
    match does:
        case cst.Expr(value=cst.Call(args=args)):
            return [arg.value for arg in args]
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript(slice=key))], value=value):
            return [*key, value]
    return []


def _comprehended(
    node: cst.For, start: _Start, step: Step, element: str, brackets: str, here: Here
) -> str | None:
    """The line that fills the container at once; None where it would be too wide to read."""
    rows = _rows_of(node, here)
    if rows is None:
        return None
    target = here.code(node.target)
    test = f" if {_bracketed(step.test, here)}" if step.test is not None else ""
    text = f"{start.before}{brackets[0]}{element} for {target} in {rows}{test}{brackets[1]}"
    indent = sum(isinstance(one, cst.IndentedBlock) for one in here.ancestors) * 4
    return text if "\n" not in text and indent + len(text) <= _WIDE else None


def _bracketed(test: cst.BaseExpression, here: Here) -> str:
    code = here.code(test)
    return f"({code})" if isinstance(test, cst.IfExp) and not test.lpar else code


def _in_place(node: cst.For, start: _Start, text: str, here: Here) -> Fix | None:
    """The line in place of the loop and of the line above it, unless a comment would go."""
    above = any(here.code(line).strip() for line in node.leading_lines)
    if above or loses_comment(node, here) or "#" in here.code(start.line.trailing_whitespace):
        return None
    edits = (Edit(start.line.body[0], text, until=node),)
    return Fix(say("fill it at once"), edits, Safety.UNSAFE)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A while loop that only asks, as fast as it can, whether something has happened elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

import libcst as cst
from greenlint_rules.glances import does_only, renamed
from greenlint_rules.shapes import CLOCK_WORDS, looks, may_read_clock, may_wait, reads_clock

from greenlint.here import Here, reads
from greenlint.messages import say
from greenlint.rule import Hit, Rule
from greenlint.scope import How, bound_by, dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN602",
    name="busy-wait",
    severity="warning",
    aliases=("GL001",),
    needles=(b"while ", b"while(", b"while\t"),
    since="0.1.0",
    lifecycle="stable",
    help="sleep until then: `Event.wait`, `Condition.wait_for`, `Thread.join`, `Popen.wait`",
    tests=False,
)

_FILES = ("os.path.exists", "os.path.isfile", "os.path.isdir", "pathlib.Path.exists")
_LEAVING = (cst.Break, cst.Return, cst.Raise)
_NOTHING = (cst.Pass, cst.Continue, *_LEAVING)


@RULE.glance(ast.While)
def glance(node: ast.While, _: bool) -> bool:
    """A while whose body holds nothing that could do anything."""
    return _is_idle(node.body)


def _is_idle(body: list[ast.stmt]) -> bool:
    idle = (ast.Pass, ast.Continue, ast.Break, ast.Return, ast.Raise, ast.Constant)
    if not does_only(body, ast.If, ast.Assign, *idle):
        return False
    return all(
        _is_idle([*one.body, *one.orelse])
        if isinstance(one, ast.If)
        else not isinstance(one, ast.Assign) or may_read_clock(one.value)
        for one in body
    )


renamed(RULE, CLOCK_WORDS)


@RULE.on(cst.While)
def spin(node: cst.While, here: Here) -> Iterator[Hit]:
    """A loop whose body does nothing, and whose condition others change."""
    if not _does_nothing(node.body, here) or _leaves_at_once(node.body):
        return
    if any(_takes(part) for part in within(node.test, node.body)):
        return
    clocks = set(bound_by(node.body))  # the body binds nothing but times
    conditions = list(_conditions(node))
    timed = [one for one in conditions if _is_time(one, clocks, here)]
    asked = [one for one in conditions if not _is_time(one, clocks, here)]
    if not conditions or may_wait(here, *timed):
        return
    if not all(_from_outside(one, bool(timed), here) for one in asked):
        return
    yield Hit(
        node,
        say(
            "this loop asks for `{condition}` as fast as it can, and keeps a core busy until then",
            condition=here.brief((asked or timed)[0]),
        ),
    )


def _leaves_at_once(body: cst.BaseSuite) -> bool:
    """Whether the first turn is the last: ``while not done: return ...``."""
    last: cst.CSTNode = body.body[-1] if body.body else body
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return isinstance(last, _LEAVING)


def _takes(node: cst.CSTNode) -> bool:
    """A call that waits for input and takes it, so that each turn goes on: ``stream.read()``."""
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=word))):
            return word.startswith(("read", "recv"))
    return False


def _does_nothing(block: cst.CSTNode, here: Here) -> bool:
    """Statements that at most read the clock and leave."""
    match block:
        case cst.IndentedBlock(body=body) | cst.SimpleStatementSuite(body=body):
            return all(_does_nothing(statement, here) for statement in body)
        case cst.SimpleStatementLine(body=body):
            return all(_does_nothing(statement, here) for statement in body)
        case cst.If(body=body, orelse=orelse):
            rest = orelse is None or _does_nothing(orelse, here)
            return rest and _does_nothing(body, here)
        case cst.Else(body=body):
            return _does_nothing(body, here)
        case cst.Expr(value=cst.Ellipsis()):
            return True
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name())], value=cst.Call() as call):
            return reads_clock(call, here) and looks(call, here)
    return isinstance(block, _NOTHING)


def _conditions(loop: cst.While) -> Iterator[cst.BaseExpression]:
    """The operands that decide when the loop ends: of its head, and of each `if` that leaves."""
    if not (isinstance(loop.test, (cst.Name, cst.Integer)) and loop.test.value in ("True", "1")):
        yield from _operands(loop.test)
    for node in within(loop.body):
        if isinstance(node, cst.If):
            yield from _operands(node.test)


def _operands(test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    match test:
        case cst.BooleanOperation(left=left, right=right):
            yield from _operands(left)
            yield from _operands(right)
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            yield from _operands(inner)
        case _:
            yield test


def _is_time(expr: cst.BaseExpression, clocks: Collection[str], here: Here) -> bool:
    """Whether an operand compares the time, or a name that the body binds to it."""
    return isinstance(expr, cst.Comparison) and (
        reads_clock(expr, here) or any(name in clocks for name in reads(expr))
    )


def _from_outside(expr: cst.BaseExpression, timed: bool, here: Here) -> bool:
    """Whether an operand is only read here, and may be changed by somebody else meanwhile."""
    match expr:
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(comparator=right)]):
            sides = [side for side in (left, right) if not _fixed(side, here)]
            return len(sides) == 1 and _from_outside(sides[0], timed, here)
        case cst.Attribute():
            return bool(dotted(expr))
        case cst.Subscript(value=cst.Name() | cst.Attribute() as cell):
            return bool(dotted(cell)) and not may_wait(here, expr)
        case cst.Name(value=word):
            hows = {binding.how for binding in here.bindings(word)}
            return How.ASSIGN in hows and (here.function is None or _is_shared(word, here))
        case cst.Call(func=func, args=args):
            quick = looks(expr, here) or here.qualified(func) in _FILES or _tries_lock(expr)
            return quick or (timed and not args and bool(dotted(func)))
    return False


def _fixed(side: cst.BaseExpression, here: Here) -> bool:
    """A literal, None, or a name: what a state is compared with."""
    if isinstance(side, cst.Name):
        return not (here.function is not None and _is_shared(side.value, here))
    return isinstance(side, (cst.Integer, cst.Float, cst.SimpleString, cst.UnaryOperation)) or (
        dotted(side).rpartition(".")[2].isupper()
    )


def _is_shared(word: str, here: Here) -> bool:
    """Whether a name of this function's outside is meant, or one that a nested function sets."""
    function = here.function
    assert function is not None
    own = here.names.scopes.bindings(function).get(word, [])
    if own and not any(binding.how in (How.GLOBAL, How.NONLOCAL) for binding in own):
        return any(
            isinstance(node, cst.FunctionDef)
            and any(b.how is How.NONLOCAL for b in here.names.scopes.bindings(node).get(word, []))
            for node in within(function.body)
        )
    return any(binding.how is How.ASSIGN for binding in here.bindings(word))


def _tries_lock(call: cst.Call) -> bool:
    match call:
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value="acquire")),
            args=[cst.Arg(value=cst.Name(value="False"))],
        ):
            return True
    return False

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A while loop that asks a queue or a socket without waiting, and goes round when it is empty."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

import libcst as cst
from greenlint_rules.glances import arguments, is_number, renamed
from greenlint_rules.shapes import SLEEPS, may_wait

from greenlint.here import Here, reads
from greenlint.messages import say
from greenlint.project.nodes import word_of
from greenlint.rule import Hit, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN603",
    name="queue-spin",
    severity="warning",
    needles=(
        b"nowait",
        b"block",
        b"timeout",
        b".get(False",
        b"select(",
        b"poll(",
        b"sleep",
        b".empty()",
    ),
    since="0.1.0",
    lifecycle="stable",
    help="let the call wait: `get(timeout=...)`, `select(..., timeout)`, `poll(timeout)`",
    tests=False,
)

_EMPTY = ("Empty", "QueueEmpty", "Exception", "BaseException")


@RULE.glance(words=("get_nowait", "empty", "get", "poll", "sleep", "select"))
def glance(node: ast.Call, in_loop: bool) -> bool:
    """A call in a loop that looks for work, or sleeps, for no time."""
    if not in_loop:
        return False
    word, given = word_of(node), arguments(node)
    if word in ("get_nowait", "empty"):
        return not given
    if word in ("get", "poll", "sleep"):
        return len(given) == 1 and isinstance(given[0], ast.Constant) and not given[0].value
    return len(given) == 4 and is_number(given[3], 0)


renamed(RULE, ("sleep", "select"))


@RULE.on(cst.While)
def spin(node: cst.While, here: Here) -> Iterator[Hit]:
    """A loop with a turn that finds nothing, waits for nothing and goes on."""
    calls = [part for part in within(node.body) if _at_once(part, here)]
    for call in calls:
        assert isinstance(call, cst.Call)
        turn = Turn(call)
        end = turn.run(node.body)
        if end in (End.LEAVES, End.RAISES) or not turn.reached or not _lasts(node, call):
            continue
        if may_wait(here, node.test, *turn.done, but=calls):
            continue
        yield Hit(
            call,
            say(
                "`{call}` does not wait, and this loop goes round at once when there is nothing",
                call=here.brief(call),
            ),
            related=(Related(node, "this loop"),),
        )
        return


def _lasts(loop: cst.While, call: cst.Call) -> bool:
    """Whether an empty queue keeps the loop going: its head does not ask the same queue, and
    `empty()` is that of something the body gets from.
    """
    if not isinstance(call.func, cst.Attribute):
        return True
    receiver = dotted(call.func.value)
    if receiver and any(name == receiver for name in reads(loop.test)):
        return False
    if call.func.attr.value != "empty":
        return True
    gets = {f"{receiver}.get", f"{receiver}.get_nowait"}
    return any(isinstance(n, cst.Call) and dotted(n.func) in gets for n in within(loop.body))


def _at_once(node: cst.CSTNode, here: Here) -> bool:
    """A call that looks for work, or sleeps, without waiting at all."""
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="get_nowait" | "empty")), args=[]):
            return True
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="get")), args=[arg]):
            return _is(arg, "block", "False") or _is_zero(arg, "timeout")
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="poll")), args=[arg]):
            return _is_zero(arg, None) or _is_zero(arg, "timeout") or _is_zero(arg, "timeout_ms")
        case cst.Call(func=func, args=[_, _, _, arg]) if here.qualified(func) == "select.select":
            return _is_zero(arg, None)
        case cst.Call(func=func, args=[arg]) if here.qualified(func) in SLEEPS:
            return _is_zero(arg, None)
    return False


def _is(arg: cst.Arg, keyword: str, word: str) -> bool:
    named = arg.keyword is None or arg.keyword.value == keyword
    return named and isinstance(arg.value, cst.Name) and arg.value.value == word


def _is_zero(arg: cst.Arg, keyword: str | None) -> bool:
    named = arg.keyword.value if arg.keyword else None
    number = isinstance(arg.value, (cst.Integer, cst.Float))
    return named == keyword and number and not float(getattr(arg.value, "evaluated_value", 1))


class End(Enum):
    """How a turn, or a part of it, ends other than by going on below."""

    LEAVES = auto()
    AGAIN = auto()
    RAISES = auto()


@dataclass(slots=True)
class Turn:
    """A turn of the loop that finds nothing: what it runs (`done`), and whether it came by the
    call at all.  Of an `if` that asks for the call's answer, the branch for "nothing" is taken.
    """

    call: cst.Call
    name: str = ""
    reached: bool = False
    done: list[cst.CSTNode] = field(default_factory=list)

    def run(self, block: cst.CSTNode | None) -> End | None:
        """What a block, or an `else`, ends in."""
        if isinstance(block, (cst.Else, cst.Finally)):
            block = block.body
        if isinstance(block, cst.If):
            return self._if(block)
        if not isinstance(block, (cst.IndentedBlock, cst.SimpleStatementSuite)):
            return None
        ends = (self._statement(statement) for statement in block.body)
        return next((end for end in ends if end is not None), None)

    def _statement(self, node: cst.CSTNode) -> End | None:
        match node:
            case cst.SimpleStatementLine(body=body):
                ends = (self._statement(small) for small in body)
                return next((end for end in ends if end is not None), None)
            case cst.Break() | cst.Return() | cst.Raise():
                return End.LEAVES
            case cst.Continue():
                return End.AGAIN
            case cst.Try():
                return self._try(node)
            case cst.If():
                return self._if(node)
        self.done.append(node)
        if self._holds(node):
            return self._call(node)
        return None

    def _call(self, node: cst.CSTNode) -> End | None:
        self.reached = True
        if isinstance(node, cst.Assign):
            self.name = dotted(_first(node.targets[0].target))
        func = self.call.func
        raises = isinstance(func, cst.Attribute) and func.attr.value in ("get_nowait", "get")
        return End.RAISES if raises else None

    def _try(self, node: cst.Try) -> End | None:
        end = self.run(node.body)
        if end is End.RAISES:
            handler = next((one for one in node.handlers if _catches_empty(one)), None)
            end = self.run(handler.body) if handler else end
        elif end is None:
            end = self.run(node.orelse)
        return self.run(node.finalbody) or end

    def _if(self, node: cst.If) -> End | None:
        self.done.append(node.test)
        asks = self._holds(node.test)
        self.reached = self.reached or asks
        if asks or (self.name and self.name in reads(node.test)):
            answer = self._answer(node.test)
            if answer is not None:
                return self.run(node.body if answer else node.orelse)
        elif self._holds(node.body):
            return self.run(node.body)
        elif self._goes_on_below(node):
            return self.run(node.orelse)
        self.done += [node.body, *([node.orelse] if node.orelse else [])]
        return None

    def _goes_on_below(self, node: cst.If) -> bool:
        """The call stands in the `else`, or the body leaves: a deadline, a stop."""
        if node.orelse is not None and self._holds(node.orelse):
            return True
        return isinstance(_last(node.body), (cst.Break, cst.Return, cst.Raise))

    def _answer(self, test: cst.BaseExpression) -> bool | None:
        """What a test says when there is nothing, if that is clear."""
        match test:
            case cst.UnaryOperation(operator=cst.Not(), expression=inner):
                answer = self._answer(inner)
                return None if answer is None else not answer
            case cst.Comparison(left=left, comparisons=[one]) if self._answer(left) is False:
                if not isinstance(one.comparator, (cst.Name, cst.List)):
                    return None
                return isinstance(one.operator, (cst.Is, cst.Equal))
            case cst.BooleanOperation(left=left, operator=operator, right=right):
                both = (self._answer(left), self._answer(right))
                deciding = isinstance(operator, cst.Or)
                return deciding if deciding in both else None
            case cst.Call(func=cst.Attribute(attr=cst.Name("empty"))) if test is self.call:
                return True
            case cst.Subscript(value=inner):
                return self._answer(inner)
        is_answer = test is self.call or (bool(self.name) and dotted(test) == self.name)
        return False if is_answer else None

    def _holds(self, node: cst.CSTNode) -> bool:
        return any(part is self.call for part in within(node))


def _first(target: cst.BaseExpression) -> cst.BaseExpression:
    return target.elements[0].value if isinstance(target, (cst.Tuple, cst.List)) else target


def _last(block: cst.BaseSuite) -> cst.CSTNode | None:
    last: cst.CSTNode | None = block.body[-1] if block.body else None
    return last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last


def _catches_empty(handler: cst.ExceptHandler) -> bool:
    caught = handler.type
    if caught is None:
        return True
    kinds = [e.value for e in caught.elements] if isinstance(caught, cst.Tuple) else [caught]
    return any(dotted(kind).rpartition(".")[2] in _EMPTY for kind in kinds)

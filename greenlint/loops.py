# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a loop repeats, what it does not, and when it is too short to matter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import libcst as cst

from greenlint.names import Names
from greenlint.scope import COMPREHENSIONS, Comprehension, How, statements
from greenlint.uses import MUTATORS
from greenlint.walk import Link, walk

LoopNode: TypeAlias = cst.For | cst.While | Comprehension
#: What is called later: a loop around it does not repeat its body.
CALLED_LATER = frozenset((cst.FunctionDef, cst.Lambda))
_LOOP_KINDS = frozenset((cst.For, cst.While, *COMPREHENSIONS))
_LEAVES = (cst.Return, cst.Raise, cst.Break)
#: A loop over at most this many constant things is no repetition worth a finding.
FEW_TURNS = 5


class Loop(NamedTuple):
    """A loop, and what it goes over: for, while, or the clause of a comprehension."""

    node: LoopNode
    target: cst.CSTNode | None
    iter: cst.BaseExpression | None
    link: Link

    @property
    def body(self) -> list[cst.CSTNode]:
        """What runs on every turn, as nodes to look `within`."""
        node = self.node
        if isinstance(node, cst.For):
            return [node.body]
        if isinstance(node, cst.While):
            return [node.test, node.body]
        clause: cst.CompFor | None = node.for_in
        parts: list[cst.CSTNode] = list(clause.ifs) if clause else []
        while clause is not None and clause.inner_for_in is not None:
            clause = clause.inner_for_in
            parts += [clause.iter, *clause.ifs]
        return [*parts, *([node.key, node.value] if isinstance(node, cst.DictComp) else [node.elt])]

    @property
    def header(self) -> cst.CSTNode:
        """The node that a report may point at as "this loop"."""
        return self.node


def _few_numbers(args: list[cst.BaseExpression]) -> bool:
    numbers = [number for arg in args if (number := _number(arg)) is not None]
    if not 1 <= len(numbers) == len(args) <= 3 or numbers[2:] == [0]:
        return False
    return len(range(*numbers)) <= FEW_TURNS


def _number(expr: cst.BaseExpression) -> int | None:
    if isinstance(expr, cst.UnaryOperation) and isinstance(expr.operator, cst.Minus):
        return -number if (number := _number(expr.expression)) is not None else None
    return int(expr.evaluated_value) if isinstance(expr, cst.Integer) else None


def in_a_loop(link: Link) -> bool:
    """Whether any loop stands around a place within its function: the quick question."""
    child, at = link
    while at is not None:
        node, up = at
        kind = node.__class__
        if kind in _LOOP_KINDS:
            return True
        if kind in CALLED_LATER and child is node.body:  # type: ignore[attr-defined]
            return False
        child, at = node, up
    return False


def leaves(block: cst.IndentedBlock | cst.SimpleStatementSuite) -> cst.CSTNode | None:
    """The statement by which a block always leaves the loop or function, if it does."""
    last = block.body[-1] if block.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    if not isinstance(last, _LEAVES) or any(_continues(statement) for statement in block.body):
        return None
    return last


def _continues(statement: cst.CSTNode) -> bool:
    """Whether a statement may go on to the next turn of the loop that it stands in."""
    return any(isinstance(node, cst.Continue) for node in statements([statement], loops=False))


def loops_at(parent: cst.CSTNode, child: cst.CSTNode, up: Link) -> Iterator[Loop]:
    """The loops that `parent` is to its `child`, innermost first."""
    if isinstance(parent, cst.For):
        if child is parent.body:
            yield Loop(parent, parent.target, parent.iter, up)
    elif isinstance(parent, cst.While):
        if child is parent.body or child is parent.test:
            yield Loop(parent, None, None, up)
    elif isinstance(parent, cst.CompFor):
        if child is not parent.iter and child is not parent.target:
            yield Loop(_comprehension(up), parent.target, parent.iter, up)
    elif isinstance(parent, COMPREHENSIONS) and child is not parent.for_in:
        clauses = [parent.for_in]
        while (inner := clauses[-1].inner_for_in) is not None:
            clauses.append(inner)
        for clause in reversed(clauses):
            yield Loop(parent, clause.target, clause.iter, up)


def _comprehension(link: Link) -> Comprehension:
    at: Link | None = link
    while at is not None:
        if isinstance(at[0], COMPREHENSIONS):
            return at[0]
        at = at[1]
    raise LookupError("a comprehension clause stands in a comprehension")


def is_few(iterable: cst.CSTNode | None, env: Link, names: Names) -> bool:
    """Whether an iterable is a constant of a few things, or one in capitals."""
    match iterable:
        case cst.List(elements=e) | cst.Tuple(elements=e) | cst.Set(elements=e):
            starred = any(isinstance(one, cst.StarredElement) for one in e)
            return len(e) <= FEW_TURNS and not starred
        case cst.Dict(elements=e):
            starred = any(isinstance(one, cst.StarredDictElement) for one in e)
            return len(e) <= FEW_TURNS and not starred
        case cst.SimpleString(evaluated_value=text):
            return len(text) <= FEW_TURNS
        case cst.Call(func=cst.Name(value="range"), args=args):
            return _few_numbers([arg.value for arg in args])
        case cst.Call(func=cst.Name(value=word), args=[first, *_]) if word in (
            "enumerate", "reversed", "sorted", "list", "tuple", "iter",
        ):  # fmt: skip
            return is_few(first.value, env, names)
        case cst.Call(func=cst.Name(value="zip"), args=args):
            return any(is_few(arg.value, env, names) for arg in args)
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value=word)), args=[]):
            return word in ("items", "keys", "values") and is_few(inner, env, names)
        case cst.Attribute(attr=cst.Name(value=word)) if word.isupper():
            return True
        case cst.Name(value=word):
            if word.isupper() and len(word) > 1:
                return True
            bindings, where = names.scopes.lookup(word, env)
            if len(bindings) != 1 or where is None or bindings[0].how is not How.ASSIGN:
                return False
            value = bindings[0].value
            if not isinstance(value, (cst.Tuple, cst.List, cst.Set, cst.Dict)):
                return False
            filled = bool(value.elements)  # what starts empty is filled somewhere
            return filled and is_few(value, where, names) and not _grows(word, where)
    return False


def _grows(name: str, env: Link) -> bool:
    """Whether anything in the scope that binds `name` adds to it."""
    scope = env[1][0] if env[1] is not None else env[0]
    return any(
        isinstance(node, (cst.Attribute, cst.Subscript))
        and isinstance(node.value, cst.Name)
        and node.value.value == name
        and (isinstance(node, cst.Subscript) or node.attr.value in MUTATORS)
        for node, _ in walk(scope)
    )

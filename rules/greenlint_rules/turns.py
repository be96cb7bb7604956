# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Loops that go over data: not chunk by chunk, not in search of something, not waiting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

import libcst as cst

from greenlint.here import Here, Loop, reads
from greenlint.kinds import QUERYSET_METHODS, Kind
from greenlint.scope import How, dotted
from greenlint.walk import within
from greenlint_rules.often import FEW, OF_USER, ONCE, SELDOM, runs_seldom

# So many at most are few.
_A_FEW = 10
_MANAGERS = frozenset(("objects", "_default_manager", "_base_manager"))
_SAME_ITEMS = frozenset(("list", "tuple", "set", "sorted", "reversed", "enumerate", "iter", "dict"))
_LINES = frozenset(("readlines", "splitlines", "iterrows", "itertuples", "fetchall"))
_LOOKUPS = frozenset(("DoesNotExist", "ObjectDoesNotExist", "MultipleObjectsReturned", "KeyError"))
_USERS = frozenset(("user", "request.user", "self.request.user", "self.user", "info.context.user"))
_CHUNKS = ("batch", "chunk", "quer")
_STEP = re.compile(r"batch|chunk|size|limit|step|len", re.IGNORECASE)
_CHUNKERS = (*_CHUNKS, "grouper", "page", "sliced")


def is_once(here: Here) -> bool:
    """Whether the file runs once, or makes something to play with."""
    return ONCE.search(here.name) is not None


def turns(node: cst.CSTNode, here: Here) -> Iterator[Loop]:
    """The loops around `node` that go over data, innermost first; none in migrations and demos."""
    if is_once(here):
        return
    statement = here.statement(node)
    for loop in here.loops(node):
        if not (
            _goes_over_chunks(loop)
            or _goes_over_constants(loop)
            or is_search(loop)
            or _feeds(statement, loop)
        ):
            yield loop


def _goes_over_chunks(loop: Loop) -> bool:
    match loop.iter:
        case None:
            return any(
                isinstance(node, cst.AugAssign) and _STEP.search(" ".join(reads(node.value)))
                for node in within(*loop.body)
            )
        case cst.Call(func=cst.Name(value="range"), args=[_, _, step]):
            return not isinstance(step.value, cst.UnaryOperation)
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=word))):
            pass
        case cst.Call(func=called):
            word = dotted(called)
        case iterable:
            word = dotted(iterable).rpartition(".")[2]
            word = word if word.startswith("page_range") else ""
    names = reads(loop.target) if loop.target is not None else ()
    return any(part in word.lower() for part in _CHUNKERS) or any(
        part in name.lower() for name in names for part in _CHUNKS
    )


def _goes_over_constants(loop: Loop) -> bool:
    """``for status in Order.Status.values``, ``for status in Status``."""
    match loop.iter:
        case cst.Attribute(value=cst.Attribute(attr=cst.Name(value=owner)), attr=cst.Name()):
            return owner[:1].isupper()
        case cst.Attribute(value=cst.Name(value=owner)) | cst.Name(value=owner):
            return owner[:1].isupper()
    return False


def is_search(loop: Loop) -> bool:
    """A loop that tries, waits or asks again: ``for n in range(9)`` left on success, ``while``
    over anything but a plain comparison or a name.
    """
    if isinstance(loop.node, cst.While):
        test = loop.node.test
        plain = isinstance(test, (cst.Comparison, cst.Name)) and dotted(test) != "True"
        calls = [node for node in within(test) if isinstance(node, cst.Call)]
        return not plain or any(dotted(call.func) != "len" for call in calls)
    match loop.iter:
        case cst.Call(func=func) if dotted(func).rpartition(".")[2] in ("range", "count"):
            return leaves(loop)
    return False


def leaves(loop: Loop) -> bool:
    """Whether a loop may end before its last turn."""
    return any(isinstance(node, (cst.Break, cst.Return)) for node in within(*loop.body))


def _feeds(statement: cst.CSTNode | None, loop: Loop) -> bool:
    """Whether a statement gives the while-loop around what its condition reads."""
    if not isinstance(loop.node, cst.While) or not isinstance(statement, cst.SimpleStatementLine):
        return False
    stored = {
        name
        for part in statement.body
        if isinstance(part, cst.Assign)
        for target in part.targets
        for name in reads(target.target)
    }
    return not stored.isdisjoint(reads(loop.node.test))


def climbs(node: cst.CSTNode, here: Here) -> bool:
    """Whether a statement gives a while-loop around what its condition reads: each step needs the
    answer to the one before, so that no question can be put for all.
    """
    statement = here.statement(node)
    return any(_feeds(statement, loop) for loop in here.loops(node))


# -- how many, how often ----------------------------------------------------------------------


def is_long(loop: Loop, here: Here) -> bool:
    """Whether a loop goes over rows of a table, lines of a file, or records such as a file or an
    answer gives: ``row["sku"]``.
    """
    return is_many(loop.iter, here) or _takes_records(loop)


def _takes_records(loop: Loop) -> bool:
    """Whether the turns read the items of one name by their keys."""
    item = loop.target.value if isinstance(loop.target, cst.Name) else ""
    return bool(item) and any(_is_keyed(node, item) for node in within(*loop.body))


def _is_keyed(node: cst.CSTNode, item: str) -> bool:
    match node:
        case cst.Subscript(
            value=cst.Name(value=name),
            slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString()))],
        ):
            return name == item
        case (
            cst.Arg(star="**", value=cst.Name(value=name))
            | cst.StarredDictElement(value=cst.Name(value=name))
        ):
            return name == item
        case cst.Call(
            func=cst.Attribute(value=cst.Name(value=name), attr=cst.Name(value="get")),
            args=[cst.Arg(value=cst.SimpleString()), *_],
        ):
            return name == item
    return False


def is_own_transaction(loop: Loop, here: Here) -> bool:
    """Whether each turn is a transaction of its own, so that what it did stays when others fail."""
    return any(
        isinstance(parent, cst.With)
        and any("atomic" in dotted(_called(item.item)) for item in parent.items)
        for parent in takewhile(lambda node: node is not loop.node, here.ancestors)
    )


def _called(expr: cst.BaseExpression) -> cst.CSTNode:
    return expr.func if isinstance(expr, cst.Call) else expr


def is_minor(loop: Loop, here: Here) -> bool:
    """Whether a loop seems to run seldom, or to go over a few things: fields, forms, providers."""
    if SELDOM.search(here.name) or is_run_by_hand(here):
        return True
    if loop.iter is None:
        return False
    if _is_cut(loop.iter, here):
        return True
    parts = [loop.iter] if not is_many(loop.iter, here) else []
    words = (_word(node) for node in within(loop.target, *parts, names=True))
    if any(FEW.search(word) for word in words if word):
        return True
    return any(_word(node) == "cleaned_data" for node in within(*loop.body))


def _is_cut(expr: cst.BaseExpression, here: Here) -> bool:
    """Whether a loop goes over the first few of something: ``orders[:5]``."""
    match expr:
        case cst.Subscript(
            slice=[cst.SubscriptElement(slice=cst.Slice(upper=cst.Integer() as upper))]
        ):
            return upper.evaluated_value <= _A_FEW
        case cst.Name(value=name):
            values = [one.value for one in here.bindings(name)]
            return bool(values) and all(
                isinstance(value, cst.Subscript) and _is_cut(value, here) for value in values
            )
    return False


def is_run_by_hand(here: Here) -> bool:
    """Whether the function around sets something up, or is started by hand."""
    function = here.function
    if function is None:
        return False
    given = (*function.params.params, *function.params.kwonly_params)
    return runs_seldom(function.name.value, (param.name.value for param in given))


def is_called_by_django(function: cst.FunctionDef) -> bool:
    """Whether a function receives a signal, or is handed the registry of models, as those that set
    up a database are.
    """
    names = [name for part in function.decorators for name in reads(part.decorator)]
    return "receiver" in names or any(
        param.name.value == "apps" for param in function.params.params
    )


def branches(loop: Loop, here: Here) -> int:
    """How many conditions are around the node at hand, inside a loop."""
    around = takewhile(lambda node: node is not loop.node, here.ancestors)
    return sum(isinstance(node, cst.If) for node in around)


def stands_alone(loop: Loop, here: Here) -> bool:
    """Whether one turn's failure is kept from the others, a lookup that may fail aside."""
    for parent in takewhile(lambda node: node is not loop.node, here.ancestors):
        if isinstance(parent, cst.Try) and not all(map(_is_lookup, parent.handlers)):
            return True
    return False


def is_aside(loop: Loop, here: Here) -> bool:
    """Whether the turn asks only for what is not there yet (``if price is None: ...``), or for a
    debug message.
    """
    for parent in takewhile(lambda node: node is not loop.node, here.ancestors):
        match parent:
            case cst.If(
                test=cst.Comparison(
                    comparisons=[
                        cst.ComparisonTarget(operator=cst.Is(), comparator=cst.Name(value="None"))
                    ]
                )
            ):
                return True
            case cst.Call(func=cst.Attribute(attr=cst.Name(value="debug"))):
                return True
    return False


def _is_lookup(handler: cst.ExceptHandler) -> bool:
    """A handler for what is not there: ``Order.DoesNotExist``, ``KeyError``."""
    match handler.type:
        case cst.Tuple(elements=elements):
            return all(_word(element.value) in _LOOKUPS for element in elements)
        case None:
            return False
        case one:
            return _word(one) in _LOOKUPS


def _word(node: cst.CSTNode) -> str:
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else ""


def _narrowed(expr: cst.BaseExpression) -> cst.CSTNode:
    """What a chain of queryset methods starts from: ``orders`` of ``orders.filter().all()``."""
    start: cst.BaseExpression = expr
    while (
        isinstance(start, cst.Call)
        and isinstance(start.func, cst.Attribute)
        and start.func.attr.value in QUERYSET_METHODS
    ):
        start = start.func.value
    return start


def _is_of_user(arg: cst.Arg) -> bool:
    """``filter(user=user)``, ``filter(folder__owners=user)``: one person has few of most things."""
    return arg.keyword is not None and (
        OF_USER.match(arg.keyword.value) is not None or dotted(arg.value) in _USERS
    )


def _is_whole_table(expr: cst.CSTNode) -> bool:
    """A queryset of a model, not one of a row's relations: ``Order.objects.filter()``."""
    while isinstance(expr, (cst.Call, cst.Attribute)):
        if isinstance(expr, cst.Attribute) and expr.attr.value in _MANAGERS:
            return True
        if isinstance(expr, cst.Call) and any(_is_of_user(arg) for arg in expr.args):
            return False
        expr = expr.func if isinstance(expr, cst.Call) else expr.value
    return False


def is_many(expr: cst.CSTNode | None, here: Here) -> bool:
    """Whether a value is seen to come from rows of a table or lines of a file."""
    return _is_many(expr, here, set())


def _is_many(expr: cst.CSTNode | None, here: Here, asked: set[str]) -> bool:
    """`asked` are the names that have been followed: once is enough."""
    if expr is None:
        return False
    if here.kind(expr) is Kind.FILE or _is_whole_table(expr):
        return True
    match expr:
        case (
            cst.ListComp(for_in=clause)
            | cst.SetComp(for_in=clause)
            | cst.GeneratorExp(for_in=clause)
        ):
            return _is_many(clause.iter, here, asked)
        case cst.Call(func=cst.Name(value=word), args=[first, *_]) if word in _SAME_ITEMS:
            return _is_many(first.value, here, asked)
        case cst.Call(func=func):
            if isinstance(func, cst.Attribute) and func.attr.value in _LINES:
                return True
            start = _narrowed(expr)
            if start is not expr and isinstance(start, cst.Name):
                return here.kind(start) is Kind.QUERYSET and _is_many(start, here, asked)
            if isinstance(func, cst.Name) and here.kind(expr) is Kind.QUERYSET:
                return True  # a function of this file makes it, not a row's relation
            return (here.qualified(func) or "").startswith("csv.")
        case cst.Subscript(value=whole, slice=[cst.SubscriptElement(slice=cst.Slice())]):
            return _is_many(whole, here, asked)
        case cst.Name(value=name) if name not in asked:
            asked.add(name)
            values = [one.value for one in here.bindings(name) if one.how is How.ASSIGN]
            return any(
                _is_many(value, here, asked) or _is_filled(value, name, here, asked)
                for value in values
            )
    return False


def _is_filled(value: cst.CSTNode | None, name: str, here: Here, asked: set[str]) -> bool:
    """Whether a list begins empty and gets something from each row or line: ``done.append()``."""
    if not isinstance(value, cst.List) or value.elements:
        return False
    return any(
        isinstance(node, cst.For)
        and any(_adds(part, name) for part in within(node.body))
        and _is_many(node.iter, here, asked)
        for node in within(here.block)
    )


def _adds(node: cst.CSTNode, name: str) -> bool:
    match node:
        case cst.Call(func=cst.Attribute(value=cst.Name(value=word), attr=cst.Name(value=method))):
            return word == name and method in ("append", "extend")
        case cst.AugAssign(target=cst.Name(value=word)):
            return word == name
    return False


def is_now_and_then(node: cst.Call, loop: Loop, here: Here) -> bool:
    """Whether a commit waits for so many rows."""
    for parent in here.ancestors:
        if parent is loop.node:
            return False
        if isinstance(parent, cst.If) and any(
            isinstance(part, (cst.Modulo, cst.GreaterThan, cst.GreaterThanEqual))
            for part in _operators(parent.test)
        ):
            return True
    return False


def _operators(test: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for node in within(test):
        if isinstance(node, cst.BinaryOperation):
            yield node.operator
        elif isinstance(node, cst.Comparison):
            yield from (part.operator for part in node.comparisons)


def is_fallback(loop: Loop, here: Here) -> bool:
    """Whether a turn comes here only where something failed."""
    inside = takewhile(lambda node: node is not loop.node, here.ancestors)
    return any(isinstance(node, cst.ExceptHandler) for node in inside)

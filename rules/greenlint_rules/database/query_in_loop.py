# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A database query on every turn of a loop."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from greenlint_rules.orm import (
    changes_rows,
    gives_session_rows,
    is_connection,
    is_cursor,
    is_loosely_proven,
    is_queryset,
    is_relation,
    is_session,
    is_session_query,
    locks,
    methods_of,
)
from greenlint_rules.rows_glance import queries_in_loops
from greenlint_rules.rows_in_turns import (
    is_by_likeness,
    is_on_purpose,
    is_part_of_record,
    writes_each,
)
from greenlint_rules.sql_texts import is_about_rows, names_table
from greenlint_rules.turns import (
    branches,
    climbs,
    is_aside,
    is_fallback,
    is_long,
    is_many,
    is_minor,
    is_own_transaction,
    stands_alone,
    turns,
)

from greenlint.here import Here, Loop, reads
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN301",
    name="query-in-loop",
    aliases=("GCI72", "GL012"),
    needles=(
        b".objects", b"_manager", b"QuerySet", b"execute(", b"sqlalchemy", b"sqlmodel",
        b"db.session",
    ),
    since="0.1.0",
    lifecycle="stable",
    help="ask for all rows at once before the loop (`__in`, a join, an aggregate) and look them "
    "up in a dict",
    tests=False,
)  # fmt: skip

_READS = frozenset(
    (
        "get", "first", "last", "earliest", "latest", "exists", "count", "aggregate", "in_bulk",
        "contains",
    )
)  # fmt: skip
_ASYNC = frozenset(f"a{word}" for word in _READS)
# What a list, a dict or a string has as well proves no relation.
_OF_A_RELATION = frozenset(("exists", "first", "last", "aggregate", "count"))
# What a prefetched relation answers without a query.
_PREFETCHED = frozenset(("all", "count", "exists", "first", "last"))
_WRITES = frozenset(
    (
        "save", "create", "delete", "update", "add", "remove", "get_or_create", "commit",
        "update_or_create", "bulk_create", "bulk_update", "asave", "acreate", "clear", "set",
    )
)  # fmt: skip
_EVALUATING = frozenset((
    "list", "tuple", "set", "frozenset", "sorted", "len", "bool", "dict", "sum", "any",
))  # fmt: skip
# Of these, what keeps the rows.
_KEEPING = frozenset(("list", "tuple", "set", "frozenset", "sorted", "dict"))
_SESSION_READS = frozenset(("execute", "exec", "scalar", "scalars", "get", "refresh"))
_QUERY_ENDS = frozenset(
    ("all", "one", "one_or_none", "first", "scalar", "count", "scalars", "get", "first_or_404")
)


queries_in_loops(
    RULE, rows=_READS | _ASYNC, sessions=_SESSION_READS | _QUERY_ENDS, builtins=_EVALUATING
)


@RULE.on(cst.Call)
def call(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A call that asks the database: ``.get()``, ``.count()``, ``execute()``, ``list(rows)``."""
    match node.func:
        case cst.Attribute(value=receiver, attr=cst.Name(value=method)):
            read = method.removeprefix("a") if method in _ASYNC else method
            if read in _READS and here.every_turn() and _asks(receiver, read, node, here):
                yield from _judge(node, receiver, here)
            if method in _SESSION_READS or method in _QUERY_ENDS or method == "executemany":
                yield from _statement(node, receiver, method, here)
        case cst.Name(value=word) if word in _EVALUATING and len(node.args) > 0:
            if here.every_turn() and here.qualified(node.func):
                yield from _evaluated(node, node.args[0].value, here)


@RULE.on(cst.For, cst.CompFor)
def iteration(node: cst.For | cst.CompFor, here: Here) -> Iterator[Hit]:
    """A loop over a queryset within another loop."""
    if here.every_turn():
        yield from _evaluated(node.iter, node.iter, here)


def _asks(receiver: cst.CSTNode, method: str, node: cst.Call, here: Here) -> bool:
    if is_queryset(receiver, here):
        return not _prefetched(node, here)
    related = method in _OF_A_RELATION and (method != "count" or not node.args)
    return related and is_relation(receiver, here) and not _prefetched(node, here)


def _evaluated(place: cst.CSTNode, rows: cst.BaseExpression, here: Here) -> Iterator[Hit]:
    """Iterating a queryset asks once; one that was made before the loop keeps its answer."""
    match rows:
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="iterator"))):
            rows = inner
    if not is_queryset(rows, here) or here.kind(rows) is Kind.MANAGER or _prefetched(rows, here):
        return
    if isinstance(rows, (cst.Name, cst.Attribute)):
        loop = next(turns(here.node, here), None)
        if loop is None or not _fresh(rows, loop, here) or not _is_first(rows, loop):
            return
        if isinstance(loop.node, cst.While) and dotted(rows) in reads(loop.node.test):
            return
    group = _is_group(rows, here) or writes_each(here.node)
    yield from _judge(place, rows, here, group=group)


def _is_group(rows: cst.CSTNode, here: Here, depth: int = 0) -> bool:
    """Whether more than the item chooses the rows, so that one query for all is no plain one."""
    if depth == 0 and _is_added_up(here):
        return False
    chosen = 0
    while isinstance(rows, cst.Call) and isinstance(rows.func, cst.Attribute):
        chosen += len(rows.args) if rows.func.attr.value in ("filter", "exclude") else 0
        rows = rows.func.value
    if chosen < 2 and depth < 4 and isinstance(rows, cst.Name):
        values = [one.value for one in here.bindings(rows.value) if one.value is not None]
        return any(_is_group(value, here, depth + 1) for value in values)
    return chosen > 1


def _is_added_up(here: Here) -> bool:
    """Whether the rows are only counted or summed, which the database does for all groups."""
    match [here.node, *here.ancestors][:4]:
        case [cst.Call(func=func), *_]:
            return dotted(func) not in _KEEPING
        case [_, cst.GeneratorExp(), cst.Arg(), cst.Call(func=cst.Name(value=word))]:
            return word in _EVALUATING
    return False


def _fresh(rows: cst.CSTNode, loop: Loop, here: Here) -> bool:
    return any(name in here.stored(loop) for name in reads(rows))


def _is_first(rows: cst.Name | cst.Attribute, loop: Loop) -> bool:
    """Whether no earlier place in the loop has already asked for the rows of this name."""
    for node in within(*loop.body):
        taken: cst.CSTNode | None = None
        if isinstance(node, (cst.For, cst.CompFor)):
            taken = node.iter
        elif isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.args:
            taken = node.args[0].value if node.func.value in _EVALUATING else None
        if taken is not None and taken.deep_equals(rows):
            return taken is rows
    return True


def _prefetched(expr: cst.CSTNode, here: Here) -> bool:
    """Whether a relation's rows may already be there: the loop's queryset fetched them."""
    methods = set()
    while isinstance(expr, (cst.Call, cst.Attribute)):
        if isinstance(expr, cst.Call):
            if isinstance(expr.func, cst.Attribute):
                methods.add(expr.func.attr.value)
                expr = expr.func.value
                continue
            return False
        if isinstance(expr.value, cst.Name) and is_relation(expr, here):
            fetched = methods_of(expr.value, here)
            return methods <= _PREFETCHED and "prefetch_related" in fetched
        return False
    return False


def _judge(node: cst.CSTNode, asked: cst.CSTNode, here: Here, group: bool = False) -> Iterator[Hit]:
    loops = list(turns(here.node, here))
    if not loops or is_fallback(loops[0], here) or "select_for_update" in methods_of(asked, here):
        return
    whole = here.node if isinstance(here.node, cst.Call) else asked
    depending = next((loop for loop in loops if here.depends(whole, loop)), None)
    if any(_chooses_table(asked, loop, here) for loop in loops):
        return
    if depending is not None:
        if not _asks_for_many(whole, depending, here):
            unsure = group or _is_small(asked, depending, here)
            yield _hit(node, depending, here, unsure)
    elif not isinstance(loops[0].node, cst.While) and not _writes(loops[0]):
        yield _invariant(node, loops[0], here, _is_small(asked, loops[0], here))


def _asks_for_many(expr: cst.CSTNode, loop: Loop, here: Here, depth: int = 0) -> bool:
    """Whether each turn asks for a group of rows: ``filter(pk__in=some)``."""
    for part in within(expr, names=True):
        match part:
            case cst.Arg(keyword=cst.Name(value=word)) if word.endswith("__in"):
                if here.depends(part.value, loop):
                    return True
    match _asked(expr):
        case cst.Name(value=name) if depth == 0:
            values = [one.value for one in here.bindings(name) if one.value is not None]
            return any(_asks_for_many(value, loop, here, 1) for value in values)
    return False


def _asked(expr: cst.CSTNode) -> cst.CSTNode:
    """What is asked: ``rows`` of ``len(rows)`` and of ``rows.filter(done=True).first()``."""
    match expr:
        case cst.Call(func=cst.Name(value=word), args=[first]) if word in _EVALUATING:
            return _asked(first.value)
        case cst.Call(func=cst.Attribute(value=inner)):
            return _asked(inner)
    return expr


def _is_small(asked: cst.CSTNode, loop: Loop, here: Here) -> bool:
    """Whether few queries are to be expected, or the turn writes to the table that it asks."""
    while isinstance(asked, (cst.Call, cst.Attribute)):
        asked = asked.func if isinstance(asked, cst.Call) else asked.value
    model = asked.value if isinstance(asked, cst.Name) else ""
    if model in ("ContentType", "Permission") or is_minor(loop, here):
        return True
    if not is_long(loop, here) or is_own_transaction(loop, here) or is_aside(loop, here):
        return True
    if _asks_before_saving(here.node, loop) or is_by_likeness(here.node, loop, here):
        return True
    if climbs(here.node, here) or is_on_purpose(loop, here):
        return True
    if is_many(loop.iter, here):
        return False
    if branches(loop, here) > 1 or stands_alone(loop, here) or _is_bounded(loop, here):
        return True
    return any(
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Attribute)
        and node.func.attr.value in _WRITES
        and model[:1].isupper()
        and dotted(node.func).startswith(f"{model}.")
        for node in within(*loop.body)
    )


def _asks_before_saving(node: cst.CSTNode, loop: Loop) -> bool:
    """Whether a turn asks for a conflict before it saves its row: what it saves changes the answer
    for the turns behind it.
    """
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="exists" | "aexists"))):
            calls = (one.func for one in within(*loop.body) if isinstance(one, cst.Call))
            return any(
                isinstance(func, cst.Attribute) and func.attr.value in ("save", "asave")
                for func in calls
            )
    return False


def _is_bounded(loop: Loop, here: Here) -> bool:
    """A loop that counts, gathers until it has enough, or goes over a folder or part of a dict."""
    match loop.iter:
        case None:
            test = loop.node.test if isinstance(loop.node, cst.While) else None
            return any(isinstance(node, cst.Call) for node in within(test))
        case cst.Call(func=func) if here.qualified(func) in ("builtins.range", "os.listdir"):
            return True
    return is_part_of_record(loop)


def _hit(node: cst.CSTNode, loop: Loop, here: Here, unsure: bool, sent: bool = False) -> Hit:
    what = here.brief(node)
    message = (
        say("`{call}` sends a statement to the database on every turn of this loop", call=what)
        if sent
        else say(
            "`{call}` asks the database on every turn: one query for each `{item}`",
            call=what,
            item=here.brief(loop.target, 30),
        )
        if loop.target is not None
        else say("`{call}` asks the database on every turn of this loop", call=what)
    )
    return Hit(
        node,
        message,
        confidence=Confidence.LOW if unsure else None,
        related=(Related(loop.header, "this loop"),),
    )


def _invariant(node: cst.CSTNode, loop: Loop, here: Here, unsure: bool) -> Hit:
    return Hit(
        node,
        say(
            "`{call}` asks the database the same on every turn, and can be moved out of the loop",
            call=here.brief(node),
        ),
        help="ask once before the loop and keep the answer in a name",
        confidence=Confidence.LOW if unsure else Confidence.MEDIUM,
        related=(Related(loop.header, "this loop"),),
    )


def _writes(loop: Loop) -> bool:
    """Whether the loop may change what the query finds."""
    return any(
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Attribute)
        and node.func.attr.value in _WRITES
        for node in within(*loop.body)
    )


def _chooses_table(expr: cst.CSTNode, loop: Loop, here: Here, depth: int = 0) -> bool:
    """Whether each turn asks another model or another database: no query can do for all."""
    while isinstance(expr, (cst.Call, cst.Subscript)):
        if isinstance(expr, cst.Call):
            if not isinstance(expr.func, cst.Attribute):
                return False
            if expr.func.attr.value == "using":
                return any(here.depends(arg.value, loop) for arg in expr.args)
            expr = expr.func.value
        else:
            expr = expr.value
    if isinstance(expr, cst.Attribute):
        return here.kind(expr) is Kind.MANAGER and here.depends(expr.value, loop)
    if isinstance(expr, cst.Name) and depth < 4:
        values = (one.value for one in here.bindings(expr.value) if one.value is not None)
        return any(_chooses_table(value, loop, here, depth + 1) for value in values)
    return False


# -- statements ---------------------------------------------------------------------------------


def _statement(
    node: cst.Call, receiver: cst.BaseExpression, method: str, here: Here
) -> Iterator[Hit]:
    """A statement through a cursor, a connection or a session, with arguments of the turn."""
    if not here.every_turn():
        return
    if method == "execute" and (is_cursor(receiver, here) or is_connection(receiver, here)):
        if not node.args or not is_about_rows(node.args[0].value, here):
            return
    elif method in _SESSION_READS and is_session(receiver, here):
        if len(node.args) > 1 and method == "execute" and _is_many(node.args[1].value, here):
            return
        if (node.args and changes_rows(node.args[0].value, here)) or locks(node):
            return
    elif not (method in _QUERY_ENDS and is_session_query(receiver, here)):
        return
    loop = next((loop for loop in turns(node, here) if here.depends(node, loop)), None)
    loose = is_loosely_proven(node, here)
    if loop is None or (loose and isinstance(loop.node, cst.While)):
        return
    if not names_table(node, loop, here):
        unsure = is_minor(loop, here) or branches(loop, here) > 1
        unsure = unsure or (
            loose and not (is_long(loop, here) or gives_session_rows(loop.iter, here))
        )
        unsure = unsure or stands_alone(loop, here) or _is_bounded(loop, here)
        sent = method == "execute" and not is_session(receiver, here)
        yield _hit(node, loop, here, unsure, sent)


def _is_many(values: cst.BaseExpression, here: Here) -> bool:
    return here.kind(values) in (Kind.LIST, Kind.TUPLE, Kind.GENERATOR)

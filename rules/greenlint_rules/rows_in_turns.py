# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a turn of a loop does with its row, and what little a loop may go over."""

from __future__ import annotations

import re
from itertools import dropwhile, takewhile

import libcst as cst

from greenlint.here import Here, Loop
from greenlint.scope import dotted
from greenlint.walk import within

_LIKE = ("__contains", "__icontains", "__startswith", "__istartswith", "__regex", "__iregex")
# Names followed from one queryset to the next.
_DEEP = 3
_WRITES_A_ROW = frozenset(("save", "asave", "validated_save"))

# What a session is asked to do with the rows of a turn.
_OF_SESSIONS = frozenset(
    ("add", "add_all", "merge", "delete", "execute", "executemany", "flush", "commit", "append")
)


def is_part_of_record(loop: Loop) -> bool:
    """Whether a loop goes over one part of a record, ``for line in order["lines"]`` or
    ``order.get("lines", [])``: mostly few.
    """
    match loop.iter:
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value="get")), args=[cst.Arg(value=key), *_]
        ):
            return isinstance(key, cst.SimpleString)
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            return isinstance(key, cst.SimpleString)
    return False


def hands_on(loop: Loop, row: cst.CSTNode | None) -> bool:
    """Whether a turn needs a row for something else: ``order.customer = row``, ``send(row)``."""
    name = dotted(row) if row is not None else ""
    for node in within(*loop.body) if name else ():
        match node:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute())], value=value):
                if dotted(value) == name:
                    return True
            case cst.Call(args=args) if any(dotted(arg.value) == name for arg in args):
                return True
    return False


def is_ticked(loop: Loop, here: Here) -> bool:
    """Whether a loop goes over the rows that somebody ticked in a form: ``filter(id__in=ids)`` of
    ``ids = request.POST.getlist("ids")``.
    """
    return any(
        isinstance(part, cst.Arg)
        and part.keyword is not None
        and part.keyword.value.endswith("__in")
        and any(_is_form(one, here) for one in within(part.value, names=True))
        for part in within(loop.iter)
    )


def _is_form(node: cst.CSTNode, here: Here) -> bool:
    match node:
        case cst.Attribute(attr=cst.Name(value=word)):
            return word in ("getlist", "cleaned_data")
        case cst.Name(value=name):
            values = [one.value for one in here.bindings(name) if one.value is not None]
            return any(_is_form(part, here) for one in values for part in within(one))
    return False


_ON_PURPOSE = re.compile(r"#.*\b(?:intentional|deliberate|on purpose|trade-?off)", re.IGNORECASE)


def is_on_purpose(loop: Loop, here: Here) -> bool:
    """Whether a comment in a loop says that it is as it is for a reason."""
    return _ON_PURPOSE.search(here.code(loop.node)) is not None


def links(loop: Loop, name: str) -> bool:
    """Whether a turn links its row to others, ``order.tags.set(tags)``, which needs its key."""
    return any(
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Attribute)
        and node.func.attr.value in ("set", "add")
        and dotted(node.func.value).startswith(f"{name}.")
        for node in within(*loop.body)
    )


def is_for_missing(loop: Loop, here: Here) -> bool:
    """Whether a turn ends a transaction only where a row is not there yet: ``if not order:``."""
    around = takewhile(lambda node: node is not loop.node, here.ancestors)
    return any(
        isinstance(node, cst.If)
        and isinstance(node.test, cst.UnaryOperation)
        and isinstance(node.test.expression, cst.Name)
        for node in around
    )


def writes_each(node: cst.CSTNode) -> bool:
    """Whether an inner loop writes each of the rows that one query gives: those cost more."""
    body = node.body if isinstance(node, cst.For) else None
    return any(
        isinstance(one, cst.Call)
        and isinstance(one.func, cst.Attribute)
        and one.func.attr.value in _WRITES_A_ROW
        for one in within(body)
    )


def is_by_likeness(node: cst.CSTNode, loop: Loop, here: Here, depth: int = 0) -> bool:
    """Whether the item is compared by likeness, ``name__contains=word``, or by a condition that a
    function makes, ``filter(matching(word))``: no plain query does so for all of them.
    """
    if any(_is_by_function(part, loop, here) for part in within(node)):
        return True
    match node:
        case cst.Call(func=cst.Attribute(value=cst.Name(value=name))) if depth < _DEEP:
            inside = set(within(*loop.body))
            given = (one.value for one in here.bindings(name) if one.value is not None)
            if any(is_by_likeness(one, loop, here, depth + 1) for one in given if one in inside):
                return True
    return any(
        isinstance(part, cst.Arg)
        and part.keyword is not None
        and part.keyword.value.endswith(_LIKE)
        and here.depends(part.value, loop)
        for part in within(node)
    )


def _is_by_function(node: cst.CSTNode, loop: Loop, here: Here) -> bool:
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="filter" | "exclude" | "get"))):
            return any(
                isinstance(arg.value, cst.Call)
                and not arg.star
                and arg.keyword is None
                and not dotted(arg.value.func).rpartition(".")[2][:1].isupper()
                and here.depends(arg.value, loop)
                for arg in node.args
            )
    return False


def is_worth_a_commit(loop: Loop) -> bool:
    """Whether a turn has something done elsewhere, which its commit then makes known, writes many
    rows by one statement, holds rows that it locked, or ends one transaction after another: each
    step is kept.
    """
    commits = 0
    for node in within(*loop.body):
        match node:
            case cst.Expr(value=cst.Call(func=cst.Attribute(attr=cst.Name(value=method)))):
                commits += method == "commit"
                if method not in _OF_SESSIONS or commits > 1:
                    return True
            case cst.Call(
                func=cst.Attribute(attr=cst.Name(value="in_" | "from_select" | "with_for_update"))
            ):
                return True
    return False


def goes_on_with_key(commit: cst.CSTNode | None, loop: Loop) -> bool:
    """Whether the turn goes on with a key that its commit has given: ``added(row.id)``."""
    body = loop.node.body if isinstance(loop.node, cst.For) else None
    block = body.body if isinstance(body, cst.IndentedBlock) else ()
    rest = list(dropwhile(lambda one: one is not commit, block))[1:]
    return any(
        isinstance(node, cst.Attribute) and node.attr.value in ("id", "pk")
        for node in within(*rest)
    )

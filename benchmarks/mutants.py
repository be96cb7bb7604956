# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Seeded defects: a project's files with one call, or one lookup of a call, taken out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.places import METHODS, Form, Place, Span, called, relations_of

# After these, rows come as plain values, or none come at all: what was fetched ahead is not read.
WITHOUT_ROWS = frozenset(
    {"values", "values_list", "count", "acount", "exists", "aexists", "aggregate", "aaggregate"}
    | {"update", "aupdate", "delete", "adelete", "dates", "datetimes", "explain"}
)
ONE_ROW = frozenset(
    {"get", "aget", "first", "afirst", "last", "alast", "earliest", "aearliest", "latest"}
    | {"alatest", "get_or_create", "update_or_create"}
)
ONE_ROW_FUNCTIONS = frozenset({"get_object_or_404", "aget_object_or_404"})


@dataclass(frozen=True)
class Mutant:
    """A place without its call, or without one of its lookups.

    `expected` says what a linter can know: a mutant that costs nothing per row is `free`, with the
    reason why.
    """

    place: Place
    relations: tuple[str, ...]
    span: Span
    left: str
    argument: int | None = None
    free: str = ""

    @property
    def name(self) -> str:
        """`shop/views.py:12:prefetch_related`, and `#1` for its second lookup."""
        lookup = "" if self.argument is None else f"#{self.argument}"
        return f"{self.place.file}:{self.place.line}:{self.place.name}{lookup}"

    def text(self, original: str) -> str:
        """The file with this defect."""
        return original[: self.span.start] + self.left + original[self.span.end :]


def mutants_of(place: Place, arguments: bool = True) -> Iterator[Mutant]:
    """The whole call first, then one lookup after the other where it has several."""
    one_row = free_of(place)
    yield Mutant(place, place.relations, place.span, place.left, free=one_row or implied_all(place))
    if not arguments:
        return
    for number, argument in enumerate(place.arguments):
        others = [
            other.relation
            for index, other in enumerate(place.arguments)
            if index != number and other.relation
        ]
        free = one_row
        if not free and argument.relation and implied(argument.relation, others + beside(place)):
            free = "another lookup of the call fetches it"
        relations = (argument.relation,) if argument.relation else ()
        yield Mutant(place, relations, argument.span, "", number, free)


def free_of(place: Place) -> str:
    """Why a place saves no query per row, "" where it may."""
    after = methods_after(place)
    if dead := next((name for name in after if name in WITHOUT_ROWS), None):
        return f"no rows are made: .{dead}() follows"
    if one := next((name for name in after if name in ONE_ROW), None):
        return f"one row: .{one}() follows"
    if chain_is_first_argument(place):
        return "one row: get_object_or_404()"
    if place.form is Form.FUNCTION and objects_in_display(place) == 1:
        return "one row: a list of one"
    if indexed(place):
        return "one row: an index follows"
    return ""


def implied_all(place: Place) -> str:
    """Why a whole call changes nothing: all its lookups are asked for beside it."""
    others = beside(place)
    if place.relations and all(implied(relation, others) for relation in place.relations):
        return "another call of the chain fetches it"
    return ""


def implied(relation: str, others: list[str]) -> bool:
    """Whether one of the other lookups goes through this one, or is the same."""
    return any(other == relation or other.startswith(relation + "__") for other in others)


def beside(place: Place) -> list[str]:
    """The lookups of the other calls in the same chain."""
    node = place.parents[-1]
    calls: list[ast.Call] = []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        calls += calls_below(node.func.value)
        calls += calls_above(place)
    return [
        relation
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in METHODS
        for argument in call.args
        for relation in relations_of(argument)
    ]


def calls_below(node: ast.expr) -> list[ast.Call]:
    """The calls of a chain up to a receiver, last one first."""
    calls = []
    while True:
        match node:
            case ast.Call(func=ast.Attribute(value=receiver)):
                calls.append(node)
                node = receiver
            case ast.Attribute(value=receiver):
                node = receiver
            case _:
                return calls


def calls_above(place: Place) -> list[ast.Call]:
    """The calls that follow a place in its chain, first one first."""
    calls = []
    node = place.parents[-1]
    for parent in reversed(place.parents[:-1]):
        match parent:
            case ast.Attribute(value=value) if value is node:
                pass
            case ast.Call(func=function) if function is node:
                calls.append(parent)
            case _:
                break
        node = parent
    return calls


def methods_after(place: Place) -> list[str]:
    """The names of the methods that follow a place in its chain."""
    return [call.func.attr for call in calls_above(place) if isinstance(call.func, ast.Attribute)]


def top_of_chain(place: Place) -> int:
    """The index in `place.parents` of the whole chain that a place is part of."""
    if place.form is not Form.CALL:
        return len(place.parents) - 1
    return len(place.parents) - 1 - 2 * len(calls_above(place))


def chain_is_first_argument(place: Place) -> bool:
    """`get_object_or_404(Row.objects.select_related("a"), pk=1)`."""
    top = top_of_chain(place)
    parent = place.parents[top - 1]
    if not isinstance(parent, ast.Call) or not parent.args:
        return False
    function = parent.func
    name = function.attr if isinstance(function, ast.Attribute) else called(parent)
    return parent.args[0] is place.parents[top] and name in ONE_ROW_FUNCTIONS


def indexed(place: Place) -> bool:
    """`rows.select_related("a")[0]`."""
    match place.parents[top_of_chain(place) - 1]:
        case ast.Subscript(slice=ast.Constant(value=int()) | ast.UnaryOp()):
            return True
    return False


def objects_in_display(place: Place) -> int | None:
    """How many objects `prefetch_related_objects([a, b], ...)` is given, if that can be seen."""
    match place.parents[-1]:
        case ast.Call(args=[ast.List(elts=elements) | ast.Tuple(elts=elements), *_]):
            return len(elements)
    return None

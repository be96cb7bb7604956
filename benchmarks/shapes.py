# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The shape of a place: where its rows go, as far as the file it stands in tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum

from benchmarks.mutants import free_of, top_of_chain
from benchmarks.places import Form, Place

ADMIN = re.compile(r"(Admin|Inline)$")
MANAGER = re.compile(r"(Manager|QuerySet|Queryset)(\[|$)")
API = re.compile(
    r"(ViewSet|APIView|API|ViewSetMixin|(List|Retrieve|Create|Update|Destroy)APIView)$"
)
FORM = re.compile(r"(Form|FormSet|Formset|Field|FilterSet|Widget)$")
VIEW = re.compile(r"(View|ViewMixin|Feed|Step|Sitemap|Page)$")
TABLE = re.compile(r"Table$")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)


class Shape(StrEnum):
    """Where the rows of a place go."""

    SINGLE = "single row"
    PREFETCH = "inside Prefetch"
    ADMIN = "admin"
    VIEW = "view + serializer"
    MANAGER = "manager or queryset method"
    FORM = "form field"
    TABLE = "table"
    LOOP = "loop in the function"
    TEMPLATE = "queryset for a template"
    FUNCTION = "function returns it"
    OTHER = "other"


def shape_of(place: Place) -> Shape:
    """The first shape that fits; what is decided by hand on projects is in shapes.toml."""
    if inside_prefetch(place):
        return Shape.PREFETCH
    if free_of(place).startswith("one row"):
        return Shape.SINGLE
    names = class_names(place)
    serializes = "serializer_class" in class_attributes(place) or any(map(API.search, names))
    if place.form is Form.KEYWORD:
        return Shape.TABLE if keyword_of_table(place) else Shape.OTHER
    if any(map(ADMIN.search, names)):
        return Shape.ADMIN
    if place.form is Form.FUNCTION or looped(place):
        return Shape.LOOP
    if any(map(MANAGER.search, names)):
        return Shape.MANAGER
    if serializes and not {"table", "table_class"} & class_attributes(place):
        return Shape.VIEW
    if {"table", "table_class"} & class_attributes(place) or any(map(TABLE.search, names)):
        return Shape.TABLE
    if any(map(FORM.search, names)) or for_a_field(place):
        return Shape.FORM
    if any(map(VIEW.search, names)) or in_context(place):
        return Shape.TEMPLATE
    if handed_out(place):
        return Shape.FUNCTION
    return Shape.OTHER


def inside_prefetch(place: Place) -> bool:
    """Whether the rows are those that another call fetches ahead."""
    return any(
        isinstance(parent, ast.Call)
        and (name_of(parent.func) or "").endswith("Prefetch")
        and parent is not place.parents[-1]
        for parent in place.parents
    )


def class_names(place: Place) -> list[str]:
    """The innermost class around a place and its bases."""
    for parent in reversed(place.parents):
        if isinstance(parent, ast.ClassDef):
            bases = [
                base.value if isinstance(base, ast.Subscript) else base for base in parent.bases
            ]
            return [parent.name, *(name for base in bases if (name := name_of(base)))]
    return []


def class_attributes(place: Place) -> set[str]:
    """The names that the innermost class around a place sets."""
    for parent in reversed(place.parents):
        if isinstance(parent, ast.ClassDef):
            return {
                target.id
                for statement in parent.body
                if isinstance(statement, ast.Assign)
                for target in statement.targets
                if isinstance(target, ast.Name)
            }
    return set()


def looped(place: Place) -> bool:
    """Whether the function around a place goes through its rows."""
    function = function_of(place)
    for node, parent in zip(place.parents[1:], place.parents, strict=False):
        if isinstance(parent, LOOPS) and node is parent.iter:
            return True
    scope = function or place.parents[0]
    names = names_bound(place)
    return bool(names) and any(
        isinstance(node, LOOPS) and names & names_read(node.iter) for node in ast.walk(scope)
    )


def names_bound(place: Place) -> set[str]:
    """The names that hold a place's rows: `rows = rows.select_related("a")`, `rows[:5]`."""
    for parent in reversed(place.parents):
        match parent:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                return names_that_follow(place, name)
            case ast.stmt():
                return set()
    return set()


def names_that_follow(place: Place, name: str) -> set[str]:
    """A name, and those that are made of it in one step: `page = rows[:20]`, `all = list(rows)`."""
    names = {name}
    scope = function_of(place) or place.parents[0]
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=other)], value=value) if name in chain_roots(
                value
            ):
                names.add(other)
    return names


def chain_roots(node: ast.expr) -> set[str]:
    """The names at the start of chains: `rows` of `list(rows.filter(a=1)[:3])`."""
    match node:
        case ast.Name(id=name):
            return {name}
        case ast.Call(func=ast.Attribute(value=value)):
            return chain_roots(value)
        case ast.Call(func=ast.Name(), args=arguments):
            return {root for argument in arguments for root in chain_roots(argument)}
        case ast.Subscript(value=value):
            return chain_roots(value)
        case ast.BinOp(left=left, right=right):
            return chain_roots(left) | chain_roots(right)
    return set()


def names_read(node: ast.expr) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def keyword_of_table(place: Place) -> bool:
    """A keyword beside `table_class=`, or of a panel."""
    call = next((p for p in reversed(place.parents[:-1]) if isinstance(p, ast.Call)), None)
    if call is None:
        return False
    return "Table" in (name_of(call.func) or "") or any(
        keyword.arg in ("table", "table_class") for keyword in call.keywords
    )


def for_a_field(place: Place) -> bool:
    """`field.queryset = ...` and `ModelChoiceField(queryset=...)`."""
    for node, parent in pairs_up(place):
        match parent:
            case ast.keyword(arg="queryset"):
                return True
            case ast.Assign(targets=[ast.Attribute(attr="queryset")]):
                return node is parent.value
            case ast.stmt():
                return False
    return False


def in_context(place: Place) -> bool:
    """A function that takes the request, or one that makes a template's context."""
    function = function_of(place)
    if function is None:
        return False
    first = next(iter(function.args.args), None)
    takes_request = first is not None and first.arg == "request"
    return takes_request or function.name in (
        "get_context_data",
        "get_extra_context",
        "get_context",
    )


def handed_out(place: Place) -> bool:
    """The place is part of what a function returns or yields, or of a name that it returns."""
    function = function_of(place)
    if function is None:
        return False
    names = names_bound(place)
    for node in ast.walk(function):
        if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            if any(parent is node for parent in place.parents):
                return True
            if names & chain_roots(node.value):
                return True
    return False


def function_of(place: Place) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The innermost function around a place."""
    return next((p for p in reversed(place.parents) if isinstance(p, FUNCTIONS)), None)


def pairs_up(place: Place) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Each node around a place with its parent, inside out."""
    top = top_of_chain(place)
    for index in range(top, 0, -1):
        yield place.parents[index], place.parents[index - 1]


def name_of(node: ast.expr) -> str | None:
    """`Prefetch` of both `Prefetch` and `models.Prefetch`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a file proves about its database: querysets and their rows, sessions, cursors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import libcst as cst

from greenlint.here import Here
from greenlint.kinds import QUERYSET_METHODS, Kind
from greenlint.scope import Binding, How, dotted
from greenlint.walk import within

#: Methods that give one row, and those that give a pair of a row and a flag.
ONE_ROW = frozenset(("get", "first", "last", "earliest", "latest", "create"))
PAIR = frozenset(("get_or_create", "update_or_create"))
_NOT_ROWS = frozenset(("values", "values_list", "dates", "datetimes", "aggregate", "in_bulk"))
# On the attribute of a row these may as well be methods of a dict, a list or a set.
_OF_A_RELATION = QUERYSET_METHODS - {
    "difference", "intersection", "none", "raw", "reverse", "union", "using", "values",
}  # fmt: skip
#: Builtins that go over rows and hand them on.
SAME_ROWS = ("list", "tuple", "set", "sorted", "reversed", "iter")
_SESSIONS = frozenset(
    (
        "sqlalchemy.orm.Session", "sqlalchemy.orm.session.Session", "sqlmodel.Session",
        "sqlalchemy.ext.asyncio.AsyncSession", "sqlalchemy.orm.scoping.scoped_session",
    )
)  # fmt: skip
_SESSION_MAKERS = frozenset(
    (
        "sqlalchemy.orm.sessionmaker", "sqlalchemy.orm.scoped_session",
        "sqlalchemy.ext.asyncio.async_sessionmaker",
    )
)  # fmt: skip
#: Calls that connect to a database.
CONNECTIONS = frozenset(
    (
        "sqlite3.connect", "psycopg.connect", "psycopg.Connection.connect", "psycopg2.connect",
        "MySQLdb.connect", "pymysql.connect", "mysql.connector.connect", "pymssql.connect",
        "pyodbc.connect", "oracledb.connect", "cx_Oracle.connect",
    )
)  # fmt: skip
_DEEP = 6


# -- Django -----------------------------------------------------------------------------------


def is_queryset(expr: cst.CSTNode | None, here: Here, depth: int = 0) -> bool:
    """A manager, a queryset, or one that a row's relation gives: ``order.lines.filter()``."""
    if depth > _DEEP:
        return False
    if here.kind(expr) in (Kind.QUERYSET, Kind.MANAGER):
        return True
    match expr:
        case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=method))):
            if method not in QUERYSET_METHODS:
                return False
            if method in _OF_A_RELATION and is_relation(receiver, here, depth + 1):
                return True
            return is_queryset(receiver, here, depth + 1)
        case cst.Subscript(value=whole, slice=[cst.SubscriptElement(slice=cst.Slice())]):
            return is_queryset(whole, here, depth + 1)
        case cst.Name(value=name):
            bound = here.bindings(name)
            return bool(bound) and all(
                binding.how is How.ASSIGN and is_queryset(binding.value, here, depth + 1)
                for binding in bound
            )
    return False


def is_relation(expr: cst.CSTNode, here: Here, depth: int = 0) -> bool:
    """An attribute of a proven row: ``order.lines``, ``order.orderline_set``."""
    match expr:
        case cst.Attribute(value=cst.Name() as row, attr=cst.Name(value=word)):
            return word.islower() and word != "objects" and is_row(row, here, depth + 1)
    return False


def is_row(expr: cst.CSTNode, here: Here, depth: int = 0) -> bool:
    """A name all of whose bindings are rows of a queryset, or are made of a model."""
    if not isinstance(expr, cst.Name) or depth > _DEEP:
        return False
    bound = [one for one in here.bindings(expr.value) if not _says_nothing(one)]
    return bool(bound) and all(_binds_row(one, expr.value, here, depth) for one in bound)


def _says_nothing(binding: Binding) -> bool:
    value = binding.value
    return binding.how is How.DELETE or (isinstance(value, cst.Name) and value.value == "None")


def _binds_row(binding: Binding, name: str, here: Here, depth: int) -> bool:
    value = binding.value.expression if isinstance(binding.value, cst.Await) else binding.value
    match binding.how, value:
        case How.LOOP, _:
            return gives_rows(value, here, depth + 1)
        case How.UNPACK, cst.Call(func=cst.Name(value="enumerate"), args=[first, *_]):
            return _target_at(binding.node, 1) == name and gives_rows(first.value, here, depth + 1)
        case How.UNPACK, cst.Call(func=cst.Attribute(value=rows, attr=cst.Name(value=method))):
            if method not in PAIR or _target_at(binding.node, 0) != name:
                return False
            return is_queryset(rows, here, depth + 1)
        case How.ASSIGN, cst.Call(func=cst.Attribute(value=rows, attr=cst.Name(value=method))):
            if method.removeprefix("a") in ONE_ROW or method in ONE_ROW:
                return is_queryset(rows, here, depth + 1) and not methods_of(rows, here) & _NOT_ROWS
            return is_model(value.func, here)
        case How.ASSIGN, cst.Call():
            return is_model(value.func, here)
        case How.ASSIGN, cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index())]):
            return is_queryset(value.value, here, depth + 1) and gives_rows(
                value.value, here, depth + 1
            )
    return False


def gives_rows(expr: cst.CSTNode | None, here: Here, depth: int = 0) -> bool:
    """Whether a loop over `expr` gets model instances: not dicts, tuples or dates."""
    match expr:
        case cst.Call(func=cst.Name(value=word), args=[first, *_]) if word in SAME_ROWS:
            return gives_rows(first.value, here, depth + 1)
        case cst.Call(func=cst.Attribute(value=rows, attr=cst.Name(value="iterator"))):
            return gives_rows(rows, here, depth + 1)
        case cst.Name(value=name) if depth <= _DEEP and here.kind(expr) is Kind.LIST:
            bound = here.bindings(name)
            return all(
                one.how is How.ASSIGN
                and isinstance(one.value, cst.Call)
                and gives_rows(one.value, here, depth + 1)
                for one in bound
            )
    return is_queryset(expr, here, depth) and not methods_of(expr, here) & _NOT_ROWS


def methods_of(expr: cst.CSTNode | None, here: Here, depth: int = 0) -> frozenset[str]:
    """The names of all methods called on the way to a queryset, through names and functions."""
    if depth > _DEEP:
        return frozenset()
    match expr:
        case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=method))):
            return methods_of(receiver, here, depth + 1) | {method}
        case cst.Call(func=cst.Name(value=word), args=[first, *_]) if word in SAME_ROWS:
            return methods_of(first.value, here, depth + 1)
        case cst.Call(func=cst.Name(value=word)):
            made = [one.node for one in here.bindings(word) if one.how is How.FUNCTION]
            return frozenset(
                _called(node.body for node in made if isinstance(node, cst.FunctionDef))
            )
        case cst.Subscript(value=whole) | cst.Attribute(value=whole):
            return methods_of(whole, here, depth + 1)
        case cst.Name(value=word):
            values = (one.value for one in here.bindings(word) if one.how is not How.PARAMETER)
            return frozenset(chain(*(methods_of(value, here, depth + 1) for value in values)))
    return frozenset()


def _called(bodies: Iterable[cst.CSTNode]) -> Iterator[str]:
    for node in within(*bodies):
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            yield node.func.attr.value


def is_model(func: cst.CSTNode, here: Here) -> bool:
    """A class that this file uses as a Django model, or imports from a ``models`` module."""
    name = dotted(func)
    if not name or not name.rpartition(".")[2][:1].isupper():
        return False
    if f"{name}.objects" in here.text:
        return True
    imported = here.qualified(func) or ""
    django = "django" in here.text or ".objects" in here.text
    return django and "models" in imported.split(".")[:-1]


def _target_at(node: cst.CSTNode, index: int) -> str:
    target: cst.CSTNode | None = None
    if isinstance(node, cst.Assign):
        target = node.targets[0].target
    elif isinstance(node, (cst.For, cst.CompFor)):
        target = node.target
    if isinstance(target, cst.Tuple) and len(target.elements) == 2:
        return dotted(target.elements[index].value)
    return ""


# -- SQLAlchemy and DB-API ----------------------------------------------------------------------


def is_session(expr: cst.CSTNode, here: Here) -> bool:
    """A SQLAlchemy session: annotated so, constructed, made by a sessionmaker, or the
    ``db.session`` of Flask-SQLAlchemy.
    """
    if isinstance(expr, cst.Attribute) and expr.attr.value == "session":
        if here.made_by(expr.value) == "flask_sqlalchemy.SQLAlchemy":
            return True
        name = here.qualified(expr) or ""
        return name.endswith(".db.session") and not name.startswith("builtins.")
    bound = _bindings(expr, here)
    return bool(bound) and all(_binds_session(one, here) for one in bound)


def is_session_query(expr: cst.CSTNode, here: Here) -> bool:
    """A query that starts from a session, or from a class: ``Order.query`` of Flask-SQLAlchemy."""
    while isinstance(expr, cst.Call) and isinstance(expr.func, cst.Attribute):
        if expr.func.attr.value == "query":
            return is_session(expr.func.value, here)
        expr = expr.func.value
    match expr:
        case cst.Attribute(value=cst.Name(value=model), attr=cst.Name(value="query")):
            in_use = "db.session" in here.text or "sqlalchemy" in here.text
            return in_use and model[:1].isupper() and not model.isupper()
    return False


def changes_rows(statement: cst.CSTNode, here: Here, depth: int = 0) -> bool:
    """``update(Order).where(...)``: each turn may change other rows to other values."""
    if isinstance(statement, cst.Name) and depth < _DEEP:
        made = [one.value for one in here.bindings(statement.value) if one.value is not None]
        return bool(made) and all(changes_rows(one, here, depth + 1) for one in made)
    while isinstance(statement, cst.Call):
        match statement.func:
            case cst.Name(value=word):
                return word in ("update", "delete")
            case cst.Attribute(value=cst.Call() as inner):
                statement = inner
            case cst.Attribute(attr=cst.Name(value=word)):
                return word in ("update", "delete")
            case _:
                return False
    return False


def gives_session_rows(expr: cst.CSTNode | None, here: Here, depth: int = 0) -> bool:
    """Whether a loop goes over rows of a session's query: ``session.query(Order).all()``."""
    match expr:
        case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=method))):
            if method in ("scalars", "exec", "execute"):
                return is_session(receiver, here)
            return is_session_query(receiver, here) or gives_session_rows(receiver, here, depth + 1)
        case cst.Attribute(attr=cst.Name(value="query")):
            return is_session_query(expr, here)
        case cst.Name(value=name) if depth < _DEEP:
            made = [one.value for one in here.bindings(name)]
            return bool(made) and all(gives_session_rows(one, here, depth + 1) for one in made)
    return False


def is_loosely_proven(call: cst.Call, here: Here) -> bool:
    """A call by way of ``db.session`` or ``Order.query``, or a row that is loaded anew: such stand
    in loops of all kinds, many with few turns.
    """
    expr: cst.CSTNode = call.func
    while isinstance(expr, (cst.Call, cst.Attribute)):
        if isinstance(expr, cst.Attribute) and expr.attr.value in ("session", "refresh"):
            return True
        if isinstance(expr, cst.Attribute) and expr.attr.value == "query":
            return not is_session(expr.value, here)
        expr = expr.func if isinstance(expr, cst.Call) else expr.value
    return False


def locks(node: cst.Call) -> bool:
    """Whether a call locks the row that it asks for."""
    return any(one.keyword is not None and "for_update" in one.keyword.value for one in node.args)


def _binds_session(binding: Binding, here: Here) -> bool:
    if binding.annotation is not None:
        return any(here.qualified(part) in _SESSIONS for part in _annotated(binding.annotation))
    match binding.how, binding.value:
        case ((How.ASSIGN | How.WITH), cst.Call(func=maker)):
            made = here.qualified(maker)
            return made in _SESSIONS or here.made_by(maker) in _SESSION_MAKERS
    return False


def _annotated(annotation: cst.BaseExpression) -> Iterator[cst.CSTNode]:
    yield annotation
    match annotation:
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=inner)), *_]):
            yield from _annotated(inner)
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            yield from (left, right)


def is_connection(expr: cst.CSTNode | None, here: Here) -> bool:
    """A DB-API connection: Django's, or what a driver's ``connect`` gave."""
    if expr is None:
        return False
    if here.qualified(expr) == "django.db.connection" or here.made_by(expr) in CONNECTIONS:
        return True
    return isinstance(expr, cst.Subscript) and here.qualified(expr.value) == "django.db.connections"


def is_cursor(expr: cst.CSTNode, here: Here) -> bool:
    """A DB-API cursor: all its bindings are ``connection.cursor()`` of a proven connection."""
    bound = _bindings(expr, here)
    return bool(bound) and all(
        isinstance(one.value, cst.Call)
        and isinstance(one.value.func, cst.Attribute)
        and one.value.func.attr.value == "cursor"
        and is_connection(one.value.func.value, here)
        for one in bound
    )


def _bindings(expr: cst.CSTNode, here: Here) -> list[Binding]:
    if isinstance(expr, cst.Name):
        found = here.bindings(expr.value)
    elif isinstance(expr, cst.Attribute):
        found = here.names.attribute(expr, here.link)[0]
    else:
        return []
    return [one for one in found if not _says_nothing(one)]

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What SQLAlchemy's queries, statements, results and sessions give."""

from __future__ import annotations

import ast
from dataclasses import replace

from greenlint.project import flow, loading, models, sqlalchemy
from greenlint.project.frames import Frame
from greenlint.project.mapping import last_word
from greenlint.project.project import Class, Outside, Project
from greenlint.project.values import (
    AWAITED,
    At,
    Fetched,
    Kind,
    Loads,
    Obj,
    Parts,
    Ref,
    Row,
    Rows,
    Seq,
)

#: Methods of queries and statements that give other rows of the same class.
_SAME = frozenset(
    ("filter", "filter_by", "where", "order_by", "limit", "offset", "slice", "distinct", "join",
     "outerjoin", "group_by", "having", "with_for_update", "execution_options", "select_from",
     "populate_existing", "yield_per", "enable_eagerloads", "correlate", "params", "union",
     "union_all", "except_", "intersect", "with_hint", "prefix_with", "suffix_with", "autoflush",
     "from_statement", "enable_assertions", "isouter", "reset_joinpoint", "from_self", "join_from",
     "outerjoin_from", "with_session", "unique", "execute", "set_label_style", "tuples",
     "with_statement_hint", "with_labels", "only_return_tuples", "cte_none", "fetch", "returning",
     "correlate_except", "with_parent", "select_entity_from", "query")
)  # fmt: skip
_LISTS = frozenset(("all", "fetchall", "scalars", "paginate", "partitions", "to_list", "fetchmany"))
_ONE = frozenset(
    ("first", "one", "one_or_none", "get", "get_or_404", "first_or_404", "one_or_404", "scalar",
     "scalar_one", "scalar_one_or_none", "get_one", "fetchone", "first_or_none")
)  # fmt: skip
_OTHER = frozenset(
    ("count", "exists", "update", "delete", "subquery", "cte", "alias", "as_scalar", "label",
     "with_entities", "values", "value", "compile", "scalar_subquery", "statement", "add_columns",
     "add_column", "add_entity", "with_only_columns", "mappings", "keys", "columns", "is_", "in_",
     "append", "extend", "remove", "add", "insert", "index", "copy", "selectable", "c", "lateral")
)  # fmt: skip
_EXECUTING = frozenset(("execute", "stream", "exec"))
_SCALARS = frozenset(("scalars", "stream_scalars", "scalars_all"))
_GETTING = frozenset(("get", "get_one"))
#: Methods of a session, or of what stands for one, that start from a class or a statement.
ASKING = _EXECUTING | _SCALARS | _GETTING | {"query", "scalar", "merge", "select", "paginate"}
_FEW = 5


# -- where rows begin ---------------------------------------------------------------------------


def asked(project: Project, word: str, call: ast.Call, frame: Frame) -> Kind | None:
    """What a session's method gives, proven by the class or the statement that it is handed."""
    if word in loading.OPTIONS:
        return loading.option(project, word, call, frame)
    if not call.args or word not in ASKING:
        return None
    if word in ("query", "select"):
        return selected(project, call, frame)
    first = call.args[0]
    if word in _GETTING:
        of = _entity(project, first, frame) if len(call.args) > 1 else None
        if not isinstance(of, Row):
            return None
        options = next((one.value for one in call.keywords if one.arg == "options"), None)
        return _with_options(project, of, options, call, frame)
    statement = flow.value(project, first, frame)
    if word == "merge":
        return statement if isinstance(statement, Row) else None
    if not _is_statement(project, statement):
        return None
    assert statement is not None
    if word in _EXECUTING:
        if word == "exec" and isinstance(statement, Rows):
            return replace(statement, kind="list")
        return _tuples(statement)
    if word == "paginate":
        return statement
    many = word in _SCALARS
    return _scalars(statement) if many else _first(_scalars(statement))


def _with_options(
    project: Project, row: Row, options: ast.expr | None, call: ast.Call, frame: Frame
) -> Row:
    row = replace(row, at=At(frame.unit, call))
    if options is None:
        return row
    wrapped = ast.Call(ast.Name("options", ast.Load()), [options], [])
    return replace(row, fetched=_fetching(project, row.model, row.fetched, wrapped, frame))


def _is_statement(project: Project, kind: Kind | None) -> bool:
    match kind:
        case Rows(model=model):
            return sqlalchemy.is_mapped(project, model)
        case Seq(of=Parts(items=items)):
            return any(isinstance(one, Row) for one in items)
    return False


def selected(project: Project, call: ast.Call, frame: Frame) -> Kind | None:
    """What ``select(Order)`` and ``session.query(Order, Customer)`` give."""
    args = call.args
    if len(args) == 1 and isinstance(args[0], ast.List):
        args = args[0].elts
    found = [_entity(project, arg, frame) for arg in args]
    rows = [one for one in found if isinstance(one, Row)]
    if not rows:
        return None
    at = At(frame.unit, call)
    if len(found) == 1:
        return Rows(rows[0].model, at=at)
    return Seq(Parts(tuple(_placed(one, at) for one in found)))


def _placed(one: Kind | None, at: At) -> Kind | None:
    return replace(one, at=at, of=Rows(one.model, at=at)) if isinstance(one, Row) else one


def _entity(project: Project, arg: ast.expr, frame: Frame) -> Kind | None:
    kind = flow.value(project, arg, frame) if isinstance(arg, (ast.Name, ast.Attribute)) else None
    match kind:
        case Ref(meaning=Class() as cls) if sqlalchemy.is_mapped(project, cls):
            return Row(cls)
    return None


def library(project: Project, name: str, call: ast.Call, frame: Frame) -> Kind | None:
    """What a function of SQLAlchemy or SQLModel gives."""
    word = name.rpartition(".")[2]
    if word in loading.OPTIONS:
        return loading.option(project, word, call, frame)
    if word == "select":
        return selected(project, call, frame)
    if word in ("aliased", "with_polymorphic", "alias") and call.args:
        return flow.value(project, call.args[0], frame)
    return Obj(Outside(name)) if word in ("SQLAlchemy", "Session", "AsyncSession") else None


def of_class(project: Project, cls: Class, name: str) -> Kind | None:
    """What a mapped class has by itself: ``Order.query``."""
    if name == "query" and project.attribute(cls, name) is None:
        return Rows(cls, kind="manager")
    return None


def awaited(project: Project, kind: Kind | None) -> Kind | None:
    """What ``await`` gives: rows of SQLAlchemy that ask nothing when they are read."""
    match kind:
        case Rows(model=model) | Row(model=model) if sqlalchemy.is_mapped(project, model):
            return replace(kind, fetched=kind.fetched.doubted(AWAITED))
        case Seq(of=(Parts() | Row() | Rows()) as of):
            inner = awaited(project, of)
            return replace(kind, of=inner) if inner is not None else kind
        case Parts(items=items):
            return Parts(tuple(awaited(project, one) for one in items))
    return kind


# -- what is made of rows -----------------------------------------------------------------------


def called(
    project: Project, rows: Rows, func: ast.Attribute, call: ast.Call, frame: Frame
) -> Kind | None:
    """What a method of a query, a statement or a result gives."""
    word = func.attr
    at = rows.at
    if at is None or at.node is func.value:
        at = At(frame.unit, call)
    rows = replace(rows, at=at)
    if word == "options":
        fetched = _fetching(project, rows.model, rows.fetched, call, frame)
        return replace(rows, fetched=fetched, kind="queryset")
    if word in _ONE:
        return _first(rows)
    if word in _LISTS:
        return replace(rows, kind="list")
    if word in _OTHER:
        return None
    if word in ("where", "filter", "filter_by"):
        rows = replace(rows, fetched=_fixed(project, rows, call))
    if word == "with_parent":
        rows = replace(rows, fetched=_of_parent(project, rows, call))
    if word == "limit" and call.args and _few(call.args[0]):
        rows = replace(rows, few=True)
    if word not in _SAME:
        why = f"what {word}() loads is not known"
        return replace(rows, fetched=rows.fetched.doubted(why), kind="queryset")
    return replace(rows, kind="queryset")


def _few(arg: ast.expr) -> bool:
    return isinstance(arg, ast.Constant) and isinstance(arg.value, int) and arg.value <= _FEW


def _fetching(
    project: Project, model: Class, fetched: Fetched, call: ast.Call, frame: Frame
) -> Fetched:
    for one in loading.given(project, call, frame):
        if one.of is None or _akin(project, one.of, model):
            found = fetched.either(replace(one.fetched, made=False))
            fetched = replace(found, made=fetched.made or one.fetched.made)
    return fetched


def _akin(project: Project, one: Class, other: Class) -> bool:
    return one in project.ancestry(other) or other in project.ancestry(one)


def _fixed(project: Project, rows: Rows, call: ast.Call) -> Fetched:
    """With the relationships that a filter says are the same row for all, or rows that are there
    already: the session has these by their keys.
    """
    names = {one.arg for one in call.keywords if one.arg}
    for arg in call.args:
        match arg:
            case (
                ast.Compare(left=ast.Attribute(attr=attr), ops=[ast.Eq()])
                | ast.Call(func=ast.Attribute(value=ast.Attribute(attr=attr), attr="in_"))
            ):
                names.add(attr)
    known = {
        link.name
        for link in models.links(project, rows.model)
        if not link.many and (link.name in names or f"{link.name}_id" in names)
    }
    return replace(rows.fetched, known=rows.fetched.known | known)


def _of_parent(project: Project, rows: Rows, call: ast.Call) -> Fetched:
    """After ``with_parent(event)``: the parent, and what it has in common with its rows."""
    word = last_word(call.args[0]) if call.args else ""
    known: set[str] = set()
    for link in models.links(project, rows.model):
        named = link.target is not None and word.endswith(link.target.name.lower())
        if not link.many and (named or word.endswith(link.name)):
            known.add(link.name)
            if link.target is not None:
                known |= sqlalchemy.alike(project, link.target, rows.model)
    return replace(rows.fetched, known=rows.fetched.known | known)


def of_tuples(
    project: Project, rows: Seq, func: ast.Attribute, call: ast.Call, frame: Frame
) -> Kind | None:
    """What a method of a query for several things, or of its result, gives."""
    word = func.attr
    if not isinstance(rows.of, Parts):
        return None
    if word == "scalars":
        return _scalars(rows)
    if word in ("scalar_one", "scalar_one_or_none", "scalar"):
        return _first(_scalars(rows))
    if word in ("first", "one", "one_or_none", "fetchone"):
        return rows.of
    if word == "options":
        items = [
            replace(one, fetched=_fetching(project, one.model, one.fetched, call, frame))
            if isinstance(one, Row)
            else one
            for one in rows.of.items
        ]
        return Seq(Parts(tuple(items)))
    return rows if word in _SAME or word in _LISTS else None


def _tuples(statement: Kind) -> Kind | None:
    if isinstance(statement, Rows):
        return Seq(Parts((Row(statement.model, statement.fetched, statement.at, statement),)))
    return statement


def _scalars(statement: Kind) -> Kind | None:
    match statement:
        case Rows():
            return replace(statement, kind="list")
        case Seq(of=Parts(items=[Row() as first, *_])):
            of = first.of or Rows(first.model)
            return replace(of, fetched=first.fetched, at=first.at, kind="list")
    return None


def _first(rows: Kind | None) -> Kind | None:
    return Row(rows.model, rows.fetched, rows.at, rows) if isinstance(rows, Rows) else None


__all__ = ["ASKING", "Loads", "asked", "called", "library", "of_class", "of_tuples", "selected"]

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The rows that tables show: those of views, those handed to a table, and what a table itself
fetches for them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from greenlint.project import calls, flow, members, models, views
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame, frame_of
from greenlint.project.memory import remembered
from greenlint.project.nodes import own_nodes, own_of
from greenlint.project.project import Class, Func, Project, Value
from greenlint.project.querysets import fetching
from greenlint.project.serializers import model_of
from greenlint.project.table_columns import columns, names_in_meta, steps
from greenlint.project.tables import is_table, outside_tables
from greenlint.project.values import Fetched, Kind, Obj, Ref, Row, Rows, Seq

# Tables of libraries that fetch what the accessors of their columns lead to.
_FETCHING = ("netbox.", "nautobot.", "utilities.")
# Words of views that show a table of other rows than theirs: those of a parent, or new ones.
_OTHER_ROWS = ("Import", "Create", "Children", "BulkAdd")


class Shown(NamedTuple):
    """A table and the rows that it shows; `node` is where they are handed to it, if they are."""

    table: Class
    rows: Rows
    node: ast.expr | None = None


def of_view(project: Project, cls: Class) -> Iterator[Shown]:
    """The table of a view and the view's rows."""
    table = _table_of(project, cls)
    if table is None or not _shows_rows(project, cls):
        return
    rows = _rows_of(project, cls)
    if rows is not None:
        yield Shown(table, rows)


def _table_of(project: Project, cls: Class) -> Class | None:
    for word in ("table_class", "table"):
        held = project.attribute(cls, word)
        found = _table(project, members.meaning(project, held) if held is not None else None)
        if found is not None:
            return found
    return None


def _table(project: Project, kind: Kind | None) -> Class | None:
    if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
        return kind.meaning if is_table(project, kind.meaning) else None
    return None


def _shows_rows(project: Project, cls: Class) -> bool:
    words = {one.name.rpartition(".")[2] for one in project.ancestry(cls)}
    is_view = any(word.endswith(("View", "ViewSet")) or "TableM" in word for word in words)
    others = any(part in word for word in words for part in _OTHER_ROWS)
    return is_view and (not others or any("List" in word for word in words))


def _rows_of(project: Project, cls: Class) -> Rows | None:
    for word in ("get_table_data", "table_data"):
        own = project.attribute(cls, word)
        kind: Kind | None = None
        if isinstance(own, Func):
            kind = calls.returned(project, own, Obj(cls))
        elif isinstance(own, Value):
            kind = members.meaning(project, own)
        if own is not None and kind is not None:
            return _rows(kind)
    return views.rows_of(project, cls)


def _rows(kind: Kind | None) -> Rows | None:
    match kind:
        case Rows():
            return kind
        case Seq(of=Row() as row):
            fetched = row.fetched.doubted("the list may hold rows from elsewhere, too")
            return Rows(row.model, fetched, row.at, kind="list")
    return None


def of_calls(project: Project, frame: Frame) -> Iterator[Shown]:
    """Tables that a body makes of rows: ``OrderTable(orders)``."""
    for node in own_of(frame.scope, ast.Call):
        if not _may_be_table(node.func):
            continue
        table = _table(project, flow.value(project, node.func, frame))
        if table is None:
            continue
        data = next((one.value for one in node.keywords if one.arg == "data"), None)
        if data is None and node.args and _takes_rows_first(project, table):
            data = node.args[0]
        rows = _rows(flow.value(project, data, frame)) if data is not None else None
        if data is not None and rows is not None:
            yield Shown(table, rows, data)


def _takes_rows_first(project: Project, table: Class) -> bool:
    """Whether the first argument of a table is its rows: its own ``__init__`` may want another."""
    own = project.attribute(table, "__init__")
    names = [one.arg for one in own.parameters[1:]] if isinstance(own, Func) else []
    return not names or names[0] in ("data", "queryset", "rows")


def _may_be_table(func: ast.expr) -> bool:
    word = dotted(func).rpartition(".")[2]
    return word.endswith("Table") or word in ("table", "table_class")


# -- what a table fetches itself ----------------------------------------------------------------


def fetched(project: Project, table: Class, rows: Rows) -> Fetched:
    """What is fetched with rows when the table has them: a list is left as it is."""
    found = rows.fetched
    if rows.kind == "list":
        return found
    if fetches_accessors(project, table):
        model = model_of(project, table) or rows.model
        paths = [column.path for column in columns(project, table).values()]
        paths += [steps(name) for name in names_in_meta(project, table, "fields") or ()]
        for path in paths:
            found = _along(project, found, model, path)
    for func in _making(project, table):
        found = _by_init(project, found, table, func)
    return found


@remembered(False)
def fetches_accessors(project: Project, table: Class) -> bool:
    """Whether a table's ``__init__`` fetches what the accessors of its columns lead to."""
    if any(name.startswith(_FETCHING) for name in outside_tables(project, table)):
        return True
    return any(_goes_by_accessors(func) for func in _making(project, table))


def _making(project: Project, table: Class) -> Iterator[Func]:
    """The methods of a table, and of those above it, that may fetch: ``__init__`` and the like."""
    for one in project.ancestry(table):
        if isinstance(one, Class):
            for func in members.methods(project, one):
                if func.node.args.args and not func.name.rpartition(".")[2].startswith("render"):
                    yield func


def _goes_by_accessors(func: Func) -> bool:
    reads = fetches = False
    for node in own_nodes(func.node):
        match node:
            case ast.Attribute(attr="accessor"):
                reads = True
            case ast.Call(func=ast.Attribute(attr=word) | ast.Name(id=word)):
                fetches = fetches or word.endswith(("select_related", "prefetch_related"))
    return reads and fetches


def _along(project: Project, found: Fetched, model: Class, path: tuple[str, ...]) -> Fetched:
    """With the relations that an accessor begins with: one row by row, or several by several."""
    one: list[str] = []
    several: list[str] = []
    at: Class | None = model
    for step in path:
        link = models.link(project, at, step) if at is not None else None
        if link is None or at is None:
            break
        single = not link.many and link.forward and link.kind != "any"
        if single and not several:
            one.append(step)
        elif not single and not one:
            several.append(step)
        else:
            break
        at = link.target
    if one:
        return found.select("__".join(one))
    return found.prefetch("__".join(several)) if several else found


def _by_init(project: Project, found: Fetched, table: Class, func: Func) -> Fetched:
    """With what a table's method fetches by name: ``self.add_conditional_prefetch("tags")``."""
    frame = frame_of(func, Obj(table))
    for node in own_nodes(func.node):
        match node:
            case ast.Call(func=ast.Attribute(attr=word)) if "prefetch" in word or (
                word == "select_related"
            ):
                given = [*node.args, *(one.value for one in node.keywords if one.arg)]
                for arg in given:
                    if flow.strings(project, arg, frame) is not None or isinstance(arg, ast.Call):
                        one = ast.Call(node.func, [arg], [])
                        found = _fetching(project, found, table, one, frame)
    return found


def _fetching(
    project: Project, found: Fetched, table: Class, call: ast.Call, frame: Frame
) -> Fetched:
    model = model_of(project, table)
    if model is None:
        return found
    return fetching(
        Rows(model, found),
        "prefetch_related",
        call,
        lambda expr: flow.value(project, expr, frame),
        lambda expr: flow.strings(project, expr, frame),
    )

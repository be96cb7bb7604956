# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Words for findings on how a queryset is asked: what is shown of it, how sure one can be."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint.project import flow, models, querysets
from greenlint.project.columns import are_unique
from greenlint.project.facts import dotted
from greenlint.project.frames import Frame
from greenlint.project.layout import Layout
from greenlint.project.nodes import word_of
from greenlint.project.project import Class, Outside, Project, Unit
from greenlint.project.proven import Cached, Query, query
from greenlint.project.usage import Use, others
from greenlint.project.values import Row, Rows
from greenlint.rule import Confidence
from greenlint_rules.often import FEW, OF_USER, ONCE, SELDOM, sets_up

_BRIEF = 50


def brief(node: ast.AST, most: int = _BRIEF) -> str:
    """An expression on one line, cut to `most` characters."""
    line = " ".join(ast.unparse(node).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def sure(query: Query, frame: Frame) -> Confidence | None:
    """Low where the rows may have been fetched along with another row, and in code that runs
    seldom: commands, migrations, what sets something up; medium where the model is not known; else
    the rule's own.
    """
    if query.cached is not Cached.NO:
        return Confidence.LOW
    name = frame.unit.name
    if ONCE.search(name) or SELDOM.search(name) or sets_up(getattr(frame.scope, "name", "")):
        return Confidence.LOW
    return Confidence.MEDIUM if query.rows is None else None


def is_of_one(query: Query, rows: ast.expr) -> bool:
    """Whether a queryset is of one row at most, as a filter by its key says: to count or to fetch
    it then costs what `exists()` would.
    """
    if query.rows is not None and query.rows.few:
        return True
    while isinstance(rows, (ast.Call, ast.Attribute)):
        if isinstance(rows, ast.Call) and word_of(rows) == "filter" and querysets.is_of_one(rows):
            return True
        rows = rows.func if isinstance(rows, ast.Call) else rows.value
    return False


def is_of_few(project: Project, frame: Frame, query: Query, rows: ast.expr) -> bool:
    """Whether a queryset is of a handful of rows: one at most, what a user has, the other side of a
    row's many-to-many relation (groups, sites), or what a program has a few of.
    """
    if is_of_one(query, rows):
        return True
    chain = list(_chain(rows, frame))
    start, conditions = chain[-1], _conditions(chain)
    if any(OF_USER.match(name) for name in conditions):
        return True
    if query.rows is not None and are_unique(project, query.rows.model, *conditions):
        return True
    if not isinstance(start, ast.Attribute) or start.attr in _MANAGERS:
        return False
    if FEW.search(start.attr) or OF_USER.match(dotted(start.value).rpartition(".")[2]):
        return True
    owner = flow.value(project, start.value, frame)
    link = models.link(project, owner.model, start.attr) if isinstance(owner, Row) else None
    return link is not None and link.kind == "many"


def column(rows: ast.expr, frame: Frame) -> str:
    """The one column that ``values_list("number", flat=True)`` reads; "" where there is none."""
    for call in _chain(rows, frame):
        match call:
            case ast.Call(
                func=ast.Attribute(attr="values_list"), args=[ast.Constant(value=str() as name)]
            ):
                return name
    return ""


_MANAGERS = frozenset(("objects", "_default_manager", "_base_manager"))


def _chain(rows: ast.expr, frame: Frame) -> Iterator[ast.expr]:
    """The calls of a chain, last first, through names that are given once, and what it starts
    from.
    """
    seen: set[str] = set()
    while True:
        yield rows
        match rows:
            case ast.Call(func=ast.Attribute(value=inner)):
                rows = inner
            case ast.Name(id=name) if name not in seen:
                seen.add(name)
                bound = frame.bindings.get(name, ())
                if len(bound) != 1 or bound[0].how != "assign" or bound[0].value is None:
                    return
                rows = bound[0].value
            case _:
                return


def _conditions(chain: list[ast.expr]) -> set[str]:
    """What the filters of a chain compare for equality: ``filter(paid=True, number=number)``."""
    return {
        word.arg.removesuffix("__exact")
        for call in chain
        if isinstance(call, ast.Call) and word_of(call) == "filter"
        for word in call.keywords
        if word.arg
    }


def django_alone(project: Project, rows: Rows | None) -> bool:
    """Whether the model and what makes its querysets are Django's own: no library's class is
    between, and none of the project's redefines how rows are asked.
    """
    if rows is None:
        return False
    ancestry = [*project.ancestry(rows.model)]
    for maker in rows.makers:
        ancestry += project.ancestry(maker)
    return all(_is_djangos(one) for one in ancestry)


def _is_djangos(one: Class | Outside) -> bool:
    if isinstance(one, Outside):
        return one.name.startswith(("django.db.", "django.contrib.")) or one.name == "object"
    return not _ASKED & set(one.facts.names)


_ASKED = frozenset(
    ("count", "exists", "contains", "get_queryset", "__len__", "__bool__", "iterator")
)


def untouched(
    project: Project, laid_out: Layout, frame: Frame, rows: ast.expr, uses: tuple[Use, ...]
) -> Query | None:
    """The queryset that an expression is for certain, whose rows nobody else reads: its other uses
    in the body are `uses` or make other queries of it.
    """
    if any(how is not Use.COMPOSED and how not in uses for _, how in others(laid_out, frame, rows)):
        return None
    found = query(project, rows, frame)
    if found is None or found.is_manager or not found.fresh:
        return None
    if found.cached is Cached.YES or found.methods & _NOT_FETCHED:
        return None
    return found


#: The way out where a question comes before the fetch of one row.
ONE_ROW = "fetch the row at once with `.first()`, and look whether it is None"


def is_for_one(laid_out: Layout, frame: Frame, rows: ast.expr) -> bool:
    """Whether one of the rows is asked for as well: then the question is one query too many."""
    for name, _ in others(laid_out, frame, rows):
        match laid_out.parents.get(name):
            case ast.Attribute(attr=attr) if attr in querysets.ONE:
                return True
            case ast.Subscript(slice=ast.Constant(value=0)):
                return True
    return False


# Rows that are none, or that are locked as they are fetched.
_NOT_FETCHED = frozenset(("none", "select_for_update"))


def used_after(laid_out: Layout, loop: ast.For, name: str) -> bool:
    """Whether a loop's name is read outside its body by the same code."""
    scope = laid_out.owners.get(loop.target) if isinstance(loop.target, ast.Name) else None
    end = loop.end_lineno or loop.lineno
    for one in laid_out.names.get(name, ()):
        if laid_out.owners[one] is scope and one.lineno > end and isinstance(one.ctx, ast.Load):
            around = laid_out.around(one)
            if not any(isinstance(node, _BINDING) and _binds(node, name) for node in around):
                return True
    return False


_BINDING = (ast.For, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


def _binds(loop: ast.AST, name: str) -> bool:
    targets = [loop.target] if isinstance(loop, ast.For) else []
    targets += [one.target for one in getattr(loop, "generators", ())]
    return any(isinstance(one, ast.Name) and one.id == name for one in targets)


def text_around(laid_out: Layout, node: ast.AST) -> ast.JoinedStr | None:
    """The f-string that holds a node: before Python 3.12 the whole has the only sure place."""
    around = laid_out.around(node)
    texts = [one for one in around if isinstance(one, ast.JoinedStr)]
    return texts[-1] if texts else None


def is_closed(node: ast.expr) -> bool:
    """Whether a method can be called on an expression as it is written."""
    return isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript))


def code(unit: Unit, node: ast.AST) -> str:
    """The source of a node, as it stands."""
    span = unit.spans.of(node)
    return unit.source.text[span.start : span.end]

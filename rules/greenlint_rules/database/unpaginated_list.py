# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN336: a list of the REST framework sends every row of a table, however many there are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from greenlint.messages import say
from greenlint.project import views
from greenlint.project.facts import dotted
from greenlint.project.nodes import every
from greenlint.project.paginating import sends_whole_list
from greenlint.project.project import Class, Func, Project, Unit
from greenlint.project.values import Rows
from greenlint.rule import Confidence, Hit, Options, Related, Rule

RULE = Rule(
    code="GRN336",
    name="unpaginated-list",
    severity="note",
    confidence="medium",
    needles=(b"ViewSet", b"APIView", b"ListModelMixin"),
    since="0.1.0",
    lifecycle="preview",
    help="set `pagination_class`, or `DEFAULT_PAGINATION_CLASS` and `PAGE_SIZE` in "
    "`REST_FRAMEWORK`",
    opt_in=True,
    across=True,
    alone=False,
    tests=False,
    repeats=False,
)

# Tables that are closed: somebody writes their few rows by hand.
_CLOSED = re.compile(
    r"(?:Type|Status|State|Category|Country|Language|Locale|Currency|Role|Kind|Level|Unit|Region"
    r"|Choice|Option|Setting|Settings|Config|Configuration|Group|Permission|Site|Plan|Theme"
    r"|Template|License|Domain|Channel|Storage)\Z"
)
# What takes out some of the rows: those of a parent, of a user, of a state.
_FILTERS = (
    "filter_queryset", "filter_backends", "filterset_class", "filterset_fields", "filter_class",
    "filter_fields",
)  # fmt: skip
_NARROWING = frozenset(("filter", "exclude", "get", "none", "first", "last", "in_bulk"))


@RULE.across_files
def whole_list(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """A view with rows that lists them all, in a project whose settings are known."""
    for view in unit.classes.values():
        if not views.is_view(project, view) or not views.lists(project, view):
            continue
        if not sends_whole_list(project, view):
            continue
        rows = views.rows_of(project, view, "list")
        if rows is None or rows.kind == "list" or _CLOSED.search(rows.model.name):
            continue
        if _is_cut(project, view):
            continue
        yield Hit(
            view.node,
            say(
                "{view} sends all rows of {model} in one answer: neither it nor the settings give "
                "a pagination class",
                view=f"`{view.name}`",
                model=f"`{rows.model.name}`",
            ),
            confidence=Confidence.LOW if _is_narrowed(project, view, rows) else None,
            related=(Related(rows.at.node, "these rows", rows.at.path),) if rows.at else (),
        )


def _is_narrowed(project: Project, view: Class, rows: Rows) -> bool:
    """Whether only some rows are asked for: few, perhaps."""
    if any(project.attribute(view, name) is not None for name in _FILTERS):
        return True
    own = project.attribute(view, "get_queryset")
    return (
        bool(_NARROWING & set(rows.methods))
        or bool(rows.relation)
        or (isinstance(own, Func) and _asks_for(own, _NARROWING))
    )


def _asks_for(function: Func, words: frozenset[str]) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in words for node in every(function.node)
    )


def _is_cut(project: Project, view: Class) -> bool:
    """Whether the rows are cut by hand: ``[:100]``, ``paginator(rows, request)``."""
    methods = [project.attribute(view, name) for name in ("get_queryset", "filter_queryset")]
    nodes = (node for own in methods if isinstance(own, Func) for node in every(own.node))
    return any(
        isinstance(node, ast.Slice) or (isinstance(node, ast.Call) and "pag" in dotted(node.func))
        for node in nodes
    )

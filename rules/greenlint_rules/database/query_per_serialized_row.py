# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN308: a serializer that shows lists asks the database anew for each row."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint_rules.anew import instead, is_subquery, surely

from greenlint.messages import say
from greenlint.project import serializers
from greenlint.project.fields import is_serializer, method_of
from greenlint.project.frames import frame_of
from greenlint.project.knowing import Function, function_around, may_know
from greenlint.project.listings import listed
from greenlint.project.needs import Need, needs
from greenlint.project.project import Class, Func, Project, Unit
from greenlint.project.rowqueries import RowQuery, queries
from greenlint.project.values import At, Obj
from greenlint.rule import Confidence, Hit, Options, Related, Rule

RULE = Rule(
    code="GRN308",
    name="query-per-serialized-row",
    needles=(b"erializer",),
    since="0.1.0",
    lifecycle="preview",
    across=True,
    alone=False,
    tests=False,
)


@RULE.across_files
def serializer(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Serializers of several rows whose fields and methods send queries."""
    for cls in unit.classes.values():
        if not is_serializer(project, cls):
            continue
        hits = list(_hits(project, cls))
        at = listed(project, cls) if hits else None
        if at is None:
            continue
        told: set[int] = set()
        for hit in hits:
            line = getattr(hit.node, "lineno", 0)
            if line not in told:
                told.add(line)
                shows = Related(at.node, "several rows are shown with it here", at.unit.name)
                yield hit._replace(related=(*hit.related, shows))


def _hits(project: Project, cls: Class) -> Iterator[Hit]:
    yield from _of_relations(project, cls)
    for func, name, dropped in _methods(project, cls):
        frame = frame_of(func, Obj(cls))
        for query in queries(project, frame, func.parameters[1].arg):
            yield _of_query(query, func, name, dropped)


# -- relations of the row -----------------------------------------------------------------------


def _of_relations(project: Project, cls: Class) -> Iterator[Hit]:
    """``row.lines.filter(...)``, in a method or in a property of the model."""
    model = serializers.model_of(project, cls)
    if model is None:
        return
    accesses = sorted(serializers.accesses(project, cls), key=lambda one: len(one.path))
    told: set[tuple[str, str, object]] = set()
    for need in (need for one in accesses for need in needs(project, model, [one])):
        asks = need.how == "query" and need.method != "none"
        place = _place(need, cls) if asks else None
        if place is None or any(map(is_subquery, (need.at, *need.via))):
            continue
        key = need.path, need.method, function_around(place, cls.unit) or place
        if key not in told:
            told.add(key)
            yield _of_need(need, place)


def _of_need(need: Need, place: ast.AST) -> Hit:
    return Hit(
        place,
        say(
            "each row asks the database for `{relation}` anew: `{method}()` does not use what was "
            "prefetched",
            relation=need.path.replace("__", "."),
            method=need.method,
        ),
        help=instead(need.method),
        confidence=surely(need),
        related=tuple(_asks(need, place)),
    )


def _place(need: Need, cls: Class) -> ast.AST | None:
    """Where a serializer's own body reads it, or calls what reads it."""
    if _within(need.at, cls):
        return need.at.node
    if any("erializer" in one.name and _within(need.at, one) for one in _classes(need.at)):
        return None
    return next((one.node for one in need.via if _within(one, cls)), None)


def _classes(at: At) -> list[Class]:
    return list(at.unit.classes.values()) if isinstance(at.unit, Unit) else []


def _within(at: At, cls: Class) -> bool:
    node = cls.node
    line = getattr(at.node, "lineno", 0)
    return at.unit is cls.unit and node.lineno <= line <= (node.end_lineno or 0)


def _asks(need: Need, place: ast.AST) -> Iterator[Related]:
    for one in (*need.via, need.at)[-2:]:
        if one.node is not place:
            yield Related(one.node, say("asks for `{path}`", path=need.path), one.unit.name)


# -- queries of a model -------------------------------------------------------------------------


def _methods(project: Project, cls: Class) -> Iterator[tuple[Func, str, bool]]:
    """The methods in a serializer's own body that get each row; whether the field may be left
    out.
    """
    dropped = serializers.dropped_names(project, cls)
    for field in serializers.fields(project, cls).values():
        if field.kind == "SerializerMethodField":
            func = method_of(project, cls, field)
            if func is not None and func.owner is cls and len(func.parameters) > 1:
                yield func, field.name, bool(dropped & {"*", field.name})
    own = project.own_attribute(cls, "to_representation")
    if isinstance(own, Func) and len(own.parameters) > 1:
        yield own, "to_representation", False


def _of_query(query: RowQuery, func: Func, name: str, dropped: bool) -> Hit:
    unsure = query.unsure or dropped or not query.own
    sure = Confidence.MEDIUM if unsure else Confidence.HIGH
    if isinstance(func.node, Function) and may_know(func.node):
        sure = Confidence.LOW
    return Hit(
        query.node,
        say(
            "`{field}` asks the database for `{model}` rows once for each row that is shown",
            field=name,
            model=query.model.name,
        )
        if query.own
        else say(
            "`{field}` asks the database for the same `{model}` rows again for each row",
            field=name,
            model=query.model.name,
        ),
        help=instead(query.method)
        if query.own
        else say("ask once, in the view, and hand the answer on in the serializer's context"),
        confidence=Confidence.LOW
        if not isinstance(func.node, ast.Lambda) and may_know(func.node)
        else sure,
    )

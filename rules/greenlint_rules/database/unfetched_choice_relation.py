# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN309: the rows that a field offers are shown by texts that read unfetched relations."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from greenlint_rules.fetching import advice, confidence, missing, named, places

from greenlint.messages import say
from greenlint.project import flow
from greenlint.project.fields import is_serializer
from greenlint.project.frames import Frame, frames_in
from greenlint.project.needs import Need
from greenlint.project.nodes import own_of
from greenlint.project.paths import TEXT, Access, of_parameter
from greenlint.project.project import Class, Func, Outside, Project, Unit, Value
from greenlint.project.values import At, Obj, Ref, Rows
from greenlint.rule import Confidence, Hit, Options, Rule

RULE = Rule(
    code="GRN309",
    name="unfetched-choice-relation",
    needles=(b"ModelChoiceField", b"ModelMultipleChoiceField", b"RelatedField", b"].queryset"),
    since="0.1.0",
    lifecycle="preview",
    across=True,
    alone=False,
    tests=False,
)
_FORMS = ("ModelChoiceField", "ModelMultipleChoiceField")
# What gives a field its rows, or makes it with them.
_OFFERING: tuple[type[ast.AST], ...] = (ast.Assign, ast.Call)
# Widgets that hold what was chosen alone.
_SEARCHED = ("hidden", "select2", "autocomplete", "rawid", "ajax", "heavy", "raw_id")


# What a field's own class changes where it lists other options than its queryset.
_OWN = ("widget", "get_bound_field", "iterator")


class Offer(NamedTuple):
    """Rows to choose from: where they are written, the field's own class, how sure it is that a
    form lists them.
    """

    rows: ast.expr
    field: Class | None
    sure: Confidence


@RULE.across_files
def choices(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Fields that are made with a queryset, and querysets that a form gives its fields."""
    for frame in _frames(unit, project):
        for node in own_of(frame.scope, *_OFFERING):
            offer = _offered(project, node, frame)
            rows = flow.value(project, offer.rows, frame) if offer is not None else None
            if offer is None or not isinstance(rows, Rows):
                continue
            if rows.few or "none" in rows.methods:
                continue
            found = missing(project, rows, _shown(project, offer, frame))
            if found:
                yield _hit(offer, rows, found)


def _frames(unit: Unit, project: Project) -> Iterator[Frame]:
    yield from frames_in(project, unit)
    for cls in unit.classes.values():
        yield Frame(unit, cls.node, cls)


def _offered(project: Project, node: ast.AST, frame: Frame) -> Offer | None:
    match node:
        case ast.Assign(
            targets=[ast.Attribute(value=ast.Subscript(value=held, slice=key), attr="queryset")],
            value=rows,
        ) if ast.unparse(held) == "self.fields" and frame.owner is not None:
            return _given(project, frame.owner, key, rows, frame)
        case ast.Call():
            return _made(project, node, frame)
    return None


def _given(
    project: Project, form: Class, key: ast.expr, rows: ast.expr, frame: Frame
) -> Offer | None:
    """``self.fields["product"].queryset = ...`` in a form, unless the field searches or hides."""
    if is_serializer(project, form):
        return Offer(rows, None, Confidence.LOW)
    name = str(getattr(key, "value", ""))
    declared = project.attribute(form, name) if name else None
    written = ast.unparse(declared.node) if isinstance(declared, Value) else ""
    widgets = [
        ast.unparse(node.value)
        for node in own_of(frame.scope, ast.Assign)
        if ast.unparse(node.targets[0]).endswith(f"{name!r}].widget")
    ]
    if any(one in word.lower() for word in (written, *widgets) for one in _SEARCHED):
        return None
    return Offer(rows, None, Confidence.MEDIUM if written and not widgets else Confidence.LOW)


def _made(project: Project, call: ast.Call, frame: Frame) -> Offer | None:
    """``ModelChoiceField(queryset=...)`` of Django, of a library or of the project."""
    word = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
    given = {one.arg: one.value for one in call.keywords}
    rows = given.get("queryset") or (call.args[0] if call.args else None)
    if rows is None or not word[:1].isupper():
        return None
    if "queryset" not in given and not word.endswith("ChoiceField"):
        return None
    kind = flow.value(project, call.func, frame)
    meant = kind.meaning if isinstance(kind, Ref) else None
    if isinstance(meant, Class):
        names = [one.name.rpartition(".")[2] for one in project.ancestry(meant)]
    elif isinstance(meant, Outside):
        names = [word]
    else:
        return None
    own = meant if isinstance(meant, Class) else None
    if any(name in _FORMS for name in names):
        if own is not None and any(project.attribute(own, name) for name in _OWN):
            return None
        widget = ast.unparse(given["widget"]).lower() if "widget" in given else ""
        if any(one in widget for one in _SEARCHED):
            return None
        return Offer(rows, own, Confidence.MEDIUM if widget or own else Confidence.HIGH)
    if "queryset" in given and any(name.endswith("RelatedField") for name in names):
        return Offer(rows, None, Confidence.LOW)
    return None


def _shown(project: Project, offer: Offer, frame: Frame) -> list[Access]:
    """What the text of each row reads."""
    own = project.attribute(offer.field, "label_from_instance") if offer.field else None
    if isinstance(own, Func) and offer.field is not None and len(own.parameters) > 1:
        name = own.parameters[1].arg
        return list(of_parameter(project, own, name, Obj(offer.field)))
    return [Access((TEXT,), At(frame.unit, offer.rows))]


def _hit(offer: Offer, rows: Rows, found: list[Need]) -> Hit:
    least = max(offer.sure, confidence(rows, found), key=lambda one: one.rank)
    return Hit(
        offer.rows,
        say(
            "the text of each row to choose from reads {relations}: a query for each option",
            relations=named(found),
        ),
        help=advice(found),
        confidence=least,
        related=tuple(places(found)),
    )

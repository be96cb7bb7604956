# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What an attribute of a class, a row, a queryset or an object stands for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from greenlint.project import calls, flow, models, parameters, sqlalchemy, statements
from greenlint.project.facts import dotted
from greenlint.project.filling import is_empty
from greenlint.project.frames import Frame, Scan, frame_of, scan
from greenlint.project.made import classes_of
from greenlint.project.memory import remembered
from greenlint.project.nodes import every
from greenlint.project.project import Class, Func, Meaning, Project, Unit, Value
from greenlint.project.values import (
    FROM_ELSEWHERE,
    Bound,
    Fetched,
    Kind,
    Obj,
    Ref,
    Row,
    Rows,
    Seq,
    Super,
    either,
)

# Calls followed within one another before an expression counts as unknown.
_DEEP = 12
_MANAGERS = frozenset(("objects", "_default_manager", "_base_manager", "all_objects"))


# -- attributes ---------------------------------------------------------------------------------


def meaning(project: Project, meant: Meaning | None) -> Kind | None:
    """The kind of what a name at the top of a file or class stands for."""
    match meant:
        case Value(unit=unit, node=node, owner=owner):
            if project.memory.depth > _DEEP * 3:
                return None
            made = _value_once(project, unit, node, owner)
            return made if made is not None else _alias(project, meant)
        case None:
            return None
    return Ref(meant)


@remembered()
def _value_once(project: Project, unit: Unit, node: ast.expr, owner: Class | None) -> Kind | None:
    scope = owner.node if owner is not None else unit.tree
    return flow.value(project, node, Frame(unit, scope, owner))


def _alias(project: Project, meant: Value) -> Kind | None:
    found = project.aliased(meant)
    return Ref(found) if found is not None and not isinstance(found, Value) else None


def attribute(project: Project, kind: Kind | None, name: str) -> Kind | None:
    """What ``kind.name`` is."""
    match kind:
        case Ref(meaning=Class() as cls):
            return _of_class(project, cls, name)
        case Ref(meaning=meant):
            return meaning(project, project.member(meant, name))
        case Row() | Obj() if name == "__class__":
            return Ref(kind.model if isinstance(kind, Row) else kind.kind)
        case Row():
            return of_row(project, kind, name)
        case Rows():
            return method_of_rows(project, kind, name)
        case Obj(kind=Class() as cls):
            return _of_object(project, kind, cls, name)
        case Super(owner=owner, this=this):
            start = _class_of(this)
            found = project.above(owner, name, start) if start is not None else None
            return looked_up(project, found, this)
        case Seq() if name == "object_list":
            return kind
    return None


def _class_of(kind: Kind) -> Class | None:
    match kind:
        case Row(model=cls) | Obj(kind=Class() as cls):
            return cls
        case Rows(makers=[cls, *_]):
            return cls
        case Ref(meaning=Class() as cls):
            return cls
    return None


def _of_class(project: Project, cls: Class, name: str) -> Kind | None:
    if sqlalchemy.is_mapped(project, cls):
        made = statements.of_class(project, cls, name)
        if made is not None:
            return made
    found = project.attribute(cls, name)
    if models.is_model(project, cls) and not sqlalchemy.is_mapped(project, cls):
        if isinstance(found, Value) and (rows := _manager(project, cls, found)) is not None:
            return rows
        if name in _MANAGERS and not isinstance(found, (Func, Class)):
            return Rows(cls, makers=_makers_of(project, cls, found), kind="manager")
    if isinstance(found, Func):
        return Bound(found, Ref(cls)) if parameters.is_class_method(found.node) else Ref(found)
    return meaning(project, found)


def _manager(project: Project, cls: Class, held: Value) -> Rows | None:
    """``objects = OrderManager()`` in a model's body."""
    makers = _makers(project, held)
    if not makers and "anager" not in ast.unparse(held.node)[:200]:
        return None
    rows = Rows(cls, makers=makers, kind="manager")
    return _as_made(project, rows)


def _makers_of(project: Project, cls: Class, found: object) -> tuple[Class, ...]:
    return _makers(project, found) if isinstance(found, Value) else ()


@remembered(())
def _makers(project: Project, held: Value) -> tuple[Class, ...]:
    """The manager and queryset classes of the project that an expression makes a manager of."""
    found: list[Class] = []
    for node in every(held.node):
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = dotted(node)
            for suffix in (".as_manager", ".from_queryset"):
                name = name.removesuffix(suffix)
            if held.owner is not None:
                meant = project.within(held.owner, name) if name else None
            else:
                meant = project.meaning(held.unit, name) if name else None
            if isinstance(meant, Value):
                found += [one for one in classes_of(project, meant) if isinstance(one, Class)]
            elif isinstance(meant, Class) and meant not in found:
                found.append(meant)
    return tuple(found)


def _as_made(project: Project, rows: Rows) -> Rows:
    """The rows of a manager with what its own get_queryset() fetches."""
    for maker in rows.makers:
        own = project.attribute(maker, "get_queryset")
        if isinstance(own, Func):
            got = calls.returned(project, own, rows)
            if isinstance(got, Rows) and got.model is rows.model:
                return replace(got, makers=(*rows.makers, *got.makers), kind="manager", at=None)
            return replace(rows, fetched=rows.fetched.doubted("its manager is not understood"))
    return rows


def of_row(project: Project, row: Row, name: str) -> Kind | None:
    """An attribute of a row: a relation, a property, a method."""
    link = models.link(project, row.model, name)
    if link is not None:
        if link.target is None:
            return None
        below = row.fetched.below(name)
        if link.lazy:
            return _of_relationship(project, row, link, below)
        leads_back = link.back and (link.kind == "one-one" or not link.forward)
        if leads_back:
            below = replace(below, known=below.known | {link.back})
        if link.many:
            target = _of_class(project, link.target, "objects")
            makers = target.makers if isinstance(target, Rows) else ()
            if isinstance(target, Rows):
                below = below.either(target.fetched)
            return Rows(link.target, below, row.at, makers, "manager", name)
        return Row(link.target, below, row.at, row.of)
    found = project.attribute(row.model, name)
    return looked_up(project, found, row) if found is not None else _kept(project, row.model, name)


@remembered()
def _kept(project: Project, model: Class, name: str) -> Kind | None:
    """Rows that methods of a model keep in an attribute of the row: ``self.lines = list(...)``."""
    kind = _set_on_self(project, Row(model, FROM_ELSEWHERE), model, name)
    set_later = frozenset(_set_on_others(project, model, name)) if kind is not None else frozenset()
    match kind:
        case Rows():
            return replace(kind, fetched=kind.fetched.prefetch(*set_later))
        case Seq(of=Row() as row):
            return replace(kind, of=replace(row, fetched=row.fetched.prefetch(*set_later)))
    return None


def _set_on_others(project: Project, model: Class, name: str) -> Iterator[str]:
    """The attributes that loops over ``self.name`` set on what they go over."""
    for one in project.ancestry(model):
        for func in methods(project, one) if isinstance(one, Class) else ():
            held = scan(func.node)
            for attr, setting in held.attributes.items() if name in held.attributes_read else ():
                for node in setting:
                    for target in node.targets if isinstance(node, ast.Assign) else ():
                        if _is_of_loop(target, name, held):
                            yield attr


def _is_of_loop(target: ast.expr, name: str, held: Scan) -> bool:
    match target:
        case ast.Attribute(value=ast.Name(id=row)):
            return any(
                isinstance(node, ast.Attribute) and node.attr == name
                for one in held.bindings.get(row, ())
                if one.how == "loop" and one.value is not None
                for node in every(one.value)
            )
    return False


def _of_relationship(project: Project, row: Row, link: models.Link, below: Fetched) -> Kind | None:
    """What SQLAlchemy gives for a relationship: a row, a list, or a query of its own."""
    assert link.target is not None
    below = replace(below, known=below.known | sqlalchemy.shared(project, row.model, link))
    if not link.many:
        return Row(link.target, below, row.at, row.of)
    if link.lazy in sqlalchemy.QUERIES:
        return Rows(link.target, Fetched(known=below.known), kind="queryset")
    return Rows(link.target, below, row.at, (), "list", link.name)


def looked_up(project: Project, found: Meaning | None, this: Kind) -> Kind | None:
    """An attribute of an object's class, seen from the object."""
    match found:
        case Func() if models.is_property(found):
            return calls.returned(project, found, this)
        case Func() if parameters.is_static(found.node):
            return Ref(found)
        case Func():
            return Bound(found, this)
        case Value() if isinstance(this, Row):
            return None
    return meaning(project, found)


def method_of_rows(project: Project, rows: Rows, name: str) -> Kind | None:
    """A method that the project's own manager or queryset adds."""
    for maker in rows.makers:
        found = project.attribute(maker, name)
        if isinstance(found, Func):
            return looked_up(project, found, rows)
    return rows if name == "object_list" else None


def _of_object(project: Project, this: Obj, cls: Class, name: str) -> Kind | None:
    found = project.attribute(cls, name)
    own = _set_on_self(project, this, cls, name)
    if found is None and own is None and name in ("object", "instance"):
        from greenlint.project.views import shown_object

        return shown_object(project, this, cls)
    if found is None and own is None and name == "model":
        from greenlint.project import admin

        return next((Ref(one) for one in admin.models_of(project, cls)), None)
    if found is None or (isinstance(found, Value) and own is not None):
        return own
    return looked_up(project, found, this)


@remembered()
def _set_on_self(project: Project, this: Obj | Row, cls: Class, name: str) -> Kind | None:
    """What methods of a class give ``self.name``, or put into it where it is made empty."""
    kinds: list[Kind] = []
    empty = False
    for one in project.ancestry(cls):
        if not isinstance(one, Class):
            continue
        for func in methods(project, one):
            setting = scan(func.node).attributes.get(name, ())
            if not setting or not func.parameters:
                continue
            me, frame = func.parameters[0].arg, frame_of(func, this)
            for node in setting:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if not any(_is_own(target, me, name) for target in targets):
                    continue
                empty = empty or is_empty(node.value)
                kind = flow.value(project, node.value, frame)
                if kind is None and isinstance(node, ast.AnnAssign):
                    kind = parameters.annotated(project, node.annotation, frame)
                kinds += [kind] if kind is not None else []
    if not kinds and empty:
        return _put_on_self(project, this, cls, name)
    return either(kinds) if kinds else None


def _put_on_self(project: Project, this: Obj | Row, cls: Class, name: str) -> Kind | None:
    """What methods put into ``self.rows``."""
    kinds: list[Kind] = []
    keys: Kind | None = None
    for one in project.ancestry(cls):
        for func in methods(project, one) if isinstance(one, Class) else ():
            held = f"{func.parameters[0].arg}.{name}" if func.parameters else ""
            if held in scan(func.node).filled:
                kind, keys = flow.filling(project, held, frame_of(func, this))
                kinds += [kind] if kind is not None else []
    of = either(kinds) if kinds else None
    return Seq(of, keys) if of is not None else None


def _is_own(target: ast.expr, me: str, name: str) -> bool:
    return (
        isinstance(target, ast.Attribute)
        and target.attr == name
        and isinstance(target.value, ast.Name)
        and target.value.id == me
    )


def methods(project: Project, cls: Class) -> list[Func]:
    """The functions in a class's own body; kept with the class's node."""
    body = project.body(cls.unit)
    node = body.classes.get(cls.name)
    kept: list[Func] | None = vars(node).get("_methods") if node is not None else None
    if kept is None:
        kept = [Func(cls.unit, one, cls) for one in body.methods.get(cls.name, ())]
        if node is not None:
            vars(node)["_methods"] = kept
    return kept

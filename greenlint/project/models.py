# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Models with rows: which classes they are, what their attributes lead to, forwards and back."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from greenlint.project import settings, sqlalchemy
from greenlint.project.facts import Relation, dotted
from greenlint.project.memory import remembered
from greenlint.project.project import Class, Func, Outside, Project, Unit, Value

_NOT_DJANGO = frozenset(
    (
        "pydantic", "sqlmodel", "peewee", "mongoengine", "odoo", "tortoise", "sqlalchemy", "scrapy",
        "torch", "keras", "tensorflow", "sklearn", "transformers", "ormar",
    )
)  # fmt: skip
USERS = frozenset(
    (
        "django.contrib.auth.models.AbstractUser", "django.contrib.auth.models.AbstractBaseUser",
        "django.contrib.auth.base_user.AbstractBaseUser",
        "oscar.apps.customer.abstract_models.AbstractUser",
    )
)  # fmt: skip

_ACCESSORS = ("__get__", "descriptor_class", "forward_related_accessor_class")


@dataclass(frozen=True, slots=True)
class Link:
    """A relation as an attribute of a model.

    `many`: it gives rows, not one row.  `back` is the attribute of the target that leads back,
    where each target has just one; `target` is None for what is not of this project.  `owner`
    declares it, as its `attribute`.  `lazy` is how SQLAlchemy loads it, "" for Django.
    """

    lasts: ClassVar[bool] = True

    name: str
    target: Class | None
    many: bool
    nullable: bool
    owner: Class
    attribute: str
    forward: bool = True
    back: str = ""
    kind: str = "one"
    lazy: str = ""


@remembered(False)
def is_model(project: Project, cls: Class) -> bool:
    """Whether a class has rows: mapped by SQLAlchemy, or a Django model by what it inherits or by
    its fields.
    """
    if sqlalchemy.is_mapped(project, cls):
        return True
    if cls.facts.name.rpartition(".")[2] in ("Meta", "Media"):
        return False
    outside = [one.name for one in project.ancestry(cls) if isinstance(one, Outside)]
    if any(name.partition(".")[0] in _NOT_DJANGO for name in outside):
        return False
    if any(_model_base(name) for name in outside):
        return True
    fields = any(isinstance(one, Class) and one.facts.relations for one in project.ancestry(cls))
    return fields and not any(".serializers" in n or ".forms" in n for n in outside)


def is_django(project: Project, cls: Class) -> bool:
    """Whether a model is one of Django."""
    return not sqlalchemy.is_mapped(project, cls) and is_model(project, cls)


def _model_base(name: str) -> bool:
    *modules, last = name.split(".")
    if name in USERS or last in ("Model", "MPTTModel", "PolymorphicModel"):
        return bool(modules)
    in_models = any(part == "models" or part.endswith("_models") for part in modules)
    not_rows = ("Manager", "QuerySet", "Field", "Choices", "Mixin", "Prefetch", "Index")
    return in_models and not last.endswith(not_rows) and last[:1].isupper()


@remembered(())
def links(project: Project, cls: Class) -> tuple[Link, ...]:
    """The relations that a model has by its own body and those above it, and those that lead here
    from elsewhere.
    """
    if sqlalchemy.is_mapped(project, cls):
        return sqlalchemy.links(project, cls)
    found: dict[str, Link] = {}
    for one in project.ancestry(cls):
        if isinstance(one, Class):
            for relation in one.facts.relations:
                if not relation.made or not _answers_itself(project, one, relation.made):
                    found.setdefault(relation.name, _forward(project, one, relation, cls))
    for one in project.ancestry(cls):
        if isinstance(one, Class):
            for link in _backward(project).get(one, ()):
                found.setdefault(link.name, link)
    return tuple(found.values())


def link(project: Project, cls: Class, name: str) -> Link | None:
    """The relation of that name."""
    return _by_name(project, cls).get(name)


@remembered({})
def _by_name(project: Project, cls: Class) -> Mapping[str, Link]:
    return {one.name: one for one in links(project, cls)}


def has_column(project: Project, cls: Class, name: str) -> bool:
    """Whether `name` is the column of a relation, such as ``customer_id``."""
    return name.endswith("_id") and link(project, cls, name[:-3]) is not None


@remembered(False)
def _answers_itself(project: Project, owner: Class, made: str) -> bool:
    """Whether a field class of the project's own decides what reading the field gives: by an
    accessor of its own, or by an attribute that it sets on the model.
    """
    meant = project.within(owner, made)
    field = project.aliased(meant) if isinstance(meant, Value) else meant
    if not isinstance(field, Class):
        return False
    if any(project.attribute(field, one) is not None for one in _ACCESSORS):
        return True
    own = project.attribute(field, "contribute_to_class")
    return isinstance(own, Func) and any(
        isinstance(node, ast.Call)
        and dotted(node.func) == "setattr"
        and len(node.args) > 1
        and dotted(node.args[1]) in ("name", "self.name")
        for node in ast.walk(own.node)
    )


def _forward(project: Project, owner: Class, relation: Relation, of: Class) -> Link:
    target = resolve(project, owner, relation.to, of)
    many = relation.kind in ("many", "generic", "tags")
    back = ""
    if target is not None and relation.kind in ("one", "one-one"):
        back = _accessor(relation, of)
    return Link(
        relation.name,
        target,
        many,
        relation.nullable,
        owner,
        relation.name,
        back=back,
        kind=relation.kind,
    )


@remembered()
def resolve(project: Project, owner: Class, to: str, of: Class) -> Class | None:
    """The model that a relation's target names: a class, "app.Model", "Model" or "self"."""
    if not to:
        return None
    if not to.startswith("'"):
        meant = project.within(owner, to)
        if isinstance(meant, Value):
            text = _string(meant.node)
            meant = resolve(project, owner, f"'{text}", of) if text else project.aliased(meant)
        if isinstance(meant, Class):
            return meant
        name = to.rpartition("settings.")[2]
        text = settings.text_of(project, name) if name != to and "." not in name else ""
        if text and (named := resolve(project, owner, f"'{text}", of)) is not None:
            return named
        return user(project) if to.endswith("AUTH_USER_MODEL") or to == "User" else None
    label, _, name = to[1:].rpartition(".")
    if name == "self":
        return of
    found = [one for one in _models_by_name(project).get(name, ()) if not label or _in(one, label)]
    if label and not found:
        found = [one for one in _models_by_name(project).get(name, ()) if not one.unit.shipped]
        found = found if len(found) == 1 else []
    found = [one for one in found if not one.unit.shipped] or found
    if not found:
        return None
    near = [one for one in found if one.unit is owner.unit]
    app = [one for one in found if one.unit.parts[:-1] == owner.unit.parts[:-1]]
    return (near or app or sorted(found, key=lambda one: one.unit.name))[0]


def _string(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _in(cls: Class, label: str) -> bool:
    label = label.rpartition(".")[2]
    return label in cls.unit.parts or label.rpartition("_")[2] in cls.unit.parts


@remembered()
def user(project: Project) -> Class | None:
    """The project's own user model; Django's where it has none, or several to try itself with."""
    found = [
        one
        for one in project.classes
        if not one.facts.abstract and not one.unit.is_test and project.libraries(one) & USERS
    ]
    own = [one for one in found if not one.unit.shipped]
    chosen = own if len(own) == 1 else [one for one in found if one.unit.shipped]
    return chosen[0] if len(chosen) == 1 else None


@remembered([])
def models(project: Project) -> list[Class]:
    """Every model that has a table or may give its fields to one, tests left out."""
    return [one for one in project.classes if not one.unit.is_test and is_model(project, one)]


@remembered()
def by_label(project: Project, label: str, unit: Unit) -> Class | None:
    """The model of ``get_model("shop", "order")``: Django asks for it whatever its case."""
    *_, app, name = f".{label}".split(".")
    found = [
        one
        for one in models(project)
        if one.name.lower() == name.lower() and (not app or app in one.unit.parts)
    ]
    return found[0] if len(found) == 1 else None


@remembered()
def _models_by_name(project: Project) -> dict[str, list[Class]]:
    found: dict[str, list[Class]] = defaultdict(list)
    for one in models(project):
        found[one.name].append(one)
    return found


@remembered()
def _backward(project: Project) -> dict[Class, list[Link]]:
    """The accessors that relations of other models give to each model."""
    found: dict[Class, list[Link]] = defaultdict(list)
    for declaring in models(project):
        for relation in declaring.facts.relations:
            if relation.kind in ("any", "generic", "tags") or relation.reverse == "+":
                continue
            for owner in _concrete(project, declaring):
                target = resolve(project, declaring, relation.to, owner)
                name = _accessor(relation, owner)
                if target is None or not name:
                    continue
                found[target].append(
                    Link(
                        name,
                        owner,
                        relation.kind != "one-one",
                        True,
                        declaring,
                        relation.name,
                        forward=False,
                        back=relation.name if relation.kind != "many" else "",
                        kind=relation.kind,
                    )
                )
    return found


def _concrete(project: Project, cls: Class) -> list[Class]:
    """A model itself, or those that inherit an abstract one's fields."""
    if not cls.facts.abstract:
        return [cls]
    return [one for heir in project.heirs.get(cls, ()) for one in _concrete(project, heir)]


def _accessor(relation: Relation, owner: Class) -> str:
    name = owner.name.rpartition(".")[2].lower()
    if relation.reverse is None:
        return name if relation.kind == "one-one" else f"{name}_set"
    if relation.reverse.endswith("+"):
        return ""
    app = next(iter(owner.unit.parts[-2:-1]), "")
    return relation.reverse.replace("%(class)s", name).replace("%(app_label)s", app)


def is_property(func: Func) -> bool:
    """Whether a method is read like an attribute."""
    node = func.node
    if isinstance(node, ast.Lambda) or not node.decorator_list:
        return False
    decorators = {dotted(one).rpartition(".")[2] for one in node.decorator_list}
    return any(word.endswith("property") for word in decorators)


def is_cached(func: Func) -> bool:
    """Whether a property keeps its first answer."""
    node = func.node
    if isinstance(node, ast.Lambda):
        return False
    return any("cached" in dotted(one).rpartition(".")[2] for one in node.decorator_list)

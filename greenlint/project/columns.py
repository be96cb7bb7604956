# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Plain columns of Django models: attributes that hold just what the database gave."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint.project import models
from greenlint.project.facts import dotted
from greenlint.project.memory import remembered
from greenlint.project.project import Class, Func, Outside, Project, Value

_PLAIN = frozenset(
    (
        "AutoField", "BigAutoField", "SmallAutoField", "BigIntegerField", "BooleanField",
        "CharField", "DateField", "DateTimeField", "DecimalField", "DurationField", "EmailField",
        "FloatField", "GenericIPAddressField", "IntegerField", "JSONField", "NullBooleanField",
        "PositiveBigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField",
        "SlugField", "SmallIntegerField", "TextField", "TimeField", "URLField", "UUIDField",
        "BinaryField",
    )
)  # fmt: skip
_FLAGS = frozenset(("BooleanField", "NullBooleanField"))
_LARGE = frozenset(("TextField", "JSONField", "BinaryField", "RichTextField", "ArrayField"))
_OF_USERS = frozenset(
    ("username", "email", "first_name", "last_name", "is_active", "is_staff", "is_superuser",
     "last_login", "date_joined", "password")
)  # fmt: skip


@remembered(False)
def is_column(project: Project, model: Class, name: str) -> bool:
    """Whether reading ``row.name`` gives a column's own value: no property, no file, no relation,
    no field of a library that makes something of it.
    """
    found = project.attribute(model, name)
    if name in ("pk", "id"):
        return not isinstance(found, Func)
    if found is None:
        users = any(one in models.USERS for one in project.libraries(model))
        return models.has_column(project, model, name) or (users and name in _OF_USERS)
    return isinstance(found, Value) and _kind(project, found) in _PLAIN


@remembered(False)
def is_flag(project: Project, model: Class, name: str) -> bool:
    """Whether a column is true or false."""
    found = project.attribute(model, name)
    users = any(one in models.USERS for one in project.libraries(model))
    if found is None:
        return users and name.startswith("is_")
    return isinstance(found, Value) and _kind(project, found) in _FLAGS


@remembered(False)
def are_unique(project: Project, model: Class, *names: str) -> bool:
    """Whether at most one row has given values in these columns: one of them is ``unique``, or all
    of a ``unique_together`` or of a plain ``UniqueConstraint`` are among them.
    """
    fields = [project.attribute(model, name) for name in names]
    if any(isinstance(one, Value) and _is_unique(one) for one in fields):
        return True
    meta = project.attribute(model, "Meta")
    return isinstance(meta, Class) and any(
        together <= set(names) for node in meta.node.body for together in _together(node)
    )


def _is_unique(held: Value) -> bool:
    return isinstance(held.node, ast.Call) and any(
        one.arg in ("unique", "primary_key")
        and isinstance(one.value, ast.Constant)
        and one.value.value is True
        for one in held.node.keywords
    )


def _together(node: ast.stmt) -> Iterator[set[str]]:
    """The sets of columns that a line of ``Meta`` calls unique."""
    match node:
        case ast.Assign(
            targets=[ast.Name(id="unique_together")],
            value=ast.Tuple(elts=all_) | ast.List(elts=all_),
        ):
            groups: list[ast.expr] = [one for one in all_ if isinstance(one, ast.Tuple | ast.List)]
            yield from map(_texts, groups or [node.value])
        case ast.Assign(
            targets=[ast.Name(id="constraints")],
            value=ast.Tuple(elts=all_) | ast.List(elts=all_),
        ):
            for one in all_:
                match one:
                    case ast.Call(func=func, keywords=words) if (
                        dotted(func).rpartition(".")[2] == "UniqueConstraint"
                    ):
                        given = {word.arg: word.value for word in words}
                        if "condition" not in given and "fields" in given:
                            yield _texts(given["fields"])


def _texts(group: ast.expr) -> set[str]:
    """The texts of a written sequence; a column that cannot be read stands for itself."""
    elements = group.elts if isinstance(group, (ast.Tuple, ast.List)) else [group]
    return {
        str(one.value) if isinstance(one, ast.Constant) else ast.unparse(one) for one in elements
    }


def _kind(project: Project, held: Value) -> str:
    """The last word of Django's own field class that a value is made of; "" for others."""
    if not isinstance(held.node, ast.Call) or held.owner is None:
        return ""
    meant = project.within(held.owner, dotted(held.node.func))
    if isinstance(meant, Outside) and meant.name.startswith("django.db.models"):
        return meant.name.rpartition(".")[2]
    return ""


@remembered(0)
def width(project: Project, model: Class, *read: str) -> int:
    """How many columns a row has besides those that are read, as far as can be seen; large ones
    count for five.
    """
    total = 1
    for one in project.ancestry(model):
        if not isinstance(one, Class):
            total += 10 if one.name in models.USERS else 0
            continue
        for name, values in project.body(one.unit).values.items():
            *outer, own = name.split(".")
            if ".".join(outer) != one.name or own in read:
                continue
            if isinstance(values[-1], ast.Call):
                total += _size(dotted(values[-1].func).rpartition(".")[2])
    return total


def _size(word: str) -> int:
    if word in _LARGE:
        return 5
    single = ("Field", "ForeignKey", "ParentalKey", "TreeForeignKey")
    return int(word.endswith(single) and not word.startswith(("ManyToMany", "Generic")))


@remembered(False)
def is_made_as_read(project: Project, model: Class) -> bool:
    """Whether making an instance does no more than hold its columns."""
    own = [project.attribute(model, name) for name in ("from_db", "__init__", "__getattribute__")]
    return not any(isinstance(one, Func) for one in own)

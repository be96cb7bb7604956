# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which models' rows are listened to as they are saved: receivers of signals in the project."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint.project.facts import dotted
from greenlint.project.memory import remembered
from greenlint.project.nodes import every
from greenlint.project.project import Class, Func, Project, Unit

_SAVING = frozenset(("pre_save", "post_save"))


@remembered(False)
def is_listened_to(project: Project, model: Class) -> bool:
    """Whether something of the project runs when a row of this model is saved: the model's own
    ``save()``, or a receiver of `pre_save` or `post_save` that names it.
    """
    if isinstance(project.attribute(model, "save"), Func):
        return True
    names = {one.name for one in project.ancestry(model)}
    return not _senders(project).isdisjoint(names)


@remembered(frozenset())
def _senders(project: Project) -> frozenset[str]:
    """The last words of the senders that receivers name."""
    return frozenset(
        name
        for unit in project.units.values()
        if not unit.is_test and _speaks_of_saving(unit)
        for name in _named(unit.tree)
    )


def _speaks_of_saving(unit: Unit) -> bool:
    return any(
        target.rpartition(".")[2] in (*_SAVING, "signals") for target in unit.facts.imports.values()
    )


def _named(tree: ast.Module) -> Iterator[str]:
    """``@receiver(post_save, sender=Order)``, ``post_save.connect(listen, sender=Order)``."""
    for node in every(tree):
        if not isinstance(node, ast.Call):
            continue
        word = dotted(node.func)
        signals = (
            {word.rpartition(".")[0].rpartition(".")[2]}
            if word.endswith(".connect")
            else {dotted(part).rpartition(".")[2] for arg in node.args[:1] for part in _parts(arg)}
        )
        if not signals & _SAVING:
            continue
        for keyword in node.keywords:
            if keyword.arg == "sender":
                text = getattr(keyword.value, "value", None)
                name = text if isinstance(text, str) else dotted(keyword.value)
                yield name.rpartition(".")[2]


def _parts(arg: ast.expr) -> list[ast.expr]:
    return arg.elts if isinstance(arg, (ast.List, ast.Tuple)) else [arg]

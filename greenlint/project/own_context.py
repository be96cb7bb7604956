# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What code reads of the context that it is about to fill: ``for order in context["orders"]``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint.project import contexts, flow, parameters
from greenlint.project.frames import Bind, Frame
from greenlint.project.memory import remembered
from greenlint.project.project import Class, Project
from greenlint.project.values import Kind, Obj, Rows, either


def held(project: Project, name: str, key: ast.expr, frame: Frame) -> Kind | None:
    """What a context holds under a key: what the same body has written there before, or else what
    a generic view has put there.
    """
    bound = frame.bindings.get(name)
    if not bound or not all(_is_context(one) for one in bound):
        return None
    words = flow.strings(project, key, frame)
    if words is None or len(words) != 1:
        return None
    written = [value for word, value in _written(name, bound, key, frame) if word == words[0]]
    if written:
        kinds = [kind for one in written if (kind := flow.value(project, one, frame)) is not None]
        return either(kinds) if len(kinds) == len(written) else None
    this = parameters.this_of(project, frame) if frame.owner is not None else None
    if isinstance(this, Obj) and isinstance(this.kind, Class):
        return _of_view(project, this.kind).get(words[0])
    return None


def _is_context(one: Bind) -> bool:
    """``super().get_context_data(**kwargs)``, or a dict that is written there."""
    match one.value:
        case ast.Call(func=ast.Attribute(attr="get_context_data")) | ast.Dict():
            return one.how == "assign" and not one.path
    return False


def _written(
    name: str, bound: list[Bind], key: ast.expr, frame: Frame
) -> Iterator[tuple[str, ast.expr]]:
    """The names that a body writes into a dict before a line, and their values."""
    for one in bound:
        if one.value is not None:
            yield from contexts.pairs(one.value)
    for word, value in contexts.named_dict(name, frame):
        if (value.end_lineno or value.lineno) < key.lineno:
            yield word, value


@remembered({})
def _of_view(project: Project, cls: Class) -> dict[str, Kind]:
    """The names that a generic view gives to its own rows."""
    from greenlint.project import rendered

    own = rendered.generic(project, cls)
    return {word: given.kind for word, given in own if isinstance(given.kind, Rows)}

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a template reads of the values that it is given: ways from their names, as of code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from greenlint.project import models, template_text
from greenlint.project.memory import remembered
from greenlint.project.paths import EACH, TEXT, Access, Path
from greenlint.project.project import Class, Func, Project, Unit
from greenlint.project.querysets import SAME
from greenlint.project.template_walk import Page, Walk
from greenlint.project.texts import Text


@remembered({})
def reads(project: Project, wanted: str, near: Unit) -> dict[str, tuple[Access, ...]]:
    """Every way that a template goes from each name that it does not bind itself."""
    found: dict[str, dict[Path, Access]] = defaultdict(dict)
    for name, access in Walk(project, near).template(wanted, {}):
        known = found[name].get(access.path)
        if known is None or (known.unsure and not access.unsure):
            found[name][access.path] = access
    return {name: tuple(ways.values()) for name, ways in found.items()}


def of_code(project: Project, code: str, near: Unit) -> Iterator[tuple[str, Access]]:
    """Every way that a template goes which a Python file holds as a string.

    Its places are in the string, not in the file: what it includes has places of its own.
    """
    page = Page(Text(near.name, code), near)
    walk = Walk(project, near)
    yield from walk.filled(walk.body(page, template_text.parse(code), {}, False))


# -- as ways of rows ----------------------------------------------------------------------------


def below(reads: Mapping[str, tuple[Access, ...]], name: str) -> tuple[Access, ...]:
    """The ways from a name, or from what a dict holds: ``cart.positions``."""
    root, *keys = name.split(".")
    most = len(keys)
    if not most:
        return reads.get(root, ())
    return tuple(
        replace(one, path=one.path[most:])
        for one in reads.get(root, ())
        if one.path[:most] == tuple(keys)
    )


def of_rows(
    project: Project, model: Class, accesses: Iterable[Access], many: bool
) -> Iterator[Access]:
    """The ways from each row, of ways from a name that stands for rows (`many`) or for one row."""
    for one in accesses:
        path = _from_each(one.path) if many else one.path
        if path:
            yield replace(one, path=_with_calls(project, model, path))


def _from_each(path: Path) -> Path:
    """What is left of a way behind the rows themselves: ``object_list[].customer``."""
    for at, step in enumerate(path):
        if step == EACH:
            return path[at + 1 :]
        if step != "object_list" and step.removesuffix("()") not in SAME:
            return ()
    return ()


def _with_calls(project: Project, model: Class, path: Path) -> Path:
    """A way with methods marked as called: a template calls them without brackets."""
    found: list[str] = []
    at: Class | None = model
    for step in path:
        if step in (EACH, TEXT) or step.endswith("()") or at is None:
            found.append(step)
            continue
        link = models.link(project, at, step)
        held = project.attribute(at, step) if link is None else None
        called = isinstance(held, Func) and not models.is_property(held)
        found.append(f"{step}()" if called else step)
        at = link.target if link is not None else None
    return tuple(found)

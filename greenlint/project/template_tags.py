# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The project's own template tags and filters: the functions behind ``{% avatar user %}``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from greenlint.project.facts import dotted
from greenlint.project.frames import frame_of
from greenlint.project.memory import remembered
from greenlint.project.nodes import own_nodes
from greenlint.project.paths import Path, Root, path_of
from greenlint.project.project import Func, Project, Unit

_FOLDER = "templatetags"
_LOAD = re.compile(r"\{%-?\s*load\s+(.*?)\s*-?%\}", re.DOTALL)
_TAGS = ("simple_tag", "inclusion_tag", "assignment_tag")
_FILTERS = ("filter",)


@dataclass(frozen=True, slots=True)
class Tag:
    """A function that a template calls; `template` is what an inclusion tag shows.

    `takes_context`: its first parameter is the context, which no template writes.
    """

    func: Func
    template: str = ""
    takes_context: bool = False

    def parameter(self, key: str, place: int) -> str:
        """The parameter that gets an argument, by its name or its place; "" for none."""
        names = [one.arg for one in self.func.parameters[int(self.takes_context) :]]
        if key:
            return key
        return names[place] if place < len(names) else ""


def tag(project: Project, text: str, name: str) -> Tag | None:
    """The tag of that name, of a library that a template's text loads."""
    return _loaded(project, text, name, _TAGS)


def filter_(project: Project, text: str, name: str) -> Func | None:
    """The function behind the filter of that name."""
    found = _loaded(project, text, name, _FILTERS)
    return found.func if found is not None and found.func.parameters else None


def _loaded(project: Project, text: str, name: str, kinds: tuple[str, ...]) -> Tag | None:
    known = _libraries(project)
    if name not in known:
        return None
    loaded = _words_loaded(text)
    found = [held for library, kind, held in known[name] if library in loaded and kind in kinds]
    return found[0] if len(found) == 1 else None


@lru_cache(1_000)
def _words_loaded(text: str) -> frozenset[str]:
    """The libraries that a template's text loads."""
    return frozenset(word for one in _LOAD.findall(text) for word in one.split())


@remembered({})
def _libraries(project: Project) -> dict[str, list[tuple[str, str, Tag]]]:
    """Every tag and filter by name: its library, the decorator's word, the function."""
    found: dict[str, list[tuple[str, str, Tag]]] = {}
    for unit in project.units.values():
        if _FOLDER in unit.parts and not unit.is_test:
            for name, kind, held in _registered(project, unit):
                found.setdefault(name, []).append((unit.parts[-1], kind, held))
    return found


def _registered(project: Project, unit: Unit) -> Iterator[tuple[str, str, Tag]]:
    for name in unit.facts.functions:
        node = project.body(unit).functions[name]
        for one in node.decorator_list:
            called = one.func if isinstance(one, ast.Call) else one
            word = dotted(called).rpartition(".")[2]
            if word not in _TAGS and word not in _FILTERS:
                continue
            given = _Given(one)
            own = given.text("name", 0 if word in _FILTERS else -1) or name
            shown = given.text("filename", 0) if word == "inclusion_tag" else ""
            yield own, word, Tag(Func(unit, node), shown, given.true("takes_context"))


class _Given:
    """The arguments of a decorator, if it is called."""

    def __init__(self, decorator: ast.expr) -> None:
        self._call = decorator if isinstance(decorator, ast.Call) else None

    def text(self, word: str, place: int) -> str:
        """A string that is given by a word, or at a place."""
        value = self._value(word)
        args = self._call.args if self._call is not None else []
        if value is None and 0 <= place < len(args):
            value = args[place]
        held = value.value if isinstance(value, ast.Constant) else ""
        return held if isinstance(held, str) else ""

    def true(self, word: str) -> bool:
        """Whether True is given by a word."""
        value = self._value(word)
        return isinstance(value, ast.Constant) and value.value is True

    def _value(self, word: str) -> ast.expr | None:
        keywords = self._call.keywords if self._call is not None else []
        return next((one.value for one in keywords if one.arg == word), None)


def shown(one: Tag, parameter: str) -> Iterator[tuple[str, Path]]:
    """The names that an inclusion tag gives to its template, with their ways from a parameter."""
    frame, root = frame_of(one.func), Root(parameter)
    for node in own_nodes(one.func.node):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                path = path_of(value, frame, root)
                if path is not None and isinstance(key, ast.Constant):
                    yield str(key.value), path

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Classes and models that are named by a string: one that is written, or a setting's.

A setting counts where the project's own settings write one string for it, whatever a site may set
in its place.
"""

from __future__ import annotations

import ast
import re

from greenlint.project.memory import remembered
from greenlint.project.project import Class, Func, Project, Unit, Value

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")
# Functions that import what a string names, by the beginnings of their names.
_IMPORTING = ("import_", "load_", "locate", "get_class", "get_callable", "get_func", "resolve_")
# The last words of modules that hold settings, beside those that are called so.
_HOLDING = {("conf",), ("config",), ("defaults",), ("app_settings",)}


@remembered("")
def text_of(project: Project, name: str) -> str:
    """The string that the project's settings give to a name; "" where there is none, or several."""
    found: set[str] = set()
    for unit in project.units.values():
        if name in unit.facts.names and not unit.is_test and _holds_settings(unit):
            found.update(
                node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
                for node in project.body(unit).values.get(name, ())
            )
    return found.pop() if len(found) == 1 else ""


def _holds_settings(unit: Unit) -> bool:
    return any("settings" in part for part in unit.parts) or unit.parts[-1:] in _HOLDING


def imported(project: Project, name: str, call: ast.Call, unit: Unit) -> Class | Func | None:
    """The class or function of the project that a call imports by its dotted name."""
    if not call.args or not name.rpartition(".")[2].startswith(_IMPORTING):
        return None
    texts = [_written(project, arg) for arg in call.args[:2]]
    # get_class("dashboard.users.tables", "UserTable")
    text = ".".join(texts) if len(call.args) == 2 and all(texts) else texts[0]
    if not _DOTTED.fullmatch(text):
        return None
    module, _, last = text.rpartition(".")
    held = project.module(module, unit)
    found = project.meaning(held, last) if held is not None else None
    if isinstance(found, Value):
        found = project.aliased(found)
    return found if isinstance(found, (Class, Func)) else None


def _written(project: Project, node: ast.expr) -> str:
    """The text of a string, of ``settings.NAME``, or of ``getattr(settings, "NAME", "text")``."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Attribute(value=ast.Name(id="settings"), attr=name):
            return text_of(project, name)
        case ast.Call(
            func=ast.Name(id="getattr"),
            args=[ast.Name(id="settings"), ast.Constant(value=str() as name), *otherwise],
        ):
            given = text_of(project, name)
            return given or (_written(project, otherwise[0]) if otherwise else "")
    return ""

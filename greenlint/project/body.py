# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The classes, functions and values that a module defines, by qualified name."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class Body:
    """The definitions in one tree by qualified name; `methods` by that of their class."""

    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    values: dict[str, list[ast.expr]] = field(default_factory=dict)
    methods: dict[str, list[Function]] = field(default_factory=dict)


def body_of(tree: ast.Module) -> Body:
    """The definitions of a module, those under ``if``, ``try`` and ``with`` included."""
    found = Body()
    _define(tree.body, "", found)
    for name, node in found.functions.items():
        if owner := name.rpartition(".")[0]:
            found.methods.setdefault(owner, []).append(node)
    return found


def _define(body: list[ast.stmt], outer: str, found: Body) -> None:
    for statement in body:
        match statement:
            case ast.ClassDef():
                name = f"{outer}{statement.name}"
                found.classes[name] = statement
                _define(statement.body, f"{name}.", found)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found.functions[f"{outer}{statement.name}"] = statement
            case ast.Assign(value=value):
                for target in statement.targets:
                    for one in target.elts if isinstance(target, ast.Tuple) else (target,):
                        if isinstance(one, ast.Name):
                            found.values.setdefault(f"{outer}{one.id}", []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found.values.setdefault(f"{outer}{name}", []).append(value)
            case ast.If():
                _define(statement.orelse, outer, found)
                _define(statement.body, outer, found)
            case ast.Try():
                for handler in statement.handlers:
                    _define(handler.body, outer, found)
                _define([*statement.body, *statement.orelse], outer, found)
            case ast.With():
                _define(statement.body, outer, found)


@cache
def module_parts(name: str) -> tuple[str, ...]:
    """The dotted name that a file's path gives its module, in parts; a package is its folder."""
    path = PurePosixPath(name)
    parts = [part for part in path.with_suffix("").parts if part not in (".", "..", "/")]
    return tuple(parts[:-1] if parts and parts[-1] == "__init__" else parts)

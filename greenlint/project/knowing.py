# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Functions that look first for what an annotation, a cache or a prefetch may have left."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint.project.nodes import blocks, every
from greenlint.project.project import Unit
from greenlint.project.texts import Text

Function = ast.FunctionDef | ast.AsyncFunctionDef


def function_around(node: ast.AST, unit: Unit | Text) -> Function | None:
    """The function or method that holds a node, not one within it; a template has none."""
    if isinstance(unit, Text):
        return None
    line = getattr(node, "lineno", 0)
    for one in _functions(unit.tree):
        if one.lineno <= line <= (one.end_lineno or 0):
            return one
    return None


def _functions(tree: ast.Module) -> list[Function]:
    """The functions of a file, outer before inner; kept with its tree."""
    kept: list[Function] | None = vars(tree).get("_functions")
    if kept is None:
        kept = []
        work: list[ast.AST] = [tree]
        while work:
            node = work.pop()
            if isinstance(node, Function):
                kept.append(node)
            work += reversed(list(blocks(node)))
        vars(tree)["_functions"] = kept
    return kept


def may_know(function: Function) -> bool:
    """Whether a function asks whether an attribute is there, or keeps what it found."""
    kept: bool | None = vars(function).get("_may_know")
    if kept is None:
        kept = vars(function)["_may_know"] = _may_know(function)
    return kept


def _may_know(function: Function) -> bool:
    if any("property" not in word and "cache" in word for word in _decorators(function)):
        return True
    for node in every(*function.body):
        match node:
            case ast.Call(func=ast.Name(id="hasattr")):
                return True
            case ast.Call(func=ast.Name(id="getattr"), args=[_, _, _]):
                return True
            case ast.Attribute(attr=word) | ast.Name(id=word) if "cache" in word:
                return True
    return False


def _decorators(function: Function) -> Iterator[str]:
    return (ast.unparse(one) for one in function.decorator_list)


def asks_first(function: Function) -> bool:
    """Whether a function asks for an attribute that a prefetch may have left: ``_lines``."""
    kept: bool | None = vars(function).get("_asks_first")
    if kept is None:
        kept = vars(function)["_asks_first"] = _asks_first(function)
    return kept


def _asks_first(function: Function) -> bool:
    for node in every(*function.body):
        match node:
            case ast.Call(
                func=ast.Name(id="hasattr" | "getattr"),
                args=[_, ast.Constant(value=str() as name), *_],
            ) if name.startswith("_") or "prefetch" in name:
                return True
            case ast.Attribute(attr="_prefetched_objects_cache" | "_result_cache"):
                return True
    return False

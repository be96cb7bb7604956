# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A way from a value, step by step: attributes (``customer``), methods (``all()``), elements
(``[]``, ``[0]``), the text that it gives of itself (``__str__``); and whether an expression is one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from greenlint.project.doubts import SURE, UNSURE
from greenlint.project.frames import Frame, scan
from greenlint.project.nodes import names_of, own_nodes
from greenlint.project.nodes import nodes as nodes_in
from greenlint.project.querysets import ELEMENT_OF
from greenlint.project.values import At

Path = tuple[str, ...]
EACH = "[]"
ONE = "[0]"
TEXT = "__str__"


@dataclass(frozen=True, slots=True)
class Access:
    """One way that is gone from a value.  `via` are the calls on the way to the place that reads.

    `unsure`: it is gone under a condition only.  `rare`: it is gone for few values, such as those
    that a dict does not hold yet, or where something failed.
    """

    path: Path
    at: At
    via: tuple[At, ...] = ()
    unsure: bool = False
    rare: bool = False

    def after(self, path: Path, via: At | None = None, doubt: int = SURE) -> Access:
        """The same way, begun earlier."""
        return Access(
            path + self.path,
            self.at,
            (via, *self.via) if via is not None else self.via,
            self.unsure or doubt > SURE,
            self.rare or doubt > UNSURE,
        )


@dataclass(frozen=True, slots=True)
class Root:
    """The name that a value has, and the loop that binds it; None for a parameter."""

    name: str
    loop: ast.AST | None = None
    path: tuple[int, ...] = ()


def path_of(expr: ast.AST | None, frame: Frame, root: Root, depth: int = 0) -> Path | None:
    """The way from the root to what an expression stands for, or None."""
    if depth > 8 or expr is None:
        return None
    if not depth and not _starts_in(expr, scan(frame.scope).leading_to(root.name)):
        return None
    match expr:
        case ast.Name(id=name):
            return _of_name(name, expr, frame, root, depth)
        case ast.Attribute(value=inner, attr=attr):
            base = path_of(inner, frame, root, depth + 1)
            return (*base, attr) if base is not None else None
        case ast.Call(func=ast.Attribute(value=inner, attr=method)):
            base = path_of(inner, frame, root, depth + 1)
            return (*base, f"{method}()") if base is not None else None
        case ast.Call(
            func=ast.Name(id="getattr"), args=[inner, ast.Constant(value=str() as attr), *_]
        ):
            base = path_of(inner, frame, root, depth + 1)
            return (*base, attr) if base is not None else None
        case ast.Call(func=ast.Name(id=word), args=[inner, *_]) if word in ELEMENT_OF:
            return path_of(inner, frame, root, depth + 1)
        case ast.Call(func=ast.Name(id=word), args=[inner, *_]) if (
            given := given_back(frame.unit.tree).get(word)
        ) is not None:
            base = path_of(inner, frame, root, depth + 1)
            return (*base, *given) if base is not None else None
        case ast.Call(func=ast.Name(id="next"), args=[inner, *_]):
            base = path_of(inner, frame, root, depth + 1)
            return (*base, ONE) if base is not None else None
        case ast.Subscript(value=inner, slice=key):
            base = path_of(inner, frame, root, depth + 1)
            if base is None:
                return None
            if isinstance(key, ast.Slice):
                return base
            return (*base, EACH if not isinstance(key, ast.Constant) else ONE)
        case ast.Await(value=inner) | ast.NamedExpr(value=inner) | ast.Starred(value=inner):
            return path_of(inner, frame, root, depth + 1)
        case ast.IfExp(body=one, orelse=other):
            return _either(path_of(part, frame, root, depth + 1) for part in (one, other))
    return None


def _starts_in(expr: ast.AST, names: frozenset[str]) -> bool:
    """Whether what a way would have to begin with is one of some names: the cheap question."""
    while True:
        kind = expr.__class__
        if kind is ast.Name:
            return expr.id in names  # type: ignore[attr-defined]
        if kind in _STEPS:
            expr = expr.value  # type: ignore[attr-defined]
        elif kind is ast.IfExp:
            parts = expr.body, expr.orelse  # type: ignore[attr-defined]
            return any(_starts_in(part, names) for part in parts)
        elif kind is ast.Call:
            func, args = expr.func, expr.args  # type: ignore[attr-defined]
            if func.__class__ is not ast.Attribute and not args:
                return False
            expr = func.value if func.__class__ is ast.Attribute else args[0]
        else:
            return False


_STEPS = frozenset((ast.Attribute, ast.Subscript, ast.Await, ast.NamedExpr, ast.Starred))


def _either(ways: Iterable[Path | None]) -> Path | None:
    """Of two ways, the longer: what is perhaps done on it is done."""
    return max((way for way in ways if way is not None), key=len, default=None)


def _of_name(name: str, use: ast.Name, frame: Frame, root: Root, depth: int) -> Path | None:
    leading = scan(frame.scope).leading_to(root.name)
    if name not in leading:
        return None
    bound = frame.bound(name, use)
    if name == root.name:
        if root.loop is None and not bound:
            return ()
        if root.loop is not None and bound and any(one.node is root.loop for one in bound):
            return ()
    if bound is None:
        return None
    for one in bound:
        if one.how in ("assign", "with") and not one.path and one.line <= use.lineno:
            again = root.loop is not None or name != root.name
            if one.value is None or not _starts_in(one.value, leading):
                continue
            if again and name in names_of(one.value):
                continue
            if (base := path_of(one.value, frame, root, depth + 1)) is not None:
                return base
        elif one.how == "loop" and one.value is not None:
            if one.path == (1,) and (group := _grouped(one.value)) is not None:
                return path_of(group, frame, root, depth + 1)
            iterable, path = unwrapped(one.value, one.path)
            if not path and (base := path_of(iterable, frame, root, depth + 1)) is not None:
                return (*base, EACH)
    return None


def given_back(tree: ast.Module) -> Mapping[str, Path]:
    """The functions of a module that give their first parameter back, with the steps to what they
    give: ``return rows.filter(open=True)``.
    """
    kept: dict[str, Path] | None = vars(tree).get("given_back")
    if kept is None:
        functions = (one for one in tree.body if isinstance(one, ast.FunctionDef))
        found = ((one.name, _given_back(one)) for one in functions if one.args.args)
        kept = {name: path for name, path in found if path is not None}
        vars(tree)["given_back"] = kept
    return kept


def _given_back(function: ast.FunctionDef) -> Path | None:
    """The steps from the first parameter to the one thing that a function returns."""
    last = function.body[-1]
    returns = [node for node in own_nodes(function) if isinstance(node, ast.Return)]
    if not isinstance(last, ast.Return) or len(returns) > 1 or function.decorator_list:
        return None
    steps: list[str] = []
    expr = last.value
    while isinstance(expr, ast.Call) and isinstance(expr.func, ast.Attribute):
        steps.append(f"{expr.func.attr}()")
        expr = expr.func.value
    name = function.args.args[0].arg
    rebound = name in scan(function).bindings
    first = isinstance(expr, ast.Name) and expr.id == name and not rebound
    return tuple(reversed(steps)) if first and steps else None


def _grouped(iterable: ast.expr) -> ast.expr | None:
    """What ``groupby(rows, key)`` gives in groups."""
    match iterable:
        case ast.Call(
            func=ast.Name(id="groupby") | ast.Attribute(attr="groupby"), args=[first, *_]
        ):
            return first
    return None


def unwrapped(iterable: ast.expr, path: tuple[int, ...]) -> tuple[ast.expr, tuple[int, ...]]:
    """``enumerate(rows)`` and the second part of its pairs as ``rows`` and the whole element."""
    match iterable:
        case ast.Call(func=ast.Name(id="enumerate"), args=[first, *_]) if path[:1] == (1,):
            return first, path[1:]
        case ast.Call(func=ast.Name(id="zip"), args=args) if path and path[0] < len(args):
            return args[path[0]], path[1:]
        case ast.Call(func=ast.Name(id="tqdm" | "filter"), args=[*_, last]):
            return last, path
    return iterable, path


def stores(nodes: list[ast.AST], frame: Frame, root: Root) -> dict[Path, int]:
    """The ways from the root that some nodes set, each with the first line that does."""
    found: dict[Path, int] = {}
    if not scan(frame.scope).sets_attributes:
        return found
    leading = scan(frame.scope).leading_to(root.name)
    for node in nodes_in(*(one for one in nodes if names_of(one) & leading)):
        match node:
            case ast.Attribute(value=inner, attr=attr, ctx=ast.Store()):
                pass
            case ast.Call(
                func=ast.Name(id="setattr"), args=[inner, ast.Constant(value=str() as attr), _]
            ):
                pass
            case _:
                continue
        base = path_of(inner, frame, root)
        if base is not None:
            found.setdefault((*base, attr), node.lineno)
    return found

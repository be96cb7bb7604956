# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What code reads of a value: every way from it, step by step, through names and calls.

A step is an attribute (``customer``), a method (``all()``), an element (``[]``) or the text that a
value gives of itself (``__str__``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from greenlint.project.frames import Frame, frame_of
from greenlint.project.memory import remembered
from greenlint.project.project import Class, Func, Outside, Project
from greenlint.project.querysets import ELEMENT_OF
from greenlint.project.values import At, Bound, Kind, Obj, Ref

Path = tuple[str, ...]
EACH = "[]"
TEXT = "__str__"
# Functions that are entered from the place that is asked about.
_DEEP = 6
_TEXTS = frozenset(
    (
        "str", "print", "format", "repr", "escape", "format_html", "force_str", "_", "gettext",
        "ugettext", "mark_safe", "smart_str", "conditional_escape",
    )
)  # fmt: skip
# Containers that only hold what is handed to them.
_HOLDING = frozenset(
    (
        "append", "add", "extend", "insert", "setdefault", "put", "isinstance", "type", "id",
        "hash", "len", "bool", "hasattr", "super", "set_context",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """One way that is gone from a value.  `via` are the calls on the way to the place that reads.

    `unsure`: it is gone under a condition only.
    """

    path: Path
    at: At
    via: tuple[At, ...] = ()
    unsure: bool = False

    def after(self, path: Path, via: At | None = None, unsure: bool = False) -> Access:
        """The same way, begun earlier."""
        calls = (via, *self.via) if via is not None else self.via
        return replace(self, path=path + self.path, via=calls, unsure=self.unsure or unsure)


@dataclass(frozen=True, slots=True)
class Root:
    """The name that a value has, and the loop that binds it; None for a parameter."""

    name: str
    loop: ast.AST | None = None
    path: tuple[int, ...] = ()


def path_of(expr: ast.AST | None, frame: Frame, root: Root, depth: int = 0) -> Path | None:
    """The way from the root to what an expression stands for, or None."""
    if depth > 8:
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
        case ast.Call(func=ast.Name(id="next"), args=[inner, *_]):
            base = path_of(inner, frame, root, depth + 1)
            return (*base, EACH) if base is not None else None
        case ast.Subscript(value=inner, slice=key):
            base = path_of(inner, frame, root, depth + 1)
            if base is None:
                return None
            return base if isinstance(key, ast.Slice) else (*base, EACH)
        case ast.Await(value=inner) | ast.NamedExpr(value=inner) | ast.Starred(value=inner):
            return path_of(inner, frame, root, depth + 1)
    return None


def _of_name(name: str, use: ast.Name, frame: Frame, root: Root, depth: int) -> Path | None:
    bound = frame.bound(name, use)
    if name == root.name:
        if root.loop is None and bound is None:
            return ()
        if root.loop is not None and bound and any(one.node is root.loop for one in bound):
            return ()
    if bound is None:
        return None
    for one in bound:
        if one.how in ("assign", "with") and not one.path and one.line <= use.lineno:
            if one.value is None or _mentions(one.value, name):
                continue
            if (base := path_of(one.value, frame, root, depth + 1)) is not None:
                return base
        elif one.how == "loop" and one.value is not None:
            iterable, path = _unwrapped(one.value, one.path)
            if not path and (base := path_of(iterable, frame, root, depth + 1)) is not None:
                return (*base, EACH)
    return None


def _mentions(expr: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(expr))


def _unwrapped(iterable: ast.expr, path: tuple[int, ...]) -> tuple[ast.expr, tuple[int, ...]]:
    """``enumerate(rows)`` and the second part of its pairs as ``rows`` and the whole element."""
    match iterable:
        case ast.Call(func=ast.Name(id="enumerate"), args=[first, *_]) if path[:1] == (1,):
            return first, path[1:]
        case ast.Call(func=ast.Name(id="zip"), args=args) if path and path[0] < len(args):
            return args[path[0]], path[1:]
        case ast.Call(func=ast.Name(id="tqdm" | "filter"), args=[*_, last]):
            return last, path
    return iterable, path


def reads(project: Project, nodes: list[ast.AST], frame: Frame, root: Root) -> Iterator[Access]:
    """Every way that is gone from the root within some nodes."""
    yield from _Reader(project, frame, root).read_all(nodes, False)


@remembered(())
def of_parameter(
    project: Project, func: Func, name: str, this: Kind | None = None
) -> tuple[Access, ...]:
    """Every way that a function goes from one of its parameters."""
    if project.memory.depth > _DEEP * 6:
        return ()
    frame = frame_of(func, this, MappingProxyType({}))
    body: list[ast.AST] = (
        [func.node.body] if isinstance(func.node, ast.Lambda) else list(func.node.body)
    )
    return tuple(_distinct(reads(project, body, frame, Root(name))))


def of_self(project: Project, func: Func, this: Kind) -> tuple[Access, ...]:
    """Every way that a method goes from its object."""
    if not func.parameters:
        return ()
    return of_parameter(project, func, func.parameters[0].arg, this)


def _distinct(found: Iterator[Access]) -> Iterator[Access]:
    """One access for each way, a sure one where there is one."""
    best: dict[Path, Access] = {}
    for one in found:
        known = best.get(one.path)
        if known is None or (known.unsure and not one.unsure):
            best[one.path] = one
    yield from best.values()


@dataclass(slots=True)
class _Reader:
    """One reading of a body for one root."""

    project: Project
    frame: Frame
    root: Root

    def read_all(self, nodes: list[ast.AST], unsure: bool) -> Iterator[Access]:
        """Everything that some nodes read, in order."""
        for node in nodes:
            yield from self.read(node, unsure)

    def read(self, node: ast.AST, unsure: bool) -> Iterator[Access]:
        """Everything that one node reads: whole chains, then what stands beside them."""
        path = path_of(node, self.frame, self.root) if isinstance(node, _CHAINS) else None
        if path is not None:
            if path and not _is_target(node):
                yield Access(path, At(self.frame.unit, node), (), unsure)
            yield from self._beside(node, unsure)
            return
        match node:
            case ast.Call():
                yield from self._handed(node, unsure)
            case ast.FormattedValue(value=shown):
                yield from self._shown(shown, unsure)
            case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod(), right=right):
                for one in right.elts if isinstance(right, ast.Tuple) else (right,):
                    yield from self._shown(one, unsure)
            case ast.YieldFrom(value=inner):
                yield from self._gone_through(inner, unsure)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                yield from self._gone_through(node.iter, unsure)
        yield from self._below(node, unsure)

    def _below(self, node: ast.AST, unsure: bool) -> Iterator[Access]:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                yield from self.read(test, unsure)
                yield from self.read_all([*body, *orelse], True)
            case ast.IfExp(test=test, body=one, orelse=other):
                yield from self.read(test, unsure)
                yield from self.read_all([one, other], True)
            case ast.BoolOp(values=[first, *rest]):
                yield from self.read(first, unsure)
                yield from self.read_all(list(rest), True)
            case ast.ExceptHandler(body=body):
                yield from self.read_all(list(body), True)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return
            case ast.Lambda(body=body):
                yield from self.read(body, True)
            case _:
                yield from self.read_all(list(ast.iter_child_nodes(node)), unsure)

    def _beside(self, node: ast.AST, unsure: bool) -> Iterator[Access]:
        """The arguments of the calls in a chain."""
        while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript, ast.Await, ast.NamedExpr)):
            if isinstance(node, ast.Call):
                arguments = [*node.args, *(one.value for one in node.keywords)]
                if isinstance(node.func, ast.Attribute):
                    yield from self.read_all(list(arguments), unsure)
                    node = node.func
                    continue
                yield from self.read_all(list(arguments[1:]), unsure)
                return
            if isinstance(node, ast.Subscript):
                yield from self.read(node.slice, unsure)
            node = node.value

    def _gone_through(self, iterable: ast.expr, unsure: bool) -> Iterator[Access]:
        inner, _ = _unwrapped(iterable, (1,))
        for one in (iterable, inner):
            path = path_of(one, self.frame, self.root)
            if path is not None:
                yield Access((*path, EACH), At(self.frame.unit, one), (), unsure)
                return

    def _shown(self, shown: ast.expr, unsure: bool) -> Iterator[Access]:
        path = path_of(shown, self.frame, self.root)
        if path is not None:
            yield Access((*path, TEXT), At(self.frame.unit, shown), (), unsure)

    def _handed(self, call: ast.Call, unsure: bool) -> Iterator[Access]:
        """What a called function reads of the arguments that lead back to the root."""
        word = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if word in _HOLDING:
            return
        given: list[tuple[int | str, ast.expr]] = [
            *enumerate(call.args),
            *((one.arg, one.value) for one in call.keywords if one.arg),
        ]
        ways = [
            (key, path)
            for key, arg in given
            if (path := path_of(arg, self.frame, self.root)) is not None
        ]
        if not ways:
            return
        at = At(self.frame.unit, call)
        if word in _TEXTS:
            for _, path in ways:
                yield Access((*path, TEXT), at, (), unsure)
            return
        if word == "sum" or word in ("any", "all", "max", "min", "dict"):
            return
        yield from self._entered(call, ways, at, unsure)

    def _entered(
        self, call: ast.Call, ways: list[tuple[int | str, Path]], at: At, unsure: bool
    ) -> Iterator[Access]:
        from greenlint.project import flow, serializers

        if len(self.frame.asked) > _DEEP:
            return
        target = flow.value(self.project, call.func, self.frame)
        match target:
            case Ref(meaning=Class() as cls) if serializers.is_serializer(self.project, cls):
                many = serializers.is_many(call)
                for key, path in ways:
                    if key in (0, "instance"):
                        for one in serializers.accesses(self.project, cls):
                            start = (*path, EACH) if many else path
                            yield one.after(start, at, unsure)
                return
            case Ref(meaning=Func() as func):
                this, skip = None, 0
            case Bound(func=func, this=this):
                skip = 1
            case _:
                return
        if isinstance(this, Obj) and isinstance(this.kind, Outside):
            this = None
        names = [one.arg for one in func.parameters[skip:]]
        for key, path in ways:
            name = key if isinstance(key, str) else names[key] if key < len(names) else None
            if name is not None:
                for one in of_parameter(self.project, func, name, this):
                    yield one.after(path, at, unsure)


_CHAINS = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Await, ast.NamedExpr)


def _is_target(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))

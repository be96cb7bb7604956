# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What code reads of a value: every way that is gone from it, through names and calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from greenlint.project.doubts import RARE, SURE, UNSURE, branches
from greenlint.project.frames import Frame, frame_of, scan
from greenlint.project.keyed import keyed
from greenlint.project.memory import remembered
from greenlint.project.nodes import children, names_of
from greenlint.project.overriding import overriding
from greenlint.project.project import Class, Func, Outside, Project
from greenlint.project.querysets import ELEMENT_OF
from greenlint.project.reached import is_reached
from greenlint.project.values import At, Bound, Kind, Obj, Ref
from greenlint.project.ways import (
    EACH,
    ONE,
    TEXT,
    Access,
    Path,
    Root,
    path_of,
    stores,
    unwrapped,
)

# Methods that write a row anyway: what they read beside that is the lesser cost.
_WRITING = frozenset(("save()", "asave()", "delete()", "adelete()", "full_clean()", "clean()"))
# Functions that are entered from the place that is asked about.
_DEEP = 6
_TEXTS = frozenset(
    (
        "str", "print", "format", "repr", "escape", "format_html", "force_str", "_", "gettext",
        "ugettext", "mark_safe", "smart_str", "conditional_escape",
    )
)  # fmt: skip
# Functions that go through what they are given, or ask for its length.
_EVALUATING = ELEMENT_OF | {"len", "bool", "sum", "any", "all", "max", "min", "dict"}
# Containers that only hold what is handed to them.
_HOLDING = frozenset(
    (
        "append", "add", "extend", "insert", "setdefault", "put", "isinstance", "type", "id",
        "hash", "hasattr", "super", "set_context",
    )
)  # fmt: skip


def reads(project: Project, nodes: list[ast.AST], frame: Frame, root: Root) -> Iterator[Access]:
    """Every way that is gone from the root within some nodes.

    What was set by hand before is no way: ``line.order = order``, then ``line.order.total``.
    """
    found = _Reader(project, frame, root).read_all(nodes, SURE)
    given = stores(nodes, frame, root)
    if not given:
        yield from found
        return
    for one in found:
        line = getattr((one.via[0] if one.via else one.at).node, "lineno", 0)
        if not any(one.path[: len(path)] == path and line > at for path, at in given.items()):
            yield one


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
        if known is None or (one.rare, one.unsure) < (known.rare, known.unsure):
            best[one.path] = one
    yield from best.values()


@dataclass(slots=True)
class _Reader:
    """One reading of a body for one root."""

    project: Project
    frame: Frame
    root: Root
    inner: int = 0

    def _access(self, path: Path, node: ast.AST, doubt: int) -> Access:
        return Access(path, At(self.frame.unit, node), (), doubt > SURE, doubt > UNSURE)

    def read_all(self, nodes: list[ast.AST], doubt: int) -> Iterator[Access]:
        """Everything that some nodes read, in order."""
        leading = scan(self.frame.scope).leading_to(self.root.name)
        for node in nodes:
            if node.__class__ is ast.Constant:
                continue
            if not isinstance(node, ast.stmt) or names_of(node) & leading:
                yield from self.read(node, doubt)

    def read(self, node: ast.AST, doubt: int) -> Iterator[Access]:
        """Everything that one node reads: whole chains, then what stands beside them."""
        path = path_of(node, self.frame, self.root) if isinstance(node, _CHAINS) else None
        if path is not None:
            if _is_target(node):
                path = path[:-1]  # `order.customer.name = x` reads the customer
            if path:
                late = RARE if path[-1] in _WRITING else doubt
                yield self._access(path, node, late)
            yield from self._beside(node, doubt)
            return
        kind = node.__class__
        if kind is ast.Name:
            return
        if isinstance(node, ast.Call) and _is_complaint(node):
            doubt = RARE
        if kind in _TELLING:
            yield from self._told(node, doubt)
        if kind in _BRANCHING:
            yield from self._below(node, doubt)
        else:
            yield from self.read_all(children(node)[::-1], doubt)

    def _told(self, node: ast.AST, doubt: int) -> Iterator[Access]:
        """What a node reads beside what stands below it."""
        match node:
            case ast.Call():
                yield from self._handed(node, doubt)
                yield from self._keyed(node, doubt)
            case ast.FormattedValue(value=shown):
                yield from self._shown(shown, doubt)
            case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod(), right=right):
                for one in right.elts if isinstance(right, ast.Tuple) else (right,):
                    yield from self._shown(one, doubt)
            case ast.YieldFrom(value=inner):
                yield from self._gone_through(inner, doubt)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                yield from self._gone_through(node.iter, doubt)

    def _below(self, node: ast.AST, doubt: int) -> Iterator[Access]:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                yield from self.read(test, doubt)
                then, other = branches(test, body, orelse)
                if self._leaves(body):
                    then = RARE
                yield from self.read_all(list(body), max(doubt, then))
                yield from self.read_all(list(orelse), max(doubt, other))
            case ast.IfExp(test=test, body=one, orelse=another):
                yield from self.read(test, doubt)
                then, other = UNSURE, UNSURE
                yield from self.read(one, max(doubt, then))
                yield from self.read(another, max(doubt, other))
            case ast.BoolOp(values=[first, *rest]):
                yield from self.read(first, doubt)
                yield from self.read_all(list(rest), max(doubt, UNSURE))
            case ast.ExceptHandler(body=body):
                yield from self.read_all(list(body), RARE)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return
            case ast.Lambda(body=body):
                yield from self.read(body, RARE)
            case ast.Raise():
                yield from self.read_all(children(node)[::-1], RARE)
            case ast.For() | ast.AsyncFor() | ast.While():
                self.inner += 1
                yield from self.read_all(children(node)[::-1], doubt)
                self.inner -= 1

    def _leaves(self, body: list[ast.stmt]) -> bool:
        """Whether a block ends the loop that the root is bound by: it runs once at most."""
        if not isinstance(self.root.loop, (ast.For, ast.AsyncFor)):
            return False
        return isinstance(body[-1], ast.Return) or (
            isinstance(body[-1], ast.Break) and not self.inner
        )

    def _keyed(self, call: ast.Call, doubt: int) -> Iterator[Access]:
        """What the key of a sort reads of each element: ``sorted(rows, key=lambda row: ...)``."""
        for iterable, function in keyed(call):
            path = path_of(iterable, self.frame, self.root)
            if path is None or not isinstance(function, ast.Lambda) or not function.args.args:
                continue
            inner = Frame(self.frame.unit, function, self.frame.owner, self.frame.this)
            inner.outer = self.frame
            root = Root(function.args.args[0].arg)
            for one in reads(self.project, [function.body], inner, root):
                yield one.after((*path, EACH), None, doubt)

    def _beside(self, node: ast.AST, doubt: int) -> Iterator[Access]:
        """The arguments of the calls in a chain."""
        while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript, ast.Await, ast.NamedExpr)):
            if isinstance(node, ast.Call):
                arguments = [*node.args, *(one.value for one in node.keywords)]
                if isinstance(node.func, ast.Attribute):
                    yield from self.read_all(list(arguments), doubt)
                    node = node.func
                    continue
                yield from self.read_all(list(arguments[1:]), doubt)
                return
            if isinstance(node, ast.Subscript):
                yield from self.read(node.slice, doubt)
            node = node.value

    def _gone_through(self, iterable: ast.expr, doubt: int) -> Iterator[Access]:
        inner, _ = unwrapped(iterable, (1,))
        for one in (iterable, inner):
            path = path_of(one, self.frame, self.root)
            if path is not None:
                yield self._access((*path, EACH), one, doubt)
                return

    def _shown(self, shown: ast.expr, doubt: int) -> Iterator[Access]:
        path = path_of(shown, self.frame, self.root)
        if path is not None:
            yield self._access((*path, TEXT), shown, doubt)

    def _handed(self, call: ast.Call, doubt: int) -> Iterator[Access]:
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
                yield self._access((*path, TEXT), call, doubt)
            return
        if word in _EVALUATING:
            for _, path in ways:
                if path and path[-1].endswith("()"):
                    yield self._access((*path, EACH), call, doubt)
            return
        yield from self._entered(call, ways, at, doubt)

    def _entered(
        self, call: ast.Call, ways: list[tuple[int | str, Path]], at: At, doubt: int
    ) -> Iterator[Access]:
        from greenlint.project import dispatching, flow, making, models, serializers

        if len(self.frame.asked) > _DEEP:
            return
        if isinstance(call.func, ast.Attribute):
            found = self._filled(call)
            if found is not None:
                for key, path in ways:
                    if key in (0, "obj"):
                        yield from (one.after(path, at, doubt) for one in found)
                return
        target = flow.value(self.project, call.func, self.frame)
        match target:
            case Ref(meaning=Class() as cls) if serializers.is_serializer(self.project, cls):
                many = serializers.is_many(call)
                for key, path in ways:
                    if key in (0, "instance"):
                        for one in serializers.accesses(self.project, cls):
                            start = (*path, EACH) if many else path
                            yield one.after(start, at, doubt)
                return
            case Ref(meaning=Class() as cls) if not models.is_model(self.project, cls):
                for key, path in ways:
                    for one in making.of_argument(self.project, cls, key):
                        yield one.after(path, at, doubt)
                return
            case Ref(meaning=Func() as func):
                yield from self._within(func, None, 0, call, ways, at, doubt)
            case Bound(func=func, this=this):
                func = overriding(self.project, func, this)
                yield from self._within(func, this, 1, call, ways, at, doubt)
            case None:
                for func, this in dispatching.chosen(self.project, call.func, self.frame):
                    yield from self._within(func, this, 1, call, ways, at, max(doubt, UNSURE))

    def _within(
        self, func: Func, this: Kind | None, skip: int, call: ast.Call,
        ways: list[tuple[int | str, Path]], at: At, doubt: int,
    ) -> Iterator[Access]:  # fmt: skip
        """What a function reads of what a call hands it."""
        if isinstance(this, Obj) and isinstance(this.kind, Outside):
            this = None
        names = [one.arg for one in func.parameters[skip:]]
        for key, path in ways:
            name = key if isinstance(key, str) else names[key] if key < len(names) else None
            if name is not None:
                for one in of_parameter(self.project, func, name, this):
                    if is_reached(func, call, (*one.via, one.at)[0], skip):
                        yield one.after(path, at, doubt)

    def _filled(self, call: ast.Call) -> tuple[Access, ...] | None:
        """What a schema reads of the row that it is filled from, or that it dumps."""
        from greenlint.project import dumping, schemas

        cls = schemas.filled(self.project, call, self.frame)
        if cls is not None:
            return schemas.accesses(self.project, cls)
        dump = dumping.dumped(self.project, call, self.frame)
        if dump is None:
            return None
        found = dumping.of_dump(self.project, dump)
        return tuple(one.after((EACH,)) if dump.many else one for one in found)


def _is_complaint(call: ast.Call) -> bool:
    """``logger.warning(...)``: said of few."""
    match call.func:
        case ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr=word):
            return word in ("error", "warning", "exception", "critical") and "log" in name.lower()
    return False


_TELLING = frozenset(
    (
        ast.Call, ast.FormattedValue, ast.BinOp, ast.YieldFrom, ast.For, ast.AsyncFor,
        ast.comprehension,
    )
)  # fmt: skip
_BRANCHING = frozenset(
    (
        ast.If, ast.IfExp, ast.BoolOp, ast.ExceptHandler, ast.FunctionDef, ast.AsyncFunctionDef,
        ast.ClassDef, ast.Lambda, ast.Raise, ast.For, ast.AsyncFor, ast.While,
    )
)  # fmt: skip
_CHAINS = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Await, ast.NamedExpr)


def _is_target(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))


__all__ = [
    "EACH",
    "ONE",
    "TEXT",
    "Access",
    "Path",
    "Root",
    "of_parameter",
    "of_self",
    "path_of",
    "reads",
    "stores",
]

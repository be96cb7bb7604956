# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which serializer a view chooses for an action, and what of a method runs for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeVar

from greenlint.project import flow, members
from greenlint.project.frames import Frame, frame_of
from greenlint.project.memory import remembered
from greenlint.project.nodes import every
from greenlint.project.project import Class, Func, Project, Value
from greenlint.project.serializers import is_serializer
from greenlint.project.values import Kind, Obj, Ref

N = TypeVar("N", bound=ast.stmt)

CHOSEN = "the serializer is chosen while the view runs"
# Actions of Django REST framework by the method of the request.
_READING = frozenset(("list", "retrieve"))
_WRITING = frozenset(("create", "update", "partial_update", "destroy"))


@remembered([])
def serializers_of(project: Project, cls: Class, action: str) -> list[tuple[Class, str]]:
    """The serializers of an action, each with what makes it uncertain, or ""."""
    own = project.attribute(cls, "get_serializer_class")
    declared = _declared(project, cls)
    if not isinstance(own, Func) or isinstance(own.node, ast.Lambda):
        return [(declared, "")] if declared is not None else []
    found: list[tuple[Class, str]] = []
    frame = frame_of(own, Obj(cls))
    for returned, certain in _returns(own.node.body, action, True):
        why = "" if certain else CHOSEN
        found += [(chosen, why) for chosen in _chosen(project, returned, frame, cls, action)]
    return list(dict.fromkeys(found or _named_in(project, own, cls, action)))


def _named_in(project: Project, own: Func, cls: Class, action: str) -> Iterator[tuple[Class, str]]:
    """What a choice that is not understood names: ``self.serializer_class``, another choice."""
    for node in every(own.node):
        if not isinstance(node, ast.Attribute):
            continue
        held = project.attribute(cls, node.attr)
        if node.attr == "serializer_class":
            declared = _declared(project, cls)
            if declared is not None:
                yield declared, CHOSEN
        elif node.attr.endswith("serializer_class") and isinstance(held, Func):
            if held.node is own.node or isinstance(held.node, ast.Lambda):
                continue
            frame = frame_of(held, Obj(cls))
            for returned, _ in _returns(held.node.body, action, True):
                for chosen in _chosen(project, returned, frame, cls, action):
                    yield chosen, CHOSEN


def _declared(project: Project, cls: Class) -> Class | None:
    held = project.attribute(cls, "serializer_class")
    if isinstance(held, Class):
        return held if is_serializer(project, held) else None
    kind = members.meaning(project, held) if isinstance(held, Value) else None
    return _serializer(project, kind)


def _serializer(project: Project, kind: Kind | None) -> Class | None:
    if isinstance(kind, Ref) and isinstance(kind.meaning, Class):
        return kind.meaning if is_serializer(project, kind.meaning) else None
    return None


def _returns(body: list[ast.stmt], action: str, certain: bool) -> Iterator[tuple[ast.expr, bool]]:
    """What a body may return for an action; a test on the action decides, any other does not."""
    for statement in body:
        match statement:
            case ast.Return(value=ast.expr() as value):
                yield value, certain
                return
            case ast.If(test=test, body=then, orelse=orelse):
                answer = holds(test, action)
                if answer is not False:
                    yield from _returns(then, action, certain and answer is True)
                if answer is not True:
                    yield from _returns(orelse, action, certain and answer is False)
                if answer is True and _leaves(then):
                    return
                if answer is None:
                    certain = False
            case ast.Try(body=then, handlers=handlers):
                yield from _returns(then, action, certain)
                for handler in handlers:
                    yield from _returns(handler.body, action, False)
            case ast.Match(subject=subject, cases=cases):
                for case in cases:
                    answer = _case_holds(subject, case.pattern, action)
                    if answer is not False:
                        yield from _returns(case.body, action, certain and answer is True)
                    if answer is True:
                        return


def _leaves(body: list[ast.stmt]) -> bool:
    return any(isinstance(one, (ast.Return, ast.Raise)) for one in body)


def _case_holds(subject: ast.expr, pattern: ast.pattern, action: str) -> bool | None:
    if not (isinstance(subject, ast.Attribute) and subject.attr == "action"):
        return None
    match pattern:
        case ast.MatchValue(value=ast.Constant(value=str() as name)):
            return name == action
        case ast.MatchOr(patterns=several):
            return any(_case_holds(subject, one, action) for one in several)
        case ast.MatchAs(pattern=None):
            return True
    return None


def holds(test: ast.expr, action: str) -> bool | None:
    """Whether a test on ``self.action`` holds for an action; None where it is about more."""
    match test:
        case ast.Compare(left=left, ops=[op], comparators=[other]) if _is_choice(left):
            names = _words(other)
            if names is None:
                return None
            if not _is_action(left):
                return _of_request(names, action, op)
            same = action in names
            return same if isinstance(op, (ast.Eq, ast.In, ast.Is)) else not same
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            answer = holds(inner, action)
            return None if answer is None else not answer
        case ast.BoolOp(op=ast.Or(), values=several):
            answers = [holds(one, action) for one in several]
            return True if True in answers else None if None in answers else False
        case ast.BoolOp(op=ast.And(), values=several):
            answers = [holds(one, action) for one in several]
            return False if False in answers else None if None in answers else True
        case ast.Call(
            func=ast.Name(id="getattr"), args=[_, ast.Constant(value="swagger_fake_view"), *_]
        ):
            return False
        case ast.Attribute(attr="swagger_fake_view"):
            return False
        case ast.Attribute(value=ast.Name(id="self"), attr="detail") if action == "list":
            return False
    return None


def _is_choice(left: ast.expr) -> bool:
    is_method = isinstance(left, ast.Attribute) and left.attr == "method"
    return _is_action(left) or is_method


def _is_action(left: ast.expr) -> bool:
    match left:
        case ast.Attribute(attr="action"):
            return True
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value="action"), *_]):
            return True
    return False


def _of_request(names: set[str], action: str, op: ast.cmpop) -> bool | None:
    """``self.request.method == "GET"``: list and retrieve are asked for with GET."""
    if action in _READING:
        same = "GET" in names
    elif action in _WRITING and not names & {"POST", "PUT", "PATCH", "DELETE"}:
        same = False
    else:
        return None
    return same if isinstance(op, (ast.Eq, ast.In)) else not same


def _words(node: ast.expr) -> set[str] | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, (ast.Name, ast.Attribute)) and ast.unparse(node).endswith("SAFE_METHODS"):
        return {"GET", "HEAD", "OPTIONS"}
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        found = {one.value for one in node.elts if isinstance(one, ast.Constant)}
        return {one for one in found if isinstance(one, str)}
    return None


# -- what a returned expression stands for ------------------------------------------------------


def _chosen(
    project: Project, returned: ast.expr, frame: Frame, cls: Class, action: str
) -> Iterator[Class]:
    """The serializers that a returned expression may be."""
    match returned:
        case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id="self"), name, *rest]) if (
            word := _with_action(name, action)
        ):
            held = project.attribute(cls, word)
            kind = members.meaning(project, held) if held is not None else None
            found = _serializer(project, kind)
            if found is not None:
                yield found
                return
            for value in rest:
                yield from _chosen(project, value, frame, cls, action)
            return
        case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, *rest]):
            yield from _from_table(project, table, rest, frame, cls, action)
            return
        case ast.Subscript(value=table):
            yield from _from_table(project, table, [], frame, cls, action)
            return
        case ast.Call(func=ast.Attribute(value=ast.Call(), attr="get_serializer_class")):
            above = project.above(frame.owner, "get_serializer_class", cls) if frame.owner else None
            if isinstance(above, Func) and not isinstance(above.node, ast.Lambda):
                inner = frame_of(above, Obj(cls))
                for value, _ in _returns(above.node.body, action, True):
                    yield from _chosen(project, value, inner, cls, action)
                return
            declared = _declared(project, cls)
            if declared is not None:
                yield declared
            return
        case ast.IfExp(test=test, body=one, orelse=other):
            answer = holds(test, action)
            if answer is not False:
                yield from _chosen(project, one, frame, cls, action)
            if answer is not True:
                yield from _chosen(project, other, frame, cls, action)
            return
        case ast.BoolOp(values=several):
            for value in several:
                yield from _chosen(project, value, frame, cls, action)
            return
        case ast.Name(id=name) if (bound := frame.bound(name, returned)) is not None:
            for bind in bound:
                if bind.how == "assign" and bind.value is not None and not bind.path:
                    yield from _chosen(project, bind.value, frame, cls, action)
            return
    found = _serializer(project, flow.value(project, returned, frame))
    if found is not None:
        yield found


def _with_action(name: ast.expr, action: str) -> str:
    """The name that ``f"{self.action}_serializer_class"`` gives for an action; "" for others."""
    if not isinstance(name, ast.JoinedStr):
        return ""
    parts: list[str] = []
    for one in name.values:
        match one:
            case ast.Constant(value=str() as text):
                parts.append(text)
            case ast.FormattedValue(value=ast.Attribute(attr="action")):
                parts.append(action)
            case _:
                return ""
    return "".join(parts)


def _from_table(
    project: Project,
    table: ast.expr,
    otherwise: list[ast.expr],
    frame: Frame,
    cls: Class,
    action: str,
) -> Iterator[Class]:
    """``self.serializers.get(self.action, default)``: a dict from actions to serializers."""
    written, inner = _table(project, table, frame, cls)
    if written is not None:
        for key, value in zip(written.keys, written.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == action:
                found = _serializer(project, flow.value(project, value, inner))
                if found is not None:
                    yield found
                return
    for value in otherwise:
        yield from _chosen(project, value, frame, cls, action)


def _table(
    project: Project, table: ast.expr, frame: Frame, cls: Class
) -> tuple[ast.Dict | None, Frame]:
    if isinstance(table, ast.Dict):
        return table, frame
    if isinstance(table, ast.Attribute):
        held = project.attribute(cls, table.attr)
    elif isinstance(table, ast.Name):
        bound = frame.bound(table.id, table)
        if bound and isinstance(bound[-1].value, ast.Dict):
            return bound[-1].value, frame
        held = project.meaning(frame.unit, table.id)
    else:
        return None, frame
    if isinstance(held, Value) and isinstance(held.node, ast.Dict):
        scope = held.owner.node if held.owner is not None else held.unit.tree
        return held.node, Frame(held.unit, scope, held.owner)
    return None, frame


# -- what of a method runs for an action --------------------------------------------------------


@remembered()
def for_action(project: Project, func: Func, action: str) -> Func:
    """A method without what its tests on ``self.action`` keep from running for an action."""
    node = func.node
    if isinstance(node, ast.Lambda):
        return func
    body = _kept(node.body, action)
    if body == node.body:
        return func
    return Func(func.unit, _like(node, body=body), func.owner)


def _like(node: N, **other: list[ast.stmt]) -> N:
    """A node with other statements; what is kept with the old one stays there."""
    given = {name: getattr(node, name) for name in node._fields}
    return ast.copy_location(type(node)(**{**given, **other}), node)


def _kept(statements: list[ast.stmt], action: str) -> list[ast.stmt]:
    kept: list[ast.stmt] = []
    for statement in statements:
        if isinstance(statement, ast.If):
            answer = holds(statement.test, action)
            if answer is not None:
                kept += _kept(statement.body if answer else statement.orelse, action)
                if kept and isinstance(kept[-1], (ast.Return, ast.Raise)):
                    break
                continue
            inner, other = _kept(statement.body, action), _kept(statement.orelse, action)
            if inner != statement.body or other != statement.orelse:
                body = inner or [ast.copy_location(ast.Pass(), statement)]
                statement = _like(statement, body=body, orelse=other)
        kept.append(statement)
    return kept

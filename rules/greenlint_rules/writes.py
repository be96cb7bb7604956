# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rows written one by one in a loop, where other files prove that they are rows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from greenlint.messages import Message, say
from greenlint.project import flow, models
from greenlint.project.frames import Frame
from greenlint.project.layout import Layout, Part, layout
from greenlint.project.nodes import every
from greenlint.project.project import Project, Unit
from greenlint.project.proven import query
from greenlint.project.signals import is_listened_to
from greenlint.project.values import Row, Rows
from greenlint.rule import Confidence, Hit, Related
from greenlint_rules.asking import brief
from greenlint_rules.columns import mentions
from greenlint_rules.often import FEW, OF_USER, ONCE, SELDOM

_METHODS = frozenset(("save", "create", "get_or_create", "update_or_create", "add"))
_OF_DJANGO = frozenset(("force_insert", "force_update", "using", "update_fields"))
_FILES = frozenset(("file", "image", "picture", "attachment"))
# What speaks with another machine, checks the row or may stop half-way is kept at once.
_TELLS = re.compile(
    r"a?send|\w*_?mail(_|$)|notify|publish|upload|delay$|apply_async|enqueue|execute_|clean$|full_clean"
    r"|post$|request$|run$|print$|log$|\w*_from_api$|download"
)


class Write(NamedTuple):
    """A call that writes one row, and the innermost loop that repeats it."""

    call: ast.Call
    method: str
    receiver: ast.expr
    loop: ast.For


def written(unit: Unit, project: Project, helps: Mapping[str, str]) -> Iterator[Hit]:
    """The writes in loops of a file; `helps` are the ways out by kind of write."""
    if ONCE.search(unit.name):
        return
    laid_out = layout(project, unit)
    for part in laid_out.parts:
        for call in part.of(ast.Call):
            write = _write(laid_out, call)
            if write is None or _is_kept_at_once(write) or _is_guarded(laid_out, write):
                continue
            found = _judged(project, laid_out, part, write)
            if found is not None:
                message, kind, low = found
                low = low or bool(SELDOM.search(unit.name)) or _is_few(write.loop)
                low = low or not _is_of_table(project, part.frame, write.loop)
                yield Hit(
                    call,
                    message,
                    help=helps[kind],
                    confidence=Confidence.LOW if low else Confidence.MEDIUM,
                    related=(Related(write.loop, "this loop"),),
                )


def _write(laid_out: Layout, call: ast.Call) -> Write | None:
    match call:
        case ast.Call(func=ast.Attribute(value=receiver, attr=method)) if method in _METHODS:
            pass
        case _:
            return None
    before: ast.AST = call
    for one in laid_out.around(call):
        match one:
            case ast.For() if before in one.body:
                return Write(call, method, receiver, one)
            case ast.For() | ast.While() | ast.AsyncFor() | ast.Try():
                return None
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return None
        before = one
    return None


def _is_kept_at_once(write: Write) -> bool:
    """Whether a turn does more than write: then what it did is perhaps to be kept at once.  A loop
    is gone through once for all its writes.
    """
    kept: bool | None = vars(write.loop).get("_kept_at_once")
    if kept is None:
        kept = vars(write.loop)["_kept_at_once"] = any(map(_is_more, every(*write.loop.body)))
    return kept


def _is_more(node: ast.AST) -> bool:
    match node:
        case ast.Raise() | ast.Try() | ast.Break() | ast.Return() | ast.Await():
            return True
        case ast.Yield() | ast.YieldFrom() | ast.With() | ast.AsyncWith():
            return True
        case ast.Call(func=ast.Attribute(attr=word) | ast.Name(id=word)):
            return _TELLS.match(word) is not None
    return False


def _is_guarded(laid_out: Layout, write: Write) -> bool:
    """Whether the write stands below two conditions, or one on what was only just created."""
    conditions = 0
    for one in laid_out.around(write.call):
        if one is write.loop:
            break
        if isinstance(one, ast.If):
            conditions += 1
            if any(mentions(one.test, word) for word in ("created", "made", "is_new")):
                return True
    return conditions > 1


def _is_of_table(project: Project, frame: Frame, loop: ast.For) -> bool:
    """Whether a loop goes over rows of a table; one row's relation, or a name's own list, is
    short, mostly, and so is what one person has.
    """
    name = getattr(frame.scope, "name", "")
    decorators = getattr(frame.scope, "decorator_list", ())
    if name == "save" or any(mentions(one, "receiver") for one in decorators):
        return False
    found = query(project, loop.iter, frame)
    rows = found.rows if found is not None else flow.value(project, loop.iter, frame)
    if not isinstance(rows, Rows) or rows.kind == "manager" or rows.relation or rows.few:
        return False
    if found is not None and (found.sliced or "select_for_update" in found.methods):
        return False
    return not any(
        isinstance(one, ast.keyword) and one.arg and OF_USER.match(one.arg)
        for one in every(rows.at.node if rows.at is not None else loop.iter)
    )


def _is_few(loop: ast.For) -> bool:
    """Whether a loop goes over what a programme has a few of, or over constants."""
    match loop.iter:
        case ast.Tuple() | ast.List() | ast.Set():
            return True
        case ast.Call(func=ast.Name(id="range")):
            return True
    return FEW.search(ast.unparse(loop.iter)) is not None


def _judged(
    project: Project, laid_out: Layout, part: Part, write: Write
) -> tuple[Message, str, bool] | None:
    match write.method:
        case "save":
            return _saved(project, part.frame, write)
        case "add":
            return _added(project, part.frame, write)
    return _created(project, laid_out, part.frame, write)


# -- row.save() ---------------------------------------------------------------------------------


def _saved(project: Project, frame: Frame, write: Write) -> tuple[Message, str, bool] | None:
    words = {keyword.arg for keyword in write.call.keywords}
    if write.call.args or words - _OF_DJANGO or not isinstance(write.receiver, ast.Name):
        return None
    if not _is_of_turn(write.receiver, frame, write.loop) or not _is_changed(write):
        return None
    kind = flow.value(project, write.receiver, frame)
    if not isinstance(kind, Row) or not models.is_model(project, kind.model):
        return None
    message = say("`{call}` writes one row on every turn of this loop", call=brief(write.call))
    copied = "force_insert" in words or _is_copied(write, write.receiver.id)
    low = is_listened_to(project, kind.model) or _is_used_after(write, write.receiver.id)
    low = low or _is_deleted(write, write.receiver.id)
    return message, "new" if copied else "save", low


def _is_copied(write: Write, row: str) -> bool:
    """``row.pk = None``: the row is written as a new one."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("pk", "id")
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == row
        for statement in write.loop.body
        for node in every(statement)
    )


def _is_used_after(write: Write, row: str) -> bool:
    """Whether the turn goes on with the row that was written."""
    return any(
        isinstance(node, ast.Name) and node.id == row and node.lineno > (write.call.end_lineno or 0)
        for statement in write.loop.body
        for node in every(statement)
    )


def _is_deleted(write: Write, row: str) -> bool:
    """Whether the turn deletes the row in another case: it takes more than one bulk write then."""
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func) == f"{row}.delete"
        for statement in write.loop.body
        for node in every(statement)
    )


def _is_of_turn(row: ast.Name, frame: Frame, loop: ast.For) -> bool:
    """Whether the loop gives the name another row on each turn: as its target, or of its target."""
    if isinstance(loop.target, ast.Name) and loop.target.id == row.id:
        return True
    bound = frame.bound(row.id, row) or []
    targets = {one.id for one in every(loop.target) if isinstance(one, ast.Name)}
    return bool(bound) and all(
        one.how == "assign"
        and isinstance(one.value, ast.Attribute)
        and any(mentions(one.value, name) for name in targets)
        and loop.lineno < one.line <= (loop.end_lineno or 0)
        for one in bound
    )


def _is_changed(write: Write) -> bool:
    """Whether the turn sets an attribute of the row; if not, it is saved for what save() does."""
    name = write.receiver.id if isinstance(write.receiver, ast.Name) else ""
    for statement in write.loop.body:
        for node in every(statement):
            match node:
                case ast.Attribute(value=ast.Name(id=holder), ctx=ast.Store()) if holder == name:
                    return True
                case ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id=holder), *_]):
                    if holder == name:
                        return True
    return False


# -- rows.create() ------------------------------------------------------------------------------


def _created(
    project: Project, laid_out: Layout, frame: Frame, write: Write
) -> tuple[Message, str, bool] | None:
    call = write.call
    words = {keyword.arg or "" for keyword in call.keywords}
    files = {word.rpartition("_")[2] for word in words} & _FILES
    if call.args or not words or files or not _depends(call, write.loop):
        return None
    if any(mentions(write.receiver, name) for name in _targets(write.loop)) and not isinstance(
        write.receiver, ast.Attribute
    ):
        return None
    found = query(project, write.receiver, frame)
    if found is None or found.rows is None:
        return None
    asks = write.method != "create"
    message = (
        say(
            "`{call}` asks for, and may write, one row on every turn of this loop",
            call=f"{brief(write.receiver, 40)}.{write.method}(…)",
        )
        if asks
        else say(
            "`{call}` writes one row on every turn of this loop",
            call=f"{brief(write.receiver, 40)}.create(…)",
        )
    )
    used = not isinstance(laid_out.parents.get(call), ast.Expr)
    low = used or asks or _is_heard(project, found.rows)
    return message, write.method, low


def _is_heard(project: Project, rows: Rows) -> bool:
    return is_listened_to(project, rows.model)


def _targets(loop: ast.For) -> set[str]:
    return {one.id for one in every(loop.target) if isinstance(one, ast.Name)}


def _depends(node: ast.AST, loop: ast.For) -> bool:
    return any(mentions(node, name) for name in _targets(loop))


# -- order.tags.add(tag) ------------------------------------------------------------------------


def _added(project: Project, frame: Frame, write: Write) -> tuple[Message, str, bool] | None:
    call = write.call
    match write.receiver, call.args:
        case ast.Attribute(value=owner, attr=attr), [item] if not isinstance(item, ast.Starred):
            pass
        case _:
            return None
    if call.keywords or not _depends(item, write.loop) or _depends(owner, write.loop):
        return None
    if _is_bound_within(owner, write.loop):
        return None
    kind = flow.value(project, owner, frame)
    link = models.link(project, kind.model, attr) if isinstance(kind, Row) else None
    if link is None or link.kind != "many":
        return None
    message = say("`{call}` writes one link on every turn of this loop", call=brief(call))
    return message, "add", False


def _is_bound_within(owner: ast.expr, loop: ast.For) -> bool:
    names = {one.id for one in every(owner) if isinstance(one, ast.Name)}
    return any(
        isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Store)
        for statement in loop.body
        for node in every(statement)
    )

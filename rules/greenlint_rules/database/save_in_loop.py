# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A row written, or a transaction ended, on every turn of a loop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

import libcst as cst
from greenlint_rules.orm import (
    PAIR,
    is_connection,
    is_model,
    is_queryset,
    is_relation,
    is_row,
    is_session,
    methods_of,
)
from greenlint_rules.rows_glance import writes_in_loops
from greenlint_rules.rows_in_turns import (
    goes_on_with_key,
    hands_on,
    is_for_missing,
    is_on_purpose,
    is_part_of_record,
    is_ticked,
    is_worth_a_commit,
    links,
)
from greenlint_rules.turns import (
    branches,
    is_called_by_django,
    is_fallback,
    is_long,
    is_many,
    is_minor,
    is_now_and_then,
    is_own_transaction,
    stands_alone,
    turns,
)
from greenlint_rules.writes import written

from greenlint.here import Here, Loop, reads
from greenlint.kinds import Kind
from greenlint.messages import Message, say
from greenlint.project.project import Project, Unit
from greenlint.rule import Confidence, Hit, Options, Related, Rule
from greenlint.scope import How, dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN302",
    name="save-in-loop",
    needles=(b".save(", b"create(", b".delete(", b".commit(", b".flush(", b".add("),
    since="0.1.0",
    lifecycle="stable",
    help="collect the rows and write them at once",
    across=True,
    tests=False,
)

_HELP = {
    "save": "collect the rows and write them with `bulk_update`, or with one `update()` when all "
    "get the same value; these skip `save()` and its signals",
    "new": "collect the rows and write them with `bulk_create`; it skips `save()` and its signals",
    "create": "build the rows in a list and write them with `bulk_create`; it skips `save()` and "
    "its signals",
    "get_or_create": "fetch what is there with one `__in` query, and write the rest with "
    "`bulk_create`",
    "update_or_create": "write all rows with `bulk_create(..., update_conflicts=True)`",
    "delete": "delete with one `delete()` on the queryset",
    "add": "collect the rows and link them with one `add(*rows)`",
    "commit": "commit once after the loop, or once per so many rows",
    "flush": "flush once after the loop: the session then writes the rows together",
}
_FILES = frozenset(("file", "image", "picture", "attachment"))
_ON_PURPOSE = re.compile(r"#.*\b(save\(|delete\(|update\(|signals?\b)")
_OF_DJANGO = frozenset(("force_insert", "force_update", "using", "update_fields", "keep_parents"))
_TELLS = re.compile(
    r"a?send|\w*_?mail(_|$)|notify|publish|upload|delay$|apply_async|execute_|\w*_from_api$|download"
)
_NETWORK = ("requests.", "httpx.", "urllib.request.", "django.core.mail.", "smtplib.")
_ASYNC = frozenset(f"a{word}" for word in ("save", "delete", "create", *PAIR))


@RULE.across_files
def proven_elsewhere(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Writes of what other files prove to be rows."""
    return written(unit, project, _HELP)


writes_in_loops(RULE, _HELP.keys() - {"add"}, _OF_DJANGO)


@RULE.on(cst.Call)
def call(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``row.save()``, ``Model.objects.create()``, ``row.delete()``, ``session.commit()``."""
    if not isinstance(node.func, cst.Attribute):
        return
    method, receiver = node.func.attr.value, node.func.value
    if method in _ASYNC:
        method = method[1:]
    if method not in _HELP or method == "add" or not here.every_turn():
        return
    loop = next(turns(node, here), None)
    if loop is None:
        return
    for hit in _written(node, receiver, method, loop, here):
        if not (_stands_alone(loop, here) or _tells_others(loop, here)):
            yield hit


def _written(
    node: cst.Call, receiver: cst.BaseExpression, method: str, loop: Loop, here: Here
) -> Iterator[Hit]:
    match method:
        case "save" | "delete":
            yield from _row(node, receiver, method, loop, here)
        case "create" | "get_or_create" | "update_or_create":
            yield from _created(node, receiver, method, loop, here)
        case _:
            yield from _ended(node, receiver, method, loop, here)


def _tells_others(loop: Loop, here: Here) -> bool:
    """Whether a turn speaks with another machine: then what it did must be kept at once."""
    calls = [node.func for node in within(*loop.body) if isinstance(node, cst.Call)]
    return any(
        (here.qualified(func) or "").startswith(_NETWORK) or _TELLS.match(_word(func))
        for func in calls
    )


def _word(func: cst.CSTNode) -> str:
    return func.attr.value if isinstance(func, cst.Attribute) else dotted(func)


def _stands_alone(loop: Loop, here: Here) -> bool:
    """Whether one row's failure is kept from the others, or a file is written with it."""
    if stands_alone(loop, here):
        return True
    for parent in takewhile(lambda node: node is not loop.node, here.ancestors):
        if isinstance(parent, cst.With) and any(
            here.kind(item.item) is Kind.FILE for item in parent.items
        ):
            return True
    return False


def _row(
    node: cst.Call, receiver: cst.BaseExpression, method: str, loop: Loop, here: Here
) -> Iterator[Hit]:
    if not here.depends(receiver, loop):
        return
    words = {arg.keyword.value for arg in node.args if arg.keyword is not None}
    if words - _OF_DJANGO:
        return  # a model's own ``save`` that does more
    told = method == "save" and "update_fields" in words
    row = is_row(receiver, here)
    if not (told or row):
        return
    if method == "delete" and not _is_target(receiver, loop):
        return
    made = method == "save" and _is_made(receiver, here)
    handed = told and not row  # it may have been changed before the loop
    if method == "save" and not (handed or made or _is_changed(receiver, loop)):
        return
    kind = "new" if made else method
    yield _hit(
        node,
        say("`{call}` writes one row on every turn of this loop", call=here.brief(node))
        if method == "save"
        else say("`{call}` deletes one row on every turn of this loop", call=here.brief(node)),
        kind,
        loop,
        _is_seldom(loop, here)
        or _is_meant(dotted(receiver), loop, here)
        or _is_just_made(receiver, loop, here)
        or (made and _is_needed(dotted(receiver), loop, here)),
    )


def _is_seldom(loop: Loop, here: Here) -> bool:
    """Whether few rows are to be expected, or the turn takes its time for each of them."""
    if is_minor(loop, here) or not is_long(loop, here) or is_own_transaction(loop, here):
        return True
    if is_part_of_record(loop) or is_ticked(loop, here) or is_on_purpose(loop, here):
        return True
    function = here.function
    if function is not None and (function.name.value == "save" or is_called_by_django(function)):
        return True
    if "select_for_update" in methods_of(loop.iter, here):
        return True
    return any(isinstance(node, cst.Call) and _reports(node.func) for node in within(*loop.body))


def _reports(func: cst.CSTNode) -> bool:
    """A turn that tells of its row, in a log or on a screen, has few of them."""
    return _word(func) in ("print", "info", "log", "log_info")


def _is_just_made(receiver: cst.CSTNode, loop: Loop, here: Here) -> bool:
    """Whether the same turn has had the row made: ``copy(order)``, ``Order.objects.create()``."""
    if not isinstance(receiver, cst.Name):
        return False
    for one in here.bindings(receiver.value):
        match one.value:
            case cst.Call(func=cst.Name(value=word)) if word[:1].islower():
                if one.node in within(*loop.body):
                    return True
            case cst.Call(func=cst.Attribute(attr=cst.Name(value="create" | "acreate"))):
                return True
    return False


def _is_meant(name: str, loop: Loop, here: Here) -> bool:
    """Whether the turn checks the row, does more with it, or says why it is saved."""
    if branches(loop, here) > 1:
        return True
    for parent in takewhile(lambda node: node is not loop.node, here.ancestors):
        if isinstance(parent, cst.If) and "created" in reads(parent.test):
            return True
    for node in within(*loop.body):
        match node:
            case cst.Call(func=cst.Attribute(value=row, attr=cst.Name(value=method))):
                if method in ("clean", "full_clean") and dotted(row) == name:
                    return True
            case cst.Expr(
                value=cst.Call(func=cst.Attribute(value=row, attr=cst.Name(value=method)))
            ) if dotted(row) == name and method.removeprefix("a") != "save":
                return True
            case cst.Raise():
                return True
    return _ON_PURPOSE.search(here.code(loop.node)) is not None


def _created(
    node: cst.Call, receiver: cst.BaseExpression, method: str, loop: Loop, here: Here
) -> Iterator[Hit]:
    if not (is_queryset(receiver, here) or is_relation(receiver, here)):
        return
    if _manager_of_turn(receiver, loop, here) or not here.depends(node, loop):
        return
    if any(arg.keyword is None and not arg.star for arg in node.args):
        return  # a manager's own ``create``: Django's takes keywords only
    words = (arg.keyword.value for arg in node.args if arg.keyword is not None)
    if any(word.rpartition("_")[2] in _FILES for word in words):
        return
    message = (
        say(
            "`{call}` writes one row on every turn of this loop",
            call=f"{here.brief(receiver, 40)}.{method}(…)",
        )
        if method == "create"
        else say(
            "`{call}` asks for, and may write, one row on every turn of this loop",
            call=f"{here.brief(receiver, 40)}.{method}(…)",
        )
    )
    unsure = _is_seldom(loop, here) or is_fallback(loop, here) or branches(loop, here) > 1
    unsure = unsure or (method == "create" and _is_needed(_made(here), loop, here))
    unsure = unsure or (method == "get_or_create" and not _is_continued(loop, here))
    unsure = unsure or (method == "get_or_create" and hands_on(loop, _got(here)))
    unsure = unsure or (method == "update_or_create" and not is_many(loop.iter, here))
    yield _hit(node, message, method, loop, unsure)


def _ended(
    node: cst.Call, receiver: cst.BaseExpression, method: str, loop: Loop, here: Here
) -> Iterator[Hit]:
    proven = is_session(receiver, here) or (method == "commit" and is_connection(receiver, here))
    if not proven or isinstance(loop.node, cst.While) or here.depends(receiver, loop):
        return
    if is_now_and_then(node, loop, here) or (method == "flush" and not _ends_turn(loop, here)):
        return
    message = (
        say("`{call}` ends a transaction on every turn", call=here.brief(node))
        if method == "commit"
        else say("`{call}` writes to the database on every turn", call=here.brief(node))
    )
    unsure = is_worth_a_commit(loop) or is_for_missing(loop, here) or is_minor(loop, here)
    unsure = unsure or (method == "commit" and goes_on_with_key(here.statement(), loop))
    yield _hit(node, message, method, loop, unsure)


def _is_continued(loop: Loop, here: Here) -> bool:
    """Whether the turn changes the row; else the rows are few links or names, mostly."""
    if is_many(loop.iter, here):
        return True
    row = _got(here)
    return row is not None and _is_changed(row, loop)


def _got(here: Here) -> cst.BaseExpression | None:
    """What the row of ``row, created = rows.get_or_create()`` is called."""
    match here.parent:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Tuple(elements=[row, _]))]):
            return row.value
    return None


def _made(here: Here) -> str:
    """The name that a created row gets."""
    match here.parent:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            return name
    return ""


def _is_needed(name: str, loop: Loop, here: Here) -> bool:
    """Whether the turn uses the new row or its key, which a bulk write gives later, for few rows.

    Where the rows come from a table or a file, two bulk writes, one after the other, are worth it.
    """
    if not name or (is_many(loop.iter, here) and not links(loop, name)):
        return False
    for node in within(*loop.body):
        match node:
            case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=method))):
                if dotted(receiver).startswith(f"{name}.") or (
                    dotted(receiver) == name and method != "save"
                ):
                    return True
                if method == "append":
                    continue
            case cst.Call(func=cst.Name(value="setattr")):
                continue
        if isinstance(node, cst.Call) and any(
            dotted(arg.value).split(".")[0] == name for arg in node.args
        ):
            return True
    return False


def _hit(node: cst.Call, message: Message, kind: str, loop: Loop, unsure: bool = False) -> Hit:
    return Hit(
        node,
        message,
        help=_HELP[kind],
        confidence=Confidence.LOW if unsure or kind == "delete" else None,
        related=(Related(loop.header, "this loop"),),
    )


def _is_changed(receiver: cst.BaseExpression, loop: Loop) -> bool:
    """Whether a turn sets an attribute of the row; if not, ``save()`` is there for what it does."""
    name = dotted(receiver)
    for node in within(*loop.body):
        match node:
            case cst.Assign(targets=targets):
                stored = [part for one in targets for part in within(one.target)]
            case cst.AugAssign(target=target) | cst.AnnAssign(target=target):
                stored = [target]
            case cst.Call(func=cst.Name(value="setattr"), args=[first, *_]):
                stored = [first.value]
            case _:
                continue
        if any(dotted(part).startswith(name) for part in stored if part is not receiver):
            return True
    return False


def _is_target(receiver: cst.CSTNode, loop: Loop) -> bool:
    match receiver, loop.target:
        case cst.Name(value=name), cst.Name(value=target):
            return name == target
    return False


def _is_made(receiver: cst.CSTNode, here: Here) -> bool:
    """Whether a row is constructed here: ``Order(...)``."""
    bound = here.bindings(receiver.value) if isinstance(receiver, cst.Name) else []
    return any(
        one.how is How.ASSIGN and isinstance(one.value, cst.Call) and is_model(one.value.func, here)
        for one in bound
    )


def _manager_of_turn(receiver: cst.CSTNode, loop: Loop, here: Here) -> bool:
    """Whether each turn writes to the table of another model."""
    match receiver:
        case cst.Attribute(value=model) if here.kind(receiver) is Kind.MANAGER:
            return here.depends(model, loop)
    return False


def _ends_turn(loop: Loop, here: Here) -> bool:
    """Whether nothing in the turn follows: else it may need the keys that a flush gives."""
    body = loop.node.body if isinstance(loop.node, cst.For) else None
    return isinstance(body, cst.IndentedBlock) and body.body[-1] is here.statement()

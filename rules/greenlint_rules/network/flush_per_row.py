# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A file that a loop flushes behind each row."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.shapes import SLEEPS
from greenlint_rules.turns import branches

from greenlint.here import Here, Loop
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN359",
    name="flush-per-row",
    severity="note",
    confidence="medium",
    needles=(b"flush()", b"fsync("),
    since="0.1.0",
    lifecycle="preview",
    help="leave it to the buffer, which is written when it is full and when the file is closed",
    tests=False,
)

# Rows that come one by one, as somebody else makes them, are wanted at once.
_LIVE = re.compile(r"std(?:in|out|err)|sock|stream|queue|events?\b|readline|follow|tail|watch")
_LOG = re.compile(r"log|journal|progress|status|console|term|pipe|fifo|wal\b", re.IGNORECASE)
_WRITES = frozenset(("write", "writelines", "writerow", "writerows", "dump", "print", "to_csv"))
_WAITS = frozenset(("recv", "readline", "input", "accept", "wait", "poll", "communicate"))


@RULE.glance(words=("flush", "fsync"))
def glance(node: ast.Call, in_loop: bool) -> bool:
    """Either call, in a loop."""
    return in_loop


@RULE.on(cst.Call)
def flushed(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``out.flush()`` or ``os.fsync(out.fileno())`` behind each ``out.write(row)``."""
    file, syncs = _file(node, here)
    if file is None or here.kind(file) is not Kind.FILE:
        return
    loop = here.every_turn()
    if loop is None or not isinstance(loop.node, cst.For) or loop.iter is None:
        return
    if branches(loop, here) or _LIVE.search(here.code(loop.iter)):
        return
    if not _writes(loop) or _waits(loop, here):
        return
    wanted = syncs or _LOG.search(f"{dotted(file)} {here.name}") or _is_added_to(file, here)
    yield Hit(
        node,
        say(
            "`{call}` waits for the disk behind every row"
            if syncs
            else "`{call}` hands every row to the operating system on its own",
            call=here.brief(node),
        ),
        confidence=Confidence.LOW if wanted else None,
        related=(Related(loop.header, "this loop"),),
    )


def _file(node: cst.Call, here: Here) -> tuple[cst.BaseExpression | None, bool]:
    """The file that a call writes out, and whether it waits for the disk."""
    match node:
        case cst.Call(func=cst.Attribute(value=file, attr=cst.Name("flush")), args=[]):
            return file, False
        case cst.Call(args=[cst.Arg(value=given)]) if here.qualified(node.func) == "os.fsync":
            match given:
                case cst.Call(func=cst.Attribute(value=file, attr=cst.Name("fileno")), args=[]):
                    return file, True
            return given, True
    return None, False


def _writes(loop: Loop) -> bool:
    return any(
        isinstance(part, cst.Call) and dotted(part.func).rpartition(".")[2] in _WRITES
        for part in within(*loop.body)
    )


def _waits(loop: Loop, here: Here) -> bool:
    """Whether rows come at a pace of their own, so that nobody wants to wait for a full buffer."""
    for part in within(*loop.body):
        if isinstance(part, (cst.Await, cst.Yield)):
            return True
        if isinstance(part, cst.Call):
            name = here.qualified(part.func) or ""
            if name in SLEEPS or dotted(part.func).rpartition(".")[2] in _WAITS:
                return True
    return False


def _is_added_to(file: cst.BaseExpression, here: Here) -> bool:
    """A file that is opened to be added to is mostly a log."""
    if not isinstance(file, cst.Name):
        return True
    return any(
        isinstance(part, cst.SimpleString)
        and "a" in str(part.evaluated_value)
        and len(part.evaluated_value) <= len("a+b")
        for one in here.bindings(file.value)
        if isinstance(one.value, cst.Call)
        for part in within(*(arg.value for arg in one.value.args[1:]))
    )

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop over ``file.readlines()``, which reads the whole file before the first turn."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import builtin, clauses, first_argument

from greenlint.here import Here, reads
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety
from greenlint.scope import bound_by, dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN102",
    name="readlines-in-for",
    aliases=("FURB129",),
    needles=(b"readlines()",),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    help="loop over the file itself: it gives line after line",
)
# Calls that may write, replace or remove the file that is being read.
_WRITERS = ("os.", "shutil.", "subprocess.", "builtins.open", "io.open")
_WRITING_METHODS = frozenset(("open", "rename", "unlink", "write_bytes", "write_text", "truncate"))
_READS_ONLY = ("os.path.", "os.environ", "os.getenv", "os.sep", "os.linesep")
_CONSUMERS = ("dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple")


@RULE.glance(words=("readlines",))
def glance(node: ast.Call, _: bool) -> bool:
    """A file read into a list of lines."""
    return not node.args


@RULE.on(cst.For)
def loop(node: cst.For, here: Here) -> Iterator[Hit]:
    """A for statement, whose body may touch the file."""
    yield from _judge(node.iter, [node.body], node, here)


@RULE.on(cst.CompFor)
def clause(node: cst.CompFor, here: Here) -> Iterator[Hit]:
    """A clause of a comprehension; a generator may run when the file is closed, unless a call
    uses it up at once.
    """
    above = [one for one in here.ancestors if not isinstance(one, cst.CompFor)]
    whole = above[0]
    if isinstance(whole, cst.GeneratorExp) and not _used_up(above[2], here):
        return
    parts: list[cst.CSTNode] = [whole.elt] if isinstance(whole, cst.BaseSimpleComp) else []
    parts += [whole.key, whole.value] if isinstance(whole, cst.DictComp) else []
    for one in clauses(whole):
        parts += [*one.ifs, *([] if one is node else [one.iter])]
    yield from _judge(node.iter, parts, node, here)


def _used_up(call: cst.CSTNode, here: Here) -> bool:
    if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute):
        return call.func.attr.value in ("join", "update", "extend", "writelines")
    return builtin(call, here) in _CONSUMERS


def _judge(
    iterable: cst.BaseExpression, body: list[cst.CSTNode], node: cst.CSTNode, here: Here
) -> Iterator[Hit]:
    if builtin(iterable, here) == "enumerate" and isinstance(iterable, cst.Call):
        iterable = first_argument(iterable) or iterable
    match iterable:
        case cst.Call(func=cst.Attribute(value=file, attr=cst.Name("readlines")), args=[]):
            pass
        case cst.Subscript(
            value=cst.Call(func=cst.Attribute(value=file, attr=cst.Name("readlines")), args=[]),
            slice=[cst.SubscriptElement(slice=cst.Slice(upper=None, step=None))],
        ):
            pass
        case _:
            return
    if here.kind(file) is not Kind.FILE or _touches(file, body):
        return
    yield Hit(
        iterable,
        say(
            "`{file}.readlines()` reads all lines into a list before the loop sees the first",
            file=here.brief(file),
        ),
        fix=_fix(iterable, file, body, node, here),
        help=""
        if isinstance(iterable, cst.Call)
        else say("loop over the file itself, after `next(file, None)` for each line to skip"),
    )


def _touches(file: cst.BaseExpression, body: list[cst.CSTNode]) -> bool:
    name = dotted(file)
    return bool(name) and any(name in reads(part) for part in body)


def _fix(
    iterable: cst.BaseExpression,
    file: cst.BaseExpression,
    body: list[cst.CSTNode],
    node: cst.CSTNode,
    here: Here,
) -> Fix | None:
    source = here.code(file)
    if not isinstance(iterable, cst.Call) or "#" in here.code(iterable):
        return None
    safe = isinstance(file, (cst.Name, cst.Call)) and not _may_differ(file, body, node, here)
    return Fix(
        say("loop over `{file}`", file=here.brief(file)),
        (Edit(iterable, source),),
        Safety.SAFE if safe else Safety.UNSAFE,
    )


def _may_differ(
    file: cst.BaseExpression, body: list[cst.CSTNode], node: cst.CSTNode, here: Here
) -> bool:
    """Whether somebody could tell that lines are read one by one."""
    if here.made_by(file) == "codecs.open":
        return True
    handed = (cst.Await, cst.Yield)
    leaving = (cst.Break, cst.Return) if _is_read_on(file, here) else ()
    for part in within(*body):
        if isinstance(part, (*handed, *leaving)):
            return True
        if isinstance(part, cst.Call) and _writes(part, here):
            return True
    return isinstance(node, cst.For) and dotted(file) in bound_by(*body)


def _writes(call: cst.Call, here: Here) -> bool:
    name = here.qualified(call.func) or ""
    if name.startswith(_WRITERS):
        return not name.startswith(_READS_ONLY)
    return isinstance(call.func, cst.Attribute) and call.func.attr.value in _WRITING_METHODS


def _is_read_on(file: cst.BaseExpression, here: Here) -> bool:
    """Whether the function names the file for more than to bind, loop over and close it."""
    if not isinstance(file, cst.Name):
        return False
    named = closed = 0
    for part in within(here.block, names=True):
        named += isinstance(part, cst.Name) and part.value == file.value
        match part:
            case cst.Call(func=cst.Attribute(value=cst.Name(name), attr=cst.Name("close"))):
                closed += name == file.value
    return named - closed > 1 + len(here.bindings(file.value))

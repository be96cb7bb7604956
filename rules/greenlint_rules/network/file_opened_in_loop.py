# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A file that is opened and read again on every turn of a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.own import is_steady
from greenlint_rules.shapes import seldom

from greenlint.here import Here, Loop, reads
from greenlint.messages import say
from greenlint.rule import Hit, Related, Rule
from greenlint.walk import within

RULE = Rule(
    code="GRN358",
    name="file-opened-in-loop",
    confidence="medium",
    needles=(b"open(",),
    since="0.1.0",
    tests=False,
    help="open and read it once, before the loop",
    repeats=False,
)
_OPEN = frozenset(("builtins.open", "io.open", "gzip.open", "bz2.open", "lzma.open", "codecs.open"))
# Files that say something else each time, or that are there to be asked again.
_LIVE = ("/proc", "/sys", "/dev", "/run")
# What may write the file, or wait until somebody has.
_MAY_WRITE = ("os.", "shutil.", "subprocess.", "time.", "asyncio.", "tempfile.", "random.")
_WRITES = frozenset(
    ("write", "writelines", "write_text", "write_bytes", "dump", "save", "run", "call", "wait",
     "sleep", "flush", "truncate", "unlink", "rename", "replace", "send", "put"),
)  # fmt: skip


@RULE.glance(words=("open",))
def glance(node: ast.Call, in_loop: bool) -> bool:
    """A file opened in a loop, to be read as far as can be seen."""
    return in_loop and len(node.args) < 3


@RULE.on(cst.Call)
def check(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``open(path)`` in a loop that has nothing to do with the path."""
    if here.qualified(node.func) not in _OPEN or not node.args or seldom(here):
        return
    loop = here.every_turn()
    if loop is None or not isinstance(loop.node, cst.For) or not _is_read(node):
        return
    if any(arg.star for arg in node.args):
        return
    if not all(is_steady(arg.value, loop, here) for arg in node.args):
        return
    if any(word in here.code(node) for word in _LIVE) or _may_be_written(node, loop, here):
        return
    yield Hit(
        node,
        say("`{call}` opens the same file on every turn of this loop", call=here.brief(node)),
        related=(Related(loop.header, "this loop"),),
    )


def _is_read(node: cst.Call) -> bool:
    """Whether the mode is left out, or says that the file is read and nothing else."""
    modes = [arg.value for arg in node.args[1:2] if arg.keyword is None]
    modes += [arg.value for arg in node.args if arg.keyword and arg.keyword.value == "mode"]
    return all(
        isinstance(mode, cst.SimpleString) and set(mode.value.strip("\"'")) <= set("rbtU")
        for mode in modes
    )


def _may_be_written(node: cst.Call, loop: Loop, here: Here) -> bool:
    """Whether the loop does something that may change the file, or hands its name on."""
    named = set(reads(node.args[0].value))
    for part in within(*loop.body):
        if isinstance(part, (cst.Await, cst.Yield, cst.Break, cst.Return)):
            return True
        if not isinstance(part, cst.Call) or part is node:
            continue
        name = here.qualified(part.func) or ""
        if name.startswith(_MAY_WRITE) and not name.startswith("os.path."):
            return True
        if isinstance(part.func, cst.Attribute) and part.func.attr.value in _WRITES:
            return True
        if any(not named.isdisjoint(reads(arg.value)) for arg in part.args):
            return True
    return False

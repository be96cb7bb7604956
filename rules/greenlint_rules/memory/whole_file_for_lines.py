# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A file that is read as one text, to be taken apart into lines."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import builtin, first_argument
from greenlint_rules.glances import LOOPS, method_of

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.project.nodes import every
from greenlint.rule import Hit, Rule

RULE = Rule(
    code="GRN211",
    name="whole-file-for-lines",
    severity="note",
    needles=(b".read()",),
    since="0.1.0",
    tests=False,
    help='loop over the file itself, and take the line end off: `line.rstrip("\\n")`',
)


@RULE.glance(*LOOPS, ast.comprehension)
def glance(node: ast.For | ast.comprehension, _: bool) -> bool:
    """Lines of something that was read."""
    return any(
        isinstance(one, ast.Call)
        and method_of(one) in ("splitlines", "split")
        and isinstance(one.func, ast.Attribute)
        and isinstance(one.func.value, ast.Call)
        and method_of(one.func.value) == "read"
        for one in every(node.iter)
    )


@RULE.on(cst.For, cst.CompFor)
def check(node: cst.For | cst.CompFor, here: Here) -> Iterator[Hit]:
    """``for line in file.read().splitlines()``, ``for line in file.read().split("\\n")``."""
    lines = node.iter
    if builtin(lines, here) == "enumerate" and isinstance(lines, cst.Call):
        lines = first_argument(lines) or lines
    match lines:
        case cst.Call(
            func=cst.Attribute(
                value=cst.Call(func=cst.Attribute(value=file, attr=cst.Name("read")), args=[]),
                attr=cst.Name("splitlines" | "split" as word),
            ),
            args=args,
        ):
            pass
        case _:
            return
    if here.kind(file) is not Kind.FILE or not _at_line_ends(word, args):
        return
    yield Hit(
        lines,
        say(
            "`{file}.read()` holds the whole file, and a list of its lines, before the first turn",
            file=here.brief(file),
        ),
    )


def _at_line_ends(word: str, args: object) -> bool:
    match args:
        case []:
            return word == "splitlines"
        case [cst.Arg(keyword=None, star="", value=cst.SimpleString(value=mark))]:
            return word == "split" and mark.lstrip("rbRB").strip("\"'") == "\\n"
    return False

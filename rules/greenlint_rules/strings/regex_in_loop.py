# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A pattern that `re` looks up anew on every turn of a loop."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import calls_of
from greenlint_rules.shapes import reaches_outside
from greenlint_rules.turns import branches, is_many, is_minor, leaves

from greenlint.here import Here, Loop
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import How, dotted

RULE = Rule(
    code="GRN254",
    name="regex-in-loop",
    severity="note",
    needles=(b"import re", b"from re ", b", re,", b", re\n", b", re\r", b"regex"),
    since="0.1.0",
    lifecycle="preview",
    help="compile the pattern once, at the top of the file, and use its methods",
    tests=False,
)

_CALLS = frozenset(
    f"{module}.{word}"
    for module in ("re", "regex")
    for word in (
        "compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer",
    )
)  # fmt: skip


calls_of(RULE, _CALLS, in_loops=True)


@RULE.on(cst.Call)
def looked_up(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A function of `re` in a loop, whose pattern the loop does not change."""
    if here.qualified(node.func) not in _CALLS or not node.args:
        return
    loop = here.every_turn()
    if loop is None or here.depends(node.args[0].value, loop):
        return
    pattern = node.args[0].value
    if not _is_text(pattern, here):
        return
    yield Hit(
        node,
        say(
            "`{call}` looks up the compiled `{pattern}` again on every turn of this loop",
            call=here.brief(node.func),
            pattern=here.brief(pattern, 30),
        ),
        confidence=_surely(loop, here),
        related=(Related(loop.header, "this loop"),),
    )


def _is_text(pattern: cst.BaseExpression, here: Here) -> bool:
    """A pattern that is written out, or a name for one; a compiled one is looked up for nothing,
    but by a test of its type alone.
    """
    match pattern:
        case cst.SimpleString() | cst.ConcatenatedString():
            return True
        case cst.FormattedString():
            return True
        case cst.Name(value=word):
            bound = here.bindings(word)
            return bool(bound) and all(
                one.how is How.ASSIGN and one.value is not None and here.is_text(one.value)
                for one in bound
            )
    return False


def _surely(loop: Loop, here: Here) -> Confidence | None:
    """Low where the turns are not seen to be many, leave early, or do what takes far longer than a
    look-up.
    """
    if loop.iter is None or is_minor(loop, here) or leaves(loop) or branches(loop, here) > 1:
        return Confidence.LOW
    if reaches_outside(here, *loop.body):
        return Confidence.LOW
    many = is_many(loop.iter, here)
    lines = dotted(getattr(loop.iter, "func", None)).endswith(("splitlines", "readlines"))
    return None if many or lines else Confidence.LOW

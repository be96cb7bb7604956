# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A regular expression that holds plain text, for what a method of text does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Question, Rule, Safety

RULE = Rule(
    code="GRN253",
    name="regex-for-plain-text",
    severity="note",
    aliases=("RUF055", "S5361"),
    needles=(b"import re", b"from re ", b", re,", b", re\n", b", re\r"),
    since="0.1.0",
    lifecycle="preview",
    fix="safe",
    help="a method of text does the same",
    tests=False,
)

_WORDS = ("sub", "match", "search", "fullmatch", "split")
_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")


def _is_special(pattern: str | bytes) -> bool:
    text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
    return _SPECIAL.search(text) is not None


@RULE.glance(words=_WORDS)
def glance(node: ast.Call, _: bool) -> bool | Question:
    """``re.sub("a", "b", text)``: a pattern that is written out, without anything special in it."""
    if not 2 <= len(node.args) <= 3 or node.keywords:
        return False
    match node.args[0]:
        case ast.Constant(value=str() | bytes() as pattern) if not _is_special(pattern):
            called = frozenset(f"re.{word}" for word in _WORDS)
            return lambda names: not names.qualified(node.func).isdisjoint(called)
    return False


@RULE.on(cst.Call)
def plain(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A call of `re` with a plain pattern, and no count or flags."""
    word = (here.qualified(node.func) or "").removeprefix("re.")
    if word not in _WORDS or len(node.args) != (3 if word == "sub" else 2):
        return
    if any(arg.keyword is not None or arg.star for arg in node.args):
        return
    pattern, text = node.args[0].value, node.args[-1].value
    if not _is_plain(pattern):
        return
    if word == "sub" and not _is_replacement(node.args[1].value):
        return
    if word not in ("sub", "split") and not _is_asked(here):
        return
    once = here.every_turn() is None and here.function is None
    whole, negated = _compared(here) if word not in ("sub", "split") else (node, False)
    instead = _instead(word, node, here, negated=negated)
    safe = here.kind(text) in (Kind.TEXT, Kind.BYTES)
    yield Hit(
        node,
        say(
            "`{call}` searches for a pattern where `{instead}` looks for the text itself",
            call=here.brief(node.func),
            instead=instead if len(instead) < 50 else f"{instead[:49]}…",
        ),
        fix=Fix(
            say("look for the text itself"),
            (Edit(whole, instead),),
            Safety.SAFE if safe else Safety.UNSAFE,
        ),
        confidence=Confidence.LOW
        if once
        else None
        if here.every_turn() is not None
        else Confidence.MEDIUM,
    )


def _is_plain(pattern: cst.BaseExpression) -> bool:
    match pattern:
        case cst.SimpleString(evaluated_value=text):
            return bool(text) and not _is_special(text)
    return False


def _is_replacement(value: cst.BaseExpression) -> bool:
    """Whether a replacement is a text that `re.sub` takes as it is: it reads backslashes."""
    match value:
        case cst.SimpleString(evaluated_value=text):
            return "\\" not in (text if isinstance(text, str) else text.decode("latin-1"))
    return False


def _is_asked(here: Here) -> bool:
    """Whether only the truth of a match is asked for: a test, ``not``, or ``bool()``."""
    child: cst.CSTNode = here.node
    for parent in here.ancestors:
        match parent:
            case cst.UnaryOperation(operator=cst.Not()):
                return True
            case cst.If() | cst.While() | cst.IfExp() | cst.Assert():
                return child is parent.test
            case cst.CompIf():
                return True
            case cst.BooleanOperation():
                child = parent
                continue
        return _compared(here)[0] is not here.node
    return False


def _compared(here: Here) -> tuple[cst.CSTNode, bool]:
    """The comparison with None that a match stands in, or else the match; and whether none is
    wanted.
    """
    match here.parent:
        case (
            cst.Comparison(
                comparisons=[
                    cst.ComparisonTarget(
                        operator=cst.Is() | cst.IsNot() as operator, comparator=cst.Name("None")
                    )
                ]
            ) as whole
        ) if whole.left is here.node:
            return whole, isinstance(operator, cst.Is)
    return here.node, False


def _instead(word: str, node: cst.Call, here: Here, *, negated: bool) -> str:
    pattern = here.code(node.args[0].value)
    text = node.args[-1].value
    receiver = here.code(text)
    if not isinstance(text, (cst.Name, cst.Attribute, cst.Call, cst.Subscript)) and not text.lpar:
        receiver = f"({receiver})"
    match word:
        case "sub":
            return f"{receiver}.replace({pattern}, {here.code(node.args[1].value)})"
        case "split":
            return f"{receiver}.split({pattern})"
        case "match":
            return f"{'not ' * negated}{receiver}.startswith({pattern})"
        case "fullmatch":
            compared = f"{receiver} {'!=' if negated else '=='} {pattern}"
        case _:
            compared = f"{pattern} {'not ' * negated}in {receiver}"
    alone = isinstance(here.parent, (cst.If, cst.While, cst.Assert))
    return compared if alone or node.lpar else f"({compared})"

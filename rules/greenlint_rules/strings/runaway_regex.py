# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A pattern whose search doubles its work with each character of a text that does not match."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

import libcst as cst

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Hit, Question, Rule

RULE = Rule(
    code="GRN257",
    name="runaway-regex",
    severity="warning",
    aliases=("S5852", "DUO138"),
    needles=(b"import re", b"from re ", b", re,", b", re\n", b", re\r"),
    since="0.1.0",
    lifecycle="preview",
    help="let each character be matched in one way only: leave out one of the two repeats",
    tests=False,
)

_WORDS = (
    "compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer",
)  # fmt: skip
# A repeat of so many at most tries few ways.
_FEW = 10
# Two repeats, one in a group: without them a pattern need not be read.
_NESTED = re.compile(r"[*+}]\)?[^()]*\)[*+{]|\|[^()]*\)[*+{]")

_VERBOSE = re.compile(r"\bVERBOSE\b|\bre\.X\b")

# The parser of `re` itself: its tree is a list of (operation, argument), for which there is no
# other description than https://github.com/python/cpython/blob/3.11/Lib/re/_parser.py.
_PARSER: Any = import_module("re._parser")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")


@RULE.glance(words=_WORDS)
def glance(node: ast.Call, _: bool) -> bool | Question:
    """A pattern with one repeat within another."""
    match node.args:
        case [ast.Constant(value=str(pattern)), *_] if _NESTED.search(pattern):
            called = frozenset(f"re.{word}" for word in _WORDS)
            return lambda names: not names.qualified(node.func).isdisjoint(called)
    return False


@RULE.on(cst.Call)
def read(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A pattern that is written out in a call of `re`."""
    word = (here.qualified(node.func) or "").removeprefix("re.")
    if word not in _WORDS or not node.args:
        return
    match node.args[0].value:
        case (
            cst.SimpleString(evaluated_value=str(pattern))
            | cst.ConcatenatedString(evaluated_value=str(pattern))
        ) if _NESTED.search(pattern):
            pass
        case _:
            return
    tree = _parsed(pattern, any(_VERBOSE.search(here.code(arg)) for arg in node.args[1:]))
    if tree is not None and _runs_away(tree, word == "fullmatch"):
        yield Hit(
            node,
            say(
                "`{pattern}` can match the same characters in many ways: a text that fails in the "
                "end is tried in all of them",
                pattern=pattern if len(pattern) < 50 else f"{pattern[:49]}…",
            ),
        )


def _parsed(pattern: str, verbose: bool) -> Sequence[Any] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return list(_PARSER.parse(pattern, re.VERBOSE if verbose else 0))
        except (re.error, RecursionError, OverflowError):
            return None


def _runs_away(tree: Sequence[Any], must_end: bool) -> bool:
    """Whether a repeat that is ambiguous is followed by something that may fail."""
    for number, (operation, argument) in enumerate(tree):
        fails = must_end or any(not _is_nullable(one) for one in tree[number + 1 :])
        name = str(operation)
        if name in _REPEATS and fails and _is_unbounded(argument) and _is_ambiguous(argument[2]):
            return True
        if any(_runs_away(list(inner), fails) for inner in _inside(name, argument)):
            return True
    return False


def _inside(name: str, argument: Any) -> list[Any]:
    """The parts of a group, a choice or a repeat, in the order of the text."""
    if name in _REPEATS:
        return [argument[2]]
    if name == "SUBPATTERN":
        return [argument[3]]
    return list(argument[1]) if name == "BRANCH" else []


def _is_unbounded(argument: Any) -> bool:
    return int(argument[1]) > _FEW


def _is_nullable(item: Any) -> bool:
    """Whether a part can match nothing wherever it stands: then it never fails."""
    name, argument = str(item[0]), item[1]
    if name in _REPEATS:
        return int(argument[0]) == 0
    if name == "SUBPATTERN":
        return all(map(_is_nullable, argument[3]))
    if name == "BRANCH":
        return any(all(map(_is_nullable, one)) for one in argument[1])
    return False


def _is_ambiguous(body: Any) -> bool:
    """Whether two turns of a repeat can share out the same text in several ways: it holds one
    repeat, beside which everything can be left out.
    """
    items = list(body)
    while len(items) == 1 and str(items[0][0]) == "SUBPATTERN":
        items = list(items[0][1][3])
    if len(items) == 1 and str(items[0][0]) == "BRANCH":
        return any(map(_is_ambiguous, items[0][1][1]))
    repeats = [one for one in items if str(one[0]) in _REPEATS and _is_unbounded(one[1])]
    others = [one for one in items if one not in repeats[:1]]
    return bool(repeats) and all(map(_is_nullable, others)) and _is_of_characters(repeats[0][1][2])


def _is_of_characters(body: Any) -> bool:
    return len(body) == 1 and str(body[0][0]) in ("LITERAL", "IN", "ANY", "NOT_LITERAL")

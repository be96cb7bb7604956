# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A comprehension that copies what it goes over, item by item."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

import libcst as cst
from greenlint_rules.builders import builtin, has_comment

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.scope import dotted

RULE = Rule(
    code="GRN204",
    name="identity-comprehension",
    severity="note",
    aliases=("C416", "S7500", "R1721"),
    needles=(b" for ",),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    tests=False,
    help="hand it to `list`, `set` or `dict`: they copy without running Python code for each item",
)


@RULE.glance(ast.ListComp, ast.SetComp, ast.DictComp)
def glance(node: ast.ListComp | ast.SetComp | ast.DictComp, _: bool) -> bool:
    """An item that is the target."""
    if len(node.generators) != 1 or node.generators[0].ifs:
        return False
    target = ast.unparse(node.generators[0].target)
    if isinstance(node, ast.DictComp):
        return f"{ast.unparse(node.key)}, {ast.unparse(node.value)}" in target
    return isinstance(node.elt, (ast.Name, ast.Tuple)) and ast.unparse(node.elt) == target


@RULE.on(cst.ListComp, cst.SetComp, cst.DictComp)
def check(node: cst.ListComp | cst.SetComp | cst.DictComp, here: Here) -> Iterator[Hit]:
    """``[row for row in rows]``, ``{key: value for key, value in pairs}``."""
    clause = node.for_in
    if clause.ifs or clause.inner_for_in is not None or clause.asynchronous is not None:
        return
    pair = _pair(clause.target)
    if isinstance(node, cst.DictComp):
        same = pair is not None and pair == (_name(node.key), _name(node.value))
    elif pair is not None:
        same = pair == _pair(node.elt)
    else:
        same = _name(clause.target) != "" and _name(node.elt) == _name(clause.target)
    if not same:
        return
    word = _WORDS[type(node)]
    rows = here.code(clause.iter)
    if isinstance(clause.iter, cst.Tuple) and not clause.iter.lpar:
        rows = f"({rows})"
    taken = here.qualified(cst.Name(word)) != f"builtins.{word}"
    if isinstance(node, cst.DictComp):
        safe = _is_items(clause.iter, here)
    else:  # `list` asks its source for its length, if that can say one
        known = isinstance(node, cst.SetComp) or here.kind(clause.iter) is not None
        safe = pair is None and known
    source, text = clause.iter, f"{word}({rows})"
    if isinstance(node, cst.DictComp) and _is_items(source, here):
        assert isinstance(source, cst.Call)
        assert isinstance(source.func, cst.Attribute)
        text = f"dict({here.code(source.func.value)})"
    if isinstance(node, cst.ListComp) and (_is_new(source) or _is_joined(here)):
        text = rows
    yield Hit(
        node,
        say("this comprehension copies item by item what `{word}` copies at once", word=word),
        fix=None
        if taken or has_comment(node, here) or node.lpar
        else Fix(
            say("copy it at once"),
            (Edit(node, text),),
            Safety.SAFE if safe else Safety.UNSAFE,
        ),
        confidence=None if pair is None or _gives_pairs(clause.iter, here) else Confidence.LOW,
    )


# Calls that make a list which nobody else has.
_NEW = frozenset(
    ("findall", "list", "listdir", "readlines", "rsplit", "sorted", "split", "splitlines")
)
_WORDS: dict[type, str] = {cst.ListComp: "list", cst.SetComp: "set", cst.DictComp: "dict"}


def _name(node: cst.CSTNode) -> str:
    return node.value if isinstance(node, cst.Name) else ""


def _pair(node: cst.CSTNode) -> tuple[str, ...] | None:
    """The names in a tuple of two or more, if it is made of nothing else."""
    if not isinstance(node, cst.Tuple) or len(node.elements) < 2:
        return None
    names = tuple(_name(one.value) for one in node.elements if isinstance(one, cst.Element))
    return names if all(names) and len(set(names)) == len(node.elements) else None


def _gives_pairs(expr: cst.BaseExpression, here: Here) -> bool:
    """Whether what is gone over is seen to give tuples: rows of a database and lists of two are
    often taken apart to become tuples, for who reads them or for their types.
    """
    match expr:
        case cst.Call(func=cst.Attribute(attr=cst.Name("items")), args=[]):
            return True
    return builtin(expr, here) in ("zip", "enumerate")


def _is_new(expr: cst.BaseExpression) -> bool:
    """``text.split(",")``, ``sorted(names)``."""
    return isinstance(expr, cst.Call) and dotted(expr.func).rpartition(".")[2] in _NEW


def _is_joined(here: Here) -> bool:
    """Whether the list is all that ``", ".join(...)`` gets."""
    match [*islice(here.ancestors, 2)]:
        case [
            cst.Arg(star="", keyword=None),
            cst.Call(func=cst.Attribute(value=text, attr=cst.Name("join")), args=[_]),
        ]:
            return here.is_text(text)
    return False


def _is_items(expr: cst.BaseExpression, here: Here) -> bool:
    """``prices.items()`` of a proven dict."""
    match expr:
        case cst.Call(func=cst.Attribute(value=mapping, attr=cst.Name("items")), args=[]):
            return here.kind(mapping) is Kind.DICT
    return False

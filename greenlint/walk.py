# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One pass over the tree that offers each node to its checks.

LibCST's visitors enter every comma and white space; nine nodes in ten carry no meaning for a
rule.  This walk enters the fields that do, keeps a work list instead of recursing, and remembers
the way back as links: ``(node, link of its parent)``.  It costs 0.05 of the parse
(docs/decisions/0001-own-walk.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeAlias

import libcst as cst

# A node and the link of its parent; None above the module.
Link: TypeAlias = "tuple[cst.CSTNode, Link | None]"
Children = Callable[[Any], "tuple[Any, ...]"]

# Fields that hold layout: white space, punctuation and operators.  What is left is meaning.
_LAYOUT = {
    "asynchronous", "colon", "comma", "dot", "empty_lines", "encoding", "equal", "first_colon",
    "footer", "has_trailing_newline", "header", "indent", "keyword_indicator", "lbrace", "lbracket",
    "leading_lines", "lines_after_decorators", "lines_after_module_body", "lpar", "operator",
    "rbrace", "rbracket", "rpar", "second_colon", "semicolon", "star", "trailing_whitespace",
    "annotation_indicator", "indicator", "default_indent", "default_newline", "start", "end",
    "prefix", "raw_value", "quote", "comment", "newline", "conversion", "separator", "bar",
    "leading_whitespace", "from_", "star_before_value", "param_star", "relative",
}  # fmt: skip
# Nodes whose fields are all words or layout: nothing to enter, and rarely anything to offer.
_TEXT = (cst.Name, cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString, cst.FormattedStringText)
_MEANT = {
    cst.Attribute: ("value",),
    cst.Slice: ("lower", "upper", "step"),
    cst.Arg: ("value",),
    cst.Param: ("annotation", "default"),
    cst.FunctionDef: ("decorators", "params", "returns", "body"),
    cst.ClassDef: ("decorators", "bases", "keywords", "body"),
    cst.ImportFrom: (),
    cst.Import: (),
    cst.Global: (),
    cst.Nonlocal: (),
}


def _meaning(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    if kind in _MEANT:
        return _MEANT[kind]
    if issubclass(kind, _TEXT):
        return ()
    names = (field.name for field in fields(kind))
    return tuple(n for n in names if n not in _LAYOUT and not n.startswith("whitespace"))


def _getter(names: tuple[str, ...]) -> Children | None:
    if not names:
        return None
    if len(names) == 1:
        one = attrgetter(names[0])
        return lambda node: (one(node),)
    return attrgetter(*names)


class Table(dict[type, "Children | None"]):
    """Class of node -> how to get its meaningful fields, or None where there is nothing to enter.

    Filled as classes are met; `offered` leaves are given by a walk, though they are leaves.
    """

    def __init__(self, offered: Iterable[type] = ()) -> None:
        super().__init__()
        self._offered = frozenset(offered)

    def __missing__(self, kind: type) -> Children | None:
        found = _getter(_meaning(kind)) if issubclass(kind, cst.CSTNode) else None
        if found is None and kind in self._offered:
            found = _nothing
        self[kind] = found
        return found


def _nothing(_: object) -> tuple[()]:
    return ()


# Leaves that say where control goes: there is nothing to enter, and rules look for them.
_CONTROL = (cst.Break, cst.Continue, cst.Pass)
CHILDREN = Table(_CONTROL)


def walk(root: cst.CSTNode, enter: Table = CHILDREN, above: Link | None = None) -> Iterator[Link]:
    """Every meaningful node below and including `root`, as links, in no promised order.

    Plain names, literals and other leaves are passed over unless `enter` has them: see
    `table()`.  `above` is the link of the root's parent.
    """
    work: list[Link] = [(root, above)]
    pop, push = work.pop, work.append
    while work:
        link = pop()
        yield link
        children = enter[link[0].__class__]
        if children is None:
            continue
        for value in children(link[0]):
            kind = value.__class__
            if kind is list or kind is tuple:
                for item in value:
                    if enter[item.__class__] is not None:
                        push((item, link))
            elif enter[kind] is not None:
                push((value, link))


def table(kinds: Iterable[type[cst.CSTNode]]) -> Table:
    """`CHILDREN`, with these classes offered even where they are leaves."""
    leaves = frozenset(kind for kind in kinds if CHILDREN[kind] is None)
    return _table(leaves) if leaves else CHILDREN


@cache
def _table(leaves: frozenset[type]) -> Table:
    return Table((*_CONTROL, *leaves))


_SCOPES = frozenset((cst.FunctionDef, cst.ClassDef, cst.Lambda))
# `global` and `nonlocal` are nothing but names, too.
_WITH_NAMES = table((cst.Name, cst.Global, cst.Nonlocal))


def parts(node: cst.CSTNode, names: bool = False) -> list[cst.CSTNode]:
    """The meaningful nodes right below a node, in order; plain names too when asked for.

    LibCST's own `.children` visits every comma to say as much, at thirty times the cost.
    """
    enter = _WITH_NAMES if names else CHILDREN
    children = enter[node.__class__]
    below: list[cst.CSTNode] = []
    for value in children(node) if children is not None else ():
        kind = value.__class__
        if kind is list or kind is tuple:
            below.extend(item for item in value if enter[item.__class__] is not None)
        elif enter[kind] is not None:
            below.append(value)
    return below


def within(*roots: cst.CSTNode | None, names: bool = False) -> Iterator[cst.CSTNode]:
    """The meaningful nodes of an expression or a body that run with it.

    A nested function, class or lambda is given, but not entered: its body runs at another time.
    With `names`, plain names are given too.
    """
    work = [root for root in roots if root is not None]
    work.reverse()
    while work:
        node = work.pop()
        yield node
        if node.__class__ not in _SCOPES or node in roots:
            work.extend(reversed(parts(node, names)))

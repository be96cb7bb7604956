# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN317: whole rows are fetched and made into objects of which one or two columns are read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint_rules.asking import sure, used_after
from greenlint_rules.columns import Turns, read, rows_of, turns

from greenlint.messages import Message, say
from greenlint.project.columns import is_made_as_read, width
from greenlint.project.facts import dotted
from greenlint.project.layout import Layout, layout
from greenlint.project.nodes import every
from greenlint.project.project import Project, Unit
from greenlint.rule import Confidence, Hit, Options, Rule

RULE = Rule(
    code="GRN317",
    name="rows-for-one-column",
    needles=(b".objects", b".filter(", b".all()", b".exclude(", b"get_queryset("),
    since="0.1.0",
    lifecycle="preview",
    across=True,
    alone=False,
    tests=False,
    repeats=False,
)

# A row with fewer columns beside is little more than what is read of it.
_NARROW = 6
_MOST = 2
_COLLECTING = frozenset(
    ("append", "add", "extend", "setdefault", "update", "format", "str", "int", "lower", "upper",
     "strip", "split", "replace", "join", "get", "_", "gettext", "len", "isinstance", "tuple")
)  # fmt: skip
# A row that is locked, or of which columns were chosen already.
_CHOSEN = frozenset(("only", "defer", "prefetch_related", "annotate", "extra", "alias"))


@RULE.across_files
def columns(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Loops and comprehensions that read one or two plain columns of each row and no more."""
    laid_out = layout(project, unit)
    for part in laid_out.parts:
        for loop in turns(part):
            if not any(_may_be_column(node, loop.row) for node in loop.body):
                continue
            if isinstance(loop.node, ast.GeneratorExp) and _is_folded(laid_out, loop.node):
                continue
            found = rows_of(project, laid_out, part, loop)
            if found is None or found.rows is None or found.methods & _CHOSEN:
                continue
            names = read(project, found, loop.body, loop.row)
            if not names or len(names) > _MOST or not is_made_as_read(project, found.rows.model):
                continue
            if isinstance(loop.node, ast.For) and used_after(laid_out, loop.node, loop.row):
                continue
            worth = not _works(loop) and width(project, found.rows.model, *names) >= _NARROW
            yield Hit(
                loop.rows,
                _message(found.rows.model.name, names),
                help=_advice(loop, names),
                confidence=sure(found, part.frame) if worth else Confidence.LOW,
            )


def _may_be_column(node: ast.AST, row: str) -> bool:
    """The cheap question: the row's name stands before a dot."""
    return any(
        isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == row
        for one in every(node)
    )


def _works(loop: Turns) -> bool:
    """Whether a loop's turns do more than collect what they read: then columns weigh little."""
    if not isinstance(loop.node, ast.For):
        return False
    return any(
        isinstance(one, ast.Call) and dotted(one.func).rpartition(".")[2] not in _COLLECTING
        for statement in loop.body
        for one in every(statement)
    )


def _is_folded(laid_out: Layout, node: ast.GeneratorExp) -> bool:
    """Whether one number is made of a column, which the database can do: GRN315 says so."""
    match laid_out.parents.get(node):
        case ast.Call(func=ast.Name(id="sum" | "max" | "min")):
            return isinstance(node.elt, ast.Attribute)
    return False


def _message(model: str, names: list[str]) -> Message:
    if len(names) == 1:
        return say(
            "whole rows of `{model}` are fetched, and only `{column}` read of each",
            model=model,
            column=names[0],
        )
    return say(
        "whole rows of `{model}` are fetched, and only `{first}` and `{second}` read of each",
        model=model,
        first=names[0],
        second=names[1],
    )


def _advice(loop: Turns, names: list[str]) -> Message:
    asked = ", ".join(f'"{one}"' for one in names)
    flat = ", flat=True" if len(names) == 1 else ""
    return say("ask for what is read: {call}", call=f"`.values_list({asked}{flat})`")

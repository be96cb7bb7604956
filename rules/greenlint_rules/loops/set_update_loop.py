# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that adds or discards elements of a set one by one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.filling import hands_over, one_by_one

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.rule import Hit, Rule

RULE = Rule(
    code="GRN103",
    name="set-update-loop",
    severity="note",
    aliases=("FURB142", "S8502"),
    needles=(b".add(", b".discard("),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    tests=False,
    help="hand all elements over at once: `update` and `difference_update`",
)
_AT_ONCE = {"add": "update", "discard": "difference_update"}


@RULE.glance(ast.For)
def glance(node: ast.For, _: bool) -> bool:
    """A loop that does nothing but hand its item to a method."""
    return hands_over(node, *_AT_ONCE)


@RULE.on(cst.For)
def check(node: cst.For, here: Here) -> Iterator[Hit]:
    """``for row in rows: found.add(row)``."""
    yield from one_by_one(node, here, _AT_ONCE, Kind.SET)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that appends the elements of something to a list one by one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.filling import hands_over, one_by_one

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.rule import Hit, Rule

RULE = Rule(
    code="GRN106",
    name="manual-list-copy",
    severity="note",
    aliases=("PERF402", "W8402"),
    needles=(b".append(",),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    tests=False,
    help="hand all elements over at once: `extend`",
)
_AT_ONCE = {"append": "extend"}


@RULE.glance(ast.For)
def glance(node: ast.For, _: bool) -> bool:
    """A loop that does nothing but append its item."""
    return hands_over(node, *_AT_ONCE)


@RULE.on(cst.For)
def check(node: cst.For, here: Here) -> Iterator[Hit]:
    """``for row in rows: found.append(row)``."""
    yield from one_by_one(node, here, _AT_ONCE, Kind.LIST)

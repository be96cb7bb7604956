# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A debug message whose argument is costly to make, made whether or not it is logged."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import arguments, renamed
from greenlint_rules.shapes import (
    EXPENSIVE_WORDS,
    expensive_part,
    level_is_asked,
    may_be_expensive,
    quiet_log_call,
    seldom,
)

from greenlint.here import Here
from greenlint.messages import say
from greenlint.project.nodes import every
from greenlint.rule import Hit, Option, Rule

RULE = Rule(
    code="GRN802",
    name="eager-logging-argument",
    severity="warning",
    needles=(b".debug(", b".info(", b".log("),
    since="0.1.0",
    lifecycle="stable",
    help="guard it: `if logger.isEnabledFor(logging.DEBUG):`, or log the object itself with %s",
    options=(Option("info", False, "look at messages of level info too, not only at debug"),),
    tests=False,
)


@RULE.glance(words=("debug", "info", "log"))
def glance(node: ast.Call, in_loop: bool) -> bool:
    """A call by the name of a level, with something in it that may be costly."""
    return any(
        may_be_expensive(part, in_loop) for given in arguments(node) for part in every(given)
    )


renamed(RULE, EXPENSIVE_WORDS)


@RULE.on(cst.Call)
def argument(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A call of debug on a proven logger; the costly part may stand within its message."""
    call = quiet_log_call(node, here)
    if call is None or (call.level == "info" and not here.options["info"]):
        return
    for arg in (call.message, *call.rest):
        if arg.keyword is not None and arg.keyword.value not in ("msg", "extra"):
            continue
        part = expensive_part(arg.value, here)
        if part is not None and not seldom(here) and not level_is_asked(here):
            yield Hit(
                part,
                say(
                    "`{part}` is worked out for `{call}` even where {level} messages are off",
                    part=here.brief(part),
                    call=here.brief(node.func),
                    level=call.level,
                ),
            )
            return

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A timer that starts itself again several times a second."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import calls_of

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Hit, Rule
from greenlint.scope import dotted

RULE = Rule(
    code="GRN651",
    name="restarted-timer",
    severity="warning",
    needles=(b"Timer",),
    since="0.1.0",
    lifecycle="preview",
    help="wait for what is to happen with an `Event` or a queue; where time has to pass, let one "
    "thread wait with `event.wait(seconds)`",
    tests=False,
)

# Seconds; a timer that comes less often disturbs little.
_OFTEN = 1


calls_of(RULE, ("threading.Timer",))


@RULE.on(cst.Call)
def restarted(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``Timer(0.1, tick)`` within ``tick``."""
    if here.qualified(node.func) != "threading.Timer" or len(node.args) < 2:
        return
    seconds, then = node.args[0].value, dotted(node.args[1].value)
    function = here.function
    if function is None or not isinstance(seconds, (cst.Integer, cst.Float)):
        return
    name = function.name.value
    owners = ("self", "cls") if here.owner is not None else ()
    if then not in (name, *(f"{one}.{name}" for one in owners)):
        return
    if float(seconds.evaluated_value) >= _OFTEN:
        return
    yield Hit(
        node,
        say(
            "`{name}` starts a thread for its next run every {seconds} seconds",
            name=name,
            seconds=here.brief(seconds),
        ),
    )

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loader whose batches go to a GPU from memory that has to be copied once more on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import calls_of

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Rule
from greenlint.scope import How
from greenlint.walk import within

RULE = Rule(
    code="GRN509",
    name="unpinned-loader",
    severity="note",
    confidence="medium",
    aliases=("GCI102",),
    needles=(b"DataLoader",),
    since="0.1.0",
    lifecycle="preview",
    opt_in=True,
    help="`pin_memory=True`, and `.to(device, non_blocking=True)` for its batches",
    tests=False,
)

_LOADERS = frozenset(("torch.utils.data.DataLoader", "torch.utils.data.dataloader.DataLoader"))
# Where a file sends something to a GPU of NVIDIA; elsewhere pinned memory is no help.
_TO_GPU = re.compile(r"""\.cuda\(|(?:\.to|device)\(\s*(?:device=)?f?["']cuda\b""")
_OTHERS = re.compile(r"""["'](?:mps|xpu|xla)\b""")
# The place of `pin_memory` among what a loader is given.
_PLACE = 7


calls_of(RULE, _LOADERS)


@RULE.on(cst.Call)
def loader(node: cst.Call, here: Here) -> Iterator[Hit]:
    """`DataLoader(rows)`, in a file that sends something to the GPU."""
    if here.qualified(node.func) not in _LOADERS or any(arg.star for arg in node.args):
        return
    pinned = _pinned(node)
    if pinned is not None and not _is_false(pinned):
        return
    if not _TO_GPU.search(here.text) or _is_there_already(node, here):
        return
    yield Hit(
        node,
        say(
            "`{call}` hands out batches that are copied once more on their way to the GPU",
            call=here.brief(node.func),
        ),
        confidence=Confidence.LOW if pinned is not None or _OTHERS.search(here.text) else None,
    )


def _pinned(node: cst.Call) -> cst.BaseExpression | None:
    for place, arg in enumerate(node.args):
        if arg.keyword.value == "pin_memory" if arg.keyword is not None else place == _PLACE:
            return arg.value
    return None


def _is_false(expr: cst.BaseExpression) -> bool:
    return isinstance(expr, cst.Name) and expr.value in ("False", "None")


def _is_there_already(node: cst.Call, here: Here) -> bool:
    """Whether the rows were put on the GPU before the loader got them: those cannot be pinned."""
    if not node.args:
        return False
    rows = node.args[0].value
    parts = [rows]
    if isinstance(rows, cst.Name):
        bound = here.bindings(rows.value)
        parts += [one.value for one in bound if one.how is How.ASSIGN and one.value is not None]
    return any(
        isinstance(part, cst.Attribute) and part.attr.value in ("cuda", "to")
        for part in within(*parts)
    )

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A value that is fetched from the GPU in every step of a training."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import takewhile

import libcst as cst
from greenlint_rules.training import trains, uses_torch

from greenlint.here import Here, Loop, reads
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule

RULE = Rule(
    code="GRN500",
    name="sync-in-training-loop",
    severity="warning",
    needles=(b".backward(",),
    since="0.1.0",
    lifecycle="preview",
    help="add up `loss.detach()` on the device, and fetch the sum once after the loop or every so "
    "many steps",
    tests=False,
)

_FETCHES = frozenset(("item", "cpu", "numpy", "tolist"))
_DECIDES = (
    cst.If, cst.IfExp, cst.While, cst.Assert, cst.ExceptHandler, cst.Raise, cst.Return,
)  # fmt: skip
# What can be fetched from a device is moved there somewhere in the file.
_DEVICES = ("cuda", "device", "accelerator", "mps")


@RULE.glance(words=_FETCHES)
def glance(node: ast.Call, in_loop: bool) -> bool:
    """``loss.item()`` in a loop."""
    return in_loop and not node.args and not node.keywords


@RULE.on(cst.Call)
def fetched(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A fetch that no condition keeps from happening in every step."""
    match node:
        case cst.Call(func=cst.Attribute(value=tensor, attr=cst.Name(value=word)), args=[]) if (
            word in _FETCHES
        ):
            pass
        case _:
            return
    if not uses_torch(here) or _is_fetched_further(here):
        return
    loop = here.every_turn()
    if loop is None or not trains(loop) or not here.depends(tensor, loop):
        return
    if not _is_result(tensor) or _is_now_and_then(loop, here):
        return
    yield Hit(
        node,
        say(
            "`{call}` waits in every step until the device has done all work that it was given",
            call=here.brief(node),
        ),
        confidence=None if _moves(here) else Confidence.LOW,
        related=(Related(loop.header, "this loop"),),
    )


def _is_fetched_further(here: Here) -> bool:
    """Whether the node at hand is the beginning of ``.cpu().numpy()``: one of them is enough."""
    match here.parent:
        case cst.Attribute(attr=cst.Name(value=word)):
            return word in _FETCHES
    return False


def _is_result(tensor: cst.BaseExpression) -> bool:
    """Whether a value comes out of the model: a loss, outputs, and not the batch that goes in."""
    words = [word.lower() for word in reads(tensor)]
    return any(
        part in word
        for word in words
        for part in ("loss", "output", "pred", "logit", "acc", "correct", "reward", "grad", "norm")
    )


def _is_now_and_then(loop: Loop, here: Here) -> bool:
    """Whether a condition around decides when to fetch, or the fetch decides how to go on."""
    around = takewhile(lambda one: one is not loop.node, here.ancestors)
    return any(isinstance(one, _DECIDES) for one in around)


def _moves(here: Here) -> bool:
    return any(word in here.text for word in _DEVICES)

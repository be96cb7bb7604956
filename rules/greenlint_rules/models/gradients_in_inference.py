# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A model in evaluation mode that still keeps what a gradient would need."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.training import uses_torch

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN502",
    name="gradients-in-inference",
    severity="warning",
    aliases=("GCI100",),
    needles=(b".eval()",),
    since="0.1.0",
    lifecycle="preview",
    help="put `with torch.inference_mode():` or `torch.no_grad()` around it, or decorate the "
    "function",
    tests=False,
)

_OFF = re.compile(r"no_grad|inference_mode|set_grad_enabled")
# What wants gradients, though the model is in evaluation mode.
_ON = re.compile(
    r"requires_grad|\.backward\b|autograd|enable_grad|\.grad\b|retain_graph|saliency|attack|adversar"
    r"|\.train\(|torch\.onnx|jit\.trace|jit\.script|export|quantiz|fx\.|functional_call|vmap"
)
_WRAPS = re.compile(r"accelerat|deepspeed|Trainer|LightningModule|onnx")


@RULE.glance(words=("eval",))
def glance(node: ast.Call, _: bool) -> bool:
    """``model.eval()``."""
    return isinstance(node.func, ast.Attribute) and not node.args and not node.keywords


@RULE.on(cst.Call)
def judged(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``model.eval()`` and then ``model(batch)`` in one function, which asks for no gradient."""
    match node:
        case cst.Call(func=cst.Attribute(value=model, attr=cst.Name("eval")), args=[]):
            name = dotted(model)
        case _:
            return
    function = here.function
    if not name or not uses_torch(here) or _is_layer(function):
        return
    around = function if function is not None else here.module
    text = here.code(around)
    if _OFF.search(text) or _ON.search(text):
        return
    call = _first_call(name, around)
    if call is None:
        return
    yield Hit(
        call,
        say(
            "`{call}` keeps all values in between for a gradient that nobody asks for",
            call=here.brief(call),
        ),
        confidence=_surely(text, here),
        related=(Related(node, "evaluation mode"),),
    )


def _is_layer(function: cst.FunctionDef | None) -> bool:
    """Whether the function is part of a network that freezes one of its layers."""
    return function is not None and function.name.value in ("forward", "__call__", "call")


def _surely(text: str, here: Here) -> Confidence | None:
    """High where what the model gives is taken off its gradient right away.  Low where a caller may
    have switched gradients off, or may want them: the file speaks of either elsewhere.
    """
    if _OFF.search(here.text):
        return Confidence.LOW
    if ".detach()" in text:
        return None
    unsure = _WRAPS.search(here.text) or ".backward(" in here.text
    return Confidence.LOW if unsure else Confidence.MEDIUM


def _first_call(name: str, around: cst.CSTNode) -> cst.Call | None:
    """The first call of the model itself, or of its ``forward`` or ``generate``."""
    body = around.body if isinstance(around, cst.FunctionDef) else around
    wanted = (name, f"{name}.forward")
    for one in within(body):
        if isinstance(one, cst.Call) and dotted(one.func) in wanted:
            return one
    return None

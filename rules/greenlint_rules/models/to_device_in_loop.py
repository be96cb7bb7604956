# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A tensor that is copied to the same device on every turn of a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.training import uses_torch

from greenlint.here import Here, Loop
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Question, Related, Rule
from greenlint.scope import How, dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN501",
    name="to-device-in-loop",
    severity="warning",
    needles=(b".to(", b".cuda("),
    since="0.1.0",
    lifecycle="preview",
    help="move it once, before the loop",
    tests=False,
)

# Calls that make a tensor where the CPU can reach it.
_MAKERS = frozenset(
    f"torch.{word}"
    for word in (
        "tensor", "as_tensor", "from_numpy", "zeros", "ones", "full", "empty", "eye", "arange",
        "linspace", "rand", "randn", "randint", "load", "stack", "cat", "Tensor", "FloatTensor",
        "LongTensor", "randperm", "zeros_like", "ones_like", "tril", "triu", "hann_window",
    )
)  # fmt: skip
_MOVES = frozenset(("to", "cuda"))


@RULE.glance(words=_MOVES)
def glance(node: ast.Call, in_loop: bool) -> bool | Question:
    """``mask.to(device)`` in a loop."""
    return (
        in_loop
        and isinstance(node.func, ast.Attribute)
        and (lambda names: names.imports("torch", "pytorch_lightning", "lightning", "accelerate"))
    )


@RULE.on(cst.Call)
def moved(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``mask.to(device)``, where the loop changes neither the tensor nor the device."""
    match node.func:
        case cst.Attribute(value=tensor, attr=cst.Name(value=word)) if word in _MOVES:
            name = dotted(tensor)
        case _:
            return
    if not name or not uses_torch(here) or isinstance(here.parent, cst.Expr):
        return  # alone on its line it moves a module, which stays where it is afterwards
    if word == "to" and not _is_device(node, here):
        return
    loop = here.every_turn()
    if loop is None or any(here.depends(part, loop) for part in (tensor, *_given(node))):
        return
    if _is_changed(name, loop) or _is_module(tensor, name, here):
        return
    yield Hit(
        node,
        say(
            "`{call}` copies the same tensor to the device on every turn of this loop",
            call=here.brief(node),
        ),
        confidence=None if here.made_by(tensor) in _MAKERS else Confidence.MEDIUM,
        related=(Related(loop.header, "this loop"),),
    )


def _given(node: cst.Call) -> list[cst.BaseExpression]:
    return [arg.value for arg in node.args]


def _is_device(node: cst.Call, here: Here) -> bool:
    """Whether what ``.to()`` is given is a device, not only another type of number."""
    for arg in node.args:
        if arg.keyword is not None and arg.keyword.value != "device":
            continue
        if arg.keyword is not None:
            return True
        if any(part in here.code(arg.value).lower() for part in ("device", "cuda", "rank")):
            return True
    return False


def _is_changed(name: str, loop: Loop) -> bool:
    """Whether a turn changes the tensor in place, moves it back, or puts something into it."""
    for node in within(*loop.body):
        match node:
            case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=word))):
                if dotted(receiver) == name and (word.endswith("_") or word == "cpu"):
                    return True
            case cst.Assign(targets=targets):
                for one in targets:
                    if isinstance(one.target, cst.Subscript) and dotted(one.target.value) == name:
                        return True
            case cst.AugAssign(target=cst.Subscript(value=whole)) if dotted(whole) == name:
                return True
    return False


def _is_module(tensor: cst.BaseExpression, name: str, here: Here) -> bool:
    """Whether a name seems to be a model, which moves once however often it is told to: it is
    called, or made by a class.
    """
    if "model" in name.lower() or name.lower().endswith(("net", "module", "encoder", "loss_fn")):
        return True
    made = here.made_by(tensor) or ""
    if made and made not in _MAKERS and made.rpartition(".")[2][:1].isupper():
        return True
    calls = (node for node in within(here.block) if isinstance(node, cst.Call))
    if any(dotted(call.func) == name for call in calls):
        return True
    if isinstance(tensor, cst.Name):
        return any(one.how in (How.IMPORT, How.LOOP) for one in here.bindings(tensor.value))
    return False

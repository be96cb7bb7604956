# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A convolution whose bias the normalisation right behind it takes away again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

import libcst as cst

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Related, Rule, Safety

RULE = Rule(
    code="GRN508",
    name="bias-before-norm",
    severity="note",
    aliases=("GCI101",),
    needles=(b"BatchNorm",),
    since="0.1.0",
    lifecycle="preview",
    fix="unsafe",
    help="`bias=False`: the normalisation adds one of its own",
    tests=False,
)

_LAYERS = frozenset(
    f"torch.nn.{kind}{size}d" for kind in ("Conv", "ConvTranspose") for size in (1, 2, 3)
)
_NORMS = frozenset(f"torch.nn.BatchNorm{size}d" for size in (1, 2, 3)) | {"torch.nn.SyncBatchNorm"}


@RULE.glance(words=("Sequential",))
def glance(node: ast.Call, _: bool) -> bool:
    """``nn.Sequential(nn.Conv2d(...), nn.BatchNorm2d(...))``."""
    return len(node.args) > 1


@RULE.on(cst.Call)
def added(node: cst.Call, here: Here) -> Iterator[Hit]:
    """Layers that stand one behind the other in a ``Sequential``."""
    if here.qualified(node.func) != "torch.nn.Sequential":
        return
    for one, two in pairwise(arg.value for arg in node.args if not arg.star):
        if not isinstance(one, cst.Call) or not isinstance(two, cst.Call):
            continue
        if here.qualified(one.func) not in _LAYERS or here.qualified(two.func) not in _NORMS:
            continue
        if _says_bias(one) or _learns_nothing(two):
            continue
        yield Hit(
            one,
            say(
                "`{layer}` adds a bias that `{norm}` subtracts again with the mean",
                layer=here.brief(one.func),
                norm=here.brief(two.func),
            ),
            fix=Fix(
                say("leave the bias out"),
                (Edit(one.args[-1].value, f"{here.code(one.args[-1].value)}, bias=False"),),
                Safety.UNSAFE,
            )
            if one.args
            else None,
            related=(Related(two, "the normalisation"),),
        )


def _says_bias(layer: cst.Call) -> bool:
    """Whether a layer says whether it has a bias, or may do so: by place it is the eighth."""
    return len(layer.args) > 7 or any(
        arg.star or (arg.keyword is not None and arg.keyword.value == "bias") for arg in layer.args
    )


def _learns_nothing(norm: cst.Call) -> bool:
    """Whether a normalisation has no bias of its own: ``affine=False``, or not known."""
    return len(norm.args) > 3 or any(
        arg.star or (arg.keyword is not None and arg.keyword.value == "affine") for arg in norm.args
    )

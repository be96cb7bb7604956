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
from greenlint.scope import dotted
from greenlint.walk import within

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
    whole_file=True,
)

_LAYERS = frozenset(
    f"torch.nn.{kind}{size}d" for kind in ("Conv", "ConvTranspose") for size in (1, 2, 3)
)
_NORMS = frozenset(f"torch.nn.BatchNorm{size}d" for size in (1, 2, 3)) | {"torch.nn.SyncBatchNorm"}


@RULE.glance(words=("Sequential",))
def glance(node: ast.Call, _: bool) -> bool:
    """``nn.Sequential(nn.Conv2d(...), nn.BatchNorm2d(...))``."""
    return len(node.args) > 1


@RULE.glance(ast.ClassDef)
def glance_at_class(node: ast.ClassDef, _: bool) -> bool:
    """A class with a `forward`."""
    return any(isinstance(one, ast.FunctionDef) and one.name == "forward" for one in node.body)


@RULE.on(cst.ClassDef)
def flows(node: cst.ClassDef, here: Here) -> Iterator[Hit]:
    """Layers of a class, where `forward` hands what one says to the other and to nobody else."""
    layers = {
        dotted(part.targets[0].target): part.value
        for part in _of_methods(node)
        if isinstance(part, cst.Assign) and isinstance(part.value, cst.Call)
    }
    for one, two in _handed(node):
        first, second = layers.get(one), layers.get(two)
        if first is None or second is None or _times(one, node) != 2:
            continue
        yield from _judge(first, second, here)


def _of_methods(node: cst.ClassDef) -> Iterator[cst.CSTNode]:
    return within(*(one.body for one in node.body.body if isinstance(one, cst.FunctionDef)))


def _times(name: str, node: cst.ClassDef) -> int:
    """How often a class speaks of a layer: where it is made, and where it is called."""
    return sum(isinstance(one, cst.Attribute) and dotted(one) == name for one in _of_methods(node))


def _handed(node: cst.ClassDef) -> Iterator[tuple[str, str]]:
    """Pairs of layers: ``self.norm(self.conv(rows))``, and the same in two statements in a row."""
    for part in _of_methods(node):
        match part:
            case cst.Call(
                func=cst.Attribute() as outer, args=[cst.Arg(value=cst.Call(func=inner))]
            ):
                yield dotted(inner), dotted(outer)
            case cst.IndentedBlock(body=body):
                for one, two in pairwise(body):
                    yield from _in_two(one, two)


def _in_two(one: cst.CSTNode, two: cst.CSTNode) -> Iterator[tuple[str, str]]:
    """``rows = self.conv(rows)``, ``rows = self.norm(rows)``."""
    match one, two:
        case (
            cst.SimpleStatementLine(
                body=[cst.Assign(targets=[cst.AssignTarget(cst.Name(got))], value=cst.Call(func=f))]
            ),
            cst.SimpleStatementLine(
                body=[
                    cst.Assign(
                        targets=[cst.AssignTarget(cst.Name(again))],
                        value=cst.Call(func=g, args=[cst.Arg(value=cst.Name(given))]),
                    )
                ]
            ),
        ) if got == given == again:
            yield dotted(f), dotted(g)


@RULE.on(cst.Call)
def added(node: cst.Call, here: Here) -> Iterator[Hit]:
    """Layers that stand one behind the other in a ``Sequential``."""
    if here.qualified(node.func) != "torch.nn.Sequential":
        return
    for one, two in pairwise(arg.value for arg in node.args if not arg.star):
        if isinstance(one, cst.Call) and isinstance(two, cst.Call):
            yield from _judge(one, two, here)


def _judge(one: cst.Call, two: cst.Call, here: Here) -> Iterator[Hit]:
    if here.qualified(one.func) not in _LAYERS or here.qualified(two.func) not in _NORMS:
        return
    if _says_bias(one) or _learns_nothing(two):
        return
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

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A NumPy array that is filled only to be copied into a tensor."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import calls_of

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety
from greenlint.scope import dotted

RULE = Rule(
    code="GRN503",
    name="tensor-from-numpy",
    severity="note",
    aliases=("GCI104",),
    needles=(b"torch",),
    since="0.1.0",
    lifecycle="preview",
    fix="unsafe",
    help="let PyTorch make the tensor itself, on the device where it is wanted",
    tests=False,
)

_TENSORS = frozenset(
    ("torch.tensor", "torch.as_tensor", "torch.FloatTensor", "torch.DoubleTensor", "torch.Tensor")
)
# Functions of NumPy that PyTorch has by the same name, and the type of number that they give.
_SAME = {
    "numpy.zeros": "float64", "numpy.ones": "float64", "numpy.eye": "float64",
    "numpy.empty": "float64", "numpy.full": "", "numpy.arange": "", "numpy.linspace": "float64",
    "numpy.identity": "", "numpy.random.rand": "", "numpy.random.randn": "",
    "numpy.random.randint": "", "numpy.zeros_like": "", "numpy.ones_like": "",
}  # fmt: skip
# Those whose one argument means the same to both.
_FIXED = frozenset(("numpy.zeros", "numpy.ones", "numpy.eye", "numpy.empty"))


calls_of(RULE, _TENSORS)


@RULE.on(cst.Call)
def copied(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``torch.tensor(np.zeros(shape))``."""
    outer = here.qualified(node.func)
    if outer not in _TENSORS or not node.args or node.args[0].star:
        return
    inner = node.args[0].value
    if not isinstance(inner, cst.Call):
        return
    name = here.qualified(inner.func) or ""
    if name not in _SAME or not all(arg.keyword for arg in node.args[1:]):
        return
    yield Hit(
        node,
        say(
            "`{inner}` fills an array that `{outer}` copies into a tensor",
            inner=here.brief(inner, 40),
            outer=here.brief(node.func),
        ),
        fix=_fix(node, inner, outer, name, here),
    )


def _fix(node: cst.Call, inner: cst.Call, outer: str, name: str, here: Here) -> Fix | None:
    """The same function of PyTorch, with the type of number that the array had."""
    module = dotted(node.func).rpartition(".")[0]
    plain = len(inner.args) == 1 and not inner.args[0].star and inner.args[0].keyword is None
    if name not in _FIXED or not plain or not module or outer not in _TENSORS_KEEPING:
        return None
    rest = [here.code(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for arg in node.args[1:]]
    if not any(arg.keyword is not None and arg.keyword.value == "dtype" for arg in node.args[1:]):
        rest.insert(0, f"dtype={module}.{_SAME[name]}")
    given = ", ".join((here.code(inner.args[0].value), *rest))
    return Fix(
        say("make the tensor with PyTorch"),
        (Edit(node, f"{module}.{name.rpartition('.')[2]}({given})"),),
        Safety.UNSAFE,
    )


# These keep the type of number of what they are given.
_TENSORS_KEEPING = frozenset(("torch.tensor", "torch.as_tensor"))

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A training of many epochs that nothing ends early."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.shapes import uses_library

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Rule

RULE = Rule(
    code="GRN506",
    name="training-without-early-stopping",
    severity="note",
    needles=(b"epochs",),
    since="0.1.0",
    lifecycle="preview",
    help="give it `callbacks=[EarlyStopping(patience=..., restore_best_weights=True)]`",
    tests=False,
)

# Epochs after which a model may long have stopped to improve.
_MANY = 50


@RULE.glance(words=("fit",))
def glance(node: ast.Call, _: bool) -> bool:
    """``model.fit(..., epochs=200)`` without callbacks."""
    words = {word.arg for word in node.keywords}
    return "epochs" in words and "callbacks" not in words and None not in words


@RULE.on(cst.Call)
def fitted(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A `fit` of Keras with many epochs and a set to validate on."""
    match node.func:
        case cst.Attribute(attr=cst.Name("fit")) if uses_library(here, "keras", "tensorflow"):
            given = {arg.keyword.value: arg.value for arg in node.args if arg.keyword is not None}
        case _:
            return
    epochs = given.get("epochs")
    if not isinstance(epochs, cst.Integer) or epochs.evaluated_value <= _MANY:
        return
    if "callbacks" in given or any(arg.star for arg in node.args):
        return
    validated = "validation_data" in given or "validation_split" in given
    yield Hit(
        node,
        say(
            "`{call}` goes on for {epochs} epochs, whether or not the model still improves",
            call=here.brief(node.func),
            epochs=epochs.value,
        ),
        confidence=None if validated else Confidence.LOW,
    )

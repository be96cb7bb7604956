# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A model that is read from disk for every request, or on every turn of a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import last_words
from greenlint_rules.handlers import request_handler
from greenlint_rules.outside import is_kept
from greenlint_rules.training import FROM_PRETRAINED, LOADS, loads_model

from greenlint.here import Here, Loop, reads
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.walk import within

RULE = Rule(
    code="GRN505",
    name="model-load-per-call",
    severity="warning",
    needles=(
        b"from_pretrained", b"torch", b"joblib", b"keras", b"spacy", b"whisper",
        b"sentence_transformers", b"transformers", b"easyocr", b"fasttext", b"onnxruntime",
        b"llama_cpp", b"gensim", b"lightgbm", b"stanza", b"flair",
    ),
    since="0.1.0",
    lifecycle="preview",
    help="read it once: at start-up, or in a function with `functools.cache`",
    tests=False,
)  # fmt: skip

_WORDS = last_words(LOADS) | {FROM_PRETRAINED}


@RULE.glance(words=_WORDS)
def glance(node: ast.Call, _: bool) -> bool:
    """``torch.load(path)``, ``AutoModel.from_pretrained(name)``."""
    return bool(node.args or node.keywords)


@RULE.on(cst.Call)
def loaded(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A model whose name is the same each time."""
    if not node.args or not loads_model(node, here):
        return
    loop = here.every_turn()
    if loop is not None:
        if not _differs(node, loop, here) and not is_kept(node, here) and not _tries(loop):
            yield Hit(
                node,
                say("`{call}` reads the same model on every turn of a loop", call=here.brief(node)),
                related=(Related(loop.header, "this loop"),),
            )
        return
    function = request_handler(here)
    if function is None or not _is_fixed(node, function, here):
        return
    yield Hit(
        node,
        say(
            "`{call}` reads the same model for every request that `{name}` answers",
            call=here.brief(node),
            name=function.name.value,
        ),
        confidence=Confidence.LOW if _is_asked_for(function, here) else None,
    )


def _differs(node: cst.Call, loop: Loop, here: Here) -> bool:
    return any(here.depends(arg.value, loop) for arg in node.args)


def _tries(loop: Loop) -> bool:
    """A loop that is left once the model has been read, or another one is looked for."""
    return any(isinstance(one, (cst.Break, cst.Return, cst.Continue)) for one in within(*loop.body))


def _is_fixed(node: cst.Call, function: cst.FunctionDef, here: Here) -> bool:
    """Whether nothing of the request says which model it is."""
    bound = here.names.scopes.bindings(function)
    return not any(name in bound for arg in node.args for name in reads(arg.value))


def _is_asked_for(function: cst.FunctionDef, here: Here) -> bool:
    """Whether a request seems to be for reading it anew, or the function keeps what it has read."""
    name = function.name.value.lower()
    if any(word in name for word in ("load", "warm", "switch", "train", "update")):
        return True
    if any(isinstance(one, cst.Global) for one in within(function.body)):
        return True
    return any(isinstance(one, cst.If) for one in here.ancestors)

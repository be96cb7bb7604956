# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Models of machine learning: what trains them, and what loads them."""

from __future__ import annotations

import libcst as cst

from greenlint.here import Here, Loop
from greenlint.walk import within
from greenlint_rules.shapes import uses_library

#: Calls that read a model, a tokenizer or weights, mostly large.
LOADS = frozenset(
    (
        "torch.load", "torch.jit.load", "torch.hub.load", "joblib.load",
        "sklearn.externals.joblib.load", "tensorflow.keras.models.load_model",
        "keras.models.load_model", "tensorflow.saved_model.load", "spacy.load",
        "whisper.load_model", "sentence_transformers.SentenceTransformer",
        "sentence_transformers.CrossEncoder", "transformers.pipeline", "easyocr.Reader",
        "tensorflow.keras.models.model_from_json", "fasttext.load_model",
        "onnxruntime.InferenceSession", "llama_cpp.Llama",
        "gensim.models.KeyedVectors.load_word2vec_format",
        "gensim.models.Word2Vec.load", "lightgbm.Booster", "catboost.CatBoost.load_model",
        "stanza.Pipeline", "flair.models.SequenceTagger.load",
    )
)  # fmt: skip
#: The method by which the classes of transformers, diffusers and others read what was trained.
FROM_PRETRAINED = "from_pretrained"
_HUBS = ("transformers.", "diffusers.", "tokenizers.", "peft.", "timm.", "sentence_transformers.")


def loads_model(node: cst.Call, here: Here) -> bool:
    """Whether a call reads a model: ``torch.load(path)``, ``AutoModel.from_pretrained(name)``."""
    name = here.qualified(node.func) or ""
    if name in LOADS:
        return True
    return name.startswith(_HUBS) and name.endswith(f".{FROM_PRETRAINED}")


def uses_torch(here: Here) -> bool:
    """Whether the file imports PyTorch or what is built on it."""
    return uses_library(here, "torch", "pytorch_lightning", "lightning", "accelerate")


def trains(loop: Loop) -> bool:
    """Whether a turn of a loop is a step of training: it goes back through the network itself, and
    not only in a loop further in.
    """
    return any(_goes_back(node) for node in _own(loop))


def _own(loop: Loop) -> list[cst.CSTNode]:
    inner = [node for node in within(*loop.body) if isinstance(node, (cst.For, cst.While))]
    further = {part for one in inner for part in within(one.body)}
    return [node for node in within(*loop.body) if node not in further]


def _goes_back(node: cst.CSTNode) -> bool:
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name("backward"))):
            return True
    return False

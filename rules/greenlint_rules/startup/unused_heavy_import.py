# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A large library that a file imports and never uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst

from greenlint.here import Here
from greenlint.messages import say
from greenlint.project.nodes import every
from greenlint.rule import Hit, Rule
from greenlint.scope import dotted

RULE = Rule(
    code="GRN701",
    name="unused-heavy-import",
    severity="warning",
    needles=(
        b"numpy", b"pandas", b"scipy", b"torch", b"tensorflow", b"keras", b"matplotlib", b"sklearn",
        b"boto3", b"transformers", b"sympy", b"seaborn", b"cv2", b"plotly", b"polars", b"xarray",
        b"networkx", b"spacy", b"nltk", b"jax", b"pyarrow", b"bokeh", b"dask",
    ),
    since="0.1.0",
    lifecycle="preview",
    help="leave the import out",
    tests=False,
)  # fmt: skip

# Libraries that take a good part of a second, or tens of megabytes, to import.
_HEAVY = frozenset(
    (
        "numpy", "pandas", "scipy", "torch", "tensorflow", "keras", "matplotlib", "sklearn",
        "boto3", "transformers", "sympy", "seaborn", "cv2", "plotly", "polars", "xarray",
        "networkx", "spacy", "nltk", "jax", "pyarrow", "bokeh", "dask",
    )
)  # fmt: skip
# Modules that are imported for what their import does.
_EFFECTS = re.compile(
    r"\bnoqa\b|side.?effect|register|unused|type: ignore|pylint: disable|re-?export|isort|pragma",
    re.IGNORECASE,
)


@RULE.glance(ast.Module)
def glance(tree: ast.Module, _: bool) -> bool:
    """An import of such a library, with a name that stands nowhere in the code."""
    words: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.Import):
            names = [(one, one.name) for one in statement.names]
        elif isinstance(statement, ast.ImportFrom) and statement.level == 0:
            names = [(one, statement.module or "") for one in statement.names]
        else:
            continue
        for alias, module in names:
            if module.partition(".")[0] in _HEAVY:
                words.add(alias.asname or alias.name.partition(".")[0])
    if not words:
        return False
    for node in every(tree):
        if isinstance(node, ast.Name):
            words.discard(node.id)
            if not words:
                return False
    return True


@RULE.on(cst.SimpleStatementLine)
def unused(node: cst.SimpleStatementLine, here: Here) -> Iterator[Hit]:
    """An import on a line of its own at the top of the file."""
    if len(node.body) != 1 or here.parent is not here.module or _is_a_door(here):
        return
    words = _bound(node.body[0])
    if not words or any(_is_used(word, here) for word in words):
        return
    if _EFFECTS.search(here.code(node)) or _is_loaded_anyway(node, here):
        return
    yield Hit(
        node.body[0],
        say(
            "`{line}` loads a large library that this file does not use",
            line=here.brief(node.body[0]),
        ),
    )


def _is_loaded_anyway(node: cst.SimpleStatementLine, here: Here) -> bool:
    """Whether another import of this file loads the same library, and is used."""
    libraries = _libraries(node.body[0])
    for other in here.module.body:
        if isinstance(other, cst.SimpleStatementLine) and other is not node:
            for part in other.body:
                if libraries & _libraries(part) and any(_is_used(w, here) for w in _bound(part)):
                    return True
    return False


def _is_a_door(here: Here) -> bool:
    """Whether the file's imports are there for others: a package's own file, a list of names."""
    return here.name.endswith(("__init__.py", "conftest.py", "compat.py", "imports.py")) or (
        "__all__" in here.text or "import *" in here.text or "globals()" in here.text
    )


def _bound(statement: cst.CSTNode) -> list[str]:
    """The names that an import of a large library binds; none for another statement."""
    libraries = _libraries(statement)
    if not libraries or not libraries <= _HEAVY:
        return []
    names = statement.names  # type: ignore[attr-defined]  # an import, or there are no libraries
    return [_word(one) for one in names]


def _libraries(statement: cst.CSTNode) -> set[str]:
    """The libraries that an import loads, by the first word of their names."""
    match statement:
        case cst.Import(names=names):
            return {dotted(one.name).partition(".")[0] for one in names}
        case cst.ImportFrom(module=module, names=names, relative=()) if not isinstance(
            names, cst.ImportStar
        ):
            return {dotted(module).partition(".")[0]}
    return set()


def _word(alias: cst.ImportAlias) -> str:
    if alias.asname is not None:
        return dotted(alias.asname.name)
    return dotted(alias.name).partition(".")[0]


def _is_used(word: str, here: Here) -> bool:
    """Whether the name stands anywhere else in the file, in a text or a comment too."""
    return len(re.findall(rf"\b{re.escape(word)}\b", _without_imports(here))) > 0


def _without_imports(here: Here) -> str:
    lines = here.text.splitlines()
    return "\n".join(line for line in lines if not re.match(r"\s*(?:import|from)\s", line))

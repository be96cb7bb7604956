# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The few lines of template that a table's column is written in: the ways that they go from a row.

``{% for tag in record.tags.all %}{{ tag.name }}{% endfor %}`` goes ``tags.all()``, each, ``name``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from greenlint.project.ways import EACH, TEXT, Path

_TAG = re.compile(r"\{%-?\s*(\w+)(.*?)-?%\}|\{\{(.*?)\}\}", re.DOTALL)
_FOR = re.compile(r"\s*([\w, ]+?)\s+in\s+([\w.]+)")
_GIVEN = re.compile(r"(\w+)\s*=\s*([\w.]+)")
_AS = re.compile(r"([\w.]+)(?:\|\S+)?\s+as\s+(\w+)\s*$")
_CHAIN = re.compile(r"(?<![\w.|'\"])[A-Za-z_]\w*(?:\.\w+)*(?!\s*=[^=])")
_STRING = re.compile(r'"[^"]*"|\'[^\']*\'')
_METHODS = frozenset(("all", "count", "exists", "first", "last"))


class Way(NamedTuple):
    """A way from a row; `unsure` where a condition stands before it."""

    path: Path
    unsure: bool


def ways(code: str, names: Mapping[str, Path]) -> Iterator[Way]:
    """Every way that some template code goes from names, each of which stands for a way itself."""
    scopes: list[dict[str, Path | None]] = [dict(names)]
    words: list[str] = []
    for tag in _TAG.finditer(code):
        word, inner, shown = tag[1], tag[2] or "", tag[3]
        unsure = "if" in words
        known = {name: path for scope in scopes for name, path in scope.items()}
        if shown is not None:
            yield from _shown(shown, known, unsure)
            continue
        bound: dict[str, Path | None] = {}
        if word == "for" and (loop := _FOR.match(inner)):
            bound = dict.fromkeys(re.findall(r"\w+", loop[1]))
            base = _path(loop[2], known)
            if base is not None:
                yield Way((*base, EACH), unsure)
                if len(bound) == 1:
                    bound = dict.fromkeys(bound, (*base, EACH))
        else:
            yield from _read(inner, known, unsure)
        if word == "with":
            given = [*_GIVEN.findall(inner), *((name, way) for way, name in _AS.findall(inner))]
            bound = {name: _path(way, known) for name, way in given}
        if word in ("for", "with", "if", "ifchanged"):
            words.append(word)
            scopes.append(bound)
        elif word.startswith("end") and words and words[-1] == word[3:]:
            words.pop()
            scopes.pop()


def _shown(text: str, known: Mapping[str, Path | None], unsure: bool) -> Iterator[Way]:
    """What is printed: the first chain as text, where no filter makes something else of it."""
    first, *filters = text.split("|")
    path = _path(first.strip(), known)
    if path is not None:
        counted = any(one.strip().partition(":")[0] in ("length", "yesno") for one in filters)
        yield Way(path if counted else (*path, TEXT), unsure)
    for one in filters:
        yield from _read(one.partition(":")[2], known, unsure)


def _read(text: str, known: Mapping[str, Path | None], unsure: bool) -> Iterator[Way]:
    for chain in _CHAIN.findall(_STRING.sub("''", text)):
        path = _path(chain, known)
        if path is not None:
            yield Way(path, unsure)
    for _, chain in _GIVEN.findall(_STRING.sub("''", text)):
        path = _path(chain, known)
        if path is not None:
            yield Way(path, unsure)


def _path(chain: str, known: Mapping[str, Path | None]) -> Path | None:
    root, *steps = chain.split(".")
    base = known.get(root)
    if base is None:
        return None
    return (*base, *(EACH if one.isdigit() else _step(one) for one in steps))


def _step(name: str) -> str:
    return f"{name}()" if name in _METHODS else name

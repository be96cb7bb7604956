# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A gate as workflow commands, which GitHub Actions turns into annotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from greenlint_profiler.gate.formats.annotations import Annotation, in_checkout, unpassed
from greenlint_profiler.gate.formats.words import clean, plural
from greenlint_profiler.gate.result import Gate

# GitHub drops the eleventh annotation of a level without a word.
_MOST = 10
_ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_DATA = str.maketrans(_ESCAPED)
_IN_PROPERTY = str.maketrans({**_ESCAPED, ":": "%3A", ",": "%2C"})


def render(gate: Gate, *, strict: bool = False) -> Iterator[str]:
    """``::error file=shop/views.py,line=42,title=...::sentence``, ten of each level."""
    found = Counter[str]()
    for one in unpassed(gate, strict=strict):
        level = "error" if one.error else "warning"
        found[level] += 1
        if found[level] <= _MOST:
            yield _command(level, one)
    left = sum(max(0, count - _MOST) for count in found.values())
    if left:
        told = f"{plural(left, 'test')} more did not pass; the other outputs list them."
        yield f"::notice title=greenlint::{told}\n"


def _command(level: str, one: Annotation) -> str:
    values = {"title": one.title}
    if one.path is not None:
        values["file"] = in_checkout(one.path, "GITHUB_WORKSPACE")
    if one.line is not None:
        values["line"] = str(one.line)
    told = ",".join(
        f"{name}={clean(value).translate(_IN_PROPERTY)}" for name, value in values.items()
    )
    return f"::{level} {told}::{clean(one.text).translate(_IN_DATA)}\n"

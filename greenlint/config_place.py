# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where a key or a value stands in a TOML text: read only to tell what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from greenlint.config_file import Keys

# A key as TOML writes it, bare or quoted, and several of them with dots between.
_KEY = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER = re.compile(rf"[ \t]*\[\[?[ \t]*({_DOTTED})[ \t]*\]\]?[ \t]*(?:#.*)?$")
_STATEMENT = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")
# What may hold brackets that open nothing.
_QUOTED = re.compile(
    r"\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|\#[^\n]*",
    re.DOTALL,
)


def position(text: str, keys: Keys, value: object = None) -> tuple[int, int] | None:
    """Line and column, 1-based, where `keys` stand in a TOML text, or `value` behind them.

    A key inside an inline table is found behind the longest statement that leads to it.
    """
    best: tuple[Keys, int, int] | None = None
    for path, start, end in _statements(text):
        if keys[: len(path)] == path and (best is None or len(path) > len(best[0])):
            best = (path, start, end)
        elif path[: len(keys)] == keys and best is None:
            best = (keys, start, end)
    if best is None:
        return None
    path, start, end = best
    for key in keys[len(path) :]:
        start = _written(text, key, start, end, "[ \\t]*=") or start
    if isinstance(value, str):
        start = _written(text, value, start, end) or start
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def _written(text: str, word: str, start: int, end: int, after: str = "") -> int | None:
    """The offset of a word in quotes, or of a bare key when `after` must follow."""
    bare = rf"|(?<![\w-]){re.escape(word)}" if after else ""
    found = re.compile(rf"""(?:"{re.escape(word)}"|'{re.escape(word)}'{bare}){after}""").search(
        text, start, end
    )
    return found.start() if found else None


def _statements(text: str) -> Iterator[tuple[Keys, int, int]]:
    """Each header and each ``key =`` with its full path, its offset and the offset of the next."""
    for (path, start), (_, end) in pairwise((*_starts(text), ((), len(text)))):
        yield path, start, end


def _starts(text: str) -> Iterator[tuple[Keys, int]]:
    # Strings and comments are blanked (their length kept) to count what is open.
    blank = _QUOTED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    table: Keys = ()
    offset = depth = 0
    for line, bare in zip(text.split("\n"), blank.split("\n"), strict=True):
        if depth == 0:
            header, statement = _HEADER.match(line), _STATEMENT.match(line)
            if header and "[" in bare:
                table = _parts(header[1])
                yield table, offset + header.start(1)
            elif statement and bare[statement.end() - 1] == "=":
                yield table + _parts(statement[1]), offset + statement.start(1)
        opened = bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")
        depth = max(0, depth + opened)
        offset += len(line) + 1


def _parts(dotted: str) -> Keys:
    return tuple(part.strip("\"'") for part in re.findall(_KEY, dotted))

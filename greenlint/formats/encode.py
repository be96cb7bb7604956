# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""JSON as every format writes it: plain UTF-8, with nothing that a terminal or a log obeys."""

from __future__ import annotations

import json
import re

from greenlint.formats.words import LOG_COMMAND, encodable

# JSON lets these stand in strings; a terminal showing the file would obey them.
_RISKY = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]")


def dumps(value: object, indent: int | None = None) -> str:
    """The value as JSON; lone surrogates are replaced, keys keep their order."""
    text = encodable(json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False))
    text = LOG_COMMAND.sub(r"\\u0023#", text)
    return _RISKY.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def rows(values: list[dict[str, object]]) -> str:
    """A JSON array, one value a line."""
    return "[\n" + ",\n".join(map(dumps, values)) + "\n]" if values else "[]"

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Values as JSON that neither a terminal nor a log obeys, and that UTF-8 can hold."""

from __future__ import annotations

import json


def in_json(value: object, indent: int) -> str:
    """The value as JSON; what is not printable is escaped, and a lone surrogate replaced."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    if not text.isprintable():
        text = "".join(one if one.isprintable() or one == "\n" else _escaped(one) for one in text)
    return text.replace("##", "\\u0023\\u0023")  # which begins a command in a log


def _escaped(one: str) -> str:
    return "\ufffd" if "\ud800" <= one <= "\udfff" else json.dumps(one)[1:-1]

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Values as TOML text that parses back to them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_CONTROL = re.compile(r"[\x7f-\x9f]")


def value(raw: Any) -> str:
    """A boolean, number, string, list or table on one line."""
    if isinstance(raw, str):
        return _string(raw)
    if isinstance(raw, Mapping):
        inside = ", ".join(f"{key(name)} = {value(one)}" for name, one in raw.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(raw, list | tuple):
        return f"[{', '.join(map(value, raw))}]"
    if isinstance(raw, float):
        return repr(raw)
    return json.dumps(raw)


def key(name: str) -> str:
    """A key, bare where TOML allows it."""
    return name if _BARE.match(name) else _string(name)


def _string(text: str) -> str:
    """A basic string: JSON's, with the control characters that TOML does not take as they are."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)

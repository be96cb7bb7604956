# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The configuration that ``greenlint init`` begins with, and the word it has with ruff's.

TOML is added to as text, so that comments and layout stay; what comes out is parsed, and is used
only if it says what the file said before and the addition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from greenlint.cli.init_files import Planned, content, template
from greenlint.config_file import PYPROJECT, find, parse, shown
from greenlint.errors import ConfigError
from greenlint.messages import say

_STARTER = "pyproject.toml"
_OWN = "greenlint.toml"
# Without it ruff reports our codes in `noqa` comments as unknown (RUF102) or unused (RUF100).
_EXTERNAL = 'external = ["GRN"]'
# Where ruff's settings are: the file, and the keys above `lint`.
_RUFF = ((".ruff.toml", ()), ("ruff.toml", ()), (PYPROJECT, ("tool", "ruff")))


def starter(root: Path) -> Planned:
    """[tool.greenlint] in pyproject.toml, or a greenlint.toml; the configuration that is there."""
    if (found := find(root)) is not None:
        raw = content(found[1]) or b""
        return Planned(found[1], say("configuration"), raw, raw, whole=False)
    text = template(_STARTER)
    path = root / PYPROJECT
    before = content(path)
    if before is not None:
        after = _extended(path, before, text, parse(text, _STARTER))
        if after is not None:
            return Planned(path, say("[tool.greenlint]"), before, after, whole=False)
    text = text.replace("[tool.greenlint]\n", "").replace("[tool.greenlint.", "[")
    return Planned(root / _OWN, say("configuration"), None, text.encode(), whole=False)


def without_counter(root: Path) -> bool:
    """Whether the configuration that holds lets a machine do without an energy counter."""
    from greenlint.config_file import read_layer

    found = find(root)
    energy = read_layer(found[1]).table.get("energy") if found else None
    return isinstance(energy, dict) and energy.get("require-meter") is False


def ruff(root: Path, planned: Planned) -> Planned | None:
    """ruff's settings with our codes among those of others; None where it has none, or knows them.

    `planned` is what is to become of pyproject.toml: both additions are one change.  Raises
    ConfigError where ruff's file is no TOML.
    """
    for name, above in _RUFF:
        path = root / name
        ours = planned if planned.path == path else None
        before = ours.after if ours else content(path)
        if before is None:
            continue
        table = _table(_document(path, before), above)
        if table is None:
            continue
        if _stated(table):
            return None
        after = _with_external(path, before, ".".join((*above, "lint")), above)
        if after is None:
            return None
        note = say("lint.external of ruff")
        if ours and ours.before != ours.after:
            note = say("[tool.greenlint], lint.external of ruff")
            return Planned(path, note, ours.before, after, whole=False)
        return Planned(path, note, before, after, whole=False)
    return None


def unknown_to_ruff(root: Path) -> bool:
    """Whether ruff is configured here and does not know our codes."""
    for name, above in _RUFF:
        before = content(root / name)
        table = before and _table(_document(root / name, before), above)
        if table:
            return "GRN" not in _stated(table)
    return False


def _stated(table: Mapping[str, Any]) -> list[Any]:
    """The codes of others that ruff's settings name."""
    lint = table.get("lint")
    found = lint.get("external") if isinstance(lint, dict) else None
    found = table.get("external") if found is None else found
    return found if isinstance(found, list) else []


def _table(document: Mapping[str, Any], keys: tuple[str, ...]) -> Mapping[str, Any] | None:
    table: Any = document
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else None


def _with_external(path: Path, before: bytes, name: str, above: tuple[str, ...]) -> bytes | None:
    """The file with `external` below the header of a table, or with that table at its end."""
    added: dict[str, Any] = {"lint": {"external": ["GRN"]}}
    for key in reversed(above):
        added = {key: added}
    text = _text(path, before)
    header = re.search(rf"^\[{re.escape(name)}\][ \t]*(?:#.*)?\r?\n", text, re.MULTILINE)
    if header is None:
        return _extended(path, before, f"[{name}]\n{_EXTERNAL}\n", added)
    line = _like(text, f"{_EXTERNAL}\n")
    return _checked(path, text, text[: header.end()] + line + text[header.end() :], added)


def _extended(path: Path, before: bytes, addition: str, added: Mapping[str, Any]) -> bytes | None:
    """A file with an addition at its end; None where that cannot be done."""
    text = _text(path, before)
    gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    return _checked(path, text, text + _like(text, gap + addition), added)


def _like(text: str, addition: str) -> str:
    """The addition with the line ends of the file."""
    return addition.replace("\n", "\r\n") if "\r\n" in text else addition


def _checked(path: Path, before: str, after: str, added: Mapping[str, Any]) -> bytes | None:
    """The new text as bytes, if it says what the old one said and the addition."""
    raw = after.encode()
    try:
        said = _document(path, raw)
    except ConfigError:
        return None
    return raw if said == _merged(_document(path, before.encode()), added) else None


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(one)
    for key, raw in other.items():
        old = both.get(key)
        both[key] = _merged(old, raw) if isinstance(old, dict) and isinstance(raw, dict) else raw
    return both


def _document(path: Path, raw: bytes) -> dict[str, Any]:
    return parse(_text(path, raw).removeprefix("\ufeff"), shown(path))


def _text(path: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(
            "Cannot read {path}: byte {start} is not UTF-8. Save it as UTF-8.",
            path=shown(path),
            start=error.start,
        ) from None


def tables(root: Path) -> Iterator[Planned]:
    """What is to be added to TOML files: the starting configuration, and the word with ruff."""
    first = starter(root)
    second = ruff(root, first)
    if second is None or second.path != first.path:
        yield first
    if second is not None:
        yield second

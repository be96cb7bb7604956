# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The output formats by name, each in a module of its own that is imported only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from greenlint.result import Format

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "full": "greenlint.formats.full",
        "concise": "greenlint.formats.concise",
        "grouped": "greenlint.formats.grouped",
        "json": "greenlint.formats.json_v1",
        "json-v1": "greenlint.formats.json_v1",
        "jsonl": "greenlint.formats.jsonl",
        "sarif": "greenlint.formats.sarif",
        "github": "greenlint.formats.github",
        "gitlab": "greenlint.formats.gitlab",
        "azure": "greenlint.formats.azure",
        "junit": "greenlint.formats.junit",
        "rdjson": "greenlint.formats.rdjson",
        "rdjsonl": "greenlint.formats.rdjsonl",
        "sonar": "greenlint.formats.sonar",
        "markdown": "greenlint.formats.markdown",
    }
)


def load(name: str) -> Format:
    """The ``render`` function of a format.

    Raises UsageError, with the nearest name, for a format that does not exist.
    """
    from importlib import import_module

    if name not in FORMATS:
        raise _unknown(name)
    return cast("Format", import_module(FORMATS[name]).render)


def _unknown(name: str) -> Exception:
    from difflib import get_close_matches

    from greenlint.errors import UsageError

    if name == "html":
        return UsageError("`check` has no HTML; `greenlint report` writes HTML.")
    near = get_close_matches(name, FORMATS, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return UsageError(
        f"There is no output format {name!r}.{hint} Choose from: {', '.join(FORMATS)}."
    )

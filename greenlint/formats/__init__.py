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
    from greenlint.errors import UsageError
    from greenlint.messages import say
    from greenlint.messages.guess import guess

    if name == "html":
        return UsageError("`check` has no HTML; `greenlint report` writes HTML.")
    return UsageError(
        "There is no output format {name}.",
        guess(name, FORMATS),
        say(" Choose from: {known}.", known=", ".join(FORMATS)),
        name=repr(name),
    )

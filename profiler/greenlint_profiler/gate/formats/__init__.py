# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The outputs of a gate by name, each in a module of its own that waits until it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Protocol, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.gate.result import Gate


class Format(Protocol):
    """Writes a gate, piece by piece; the pieces together are the document."""

    def __call__(self, gate: Gate, *, strict: bool = False) -> Iterator[str]:
        """With `strict` what is inconclusive counts as failed, as it does for the exit code."""


def _of(module: str) -> Format:
    def render(gate: Gate, *, strict: bool = False) -> Iterator[str]:
        from importlib import import_module

        load = import_module(f"{__name__}.{module}")
        return cast("Format", load.render)(gate, strict=strict)

    return render


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "text": _of("text"),
        "json": _of("json_v1"),
        "junit": _of("junit"),
        "markdown": _of("markdown"),
        "github": _of("github"),
        "gitlab": _of("gitlab"),
        "azure": _of("azure"),
        "html": _of("page"),
    }
)

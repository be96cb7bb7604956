# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The outputs of a gate by name, each in a module of its own that waits until it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Protocol, cast

from greenlint_profiler.said import english

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.gate.result import Gate
    from greenlint_profiler.said import Speak


class Format(Protocol):
    """Writes a gate, piece by piece; the pieces together are the document."""

    def __call__(
        self, gate: Gate, *, strict: bool = False, speak: Speak = english
    ) -> Iterator[str]:
        """With `strict` what is inconclusive counts as failed, as it does for the exit code.

        What people read is put into their words by `speak`; what programs read is English.
        """


def _of(module: str, *, for_people: bool = False) -> Format:
    def render(gate: Gate, *, strict: bool = False, speak: Speak = english) -> Iterator[str]:
        from importlib import import_module

        write = cast("Format", import_module(f"{__name__}.{module}").render)
        return write(gate, strict=strict, **({"speak": speak} if for_people else {}))

    return render


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "text": _of("text", for_people=True),
        "json": _of("json_v1"),
        "junit": _of("junit"),
        "markdown": _of("markdown", for_people=True),
        "github": _of("github"),
        "gitlab": _of("gitlab"),
        "azure": _of("azure"),
        "html": _of("page", for_people=True),
    }
)

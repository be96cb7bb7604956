# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A gate as logging commands, which Azure Pipelines turns into issues of the build."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint_profiler.gate.formats.annotations import Annotation, in_checkout, unpassed
from greenlint_profiler.gate.formats.words import clean
from greenlint_profiler.gate.result import Gate

# What the agent takes back: microsoft/azure-pipelines-agent, Command.cs.
_IN_DATA = str.maketrans({"%": "%AZP25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = _IN_DATA | str.maketrans({";": "%3B", "]": "%5D"})


def render(gate: Gate, *, strict: bool = False) -> Iterator[str]:
    """``##vso[task.logissue type=error;sourcepath=...;linenumber=...;]sentence``"""
    return map(_command, unpassed(gate, strict=strict))


def _command(one: Annotation) -> str:
    values = {"type": "error" if one.error else "warning"}
    if one.path is not None:
        values["sourcepath"] = in_checkout(one.path, "BUILD_SOURCESDIRECTORY")
        values["linenumber"] = str(one.line or 1)
    values["code"] = f"energy-gate-{one.verdict.value}"
    told = "".join(
        f"{name}={clean(value).translate(_IN_PROPERTY)};" for name, value in values.items()
    )
    return f"##vso[task.logissue {told}]{clean(one.text).translate(_IN_DATA)}\n"

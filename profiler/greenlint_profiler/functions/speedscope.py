# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Functions as a file for speedscope: https://www.speedscope.app/file-format-schema.json.

Its units know no joules, so joules have the unit `none` and stand in the name.  The first profile
is the whole run, the others are threads in the order of time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from greenlint_profiler.functions.attribution import Attribution, Unit, basis
from greenlint_profiler.functions.naming import short
from greenlint_profiler.functions.pieces import Piece, What
from greenlint_profiler.functions.samples import Function, Stack

SCHEMA = "https://www.speedscope.app/file-format-schema.json"


def written(attribution: Attribution, title: str) -> str:
    """The file."""
    return json.dumps(record(attribution, title)) + "\n"


def record(attribution: Attribution, title: str) -> dict[str, Any]:
    """The same as plain values."""
    frames = _Frames()
    profiles = [_whole(attribution, frames), *_threads(attribution, frames)]
    return {
        "$schema": SCHEMA,
        "name": f"{title} ({attribution.unit.value}; {basis(attribution)[0]})",
        "exporter": "greenlint",
        "activeProfileIndex": 0,
        "shared": {"frames": frames.found},
        "profiles": profiles,
    }


class _Frames:
    """Functions and other names, each with its number."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []
        self._numbers: dict[Function | str, int] = {}

    def stack(self, what: What, stack: Stack, thread: str = "") -> list[int]:
        """The numbers of a stack, outermost first."""
        heads: list[Function | str] = [] if what is What.RAN else [what.value]
        if what is What.OTHER:
            heads.append(thread)
        return [self._number(one) for one in (*heads, *(place.function for place in stack))]

    def _number(self, one: Function | str) -> int:
        number = self._numbers.get(one)
        if number is None:
            number = self._numbers[one] = len(self.found)
            if isinstance(one, str):
                self.found.append({"name": one})
            else:
                line = {"file": short(one.file), "line": one.line} if one.file else {}
                self.found.append({"name": one.name, **line})
        return number


def _whole(attribution: Attribution, frames: _Frames) -> dict[str, Any]:
    shown = attribution.unit.shown
    samples = [frames.stack(one.what, one.stack, one.thread) for one in attribution.shares]
    weights = [shown(one.amount) for one in attribution.shares]
    return _profile(attribution, "whole run", samples, weights)


def _threads(attribution: Attribution, frames: _Frames) -> Iterable[dict[str, Any]]:
    names = {one.pid: one.name for one in attribution.processes}
    threads: dict[tuple[int | None, str], list[Piece]] = {}
    for piece in attribution.pieces:
        if piece.what is What.RAN and piece.energy_uj > 0:
            threads.setdefault((piece.process, piece.thread), []).append(piece)
    for (process, thread), found in threads.items():
        samples: list[list[int]] = []
        weights: list[float] = []
        for piece in found:
            stack = frames.stack(piece.what, piece.stack)
            if samples and samples[-1] == stack:
                weights[-1] += attribution.unit.shown(piece.energy_uj)
            else:
                samples.append(stack)
                weights.append(attribution.unit.shown(piece.energy_uj))
        name = f"{thread} of {process} {names.get(process or 0, '')}".rstrip()
        yield _profile(attribution, name, samples, weights)


def _profile(
    attribution: Attribution,
    name: str,
    samples: Sequence[Sequence[int]],
    weights: Sequence[float],
) -> dict[str, Any]:
    joules = attribution.unit is Unit.MICROJOULES
    return {
        "type": "sampled",
        "name": f"{attribution.unit.value}: {name}",
        "unit": "none" if joules else "seconds",
        "startValue": 0,
        "endValue": sum(weights),
        "samples": samples,
        "weights": weights,
    }

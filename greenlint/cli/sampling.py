# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A sampled run of the tests -> the part of it that went through the lines of a finding."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from greenlint.cli.tracing import changed, matched
from greenlint.finding import Finding
from greenlint.hotspots import Share

# Where `greenlint energy collect --functions` leaves it, in the form of `greenlint profile --json`.
FILE = Path(".greenlint", "functions.json")
OWN = "own code"


@dataclass(frozen=True, slots=True)
class Sampled:
    """A run that was looked into: path -> function -> line -> what went through it, in `unit`."""

    lines: Mapping[str, Mapping[str, Mapping[int, float]]]
    total: float
    unit: str
    basis: str
    looks: int


def sampled(root: Path, paths: Iterable[str]) -> Sampled | None:
    """What is known of these paths, which are relative to `root`; None where nothing is.

    Of a file whose source is newer nothing is known: its lines may have moved.
    """
    file = root / FILE
    try:
        held = json.loads(file.read_text("utf-8"))["functions"]
        taken = file.stat().st_mtime
        found: dict[str, dict[str, dict[int, float]]] = {}
        for one in held["lines"]:
            if one["whose"] == OWN:
                by_line = found.setdefault(one["path"], {}).setdefault(one["function"], {})
                by_line[one["at"]] = by_line.get(one["at"], 0.0) + one["total"]
        total, looks = float(held["total"]), int(held["sampling"]["looks"])
        unit, basis = str(held["unit"]), str(held["basis"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if total <= 0 or looks < 1:
        return None
    known = set(paths)
    known -= changed(root, known, taken)
    ours = matched(found, root, known)
    lines = {path: found[ours[path]] if path in ours else {} for path in known}
    return Sampled(lines, total, unit, basis, looks)


def share(finding: Finding, run: Sampled | None) -> Share | None:
    """The part of the run that went through a finding's lines; None where nobody looked.

    What a function calls within the file, such as a comprehension on the same line, is a part of
    it already, so that of several functions the largest counts.
    """
    if run is None or finding.path not in run.lines:
        return None
    from greenlint_profiler.gate.judging.wilson import interval

    span = range(finding.span.line, finding.span.end_line + 1)
    amounts = [
        sum(amount for line, amount in by_line.items() if line in span)
        for by_line in run.lines[finding.path].values()
    ]
    amount = max(amounts, default=0.0)
    part = min(1.0, amount / run.total)
    low, high = interval(round(part * run.looks), run.looks)
    return Share(part, low, high, amount, run.unit, run.basis, run.looks)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The report of a recall run: tables for people, and all that was missed as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.shapes import Shape
from benchmarks.verdict import Verdict

COLUMNS = (
    *("places", "killed", "missed", "recall", "lookups killed", "lookups missed"),
    *("free", "free, flagged", "told before"),
)


def report(verdicts: Sequence[Verdict]) -> str:
    """A table by project and one by shape, in Markdown."""
    return "\n".join(
        [
            *table("project", verdicts, lambda verdict: verdict.project),
            "",
            *table("shape", verdicts, lambda verdict: verdict.shape.value),
            "",
            *by_shape(verdicts),
        ]
    )


def table(
    title: str, verdicts: Sequence[Verdict], group: Callable[[Verdict], str]
) -> Iterator[str]:
    """A row a group: its places, what became of whole calls, of single lookups, of free mutants."""
    yield f"| {title} | " + " | ".join(COLUMNS) + " |"
    yield "|---|" + "---:|" * len(COLUMNS)
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(group(verdict), []).append(verdict)
    for name, members in [*sorted(groups.items()), ("all", list(verdicts))]:
        whole = Counter(v.outcome for v in members if v.mutant.argument is None)
        parts = Counter(v.outcome for v in members if v.mutant.argument is not None)
        cells = [
            name,
            whole.total(),
            whole["killed"],
            whole["missed"],
            share(whole["killed"], whole["killed"] + whole["missed"]),
            parts["killed"],
            parts["missed"],
            whole["free"] + parts["free"],
            whole["free, flagged"] + parts["free, flagged"],
            sum(bool(verdict.before) for verdict in members),
        ]
        yield "| " + " | ".join(map(str, cells)) + " |"


def by_shape(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Killed of all whole calls that could be, a row a project and a column a shape."""
    shapes = [shape for shape in Shape if any(verdict.shape is shape for verdict in verdicts)]
    yield "| killed / all | " + " | ".join(shapes) + " |"
    yield "|---|" + "---:|" * len(shapes)
    for project in dict.fromkeys(verdict.project for verdict in verdicts):
        cells = []
        for shape in shapes:
            outcomes = Counter(
                v.outcome
                for v in verdicts
                if v.project == project and v.shape is shape and v.mutant.argument is None
            )
            could = outcomes["killed"] + outcomes["missed"]
            cells.append(f"{outcomes['killed']} / {could}" if could else "")
        yield f"| {project} | " + " | ".join(cells) + " |"


def share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else ""


def write(path: Path, verdicts: Sequence[Verdict], read_by_hand: dict[str, Any]) -> None:
    """All mutants, the missed ones with room for the reason; reasons written before are kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    reasons = reasons_in(path)
    rows = [row(verdict, read_by_hand, reasons) for verdict in verdicts]
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def reasons_in(path: Path) -> dict[tuple[str, str], str]:
    """The reasons that somebody wrote into an earlier report."""
    if not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {(row["project"], row["mutant"]): row["reason"] for row in rows if row["reason"]}


def row(
    verdict: Verdict, read_by_hand: dict[str, Any], reasons: dict[tuple[str, str], str]
) -> dict[str, Any]:
    """One mutant as JSON."""
    mutant = verdict.mutant
    place = mutant.place
    by_hand = read_by_hand.get(verdict.project, {}).get(f"{place.file}:{place.line}", {})
    return {
        "project": verdict.project,
        "mutant": mutant.name,
        "file": place.file,
        "line": place.line,
        "in": ".".join(scope.name for scope in place.scopes),
        "call": place.name,
        "relations": mutant.relations,
        "whole_call": mutant.argument is None,
        "shape": verdict.shape,
        "outcome": verdict.outcome,
        "free": mutant.free,
        "by": verdict.by,
        "told_before": verdict.before,
        "read_by_hand": by_hand,
        "reason": reasons.get((verdict.project, mutant.name), mutant.free),
    }

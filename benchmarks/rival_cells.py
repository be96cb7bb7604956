# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What meters told of a simulated machine, as cells of a table and the notes below it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from textwrap import shorten
from typing import Any

from benchmarks.rival_scenarios import Scenario
from tests.powercap.live import ROOT

# Which figure of which meter stands in which column.
COLUMNS = (
    ("greenlint", "joules", "greenlint"),
    ("pyrapl", "joules", "pyRAPL"),
    ("codecarbon", "cpu_energy", "CodeCarbon, `cpu_energy`"),
    ("codecarbon", "energy_consumed", "CodeCarbon, `energy_consumed`"),
    ("codegreen", "joules", "codegreen"),
    ("zeus", "joules", "Zeus"),
)
ONE_SIDED = 0.05
# An error of more joules than this is told in kilojoules, for a percentage would say little.
MANY_JOULES = 1000
NOTE_LENGTH = 300
# Lines of standard error that say why, the best first.
TELLING = ("ermission", "Warning:", "Error:")


@dataclass(frozen=True)
class Seen:
    """One meter on one machine: its windows, its exit code, and what it wrote to standard error."""

    windows: Sequence[Mapping[str, Any]]
    code: int | None
    said: str

    def errors(self, figure: str) -> list[tuple[float, float]]:
        """(joules too many, joules issued) of each window that has the figure."""
        found = [(window["joules"].get(figure), window["issued"]) for window in self.windows]
        return [(joules - issued, issued) for joules, issued in found if joules is not None]

    def cell(self, figure: str) -> str:
        """How far off, or that there is nothing."""
        errors = self.errors(figure)
        if not errors:
            return "no figure" if self.windows else "fails"
        told = off_by(errors)
        lost = len(self.windows) - len(errors)
        return f"{told}; {lost} of {len(self.windows)} without a figure" if lost else told

    @property
    def note(self) -> str:
        """What the meter says where it has no figure: its own word, and its line of stderr."""
        own = next((window["says"] for window in self.windows if window["says"]), "")
        lines = [line.strip() for line in self.said.splitlines() if line.strip()]
        telling = [line for word in TELLING for line in lines if word in line]
        line = (telling or ([] if own else lines[-1:]) or [""])[0].replace(f"{ROOT}{os.sep}", "")
        return shorten("; ".join(filter(None, (own, line))), NOTE_LENGTH, placeholder=" […]")


def off_by(errors: Sequence[tuple[float, float]]) -> str:
    """The median error and the largest."""
    joules = median(error for error, _ in errors)
    if abs(joules) > MANY_JOULES:
        return f"{joules / 1000:+.0f} kJ"
    parts = [error / issued for error, issued in errors]
    middle = median(parts)
    if abs(middle) > ONE_SIDED:
        return f"{100 * middle:+.0f} %"
    sizes = [abs(part) for part in parts]
    return f"{100 * median(sizes):.2f} % ({100 * max(sizes):.2f})"


@dataclass(frozen=True)
class Row:
    """One scenario, as all meters saw it."""

    scenario: Scenario
    meters: Mapping[str, Seen]

    def cells(self) -> list[str]:
        """Its line of the table."""
        return [self.scenario.name, *(self._cell(*column[:2]) for column in COLUMNS)]

    def _cell(self, meter: str, figure: str) -> str:
        if meter not in self.meters:
            return "not run"
        cell = self.meters[meter].cell(figure)
        guessed = self.scenario.refused and self.meters[meter].errors(figure)
        return f"an estimate: {cell}" if guessed else cell

    def notes(self) -> Iterator[tuple[str, str]]:
        """(meter, what it said), where it had no figure or could not have one."""
        for meter, seen in self.meters.items():
            figure = next(name for of, name, _ in COLUMNS if of == meter)
            silent = not seen.errors(figure)
            if seen.note and (silent or self.scenario.refused):
                yield next(title for of, _, title in COLUMNS if of == meter), seen.note


def table(rows: Sequence[Row]) -> str:
    """All scenarios."""
    lines = [["simulated machine", *(title for *_, title in COLUMNS)], ["---"] * 7]
    lines += [row.cells() for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def notes(rows: Sequence[Row]) -> str:
    """What was said where there was no figure."""
    said = [(row.scenario.name, *note) for row in rows for note in row.notes()]
    lines = [f"- {name}, {meter}: `{note.replace('`', chr(39))}`\n" for name, meter, note in said]
    return "\nWhat was said where there is no figure, or could be none:\n\n" + "".join(lines)

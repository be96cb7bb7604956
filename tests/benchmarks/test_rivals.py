# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The comparison of meters: what its cells and notes say, and that a probe tells its windows."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from benchmarks.rival_cells import COLUMNS, Row, Seen, notes, off_by, table
from benchmarks.rival_scenarios import SCENARIOS
from benchmarks.rivals import METERS, PROBES
from tests.powercap.tree import zones_of


def told(joules: float | None, issued: float = 10.0, says: str = "") -> dict[str, Any]:
    return {"joules": {"joules": joules}, "issued": issued, "says": says}


@pytest.mark.parametrize(
    ("errors", "cell"),
    [
        ([(0.1, 10), (-0.2, 10), (0.3, 10)], "2.00 % (3.00)"),
        ([(10, 10), (10.1, 10), (9.9, 10)], "+100 %"),
        ([(-1, 10), (-1, 10)], "-10 %"),
        ([(-262_103, 40)], "-262 kJ"),
    ],
)
def test_an_error_is_told_by_its_size(errors: list[tuple[float, float]], cell: str) -> None:
    """Small ones without a sign, one-sided ones with it, those of a lost counter in kilojoules."""
    assert off_by(errors) == cell


@pytest.mark.parametrize(
    ("windows", "code", "cell"),
    [
        ([told(10.1)], 0, "1.00 % (1.00)"),
        ([told(10.1), told(None)], 0, "1.00 % (1.00); 1 of 2 without a figure"),
        ([told(None, says="pkg=None")], 0, "no figure"),
        ([], 1, "fails"),
    ],
)
def test_what_is_missing_is_no_error(windows: list[Any], code: int, cell: str) -> None:
    """A window without a figure is told apart from a wrong one, and from a meter that fails."""
    assert Seen(windows, code, "").cell("joules") == cell


def test_a_meter_that_has_no_figure_has_the_word() -> None:
    """Its own, and the line of its errors that names the permission, or else the last."""
    said = "Traceback\n  File\nPermissionError: Permission denied: 'energy_uj'\nAborted!\n"
    assert Seen([], 1, said).note == "PermissionError: Permission denied: 'energy_uj'"
    assert Seen([], 1, "Traceback\nPyRAPLException\n").note == "PyRAPLException"
    assert Seen([told(None, says="pkg=None")], 0, "hello\n").note == "pkg=None"
    warned = "UserWarning: no counter\n  session = open()\n"
    assert Seen([told(None, says="None")], 0, warned).note == "None; UserWarning: no counter"


def test_notes_are_of_those_without_a_figure() -> None:
    """And of all where nobody may read the counters."""
    plain, refused = SCENARIOS[0], SCENARIOS[-1]
    seen = {"greenlint": Seen([told(10.0)], 0, "hello\n"), "pyrapl": Seen([], 1, "Oops\n")}
    assert "plain, 50 ms, pyRAPL: `Oops`" in notes([Row(plain, seen)])
    assert "greenlint" not in notes([Row(plain, seen)])
    assert "permission refused, greenlint: `hello`" in notes([Row(refused, seen)])
    assert Row(refused, seen).cells()[1:3] == ["an estimate: 0.00 % (0.00)", "fails"]
    assert table([Row(plain, seen)]).splitlines()[2].startswith("| plain, 50 ms | 0.00 % (0.00) |")


def test_every_column_is_that_of_a_meter() -> None:
    """Every meter has a column and a probe."""
    assert {meter for meter, _, _ in COLUMNS} == set(METERS)
    assert {f"probe_{meter}.py" for meter in METERS} <= {one.name for one in PROBES.iterdir()}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_the_truth_of_a_scenario_is_in_its_tree(scenario: Any) -> None:
    """Zones that are there, packages or memory; and permission is refused last."""
    names = {zone["id"]: zone["name"] for zone in zones_of(scenario.tree)}
    assert {names[zone].partition("-")[0] for zone in scenario.truth} <= {"package", "dram"}
    assert SCENARIOS[-1].refused


def test_a_probe_tells_its_windows() -> None:
    """greenlint's own: the windows asked for, and the label where no counter was read."""
    words = [sys.executable, str(PROBES / "probe_greenlint.py"), "2", "0.02"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    windows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(windows) == 2
    for one in windows:
        assert one["last_ns"] - one["first_ns"] >= 20_000_000
        assert set(one["joules"]) == {"joules"}
        assert one["says"] in ("", "labelled estimated") or one["joules"]["joules"] is None

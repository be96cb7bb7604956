# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The figures of greenlint's own meter: what they are made of, and that they can be missed."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import meter_costs
from benchmarks.meter_costs import Window


def window(energy_uj: int, half_uj: int) -> Window:
    return Window(energy_uj, energy_uj - half_uj, energy_uj + half_uj, issued_uj=1_000_000)


def figures(monkeypatch: pytest.MonkeyPatch, told: list[Window]) -> dict[str, Any]:
    monkeypatch.setattr(meter_costs, "windows_on_a_live_tree", lambda seconds: told)
    monkeypatch.setattr(meter_costs, "WINDOWS", 3)
    return {figure.what: figure for figure in meter_costs.exactness(0.05, 5.0)}


def test_windows_are_judged_by_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors of 1 and 2 %, one of two intervals holds; that a third was left out is told."""
    found = figures(monkeypatch, [window(1_010_000, 15_000), window(980_000, 15_000)])
    assert found["error"].value.median == pytest.approx(1.5)
    assert found["error"].beside == "1 of 3 windows left out"
    assert found["error"].met is True
    assert found["intervals that hold the truth"].value.median == 50
    assert found["intervals that hold the truth"].met is False
    assert found["half-width over RMS error"].value.median == pytest.approx(15 / 250**0.5)


def test_intervals_can_be_too_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them hold the truth, which is more than was promised."""
    found = figures(monkeypatch, [window(1_001_000, 900_000), window(999_000, 900_000)])
    assert found["intervals that do not"].met is False
    assert found["half-width over RMS error"].met is False


def test_windows_on_a_live_tree_are_near_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    """46 W for 20 ms and more, each window beside what was issued in it."""
    monkeypatch.setattr(meter_costs, "WINDOWS", 5)
    for one in meter_costs.windows_on_a_live_tree(0.02):
        assert one.issued_uj >= 46 * 20_000
        assert one.low_uj <= one.energy_uj <= one.high_uj
        assert one.energy_uj == pytest.approx(one.issued_uj, rel=0.3)


def test_an_edge_costs_more_than_a_bare_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """For each counter, and a whole window more than its two edges."""
    monkeypatch.setattr(meter_costs, "READS", 50)
    above, whole = meter_costs.edges("client-i5-13500")
    assert above.on == "3 counters"
    assert 0 < 3 * above.value.median < whole.value.median


def test_the_import_is_timed_in_fresh_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside what `dataclasses` takes there."""
    monkeypatch.setattr(meter_costs, "IMPORTS", 2)
    (figure,) = meter_costs.imports()
    assert figure.value.count == 2
    assert figure.value.median > 0
    assert "`import dataclasses` itself" in figure.beside

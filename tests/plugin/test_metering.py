# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The fixture `energy_meter`: a part of a test, or a function called repeatedly."""

from __future__ import annotations

import pytest

from tests.plugin.conftest import Energy
from tests.plugin.test_budgets import METER

TESTS = """
import sqlite3
import pytest

def test_window(energy_meter, spend):
    spend(7)
    with energy_meter() as m:
        spend(2)
        with pytest.raises(RuntimeError, match="still open"):
            m.joules
    assert m.joules == pytest.approx(2, abs=1e-3)
    assert m.cpu_seconds >= 0 and m.seconds > 0.04
    assert m.evidence.value in ("measured", "shared")

def test_calls(energy_meter, spend):
    amounts = iter([1, 2, 3, 4, 5])
    def work(label, *, end):
        spend(next(amounts))
        return label + end
    m = energy_meter(work, "a", repeat=5, end="z")
    assert m.value == "az"
    assert [round(joules) for joules in m.samples] == [1, 2, 3, 4, 5]
    assert m.joules == pytest.approx(3, abs=1e-3)
    assert m.interval[0] < 3 < m.interval[1]
    assert m.seconds > 0.04
    with pytest.raises(ValueError, match="repeat=0: a function is called once at least"):
        energy_meter(work, repeat=0)

def test_work(energy_meter):
    held = sqlite3.connect(":memory:")
    held.execute("select 0")
    with energy_meter() as m:
        held.execute("select 1")
        held.execute("select 2")
    held.close()
    assert m.work.queries == 2

def test_raises(energy_meter):
    with pytest.raises(KeyError):
        with energy_meter() as m:
            raise KeyError
    assert m.measurement.error == "KeyError"
"""


def test_in_a_measured_run(pytester: pytest.Pytester, energy: Energy) -> None:
    """It has the meter of the run, and the counters; a test's own record is whole all the same."""
    pytester.makeconftest(METER)
    pytester.makepyfile(TESTS)
    ran = energy()
    ran.result.assert_outcomes(passed=4)
    assert ran.tests["test_window"]["joules"] == pytest.approx(9, abs=1e-2)
    assert ran.tests["test_work"]["work"]["queries"] == 3


def test_without_energy(pytester: pytest.Pytester, energy: Energy) -> None:
    """Whoever asks for the fixture measures: the best meter here, and no counters of work."""
    pytester.makepyfile(
        """
        def test_a(energy_meter):
            with energy_meter() as m:
                sum(n * n for n in range(200_000))
            assert m.cpu_seconds > 0
            assert m.evidence.value in ("estimated", "proxy", "none")
            assert m.work.queries is None
        """
    )
    energy(on=False).result.assert_outcomes(passed=1)

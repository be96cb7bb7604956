# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A saving is what was measured as less, and no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.judging.counts import Counted
from greenlint_profiler.gate.result import Mended
from greenlint_profiler.gate.saved import less, savings
from greenlint_profiler.past.savings_text import lines, spared
from greenlint_profiler.stores.saving import total

from tests.profiler.gate.gates import fuelled, gate, timed, told

GONE = tuple(
    Mended("GRN302", "save-in-loop", "shop/a.py", line, "`save()` in a loop", f"print-{line}")
    for line in (4, 9)
)
WHEN = "2026-11-30T10:00:00+00:00"


def test_what_improved_is_summed_with_its_ends() -> None:
    """By quantity, with the least of the labels; what only seems less is left out."""
    found = gate(
        timed("a", told(-0.5, 0.01), 0.2),
        timed("b", told(-0.25, 0.01), 0.4),
        timed("c", told(-0.01, 0.01), 9.0),
        fuelled("d", told(-0.5, 0.01, 0.1), 6.0),
        mended=GONE,
    )
    saved = less(found)
    assert [one.test for one in saved] == ["a", "b", "d"]
    cpu, joules = total(saved, "cpu_seconds"), total(saved, "joules")
    assert cpu is not None
    assert joules is not None
    assert cpu.saved == pytest.approx(0.1 + 0.1)
    assert cpu.low < cpu.saved < cpu.high < cpu.base == pytest.approx(0.6)
    assert (cpu.evidence, joules.evidence) == ("proxy", "measured")
    assert joules.saved == pytest.approx(3.0)
    kept = savings(found, WHEN)
    assert [one.fingerprint for one in kept] == ["print-4", "print-9"]
    assert {one.together for one in kept} == {2}
    assert "1 other" in "\n".join(lines(kept))


def test_counts_are_a_saving_of_their_own() -> None:
    """Queries less are told where CPU time is as before; a count that varies is none."""
    fewer = Counted("queries", 35, 2, Verdict.IMPROVED)
    varies = Counted("queries", None, 2, Verdict.IMPROVED)
    same = told(0.001, 0.01)
    saved = less(
        gate(timed("a", same, 0.2, counts=(fewer,)), timed("b", same, 0.2, counts=(varies,)))
    )
    assert [(one.test, one.quantity, one.queries) for one in saved] == [("a", None, 33)]
    assert spared(saved) == "33 queries less"
    # A pass needs less than an improvement: such a test ends before it is judged as improved.
    passed = replace(told(-0.3, 0.1), verdict=Verdict.PASS)
    saved = less(gate(timed("a", passed, 0.2, counts=(fewer,)), timed("b", passed, 0.2)))
    assert [(one.test, one.quantity, one.queries) for one in saved] == [("a", "cpu_seconds", 33)]


def test_nothing_is_saved_where_something_fails() -> None:
    """What one test uses less may be what another uses more; nor where no finding went."""
    improved, risen = timed("a", told(-0.5, 0.01), 0.2), timed("b", told(0.5, 0.01), 0.2)
    assert risen.verdict is Verdict.FAIL
    assert savings(gate(improved, risen, mended=GONE), WHEN) == []
    assert savings(gate(improved), WHEN) == []
    assert savings(gate(mended=GONE), WHEN) == []

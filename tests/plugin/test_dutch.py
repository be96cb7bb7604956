# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A measured run in Dutch: what people read of it, and what programs go on reading."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from greenlint_profiler.said import say
from pytest_greenlint.workers import OUTPUT, Worker

from tests.plugin.conftest import Energy
from tests.plugin.test_budgets import METER

TESTS = """
import pytest

@pytest.mark.energy("5 J")
def test_costly(spend):
    spend(8)

def test_cheap(spend):
    spend(1)
"""


@pytest.mark.once
def test_a_run_speaks_dutch(
    pytester: pytest.Pytester, energy: Energy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GREENLINT_LANG=nl: header, table, sums and the failure; the document is English."""
    monkeypatch.setenv("GREENLINT_LANG", "nl")
    pytester.makeconftest(METER)
    pytester.makepyfile(TESTS)
    ran = energy("--energy-fail", "--energy-accept=shared")  # others may use this machine
    ran.result.stdout.fnmatch_lines(
        [
            "energie: told (gemeten), machineklasse *, telt query's, requests",
            "*Energiebudget overschreden: 8,0? J bij een budget van 5,00 J*",
            "energie * budget 5,00 J: OVERSCHREDEN (16? %)",
            "accepteren: verhoog het budget waar het staat: *",
            "*= energie (2) =*",
            "*joules * budget * CPU  test",
            "* 8,0* 5,00 ! *::test_costly*",
            "totaal 9,0? J (gemiddeld * W), * processortijd in *; klaarzetten en opruimen * %",
            "budgetten: 1 overschreden",
            "meter: told (gemeten), machineklasse *",
        ]
    )
    assert ran.tests["test_costly"]["verdict"] == "fail"
    assert ran.data["meter"]["evidence"] == "measured"


@pytest.mark.once
def test_a_worker_sends_strings() -> None:
    """What xdist carries is of the very types that it knows, and no sentence with a template."""
    state: Any = SimpleNamespace(fixtures=[], errors=[], all_notes=lambda: [say("{n} it", n=1)])
    session: Any = SimpleNamespace(config=SimpleNamespace(workeroutput={}))
    Worker(state).pytest_sessionfinish(session)
    notes = session.config.workeroutput[OUTPUT]["notes"]
    assert [(type(note), note) for note in notes] == [(str, "1 it")]

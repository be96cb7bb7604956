# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Records on their way from the workers of pytest-xdist to the process that reports.

A test's record travels in the properties of its teardown report; what belongs to no test in the
output that a worker leaves at its end.
"""

from __future__ import annotations

from typing import Any

import pytest

from pytest_greenlint.attempts import CASE
from pytest_greenlint.state import TOLD, State

OUTPUT = "greenlint"


class Worker:
    """In a worker."""

    def __init__(self, state: State) -> None:
        self._state = state

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Leave behind what was charged to no test."""
        output: dict[str, Any] = getattr(session.config, "workeroutput", {})
        state = self._state
        output[OUTPUT] = {
            "fixtures": state.fixtures,
            "notes": [str(note) for note in state.all_notes()],  # xdist sends no more than strings
            "errors": state.errors,
        }


class Controller:
    """Where the workers' records arrive; without workers nothing does."""

    def __init__(self, state: State) -> None:
        self._state = state

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the record out, so that it does not end up in JUnit XML."""
        for one in report.user_properties:
            if one[0] == CASE and isinstance(one[1], dict):
                self._state.tests.append(one[1])
        report.user_properties = [one for one in report.user_properties if one[0] != CASE]

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """All workers take the machine for what the controller takes it for."""
        node.workerinput[TOLD] = self._state.machine_class

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker has ended, in good order or not."""
        told = getattr(node, "workeroutput", {}).get(OUTPUT)
        if told is None:
            name = node.gateway.id
            self._state.notes.append(
                f"worker {name} left no records of its shared fixtures"
                f"{f': {error}' if error else ''}."
            )
            return
        self._state.fixtures.extend(told["fixtures"])
        self._state.notes.extend(told["notes"])
        self._state.errors.extend(one for one in told["errors"] if one not in self._state.errors)

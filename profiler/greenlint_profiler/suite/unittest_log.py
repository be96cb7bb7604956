# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What one process writes while its suite is measured: a line for itself, then one for each test.

A line is written whole and at once, so that it is there however the process ends.  The command
reads the logs of all processes afterwards (see unittest_run).
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from greenlint_profiler.account import Account
from greenlint_profiler.choose import open_named
from greenlint_profiler.settings_budgets import Budget, BudgetRule, budget
from greenlint_profiler.suite import about
from greenlint_profiler.suite.entries import case_entry, fixture_entry
from greenlint_profiler.suite.judge import Terms
from greenlint_profiler.suite.record import Case, SharedFixture
from greenlint_profiler.units import Evidence
from greenlint_profiler.work.counting import Counting
from greenlint_profiler.world import here

SETTINGS = "settings.json"
SUFFIX = ".tests"


class Log:
    """The log of this process, and what it was asked: the meter, the counters, the budgets."""

    def __init__(self, folder: str, *, worker: bool) -> None:
        with open(os.path.join(folder, SETTINGS), encoding="utf-8") as file:
            asked = json.load(file)
        self.world = here()
        meter = open_named(asked["meter"], self.world)
        self.account = Account(meter)
        self.counting = Counting(asked["root"])
        self.counting.start()
        self._notes: tuple[str, ...] = ()
        self.terms = Terms(Evidence(asked["accept"]), band=meter.band, workers=worker)
        self._default = asked["default"]
        self._rules = [
            BudgetRule(one["test"], tuple(map(tuple, one["limits"])), one["machine_class"])
            for one in asked["rules"]
        ]
        machine = about.machine(self.world)
        derived = about.machine_class(machine["cpu"], meter, coverage=about.coverage_runs())
        self._machine_class = asked["machine_class"] or derived
        path = os.path.join(folder, f"{os.getpid()}-{time.monotonic_ns()}{SUFFIX}")
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        debugger = sys.gettrace() is not None
        self._put(
            "process",
            {
                "worker": worker,
                "machine": machine | {"class": self._machine_class},
                "meter": about.meter(meter, ()),
                "band": meter.band,
                "conditions": about.conditions(
                    self.counting.counters, debugger=debugger, workers=None
                ),
            },
        )

    def close(self) -> None:
        """Nothing is counted or written any more; in a forked child the log is its parent's."""
        self.counting.stop()
        os.close(self._file)

    def budget_for(self, name: str) -> Budget:
        """What a test may use."""
        return budget(self._rules, self._default, name, self._machine_class)

    def write(self, one: Case | SharedFixture, began_ns: int) -> None:
        """A test that has ended, or a phase of a fixture."""
        if (notes := self.counting.notes) != self._notes:
            self._notes = notes
            self._put("notes", {"notes": list(notes)})
        span = {"began_ns": began_ns, "ended_ns": time.monotonic_ns()}
        if isinstance(one, Case):
            self._put("test", case_entry(one, self.terms.band), **span)
        else:
            self._put("fixture", fixture_entry(one), **span)

    def _put(self, kind: str, entry: dict[str, Any], **more: int) -> None:
        line = json.dumps({"kind": kind, "entry": entry, **more}, separators=(",", ":"))
        os.write(self._file, f"{line}\n".encode())

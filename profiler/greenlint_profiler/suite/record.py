# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is known of one test after it has ended: its phases, its work, and what was judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from greenlint_profiler.budget import Judged
from greenlint_profiler.measurement import Measurement
from greenlint_profiler.settings_budgets import Budget
from greenlint_profiler.units import Kind
from greenlint_profiler.value import value
from greenlint_profiler.work.work import NOTHING_COUNTED, Work

SETUP, CALL, TEARDOWN = "setup", "call", "teardown"
PHASES = (SETUP, CALL, TEARDOWN)
NO_BUDGET = Budget()


class Stopped(Enum):
    """Why a test that is repeated was not run again: its interval is narrow, `max-time` was over,
    or it ran as often as a test is run at most.
    """

    PRECISE = "precise"
    MAX_TIME = "max-time"
    MOST_RUNS = "most-runs"


@value
class Phase:
    """One phase of a test: what the machine used meanwhile, and what was counted."""

    measurement: Measurement
    work: Work = NOTHING_COUNTED


@value
class Case:
    """One attempt at one test.

    `id` is the runner's own name of it, and with `attempt` (from 1) its key.  `outcome` is passed,
    failed, skipped, xfailed, xpassed or error.  `samples` are the calls that count where repetition
    was asked for, the last of them being `phases["call"]`; a budget is held against them.  `budget`
    is what the test may use, of the parts of the machine in `domains` (empty for packages and
    memory); `judged` is empty where that was not asked, or the test failed.  `stopped` says why a
    repetition ended, absent where the test ran as often as it was told.
    """

    id: str
    outcome: str
    phases: Mapping[str, Phase]
    attempt: int = 1
    samples: tuple[Phase, ...] = ()
    judged: tuple[Judged, ...] = ()
    budget: Budget = NO_BUDGET
    domains: frozenset[Kind] = frozenset()
    stopped: Stopped | None = None


@value
class SharedFixture:
    """A fixture of a module, a class, a package or the session: it is charged to no test."""

    name: str
    scope: str
    where: str
    setup: Phase | None = None
    teardown: Phase | None = None


@value
class Suite:
    """All that one run of a suite left behind."""

    cases: tuple[Case, ...] = ()
    fixtures: tuple[SharedFixture, ...] = ()
    notes: tuple[str, ...] = field(default=())

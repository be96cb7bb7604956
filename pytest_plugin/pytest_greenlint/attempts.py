# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One attempt at one test: its windows, its verdict when the call has ended, its record."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import pytest
from greenlint_profiler.budget import Judged
from greenlint_profiler.suite.entries import case_entry, phase_entry
from greenlint_profiler.suite.record import CALL, SETUP, TEARDOWN, Case, Phase, Stopped
from greenlint_profiler.suite.sums import joined
from greenlint_profiler.suite.windows import Opened
from greenlint_profiler.units import Reason

from pytest_greenlint.marks import WANTED, Wanted, settle
from pytest_greenlint.state import State
from pytest_greenlint.testcases import has_method, watched
from pytest_greenlint.verdicts import fail, judge, properties, without_properties

CASE = "greenlint.case"

Report = pytest.TestReport


@dataclass
class Attempt:
    """A test while it runs.  `only` says which of several runs it is, of a test that is repeated:
    "warmup", "sample", or None for the one that is reported.
    """

    item: pytest.Item
    wanted: Wanted
    number: int
    only: str | None = None
    phases: dict[str, Phase] = field(default_factory=dict)
    open: dict[str, Opened] = field(default_factory=dict)
    samples: list[Phase] = field(default_factory=list)
    stopped: Stopped | None = None
    outcome: str = "passed"
    calling: bool = False
    subtest_failed: bool = False
    judged: tuple[Judged, ...] = ()
    entry: dict[str, Any] | None = None

    def saw(self, report: Report) -> None:
        """Take the outcome of a phase; a failure is not taken back by what follows."""
        expected = hasattr(report, "wasxfail")
        if report.skipped:
            self.outcome = "xfailed" if expected else "skipped"
        elif report.failed:
            self.outcome = "failed" if report.when == CALL else "error"
        elif report.when == CALL and expected:
            self.outcome = "xpassed"
        if self.subtest_failed and self.outcome == "passed":
            self.outcome = "failed"

    def case(self) -> Case:
        """Its record so far."""
        samples = tuple(self.samples) if self.wanted.repeat > 1 else ()
        return Case(
            id=self.item.nodeid,
            outcome=self.outcome,
            phases=dict(self.phases),
            attempt=self.number,
            samples=samples,
            judged=self.judged,
            budget=self.wanted.budget,
            stopped=self.stopped,
            domains=self.wanted.domains,
        )


class Measuring:
    """The hooks around each test."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._windows = state.windows
        self._numbers: dict[str, int] = {}
        self.current: Attempt | None = None
        # What Repeating says before it runs a test once more.
        self.only: str | None = None
        self.samples: list[Phase] | None = None
        self.stopped: Stopped | None = None
        self.max_time_ns = state.asked.settings.max_time_ns

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Markers are read before anything runs: a wrong one ends the run with exit code 4.

        A worker of xdist cannot end it: it runs nothing, and the controller says why.
        """
        try:
            settle(items, self._state.asked, self._state.machine_class)
        except pytest.UsageError as error:
            if not self._state.worker:
                raise
            self._state.errors.append(str(error))
            items.clear()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        """The whole setup, fixtures and other plugins included."""
        __tracebackhide__ = True
        attempt = self._begin(item)
        if attempt is None:
            return (yield)
        self.open(attempt, SETUP)
        try:
            return (yield)
        finally:
            self.close(attempt, SETUP)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """The test alone: innermost, so that what other plugins do around it is not in it."""
        __tracebackhide__ = True
        attempt = self._of(item)
        if attempt is None:
            return (yield)
        attempt.calling = True
        if has_method(item):
            with watched(item, _Method(self, attempt)):
                return (yield)
        self.open(attempt, CALL)
        try:
            return (yield)
        finally:
            self.close(attempt, CALL)
            attempt.calling = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """The whole teardown."""
        __tracebackhide__ = True
        attempt = self._of(item)
        if attempt is None:
            return (yield)
        self.open(attempt, TEARDOWN)
        try:
            return (yield)
        finally:
            self.close(attempt, TEARDOWN)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Report, Report]:
        """The verdict is reached here, before anybody sees the report."""
        report = yield
        attempt = self._of(item)
        if attempt is None:
            return report
        if call.when == CALL and attempt.calling:  # a subtest's
            attempt.subtest_failed = attempt.subtest_failed or report.failed
            return report
        attempt.saw(report)
        if call.when == CALL:
            self._judge(attempt, report)
        elif call.when == TEARDOWN:
            self._end(attempt, report)
        return report

    @pytest.hookimpl
    def pytest_enter_pdb(self) -> None:
        """What a person looks at in a debugger is no figure of the test."""
        self._state.debugged = True
        self._windows.spoil(Reason.DEBUGGER)

    def _begin(self, item: pytest.Item) -> Attempt | None:
        self.current = None
        wanted = item.stash.get(WANTED, None)
        if wanted is None or wanted.skip:
            return None
        item.user_properties = without_properties(item.user_properties)
        number = self._numbers.get(item.nodeid, 0) + 1
        if self.only is None:
            self._numbers[item.nodeid] = number
        samples = [] if self.samples is None else self.samples
        told = self.only is None
        self.current = Attempt(
            item,
            wanted,
            number,
            self.only,
            samples=samples,
            stopped=self.stopped if told else None,
        )
        return self.current

    def _of(self, item: pytest.Item) -> Attempt | None:
        attempt = self.current
        return attempt if attempt is not None and attempt.item is item else None

    def open(self, attempt: Attempt, phase: str) -> None:
        """A phase begins."""
        attempt.open[phase] = self._windows.open(phase)

    def close(self, attempt: Attempt, phase: str) -> None:
        """A phase ends; what was before of it, as in a TestCase, is a part of it."""
        ended = self._windows.close(attempt.open.pop(phase))
        attempt.phases[phase] = joined(attempt.phases.get(phase), ended)
        if phase == CALL:
            self._called(attempt)

    def _called(self, attempt: Attempt) -> None:
        call = attempt.phases[CALL]
        if attempt.only != "warmup":
            attempt.samples.append(call)
        hook = self._state.config.hook.pytest_greenlint_test_measured
        if hook.get_hookimpls():  # a hook that nobody has costs as much as the clock
            hook(item=attempt.item, measurement=call.measurement)

    def _judge(self, attempt: Attempt, report: Report) -> None:
        if attempt.only is not None:
            return
        if attempt.outcome == "passed" and CALL in attempt.phases:
            attempt.judged = judge(self._state, attempt.item, attempt.wanted, attempt.samples)
        entry = attempt.entry = case_entry(attempt.case(), self._state.meter.band)
        told = properties(entry)
        attempt.item.user_properties.extend(told)
        report.user_properties.extend(told)
        if entry["verdict"] == "fail" and self._state.asked.fail:
            fail(report, entry, self._state, attempt.item)
            attempt.outcome = "failed"

    def _end(self, attempt: Attempt, report: Report) -> None:
        self.current = None
        if attempt.only is not None and attempt.outcome == "passed":
            return
        if attempt.entry is None:
            entry = case_entry(attempt.case(), self._state.meter.band)
        else:  # what has come since the call
            entry = attempt.entry | {"outcome": attempt.outcome}
            entry["phases"][TEARDOWN] = phase_entry(attempt.phases.get(TEARDOWN))
        if self._state.worker:
            report.user_properties.append((CASE, entry))
        else:
            self._state.tests.append(entry)


class _Method:
    """What the method of a TestCase says: before it was setup, after it is teardown."""

    def __init__(self, measuring: Measuring, attempt: Attempt) -> None:
        self._measuring = measuring
        self._attempt = attempt
        measuring.open(attempt, SETUP)

    def begins(self) -> None:
        self._measuring.close(self._attempt, SETUP)
        self._measuring.open(self._attempt, CALL)

    def ended(self) -> None:
        self._measuring.close(self._attempt, CALL)
        self._measuring.open(self._attempt, TEARDOWN)

    def all_ended(self, *, failed: bool) -> None:
        attempt = self._attempt
        attempt.calling = False
        if TEARDOWN in attempt.open:
            self._measuring.close(attempt, TEARDOWN)
        elif failed:
            self._measuring.close(attempt, SETUP)
        else:  # somebody runs it in a way of their own, and the method was not seen
            attempt.open[CALL] = attempt.open.pop(SETUP)
            self._measuring.close(attempt, CALL)

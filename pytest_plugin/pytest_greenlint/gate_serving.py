# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Runs tests for the gate: one test at a time, once, when it is asked to."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from greenlint_profiler.gate.workers.protocol import (
    ANSWER,
    ASK,
    PASSED,
    SAMPLES,
    SKIPPED,
    Greeting,
    TestInfo,
    answer_message,
    greeting_message,
)
from greenlint_profiler.gate.workers.sampled import sampled_message
from greenlint_profiler.gate.workers.sampling import Sampling, repeated
from greenlint_profiler.settings import EnergySettings
from greenlint_profiler.settings_budgets import Budget
from greenlint_profiler.suite.record import CALL, Phase
from greenlint_profiler.suite.windows import Opened, Windows

from pytest_greenlint.attempts import Attempt, Measuring, Report
from pytest_greenlint.fixtures import SharedFixtures
from pytest_greenlint.marks import WANTED, Wanted
from pytest_greenlint.repeating import renew, sibling
from pytest_greenlint.settings import Asked, asked
from pytest_greenlint.state import STATE, State

_MOST_LETTERS = 400
_MOST_LINES = 12


class StillWindows(Windows):
    """Windows whose calls no collection of garbage falls into."""

    _collecting = True
    sampling: Sampling | None = None

    def open(self, name: str) -> Opened:
        """What setting up left behind is collected before a call begins."""
        if name == CALL:
            gc.collect()
            self._collecting = gc.isenabled()
            gc.disable()
        opened = super().open(name)
        if name == CALL and self.sampling is not None:
            self.sampling.began()
        return opened

    def close(self, opened: Opened, error: str | None = None) -> Phase:
        """And collecting goes on when it has ended."""
        if opened.name == CALL and self.sampling is not None:
            self.sampling.ending()
        phase = super().close(opened, error)
        if opened.name == CALL:
            if self.sampling is not None:
                self.sampling.ended(phase.measurement.cpu_seconds)
            if self._collecting:
                gc.enable()
        return phase


class Calls(Measuring):
    """The hooks around each test; what they saw of the last one is in `last`."""

    def __init__(self, state: State, *, judged: bool) -> None:
        super().__init__(state)
        self._judged = judged
        self.only = "sample"
        self.last: Attempt | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Of the base no budget counts, and no marker that cannot be read ends the run."""
        if self._judged:
            super().pytest_collection_modifyitems(items)
            return
        for item in items:
            item.stash[WANTED] = Wanted(Budget())

    def _judge(self, attempt: Attempt, report: Report) -> None:
        """The gate judges."""

    def _end(self, attempt: Attempt, report: Report) -> None:
        self.current = None
        self.last = attempt


class Serving:
    """The loop of a session: tests are run in the order in which they are asked for."""

    def __init__(
        self, state: State, calls: Calls, pipes: tuple[Path, str], notes: Iterable[str]
    ) -> None:
        self._state = state
        self._calls = calls
        self._pipes = pipes
        self._notes = tuple(notes)
        self._errors: list[str] = []
        self._reports: list[pytest.TestReport] = []
        self._pid = os.getpid()
        self._last: pytest.Item | None = None
        self._looked = 0

    @classmethod
    def opened(
        cls,
        config: pytest.Config,
        *,
        meter: str | None,
        work: frozenset[str],
        judged: bool,
        pipes: tuple[Path, str],
        notes: Iterable[str],
    ) -> Serving:
        """Open the meter, and begin to count; raises UsageError.

        With `judged`, this side's settings and markers say what its tests may use.
        """
        wanted = asked(config) if judged else Asked(EnergySettings(root=str(config.rootpath)))
        settings = replace(
            wanted.settings,
            meter=meter or "auto",
            max_increase=None,  # type: ignore[arg-type]  # what no test states is the gate's to say
        )
        state = State.opened(config, replace(wanted, settings=settings, work=work))
        state.windows = StillWindows(state.windows.account, state.world, state.counting, work)
        config.stash[STATE] = state
        config.add_cleanup(state.close)
        return cls(state, Calls(state, judged=judged), pipes, notes)

    @property
    def plugins(self) -> dict[str, object]:
        """What takes part in the run."""
        fixtures = SharedFixtures(self._state)
        return {"calls": self._calls, "fixtures": fixtures, "serving": self}

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """An error of collecting ends a run, here too."""
        if report.failed:
            last = report.longreprtext.splitlines()[-_MOST_LINES:]
            self._errors.append("\n".join((report.nodeid, *last)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own: until the gate has no more to ask."""
        folder, side = self._pipes
        with (
            open(folder / f"{side}{ANSWER}", "wb", buffering=0) as answers,
            open(folder / f"{side}{ASK}", "rb") as asks,
        ):
            items = {} if self._errors else _by_id(session.items)
            _send(answers, greeting_message(self._greeting(items)))
            for line in asks:
                message = json.loads(line)
                if "run" in message:
                    _send(answers, self._run(items[message["run"]]))
                elif "sample" in message:
                    _send(answers, self._sample(items[message["sample"]], message["seconds"]))
                else:
                    break
        gc.unfreeze()
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """One run of a test, within what plugins do around the whole of it."""
        self._reports = runtestprotocol(item, log=False, nextitem=nextitem)
        return True

    def _greeting(self, items: dict[str, pytest.Item]) -> Greeting:
        tests = {test: TestInfo(test, item.stash[WANTED].budget) for test, item in items.items()}
        return Greeting(tests, self._state.meter.name, self._notes, tuple(self._errors))

    def _run(self, item: pytest.Item) -> dict[str, Any]:
        again = item is self._last
        if not again:
            self._move(item)
        self._calls.last, self._calls.samples, self._reports = None, [], []
        properties = list(item.user_properties)
        item.ihook.pytest_runtest_protocol(item=item, nextitem=sibling(item))
        if os.getpid() != self._pid:
            os._exit(1)  # a child that the test forked came out of it
        renew(item)
        # What pytest keeps for a report of the test would grow from run to run.
        item.user_properties = properties
        item._report_sections.clear()
        self._state.fixtures.clear()
        if not again:
            _freeze()
        attempt = self._calls.last
        if attempt is None:
            return answer_message(SKIPPED, None, "@pytest.mark.energy(skip=True)")
        said = next((_text(one) for one in self._reports if not one.passed), "")
        return answer_message(attempt.outcome, attempt.phases.get(CALL), said)

    def _sample(self, item: pytest.Item, seconds: float) -> dict[str, Any]:
        """Where the call of a test works, as far as so many seconds tell."""
        windows = self._state.windows
        assert isinstance(windows, StillWindows)
        folder, side = self._pipes
        self._looked += 1
        root = item.config.invocation_params.dir

        def passes() -> bool:
            return self._run(item)["outcome"] in PASSED

        try:
            sampling = Sampling(folder / f"{side}{self._looked}{SAMPLES}", root)
            windows.sampling = sampling
            passed = repeated(sampling, passes, seconds)
            return sampled_message(sampling.sampled()) if passed else {}
        except OSError:  # there is no room for what is seen
            return {}
        finally:
            windows.sampling = None

    def _move(self, item: pytest.Item) -> None:
        """Tear down what the next test does not need, as pytest does between two tests."""
        last, self._last = self._last, item
        if last is not None:
            try:
                item.session._setupstate.teardown_exact(item)
            except Exception as error:
                # No test's result any more: the last run of the one before has been answered.
                print(f"{last.nodeid}: {type(error).__name__} in a teardown: {error}")
        if last is None or last.path != item.path:
            gc.unfreeze()  # what a module had for its tests may be garbage now
            _freeze()


def _freeze() -> None:
    """All that is there now is left out of later collections.  There is one before each call, and
    it takes no longer than what came since the test before needs.
    """
    gc.collect()
    gc.freeze()


def _by_id(items: Iterable[pytest.Item]) -> dict[str, pytest.Item]:
    """Of two with one id, as of a file that was named twice, the first."""
    found: dict[str, pytest.Item] = {}
    for item in items:
        found.setdefault(item.nodeid, item)
    return found


def _send(answers: Any, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode() + b"\n"
    while data:  # a pipe takes what fits
        data = data[answers.write(data) :]


def _text(report: pytest.TestReport) -> str:
    """Why it did not pass, in a few words."""
    longrepr: Any = report.longrepr
    crash = getattr(longrepr, "reprcrash", None)
    if isinstance(longrepr, tuple):  # a skip: file, line, reason
        said = str(longrepr[2])
    elif crash is not None:
        said = f"{crash.path}:{crash.lineno}: {crash.message}"
    else:
        said = str(longrepr or getattr(report, "wasxfail", ""))
    return said if len(said) <= _MOST_LETTERS else f"{said[: _MOST_LETTERS - 1]}…"

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a measured run says and writes: header, letters, summary, files, exit code."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.idle_kept import KeptIdle, kept_idle
from greenlint_profiler.quantity import WATTS, scale
from greenlint_profiler.said import joined, say
from greenlint_profiler.suite import about
from greenlint_profiler.suite.document import About, assembled, written
from greenlint_profiler.suite.keeping import keep
from greenlint_profiler.suite.openmetrics import openmetrics
from greenlint_profiler.suite.summary import NAMES, lines, title
from greenlint_profiler.units import Evidence

from pytest_greenlint.earlier import Earlier, lacking, without_baseline
from pytest_greenlint.state import State
from pytest_greenlint.unjudged import Unjudged, unjudged
from pytest_greenlint.verdicts import letter


class Reporting:
    """In the process that a person looks at."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._started = datetime.now(UTC)
        self._first: float | None = None
        self._last: float | None = None
        self._data: dict[str, Any] | None = None
        self._unjudged: Unjudged | None = None
        self._without: list[str] = []
        self._earlier = Earlier(state)
        self._said: list[str] = []
        root = Path(state.asked.settings.root)
        self._idle = kept_idle(root, state.meter, state.world, time.time())

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """A run that must not go on without a counter ends here, with exit code 1."""
        required, meter = self._state.asked.required, self._state.meter
        if required is not None and not meter.evidence.reaches(required):
            pytest.exit(
                self._state.speak(
                    say(
                        "--energy-require={label}: {meter}. Run `greenlint doctor` for the remedy.",
                        label=required.value,
                        meter=self._meter(),
                    )
                ),
                returncode=1,
            )
        self._earlier.find()

    def pytest_report_header(self) -> list[str]:
        """Which meter counts, and why no better one; and where runs are kept."""
        state = self._state
        parts: list[str] = [self._meter()]
        if isinstance(self._idle, KeptIdle):
            watts = scale(WATTS, self._idle.watts).amount(self._idle.watts)
            at = f"{self._idle.measured[11:16]} UTC"
            parts.append(say("idle {watts} at {time}", watts=watts, time=at))
        parts.append(say("machine class {name}", name=state.machine_class))
        if kept := state.past.told(state.machine_class):
            state.past.close()  # not held open while tests run
            parts.append(kept)
        if state.asked.work:
            counted = joined(", ", [NAMES[name] for name in sorted(state.asked.work)])
            parts.append(say("counting {counters}", counters=counted))
        if (state.workers or 1) > 1:
            parts.append(say(_TURNS[state.turns is not None], n=state.workers))
        return [state.speak(say("energy: {parts}", parts=joined(", ", parts)))]

    def _meter(self) -> str:
        """``powercap (measured)``; where no counter is read, the reason of the one that tells."""
        meter, passed = self._state.meter, self._state.choice.telling
        label = say(meter.evidence.value)
        if meter.evidence is Evidence.MEASURED or passed is None:
            return say("{name} ({label})", name=meter.name, label=label)
        detail = self._state.speak(passed.detail).rstrip(".")
        why = say("{meter}: {why}", meter=passed.name, why=detail)
        if meter.evidence is Evidence.PROXY:
            return say("no joules, CPU time only ({why})", why=why)
        return say("{name} ({label}; {why})", name=meter.name, label=label, why=why)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """The letter of an exceeded budget."""
        return letter(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self) -> None:
        """The first test begins."""
        if self._first is None:
            self._first = time.monotonic()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self) -> None:
        """A test has got so far."""
        self._last = time.monotonic()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """The document is complete: write it, and settle the exit code."""
        state = self._state
        if state.tests or state.fixtures:
            self._data = self._document()
            if said := self._earlier.hold(self._data):
                self._said.append(said)
            state.config.hook.pytest_greenlint_update_json(config=state.config, data=self._data)
            self._write(self._data)
            self._unjudged = unjudged(self._data, state.asked)
            if state.asked.require_baseline:
                self._without = list(without_baseline(self._data))
            unsettled = (state.asked.fail and self._unjudged.counts) or self._without
            if unsettled and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if state.errors and session.exitstatus in _HARMLESS:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def _document(self) -> dict[str, Any]:
        state = self._state
        seconds = None
        if self._first is not None and self._last is not None:
            seconds = self._last - self._first
        asked = state.asked
        return assembled(
            About(
                run=about.run(
                    Path(state.config.rootpath),
                    "pytest",
                    os.environ,
                    self._started,
                    seconds=seconds,
                    label=asked.label,
                ),
                machine=state.machine,
                meter=about.meter(state.meter, state.choice.passed_over, self._idle),
                conditions=about.conditions(
                    state.counters, debugger=state.debugged, workers=state.workers
                )
                | {"exclusive": state.turns is not None, "coverage": state.covered},
                band=state.meter.band,
            ),
            state.tests,
            state.fixtures,
            state.all_notes(),
        )

    def _write(self, data: dict[str, Any]) -> None:
        """The files that were asked for; one that cannot be written is told, and fails the run."""
        asked, root = self._state.asked, self._state.config.rootpath
        if said := keep(asked.settings, root, data):
            self._said.append(said)
        if asked.json is not None:
            self._write_one("--energy-json", asked.json, written(data))
        if asked.metrics is not None:
            metrics = (f"{line}\n" for line in openmetrics(data))
            self._write_one("--energy-metrics", asked.metrics, metrics)

    def _write_one(self, option: str, place: str, pieces: Iterable[str]) -> None:
        path = self._state.config.invocation_params.dir / place
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(pieces)
        except OSError as error:
            why = error.strerror or error
            cannot = "{option}: cannot write {path}: {why}."
            said = self._state.speak(say(cannot, option=option, path=path, why=why))
            self._state.errors.append(said)
            return
        self._said.append(f"{option.removeprefix('--energy-')}: {path}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The table, and below it everything that must be known to read it."""
        data, speak = self._data, self._state.speak
        if data is None:
            terminalreporter.write_sep("=", speak(say("energy")))
            terminalreporter.write_line(speak(say("no test was measured")))
        else:
            most = self._state.asked.top or len(data["tests"])
            terminalreporter.write_sep("=", speak(title(data, most)))
            shown = lines(data, most, terminalreporter._tw.fullwidth, speak=speak)
            more = (*self._exit_lines(), *self._meter_lines(), *self._said)
            told = [*shown, *map(speak, more)]
            terminalreporter.write("\n".join([*told, ""]))
        for error in self._state.errors:
            terminalreporter.write_line(f"ERROR: {error}", red=True)

    def _meter_lines(self) -> Iterator[str]:
        state = self._state
        machine = "meter: {meter}, machine class {name}"
        yield say(machine, meter=self._meter(), name=state.machine_class)
        if state.meter.evidence is not Evidence.PROXY:
            yield from (say("note: {note}", note=say(note)) for note in state.meter.notes)

    def _exit_lines(self) -> Iterator[str]:
        if self._unjudged is not None:
            yield from self._unjudged.lines(fails=self._state.asked.fail)
        if self._without:
            settings = self._state.asked.settings
            yield lacking(self._without, settings.baseline_branch, settings.baseline_runs)


_HARMLESS = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
_TURNS = {
    False: "{n} workers at once: a counter counts them together",
    True: "{n} workers that take turns",
}

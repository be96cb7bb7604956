# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One process of pytest that serves the gate, as the gate sees it: it is asked, and it answers.

It is asked through pipes that have names in a folder of the gate.  Launchers such as `hatch run`
close every file that they did not open; what stands in a folder is found behind them too.
"""

from __future__ import annotations

import json
import os
import select
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from greenlint_profiler.gate.sides.places import Place
from greenlint_profiler.gate.workers.inside import VARIABLE
from greenlint_profiler.gate.workers.kept import Kept, last_lines
from greenlint_profiler.gate.workers.protocol import (
    ANSWER,
    ASK,
    LOG,
    SETTINGS,
    Answer,
    Greeting,
    Message,
    answer,
    greeting,
)
from greenlint_profiler.gate.workers.sampled import Sampled, sampled_of
from greenlint_profiler.hooked import hooked
from greenlint_profiler.said import SaidError, say

# For projects that keep their two sides apart themselves.
SIDE = "GREENLINT_GATE_SIDE"


class WorkerEnded(SaidError):
    """The process ended, or said nothing in time: a sentence with its last words."""


class TooLong(WorkerEnded):
    """It still ran when its time was over."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: for a start with its collection; for a run of a test with its fixtures; for tearing
    down what is left at the end; and for the first run of a process, which may make a database.
    """

    start_seconds: float = 600.0
    run_seconds: float = 120.0
    end_seconds: float = 30.0
    first_seconds: float = 300.0


class Worker:
    """One side's process.  `begin` and `greeting` are two steps: both sides start at once."""

    def __init__(self, place: Place, folder: Path, limits: Limits) -> None:
        self.place = place
        self._limits = limits
        self._log = folder / f"{place.side}{LOG}"
        self._folder = folder
        self._heard = b""
        self._run_seconds = max(limits.first_seconds, limits.run_seconds)
        self._kept = Kept()
        for name in (ASK, ANSWER):
            os.mkfifo(folder / f"{place.side}{name}", 0o600)
        self._answers = os.open(folder / f"{place.side}{ANSWER}", os.O_RDONLY | os.O_NONBLOCK)
        # For both ways, so that opening waits for nobody; when we end, the worker reads an end.
        self._asks = os.open(folder / f"{place.side}{ASK}", os.O_RDWR)

    def begin(
        self, command: Sequence[str], settings: Mapping[str, object], cpu: int | None
    ) -> None:
        """Start it; `settings` are for the plugin."""
        side = self.place.side
        (self._folder / f"{side}{SETTINGS}").write_text(json.dumps(settings), "utf-8")
        environ = hooked(self.place.environ, VARIABLE, side, self._folder)
        environ |= {SIDE: side, "PYTHONHASHSEED": str(settings["seed"])}
        self._kept.begin(command, environ, self.place.root, self._log, cpu)

    def greeting(self) -> Greeting:
        """Its tests, when it has collected them; raises WorkerEnded."""
        try:
            return greeting(self._read(self._limits.start_seconds, say("collected no tests")))
        except WorkerEnded as ended:
            errors = sorted(self._folder.glob("*.error"))
            if not errors or isinstance(ended, TooLong):
                raise
            said = errors[0].read_text("utf-8", "replace")
            raise WorkerEnded(
                "The {side} cannot be looked into: {said}.", side=self.place.side, said=said
            ) from None

    def run(self, test: str) -> Answer:
        """Run a test once; raises WorkerEnded, and the worker can be asked no more then."""
        self._write({"run": test})
        answered = answer(self._read(self._run_seconds, say("did not end {test}", test=test)))
        self._run_seconds = self._limits.run_seconds
        return answered

    def sample(self, test: str, seconds: float) -> Sampled | None:
        """Run a test again and again for so long, and look at it; at least once.

        None where it did not pass each time.  Raises WorkerEnded, as `run` does.
        """
        self._write({"sample": test, "seconds": seconds})
        limit = 2 * self._limits.run_seconds + seconds
        message = self._read(limit, say("did not end {test}", test=test))
        return sampled_of(message) if "looks" in message else None

    def leave(self) -> None:
        """Let it tear down what it has: a test database, a server that a fixture started."""
        try:
            self._write({"end": True})
        except OSError:
            return  # it has ended by itself

    def left(self) -> None:
        """Wait for that."""
        self._kept.ended(self._limits.end_seconds)

    def end(self) -> None:
        """Kill what is still there."""
        self._kept.end()
        os.close(self._asks)
        os.close(self._answers)

    def _write(self, message: Message) -> None:
        os.write(self._asks, json.dumps(message).encode() + b"\n")

    def _read(self, seconds: float, what: str) -> Message:
        """The next line, unless the process ends before it."""
        ends = time.monotonic() + seconds
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        poll.register(self._kept.reports, select.POLLIN)
        while b"\n" not in self._heard:
            left = ends - time.monotonic()
            ready = dict(poll.poll(max(0, left) * 1000))
            if not ready:
                raise TooLong(
                    "The {side} {what} within {seconds} seconds.{last}",
                    side=self.place.side,
                    what=what,
                    seconds=f"{seconds:g}",
                    last=self._last_words(),
                )
            more = os.read(self._answers, 1 << 20) if self._answers in ready else b""
            if not more and self._kept.reports in ready:
                raise self._ended()
            if not more:  # the pipe was closed, and the process is about to end
                poll.unregister(self._answers)
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        message: Message = json.loads(line)
        return message

    def _ended(self) -> WorkerEnded:
        ended = self._kept.ended(self._limits.end_seconds)
        how = say("ended")
        if ended is not None:
            how = say("ended with exit code {code}", code=ended.exit_code)
        if ended is not None and ended.signal is not None:
            how = say("was killed by signal {signal}", signal=ended.signal)
        return WorkerEnded(
            "pytest on the {side} {how}.{last}",
            side=self.place.side,
            how=how,
            last=self._last_words(),
        )

    def _last_words(self) -> str:
        said = last_lines(self._log)
        return say(" It said last:\n{said}", said=said) if said else ""

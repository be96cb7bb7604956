# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One process of an experiment, as the one who asks it sees it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from greenlint_profiler.experiment.trial import Trial, TrialFailed, Trouble
from greenlint_profiler.gate.judging.sample import Sample
from greenlint_profiler.gate.workers.kept import last_lines
from greenlint_profiler.said import from_record, joined, say
from greenlint_profiler.units import Evidence

Message = dict[str, Any]
# The end of the path is enough for greenlint's own sake, and hides nothing of what is installed.
_BEGIN = (
    "import sys; sys.path.append(sys.argv.pop()); "
    "from greenlint_profiler.experiment.worker import main; main()"
)
_HOME = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True, slots=True)
class Terms:
    """How processes are started: `seed` is Python's hash seed, `cpu` the processor or None.

    `folder` is theirs to write in.  `answer_seconds` is the most that one answer may take.
    """

    folder: Path
    meter: str
    seed: int
    cpu: int | None
    answer_seconds: float


class Process:
    """A process that was never before, running one side, or both of them for a check."""

    def __init__(self, trial: Trial, side: str | None, terms: Terms) -> None:
        self._side = side
        self._terms = terms
        self._heard = b""
        self._log = terms.folder / f"{side or 'check'}.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _BEGIN, _HOME],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=terms.folder,
                env=_environ(os.environ, terms),
                bufsize=0,
                start_new_session=True,
            )
        told = {"trial": asdict(trial), "side": side, "meter": terms.meter, "cpu": terms.cpu}
        self._write(told)

    def ready(self) -> Message:
        """Its first answer: it has set up, or checked.  Raises TrialFailed."""
        return self._read()

    def turns(self, seconds: float) -> int:
        """How many turns take so long.  Raises TrialFailed."""
        self._write({"calibrate": seconds})
        turns: int = self._read()["turns"]
        return turns

    def sample(self, turns: int) -> Sample:
        """So many turns at once; the figures of one.  Raises TrialFailed."""
        self._write({"run": turns})
        held = self._read()
        return Sample(**(held | {"evidence": Evidence(held["evidence"])}))

    def end(self) -> None:
        """Kill it, with all that it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _write(self, message: Message) -> None:
        assert self._process.stdin is not None
        data = json.dumps(message).encode() + b"\n"
        with suppress(BrokenPipeError):  # it has ended, which reading tells
            while data:
                data = data[self._process.stdin.write(data) :]

    def _read(self) -> Message:
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        ends = time.monotonic() + self._terms.answer_seconds
        while b"\n" not in self._heard:
            ready, _, _ = select.select([pipe], [], [], max(0.0, ends - time.monotonic()))
            if not ready:
                seconds = self._terms.answer_seconds
                still = say("it still ran after {seconds} s", seconds=f"{seconds:g}")
                raise TrialFailed(Trouble.TIMEOUT, still, self._side)
            more = os.read(pipe, 1 << 16)
            if not more:
                raise self._ended()
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        message: Message = json.loads(line)
        if "failed" in message:
            raise TrialFailed(
                Trouble(message["failed"]),
                from_record(message["told"]),
                message["block"],
                message["line"],
            )
        return message

    def _ended(self) -> TrialFailed:
        code = self._process.wait()
        how = say("its process ended with exit code {code}", code=code)
        if code < 0:
            how = say("its process was killed by signal {signal}", signal=-code)
        said = last_lines(self._log)
        if said:
            how = joined("", [how, ".", say(" It said last:\n{said}", said=said)])
        return TrialFailed(Trouble.ENDED, how, self._side)


def _environ(inherited: Mapping[str, str], terms: Terms) -> dict[str, str]:
    return {
        **inherited,
        "PYTHONHASHSEED": str(terms.seed),
        "TMPDIR": str(terms.folder),
    }

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A command of the gate while it runs: its keeper's one end is here."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from greenlint_profiler.child import Ended
from greenlint_profiler.gate.error import CannotMeasure

_KEEPER = Path(__file__).with_name("keeper.py")
# A keeper that was told to end kills what there is and goes; this is for a machine that crawls.
_PATIENCE_SECONDS = 10.0
_TAIL_BYTES = 65536


class Kept:
    """A keeper that is ready; `begin` has it run its command, once.

    `reports` is the file descriptor that is readable when the command has ended.  Raises
    CannotMeasure where there is no such thing as a keeper.
    """

    def __init__(self) -> None:
        if not hasattr(os, "fork"):
            raise CannotMeasure(
                "The gate keeps its processes as POSIX systems do, and cannot on this "
                "platform. Run it on Linux or macOS, or in the Windows Subsystem for Linux."
            )
        self._process = subprocess.Popen(
            # Alone: nothing of the environment, the site or the working directory is imported.
            [sys.executable, "-I", "-S", str(_KEEPER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        self._heard = b""
        self._ended: Ended | None = None
        if self._line(_PATIENCE_SECONDS) is None:
            self.end()
            raise CannotMeasure(
                "Cannot start {executable} to keep the gate's processes.", executable=sys.executable
            )

    @property
    def reports(self) -> int:
        """What to wait for, beside other things."""
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def begin(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        root: Path,
        log: Path,
        cpu: int | None,
    ) -> None:
        """Run a command in the folder `root`, pinned to a processor; it writes to the file `log`.

        A command that cannot be started ends with 127, and says why in its log.
        """
        asked = {
            "command": list(command),
            "environ": dict(environ),
            "cwd": str(root),
            "log": str(log),
            "cpu": cpu,
        }
        assert self._process.stdin is not None
        data = json.dumps(asked).encode() + b"\n"
        while data:  # a pipe takes what fits
            data = data[self._process.stdin.write(data) :]

    def ended(self, seconds: float) -> Ended | None:
        """How the command ended, waiting so long for it; None where it still runs.

        The processes that it left behind are gone by then.
        """
        if self._ended is None:
            told = self._line(seconds)
            if told is not None:
                self._ended = Ended(**told)
        return self._ended

    def end(self) -> None:
        """Kill whatever still runs; it may have ended by itself."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _line(self, seconds: float) -> dict[str, Any] | None:
        ends = time.monotonic() + seconds
        while b"\n" not in self._heard:
            ready, _, _ = select.select([self.reports], [], [], max(0.0, ends - time.monotonic()))
            more = os.read(self.reports, 65536) if ready else b""
            if not more:
                return None
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        told: dict[str, Any] = json.loads(line)
        return told


def last_lines(log: Path, count: int = 20) -> str:
    """The end of what a command wrote, indented; empty where it wrote nothing."""
    try:
        with open(log, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    lines = text.rstrip().splitlines()[-count:]
    return "\n".join(f"    {line}".rstrip() for line in lines)

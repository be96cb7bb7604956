# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One command, run once or in turns with another: its seconds, CPU seconds and peak memory."""

from __future__ import annotations

import ctypes
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
ORPHANS_END_WITHIN_SECONDS = 5


class NoFigure(Exception):
    """A figure cannot be taken, and the reason why."""


class CommandFailed(NoFigure):
    """A measured command ended with a code that it should not end with."""


@dataclass(frozen=True)
class Command:
    """What to start, in which folder, and the exit codes after which the work counts as done."""

    argv: tuple[str, ...]
    cwd: Path
    accepted: frozenset[int] = frozenset({0})


@dataclass(frozen=True)
class Reading:
    """What one run of a command used."""

    wall_seconds: float
    cpu_seconds: float
    peak_kib: int


Pairs: TypeAlias = Sequence[tuple[Reading, Reading]]


@dataclass(frozen=True)
class Spread:
    """The median of some values, with the lowest and the highest."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(statistics.median(values), min(values), max(values), len(values))


def run(command: Command) -> Reading:
    """Start the command, wait, and read what it and its children used.

    CPU is user + system time, of the process and of its children. The peak is the largest resident
    set of any one of these processes. (Linux starts a child's peak at that of the process which
    forked it, so this program has to stay smaller than what it measures.)

    Raises CommandFailed on an exit code outside `command.accepted`.
    """
    return run_and_read_errors(command)[0]


def run_and_read_errors(command: Command) -> tuple[Reading, str]:
    """The same, with what the command wrote to standard error."""
    adopt_orphans()
    with tempfile.TemporaryFile() as stderr:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.argv,
            cwd=command.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_seconds = time.perf_counter() - started
        usages = [usage, *orphans(time.monotonic() + ORPHANS_END_WITHIN_SECONDS)]
        stderr.seek(0)
        errors = stderr.read().decode(errors="replace")
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in command.accepted:
        words = " ".join(command.argv)[:500]
        raise CommandFailed(f"{words} ended with {process.returncode}:\n{errors[-2000:]}")
    cpu_seconds = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return Reading(wall_seconds, cpu_seconds, max(usage.ru_maxrss for usage in usages)), errors


def adopt_orphans() -> None:
    """Become the parent of processes whose own parent has ended; nothing happens but on Linux.

    The workers of a fork server are children of the server, which the command that started it does
    not wait for: without this, what they use is counted nowhere.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def orphans(deadline: float) -> Iterator[resource.struct_rusage]:
    """What each adopted process used, as they end, until none is left or the deadline."""
    while time.monotonic() < deadline:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid:
            yield usage
        else:
            time.sleep(0.002)


def in_turns(first: Command, second: Command, rounds: int) -> Pairs:
    """Run first, second, first, second, ...: what slows the machine for a while meets both."""
    return [(run(first), run(second)) for _ in range(rounds)]


def cpu_ratio(pairs: Pairs) -> Spread:
    """CPU seconds of the first over those of the second, pair by pair."""
    return Spread.of([one.cpu_seconds / other.cpu_seconds for one, other in pairs])


def wall_ratio(pairs: Pairs) -> Spread:
    """Wall seconds of the first over those of the second, pair by pair."""
    return Spread.of([one.wall_seconds / other.wall_seconds for one, other in pairs])

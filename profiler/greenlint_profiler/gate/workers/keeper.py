# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Runs one command for the gate, and ends all that it started when that is over, or the gate is.

A program of its own, started by its path with the gate's interpreter: between a process that may
be killed at any moment and a command that may start whatever it likes, somebody must clean up.  The
gate holds the other end of its standard input; when that closes, for whatever reason, everything
below is killed.  On Linux it adopts what the command leaves behind (PR_SET_CHILD_SUBREAPER).

It says on standard output, a line of JSON each: that it is ready; and how the command ended and
what that used, which wait4 tells of the command and the children it waited for, and not of us.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NoReturn

# prctl(2), linux/prctl.h
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
# Python ignores these in itself; no program that it starts expects that.
_IGNORED = ("SIGPIPE", "SIGXFSZ")
_PATIENCE = 400
_BETWEEN_SECONDS = 0.005


def main() -> None:
    """Wait for the command, run it, say how it ended."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _say({"ready": True})
    asked = _asked()
    if asked is None:
        return
    heard, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    child = _start(asked)
    try:
        ended = _wait(child, heard)
    finally:
        _end_all(child)
    if ended is not None:
        _say(ended)


def _say(message: dict[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(1, json.dumps(message).encode() + b"\n")


def _asked() -> dict[str, Any] | None:
    """What the gate wants to be run; None where it has ended before it said so."""
    text = b""
    while not text.endswith(b"\n"):
        more = os.read(0, 65536)
        if not more:
            return None
        text += more
    asked: dict[str, Any] = json.loads(text)
    return asked


def _start(asked: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        try:
            _become(asked)
        except OSError as error:
            os.write(2, f"Cannot run {asked['command'][0]}: {error.strerror}.\n".encode())
        finally:
            os._exit(127)
    return child


def _become(asked: dict[str, Any]) -> NoReturn:
    """The command, in a session of its own, on its processor, with streams of its own."""
    keeper = os.getppid()
    os.setsid()
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper:
        os._exit(127)
    if asked["cpu"] is not None:
        os.sched_setaffinity(0, {asked["cpu"]})
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    for name in _IGNORED:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(asked["cwd"])
    os.execvpe(asked["command"][0], asked["command"], asked["environ"])


def _wait(child: int, heard: int) -> dict[str, Any] | None:
    """Until the command has ended; None when the gate has."""
    while True:
        ready, _, _ = select.select([0, heard], [], [])
        if heard in ready:
            os.read(heard, 512)
        for pid, status, used in _reaped():
            if pid == child:
                killed_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
                return {
                    "exit_code": os.WEXITSTATUS(status) if killed_by is None else 128 + killed_by,
                    "signal": killed_by,
                    "user_seconds": used.ru_utime,
                    "system_seconds": used.ru_stime,
                    "max_rss_bytes": used.ru_maxrss * 1024,  # Linux counts in KiB, getrusage(2)
                }
        if 0 in ready and not os.read(0, 512):
            return None


def _reaped() -> Iterator[tuple[int, int, Any]]:
    """Children that have ended, adopted ones too."""
    while True:
        try:
            pid, status, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, status, used


def _end_all(child: int) -> None:
    """Kill the command's group and every child of ours, until there is none: what has lost its
    parent becomes our child, and is killed in the next turn.
    """
    for _ in range(_PATIENCE):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
        for pid in _children():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(_BETWEEN_SECONDS)


def _children() -> Iterator[int]:
    """Our own, by the parent that /proc tells of each process (proc_pid_stat(5))."""
    me = str(os.getpid()).encode()
    try:
        names = os.listdir("/proc")
    except OSError:
        return
    for name in names:
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    after_the_name = file.read().rpartition(b")")[2].split()
            except OSError:
                continue
            if after_the_name[1:2] == [me]:
                yield int(name)


def _prctl(option: int, value: int) -> None:
    """Of Linux alone; elsewhere the end of standard input has to do."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(ImportError, OSError):
        import ctypes

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main()

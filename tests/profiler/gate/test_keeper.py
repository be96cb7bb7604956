# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A command in the hands of its keeper: how it ends, and that nothing outlives it or the gate."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from greenlint_profiler.gate.workers.kept import Kept, last_lines

SECONDS = 30.0
# A child that leaves its session, as a daemon does, and says its number in a file.
DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        with open("daemon.part", "w") as file:
            file.write(str(os.getpid()))
        os.rename("daemon.part", "daemon")
        time.sleep(600)
    os._exit(0)
os.wait()
while not os.path.exists("daemon"):
    time.sleep(0.01)
time.sleep(float(sys.argv[1]))
"""


@pytest.fixture
def kept() -> Iterator[Kept]:
    one = Kept()
    yield one
    one.end()


def begin(kept: Kept, folder: Path, *words: str, cpu: int | None = None) -> Path:
    kept.begin(words, dict(os.environ), folder, folder / "log", cpu)
    return folder / "log"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid: int) -> bool:
    """Whether a process ends within some seconds."""
    ends = time.monotonic() + SECONDS
    while alive(pid) and time.monotonic() < ends:
        time.sleep(0.01)
    return not alive(pid)


def daemon(folder: Path) -> int:
    """The number of the daemon, when it has started."""
    ends = time.monotonic() + SECONDS
    while not (folder / "daemon").exists() and time.monotonic() < ends:
        time.sleep(0.01)
    return int((folder / "daemon").read_text())


def test_an_end_is_told_with_what_it_used(kept: Kept, tmp_path: Path) -> None:
    """Exit code, output and CPU time are those of the command alone, without its keeper's."""
    burn = "import time; t = time.process_time()\nwhile time.process_time() - t < 0.3: pass"
    log = begin(kept, tmp_path, sys.executable, "-c", f"{burn}\nprint('done'); exit(3)")
    ended = kept.ended(SECONDS)
    assert ended is not None
    assert (ended.exit_code, ended.signal) == (3, None)
    assert 0.3 <= ended.cpu_seconds < 0.6
    assert last_lines(log) == "    done"


def test_a_signal_is_told(kept: Kept, tmp_path: Path) -> None:
    """A command that kills itself ended by that signal."""
    begin(kept, tmp_path, "sh", "-c", "kill -9 $$")
    ended = kept.ended(SECONDS)
    assert ended is not None
    assert (ended.exit_code, ended.signal) == (137, signal.SIGKILL)


def test_a_command_that_is_not_there(kept: Kept, tmp_path: Path) -> None:
    """It ends as a shell says it, and its log has the reason."""
    log = begin(kept, tmp_path, "no-such-command-anywhere")
    ended = kept.ended(SECONDS)
    assert ended is not None
    assert ended.exit_code == 127
    assert "no-such-command-anywhere: No such file" in log.read_text()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this platform pins nothing")
def test_children_are_pinned_too(kept: Kept, tmp_path: Path) -> None:
    """The processor is set before the command begins, so that all below inherit it."""
    cpu = max(os.sched_getaffinity(0))
    ask = "import os; print(os.sched_getaffinity(0))"
    log = begin(kept, tmp_path, "sh", "-c", f'{sys.executable} -c "{ask}"; true', cpu=cpu)
    assert kept.ended(SECONDS) is not None
    assert log.read_text().strip() == f"{{{cpu}}}"


@pytest.mark.skipif(sys.platform != "linux", reason="adopting is a thing of Linux")
def test_a_daemon_does_not_outlive_the_command(kept: Kept, tmp_path: Path) -> None:
    """What left the session of the command is ended with it all the same."""
    begin(kept, tmp_path, sys.executable, "-c", DAEMON, "0")
    ended = kept.ended(SECONDS)
    assert ended is not None
    assert ended.exit_code == 0
    assert not alive(daemon(tmp_path))


@pytest.mark.skipif(sys.platform != "linux", reason="adopting is a thing of Linux")
def test_nothing_outlives_a_gate_that_is_killed(tmp_path: Path) -> None:
    """Whoever kills the gate so that it can do nothing more leaves no process behind."""
    script = (
        "import os, pathlib, sys, time\n"
        "from greenlint_profiler.gate.workers.kept import Kept\n"
        "kept = Kept()\n"
        "words = [sys.executable, '-c', os.environ['DAEMON'], '600']\n"
        "here = pathlib.Path.cwd()\n"
        "kept.begin(words, dict(os.environ), here, here / 'log', None)\n"
        "time.sleep(600)\n"
    )
    path = os.pathsep.join(sys.path)
    environ = {**os.environ, "DAEMON": DAEMON, "PYTHONPATH": path}
    gate = subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env=environ)
    left = daemon(tmp_path)
    assert alive(left)
    gate.kill()
    gate.wait()
    assert gone(left)


def test_a_command_that_ends_at_no_time(kept: Kept, tmp_path: Path) -> None:
    """Waiting ends after its time, and ending it takes no longer than killing does."""
    begin(kept, tmp_path, "sleep", "600")
    assert kept.ended(0.1) is None
    began = time.monotonic()
    kept.end()
    assert time.monotonic() - began < 5

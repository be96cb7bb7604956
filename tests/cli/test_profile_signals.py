# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Signals and the terminal under ``greenlint profile``, with real children and a real terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.profiling import PROFILE, checked, environment
from tests.powercap.tree import build, zones_of

pytestmark = pytest.mark.alone

# Counts a signal for half a second after the first one, and tells.
COUNTS = """
import signal, time
heard = []
signal.signal(signal.{name}, lambda *_: heard.append(time.monotonic()))
print("ready", flush=True)
while not heard or time.monotonic() < heard[0] + 0.5:
    time.sleep(0.02)
print("heard", len(heard), flush=True)
raise SystemExit(5)
"""


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[str]]:
    """A profile whose child has said that it is ready."""
    with subprocess.Popen(
        [*PROFILE, *words], env=environment(), stdout=-1, stderr=-1, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2"])
def test_a_signal_that_is_sent_to_us_reaches_the_command(name: str) -> None:
    """Once; the command does with it what it likes, and its code is ours."""
    with started("--", sys.executable, "-c", COUNTS.format(name=name)) as process:
        process.send_signal(getattr(signal, name))
        out, err = process.communicate(timeout=30)
    assert out == "heard 1\n"
    assert process.returncode == 5
    assert "the command failed with exit code 5." in err


def test_a_command_that_ends_by_the_signal() -> None:
    """128 and 15, and a report: what was measured until then."""
    with started("--", "sh", "-c", "echo ready; exec sleep 30") as process:
        process.terminate()
        _, err = process.communicate(timeout=30)
    assert process.returncode == 143
    assert "the command was ended by signal 15 (exit code 143)." in err
    assert "CPU time" in err


def test_no_run_begins_after_we_were_asked_to_end(tmp_path: Path) -> None:
    """A command that takes the signal and ends well: the series ends, and says how far it came."""
    polite = "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done"
    report = tmp_path / "p.json"
    words = ["--repeat", "3", "--warmup", "0", "--json", str(report), "--", "sh", "-c", polite]
    with started(*words) as process:
        process.terminate()
        out, err = process.communicate(timeout=30)
    assert out == ""
    assert process.returncode == 143
    assert "2 of 3 runs were not done." in err
    assert checked(report.read_text("utf-8"))["interrupted"] == signal.SIGTERM


def test_what_is_ignored_stays_ignored() -> None:
    """Under nohup neither we nor the command end when the terminal hangs up."""
    told = "grep SigIgn /proc/self/status; echo ready; sleep 0.5; echo alive"
    command = ["nohup", *PROFILE, "--", "sh", "-c", told]
    with subprocess.Popen(
        command, env=environment(), stdin=subprocess.DEVNULL, stdout=-1, stderr=-1, text=True
    ) as process:
        assert process.stdout is not None
        ignored = int(process.stdout.readline().split()[1], 16)
        assert ignored & 1 << signal.SIGHUP - 1
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGHUP)
        out, _ = process.communicate(timeout=30)
    assert out == "alive\n"
    assert process.returncode == 0


def test_a_command_that_is_stopped_and_goes_on(tmp_path: Path) -> None:
    """We wait for it; the report says that it stood still."""
    report = tmp_path / "p.json"
    told = "echo ready; kill -STOP $$; exit 6"
    with started("--json", str(report), "--", "sh", "-c", told) as process:
        child = children(process.pid)[0]
        until(lambda: state(child) == "T")
        time.sleep(0.2)
        assert process.poll() is None
        os.kill(child, signal.SIGCONT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 6
    assert "the command was stopped for a while; that time is in the figures." in err
    (run,) = checked(report.read_text("utf-8"))["runs"]
    assert run["stopped"] is True
    assert run["seconds"] > 0.2


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_while_the_machine_is_watched(tmp_path: Path, name: str, code: int) -> None:
    """No command runs yet that could be told: it ends at once, and none is started."""
    build(tmp_path / "sys", zones_of("client-i5-13500"))
    words = [
        sys.executable,
        "-m",
        "greenlint",
        "-v",
        "profile",
        "--idle",
        "60",
        "--",
        "echo",
        "ran",
    ]
    env = environment(tmp_path / "sys")
    with subprocess.Popen(words, env=env, stdout=-1, stderr=-1, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "greenlint: watching the idle machine for 60 s\n"
        process.send_signal(getattr(signal, name))
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (code, "")
    assert "1 of 1 runs were not done." in err


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def state(pid: int) -> str:
    """A process's state, as in ps: ``T`` is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def until(holds: object) -> None:
    """Wait until something holds, for ten seconds at most."""
    assert callable(holds)
    ends = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.01)


# A terminal of its own, with a session of its own


class Terminal:
    """What somebody sees and types at a terminal in which a command runs."""

    def __init__(self, *command: str) -> None:
        self._ours, theirs = pty.openpty()
        env = environment() | {"PYTHONPATH": os.pathsep.join(sys.path), "TERM": "dumb"}
        self.process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *command],
            env=env,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        self.seen = ""

    def wait_for(self, text: str) -> None:
        """Read until a text has appeared, for thirty seconds at most."""
        ends = time.monotonic() + 30
        while text not in self.seen:
            ready, _, _ = select.select([self._ours], [], [], max(0, ends - time.monotonic()))
            assert ready, f"no {text!r} in:\n{self.seen}"
            try:
                data = os.read(self._ours, 4096)
            except OSError:  # EIO: everybody has left the terminal
                data = b""
            assert data, f"no {text!r} in:\n{self.seen}"
            self.seen += data.decode().replace("\r\n", "\n")

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._ours, keys.encode())

    def close(self) -> None:
        self.process.kill()
        self.process.wait(timeout=30)
        os.close(self._ours)


@pytest.fixture
def terminal() -> Iterator[type[Terminal]]:
    """Opens terminals; they are closed at the end."""
    if shutil.which("setsid") is None or shutil.which("bash") is None:
        pytest.skip("there is no `setsid` or no `bash` here")
    opened: list[Terminal] = []

    class Kept(Terminal):
        def __init__(self, *command: str) -> None:
            super().__init__(*command)
            opened.append(self)

    yield Kept
    for one in opened:
        one.close()


def test_ctrl_c_reaches_the_command_once(terminal: type[Terminal]) -> None:
    """The terminal itself sends it; we wait, report, and give the command's own code."""
    run = shlex.join([*PROFILE, "--", sys.executable, "-c", COUNTS.format(name="SIGINT")])
    screen = terminal("bash", "-mc", f"{run}; echo code $?")
    screen.wait_for("ready\n")
    screen.type("\x03")
    screen.wait_for("code 5\n")
    assert "heard 1\n" in screen.seen
    assert "1 run, cpu (proxy)\n" in screen.seen


def test_ctrl_c_ends_the_series(terminal: type[Terminal]) -> None:
    """A command that the key ends at once: 130, a report of that run, and no other is begun."""
    run = [
        *PROFILE,
        "--repeat",
        "3",
        "--warmup",
        "0",
        "--",
        "sh",
        "-c",
        "echo ready; exec sleep 30",
    ]
    screen = terminal("bash", "-mc", f"{shlex.join(run)}; echo code $?")
    screen.wait_for("ready\n")
    screen.type("\x03")
    screen.wait_for("code 130\n")
    assert "the command was ended by signal 2 (exit code 130)." in screen.seen
    assert "2 of 3 runs were not done." in screen.seen


def test_the_terminal_is_the_commands_own(terminal: type[Terminal]) -> None:
    """It is one on all three streams, the command stands in its foreground, and can read keys."""
    asks = (
        "import os, sys; print(*(os.isatty(n) for n in (0, 1, 2)), "
        "os.tcgetpgrp(0) == os.getpgrp(), flush=True); print('read', input()[::-1])"
    )
    screen = terminal("bash", "-mc", shlex.join([*PROFILE, "--", sys.executable, "-c", asks]))
    screen.wait_for("True True True True\n")
    screen.type("abc\n")
    screen.wait_for("read cba\n")
    screen.wait_for("CPU time")


def test_ctrl_z_stops_both_and_fg_goes_on(terminal: type[Terminal]) -> None:
    """The shell gets its prompt, as without us; afterwards the command's code is ours."""
    run = shlex.join([*PROFILE, "--", "sh", "-c", "echo ready; sleep 1; exit 7"])
    screen = terminal("bash", "-mc", f"{run}; echo stopped $?; fg >/dev/null; echo code $?")
    screen.wait_for("ready\n")
    screen.type("\x1a")
    screen.wait_for("stopped 148\n")
    screen.wait_for("code 7\n")
    assert "the command was stopped for a while" in screen.seen


def test_progress_is_shown_on_a_terminal(terminal: type[Terminal]) -> None:
    """A line before each run, with the time that the rest will take once a run is known."""
    screen = terminal(*PROFILE, "--repeat", "2", "--", "echo", "out")
    screen.wait_for("CPU time")
    told = re.sub(r"about \S+ .?s to go", "about T to go", screen.seen).splitlines()
    assert told[:6] == [
        "greenlint: warm-up",
        "out",
        "greenlint: run 1 of 2, about T to go",
        "out",
        "greenlint: run 2 of 2, about T to go",
        "out",
    ]

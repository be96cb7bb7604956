# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A gate that is interrupted leaves nothing: no worktree, no process, no lock for the next one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from greenlint_profiler.gate.sides import processes, runs

from tests.profiler.repositories import Repo, own_repo, shown

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="there is no /proc"),
]
PATIENCE_SECONDS = 20
Gate = Callable[[], subprocess.Popen[str]]

# A gate that measures for a minute, with a child that has a session of its own.
GATE = """
import signal, subprocess, sys, time
from pathlib import Path
from greenlint_profiler.gate.sides.places import places
root, cache, install = sys.argv[1:]
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell left behind
more = {"install": install or None, "cache": Path(cache), "say": print}
with places(Path(root), "main", None, **more) as both:
    for place in both:
        subprocess.Popen(["sleep", "60"], env=place.environ, start_new_session=True)
    print("ready", both[0].root, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository with a change, and a temporary folder of its own."""
    repo = own_repo(tmp_path, monkeypatch)
    repo.environ |= {"TMPDIR": str(tmp_path / "tmp"), "PYTHONPATH": os.pathsep.join(sys.path)}
    repo.commit({"a.py": "1", "requirements.txt": "a\n"})
    repo.write({"a.py": "2"})
    return repo


@pytest.fixture
def gate(repo: Repo) -> Iterator[Gate]:
    """Starts a gate of the repository."""
    with ExitStack() as started:

        def start() -> subprocess.Popen[str]:
            process = started.enter_context(
                subprocess.Popen(
                    [
                        sys.executable,
                        "-c",
                        GATE,
                        str(repo.root),
                        str(repo.cache),
                        repo.install or "",
                    ],
                    env=repo.environ,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                )
            )
            started.callback(process.kill)
            return process

        yield start


def until(holds: Callable[[], object]) -> bool:
    """Whether something comes to hold before patience ends."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not holds() and time.monotonic() < ends:
        time.sleep(0.01)
    return bool(holds())


def folders() -> list[Path]:
    return [Path(tempfile.gettempdir(), name) for name in os.listdir(tempfile.gettempdir())]


def command(process: object) -> bytes:
    """The words of a process, none where it has just ended."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def ready(process: subprocess.Popen[str]) -> Path:
    """Wait until the gate measures; returns the folder of its run."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("ready"):
            return Path(line.split()[1]).parents[1]
    raise AssertionError("the gate ended by itself")


def slow_filter(repo: Repo, code: str) -> None:
    """Let git wait while it checks out, or takes up, a file."""
    repo.write({".gitattributes": "slow.py filter=slow\n", "slow.py": ""})
    repo.git("config", f"filter.slow.{code}", "sleep 60; cat")
    if code == "smudge":
        repo.git("add", "-A")
        repo.git("commit", "-q", "-m", "slow")
        repo.write({"b.py": ""})


SIGNALS = pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])


@SIGNALS
def test_a_gate_that_is_killed_leaves_nothing(
    repo: Repo, gate: Gate, number: signal.Signals
) -> None:
    """kill -9, SIGTERM and Ctrl-C while it measures: processes and worktrees are gone."""
    before = repo.traces()
    process = gate()
    run = ready(process)
    assert until(lambda: len(list(processes.marked(run))) == 2)
    process.send_signal(number)
    process.wait()
    assert until(lambda: not folders())
    assert list(processes.marked(run)) == []
    assert repo.traces() == before


@pytest.mark.parametrize("code", ["smudge", "clean"])
@SIGNALS
def test_a_gate_that_is_killed_while_git_works(
    repo: Repo, gate: Gate, code: str, number: signal.Signals
) -> None:
    """In the middle of a checkout, or of taking up changes: git ends too, and leaves nothing."""
    slow_filter(repo, code)
    before = repo.traces()
    process = gate()
    run: list[Path] = []

    def at_work() -> bool:
        run[:] = [one for one in folders() if one.name.startswith(runs.PREFIX)]
        return bool(run) and any(b"sleep" in command(one) for one in processes.marked(run[0]))

    assert until(at_work)
    process.send_signal(number)
    process.wait()
    assert until(lambda: not folders())
    assert list(processes.marked(run[0])) == []
    assert repo.traces() == before


@SIGNALS
def test_a_gate_that_is_killed_while_it_installs(
    repo: Repo, gate: Gate, number: signal.Signals
) -> None:
    """The installer ends with it, and the half-made environment is made anew by the next one."""
    repo.write({"requirements.txt": "b\n"})
    repo.install = "touch {root}/begun; touch half; sleep 60"
    process = gate()
    assert until(lambda: list(Path(tempfile.gettempdir()).glob("*/base/repo/begun")))
    run = next(iter(folders()))
    process.send_signal(number)
    process.wait()
    assert until(lambda: not folders())
    assert list(processes.marked(run)) == []
    assert not list(repo.cache.rglob("made.json"))
    repo.install = "touch {root}/begun"
    with repo.places() as (base, _):
        assert shown(base, "print(1)") == "1"


def test_a_gate_may_be_killed_at_any_moment(repo: Repo, gate: Gate) -> None:
    """Wherever the signal arrives, nothing is left and the next gate works."""
    before = repo.traces()
    whole = time.monotonic()
    process = gate()
    ready(process)
    whole = time.monotonic() - whole
    process.kill()
    process.wait()
    for part in range(12):
        process = gate()
        time.sleep(whole * part / 10)
        process.kill()
        process.wait()
        # A folder without a name yet has nothing in it, and is left for an hour.
        assert until(lambda: not [one for one in folders() if one.name.startswith(runs.PREFIX)])
        assert repo.traces() == before
    with repo.places():
        pass
    assert repo.traces() == before


def watcher_of(process: subprocess.Popen[str]) -> int:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return next(int(one) for one in children if b"watch(" in command(one))


def killed_with_its_watcher(gate: Gate) -> Path:
    """Start a gate and leave nobody to clear up after it; returns the folder of its run."""
    process = gate()
    run = ready(process)
    os.kill(watcher_of(process), signal.SIGKILL)
    process.kill()
    process.wait()
    return run


def test_the_next_gate_clears_what_is_left(repo: Repo, gate: Gate) -> None:
    """Where the watcher is killed too, the next gate does its work, and says so."""
    before = repo.traces()
    run = killed_with_its_watcher(gate)
    time.sleep(0.2)
    assert folders() == [run]
    assert until(lambda: len(list(processes.marked(run))) == 2)
    with repo.places():
        assert not run.exists()
    assert repo.said == [f"Removed what an interrupted gate had left in {run}."]
    assert list(processes.marked(run)) == []
    assert repo.traces() == before


def test_what_another_temporary_folder_holds_is_cleared(
    repo: Repo, gate: Gate, tmp_path: Path
) -> None:
    """git knows where the worktrees of a killed gate are, wherever its TMPDIR was."""
    before = repo.traces()
    run = killed_with_its_watcher(gate)
    (tmp_path / "elsewhere").mkdir()
    tempfile.tempdir = str(tmp_path / "elsewhere")
    with repo.places():
        assert not run.exists()
    assert repo.traces() == before


def test_two_gates_at_once_leave_one_another_alone(repo: Repo, gate: Gate) -> None:
    """One gate neither clears the other's worktrees nor ends its processes."""
    before = repo.traces()
    process = gate()
    run = ready(process)
    with repo.places() as (base, head):
        assert run not in base.root.parents
        assert (head.root / "a.py").read_text() == "2"
    assert repo.said == []
    assert sorted(os.listdir(run / "head" / "repo")) == [".git", "a.py", "requirements.txt"]
    assert until(lambda: len(list(processes.marked(run))) == 2)
    process.terminate()
    process.wait()
    assert until(lambda: not folders())
    assert repo.traces() == before


def test_folders_of_others_are_left_alone(repo: Repo, tmp_path: Path) -> None:
    """Only a folder of a dead run of ours is removed: no link, and nothing that is just begun."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "kept").write_text("")
    here = Path(tempfile.gettempdir())
    (here / f"{runs.PREFIX}link").symlink_to(tmp_path / "mine")
    (here / ".greenlint-gate-begun").mkdir()
    with repo.places():
        pass
    assert (tmp_path / "mine" / "kept").exists()
    assert len(folders()) == 2
    os.utime(here / ".greenlint-gate-begun", (0, 0))
    with repo.places():
        pass
    assert [one.name for one in folders()] == [f"{runs.PREFIX}link"]


def test_what_a_test_made_read_only_is_removed(repo: Repo) -> None:
    """Tests may leave folders that cannot be written or listed."""
    with repo.places() as (base, _):
        (base.root / "locked" / "deep").mkdir(parents=True)
        (base.root / "locked" / "deep" / "x").write_text("")
        (base.root / "locked" / "deep").chmod(0)
        (base.root / "locked").chmod(0o555)
    assert folders() == []


def test_worktrees_that_are_long_gone_are_forgotten(repo: Repo) -> None:
    """A temporary folder that was emptied leaves entries in git's list: for a day, as somebody
    else may see the folder that we do not.
    """
    before = repo.traces()
    place = Path(tempfile.gettempdir(), f"{runs.PREFIX}gone", "base", "repo")
    repo.git("worktree", "add", "-q", "--detach", str(place))
    repo.git("worktree", "add", "-q", "--detach", str(repo.cache / "own"))
    shutil.rmtree(place.parents[1])
    shutil.rmtree(repo.cache)
    with repo.places():
        assert len(repo.git("worktree", "list").splitlines()) == 5
    for entry in (repo.root / ".git" / "worktrees").glob("*/gitdir"):
        os.utime(entry, (0, 0))
    with repo.places():
        assert len(repo.git("worktree", "list").splitlines()) == 4
    shutil.rmtree(repo.root / ".git" / "worktrees")
    assert repo.traces() == before


def test_a_gate_that_is_ending_is_left_alone(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one gate removes what it had, another one neither helps it nor tells of it."""
    remove = shutil.rmtree
    told: list[str] = []

    def slow(path: object, **more: bool) -> None:
        if not told and "base" in os.fspath(path):  # type: ignore[call-overload]
            for run in folders():
                told.append(f"cleared: {runs.clear(run)}")
                assert (run / "lock").exists()
        remove(path, **more)  # type: ignore[call-overload]

    with repo.places():
        monkeypatch.setattr(runs.shutil, "rmtree", slow)  # type: ignore[attr-defined]
    assert told == ["cleared: False"]
    assert folders() == []

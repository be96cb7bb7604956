# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Worker processes that die, hang and are interrupted: one file is lost, no process is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.alone

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

FATAL = """
import os, signal, sys, time
import libcst as cst
from greenlint import Hit, Rule

BOOM = Rule(code="ACME901", name="boom", lifecycle="stable")


@BOOM.on(cst.Module)
def boom(module, here):
    if here.name.endswith("boom.py"):
        {what}
    yield Hit(module.body[0], "fine")
"""


@pytest.fixture(autouse=True)
def _local(local_rules: Path) -> None:
    """These rules are files of the project."""


def fatal(project: Path, what: str) -> None:
    """A rule that does `what` to its process on every boom.py."""
    text = FATAL.format(what=what)
    (project / "tools" / "green_rules.py").write_text(text, encoding="utf-8")
    for number in range(6):
        (project / "pkg" / f"c{number}.py").write_text("x = 1\n", encoding="utf-8")
    (project / "pkg" / "boom.py").write_text("x = 1\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("jobs", "what", "how"),
    [
        ("-j1", "os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("-j2", "os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("-j2", "os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("-j1", "os._exit(7)", "exit code 7"),
    ],
)
def test_a_worker_that_dies_costs_one_file(
    check, project: Path, jobs: str, what: str, how: str
) -> None:
    """That file is named with what happened; all others are checked; exit 2."""
    fatal(project, what)
    done = check("pkg", "--select", "ACME901", jobs)
    assert done.code == 2
    assert done.codes == ["ACME901", "ACME901", "GRN999", *["ACME901"] * 6], done
    assert f"pkg/boom.py:1:1: error GRN999 the process that checked this file ended with {how}" in (
        done.out
    )
    assert done.err == ""


def test_a_rule_that_wants_to_exit_costs_one_file(check, project: Path) -> None:
    """`sys.exit()` in a rule ends neither the run nor its worker."""
    fatal(project, "sys.exit(0)")
    done = check("pkg", "--select", "ACME901", "-j1")
    assert done.code == 2
    assert done.codes == ["ACME901"] * 8
    assert "pkg/boom.py could not be checked: SystemExit(0) in green_rules.py:" in done.err


def test_a_hit_without_a_place_is_the_rules_failure(check, project: Path) -> None:
    """A check that yields something else than a Hit in the tree is named."""
    for what in ("yield 3", "yield Hit(cst.Name('x'), 'no')", "yield Hit(module, None)"):
        fatal(project, what)
        done = check("pkg", "--select", "ACME901")
        assert done.code == 2, (what, done)
        assert "Rule ACME901 (boom) failed on pkg/boom.py: " in done.err
        assert len(done.codes) >= 8
        assert "Traceback" not in done.err


def family(pid: int) -> set[int]:
    """The living processes below a process."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            child = int(stat.parent.name)
            found |= {child} | family(child)
    return found


@linux
@pytest.mark.parametrize(
    ("jobs", "number", "code"),
    [
        ("-j1", signal.SIGINT, 130),
        ("-j2", signal.SIGINT, 130),
        ("-j2", signal.SIGTERM, -15),
        ("-j1", signal.SIGKILL, -9),
    ],
)
def test_an_interrupted_run_leaves_no_process(
    project: Path, jobs: str, number: signal.Signals, code: int
) -> None:
    """Ctrl-C says one word and exits 130; killed, too, it takes its workers along."""
    fatal(project, "open('started', 'a').close(); time.sleep(0.7)")
    run = subprocess.Popen(
        [sys.executable, "-m", "greenlint", "check", "pkg", "--select", "ACME901", jobs],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not (project / "started").exists():
        assert time.monotonic() < deadline
        assert run.poll() is None, run.communicate()
        time.sleep(0.02)
    workers = family(run.pid)
    assert workers
    if number is signal.SIGINT:
        os.killpg(run.pid, number)  # a terminal tells the whole group
    else:
        os.kill(run.pid, number)
    _, err = run.communicate(timeout=20)
    assert run.returncode == code
    assert err.strip() == ("greenlint: Interrupted." if code == 130 else "")
    deadline = time.monotonic() + 10
    while living := {pid for pid in workers if Path(f"/proc/{pid}").exists()}:
        assert time.monotonic() < deadline, living
        time.sleep(0.05)

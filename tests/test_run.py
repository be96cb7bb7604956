# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Many files: remembered or given to workers, each with a result, none with more than its own."""

from __future__ import annotations

import multiprocessing
import os
import threading
from pathlib import Path

import pytest

import greenlint.run
import greenlint.workers
from greenlint.cache import Cache
from greenlint.errors import GreenlintError
from greenlint.result import Counts, Outcome
from greenlint.rule import RuleInfo
from greenlint.run import processors, run
from greenlint.work import Job, Plan, PluginChoice

RULES = """
import os, time
import libcst as cst
from greenlint import Hit, Rule

CALL = Rule(code="ACME101", name="call")


@CALL.on(cst.Call)
def called(call, here):
    name = here.code(call.func)
    if name == "die":
        os._exit(3)
    if name == "sleep":
        time.sleep(60)
    yield Hit(call, f"`{name}` is called")
"""


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """One local rule that finds calls, dies of `die()` and falls asleep of `sleep()`."""
    file = tmp_path / "rules.py"
    file.write_text(RULES, encoding="utf-8")
    return Plan((RuleInfo("ACME101", "call"),), plugins=PluginChoice(only=(), local_rules=(file,)))


@pytest.fixture(params=["forked", "spawned"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How workers start: a process with threads must not be forked, so it spawns them."""
    threads = 1 if request.param == "forked" else 2
    monkeypatch.setattr(threading, "active_count", lambda: threads)
    return str(request.param)


def jobs_of(folder: Path, **texts: str) -> list[Job]:
    jobs = []
    for name, text in texts.items():
        path = folder / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        jobs.append(Job(path, path.name))
    return jobs


def said(ran: greenlint.run.Ran) -> dict[str, str]:
    """The messages of each file, in order of name."""
    return {
        name: "; ".join(str(finding.message) for finding in ran.results[name].findings)
        for name in sorted(ran.results)
    }


def test_each_file_has_its_result(tmp_path: Path, plan: Plan) -> None:
    """Whatever the number of processes; counts add up."""
    texts = {f"f{n}": f"call{n}()\n" * (n % 3 + 1) for n in range(12)} | {"z": "def ("}
    jobs = jobs_of(tmp_path, **texts)
    jobs.append(Job(tmp_path / "none.py", "none.py"))
    one = run(jobs, plan)
    assert said(one)["f3.py"] == "`call3` is called"
    assert said(one)["none.py"] == "the file cannot be read: No such file or directory"
    assert one.counts == Counts(files=14, parsed=12, skipped=0, cached=0, failed=2)
    two = run(list(reversed(jobs)), plan, processes=3)
    assert said(two) == said(one)
    assert two.counts == one.counts


def test_what_is_remembered_is_not_given_to_workers(
    tmp_path: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even a process is started; a result for a test file is another one."""
    jobs = jobs_of(tmp_path, a="a()\n", b="def (")
    first = run(jobs, plan, cache=Cache(tmp_path / "cache", "k"))
    monkeypatch.setattr(greenlint.run, "Pool", None)
    second = run(jobs, plan, cache=Cache(tmp_path / "cache", "k"))
    assert second.results == first.results
    assert second.counts == Counts(files=2, cached=1, failed=1)
    monkeypatch.undo()
    for other in (
        Job(jobs[0].path, "a.py", is_test=True),
        Job(jobs[0].path, "a.py", False, ("X",)),
    ):
        assert run([other], plan, cache=Cache(tmp_path / "cache", "k")).counts.parsed == 1


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("processes", [1, 2])
def test_a_worker_that_dies_takes_one_file_along(
    tmp_path: Path, plan: Plan, processes: int
) -> None:
    """Those that wait behind it go to another; a file that kills is not remembered."""
    texts = {f"f{n}": "die()\n" if n in (0, 3, 7) else "x()\n" for n in range(8)}
    jobs = jobs_of(tmp_path, **texts)
    for _ in range(2):
        ran = run(jobs, plan, processes=processes, cache=Cache(tmp_path / "cache", "k"))
        lost = [name for name, result in ran.results.items() if result.outcome is Outcome.FAILED]
        assert sorted(lost) == ["f0.py", "f3.py", "f7.py"]
        assert "ended with exit code 3" in said(ran)["f0.py"]
        assert said(ran)["f1.py"] == "`x` is called"


def test_a_file_that_takes_for_ever_is_given_up(
    tmp_path: Path, plan: Plan, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After PATIENCE its worker is ended; the others are checked."""
    patience = 2 if way == "forked" else 8  # a process that is spawned imports for seconds
    monkeypatch.setattr(greenlint.workers, "PATIENCE", float(patience))
    ran = run(jobs_of(tmp_path, a="x()\n", b="sleep()\n", c="y()\n"), plan)
    assert f"took more than {patience} s" in said(ran)["b.py"]
    assert (said(ran)["a.py"], said(ran)["c.py"]) == ("`x` is called", "`y` is called")


def test_rules_that_cannot_be_prepared_are_one_error(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Raised here, with the sentence that was said there, and no process is left."""
    forked = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: forked.append(fork()) or forked[-1])
    plan = Plan((RuleInfo("ACME101", "call", module="no_such_module"),))
    with pytest.raises(GreenlintError, match=r"Rule ACME101 \(no_such_module\) cannot be loaded"):
        run(jobs_of(tmp_path, a="x()\n"), plan)
    assert bool(forked) == (way == "forked")
    for pid in forked:
        with pytest.raises(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
    assert multiprocessing.active_children() == []


def test_bytes_that_come_along_are_checked_instead_of_the_file(tmp_path: Path, plan: Plan) -> None:
    """As large as they may be, on both ways, they fill no pipe for ever."""
    large = ("call()\n" * 1_000 + "# more than a pipe holds\n" * 9_000).encode()
    jobs = [Job(tmp_path / f"{n}.py", f"{n}.py", raw=large) for n in range(4)]
    ran = run(jobs, plan, processes=2)
    assert [len(ran.results[job.name].findings) for job in jobs] == [1_000] * 4


def test_progress_is_told(tmp_path: Path, plan: Plan) -> None:
    """Once for each file that is checked."""
    told: list[tuple[int, int]] = []
    run(jobs_of(tmp_path, a="", b="", c=""), plan, progress=lambda *at: told.append(at))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_processors_are_those_that_we_may_use() -> None:
    """At least one, and no more than the machine has."""
    assert 1 <= processors() <= (os.cpu_count() or 1)


def test_nothing_to_do_needs_nobody(plan: Plan) -> None:
    """No file, no process."""
    assert run([], plan).counts == Counts()

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Joules, budgets and reports of ``greenlint profile``, on simulated counters and without any."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, median

import pytest

from tests.cli.profiling import SCHEMA, checked, profile, record
from tests.powercap.live import ROOT, live
from tests.powercap.tree import build, zones_of

pytestmark = [pytest.mark.alone, pytest.mark.once]

# The machine that runs the tests is never ours alone, so that figures are `shared` there.
OURS = ["--idle", "0", "--accept", "shared"]


@pytest.fixture(scope="module")
def counters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A tree that lives at 46 W: 40 W of a package, 6 W of memory."""
    with live(tmp_path_factory.mktemp("live"), "sandy-ep", "package=40;dram=6;core=20") as tree:
        yield tree.sys


def test_joules_of_a_command(counters: Path) -> None:
    """Package and memory of the simulated 46 W, each run with its own; cores are not added."""
    told = record("--idle", "0", "--repeat", "6", "--", "sleep", "0.3", sys_root=counters)
    watts = [run["joules"] / run["seconds"] for run in told["runs"]]
    assert median(watts) == pytest.approx(46, rel=0.1)
    assert told["joules"] == pytest.approx(median(run["joules"] for run in told["runs"]))
    assert told["joules_ci"][0] <= told["joules"] <= told["joules_ci"][1]
    assert told["meter"] == "powercap"
    assert told["evidence"] in ("measured", "shared")
    parts = told["domains"]
    assert {name for name, one in parts.items() if one["in_total"]} == {"package-0", "dram-0"}
    assert parts["core-0"]["joules"] < parts["package-0"]["joules"]
    assert (told["reason"], told["budget"], told["verdict"]) == (None, None, None)
    assert (told["repeat"], told["warmup"], len(told["runs"])) == (6, 1, 6)


def test_the_idle_machine_is_watched_first(counters: Path) -> None:
    """At a constant power nothing is above idle: the interval holds 0 J, and the note says it."""
    told = record("--idle", "2", "--", "sleep", "1", sys_root=counters)
    assert told["idle_watts"] == pytest.approx(46, rel=0.1)
    assert told["idle"]["seconds"] == pytest.approx(2, rel=0.2)
    assert abs(told["above_idle_joules"]) < 0.1 * told["joules"]
    assert told["above_idle_ci"][0] <= told["above_idle_joules"] <= told["above_idle_ci"][1]


@pytest.mark.parametrize(
    ("words", "command", "code", "verdict"),
    [
        (["--budget", "200 J"], "true", 0, "pass"),
        (["--budget", "1 J"], "sleep 0.3", 1, "fail"),
        (["--budget", "200 J"], "exit 7", 7, "cannot-measure"),
        (["--budget", "1 J"], "sleep 0.3; exit 7", 7, "cannot-measure"),
        (["--cpu", "1 min"], "true", 0, "pass"),
        (["--cpu", "1 us"], "true", 1, "fail"),
        (["--cpu", "1 us", "--budget", "200 J"], "true", 1, "fail"),
    ],
)
def test_a_budget_decides_the_exit_code(
    counters: Path, tmp_path: Path, words: list[str], command: str, code: int, verdict: str
) -> None:
    """1 when one is exceeded; a command that fails is never hidden by it, nor judged."""
    report = tmp_path / "p.json"
    words = [*OURS, *words, "--json", str(report), "--", "sh", "-c", f"sleep 0.05; {command}"]
    done = profile(*words, sys_root=counters)
    assert done.returncode == code
    assert checked(report.read_text("utf-8"))["verdict"] == verdict


def test_a_shared_counter_is_not_judged_unasked(tmp_path: Path, counters: Path) -> None:
    """Another process works all the time: the label says so, and the budget cannot be judged."""
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        done = profile("--idle", "0", "--budget", "999 J", "--", "sleep", "0.5", sys_root=counters)
    finally:
        busy.kill()
        busy.wait()
    assert done.returncode == 3
    assert "weaker label than the budget accepts (shared); --accept shared judges" in done.stderr
    assert "of the CPU time that was used, and the counter counts them too" in done.stderr


@pytest.mark.parametrize(("made", "reason"), [("nothing", "absent"), ("empty", "masked")])
def test_without_a_counter_there_are_no_joules(tmp_path: Path, made: str, reason: str) -> None:
    """CPU seconds, the label, the code of the reason, and where the remedy is."""
    (tmp_path / "nothing").mkdir()
    (tmp_path / "empty" / "class" / "powercap").mkdir(parents=True)
    told = record("--", "true", sys_root=tmp_path / made)
    assert (told["joules"], told["joules_ci"], told["reason"]) == (None, None, reason)
    assert (told["evidence"], told["meter"], told["idle_watts"]) == ("proxy", "cpu", None)
    assert told["cpu_seconds"] > 0
    assert told["domains"] == {}
    assert {one["meter"] for one in told["passed_over"]} >= {"perf", "powercap", "model"}


def test_a_budget_of_joules_that_nobody_counts(tmp_path: Path) -> None:
    """Exit code 3 after a command that succeeded, with the remedy; CPU time is judged all the
    same, and what the command says about itself comes first.
    """
    done = profile("--budget", "60 J", "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (3, "ran\n")
    assert "budget 60.0 J: cannot be judged" in done.stderr
    assert "`greenlint doctor`" in done.stderr
    assert profile("--budget", "60 J", "--cpu", "1 min", "--", "true").returncode == 3
    assert profile("--budget", "60 J", "--cpu", "1 us", "--", "true").returncode == 1
    assert profile("--budget", "60 J", "--", "sh", "-c", "exit 5").returncode == 5


def test_an_estimate_must_be_accepted(tmp_path: Path) -> None:
    """Then it has its label and its band, and a budget is judged against the upper end."""
    words = ["--accept", "estimated", "--budget", "999 J", "--json", str(tmp_path / "p.json")]
    work = "import time\nwhile time.process_time() < 0.2: pass"
    done = profile(*words, "--", sys.executable, "-c", work)
    assert done.returncode == 0
    told = checked((tmp_path / "p.json").read_text("utf-8"))
    assert (told["evidence"], told["meter"], told["verdict"]) == ("estimated", "model", "pass")
    assert told["joules_ci"][0] == pytest.approx(0.5 * told["joules"], rel=0.01)
    assert told["joules_ci"][1] == pytest.approx(2 * told["joules"], rel=0.01)
    assert told["idle"] is None
    several = record("--meter", "model", "--repeat", "2", "--", sys.executable, "-c", work)
    assert several["joules_ci"][0] <= 0.5 * several["joules"]
    assert several["joules_ci"][1] >= 2 * several["joules"]


def test_what_is_required_is_asked_for_first(counters: Path) -> None:
    """Exit code 3, and nothing is run, where no meter has the label; else it runs."""
    done = profile("--require", "measured", "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "greenlint: --require measured: the best that works here is cpu (proxy). "
        "Run `greenlint doctor` for the remedy.\n"
    )
    assert profile("--require", "estimated", "--", "true").returncode == 0
    words = ["--idle", "0", "--require", "shared", "--", "sleep", "0.1"]
    assert profile(*words, sys_root=counters).returncode == 0


def test_a_named_meter_that_does_not_work() -> None:
    """Exit code 3 with its own sentence; nothing is run."""
    done = profile("--meter", "powercap", "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (3, "")
    assert "powercap is not there: no counter to read. Run `greenlint doctor`" in done.stderr


def test_a_counter_that_stands_still_gives_no_joules(tmp_path: Path) -> None:
    """A tree that nobody drives: a reason, and never 0 J."""
    build(tmp_path / "sys", zones_of("client-i5-13500"))
    told = record("--idle", "0", "--", "sleep", "0.2", sys_root=tmp_path / "sys")
    assert (told["joules"], told["reason"], told["evidence"]) == (None, "frozen", "none")
    assert told["domains"]["package-0"]["reason"] == "frozen"
    done = profile(
        "--budget", "60 J", "--idle", "0", "--", "sleep", "0.2", sys_root=tmp_path / "sys"
    )
    assert done.returncode == 3


def test_the_table_of_a_series(counters: Path) -> None:
    """Title, columns, parts below their package, the verdict last."""
    words = [*OURS, "--repeat", "6", "--budget", "200 J", "--", "sleep", "0.1"]
    lines = profile(*words, sys_root=counters).stderr.splitlines()
    assert lines[0].startswith("6 runs + 1 warm-up, powercap (")
    assert lines[1].split() == [
        *("median", "95", "%", "interval", "min", "max", "spread", "share"),
    ]
    names = ["energy", "package-0", "core-0", "dram-0", "power", "time", "CPU"]
    assert [line.split()[0] for line in lines[2:9]] == names
    assert lines[-1].startswith("budget 200 J: kept (")


def test_quiet_says_only_what_was_not_kept() -> None:
    """Nothing of a command that kept its budget; a line of one that did not."""
    command = [sys.executable, "-m", "greenlint", "-q", "profile"]
    kept = subprocess.run([*command, "true"], capture_output=True, text=True, timeout=60)
    assert (kept.returncode, kept.stdout, kept.stderr) == (0, "", "")
    words = ["--cpu", "1 us", "true"]
    broken = subprocess.run([*command, *words], capture_output=True, text=True, timeout=60)
    assert broken.returncode == 1
    assert broken.stderr.startswith("budget 1.00 µs of CPU time: EXCEEDED (")


def test_a_report_that_cannot_be_written_hides_no_failure(tmp_path: Path) -> None:
    """The command's own code, if it failed; else 2."""
    gone = tmp_path / "gone"
    for code, ours in ((0, 2), (5, 5)):
        gone.mkdir()
        words = ["--json", str(gone / "p.json"), "--", "sh", "-c", f"rmdir {gone}; exit {code}"]
        done = profile(*words)
        assert done.returncode == ours
        assert "cannot write" in done.stderr


def test_the_schema_is_held_against_something() -> None:
    """A record without its joules, or with a word that is no verdict, is refused."""
    import jsonschema

    told = record("--cpu", "1 min", "--", "true")
    schema = json.loads(SCHEMA.read_text("utf-8"))
    for broken in ({"verdict": "fine"}, {"joules_ci": [1.0]}, {"evidence": "certain"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(told | broken, schema, cls=jsonschema.Draft202012Validator)


def test_joules_reported_are_those_issued() -> None:
    """Of twenty runs of half a second, on counters that are computed at each read: the median
    error is at most 1 %, and nearly every interval holds what was issued.
    """
    words = ["unshare", "-m", sys.executable, "-m", "tests.powercap.profiled", "20", "0.5", "40"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "profiler")))}
    try:
        done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    except FileNotFoundError:
        pytest.skip("there is no `unshare` here")
    if done.returncode != 0 and ("unshare:" in done.stderr or "fuse" in done.stderr.lower()):
        pytest.skip(f"no FUSE in a namespace of our own here: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stderr
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    errors = [abs(run["joules"] / run["issued"] - 1) for run in runs]
    covered = fmean(run["joules_ci"][0] <= run["issued"] <= run["joules_ci"][1] for run in runs)
    print(
        f"simulated counters: median error {100 * median(errors):.2f} %, "
        f"{100 * covered:.0f} % of {len(runs)} intervals hold the truth"
    )
    assert len(runs) == 20
    assert median(errors) <= 0.01
    assert covered >= 0.8

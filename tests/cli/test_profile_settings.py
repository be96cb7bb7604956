# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint profile`` and ``greenlint doctor`` in a project with ``[tool.greenlint.energy]``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.profiling import NOWHERE, environment
from tests.powercap.tree import build, zones_of

pytestmark = pytest.mark.alone

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A command of greenlint in a project whose table is given; keywords are variables."""

    def command(
        table: str, *words: str, sys_root: Path | str = NOWHERE, **env: str
    ) -> subprocess.CompletedProcess[str]:
        text = f"[tool.greenlint.energy]\n{table}\n"
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-m", "greenlint", *words],
            cwd=tmp_path,
            env=environment(sys_root, **env),
            capture_output=True,
            text=True,
            timeout=120,
        )

    return command


def counted(done: subprocess.CompletedProcess[str]) -> tuple[int, int]:
    """Runs and warm-ups that the record tells."""
    record = json.loads(done.stdout)
    return len(record["runs"]), record["warmup"]


def test_a_series_as_the_project_has_it(run: Run) -> None:
    """`repeat` and `warmup` of the table; above it the environment, then the command line."""
    words = ("profile", "--json", "-")
    assert counted(run("repeat = 3\nwarmup = 2", *words, "true")) == (3, 2)
    assert counted(run("repeat = 3", *words, "true")) == (3, 1)
    assert counted(run("repeat = 3", *words, "--repeat", "2", "--warmup", "0", "true")) == (2, 0)
    assert counted(run("repeat = 3", *words, "true", GREENLINT_ENERGY_REPEAT="4")) == (4, 1)
    assert counted(run("repeat = 3", *words, "true", GREENLINT_PROFILE_REPEAT="1")) == (1, 0)
    assert counted(run("repeat = 3", "--isolated", *words, "true")) == (1, 0)
    assert counted(run("repeat = 3", "--config", "energy.repeat=2", *words, "true")) == (2, 1)


def test_functions_look_into_one_run(run: Run) -> None:
    """A table that repeats does not stand in the way of `--functions`."""
    done = run("repeat = 3", "profile", "--functions", "--json", "-", sys.executable, "-c", "1")
    assert (done.returncode, counted(done)) == (0, (1, 0))


def test_a_budget_of_the_project(run: Run) -> None:
    """It is judged, and one that is not kept says where it stands; `none` leaves it out."""
    done = run('budget = "5 J"', "profile", "true")
    assert done.returncode == 3
    assert "budget 5.00 J: cannot be judged: there is no figure to judge" in done.stderr
    assert "that budget is in pyproject.toml; `--budget none` leaves it out." in done.stderr
    assert run('budget = "5 J"', "profile", "--budget", "none", "true").returncode == 0
    given = run('budget = "5 J"', "profile", "--budget", "6 J", "true")
    assert (given.returncode, "pyproject" in given.stderr) == (3, False)


def test_a_project_that_needs_no_meter(run: Run) -> None:
    """A budget that no counter can judge is told, and is no error; one on CPU time still is."""
    table = 'budget = "5 J"\nrequire-meter = false'
    done = run(table, "profile", "--json", "-", "true")
    assert done.returncode == 0
    assert "budget 5.00 J: cannot be judged" in done.stderr
    assert json.loads(done.stdout)["verdict"] == "cannot-measure"
    assert run(table, "profile", "--cpu", "1 us", "true").returncode == 1


def test_a_counter_that_is_there_is_judged_by(run: Run, tmp_path: Path) -> None:
    """Counters that stand still are no missing meter: the budget cannot be judged, and that is an
    error also where none is needed.
    """
    build(tmp_path / "sys", zones_of("client-i5-13500"))
    table = 'budget = "5 J"\nrequire-meter = false\nsubtract-idle = false\nmeter = "powercap"'
    done = run(table, "profile", "sleep", "0.1", sys_root=tmp_path / "sys")
    assert done.returncode == 3
    assert "idle" not in done.stderr


def test_the_meter_of_the_project(run: Run) -> None:
    """It is used by both commands; one that does not work is an answer for `doctor`, an end for
    `profile`; one that nobody knows is a wrong setting.
    """
    told = run('meter = "model"', "doctor").stdout
    assert "pyproject.toml says model: model (estimated) is used." in told
    profiled = run('meter = "cpu"', "profile", "--json", "-", "true")
    assert json.loads(profiled.stdout)["meter"] == "cpu"
    absent = run('meter = "rapl"', "doctor")
    assert absent.returncode == 0
    assert "pyproject.toml says rapl: it does not work here (" in absent.stdout
    assert run('meter = "rapl"', "profile", "true").returncode == 3
    for command in (("doctor",), ("profile", "true")):
        wrong = run('meter = "rpl"', *command)
        assert wrong.returncode == 2
        assert "greenlint: pyproject.toml: There is no meter 'rpl'. Did you mean" in wrong.stderr


def test_json_of_doctor_has_the_meter_of_the_project(run: Run) -> None:
    """What is named, where, and what it stands for here."""
    named = json.loads(run('meter = "model"', "doctor", "--json").stdout)
    assert named["configured"] == {"meter": "model", "origin": "pyproject.toml", "used": "model"}
    assert json.loads(run("", "doctor", "--json").stdout)["configured"] is None
    absent = json.loads(run('meter = "rapl"', "doctor", "--json").stdout)
    assert absent["configured"]["used"] is None


@pytest.mark.parametrize("command", ["doctor", "profile true"])
def test_settings_that_cannot_be_used(run: Run, command: str) -> None:
    """Exit code 2 with the file and the line, before anything is measured."""
    done = run("repat = 3", *command.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('greenlint: pyproject.toml:2: Unknown key "repat"')

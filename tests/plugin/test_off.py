# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A run that does not ask for energy: nothing is loaded, nothing is done, nothing is said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugin.conftest import ALONE, Energy

pytestmark = pytest.mark.alone

LOADED = """
import sys
def pytest_unconfigure(config):
    names = sorted(name for name in sys.modules if name.partition(".")[0] in (
        "greenlint_profiler", "pytest_greenlint", "greenlint", "libcst", "click", "rich",
        "pyRAPL", "sqlite3"))
    print("LOADED", *names)
"""


@pytest.mark.parametrize("words", [("--help",), ("--collect-only", "-q"), ("--version",), ()])
def test_nothing_is_loaded(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Of all our modules the plugin's own file, its options and its hooks; nothing heavy at all."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    pytester.makeconftest(LOADED)
    pytester.makepyfile("def test_a(): pass")
    ran = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-s", *words)
    loaded = [line.split()[1:] for line in ran.outlines if line.startswith("LOADED")]
    ours = {
        "pytest_greenlint",
        *(f"pytest_greenlint.{one}" for one in ("hooks", "options", "plugin")),
    }
    assert loaded == [sorted(ours)] or ("--version" in words and loaded == [])


def test_nothing_is_said(pytester: pytest.Pytester) -> None:
    """No header, no summary, no letter, no file; markers are known and otherwise ignored."""
    pytester.makepyfile(
        """
        import pytest
        @pytest.mark.energy("5 J", queries=0)
        def test_a(): pass
        @pytest.mark.energy(no_such_argument=1)
        def test_b(): pass
        """
    )
    ran = pytester.runpytest_inprocess(*ALONE, "--strict-markers")
    ran.assert_outcomes(passed=2)
    assert "energy" not in str(ran.stdout)
    assert [path.name for path in pytester.path.iterdir() if path.name[0] == "."] == []


def test_no_energy_has_the_last_word(pytester: pytest.Pytester, energy: Energy) -> None:
    """It switches off what configuration and other options ask for."""
    pytester.makeini("[pytest]\nenergy = true\nenergy_fail = true\naddopts = --energy-budget=5J")
    pytester.makepyfile("def test_a(): pass")
    assert "= energy" in energy(on=False).text
    off = energy("--no-energy", on=False)
    off.result.assert_outcomes(passed=1)
    assert "energy:" not in off.text
    assert "= energy" not in off.text


@pytest.mark.parametrize(
    "option", ["--energy-fail", "--energy-json=a.json", "--energy-budget=5J", "--energy-exclusive"]
)
def test_an_option_without_energy_is_refused(
    pytester: pytest.Pytester, energy: Energy, option: str
) -> None:
    """It would be without effect, and somebody thinks that it has one: exit code 4."""
    pytester.makepyfile("def test_a(): pass")
    ran = energy(option, on=False)
    assert ran.result.ret == 4
    name = option.partition("=")[0]
    ran.result.stderr.fnmatch_lines([f"ERROR: {name} needs a measured run. Add --energy, *"])


def test_an_option_swallows_no_path(pytester: pytest.Pytester, energy: Energy) -> None:
    """`pytest --energy --energy-fail tests/` runs what is below tests."""
    pytester.mkdir("tests").joinpath("test_a.py").write_text("def test_a(): pass")
    pytester.makepyfile(test_b="def test_b(): assert 0")
    ran = energy("--energy-fail", "tests/")
    ran.result.assert_outcomes(passed=1)


HELP = """
import sys, time, pytest
assert pytest.main(sys.argv[1:]) == 0
sys.stderr.write(str(time.process_time_ns()))
"""


def test_help_is_not_slower(tmp_path: Path) -> None:
    """5 ms of CPU time, and a twentieth of the run for what a shared machine adds: the least of
    many runs with the plugin, and without, in turns, with byte code on disk as an installation has
    it.  What is loaded is held exactly above.
    """
    environ = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environ["PYTHONPYCACHEPREFIX"] = str(tmp_path)
    environ.pop("PYTHONDONTWRITEBYTECODE", None)

    def once(*words: str) -> int:
        command = [sys.executable, "-c", HELP, "--help", "-p", "no:cacheprovider", *words]
        done = subprocess.run(command, env=environ, capture_output=True, check=True, text=True)
        return int(done.stderr)

    plugin = ("-p", "pytest_greenlint.plugin")
    once(*plugin)
    pairs = [(once(*plugin), once()) for _ in range(15)]
    with_it, without = map(min, zip(*pairs, strict=True))
    assert with_it <= 1.05 * without + 5_000_000

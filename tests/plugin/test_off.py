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
import importlib, sys, pytest
calls = 0
def count(frame, event, what):
    global calls
    calls += event in ("call", "c_call")
name, *words = sys.argv[1:]
sys.setprofile(count)
code = pytest.main(words, plugins=[importlib.import_module(name)] if name else [])
sys.setprofile(None)
assert code == 0
sys.stderr.write(str(calls))
"""


def test_help_is_not_slower(tmp_path: Path) -> None:
    """By the calls of functions, Python's and C's, that `pytest --help` makes with the plugin and
    without: the count is the same on a busy machine, which CPU time is not.

    Hash seed and width are held, and byte code is on disk, as an installation has it.  The plugin
    is handed over, since pytest reads what all distributions say of themselves for one of `-p`.
    """
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPYCACHEPREFIX": str(tmp_path / "pyc")}
    environ |= {"PYTHONHASHSEED": "0", "COLUMNS": "80"}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    folder = tmp_path / "empty"
    folder.mkdir()

    def calls(name: str) -> int:
        command = [sys.executable, "-c", HELP, name, "--help", "-p", "no:cacheprovider"]
        done = subprocess.run(
            command, env=environ, cwd=folder, capture_output=True, check=True, text=True
        )
        return int(done.stderr)

    names = ("pytest_greenlint.plugin", "")
    for name in names:  # what is compiled is written now
        calls(name)
    with_it, without = map(calls, names)
    assert (with_it, without) == tuple(map(calls, names))
    print(f"pytest --help: {without} calls, {with_it - without} more with the plugin")
    assert with_it - without <= 0.15 * without

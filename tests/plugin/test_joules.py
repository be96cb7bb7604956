# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Joules of tests against joules that were issued, on simulated counters in real time."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median

import pytest

from tests.plugin.conftest import Energy
from tests.powercap.live import live

pytestmark = pytest.mark.alone

# Each test, and each fixture, notes when its own code began and ended.
NOTING = """
import json, time
from contextlib import contextmanager
@contextmanager
def noted(name):
    first = time.monotonic_ns()
    yield
    with open("edges.jsonl", "a") as file:
        file.write(json.dumps([name, first, time.monotonic_ns()]) + chr(10))
"""
TESTS = """
import time
import pytest
from noting import noted

@pytest.fixture(scope="module")
def shared():
    with noted("shared"):
        time.sleep(0.3)

@pytest.fixture
def own():
    with noted("own"):
        time.sleep(0.3)

@pytest.mark.parametrize("n", range(12))
def test_call(n):
    with noted(f"test_call[{n}]"):
        time.sleep(0.25)

@pytest.mark.energy("1 kJ", domains=["package"])
def test_fixtures(shared, own): pass
"""


def test_the_idle_power_of_the_last_hour_is_shown(
    pytester: pytest.Pytester,
    energy: Energy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As `greenlint profile` left it, in the header and the document; without it, the reason."""
    (tmp_path / "live").mkdir()
    pytester.makepyfile("def test_a(): pass")
    pytester.makepyprojecttoml("[tool.greenlint]")
    with live(tmp_path / "live", "sandy-ep", "package=40;dram=6") as tree:
        monkeypatch.setenv("GREENLINT_SYSFS_ROOT", str(tree.sys))
        none = energy()
        assert none.data["meter"]["idle_w"] is None
        assert none.data["meter"]["idle_reason"] == "not-watched"
        pytester.mkdir(".greenlint")
        profile = (sys.executable, "-m", "greenlint", "profile", "--idle", "1", "--", "true")
        assert pytester.run(*profile).ret == 0
        if not (pytester.path / ".greenlint" / "idle.json").exists():
            pytest.skip("others used this machine while it was to be idle")
        ran = energy()
    assert ran.data["meter"]["idle_w"] == pytest.approx(46, rel=0.1)
    assert ran.data["meter"]["idle_reason"] is None
    ran.result.stdout.fnmatch_lines(["energy: powercap (measured), idle 4*.* W at *:* UTC, *"])


def test_what_is_told_is_what_was_issued(
    pytester: pytest.Pytester,
    energy: Energy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Calls of 250 ms under a power that jumps: the median error is at most 1 %, and the energy of
    a function's fixture is in the setup of its test, that of a module's is not.

    Phases at whose edges a busy machine kept the simulation waiting are left out.
    """
    folder = tmp_path / "live"
    folder.mkdir()
    pytester.makepyfile(TESTS)
    pytester.makepyfile(noting=NOTING)
    with live(folder, "sandy-ep", "package=20x300,90x200;dram=6") as tree:
        monkeypatch.setenv("GREENLINT_SYSFS_ROOT", str(tree.sys))
        ran = energy("--energy-accept=shared", "--energy-meter=powercap")
        ran.result.assert_outcomes(passed=13)
        told = {name: entry["joules"] for name, entry in ran.tests.items()}
        told["own"] = ran.tests["test_fixtures"]["phases"]["setup"]["joules"]
        told["shared"] = ran.fixture("shared")["setup"]["joules"]
        lines = Path(pytester.path / "edges.jsonl").read_text("utf-8").splitlines()
        edges = {name: (first, last) for name, first, last in map(json.loads, lines)}
        issued = {
            name: tree.issued_uj(*moments) / 1e6
            for name, moments in edges.items()
            if not tree.was_late(*moments)
        }
    if len(issued) < 4:
        pytest.skip(f"{len(edges) - len(issued)} of {len(edges)} phases were disturbed")
    errors = {name: abs(told[name] - joules) / joules for name, joules in issued.items()}
    print(
        f"simulated counters: median error {100 * median(errors.values()):.2f} %, n {len(errors)}"
    )
    assert median(errors.values()) <= 0.01
    for name in {"own", "shared"} & set(errors):
        assert errors[name] <= 0.05
    domains = ran.tests["test_call[0]"]["domains"]
    assert {"package-0", "dram-0"} <= set(domains)
    ran.result.stdout.fnmatch_lines(
        ["energy: powercap (measured), machine class */rapl-pkg-dram/*"]
    )

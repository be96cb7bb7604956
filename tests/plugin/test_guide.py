# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The guide to budgets in pytest: its files run, its samples are printed, its options exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import pytest_greenlint.hooks as hooks

from tests.plugin.conftest import ALONE, Energy
from tests.powercap.live import live

pytestmark = pytest.mark.alone

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide" / "pytest.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))


def masked(line: str) -> str:
    """A line without its figures, their units, and the width of its columns."""
    line = re.sub(r"(?<![\w.])\d[\d.]*(?: (?:[nµm]?s|[mk]?J)\b)?", "#", line)
    line = re.sub(r"machine class \S+/", "machine class …/", line)
    line = re.sub(r"\S*/sys/class|\S*/no-sys/class", "/sys/class", line)
    return re.sub(r"[=_-]{2,}", "=", re.sub(r"\s+", " ", line)).strip()


def shown(block: str, text: str) -> None:
    """Each line of a sample is in the output, in order."""
    printed = iter([masked(line) for line in text.splitlines()])
    for line in BLOCKS[block].splitlines():
        wanted = masked(line)
        if wanted and wanted != "[…]":
            assert wanted in printed, f"not printed, or not there: {line}"


@pytest.fixture(autouse=True)
def shop(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two files of the guide."""
    for name in ("shop.py", "test_shop.py"):
        (pytester.path / name).write_text(BLOCKS[name])
    monkeypatch.syspath_prepend(str(pytester.path))


def test_from_nothing_to_a_failing_budget(pytester: pytest.Pytester, energy: Energy) -> None:
    """The first run, the budget that fails, the project without counters, and the loop fixed."""
    shown("first", energy("--energy", on=False).text)
    tests = pytester.path / "test_shop.py"
    before = re.search(r"^def test_totals.*?(?=\n\n\n)", tests.read_text(), re.M | re.S)
    assert before is not None
    tests.write_text(tests.read_text().replace(before[0], BLOCKS["budgeted"].rstrip()))
    failing = energy("--energy-fail")
    assert failing.result.ret == 1
    shown("failing", failing.text)
    (settings,) = re.findall(r"^```toml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    pytester.makepyprojecttoml(settings)
    energy("--energy-fail").result.assert_outcomes(passed=1, failed=1)
    module = pytester.path / "shop.py"
    slow = module.read_text()[module.read_text().index("def totals") :]
    module.write_text(module.read_text().replace(slow, BLOCKS["fixed"]))
    fixed = energy("--energy-fail", apart=True)
    assert fixed.result.ret == 0
    assert fixed.tests["test_totals"]["work"]["queries"] == 1


def test_with_a_counter(energy: Energy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On a simulated one."""
    folder = tmp_path / "live"
    folder.mkdir()
    with live(folder, "sandy-ep", "package=40;dram=6") as tree:
        monkeypatch.setenv("GREENLINT_SYSFS_ROOT", str(tree.sys))
        shown("counted", energy("--energy-require=measured").text)


def test_a_part_of_a_test(pytester: pytest.Pytester, energy: Energy) -> None:
    """With energy and without."""
    (pytester.path / "test_shop.py").write_text(BLOCKS["metered"])
    energy().result.assert_outcomes(passed=1)
    energy(on=False).result.assert_outcomes(passed=1)


def test_every_option_and_hook_is_told(pytester: pytest.Pytester) -> None:
    """The guide names what there is, and nothing else."""
    helped = str(pytester.runpytest_inprocess(*ALONE, "--help").stdout)
    known = set(re.findall(r"--(?:no-)?energy(?:-\w+)*", helped))
    named = set(re.findall(r"--(?:no-)?energy(?:-\w+)*", GUIDE))
    assert named == known
    there = {name for name in vars(hooks) if name.startswith("pytest_greenlint_")}
    assert set(re.findall(r"pytest_greenlint_\w+", GUIDE)) == there

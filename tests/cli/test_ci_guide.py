# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""docs/guide/ci.md: its files are the templates, and its ten minutes pass as it says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from greenlint.cli.init_files import TEMPLATES
from greenlint.cli.init_found import SYSTEMS
from tests.cli.conftest import Done
from tests.cli.init import remote, repository
from tests.powercap.live import live

pytestmark = [pytest.mark.alone, pytest.mark.once]

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "ci.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))
SHOWN = re.findall(r"^```console\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
# Where each template goes.
TARGETS = {
    **{
        target: f"{name}/{Path(target).name}"
        for name, system in SYSTEMS.items()
        for target in (system.hosted, system.counter)
    },
    ".gitlab-ci.yml": "gitlab/gitlab-ci.yml",
    ".pre-commit-config.yaml": "pre-commit.yaml",
    "pyproject.toml": "pyproject.toml",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project of the guide, in a repository that was cloned from GitHub."""
    folder = repository(tmp_path)
    remote(folder, "git@github.com:org/shop.git")
    for name in ("shop.py", "test_shop.py", "test_month.py"):
        (folder / name).write_text(BLOCKS[name])
    return folder


def shown(command: str) -> str:
    """What the guide shows below a command."""
    (found,) = (text.split(f"$ {command}\n")[1] for text in SHOWN if f"$ {command}\n" in text)
    return found


def masked(text: str) -> list[str]:
    """Lines without their figures and the width of their rules."""
    text = re.sub(r"\d[\d.]*(?: (?:[µm]?s|[mk]?J)\b)?", "#", text)
    return [re.sub(r"[=_-]{2,}", "=", line).strip() for line in text.splitlines()]


def in_order(wanted: str, text: str) -> None:
    """Each line of a sample is in the output, in order."""
    printed = iter(masked(text))
    for line in masked(wanted):
        if line and line != "[…]":
            assert line in printed, f"not printed, or not there: {line}\n{text}"


def pytest_says(project: Path, *words: str, sysfs: Path) -> tuple[int, str]:
    """A run of pytest as a user has it, with the counters of a folder."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "pytest_greenlint.plugin", *words],
        cwd=project,
        env={**environment, "GREENLINT_SYSFS_ROOT": str(sysfs)},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("target", TARGETS)
def test_its_files_are_the_templates(target: str) -> None:
    """To the letter: what people copy is what the command writes."""
    assert BLOCKS[target] == (TEMPLATES / TARGETS[target]).read_text("utf-8")


def test_it_shows_every_template() -> None:
    """And no other file of a CI system."""
    shipped = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.*")}
    assert set(TARGETS.values()) == shipped
    assert set(BLOCKS) == {*TARGETS, "shop.py", "test_shop.py", "test_month.py"}


def test_ten_minutes_on_a_hosted_runner(
    quick: Callable[..., Done], project: Path, tmp_path: Path
) -> None:
    """init, the finding, the budget that fails, and both jobs green after the two remedies."""
    (project / "test_month.py").unlink()
    assert quick("init").stdout == shown("greenlint init")
    found = quick("check", ".")
    assert found.returncode == 1
    assert found.stdout.startswith(shown("greenlint check"))
    code, said = pytest_says(project, "--energy", "--energy-fail", sysfs=tmp_path)
    assert code == 1
    in_order(shown("pytest --energy --energy-fail"), said)
    assert quick("check", "--fix").returncode == 0
    module = project / "shop.py"
    before = module.read_text()
    joined = (
        "def totals(db):\n    return dict(db.execute('SELECT name, sum(amount) FROM customer JOIN "
        "orders ON orders.customer = customer.id GROUP BY customer.id'))\n"
    )
    module.write_text(before[: before.index("def totals")] + joined)
    assert pytest_says(project, "--energy", "--energy-fail", sysfs=tmp_path)[0] == 0
    assert quick("check").returncode == 0


def test_ten_minutes_with_a_counter(
    quick: Callable[..., Done], project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a simulated one; on a busy machine, so that a shared counter has to do for a verdict."""
    (project / "test_shop.py").unlink()
    in_order(shown("greenlint init --counter"), quick("init", "--counter").stdout)
    words = shlex.split(re.findall(r"^\$ pytest (-m energy .*)$", GUIDE, re.MULTILINE)[0])
    assert pytest_says(project, *words, sysfs=tmp_path / "none")[0] == 1
    monkeypatch.setenv("GREENLINT_SYSFS_ROOT", str(tmp_path / "none"))
    assert quick("doctor", "--require", "measured").returncode == 3
    folder = tmp_path / "live"
    folder.mkdir()
    with live(folder, "sandy-ep", "package=40;dram=6") as tree:
        monkeypatch.setenv("GREENLINT_SYSFS_ROOT", str(tree.sys))
        assert quick("doctor", "--require", "measured").returncode == 0
        code, said = pytest_says(project, *words, "--energy-accept=shared", sysfs=tree.sys)
    assert code == 1
    in_order(shown(f"pytest {shlex.join(words)}"), said)
    code, said = pytest_says(project, "--energy", "--energy-fail", sysfs=tmp_path / "none")
    assert code == 0, said  # as the job of hosted runners meets the same test


def test_every_command_exists(quick: Callable[..., Done]) -> None:
    """Every command of ours in the guide, but for the gate, is one that has a help."""
    named = set(re.findall(r"(?<![\w/.-])greenlint ((?:baseline |energy )?[a-z]+)\b", GUIDE))
    commands = {words for words in named if words.split()[0] in quick_names(quick)}
    assert {"init", "check", "doctor", "baseline create", "baseline update"} <= commands
    for words in sorted(commands - {"energy gate"}):
        assert quick(*words.split(), "--help").returncode == 0, words


def quick_names(quick: Callable[..., Done]) -> set[str]:
    return set(re.findall(r"^  (\w+)  ", quick("--help").stdout, re.MULTILINE))

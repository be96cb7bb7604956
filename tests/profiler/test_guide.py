# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The guide to measuring: its programs run, its commands exist, its remedy is the doctor's."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from greenlint_profiler.choose import BUILT_IN
from greenlint_profiler.remedies import REMEDIES
from greenlint_profiler.units import Evidence

from tests.powercap.live import live

pytestmark = [pytest.mark.alone, pytest.mark.once]

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide" / "measuring.md").read_text(encoding="utf-8")
PROFILES = re.findall(r"^\$ (greenlint profile .*)$", GUIDE, re.MULTILINE)
(TABLE, _) = re.findall(r"^```text\n(\d+ runs?[, ].*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^\$ (?!greenlint profile )(.+)$", GUIDE, re.MULTILINE)
PATH = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("program", PROGRAMS, ids=[str(n) for n in range(len(PROGRAMS))])
def test_its_programs_run(tmp_path: Path, program: str) -> None:
    """On a live tree, each as a script of its own."""
    with live(tmp_path, "sandy-ep", "package=40;dram=6") as tree:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            env={**os.environ, "GREENLINT_SYSFS_ROOT": str(tree.sys)},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr


def test_the_first_joule_is_measured(tmp_path: Path) -> None:
    """The first program prints joules of the (simulated) counter, and not an estimate.

    Its window is short, and a busy machine can keep the simulation waiting; so the median of five.
    """
    watts = []
    with live(tmp_path, "sandy-ep", "package=40;dram=6") as tree:
        for _ in range(5):
            done = subprocess.run(
                [sys.executable, "-c", PROGRAMS[0]],
                env={**os.environ, "GREENLINT_SYSFS_ROOT": str(tree.sys)},
                capture_output=True,
                text=True,
                timeout=120,
            )
            match = re.fullmatch(r"(\S+) J in (\S+) s: (measured|shared|none)\n", done.stdout)
            assert match is not None, done.stdout + done.stderr
            if match[3] != "none":
                watts.append(float(match[1]) / float(match[2]))
    assert 30 < median(watts) < 60  # 46 W were issued


@pytest.fixture(scope="module")
def counters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A tree that lives as long as the commands need it."""
    with live(tmp_path_factory.mktemp("live"), "sandy-ep", "package=40;dram=6;core=20") as tree:
        yield tree.sys


@pytest.mark.parametrize("line", PROFILES)
def test_its_profiles_run(counters: Path, line: str) -> None:
    """Each command line of the page, as it stands there, with a short look at the idle machine."""
    words = shlex.split(line)[2:]
    done = subprocess.run(
        [sys.executable, "-m", "greenlint", "profile", *words],
        env={
            **os.environ,
            "GREENLINT_SYSFS_ROOT": str(counters),
            "GREENLINT_PROFILE_IDLE": "0.3",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    budget = "--budget" in words
    assert done.returncode in ((0, 1) if budget else (0,)), done.stderr
    assert ("budget 100 J: " in done.stderr) == budget
    names = re.findall(r"^ *([a-zA-Z]\S*(?: [a-z]+)?)  ", TABLE, re.MULTILINE)
    assert names[:3] == ["median", "energy", "package-0"]
    assert all(re.search(rf"^ *{name} ", done.stderr, re.MULTILINE) for name in names)
    assert done.stdout == "" or json.loads(done.stdout)["evidence"] in ("measured", "shared")


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_run(tmp_path: Path, command: str) -> None:
    """Each as it stands on the page, on a live tree; a simulator that runs for a minute is ended
    after a second.
    """
    command = re.sub(r"--seconds \d+", "--seconds 1", command)
    with live(tmp_path, "sandy-ep", "package=40;dram=6") as tree:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=ROOT,
            env={**os.environ, "GREENLINT_SYSFS_ROOT": str(tree.sys), "PATH": PATH},
            capture_output=True,
            text=True,
            timeout=120,
        )
    if "unshare:" in done.stderr or "mount:" in done.stderr or "FUSE" in done.stderr:
        pytest.skip(f"no mount namespace of our own here: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stdout + done.stderr


def test_from_no_permission_to_the_first_joule(open_folder: Path) -> None:
    """The way of the page: only the owner may read the counters, the doctor says so and how to go
    on; then a group may, as the doctor's commands make it, and the first program counts joules.
    """
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can give a file away, and be somebody without root's privileges")
    without = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable]
    with live(open_folder, "sandy-ep", "package=40;dram=6") as tree:
        env = {**os.environ, "GREENLINT_SYSFS_ROOT": str(tree.sys)}

        def run(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [*without, *words], env=env, capture_output=True, text=True, timeout=120
            )

        for file in tree.counters.files:
            os.chown(file.path, 65534, os.getegid())
            file.path.chmod(0o400)
        asked = run("-m", "greenlint", "doctor", "--require", "measured")
        assert asked.returncode == 3
        assert "permission denied (mode 0400, owner 65534" in " ".join(asked.stdout.split())
        assert all(step in asked.stdout for step in REMEDIES["powercap"].steps)
        assert "estimated" in run("-c", PROGRAMS[0]).stdout
        for file in tree.counters.files:
            file.path.chmod(0o440)  # what `chmod g+r` of the remedy leaves
        assert run("-m", "greenlint", "doctor", "--require", "measured").returncode == 0
        first = run("-c", PROGRAMS[0]).stdout
    assert re.fullmatch(r"\S+ J in \S+ s: (measured|shared|none)\n", first), first


def test_it_names_every_meter_and_every_label() -> None:
    """A row for each, in the order in which they are tried."""
    rows = re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE)
    known = [*BUILT_IN, *(evidence.value for evidence in Evidence)]
    assert [row for row in rows if row in known] == known


@pytest.mark.parametrize("name", ["powercap", "masked"])
def test_its_remedies_are_the_doctors(name: str) -> None:
    """Each step on the page is one that the doctor prints."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    known = set(REMEDIES[name].steps)
    (block,) = [one for one in blocks if known & set(one.splitlines())]
    assert set(block.splitlines()) <= known

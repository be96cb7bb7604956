# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The wheel: built from the source distribution, installed beside namesakes, and removed again."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NAMESAKES = ("rules", "profiler", "pytest_plugin")
PACKAGES = ("greenlint", "greenlint_profiler", "greenlint_rules", "pytest_greenlint")


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; the test fails with all of its output when the command fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def build(kind: str, source: Path, into: Path) -> Path:
    """One distribution, built by the back end that pyproject.toml names."""
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", into, cwd=source)
    (built,) = into.iterdir()
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the unpacked source distribution and from nothing else."""
    folder = tmp_path_factory.mktemp("source")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return build("wheel", source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A fresh environment in which other people's packages have the names of our folders.

    The libraries that greenlint needs are lent by the environment of these tests, so that
    nothing is downloaded.
    """
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=True, symlinks=os.name != "nt")
    site = site_packages(folder)
    for name in NAMESAKES:
        (site / name).mkdir()
        (site / name / "__init__.py").write_text(f"OWNER = 'somebody else, {name}'\n")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def site_packages(environment: Path) -> Path:
    scheme = {"base": str(environment), "platbase": str(environment)}
    return Path(sysconfig.get_path("purelib", "venv", scheme))


def scripts(environment: Path) -> Path:
    return environment / ("Scripts" if os.name == "nt" else "bin")


def test_the_wheel_holds_four_packages_and_nothing_else(wheel: Path) -> None:
    """Four import packages with their pages and type marks; no top-level name of anybody else."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    assert not [name for name in names if name.endswith(".pyc")]
    pages = {
        path.relative_to(ROOT / "rules").as_posix()
        for path in (ROOT / "rules").rglob("*")
        if path.suffix in {".py", ".md"}
    }
    assert pages <= set(names)


def test_the_wheel_states_its_licence(wheel: Path) -> None:
    """The licence is stated as SPDX asks, and its text travels with the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        assert "\nLicense-Expression: EUPL-1.2\n" in archive.read(metadata).decode()
        (text,) = [name for name in archive.namelist() if name.endswith("/LICENSE")]
        assert archive.read(text) == (ROOT / "LICENSE").read_bytes()


def test_the_source_distribution_holds_no_leftovers(sdist: Path) -> None:
    """No database, cache, coverage data or environment of a developer's machine is shipped."""
    with tarfile.open(sdist) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    left = (".venv", "__pycache__", ".greenlint", ".coverage", ".git/", ".sqlite3", ".pyc")
    assert not [name for name in names if any(word in name for word in left)]
    assert {"pyproject.toml", "conftest.py", "LICENSE", "README.md"} <= set(names)


def test_install_and_uninstall_leave_namesakes_alone(
    wheel: Path, environment: Path, tmp_path: Path
) -> None:
    """Packages called `rules`, `profiler` and `pytest_plugin` survive our coming and going, and
    nothing of ours is left when we go, whatever ran in between.
    """
    python = scripts(environment) / "python"

    def owners() -> list[str]:
        ask = "; ".join(f"import {name}; print({name}.OWNER)" for name in NAMESAKES)
        return run(python, "-c", ask, cwd=tmp_path).splitlines()

    before = owners()
    run(python, "-m", "pip", "install", "--no-deps", "--no-index", wheel, cwd=tmp_path)
    assert owners() == before
    where = "; ".join(f"import {name}; print({name}.__file__)" for name in PACKAGES)
    installed = run(python, "-c", where, cwd=tmp_path).splitlines()
    assert [Path(name).parent for name in installed] == [
        site_packages(environment) / name for name in PACKAGES
    ]

    command = scripts(environment) / "greenlint"
    version = wheel.name.split("-")[1]
    assert version in run(command, "--version", cwd=tmp_path)
    for name in PACKAGES:
        for path in (site_packages(environment) / name).rglob("*"):
            os.utime(path, (10**9, 10**9))
    assert "GRN" in run(command, "rule", "--list", cwd=tmp_path)
    (facts,) = (site_packages(environment) / "greenlint_rules" / "__pycache__").glob("facts.*")
    assert facts.read_bytes().startswith(b"{"), "what was read of the rules is kept"
    (tmp_path / "shop").mkdir()
    run(command, "init", "--ci", "jenkins", cwd=tmp_path / "shop")
    assert (tmp_path / "shop" / "greenlint.Jenkinsfile").is_file()

    run(python, "-m", "pip", "uninstall", "--yes", "greenlint", cwd=tmp_path)
    assert owners() == before
    assert not command.exists()
    assert not [name for name in PACKAGES if (site_packages(environment) / name).exists()]

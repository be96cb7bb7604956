# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint clean``: the cache goes, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from greenlint.cache import Cache
from greenlint.result import FileResult, Outcome

TAG = "Signature: 8a477f597d28d172789f06886806bc55\n"


@pytest.fixture
def cache(project: Path) -> Path:
    """A cache as a run leaves it."""
    return filled(project / ".greenlint" / "cache")


def filled(folder: Path) -> Path:
    Cache(folder, "rules").put([("shop.py", "digest", FileResult(Outcome.SKIPPED))])
    assert len(list(folder.iterdir())) == 3
    return folder


def test_the_cache_is_removed(greenlint, cache: Path) -> None:
    """The folder goes, and so does the .greenlint that it leaves empty."""
    done = greenlint("clean")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Removed .greenlint/cache: 3 files, ")
    assert not cache.parent.exists()


def test_a_dry_run_removes_nothing(greenlint, cache: Path) -> None:
    """It says what would be removed."""
    done = greenlint("clean", "--dry-run")
    assert done.returncode == 0
    assert done.stdout.startswith("Would remove .greenlint/cache: 3 files, ")
    assert len(list(cache.iterdir())) == 3


def test_nothing_to_remove_is_no_error(greenlint) -> None:
    """A second clean finds nothing, and says so."""
    done = greenlint("clean")
    assert done.returncode == 0
    assert done.stdout == "Nothing to remove: there is no cache at .greenlint/cache.\n"


def test_other_data_of_greenlint_stays(greenlint, cache: Path) -> None:
    """What else lies in .greenlint is no cache."""
    (cache.parent / "energy.sqlite3").write_bytes(b"")
    assert greenlint("clean").returncode == 0
    assert [path.name for path in cache.parent.iterdir()] == ["energy.sqlite3"]


def test_the_configured_folder_is_meant(greenlint, project: Path, cache: Path) -> None:
    """`cache-dir` decides what is removed."""
    other = filled(project / "var" / "lint")
    done = greenlint("--config", 'cache-dir="var/lint"', "clean")
    assert done.stdout.startswith("Removed var/lint: ")
    assert not other.exists()
    assert (project / "var").exists()
    assert cache.exists()


def test_files_of_others_stay(greenlint, project: Path) -> None:
    """Even a project that is its own cache folder loses nothing but the cache."""
    before = {path.name for path in project.iterdir()}
    (project / ".gitignore").write_text("build/\n", encoding="utf-8")
    Cache(project, "rules").put([("shop.py", "digest", FileResult(Outcome.SKIPPED))])
    done = greenlint("--config", 'cache-dir="."', "clean")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in project.iterdir()} == {*before, ".gitignore"}
    assert "it holds files that greenlint did not make" in done.stdout


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        (None, "it has no CACHEDIR.TAG"),
        (TAG + "# This file is a cache directory tag created by mypy.\n", "is not greenlint's"),
        ("# Findings remembered by greenlint.\n", "is not greenlint's"),
    ],
)
def test_a_folder_that_is_not_ours_is_left_alone(greenlint, project: Path, tag, why: str) -> None:
    """Without greenlint's own tag nothing is touched."""
    folder = project / ".greenlint" / "cache"
    folder.mkdir(parents=True)
    (folder / "check-1.sqlite3").write_bytes(b"")
    if tag:
        (folder / "CACHEDIR.TAG").write_text(tag, encoding="utf-8")
    done = greenlint("clean")
    assert done.returncode == 2
    assert why in done.stderr
    assert ".greenlint/cache is left alone" in done.stderr
    assert (folder / "check-1.sqlite3").exists()


def test_a_file_in_its_place_is_left_alone(greenlint, project: Path) -> None:
    """A `cache-dir` that is a file is told, not removed."""
    done = greenlint("--config", 'cache-dir="pyproject.toml"', "clean")
    assert done.returncode == 2
    assert "pyproject.toml is a file, not a cache folder." in done.stderr
    assert (project / "pyproject.toml").exists()


def test_a_link_to_the_cache_stays(greenlint, project: Path, tmp_path: Path) -> None:
    """Behind a symbolic link the files go; the link and the folder are somebody's arrangement."""
    real = filled(tmp_path / "fast-disk")
    (project / "linked").symlink_to(real)
    done = greenlint("--config", 'cache-dir="linked"', "clean")
    assert done.returncode == 0, done.stderr
    assert list(real.iterdir()) == []
    assert (project / "linked").is_symlink()

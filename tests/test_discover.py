# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Files: which are found, in which order, what is left out, and what cannot be looked into."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from greenlint.config import Config
from greenlint.discover import Discovery, discover, is_test_file
from greenlint.errors import UsageError


def grow(root: Path, *names: str) -> None:
    """Empty files, with the folders that they stand in."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def searched(root: Path, *paths: str, cwd: Path | None = None, **settings: Any) -> Discovery:
    return discover(paths, Config(root, **settings), cwd or root)


def found(root: Path, *paths: str, cwd: Path | None = None, **settings: Any) -> list[str]:
    return [file.name for file in searched(root, *paths, cwd=cwd, **settings).files]


# What is found


def test_python_files_are_found_by_name(tmp_path: Path) -> None:
    """Modules and stubs below a directory, sorted; other files and folders named *.py are not."""
    grow(tmp_path, "b.py", "a/z.pyi", "a/b/c.py", "a.txt", "tool", "x.pyc", "x.py.orig")
    (tmp_path / "folder.py").mkdir()
    grow(tmp_path, "folder.py/inner.py")
    assert found(tmp_path) == ["a/b/c.py", "a/z.pyi", "b.py", "folder.py/inner.py"]


@pytest.mark.parametrize(
    "paths", [("a", "b.py"), ("b.py", "a"), ("a/../a", "./b.py", "a/x.py", "."), ("../p/a", "b.py")]
)
def test_the_order_is_that_of_the_names(tmp_path: Path, paths: tuple[str, ...]) -> None:
    """However the paths are spelt and ordered, the files are the same, each once."""
    root = tmp_path / "p"
    grow(root, "a/x.py", "a/y.py", "b.py")
    result = searched(root, *paths)
    assert [file.name for file in result.files] == ["a/x.py", "a/y.py", "b.py"]
    assert [file.path for file in result.files] == [
        root / name for name in ("a/x.py", "a/y.py", "b.py")
    ]


def test_names_are_relative_to_the_root(tmp_path: Path) -> None:
    """Paths are meant from the working directory, names from the root, wherever that is."""
    grow(tmp_path, "p/src/a.py", "q/b.py")
    assert found(tmp_path / "p", "a.py", cwd=tmp_path / "p" / "src") == ["src/a.py"]
    assert found(tmp_path / "p", "../q", cwd=tmp_path / "p") == ["../q/b.py"]
    (tmp_path / "link").symlink_to("p")
    assert found(tmp_path / "p", "link/src", cwd=tmp_path) == ["src/a.py"]


@pytest.mark.parametrize(
    ("first", "runs"),
    [
        ("#!/usr/bin/env python3", True),
        ("#!/usr/bin/python", True),
        ("#!/opt/pypy3.11 -u", True),
        ("#!/bin/sh", False),
        ("import os", False),
        ("", False),
    ],
)
def test_a_script_is_found_when_it_is_named(tmp_path: Path, first: str, runs: bool) -> None:
    """A file without extension is Python by its shebang, and only when the user names it."""
    (tmp_path / "tool").write_text(first + "\n", encoding="utf-8")
    assert found(tmp_path) == []
    result = searched(tmp_path, "tool")
    assert [file.name for file in result.files] == (["tool"] if runs else [])
    assert [problem.message.partition(":")[0] for problem in result.problems] == (
        [] if runs else ["tool is not Python"]
    )


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    """A path that does not exist stops the run, with the directory that it was meant from."""
    with pytest.raises(UsageError, match=r"There is no file or directory src/no.py. Paths are mea"):
        searched(tmp_path, "src/no.py")


@pytest.mark.skipif(os.name == "nt", reason="rights work otherwise there")
def test_an_unreadable_directory_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A directory that cannot be read is a problem of its own; the others are searched."""
    grow(tmp_path, "a/x.py", "b/y.py")
    scandir = os.scandir

    def refusing(path: str) -> Any:
        if path.endswith("a"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("greenlint.discover.os.scandir", refusing)
    result = searched(tmp_path)
    assert [file.name for file in result.files] == ["b/y.py"]
    assert [problem.path for problem in result.problems] == [tmp_path / "a"]
    assert result.problems[0].message.startswith("Cannot read the directory a: permission denied.")


# Links


def test_linked_files_appear_once(tmp_path: Path) -> None:
    """A file under two names appears once, under its own; a link from outside under its name."""
    grow(tmp_path, "p/z.py", "outside.py")
    (tmp_path / "p" / "a.py").symlink_to("z.py")
    (tmp_path / "p" / "b.py").symlink_to("../outside.py")
    (tmp_path / "p" / "c.py").symlink_to("../outside.py")
    assert found(tmp_path / "p") == ["b.py", "z.py"]
    assert found(tmp_path / "p", "a.py", "z.py") == ["z.py"]
    assert found(tmp_path / "p", "a.py") == ["a.py"]


def test_linked_directories_end(tmp_path: Path) -> None:
    """A linked directory is entered only when it is named; loops and dead links do no harm."""
    grow(tmp_path, "p/a/x.py", "other/y.py")
    (tmp_path / "p" / "a" / "up").symlink_to("..")
    (tmp_path / "p" / "other").symlink_to("../other")
    (tmp_path / "p" / "dead.py").symlink_to("nowhere.py")
    (tmp_path / "p" / "self.py").symlink_to("self.py")
    assert found(tmp_path / "p") == ["a/x.py"]
    assert found(tmp_path / "p", "other") == ["other/y.py"]
    assert found(tmp_path / "p", ".", "a/up") == ["a/x.py"]


# What is left out


@pytest.mark.parametrize(
    "name",
    [
        *(".git/a.py", ".venv/lib/a.py", "venv/a.py", "node_modules/a.py", "a/__pycache__/b.py"),
        *("build/a.py", "dist/a.py", "lib/site-packages/a.py", ".tox/py/a.py", ".mypy_cache/a.py"),
        *("migrations/0001_initial.py", "shop/migrations/0002_more.py"),
        *("a_pb2.py", "api/a_pb2_grpc.py", "a_pb2.pyi"),
    ],
)
def test_what_is_not_yours_is_left_out(tmp_path: Path, name: str) -> None:
    """Environments, caches, builds, migrations and generated code are not linted by default."""
    grow(tmp_path, name, "a.py")
    assert found(tmp_path) == ["a.py"]
    assert name in found(tmp_path, exclude=())


def test_what_only_looks_like_it_stays(tmp_path: Path) -> None:
    """Code with a similar name is linted: only the exact folders and numbered migrations go."""
    names = ["app/migrations/helpers.py", "builder/a.py", "my_build/a.py", "pb2.py", "venv.py"]
    grow(tmp_path, *names)
    assert found(tmp_path) == names


@pytest.mark.parametrize(
    ("globs", "kept"),
    [
        ((), "a.py b/c.py b/d/e.py d/f.py"),
        (("d",), "a.py b/c.py"),
        (("/d",), "a.py b/c.py b/d/e.py"),
        (("b/d/",), "a.py b/c.py d/f.py"),
        (("b/*.py",), "a.py b/d/e.py d/f.py"),
        (("b/**",), "a.py d/f.py"),
        (("**/e.py", "[ac].py"), "d/f.py"),
        (("*.py", "!a.py"), "a.py"),
        (("?.py/",), "a.py b/c.py b/d/e.py d/f.py"),
    ],
)
def test_globs_are_those_of_gitignore(tmp_path: Path, globs: tuple[str, ...], kept: str) -> None:
    """exclude and extend-exclude follow .gitignore: anchored by a slash, later lines win."""
    grow(tmp_path, "a.py", "b/c.py", "b/d/e.py", "d/f.py")
    assert found(tmp_path, exclude=globs) == kept.split()
    assert found(tmp_path, exclude=(), extend_exclude=globs) == kept.split()
    assert found(tmp_path, cwd=tmp_path / "b", exclude=globs) == [
        name for name in kept.split() if name.startswith("b/")
    ]


@pytest.mark.parametrize(
    ("path", "names"), [("build/a.py", ["build/a.py"]), ("build", ["build/a.py"])]
)
def test_what_is_named_is_linted(tmp_path: Path, path: str, names: list[str]) -> None:
    """A named file or directory is linted though it is excluded, unless force-exclude is on."""
    grow(tmp_path, "build/a.py", "build/dist/b.py")
    assert found(tmp_path, path) == names
    assert found(tmp_path, path, extend_exclude=("/build/",)) == names
    assert found(tmp_path, path, force_exclude=True) == []
    assert found(tmp_path, path, exclude=("bu*/",), force_exclude=True) == []
    assert found(tmp_path, path, exclude=("other",), force_exclude=True)


def test_force_exclude_follows_git_too(tmp_path: Path) -> None:
    """With force-exclude a named file in a folder that git ignores is left out as well."""
    grow(tmp_path, ".git/HEAD", "gen/a.py", "b.py")
    (tmp_path / ".gitignore").write_text("gen/\n", encoding="utf-8")
    assert found(tmp_path, "gen/a.py", "b.py", force_exclude=True) == ["b.py"]
    assert found(tmp_path, "gen/a.py", "gen") == ["gen/a.py"]


def test_what_git_ignores_is_left_out(tmp_path: Path) -> None:
    """Each .gitignore up to the repository's root counts, the deepest first, and info/exclude."""
    grow(tmp_path, "p/a.py", "p/gen/b.py", "p/keep/gen/c.py", "p/mine.py", "p/x/local.py")
    grow(tmp_path, ".git/info/exclude")
    (tmp_path / ".git" / "info" / "exclude").write_text("mine.py\n", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("# why\ngen/\nlocal.py\n", encoding="utf-8")
    (tmp_path / "p" / "keep" / ".gitignore").write_text("!gen/\n", encoding="utf-8")
    kept = ["a.py", "keep/gen/c.py"]
    assert found(tmp_path / "p") == kept
    assert found(tmp_path / "p", respect_gitignore=False) == [
        *("a.py", "gen/b.py", "keep/gen/c.py", "mine.py", "x/local.py")
    ]
    grow(tmp_path, "p/.git/HEAD")
    assert "gen/b.py" in found(tmp_path / "p"), "a repository of its own begins anew"


LINES = (
    *("a", "b/", "build", "/foo", "foo/**", "**/foo", "a/**/b", "*.py", "!a.py", "!foo/a.py"),
    *("x?.py", "[ab].py", "[!a]*.py", "/*", "!/a", "a/*", "!a/b", "foo/*.py", "**/build/", "*"),
    *("!*/", "!*.py", "**/", "**", "/**", "x1/**/a.py", "# c", "\\!x", "a.py ", "!", "["),
)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is the judge")
@pytest.mark.parametrize("seed", range(25))
def test_git_agrees(tmp_path: Path, seed: int) -> None:
    """On random trees with random .gitignore files, what is left out is what git ignores."""
    chance = random.Random(seed)
    folders = [tmp_path]
    for _ in range(15):
        folders.append(chance.choice(folders) / chance.choice(("a", "b", "build", "foo", "x1")))
        grow(folders[-1], *(f"{chance.choice(('a', 'b', 'x1'))}.py" for _ in range(3)))
    for folder in {tmp_path, *chance.sample(folders, 4)}:
        lines = "\n".join(chance.sample(LINES, 3))
        (folder / ".gitignore").write_text(lines, encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    listing = ["git", "ls-files", "-o", "--exclude-standard", "*.py"]
    listed = subprocess.run(listing, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert found(tmp_path, exclude=(".git",)) == sorted(listed.stdout.split())


# How fast


def test_many_files_are_found_at_once(tmp_path: Path) -> None:
    """Two thousand files cost a fraction of a second, and an excluded folder is not entered."""
    for folder in range(20):
        grow(tmp_path, *(f"p{folder}/m{number}.py" for number in range(100)))
    grow(tmp_path, *(f"node_modules/m{number}.py" for number in range(100)))
    best = min(_seconds(tmp_path) for _ in range(3))
    assert best < 0.5


def _seconds(root: Path) -> float:
    before = time.perf_counter()
    assert len(found(root)) == 2000
    return time.perf_counter() - before


# Test files


@pytest.mark.parametrize(
    ("name", "is_test"),
    [
        *((name, True) for name in ("tests/a.py", "app/tests/b/c.py", "test_a.py", "a/test_b.py")),
        *((name, True) for name in ("a_test.py", "conftest.py", "a/conftest.py", "shop/tests.py")),
        *(
            (name, False)
            for name in ("a.py", "latest.py", "contest.py", "testing.py", "my_tests/a")
        ),
        *((name, False) for name in ("test.py", "attests/a.py", "protest/a.py", "pytest_x.py")),
    ],
)
def test_test_files_are_recognised(name: str, is_test: bool) -> None:
    """A test is known by its folder or its name, as pytest and Django name them."""
    assert is_test_file(name) is is_test

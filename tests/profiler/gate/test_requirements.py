# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What decides whether two sides can share an environment: the files that say what is installed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from greenlint_profiler.gate.sides.requirements import differing, digest, stated

SETUP = "from setuptools import setup\nsetup(name='p', install_requires={})\n"


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("name", "base", "head", "differs"),
    [
        ("uv.lock", "a", "b", True),
        ("poetry.lock", "a", "b", True),
        ("pdm.lock", "a", "b", True),
        ("Pipfile.lock", "a", "b", True),
        ("pylock.toml", "a", "b", True),
        ("pylock.dev.toml", "a", "b", True),
        ("requirements.txt", "a==1", "a==2", True),
        ("requirements-dev.txt", "a", "b", True),
        ("dev-requirements.txt", "a", "b", True),
        ("requirements/test.txt", "a", "b", True),
        ("requirements.md", "a", "b", False),
        ("notes.txt", "a", "b", False),
        ("other/requirements.txt", "a", "b", False),
        ("uv.lock", None, "b", True),
        ("uv.lock", "a", "a", False),
        ("pyproject.toml", "[project]\nversion='1'", "[project]\nversion='2'", False),
        ("pyproject.toml", "[project]\ndependencies=['a']", "[project]\ndependencies=[]", True),
        ("pyproject.toml", "# a", "[dependency-groups]\ndev=['a']", True),
        ("pyproject.toml", "# a", "[build-system]\nrequires=['a']", True),
        ("pyproject.toml", "# a", "[tool.poetry.group.dev.dependencies]\na='1'", True),
        ("pyproject.toml", "# a", "[tool.poetry]\ndescription='a'", False),
        ("pyproject.toml", "# a", "[tool.pdm.dev-dependencies]\na=['b']", True),
        ("pyproject.toml", "# a", "[tool.uv.sources]\na={path='b'}", True),
        ("pyproject.toml", "# a", "[tool.ruff]\nline-length=99", False),
        ("pyproject.toml", "# a", "[project.entry-points.pytest11]\na='b'", True),
        ("pyproject.toml", "not toml [", "not toml [[", True),
        ("setup.cfg", "[options]\ninstall_requires = a", "[options]\ninstall_requires = b", True),
        ("setup.cfg", "[options.extras_require]\nx = a", "[options.extras_require]\nx = b", True),
        ("setup.cfg", "[flake8]\nx = 1", "[flake8]\nx = 2", False),
        ("setup.cfg", "x", "[y", True),
        ("setup.py", SETUP.format("['a']"), SETUP.format("['b']"), True),
        ("setup.py", SETUP.format("['a']"), "# changed\n" + SETUP.format("['a']"), False),
        ("setup.py", SETUP.format("['a']"), "x = 1\n" + SETUP.format("['a']"), False),
        ("setup.py", SETUP.format("read('a')"), "x = 1\n" + SETUP.format("read('a')"), True),
        ("setup.py", "setup(**told)", "setup(**told2)", True),
        ("setup.py", "setup(", "setup((", True),
    ],
)
def test_what_makes_a_difference(
    tmp_path: Path, name: str, base: str | None, head: str, differs: bool
) -> None:
    """Lock files and requirements as a whole; of other files what they say of dependencies."""
    sides = []
    for side, text in (("base", base), ("head", head)):
        folder = written(tmp_path / side, {} if text is None else {name: text})
        folder.mkdir(exist_ok=True)
        sides.append(stated(folder, folder))
    assert differing(*sides) == ([name] if differs else [])


def test_requirements_that_include_others(tmp_path: Path) -> None:
    """Files that requirements name count, wherever they are in the checkout; a circle ends."""
    for side, text in (("base", "a==1"), ("head", "a==2")):
        files = {
            "requirements.txt": "-r deps/all.in\n",
            "deps/all.in": "-c  limits/c.txt\n-r ../requirements.txt\n--requirement=none.txt\n",
            "deps/limits/c.txt": text,
        }
        written(tmp_path / side, files)
    base, head = (stated(tmp_path / side, tmp_path / side) for side in ("base", "head"))
    assert differing(base, head) == ["deps/limits/c.txt"]


def test_folders_up_to_the_top_count(tmp_path: Path) -> None:
    """In a repository of several projects it is this one's files, and those around it."""
    files = {"uv.lock": "", "a/requirements.txt": "", "a/b/setup.cfg": "", "c/uv.lock": ""}
    written(tmp_path, files)
    assert {*stated(tmp_path, tmp_path / "a" / "b")} == {*files} - {"c/uv.lock"}


def test_a_digest_tells_texts_apart() -> None:
    """Where one text ends and the next begins makes a difference; the length is always the same."""
    told = {digest(parts) for parts in (["ab", "c"], ["a", "bc"], ["abc"], [], ["\udcff"])}
    assert len(told) == 5
    assert {len(one) for one in told} == {16}

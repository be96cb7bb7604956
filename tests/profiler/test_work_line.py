# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which files are the project's own, and which line of them asked."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from greenlint_profiler.work.classes import Place
from greenlint_profiler.work.line import DEEPEST, NOWHERE, SQLALCHEMY, Lines

from tests.profiler.counted import Project

SOURCE = "def ask(find):\n    return find()\n"


def found(root: Path, name: str) -> Place:
    """Where `ask` of a file of this name was called from, as far as the project goes."""
    lines = Lines(str(root))
    ask = Project(root).load(name, SOURCE)["ask"]
    place = ask(lambda: lines.innermost(sys._getframe(1)))
    assert place is not None
    return (None if place[0] is None else lines.relative(place[0])), *place[1:]


@pytest.mark.parametrize("name", ["app.py", "shop/views.py", "bin/start", "venv.py", "tests/t.py"])
def test_source_below_the_root_is_the_projects_own(tmp_path: Path, name: str) -> None:
    """Modules, scripts without a suffix, and tests."""
    assert found(tmp_path, name) == (name, 2, None)


@pytest.mark.parametrize(
    "name",
    [
        "manage.py",
        "templates/page.html",
        "node_modules/x/gyp.py",
        ".venv/lib/python3.11/site-packages/x.py",
        "venv/x.py",
        ".tox/py311/x.py",
        "vendor/site-packages/x.py",
    ],
)
def test_what_others_wrote_is_not(tmp_path: Path, name: str) -> None:
    """Installed libraries, compiled templates, and what only starts Django's commands."""
    assert found(tmp_path, name) == NOWHERE


def test_an_environment_of_any_name_is_not(tmp_path: Path) -> None:
    """A virtual environment is known by its configuration."""
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    assert found(tmp_path, "env/lib/x.py") == NOWHERE


def test_a_root_that_is_a_link(tmp_path: Path) -> None:
    """Files are the project's under the name of the root and under its real name."""
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    assert found(link, "app.py") == ("app.py", 2, None)
    lines = Lines(str(link))
    ask = Project(real).load("app.py", SOURCE)["ask"]
    name, *_ = ask(lambda: lines.innermost(sys._getframe(1)))
    assert lines.relative(name) == "app.py"


def test_a_file_beside_the_root_is_not(tmp_path: Path) -> None:
    """A folder whose name begins with that of the root is another one."""
    lines = Lines(str(tmp_path / "shop"))
    ask = Project(tmp_path).load("shop2/app.py", SOURCE)["ask"]
    assert ask(lambda: lines.innermost(sys._getframe(1))) == NOWHERE


def test_the_innermost_line_wins(tmp_path: Path) -> None:
    """Of two lines of the project, it is the one nearer to the query."""
    lines = Lines(str(tmp_path))
    project = Project(tmp_path)
    inner = project.load("inner.py", SOURCE)["ask"]
    outer = project.load("outer.py", "def ask(inner, find):\n\n    return inner(find)\n")["ask"]
    name, line, _ = outer(inner, lambda: lines.innermost(sys._getframe(1)))
    assert (lines.relative(name), line) == ("inner.py", 2)


def test_a_layer_that_counts_itself_is_seen_before_the_project(tmp_path: Path) -> None:
    """What SQLAlchemy asks for is nobody else's; what the project asks for below it is."""
    sqlalchemy = pytest.importorskip("sqlalchemy")
    lines = Lines(str(tmp_path))
    inside = str(Path(sqlalchemy.__file__).parent / "engine" / "default.py")
    names: dict[str, Any] = {}
    exec(compile(SOURCE, inside, "exec"), names)
    layer = names["ask"]
    ask = Project(tmp_path).load("app.py", SOURCE)["ask"]

    def find() -> object:
        return lines.innermost(sys._getframe(1), SQLALCHEMY)

    assert ask(lambda: layer(find)) is None
    assert layer(lambda: ask(find)) == (str(tmp_path / "app.py"), 2, None)


def test_a_deep_recursion_is_followed_only_so_far(tmp_path: Path) -> None:
    """Beyond five hundred frames the line is not looked for."""
    lines = Lines(str(tmp_path))
    ask = Project(tmp_path).load("app.py", SOURCE)["ask"]

    def deep(levels: int) -> Any:
        frame: FrameType = sys._getframe()
        return lines.innermost(frame) if levels == 0 else deep(levels - 1)

    assert ask(lambda: deep(DEEPEST - 10)) != NOWHERE
    assert ask(lambda: deep(DEEPEST)) == NOWHERE

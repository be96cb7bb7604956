# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which word of a command is pytest, and what the gate makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from greenlint_profiler.gate.workers.command import Refused, pytest_command, resolved

LOADED = "-p pytest_greenlint.gating"


@pytest.mark.parametrize(
    ("said", "worker"),
    [
        ("pytest", f"pytest {LOADED}"),
        ("pytest -q -m energy", f"pytest {LOADED} -q -m energy"),
        ("py.test tests", f"py.test {LOADED} tests"),
        ("/opt/v/bin/pytest -x", f"/opt/v/bin/pytest {LOADED} -x"),
        ("python -m pytest tests", f"python -m pytest {LOADED} tests"),
        ("python3.12 -X dev -W error -m pytest", f"python3.12 -X dev -W error -m pytest {LOADED}"),
        ("python -mpytest -q", f"python -mpytest {LOADED} -q"),
        ("python /opt/v/bin/pytest -q", f"python /opt/v/bin/pytest {LOADED} -q"),
        ("uv run pytest -k pytest", f"uv run pytest {LOADED} -k pytest"),
        (
            "uv run --with pytest python -m pytest",
            f"uv run --with pytest python -m pytest {LOADED}",
        ),
        ("poetry run pytest", f"poetry run pytest {LOADED}"),
        ("env A=1 python -m pytest", f"env A=1 python -m pytest {LOADED}"),
        ("nice -n 5 pytest", f"nice -n 5 pytest {LOADED}"),
    ],
)
def test_pytest_is_found(said: str, worker: str) -> None:
    """The plugin is loaded before pytest's own arguments, and all words stay as they were."""
    command = pytest_command(said.split())
    assert command is not None
    assert " ".join(command.worker) == worker


@pytest.mark.parametrize(
    "said",
    [
        "make test",
        "python manage.py test",
        "python -c pytest",
        "python -m unittest pytest",
        "python run.py pytest",
        "uv run --with pytest python run.py",
        "echo pytest",
        "tox -e pytest",
        "",
    ],
)
def test_other_commands_run_no_pytest(said: str) -> None:
    """A word that reads pytest is not pytest where it is somebody else's argument."""
    assert pytest_command(said.split()) is None


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("coverage run -m pytest -q", "pytest -q"),
        ("coverage run --source app -m pytest", "pytest"),
        ("python -m coverage run -m pytest -q", "python -m pytest -q"),
        ("uv run coverage run -m pytest", "uv run pytest"),
    ],
)
def test_coverage_is_refused_with_the_way_out(said: str, instead: str) -> None:
    """What a tracer uses is no figure of the tests."""
    with pytest.raises(Refused, match="coverage traces every line") as refused:
        pytest_command(said.split())
    assert f"`{instead}`" in str(refused.value)


@pytest.mark.parametrize("option", ["-I", "-E", "-sE"])
def test_an_interpreter_that_ignores_us_is_refused(option: str) -> None:
    """Without PYTHONPATH the plugin is not found on either side; `-W error` is another thing."""
    with pytest.raises(Refused, match=f"{option} makes Python ignore PYTHONPATH"):
        pytest_command(["python", option, "-m", "pytest", "-E"])
    assert pytest_command(["python", "-W", "error", "-m", "pytest", "-E"]) is not None


def test_an_environment_that_is_in_no_commit_is_the_users(tmp_path: Path) -> None:
    """`.venv/bin/pytest` is where the user stands, unless the worktree has one of its own."""
    where, root = tmp_path / "where", tmp_path / "root"
    for folder in (where, root):
        (folder / "bin").mkdir(parents=True)
    (where / "bin" / "pytest").touch()
    assert resolved(["bin/pytest", "-q"], root, where) == (str(where / "bin" / "pytest"), "-q")
    (root / "bin" / "pytest").touch()
    assert resolved(["bin/pytest", "-q"], root, where) == ("bin/pytest", "-q")
    assert resolved(["pytest", "-q"], root, where) == ("pytest", "-q")

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint init``: what it writes, what it leaves alone, and what it says about it."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from greenlint.cli.init_found import SYSTEMS
from tests.cli.conftest import Done
from tests.cli.init import files, repository, template

Quick = Callable[..., Done]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The top of a repository without anything in it."""
    return repository(tmp_path)


# What is written


def test_an_empty_repository(quick: Quick, project: Path) -> None:
    """Without a CI system in sight the configuration is written, and the way to the rest told."""
    done = quick("init")
    assert (done.returncode, done.stderr) == (0, "")
    assert list(files(project)) == ["greenlint.toml"]
    assert "No CI system is seen here: `greenlint init --ci github|gitlab" in done.stdout
    assert "new        greenlint.toml  configuration\n" in done.stdout
    written = tomllib.loads(files(project)["greenlint.toml"])
    assert written == {"require-ignore-reason": True, "energy": {"require-meter": False}}
    assert quick("config", "select").returncode == 0  # which reads and checks all of it


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_system(quick: Quick, project: Path, system: str) -> None:
    """--ci writes the template of the system; --counter the one of a runner of one's own, too."""
    (project / "pyproject.toml").write_text('[project]\nname = "shop"\n')
    known = SYSTEMS[system]
    assert quick("init", "--ci", system).returncode == 0
    held = files(project)
    assert held[known.hosted] == template(f"{system}/{Path(known.hosted).name}")
    assert known.counter not in held
    done = quick("init", "--ci", system, "--counter")
    assert f"unchanged  {known.hosted} " in done.stdout
    assert files(project)[known.counter] == template(f"{system}/{Path(known.counter).name}")
    assert "greenlint doctor " in done.stdout
    once = f"{known.hosted}, and the same of {known.counter}\n"
    assert (once in done.stdout) is (system in ("azure", "jenkins"))


def test_a_full_repository(quick: Quick, project: Path) -> None:
    """What others wrote stays as it was, and ours is added; a second run changes nothing."""
    (project / ".github" / "workflows").mkdir(parents=True)
    (project / ".github" / "workflows" / "test.yml").write_text("on: push\n")
    mine = '# mine\n[project]\nname = "shop"\n\n[tool.ruff.lint] # strict\nselect = ["ALL"]'
    (project / "pyproject.toml").write_text(mine)
    hooks = "repos:\n- repo: local\n  hooks: []\n\n# the end\nfail_fast: true\n"
    (project / ".pre-commit-config.yaml").write_text(hooks)
    done = quick("init", "--pre-commit")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(
        "There is .github/workflows: CI files are for GitHub Actions.\n"
        "new        .github/workflows/greenlint.yml  lint, budgets and gate on hosted runners\n"
        "added to   pyproject.toml                   [tool.greenlint], lint.external of ruff\n"
        "added to   .pre-commit-config.yaml          the hook greenlint-check\n"
    )
    held = files(project)
    assert held[".github/workflows/test.yml"] == "on: push\n"
    assert held["pyproject.toml"] == (
        mine.replace("strict\n", 'strict\nexternal = ["GRN"]\n')
        + "\n\n"
        + template("pyproject.toml")
    )
    added = yaml.safe_load(held[".pre-commit-config.yaml"])
    assert added.pop("repos")[1]["hooks"][0]["id"] == "greenlint-check"
    assert added == {"fail_fast": True}
    again = quick("init", "--pre-commit")
    assert again.returncode == 0
    assert files(project) == held
    assert again.stdout.count("unchanged  ") == 3


def test_a_folder_that_is_no_repository(quick: Quick, project: Path) -> None:
    """It works in any folder."""
    shutil.rmtree(project / ".git")
    assert quick("init", "--ci", "jenkins").returncode == 0
    assert list(files(project)) == ["greenlint.Jenkinsfile", "greenlint.toml"]


def test_a_folder_inside_a_repository(
    quick: Quick, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CI systems look at the top alone, so nothing is written below it for them."""
    (project / ".github" / "workflows").mkdir(parents=True)
    inside = project / "services" / "shop"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    for words in (("--ci", "github"), ("--counter",)):
        no = quick("init", *words)
        assert no.returncode == 2
        assert f"the top of the repository, {project}: run `greenlint init` there." in no.stderr
    assert files(project) == {}
    done = quick("init")
    assert done.returncode == 0
    assert f"the top of the repository, {project}: run `greenlint init` there." in done.stdout
    assert list(files(project)) == ["services/shop/greenlint.toml"]


def test_an_existing_configuration(quick: Quick, project: Path) -> None:
    """It is left as it is, also by force; what the CI files rest on and it lacks is told."""
    (project / "pyproject.toml").write_text('[tool.greenlint]\nselect = ["loops"]\n')
    done = quick("init", "--ci", "gitlab", "--force")
    assert done.returncode == 0
    assert "unchanged  pyproject.toml         configuration\n" in done.stdout
    assert "`require-meter = false` in [tool.greenlint.energy]" in done.stdout
    assert files(project)["pyproject.toml"] == '[tool.greenlint]\nselect = ["loops"]\n'
    (project / "pyproject.toml").write_text("[tool.greenlint.energy]\nrequire-meter = false\n")
    assert "require-meter" not in quick("init", "--ci", "gitlab").stdout


# What is left alone


def test_what_differs_is_left(quick: Quick, project: Path) -> None:
    """A file of ours that somebody changed is kept, the others are written, and the code is 2."""
    assert quick("init", "--ci", "github").returncode == 0
    path = project / SYSTEMS["github"].hosted
    path.write_text("name: mine\n")
    done = quick("init", "--ci", "github", "--ci", "gitlab")
    assert done.returncode == 2
    assert "left       .github/workflows/greenlint.yml " in done.stdout
    assert "new        .gitlab/greenlint.yml " in done.stdout
    assert "`greenlint init --diff` shows the difference, --force replaces it." in done.stderr
    assert path.read_text() == "name: mine\n"


def test_force_replaces_it(quick: Quick, project: Path) -> None:
    """With the template, and nothing but files that are ours as a whole."""
    path = project / SYSTEMS["gitlab"].hosted
    path.parent.mkdir()
    path.write_text("mine: {}\n")
    (project / ".gitlab-ci.yml").write_text("stages: [test]\n")
    done = quick("init", "--force")
    assert done.returncode == 0
    assert "replaced   .gitlab/greenlint.yml " in done.stdout
    assert files(project)[".gitlab-ci.yml"] == "stages: [test]\n"
    assert "Add to .gitlab-ci.yml:\n  include:\n    - local: .gitlab/greenlint*.yml" in done.stdout


def test_diff_shows_and_writes_nothing(quick: Quick, project: Path) -> None:
    """What would be written, and how a changed file differs; 1 where there is a difference."""
    path = project / SYSTEMS["github"].hosted
    path.parent.mkdir(parents=True)
    path.write_text(template("github/greenlint.yml") + "# mine\n")
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    before = files(project)
    done = quick("init", "--diff")
    assert done.returncode == 1
    assert files(project) == before
    assert "--- .github/workflows/greenlint.yml\n" in done.stdout
    assert "\n-# mine\n" in done.stdout
    assert "\n+[tool.greenlint]\n" in done.stdout
    patch = project.parent / "init.patch"
    patch.write_text(done.stdout)
    subprocess.run(["patch", "-p0", "-i", str(patch)], cwd=project, check=True)
    assert quick("init", "--diff") == Done(0, "", "")


def test_something_else_in_its_place(quick: Quick, project: Path) -> None:
    """A file where a folder has to be is told, and the rest written; the other way round, nothing
    is written.
    """
    (project / ".github").write_text("a file")
    done = quick("init", "--ci", "github", "--ci", "azure")
    assert done.returncode == 2
    assert done.stderr.startswith("greenlint: Cannot make the folder .github/workflows: ")
    assert (project / SYSTEMS["azure"].hosted).is_file()
    (project / "greenlint.Jenkinsfile").mkdir()
    before = files(project)
    done = quick("init", "--ci", "gitlab", "--ci", "jenkins")
    assert done.returncode == 2
    assert "Cannot read greenlint.Jenkinsfile: is a directory." in done.stderr
    assert files(project) == before


def test_a_read_only_file(quick: Quick, project: Path) -> None:
    """It is left, and told; what else there is to write is written."""
    path = project / "pyproject.toml"
    path.write_text("[project]\nname = 'x'\n")
    path.chmod(0o444)
    done = quick("init", "--ci", "github")
    assert done.returncode == 2
    assert "pyproject.toml is read-only and was left as it is." in done.stderr
    assert path.read_text() == "[project]\nname = 'x'\n"
    assert (project / SYSTEMS["github"].hosted).is_file()


def test_a_read_only_folder(quick: Quick, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that may not be written to: a sentence for each file, and no half of one."""

    def denied(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("greenlint.atomic.os.open", denied)  # root may write everywhere
    done = quick("init", "--ci", "jenkins")
    assert done.returncode == 2
    assert (
        f"Cannot write {project}/greenlint.Jenkinsfile: permission denied. Give write access"
        in (done.stderr)
    )
    assert files(project) == {}


def test_a_damaged_pyproject(quick: Quick, project: Path) -> None:
    """What cannot be read is not added to, and nothing is written."""
    (project / "pyproject.toml").write_text("[project\n")
    done = quick("init", "--ci", "github")
    assert done.returncode == 2
    assert "pyproject.toml:1:9: This is not TOML" in done.stderr
    assert list(files(project)) == ["pyproject.toml"]


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("tool = {ruff = {line-length = 100}}\n", True),  # an inline table cannot be added to
        ('# "é"\r\n[tool.x]\r\na = 1\r\n', False),
        ("\ufeff[tool.x]\na = 1\n", False),
        ("", False),
        ("[tool]\nx = 1", False),
    ],
)
def test_layouts_of_pyproject(quick: Quick, project: Path, text: str, elsewhere: bool) -> None:
    """What stood there stays to the byte, with its line ends; else ours is a file of its own."""
    path = project / "pyproject.toml"
    path.write_bytes(text.encode())
    assert quick("init").returncode == 0
    assert (project / "greenlint.toml").exists() is elsewhere
    after = path.read_bytes().decode()
    assert after.startswith(text)
    assert (after != text) is not elsewhere
    assert ("\n" in after.replace("\r\n", "")) is ("\r\n" not in text)
    read = tomllib.loads(after.removeprefix("\ufeff"))
    assert elsewhere or read["tool"]["greenlint"]["energy"] == {"require-meter": False}

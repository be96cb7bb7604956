# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint init`` in many repositories: what it sees, and what it adds to files of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from greenlint.cli.init_found import SYSTEMS, guesses
from tests.cli.conftest import Done
from tests.cli.init import files, remote, repository

Quick = Callable[..., Done]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The top of a repository without anything in it."""
    return repository(tmp_path)


# What it goes by


@pytest.mark.parametrize(
    ("mark", "title"),
    [
        (".gitlab-ci.yml", "GitLab"),
        ("azure-pipelines.yml", "Azure DevOps"),
        ("Jenkinsfile", "Jenkins"),
        (".github/workflows/ci.yml", "GitHub Actions"),
    ],
)
def test_files_give_a_system_away(quick: Quick, project: Path, mark: str, title: str) -> None:
    """The guess and its reason are told; files say more than the remote."""
    remote(project, "https://dev.azure.com/org/shop")
    (project / mark).parent.mkdir(parents=True, exist_ok=True)
    (project / mark).write_text("# mine\n")
    assert f"CI files are for {title}." in quick("init").stdout


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("git@github.com:org/shop.git", "GitHub Actions"),
        ("https://token@gitlab.example.nl/org/shop.git", "GitLab"),
        ("ssh://git@ssh.dev.azure.com:22/v3/org/shop", "Azure DevOps"),
        ("https://git.example.nl/github/shop.git", "No CI system is seen here"),
    ],
)
def test_the_remote_gives_a_system_away(quick: Quick, project: Path, url: str, said: str) -> None:
    """Its host counts, and no other part of the address; of `origin` alone."""
    remote(project, url)
    assert said in quick("init").stdout


def test_two_systems(quick: Quick, project: Path) -> None:
    """Where files of two are there, the user says which; nothing is written before."""
    for name in ("Jenkinsfile", ".gitlab-ci.yml"):
        (project / name).write_text("# mine\n")
    done = quick("init")
    assert done.returncode == 2
    assert ".gitlab-ci.yml, Jenkinsfile. Say which is meant: --ci gitlab, --ci jenkins or" in (
        done.stderr
    )
    assert len(files(project)) == 2
    assert quick("init", "--ci", "none").returncode == 0
    assert len(files(project)) == 3


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--ci", "none", "--ci", "github"), "--ci none does not go with --ci github."),
        (("--ci", "none", "--counter"), "--ci none does not go with --counter."),
        (("--counter",), "--counter needs a CI system, and none is seen here: `greenlint"),
        (("--ci", "travis"), "'travis' is not one of"),
    ],
)
def test_wrong_options(quick: Quick, project: Path, words: tuple[str, ...], sentence: str) -> None:
    """A sentence, and nothing is written."""
    done = quick("init", *words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert files(project) == {}


def test_quiet(quick: Quick, project: Path) -> None:
    """--quiet writes the same files and says nothing."""
    assert quick("-q", "init", "--ci", "github") == Done(0, "", "")
    assert list(files(project)) == [SYSTEMS["github"].hosted, "greenlint.toml"]


@pytest.mark.parametrize("system", ["github", "azure"])
def test_the_default_branch(quick: Quick, project: Path, system: str) -> None:
    """It is that of `origin`; a usual name that is checked out will do; else it is main."""
    path = project / SYSTEMS[system].hosted
    head = project / ".git" / "HEAD"
    for text, branch in (("ref: refs/heads/fix-7\n", "main"), ("ref: refs/heads/master", "master")):
        head.write_text(text)
        assert quick("init", "--ci", system, "--force").returncode == 0
        assert f"[{branch}]" in path.read_text()
    origin = project / ".git" / "refs" / "remotes" / "origin"
    origin.mkdir(parents=True)
    (origin / "HEAD").write_text("ref: refs/remotes/origin/release/2.x\n")
    assert quick("init", "--ci", system, "--force").returncode == 0
    assert "[release/2.x]" in path.read_text()
    assert "main]" not in path.read_text()


def test_a_worktree_of_git(quick: Quick, project: Path) -> None:
    """Where .git is a file, what it points to is asked."""
    (project / ".git" / "worktrees" / "two").mkdir(parents=True)
    (project / ".git" / "worktrees" / "two" / "commondir").write_text("../..\n")
    remote(project, "git@github.com:org/shop.git")
    second = project.parent / "second"
    second.mkdir()
    (second / ".git").write_text(f"gitdir: {project}/.git/worktrees/two\n")
    assert [guess.system for guess in guesses(second)] == ["github"]


@pytest.mark.parametrize(
    ("held", "command"),
    [
        ({}, "pip install greenlint"),
        ({"setup.py": ""}, "pip install -e . greenlint"),
        ({"pyproject.toml": "[build-system]\n"}, "pip install -e . greenlint"),
        ({"pyproject.toml": "[tool.x]\n"}, "pip install greenlint"),
        (
            {"pyproject.toml": "[project.optional-dependencies]\ndocs = []\ntest = []\n"},
            "pip install -e '.[test]' greenlint",
        ),
        (
            {"pyproject.toml": "[project]\n[dependency-groups]\ndev = []\n"},
            "pip install 'pip>=25.1' && pip install -e . --group dev greenlint",
        ),
        ({"requirements.txt": ""}, "pip install -r requirements.txt greenlint"),
        (
            {"requirements.txt": "", "requirements/dev.txt": ""},
            "pip install -r requirements/dev.txt greenlint",
        ),
        (
            {"pyproject.toml": "[project]\n", "requirements.txt": ""},
            "pip install -e . greenlint",
        ),
    ],
)
def test_how_the_project_is_installed(
    quick: Quick, project: Path, held: dict[str, str], command: str
) -> None:
    """By what the project has; the command is in every job that needs it, and told."""
    for name, text in held.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text)
    done = quick("init", "--ci", "gitlab")
    assert f"The jobs install the project with `{command}`: see that it fits." in done.stdout
    jobs = yaml.safe_load((project / SYSTEMS["gitlab"].hosted).read_text())
    assert [jobs[f"greenlint-{name}"]["script"][0] for name in ("budgets", "gate")] == [command] * 2


# Files of others


@pytest.mark.parametrize(
    ("name", "text", "after"),
    [
        ("ruff.toml", "line-length = 99\n", 'line-length = 99\n\n[lint]\nexternal = ["GRN"]\n'),
        (".ruff.toml", "[lint]\nselect = []\n", '[lint]\nexternal = ["GRN"]\nselect = []\n'),
        ("ruff.toml", '[lint]\nexternal = ["GRN"]\n', '[lint]\nexternal = ["GRN"]\n'),
    ],
)
def test_ruff_learns_our_codes(
    quick: Quick, project: Path, name: str, text: str, after: str
) -> None:
    """What keeps ruff from removing `noqa` comments with our codes is added, once."""
    (project / name).write_text(text)
    assert quick("init").returncode == 0
    assert (project / name).read_text() == after
    assert "Tell ruff" not in quick("init").stdout


@pytest.mark.parametrize(
    "text",
    [
        '[lint]\nexternal = ["ABC"]\n',
        'external = ["ABC"]\n',
        "lint = {select = []}\n",
        "x = '''\n[lint]\n'''\n",
    ],
)
def test_ruff_is_left_where_more_is_to_be_thought_of(
    quick: Quick, project: Path, text: str
) -> None:
    """A list that is there, an inline table, a text that looks like one: said, and left."""
    (project / "ruff.toml").write_text(text)
    done = quick("init")
    assert done.returncode == 0
    assert 'Tell ruff that our codes are not its own: `external = ["GRN"]`' in done.stdout
    assert (project / "ruff.toml").read_text() == text


@pytest.mark.parametrize(
    "text",
    [
        "repos:\n  - repo: local\n    hooks: [{id: x}]\n",
        "# top\nminimum_pre_commit_version: '3'\nrepos: # ours\n\n# one\n- repo: local\n  hooks:\n"
        "  - id: x\n    args:\n      - |\n        repos\n# tail\n",
        "repos:\n    - repo: local\n      hooks: [{id: x}]\n      # last\n\nci:\n  skip: [x]\n",
    ],
)
def test_the_hook_is_put_in(quick: Quick, project: Path, text: str) -> None:
    """At the end of the list; for YAML nothing else has changed, and no line is gone."""
    path = project / ".pre-commit-config.yaml"
    path.write_text(text)
    done = quick("init", "--pre-commit")
    assert "added to   .pre-commit-config.yaml" in done.stdout
    before, after = yaml.safe_load(text), yaml.safe_load(path.read_text())
    assert len(after["repos"]) == len(before["repos"]) + 1
    ours = after["repos"].pop()
    assert ours == {"repo": "local", "hooks": [ours["hooks"][0]]}
    assert ours["hooks"][0]["entry"] == "greenlint check --force-exclude"
    assert after == before
    kept = iter(path.read_text().splitlines())
    assert all(line in kept for line in text.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        "repos: []\n",
        "repos: [{repo: local, hooks: []}]\n",
        "repos:\n  - repo: local\n    hooks: []\n  bad\n",
        "repos:\n- repo: local\n  hooks: []\n---\nx: 1\n",
        "repos:\r\n- repo: local\r\n  hooks: []\r\n",
        "repos:\n- repo: local\n  hooks: []",
        "fail_fast: true\n",
        "'repos':\n- repo: local\n",
    ],
)
def test_the_hook_is_printed_where_there_is_doubt(quick: Quick, project: Path, text: str) -> None:
    """The file stays, and the text to put in is printed."""
    path = project / ".pre-commit-config.yaml"
    path.write_bytes(text.encode())
    done = quick("init", "--pre-commit")
    assert done.returncode == 0
    assert path.read_bytes() == text.encode()
    assert "Add to the list of .pre-commit-config.yaml:\n    - repo: local\n" in done.stdout


def test_a_suite_of_manage_py(quick: Quick, project: Path) -> None:
    """The job of the budgets is for pytest; the command for other suites is told."""
    (project / "manage.py").write_text("")
    said = quick("init", "--ci", "github").stdout
    assert "`greenlint profile --per-test -- python manage.py test`" in said

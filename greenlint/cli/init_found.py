# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What ``greenlint init`` goes by: the CI system, the branch, and how the project is installed.

Read from files alone: git need not be there, and nothing of the project is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenlint.cli.telling import told
from greenlint.config_file import PYPROJECT, parse, read_text, shown
from greenlint.errors import ConfigError


@dataclass(frozen=True, slots=True)
class System:
    """A CI system: its name, what gives it away, and where its files go.

    `marks` are globs from the top of a repository, `host` a part of a remote's host name; `counter`
    is the file for a runner of one's own.
    """

    title: str
    marks: tuple[str, ...]
    host: str | None
    hosted: str
    counter: str


SYSTEMS = {
    "github": System(
        "GitHub Actions",
        (".github/workflows",),
        "github",
        ".github/workflows/greenlint.yml",
        ".github/workflows/greenlint-counter.yml",
    ),
    "gitlab": System(
        "GitLab",
        (".gitlab-ci.yml",),
        "gitlab",
        ".gitlab/greenlint.yml",
        ".gitlab/greenlint-counter.yml",
    ),
    "azure": System(
        "Azure DevOps",
        ("azure-pipelines*.yml", "azure-pipelines*.yaml", ".azure-pipelines", "azure-pipelines"),
        "dev.azure.com",
        ".azure-pipelines/greenlint.yml",
        ".azure-pipelines/greenlint-counter.yml",
    ),
    "jenkins": System(
        "Jenkins",
        ("Jenkinsfile*", "*.Jenkinsfile"),
        None,
        "greenlint.Jenkinsfile",
        "greenlint-counter.Jenkinsfile",
    ),
}

# Where projects list what their tests need, and what they call it.
_REQUIREMENTS = (
    "requirements-test.txt",
    "requirements-dev.txt",
    "requirements/test.txt",
    "requirements/ci.txt",
    "requirements/dev.txt",
    "requirements.txt",
    "requirements/base.txt",
)
_EXTRAS = ("test", "tests", "testing", "dev")


@dataclass(frozen=True, slots=True)
class Guess:
    """A CI system that a repository seems to use, and what says so."""

    system: str
    reason: str


def top(folder: Path) -> Path | None:
    """The top of the repository that the folder lies in."""
    return next((up for up in (folder, *folder.parents) if (up / ".git").exists()), None)


def guesses(folder: Path) -> list[Guess]:
    """The CI systems whose files are there; where none are, that of the remote `origin`."""
    found = [
        Guess(name, mark.relative_to(folder).as_posix())
        for name, system in SYSTEMS.items()
        if (mark := _first(folder, system.marks)) is not None
    ]
    return found or [
        Guess(name, told("the remote at {host}", host=host))
        for host in _hosts(folder)
        for name, system in SYSTEMS.items()
        if system.host is not None and system.host in host
    ]


def _first(folder: Path, globs: tuple[str, ...]) -> Path | None:
    return next((path for glob in globs for path in sorted(folder.glob(glob))), None)


def _hosts(folder: Path) -> Iterator[str]:
    """The host of `origin`, from an address such as git@host:path or https://user@host/path."""
    config = _git_text(folder, "config")
    remote = re.search(r'^\[remote "origin"\]\s*\n((?:[ \t].*\n?)*)', config, re.MULTILINE)
    url = remote and re.search(r"^\s*url\s*=\s*(.+?)\s*$", remote[1], re.MULTILINE)
    host = url and re.match(r"(?:[a-z+]+://)?(?:[^@/]*@)?([^:/]+)", url[1], re.IGNORECASE)
    if host:
        yield host[1].lower()


def default_branch(folder: Path) -> str:
    """The branch that `origin` calls its default; else the one checked out, else `main`."""
    texts = (_git_text(folder, "refs/remotes/origin/HEAD"), _git_text(folder, "HEAD"))
    for text, prefix in zip(texts, ("refs/remotes/origin/", "refs/heads/"), strict=True):
        named = text.strip().removeprefix(f"ref: {prefix}")
        if re.fullmatch(r"[A-Za-z][\w./-]*", named) and (prefix != "refs/heads/" or _usual(named)):
            return named
    return "main"


def _usual(branch: str) -> bool:
    """What is checked out is the default branch only by a usual name: else it is somebody's."""
    return branch in ("main", "master", "develop", "trunk")


def _git_text(folder: Path, name: str) -> str:
    """A file of the repository's git folder, also where that of a worktree only points to it."""
    git = folder / ".git"
    try:
        if git.is_file():
            pointed = git.read_text("utf-8").strip().removeprefix("gitdir: ")
            git = folder / pointed
            common = git / "commondir"
            git = git / common.read_text("utf-8").strip() if common.is_file() else git
        return (git / name).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def install(folder: Path) -> str:
    """The command with which jobs install the project, its tests' needs and greenlint."""
    words = " ".join(("pip install", *_itself(folder), *_needs(folder), "greenlint"))
    # `--group` came with pip 25.1, and images of Python 3.12 bring an older one.
    return f"pip install 'pip>=25.1' && {words}" if " --group " in words else words


def _itself(folder: Path) -> Iterator[str]:
    document = _pyproject(folder)
    extra = _named(document.get("project"), "optional-dependencies")
    if "project" in document or "build-system" in document or (folder / "setup.py").is_file():
        yield f"-e '.[{extra}]'" if extra else "-e ."


def _needs(folder: Path) -> Iterator[str]:
    document = _pyproject(folder)
    group = _named(document, "dependency-groups")
    listed = next((name for name in _REQUIREMENTS if (folder / name).is_file()), None)
    if group:
        yield f"--group {group}"
    elif listed and ("project" not in document or listed != "requirements.txt"):
        yield f"-r {listed}"


def _named(holder: object, key: str) -> str | None:
    """The first of the usual names for what tests need that the table below a key has."""
    table = holder.get(key) if isinstance(holder, dict) else None
    known = table if isinstance(table, dict) else {}
    return next((name for name in _EXTRAS if name in known), None)


def _pyproject(folder: Path) -> Mapping[str, Any]:
    file = folder / PYPROJECT
    if not file.is_file():
        return {}
    try:
        return parse(read_text(file), shown(file))
    except ConfigError as error:
        raise ConfigError(
            *error.parts, " Mend it first: `greenlint init` adds its table there."
        ) from None

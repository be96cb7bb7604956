# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the tests of ``greenlint init`` share: a bare repository, and what lies in it."""

from __future__ import annotations

from pathlib import Path

from greenlint.cli.init_files import TEMPLATES


def repository(tmp_path: Path) -> Path:
    """The top of a repository without anything in it."""
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    return folder


def files(folder: Path) -> dict[str, str]:
    """All files but git's, by their path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def template(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def remote(project: Path, url: str) -> None:
    (project / ".git" / "config").write_text(
        f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {url}\n\tfetch = +refs\n'
        '[remote "other"]\n\turl = https://dev.azure.com/other\n'
    )

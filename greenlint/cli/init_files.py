# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What ``greenlint init`` would write: each file as it is, and as it is to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from greenlint.cli.init_found import SYSTEMS
from greenlint.errors import UsageError
from greenlint.messages import Message, say

TEMPLATES = Path(__file__).parents[1] / "templates"
INCLUDE = ".gitlab/greenlint*.yml"

# What stands in the templates, and is replaced by what holds in the project.
_INSTALL = "pip install -e . greenlint"
_BRANCH = "[main]"


class State(StrEnum):
    """What is to be done with a file, in the word that is printed before its name."""

    NEW = "new"
    ADDED_TO = "added to"
    REPLACED = "replaced"
    SAME = "unchanged"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Planned:
    """A file: `before` is None where there is none.

    A file that is ours as a `whole` and differs is replaced only by force; what is added to a file
    of others leaves the rest of it as it is.
    """

    path: Path
    note: Message
    before: bytes | None
    after: bytes
    whole: bool = True
    force: bool = False

    @property
    def state(self) -> State:
        """What is to be done."""
        if self.before is None:
            return State.NEW
        if self.before == self.after:
            return State.SAME
        if not self.whole:
            return State.ADDED_TO
        return State.REPLACED if self.force else State.LEFT


def content(path: Path) -> bytes | None:
    """The file's bytes; None where there is no file.  Raises UsageError where it cannot be read."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        from greenlint.config_file import shown

        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            "Cannot read {path}: {why}. Make it a file that can be read, or move it.",
            path=shown(path),
            why=reason,
        ) from None


def template(name: str) -> str:
    """The text of a template, as it is shown in the guide."""
    return (TEMPLATES / name).read_text("utf-8")


def filled(text: str, *, install: str, branch: str) -> str:
    """A template with the project's own install command and default branch."""
    return text.replace(_INSTALL, install).replace(_BRANCH, f"[{branch}]")


def ci_files(
    root: Path, system: str, *, counter: bool, install: str, branch: str, force: bool
) -> Iterator[Planned]:
    """The files of a CI system; with `counter` also those for a runner of one's own."""
    known = SYSTEMS[system]
    wanted = [(known.hosted, say("lint, budgets and gate on hosted runners"))]
    if counter:
        joules = say("joules on a runner of your own with an energy counter")
        wanted.append((known.counter, joules))
    for target, note in wanted:
        path = root / target
        text = filled(template(f"{system}/{path.name}"), install=install, branch=branch)
        yield Planned(path, note, content(path), text.encode(), force=force)
    entry = root / ".gitlab-ci.yml"
    if system == "gitlab" and content(entry) is None:
        note = say("includes {files}", files=INCLUDE)
        yield Planned(entry, note, None, template("gitlab/gitlab-ci.yml").encode(), False)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``check --watch``: wait until a file has changed, by asking for its times once a second."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from greenlint.cli.telling import complain, spoken
from greenlint.errors import GreenlintError, UsageError
from greenlint.project.texts import FOLDERS

if TYPE_CHECKING:
    from greenlint.cli.linting import Lint

PAUSE = 1.0
# What changes files, asks, or looks at nothing that lasts.
_APART = ("fix", "fix_only", "interactive", "diff", "add_ignore", "explain", "show_files")
# Folders that programs write, and nobody edits.
_NOBODYS = ("__pycache__", "node_modules", "build", "dist", "venv")

Stamp = tuple[int, int]


class Seen(NamedTuple):
    """The files that a run depends on, and the folders where one may come or go, with the time of
    the last change and the size of each; (0, 0) for what is not there.
    """

    files: Mapping[str, Stamp]
    folders: Mapping[str, Stamp]

    def again(self) -> Seen:
        """The same files and folders as they are now."""
        return Seen(_stamps(self.files), _stamps(self.folders))


def refuse(paths: Sequence[str], given: Mapping[str, Any]) -> None:
    """Raise UsageError for what does not go with --watch."""
    if "-" in paths:
        raise UsageError("--watch waits for files to change: name a path instead of `-`.")
    if given["no_cache"]:
        raise UsageError(
            "--watch checks again only what has changed, which the cache knows; leave --no-cache "
            "out, or name another place with --cache-dir."
        )
    for name in _APART:
        if given[name] not in (None, False):
            raise UsageError(
                "--watch only looks: leave {option} out.", option=f"--{name.replace('_', '-')}"
            )


def watch(
    make: Callable[[], Lint],
    check: Callable[[Lint], int],
    *,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Check, and check anew after each change, until Ctrl-C, which is how it ends: 0.

    What is wrong with a configuration is told, and waited out.
    """
    seen = Seen({}, {})
    try:
        while True:
            lint = make()
            click.clear()
            seen = look_at_configuration(lint.cwd, seen)
            try:
                seen = look(lint)
                check(lint)
            except GreenlintError as error:
                click.echo(f"greenlint: {error.said(spoken())}", err=True)
            complain("waiting for changes; Ctrl-C ends it.")
            while (still := unchanged(lint, seen)) is not None:
                seen = still
                wait(PAUSE)
    except KeyboardInterrupt:
        click.echo(err=True)
        return 0


def look(lint: Lint) -> Seen:
    """What the findings of a run follow from.  Raises GreenlintError."""
    config = lint.config
    starts = [str(config.root), *(path for path in lint.paths if os.path.isdir(path))]
    folders, texts = _below(starts)  # before files are looked for: one may come meanwhile
    baseline = [config.baseline] if config.baseline is not None else []
    files = [str(job.path) for job in (*lint.jobs, *lint.around)]
    return Seen(_stamps((*files, *texts, *map(str, (*config.files, *baseline)))), folders)


def look_at_configuration(cwd: Path, before: Seen) -> Seen:
    """What may mend a configuration that is broken: its files, here and above."""
    names = ("pyproject.toml", "greenlint.toml")
    files = (str(up / name) for up in (cwd, *cwd.parents) for name in names)
    return Seen(_stamps((*before.files, *files)), _stamps(before.folders))


def unchanged(lint: Lint, seen: Seen) -> Seen | None:
    """What to look at next where all is as it was; None where a file is another, came, or went.

    In a folder that changed a file may have come that is none of ours, such as an editor's copy.
    """
    now = seen.again()
    if now.files != seen.files:
        return None
    if now.folders == seen.folders:
        return seen
    try:
        fresh = look(type(lint)(lint.settings, lint.paths, lint.given))
    except GreenlintError:
        return None
    return fresh if fresh.files == seen.files else None


def _below(starts: Iterable[str]) -> tuple[dict[str, Stamp], set[str]]:
    """The folders below some, each as it was before it was read, and the templates in them."""
    folders = _stamps(starts)
    texts: set[str] = set()
    for start in list(folders):
        for folder, below, names in os.walk(start):
            below[:] = [one for one in below if not one.startswith(".") and one not in _NOBODYS]
            folders |= _stamps(os.path.join(folder, one) for one in below)
            if any(part in FOLDERS for part in Path(folder).parts):
                texts.update(os.path.join(folder, name) for name in names)
    return folders, texts


def _stamps(paths: Iterable[str]) -> dict[str, Stamp]:
    return dict(_stamped(paths))


def _stamped(paths: Iterable[str]) -> Iterator[tuple[str, Stamp]]:
    for path in paths:
        try:
            about = os.stat(path)
        except OSError:
            yield path, (0, 0)
        else:
            yield path, (about.st_mtime_ns, about.st_size)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint clean``: removes the cache, and nothing that greenlint did not make."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import click

from greenlint.cli.group import Settings
from greenlint.cli.telling import count, spoken, tell
from greenlint.errors import UsageError

# https://bford.info/cachedir/, and the line by which we know our own.
_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55"
_OURS = "greenlint"
_TAG = "CACHEDIR.TAG"
_DATABASE = re.compile(r"check-\d+\.sqlite3(-journal|-wal|-shm)?\Z")


@click.command(name="clean")
@click.option("--dry-run", is_flag=True, help="Say what would be removed; remove nothing.")
@click.pass_obj
def command(settings: Settings, dry_run: bool) -> None:
    """Remove caches: the folder that `cache-dir` names."""
    from greenlint.config_file import shown

    folder = settings.load_config().cache_dir
    if not os.path.lexists(folder):
        tell("Nothing to remove: there is no cache at {folder}.", folder=shown(folder))
        return
    _check_ours(folder, shown(folder))
    ours = list(_our_files(folder))
    size = sum(path.lstat().st_size for path in ours)
    files = count(len(ours), "{n} file", "{n} files")
    what = f"{shown(folder)}: {files}, {_in_words(size)}"
    if dry_run:
        tell("Would remove {what}.", what=what)
        return
    _remove(folder, ours)
    tell("Removed {what}.", what=what)
    if folder.exists() and any(folder.iterdir()):
        tell(
            "Left {folder} itself: it holds files that greenlint did not make.",
            folder=shown(folder),
        )


def _check_ours(folder: Path, name: str) -> None:
    """Raise UsageError for a folder that greenlint did not mark as its cache."""
    way_out = "Remove it by hand, or set `cache-dir` to the folder that is meant."
    if not folder.is_dir():
        raise UsageError("{name} is a file, not a cache folder. ", way_out, name=name)
    try:
        tag = (folder / _TAG).read_text("utf-8", errors="replace")
    except FileNotFoundError:
        raise UsageError(
            "{name} is left alone: it has no CACHEDIR.TAG. ", way_out, name=name
        ) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            "Cannot read {name}/CACHEDIR.TAG: {why}. ",
            way_out,
            name=name,
            why=reason,
        ) from None
    if not tag.startswith(_SIGNATURE) or _OURS not in tag:
        raise UsageError(
            "{name} is left alone: its CACHEDIR.TAG is not greenlint's. ",
            way_out,
            name=name,
        )


def _our_files(folder: Path) -> Iterator[Path]:
    """What the cache is made of, the tag last: a clean that is cut short can be repeated."""
    for path in sorted(folder.iterdir()):
        if _DATABASE.match(path.name) and not path.is_dir():
            yield path
    ignore = folder / ".gitignore"
    if ignore.is_file() and ignore.read_bytes() == b"*\n":
        yield ignore
    yield folder / _TAG


def _remove(folder: Path, ours: list[Path]) -> None:
    try:
        for path in ours:
            path.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            "Cannot remove {path}: {why}. Remove it by hand, or get write access to its folder.",
            path=path,
            why=reason,
        ) from None
    for empty in (folder, folder.parent if folder.parent.name == ".greenlint" else folder):
        if not empty.is_symlink() and empty.is_dir() and not any(empty.iterdir()):
            empty.rmdir()


def _in_words(size: int) -> str:
    if size < 1000:
        return f"{size} bytes"
    size_of = f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
    return spoken().figure(size_of)

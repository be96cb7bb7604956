# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Templates of a project: found by the name that code gives them, read as text when asked for.

Only plain files below the root are read, never by way of a link that leads out of it.  A template
is a dependency like any file: its key names what was looked for and from where, its digest what
was found.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path, PurePosixPath

from greenlint.finding import Span

# Folders that hold templates, beside Python files or above them.
FOLDERS = ("templates", "jinja2")
# The largest template of 24 real projects has 60 kB.
_MOST_BYTES = 400_000
_KEY = "template:"


@dataclass(frozen=True, slots=True)
class Text:
    """A file that is no Python: its name from the root, and what it holds."""

    name: str
    text: str

    @property
    def is_jinja(self) -> bool:
        """Whether it is written for Jinja, by its folder or ending."""
        parts = PurePosixPath(self.name).parts
        return "jinja2" in parts or self.name.endswith((".j2", ".jinja", ".jinja2"))


class Mark(ast.AST):
    """A place in a template, where other places are nodes: it stands within one line."""

    def __init__(self, text: str, start: int, length: int) -> None:
        super().__init__()
        self._text, self._start, self._length = text, start, length

    @cached_property
    def span(self) -> Span:
        """The place in lines and columns, counted when it is told: few marks ever are."""
        start, length = self._start, self._length
        line = self._text.count("\n", 0, start) + 1
        column = start - self._text.rfind("\n", 0, start)
        return Span(line, column, line, column + length, start, start + length)


class Texts:
    """The templates below a root; `held` are texts that stand in for files.

    `units` are the names of the Python files: templates are looked for beside them.
    """

    def __init__(
        self,
        root: Path | None = None,
        units: Iterable[str] = (),
        held: Mapping[str, str] | None = None,
    ) -> None:
        self._root = root
        self._units = units
        self._held = held or {}
        self._found: dict[str, Text | None] = {}

    def key(self, wanted: str, near: str) -> str:
        """One word for looking for a template from the folder of a Python file."""
        return f"{_KEY}{near.rpartition('/')[0]}:{wanted}"

    def find(self, key: str) -> Text | None:
        """The template that a key looks for: of several with that name the nearest."""
        if key not in self._found:
            near, _, wanted = key.removeprefix(_KEY).partition(":")
            self._found[key] = self._look(near, wanted)
        return self._found[key]

    def digest(self, key: str) -> str:
        """What was found for a key, as one word; "" for nothing."""
        found = self.find(key)
        if found is None:
            return ""
        whole = f"{found.name}\0{found.text}".encode("utf-8", "surrogatepass")
        return blake2b(whole, digest_size=16).hexdigest()

    def _look(self, near: str, wanted: str) -> Text | None:
        path = PurePosixPath(wanted)
        if not wanted or path.is_absolute() or ".." in path.parts or "\0" in wanted:
            return None
        for folder in sorted(self._folders, key=lambda folder: (-_shared(near, folder), folder)):
            name = f"{folder}/{path.as_posix()}"
            if (text := self._read(name)) is not None:
                return Text(name, text)
        return None

    @cached_property
    def _folders(self) -> tuple[str, ...]:
        """Every folder of templates beside a Python file, or above one."""
        above: set[str] = set()
        for name in self._units:
            folder = name.rpartition("/")[0]
            while folder not in above and not folder.startswith(".."):
                above.add(folder)
                folder = folder.rpartition("/")[0]
        places = (f"{one}/{word}".lstrip("/") for one in above for word in FOLDERS)
        return tuple(sorted(place for place in places if self._is_folder(place)))

    def _is_folder(self, name: str) -> bool:
        if any(held.startswith(f"{name}/") for held in self._held):
            return True
        return self._root is not None and (self._root / name).is_dir()

    def _read(self, name: str) -> str | None:
        if name in self._held:
            return self._held[name]
        if self._root is None:
            return None
        path = os.path.realpath(self._root / name)
        try:
            if not self._below(path) or os.path.getsize(path) > _MOST_BYTES:
                return None
            return Path(path).read_bytes().decode("utf-8") if os.path.isfile(path) else None
        except (OSError, ValueError):
            return None

    def _below(self, path: str) -> bool:
        assert self._root is not None
        return path.startswith(os.path.realpath(self._root).rstrip(os.sep) + os.sep)


def _shared(near: str, folder: str) -> int:
    """How many folders from the root two paths have in common."""
    count = 0
    for mine, theirs in zip(near.split("/"), folder.split("/"), strict=False):
        if mine != theirs:
            break
        count += 1
    return count


class Digests(Mapping[str, str]):
    """The digests of Python files by name and of templates by key."""

    def __init__(self, files: Mapping[str, str], texts: Texts) -> None:
        self._files = files
        self._texts = texts

    def __getitem__(self, name: str) -> str:
        return self._texts.digest(name) if name.startswith(_KEY) else self._files[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def root_of(path: Path, name: str) -> Path | None:
    """The folder from which a file has that name; None where the name leads out of it."""
    parts = PurePosixPath(name).parts
    whole = path.absolute()
    if ".." in parts or whole.parts[-len(parts) :] != parts:
        return None
    return whole.parents[len(parts) - 1]

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Paths become the Python files to lint: each once, in one order, without what is excluded."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from greenlint.config import Config
from greenlint.errors import UsageError

SUFFIXES = (".py", ".pyi")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to lint: where it is, and its POSIX path relative to the configuration root.

    `raw` is the Python that a plugin made of a file that is none.
    """

    path: Path
    name: str
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A path that could not be walked or is no Python, and the sentence that says so."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found, by name; and what could not be looked into."""

    files: tuple[FoundFile, ...]
    problems: tuple[Problem, ...] = ()


def is_test_file(name: str) -> bool:
    """Whether a POSIX path is that of a test, or of something that only serves tests."""
    *folders, base = name.split("/")
    stem = base.rpartition(".")[0]
    return (
        stem in ("conftest", "tests")
        or stem.startswith("test_")
        or stem.endswith("_test")
        or "tests" in folders
    )


Claim = Callable[[Path], bytes | None]


def discover(
    paths: Iterable[str | Path], config: Config, cwd: Path, claim: Claim | None = None
) -> Discovery:
    """The files to lint below `paths`, which are meant from `cwd`; no path is `cwd` itself.

    `claim` may make Python of a file that is none.

    A file that is named is linted though it is excluded, unless force-exclude is on.
    Raises UsageError for a path that does not exist.
    """
    asked = list(paths) or [cwd]
    starts = sorted({os.path.normpath(os.path.join(cwd, path)) for path in asked})
    for path in asked:
        if not os.path.exists(os.path.join(cwd, path)):
            raise UsageError(
                "There is no file or directory {path}. Paths are meant from {cwd}.",
                path=path,
                cwd=cwd,
            )
    search = _Search(config, claim)
    for start in starts:
        if config.force_exclude and search.left_out(start):
            continue
        if os.path.isdir(start):
            search.walk(start)
        else:
            search.name(start)
    files = sorted(search.files.values(), key=lambda file: file.name)
    return Discovery(tuple(files), tuple(search.problems))


class _Search:
    """One discovery: the files by their real path, the problems, and what is left out."""

    def __init__(self, config: Config, claim: Claim | None = None) -> None:
        self.claim = claim
        self.files: dict[str, FoundFile] = {}
        self.problems: list[Problem] = []
        self.root = os.path.normpath(config.root.absolute())
        self.below = self.root.rstrip(os.sep) + os.sep
        self.globs = Globs((*config.exclude, *config.extend_exclude))
        self.respects_git = config.respect_gitignore

    def name(self, path: str) -> None:
        """Take a file that was named, if it is Python."""
        if path.endswith(SUFFIXES) or ("." not in os.path.basename(path) and _runs_python(path)):
            self._take(path, os.path.realpath(path))
        elif not self._claimed(path):
            message = f"{self._name(path)} is not Python: it ends neither in .py nor in .pyi"
            self.problems.append(Problem(Path(path), f"{message}, and has no Python shebang."))

    def walk(self, start: str) -> None:
        """Take every Python file below a directory; linked directories are not entered."""
        stack = [(start, os.path.realpath(start), self._git_levels(start))]
        while stack:
            folder, real, levels = stack.pop()
            try:
                with os.scandir(folder) as entries:
                    listed = list(entries)
            except OSError as error:
                self._cannot_read(folder, error)
                continue
            if self.respects_git and folder != start:
                levels = (*levels, *_git_level(folder, listed))
            for entry in listed:
                base, path = entry.name, folder.rstrip(os.sep) + os.sep + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if not self._excluded(path, base, True, levels):
                        stack.append((path, f"{real}/{base}", levels))
                elif (
                    base.endswith(SUFFIXES)
                    and _is_file(entry)
                    and not self._excluded(path, base, False, levels)
                ):
                    linked = entry.is_symlink()
                    self._take(path, os.path.realpath(path) if linked else f"{real}/{base}")
                elif (
                    self.claim is not None
                    and not base.endswith(SUFFIXES)
                    and _is_file(entry)
                    and not self._excluded(path, base, False, levels)
                ):
                    self._claimed(path)

    def left_out(self, path: str) -> bool:
        """Whether a path, or a directory on the way to it from the root, is excluded."""
        way = [path, *map(str, Path(path).parents)]
        below = [step for step in way if step.startswith(self.below)] or [path]
        return any(
            self._excluded(
                step,
                os.path.basename(step),
                os.path.isdir(step),
                self._git_levels(os.path.dirname(step)),
            )
            for step in below
        )

    def _excluded(self, path: str, base: str, folder: bool, levels: tuple[Level, ...]) -> bool:
        if self.globs.verdict(self._name(path), base, folder):
            return True
        for level in reversed(levels):  # the deepest .gitignore that knows the path decides
            below = path[level.offset :].replace(os.sep, "/")
            verdict = level.globs.verdict(below, base, folder)
            if verdict is not None:
                return verdict
        return False

    def _name(self, path: str) -> str:
        if path.startswith(self.below):
            return path[len(self.below) :].replace(os.sep, "/")
        real, root = os.path.realpath(path), os.path.realpath(self.root)
        if not real.startswith(root + os.sep):  # outside, or the root reached by another name
            real, root = path, self.root
        return os.path.relpath(real, root).replace(os.sep, "/")

    def _claimed(self, path: str) -> bool:
        """Take a file that a plugin makes Python of."""
        raw = self.claim(Path(path)) if self.claim is not None else None
        if raw is not None:
            self._take(path, os.path.realpath(path), raw)
        return raw is not None

    def _take(self, path: str, real: str, raw: bytes | None = None) -> None:
        """Keep a file under its real path; of two spellings the real one, else the first."""
        found = FoundFile(Path(path), self._name(path), raw)
        kept = self.files.get(real)
        if kept is None or (str(kept.path) != real and (path == real or found.name < kept.name)):
            self.files[real] = found

    def _cannot_read(self, folder: str, error: OSError) -> None:
        reason = (error.strerror or str(error)).lower()
        message = f"Cannot read the directory {self._name(folder)}: {reason}."
        self.problems.append(Problem(Path(folder), f"{message} Exclude it, or change its rights."))

    def _git_levels(self, start: str) -> tuple[Level, ...]:
        """The .gitignore files from the repository's root (or ours) down to `start`."""
        if not self.respects_git:
            return ()
        way = [start, *map(str, Path(start).parents)]
        top = next((up for up in way if os.path.exists(os.path.join(up, ".git"))), self.root)
        if top not in way:
            return ()
        excluded = _level(top, os.path.join(top, ".git", "info", "exclude"))
        between = reversed(way[: way.index(top) + 1])
        nested = (_level(up, os.path.join(up, ".gitignore")) for up in between)
        return tuple(level for level in (excluded, *nested) if level)


@dataclass(frozen=True, slots=True)
class Level:
    """A .gitignore: where paths below its directory begin, and what it says of them."""

    offset: int
    globs: Globs


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link to itself
        return False


def _git_level(folder: str, listed: list[os.DirEntry[str]]) -> Iterator[Level]:
    if any(entry.name == ".gitignore" for entry in listed):
        level = _level(folder, os.path.join(folder, ".gitignore"))
        if level:
            yield level


def _level(folder: str, file: str) -> Level | None:
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as lines:
            return Level(len(folder.rstrip(os.sep)) + 1, Globs(lines.read().splitlines()))
    except OSError:  # absent, a directory, or unreadable: git goes on without it as well
        return None


def _runs_python(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            first = file.readline(200)
    except OSError:  # let the reader of the file report it
        return True
    return re.match(rb"#!.*\b(?:python|pypy)[\d.]*\b", first) is not None


# Globs that need no regular expression: a name, `name/`, `*suffix`.
_NAME = re.compile(r"(?:\*\*/)?([^*?\[\]\\/!#\s][^*?\[\]\\/]*)(/?)")
_SUFFIX = re.compile(r"\*([^*?\[\]\\/]+)")
_VAGUE = re.compile(r"\[[^]]*\]|[*?/!]+")
_TRICKY = re.compile(r"\\|\[[!^]?\]|\[:")


class Globs:
    """Lines in .gitignore's syntax, compiled; the last line that matches decides."""

    __slots__ = ("_blocks",)

    def __init__(self, lines: Iterable[str]) -> None:
        self._blocks: list[_Block] = []
        for line in lines:
            glob = line if line.endswith("\\ ") else line.rstrip()
            if glob in ("", "!") or glob.startswith("#"):
                continue
            excludes = not glob.startswith("!")
            if not self._blocks or self._blocks[-1].excludes is not excludes:
                self._blocks.append(_Block(excludes))
            self._blocks[-1].add(glob if excludes else glob[1:])
        self._blocks.reverse()

    def verdict(self, name: str, base: str, folder: bool) -> bool | None:
        """True: excluded; False: taken in again; None: no line speaks of it.

        `name` is the POSIX path from where the lines are meant, `base` its last part.  What lies
        in an excluded folder is the caller's to leave out, by not entering it.
        """
        for block in self._blocks:
            if block.matches(name, base, folder):
                return block.excludes
        return None


class _Block:
    """Neighbouring lines of one kind, so that their order among themselves does not matter."""

    __slots__ = ("excludes", "folders", "hard", "names", "suffixes")

    def __init__(self, excludes: bool) -> None:
        self.excludes = excludes
        self.names: set[str] = set()
        self.folders: set[str] = set()
        self.suffixes: tuple[str, ...] = ()
        self.hard: list[_Glob] = []

    def add(self, glob: str) -> None:
        if found := _NAME.fullmatch(glob):
            (self.folders if found[2] else self.names).add(found[1])
        elif found := _SUFFIX.fullmatch(glob):
            self.suffixes = (*self.suffixes, found[1])
        else:
            self.hard.append(_Glob(glob))

    def matches(self, name: str, base: str, folder: bool) -> bool:
        if base in self.names or (folder and base in self.folders):
            return True
        if self.suffixes and base.endswith(self.suffixes):
            return True
        return any(glob.matches(name, folder) for glob in self.hard)


class _Glob:
    """One glob for pathspec, which is imported for the first name that has its longest word."""

    __slots__ = ("_glob", "_regex", "_word")

    def __init__(self, glob: str) -> None:
        self._glob = glob
        self._word = "" if _TRICKY.search(glob) else max(_VAGUE.split(glob), key=len)
        self._regex: re.Pattern[str] | None = None

    def matches(self, name: str, folder: bool) -> bool:
        if self._word not in name:
            return False
        if self._regex is None:
            self._regex = _compiled(self._glob)
        path = f"{name}/" if folder else name
        found = self._regex.match(path)
        if found is None:
            return False
        if "ps_d" in self._regex.groupindex:
            # A match that ends earlier is that of a folder on the way, which was not left out.
            return found.end() == len(path)
        return not self._glob.endswith("/**") or found.end() < len(path)  # below, not the folder


def _compiled(glob: str) -> re.Pattern[str]:
    from pathspec import GitIgnoreSpec

    never = re.compile(r"(?!)")
    if glob in ("*/", "**/"):  # every folder; pathspec's expression finds the first one only
        return re.compile(r".*/\Z", re.DOTALL)
    try:
        regex = GitIgnoreSpec.from_lines([glob]).patterns[0].regex
    except ValueError:  # git, too, goes on without a line that it does not understand
        return never
    return regex or never

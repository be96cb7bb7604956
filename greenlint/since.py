# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is new since a revision: git says which lines were added, and how files were before.

Nothing here needs a tree, and git is asked without a shell.
"""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from greenlint.errors import UsageError
from greenlint.finding import Finding
from greenlint.messages import say

Lines = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A file that differs from the revision.

    `path` is POSIX and relative to the root, as findings have it; `added` are the first and last
    line of each stretch that is new.  `base` is where the file was at the revision, from the top
    of the repository; None for a file that is new, whose lines are all added.
    """

    path: str
    base: str | None = None
    added: Lines = ()

    def touches(self, first: int, last: int) -> bool:
        """Whether a stretch of lines holds an added one."""
        if self.base is None:
            return True
        return any(start <= last and first <= end for start, end in self.added)


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs between a revision and the files as they are, by path."""

    root: Path
    revision: str
    files: Mapping[str, Change] = field(default_factory=dict)

    def base_bytes(self, path: str) -> bytes | None:
        """The file as it was at the revision; None where there was none."""
        change = self.files.get(path)
        if change is None or change.base is None:
            return None
        return _git(self.root, "cat-file", "blob", f"{self.revision}:{change.base}")


def changes_since(root: Path, revision: str) -> Changes:
    """What changed below and around `root` since `revision`, uncommitted and untracked included.

    Raises UsageError when there is no git, no repository, or no such revision.
    """
    commit = _commit(root, revision)
    try:
        return Changes(root, commit, _files(root, commit))
    except _GitFailed as error:
        raise UsageError(
            "git cannot compare {root} with {revision}: {why}.",
            root=root,
            revision=repr(revision),
            why=error,
        ) from None


def _files(root: Path, commit: str) -> Mapping[str, Change]:
    prefix = os.fsdecode(_git(root, "rev-parse", "--show-prefix")).rstrip("\n") or "."
    top = Path(os.path.normpath(root.resolve() / os.path.relpath(".", prefix)))
    files = {}
    for change in (*_tracked(top, commit), *_untracked(top)):
        path = posixpath.relpath(change.path, prefix)
        added = _our_lines(_read(top / change.path), change.added)
        files[path] = replace(change, path=path, added=added)
    return files


def _commit(root: Path, revision: str) -> str:
    if not revision or revision.startswith("-"):
        raise UsageError(
            "--new-since {revision} is not a revision. Name a branch, a tag or a commit, such "
            "as --new-since origin/main.",
            revision=repr(revision),
        )
    try:
        _git(root, "rev-parse", "--git-dir")
    except _GitFailed as error:
        raise UsageError(
            "--new-since needs a git repository, and {root} is in none ({error}). Run it in a "
            "clone, or use a baseline: `greenlint baseline create`.",
            root=root,
            error=error,
        ) from None
    try:
        name = f"{revision}^{{commit}}"
        found = _git(root, "rev-parse", "--verify", "--quiet", name)
    except _GitFailed:
        raise UsageError(
            "git knows no revision {revision} here. Fetch it first, for example with `git "
            "fetch origin main`; a shallow clone, as CI makes it, needs more depth.",
            revision=repr(revision),
        ) from None
    return found.decode("ascii").strip()


class _GitFailed(UsageError):
    """git ran and said no; the message is its own."""


def _git(folder: Path, *arguments: str) -> bytes:
    """The output of git.  No pager, no helpers of the repository's choosing, no lock taken."""
    command = ["git", "-C", str(folder), "--no-pager", "-c", "core.fsmonitor=false"]
    command += ["-c", "diff.relative=false", *arguments]
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise UsageError(
            say(
                "--new-since needs git, which is not installed or not on the PATH. Install it, or "
                "use a baseline: `greenlint baseline create`."
            )
        ) from None
    except (OSError, ValueError) as error:
        raise UsageError("git cannot be run: {why}.", why=error) from None
    if done.returncode:
        lines = os.fsdecode(done.stderr).strip().splitlines()
        raise _GitFailed(lines[0].removeprefix("fatal: ") if lines else f"exit {done.returncode}")
    return done.stdout


_DIFF = (
    "diff",
    "--unified=0",
    "--find-renames",
    "--text",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules",
    "--inter-hunk-context=0",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def _tracked(top: Path, commit: str) -> Iterator[Change]:
    """The changed files that git tracks, with paths from the top; deleted ones are left out."""
    lines = iter(_git(top, *_DIFF, commit, "--").split(b"\n"))
    old = new = None
    added: list[tuple[int, int]] = []
    for line in lines:
        if line.startswith(b"diff --git "):
            yield from _change(old, new, added)
            old = new = None
            added = []
        elif line.startswith((b"--- ", b"rename from ", b"copy from ")):
            old = _name(line)
        elif line.startswith((b"+++ ", b"rename to ", b"copy to ")):
            new = _name(line)
        elif hunk := _HUNK.match(line):
            removed, start, count = (int(part or 1) for part in hunk.groups())
            if count:
                added.append((start, start + count - 1))
            _skip(lines, removed + count)
    yield from _change(old, new, added)


def _change(old: str | None, new: str | None, added: list[tuple[int, int]]) -> Iterator[Change]:
    if new is not None:
        yield Change(new, old, tuple(added))


def _skip(lines: Iterator[bytes], count: int) -> None:
    """Pass over the lines of a hunk: they may look like headers."""
    while count:
        line = next(lines, b"+")
        if not line.startswith(b"\\"):
            count -= 1


def _name(line: bytes) -> str | None:
    """The path in a header line; None for /dev/null.  git quotes odd names as C does."""
    prefixed = line.startswith((b"--- ", b"+++ "))
    name = line[4:] if prefixed else line.split(b" ", 2)[2]
    name = name.removesuffix(b"\t")
    if name == b"/dev/null":
        return None
    if name.startswith(b'"'):
        name = _ESCAPE.sub(_unescaped, name[1:-1])
    return os.fsdecode(name[2:] if prefixed else name)


_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_LETTERS = {b"a": 7, b"b": 8, b"t": 9, b"n": 10, b"v": 11, b"f": 12, b"r": 13}


def _unescaped(found: re.Match[bytes]) -> bytes:
    what = found[1]
    if len(what) == 3:
        return bytes([int(what, 8)])
    return bytes([_LETTERS[what]]) if what in _LETTERS else what


def _untracked(top: Path) -> Iterator[Change]:
    """New files that git does not know yet and does not ignore."""
    listed = _git(top, "ls-files", "--others", "--exclude-standard", "-z", "--")
    for name in filter(None, listed.split(b"\0")):
        yield Change(os.fsdecode(name))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _our_lines(raw: bytes, added: Lines) -> Lines:
    """git's line numbers as ours: a carriage return alone ends a line for Python, not for git."""
    if not added or not re.search(rb"\r(?!\n)", raw):
        return added
    ends = [0]
    for line in raw.split(b"\n"):
        ends.append(ends[-1] + 1 + len(re.findall(rb"\r(?!$)", line)))
    last = len(ends) - 1
    return tuple((ends[min(a, last) - 1] + 1, ends[min(b, last)]) for a, b in added)


def needs_base(findings: Iterable[Finding], changes: Changes) -> list[str]:
    """The paths of which `keep_new` must know what was found at the revision."""
    unsure = {
        one.path
        for one in findings
        if (change := changes.files.get(one.path)) and not _on_added(one, change)
    }
    return sorted(unsure)


def keep_new(
    findings: Iterable[Finding],
    changes: Changes,
    base_findings: Mapping[str, Sequence[Finding]],
) -> list[Finding]:
    """The findings that are new: on an added line, or not there at the revision.

    `base_findings` are what was found in `base_bytes(path)`, checked under the name that the file
    has now, since a fingerprint holds the path.  They may hold files that did not change, too: what
    is found across files can be new there.
    """
    grouped: dict[str, list[Finding]] = {}
    listed = list(findings)
    for finding in listed:
        if finding.path in changes.files or finding.path in base_findings:
            grouped.setdefault(finding.path, []).append(finding)
    new = {
        id(finding)
        for path, held in grouped.items()
        for finding in _new_in(
            held, changes.files.get(path, Change(path, path)), base_findings.get(path, ())
        )
    }
    return [finding for finding in listed if id(finding) in new]


def gone(
    findings: Iterable[Finding], base_findings: Mapping[str, Sequence[Finding]]
) -> list[Finding]:
    """What was found at the revision, as `base_findings` of `keep_new`, and is not among these
    findings of the same files, which are all that there are now; in order of place.
    """
    now: dict[str, list[Finding]] = {}
    for finding in findings:
        now.setdefault(finding.path, []).append(finding)
    left: list[Finding] = []
    for path, base in base_findings.items():
        held = now.get(path, [])
        rest = list(_leftover(base, Counter(map(_print, held)), _print))
        new = list(_leftover(held, Counter(map(_print, base)), _print))
        left += _leftover(rest, Counter(map(_says, new)), _says)
    return sorted(left, key=lambda one: one.sort_key)


def _on_added(finding: Finding, change: Change) -> bool:
    return change.touches(finding.span.line, finding.span.end_line)


def _new_in(findings: list[Finding], change: Change, base: Sequence[Finding]) -> Iterator[Finding]:
    """Among equal findings the fingerprint counts, so one added above an old one takes over the
    old one's number: what is left over on either side is paired by what it says.
    """
    yield from (one for one in findings if _on_added(one, change))
    old = [one for one in findings if not _on_added(one, change)]
    unmatched = list(_leftover(old, Counter(map(_print, base)), _print))
    rest = list(_leftover(base, Counter(map(_print, old)), _print))
    yield from _leftover(unmatched, Counter(map(_says, rest)), _says)


def _print(finding: Finding) -> Hashable:
    return finding.fingerprint


def _says(finding: Finding) -> Hashable:
    return (finding.code, finding.symbol, str(finding.message))


def _leftover(
    findings: Iterable[Finding], counts: Counter[Hashable], key: Callable[[Finding], Hashable]
) -> Iterator[Finding]:
    """The findings beyond those counted."""
    for finding in findings:
        if counts[key(finding)]:
            counts[key(finding)] -= 1
        else:
            yield finding

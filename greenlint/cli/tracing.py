# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Coverage data with contexts -> which tests executed which lines of the files with findings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from greenlint.errors import GreenlintError
from greenlint.hotspots import Executed

# What makes coverage data with a context for each test.
COMMAND = "greenlint energy collect -- pytest"
# pytest-cov names the test and its phase.  What a test uses is what its call uses, so that lines of
# the other two, which run code of fixtures, are none of it.
_PHASE = re.compile(r"\|(setup|run|teardown)$")
_AROUND = ("|setup", "|teardown")


class NoContextsError(GreenlintError):
    """Coverage data that cannot say which test executed a line."""


def data_file(root: Path) -> Path:
    """Where coverage keeps its data for a project, unless its own configuration says otherwise."""
    return root / os.environ.get("COVERAGE_FILE", ".coverage")


def executed(file: Path, root: Path, paths: Iterable[str], tests: Iterable[str]) -> Executed:
    """Read what is known of the lines of these paths, which are relative to `root`.

    `tests` are the ids of a run, which contexts of `dynamic_context = test_function` are matched
    with.  Raises NoContextsError where the file cannot be read, or holds no context of a test.
    """
    from coverage import CoverageData
    from coverage.exceptions import CoverageException

    data = CoverageData(basename=str(file))
    try:
        data.read()
        measured = data.measured_files()
        contexts = {one for one in data.measured_contexts() if one}
        if not contexts:
            raise NoContextsError(
                "{file} does not tell which test executed a line. Run `{command}`, or `pytest "
                "--cov --cov-context=test`, with COVERAGE_CORE=ctrace on Python 3.14.",
                file=file.name,
                command=COMMAND,
            )
        named = _named(contexts, tests)
        ours = matched(measured, root, paths)
        lines = {
            path: {
                line: frozenset(test for one in held for test in named.get(one, ()))
                for line, held in data.contexts_by_lineno(there).items()
            }
            for path, there in ours.items()
        }
    except CoverageException as error:
        raise NoContextsError(
            "{file} cannot be read: {error}. Run `{command}`.",
            file=file.name,
            error=error,
            command=COMMAND,
        ) from None
    taken = file.stat().st_mtime
    return Executed(lines, frozenset(lines), changed(root, lines, taken))


def matched(theirs: Iterable[str], root: Path, ours: Iterable[str]) -> dict[str, str]:
    """Our path -> the file that another run means by it: the same file, else the only one of which
    one path is the end of the other, as in a container that has the project elsewhere.
    """
    by_name: dict[str, list[str]] = {}
    for one in theirs:
        by_name.setdefault(PurePosixPath(one.replace(os.sep, "/")).name, []).append(one)
    found = {}
    for path in sorted(set(ours)):
        there = by_name.get(PurePosixPath(path).name, [])
        same = [one for one in there if one in (path, str(root / path))]
        ends = same or [one for one in there if _ends(one.replace(os.sep, "/"), path)]
        if len(ends) == 1:
            found[path] = ends[0]
    return found


def _ends(theirs: str, ours: str) -> bool:
    """Whether one is the end of the other, by whole names."""
    long, short = (theirs, ours) if len(theirs) > len(ours) else (ours, theirs)
    return long == short or long.endswith(f"/{short.lstrip('/')}")


def _named(contexts: Iterable[str], tests: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Context -> the tests that it means: one by its id; of test_function, which knows neither the
    file nor the parameters, all whose dotted name ends so.
    """
    by_end: dict[str, set[str]] = {}
    ids = set(tests)
    for test in ids:
        parts = re.split(r"/|\.py::|::", test.partition("[")[0])
        for start in range(len(parts)):
            by_end.setdefault(".".join(parts[start:]), set()).add(test)
    named = {}
    for context in contexts:
        if context.endswith(_AROUND):
            continue
        test = _PHASE.sub("", context)
        known = {test} if test in ids or "::" in test else by_end.get(test, {test})
        named[context] = frozenset(known)
    return named


def changed(root: Path, paths: Iterable[str], taken: float) -> frozenset[str]:
    """Those whose source was written after the data."""

    def newer(path: str) -> bool:
        try:
            return (root / path).stat().st_mtime > taken
        except OSError:
            return False

    return frozenset(path for path in paths if newer(path))

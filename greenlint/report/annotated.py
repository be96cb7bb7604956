# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Source with a gutter: how many tests execute a line, what they use, what is found there.

Only files with findings are shown, and of long ones the lines around them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from greenlint.formats.words import UNSAFE, shorten
from greenlint.hotspots import Again, Executed, Measured
from greenlint.report.contents import Contents
from greenlint.report.weight import weight
from greenlint.result import Entry

# A file of so few lines is shown whole; of a longer one, so many lines around each finding.
_WHOLE, _AROUND = 200, 12
_WIDEST = 240
# All source together: bytes of HTML, and lines.
_MOST_BYTES, _MOST_LINES = 1_000_000, 10_000
HOTTEST = 4


class Line(NamedTuple):
    """One line.  `tests` is None where none executes it; `joules` and `cpu_seconds` are the sums
    of what these tests use, upper bounds; `heat` is 0 to HOTTEST.  `again` is the greatest number
    of times that one test sent the same from here; `entries` are the numbers of the findings that
    begin here, `marked` says that one stretches over the line.
    """

    number: int
    text: str
    tests: int | None = None
    joules: float | None = None
    cpu_seconds: float | None = None
    heat: int = 0
    again: int = 0
    entries: tuple[int, ...] = ()
    marked: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file: its lines in stretches, between which `gaps` lines are left out; one gap more than
    there are stretches.  `entries` is how many findings it has.
    """

    path: str
    stretches: tuple[tuple[Line, ...], ...]
    gaps: tuple[int, ...]
    entries: int
    stale: bool = False


class Shown(NamedTuple):
    """The files that are shown, and the paths of those left out as too much."""

    files: tuple[File, ...]
    left_out: tuple[str, ...] = ()


def annotated(contents: Contents, entries: Sequence[Entry]) -> Shown:
    """The files with findings, in the order of the first finding of each."""
    by_path: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    for number, entry in enumerate(entries, 1):
        by_path[entry.finding.path].append((number, entry))
    files: list[File] = []
    left_out: list[str] = []
    text, count = _MOST_BYTES, _MOST_LINES
    for path, held in by_path.items():
        file = _file(contents, path, held)
        lines = [line for stretch in file.stretches for line in stretch]
        long = sum(weight(line.text) for line in lines)
        if not lines or long > text or len(lines) > count:
            left_out.append(path)
            continue
        text, count = text - long, count - len(lines)
        files.append(file)
    return Shown(tuple(files), tuple(left_out))


def _file(contents: Contents, path: str, held: Sequence[tuple[int, Entry]]) -> File:
    lines = contents.report.lines(path)
    wanted = sorted(_wanted(len(lines), [entry for _, entry in held]))
    known = _Known(contents.measured, contents.executed, path, held)
    stretches: list[list[Line]] = []
    gaps: list[int] = []
    before = 0
    for number in wanted:
        if not stretches or number != before + 1:
            gaps.append(number - before - 1)
            stretches.append([])
        stretches[-1].append(known.line(number, lines[number - 1]))
        before = number
    gaps.append(len(lines) - before)
    stale = contents.executed is not None and path in contents.executed.changed
    return File(path, tuple(map(tuple, stretches)), tuple(gaps), len(held), stale)


def _wanted(count: int, entries: Iterable[Entry]) -> set[int]:
    if count <= _WHOLE:
        return set(range(1, count + 1))
    found: set[int] = set()
    for entry in entries:
        first, last = entry.finding.span.line - _AROUND, entry.finding.span.line + _AROUND
        found |= set(range(max(1, first), min(count, last) + 1))
    return found


class _Known:
    """What is known of the lines of one file."""

    def __init__(
        self,
        measured: Measured | None,
        executed: Executed | None,
        path: str,
        held: Sequence[tuple[int, Entry]],
    ) -> None:
        self._measured = measured
        self._tests: Mapping[int, frozenset[str]] = executed.lines.get(path, {}) if executed else {}
        self._again = _most(measured.again if measured else (), path)
        self._begin: dict[int, list[int]] = defaultdict(list)
        self._over: set[int] = set()
        for number, entry in held:
            span = entry.finding.span
            self._begin[span.line].append(number)
            self._over |= set(range(span.line, span.end_line + 1))
        used = (self._used(line) for line in self._tests)
        self._most = max((one for pair in used for one in pair if one is not None), default=0.0)

    def line(self, number: int, text: str) -> Line:
        tests = self._tests.get(number)
        joules, cpu = self._used(number)
        used = joules if joules is not None else cpu
        heat = 0
        if used and self._most:
            heat = max(1, min(HOTTEST, 1 + int(HOTTEST * used / self._most)))
        return Line(
            number,
            shorten(UNSAFE.sub("\ufffd", text.expandtabs(4)), _WIDEST),
            len(tests) if tests else None,
            joules,
            None if joules is not None else cpu,
            heat,
            self._again.get(number, 0),
            tuple(self._begin.get(number, ())),
            number in self._over,
        )

    def _used(self, line: int) -> tuple[float | None, float | None]:
        """The joules of the tests of a line, where all of them have some, else CPU seconds."""
        tests = self._tests.get(line)
        if not tests or self._measured is None:
            return None, None
        known = self._measured.tests
        used = [known[test] for test in tests if test in known]
        joules = [one.joules for one in used if one.joules is not None]
        if used and len(joules) == len(used):
            return sum(joules), None
        seconds = [one.cpu_seconds for one in used if one.cpu_seconds is not None]
        return None, sum(seconds) if seconds else None


def _most(again: Iterable[Again], path: str) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in again:
        if one.path == path:
            found[one.line] = max(one.times, found.get(one.line, 0))
    return found


def places(files: Iterable[File]) -> Iterator[tuple[str, int]]:
    """Path and line of everything that is shown, so that only this is linked to."""
    for file in files:
        for stretch in file.stretches:
            for line in stretch:
                yield file.path, line.number

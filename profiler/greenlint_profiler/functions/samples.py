# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What samplers wrote -> processes, and their looks at their threads; see `inside` for the lines.

A process may have been killed while it wrote: a line without its end is left out.
"""

from __future__ import annotations

import os
from ast import literal_eval
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from greenlint_profiler.functions.inside import SUFFIX
from greenlint_profiler.said import say

# What runs a module or imports one: its time is that of the line that imports.
_PLUMBING = ("<frozen importlib", "<frozen runpy>", "<frozen zipimport>")
_OURS = tuple(
    os.path.join(os.path.dirname(os.path.abspath(__file__)), *parts)
    for parts in (("inside", ""), ("hook", ""))
)
_EVENT_LOOP = ("Handle._run", "asyncio/events.py")


@dataclass(frozen=True, slots=True)
class Function:
    """A code object: its qualified name, its file, and its first line (from 1)."""

    name: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a function."""

    function: Function
    line: int


Stack = tuple[Place, ...]

# No code of the program: Python starts, or ends.
_BETWEEN = Place(Function(say("(start and end of Python)"), "", 0), 0)


@dataclass(frozen=True, slots=True)
class Ran:
    """A thread that used the processor: for how many nanoseconds, and where it was afterwards.

    The outermost place of the stack is the first.  `asleep` says that it did not work there.
    """

    thread: str
    cpu_ns: int
    stack: Stack
    asleep: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What a process did between two moments of the monotonic clock.

    `cpu_ns` is that of the process, of which the sampler used `own_ns`.  `waiting` is where its
    main thread was, if the process mostly waited.
    """

    first_ns: int
    last_ns: int
    cpu_ns: int
    own_ns: int
    waiting: Stack | None
    ran: tuple[Ran, ...]


@dataclass(frozen=True, slots=True)
class Process:
    """One process that was sampled, from its beginning on."""

    pid: int
    parent: int
    began_ns: int
    period_us: int
    words: tuple[str, ...]
    looks: tuple[Look, ...]
    failures: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What was run, as far as its words tell: ``python app.py`` or ``python -m app``."""
        words = [Path(self.words[0]).name, *self.words[1:]] if self.words else ["python"]
        return " ".join(" ".join(words).split())[:80]


def read(folder: Path) -> list[Process]:
    """Every process that left a log in a folder, in the order in which they began."""
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    logs = groupby(paths, key=lambda path: path.name.rpartition("-")[0])
    read = [parse(line for path in segments for line in _lines(path)) for _, segments in logs]
    return sorted((one for one in read if one is not None), key=lambda one: one.began_ns)


def failures(folder: Path) -> list[str]:
    """Why processes could not be sampled, a sentence for each."""
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.error"))]


def _lines(path: Path) -> Iterator[str]:
    """The whole lines of a segment, the rest of which is empty."""
    written = path.read_bytes().partition(b"\0")[0].decode("ascii")
    yield from written.split("\n")[:-1]


def parse(lines: Iterator[str]) -> Process | None:
    """One log; None when it has no beginning."""
    reader = _Reader()
    for line in lines:
        reader.take(line)
    return reader.process()


class _Reader:
    """The tables of one log, filled line by line."""

    def __init__(self) -> None:
        self._head: tuple[int, int, int, int, tuple[str, ...]] | None = None
        self._functions: dict[str, Function] = {}
        self._places: dict[str, Place] = {}
        self._stacks: dict[str, Stack] = {}
        self._threads: dict[str, str] = {}
        self._tasks: dict[str, str] = {}
        self._in_tasks: dict[tuple[str, str], Stack] = {}
        self._looks: list[Look] = []
        self._failures: list[str] = []
        self._last_ns = 0

    def take(self, line: str) -> None:
        """One line, by its first letter."""
        kind, _, rest = line.partition(" ")
        if kind == "T":
            self._look(rest)
        elif kind == "S":
            number, *places = rest.split()
            self._stacks[number] = _of_the_program([self._places[one] for one in reversed(places)])
        elif kind == "B":
            ns, pid, parent, period_us, words = rest.split(" ", 4)
            self._last_ns = int(ns)
            self._head = int(ns), int(pid), int(parent), int(period_us), (*literal_eval(words),)
        elif kind == "P":
            number, code, at = rest.split()
            self._places[number] = Place(self._functions[code], int(at))
        elif kind == "E":
            self._failures.append(literal_eval(rest))
        else:
            number, literal = rest.split(" ", 1)
            if kind == "C":
                self._functions[number] = Function(*literal_eval(literal))
            else:
                names = self._threads if kind == "N" else self._tasks
                names[number] = literal_eval(literal)

    def _look(self, rest: str) -> None:
        ns, cpu_ns, own_ns, waiting, *ran = rest.split()
        last_ns = int(ns)
        look = Look(
            self._last_ns,
            last_ns,
            int(cpu_ns),
            int(own_ns),
            self._stacks.get(waiting),
            tuple(self._ran(words.split(":")) for words in ran),
        )
        self._last_ns = last_ns
        self._looks.append(look)

    def _ran(self, words: list[str]) -> Ran:
        thread, used_ns, place, *task = words
        stack = place.removeprefix("~")
        whole = self._in_task(stack, task[0]) if task else self._stacks[stack]
        return Ran(self._threads[thread], int(used_ns), whole, place != stack)

    def _in_task(self, stack: str, task: str) -> Stack:
        """The stack with its task between the event loop and the coroutine."""
        known = self._in_tasks.get((stack, task))
        if known is not None:
            return known
        places = self._stacks[stack]
        name, ending = _EVENT_LOOP
        below = 0
        for depth, place in enumerate(places, 1):
            function = place.function
            if function.name == name and function.file.replace("\\", "/").endswith(ending):
                below = depth
        marker = Place(Function(f"task {self._tasks[task]}", "", 0), 0)
        whole = self._in_tasks[stack, task] = (*places[:below], marker, *places[below:])
        return whole

    def process(self) -> Process | None:
        """What was read."""
        if self._head is None:
            return None
        ns, pid, parent, period_us, words = self._head
        told = tuple(self._looks), tuple(self._failures)
        return Process(pid, parent, ns, period_us, words, *told)


def _of_the_program(places: list[Place]) -> Stack:
    """The places without those of the import machinery, and of the sampler at the end."""
    kept = [place for place in places if not place.function.file.startswith(_PLUMBING + _OURS)]
    return tuple(kept) or (_BETWEEN,)

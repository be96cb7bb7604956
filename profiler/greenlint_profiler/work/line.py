# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which place in the project's own source asked for something: the innermost one on the stack.

It is a line, or a class of the project whose inherited method runs nearer than any line.
"""

from __future__ import annotations

import os
import sys
from contextvars import ContextVar
from pathlib import PurePath
from types import CodeType, FrameType
from typing import Any

from greenlint_profiler.work.classes import Asking, Classes, Place, runs_on

# Folders of files that others wrote although they lie below the root of the project.
_OTHERS = {
    *("site-packages", "dist-packages", "node_modules", "__pypackages__"),
    *(".venv", "venv", ".tox", ".nox", ".eggs"),
}
# A compiled template carries the template's name and the lines of something else.
_SOURCES = {"", ".py", ".pyw"}
# It starts all that Django's commands do, and asks for nothing itself.
_STARTERS = {"manage.py"}
_RUNNERS = ("greenlint", "greenlint_profiler", "pytest_greenlint")
# A recursion in a library is no reason to stand still.
DEEPEST = 500
# Functions whose lines are remembered: a program may make them without end.
_MOST = 2000

OWN, DJANGO, SQLALCHEMY, STARTED, MADE, PLUMBING, RUNNER = 1, 2, 4, 8, 16, 32, 64
_LIBRARIES = {
    "django.db": DJANGO,
    "sqlalchemy": SQLALCHEMY,
    "asgiref": STARTED,
    # Between a test and a view, where nobody asks: their objects are not worth a look.
    "django.test": PLUMBING,
    "django.core.handlers": PLUMBING,
    "_pytest": PLUMBING,
    "pluggy": PLUMBING,
    "pytest_django": PLUMBING,
    "unittest": PLUMBING,
}
# What runs one test after the other: beyond them is how the run was started, which asks for
# nothing.  Half of the stack of a fixture's query lies there.
_RUN_TESTS = ("_pytest.runner", "unittest.suite")
# The method of asgiref's SyncToAsync that runs in the other thread, and asyncio's that runs a step
# of a task: what is beyond them on the stack did not start what they run, and `AWAITING` has what
# did.
_BEGINNINGS = {"thread_handler", "_run"}
_RUNS_TASKS = "asyncio.events"

NOWHERE: Place = (None, None, None)


class Lines:
    """Finds lines of the project below `root`; what a file is, is decided once."""

    def __init__(self, root: str) -> None:
        self._roots = tuple({os.path.abspath(root), os.path.realpath(root)})
        self._verdicts = _Verdicts(self._roots)
        self._classes = Classes(lambda file: bool(self._verdicts[file] & OWN))
        self._short: dict[str, str] = {}
        self._numbers: dict[int, tuple[CodeType, dict[int, int | None]]] = {}

    def innermost(
        self, frame: FrameType | None, unless: int = 0, *, classes: bool = False
    ) -> Place | None:
        """Where the first frame of the project is, from `frame` outwards.

        None where one of the libraries `unless` comes before it: that one asked, not the project.
        With `classes`, a class of the project whose inherited method is nearer is the place; but
        where a line of the same object called that method, the line says more, unless the field
        is known.
        """
        verdicts = self._verdicts
        matters = unless | OWN | STARTED | RUNNER
        asking: Asking | None = None
        greenlet: Any = None
        for _ in range(DEEPEST):
            if frame is None:
                greenlet = _starter(greenlet)
                if greenlet is None:
                    break
                frame = greenlet.gr_frame
                continue
            name = frame.f_code.co_filename
            verdict = verdicts[name]
            if verdict & matters:
                if verdict & unless:
                    return None
                if verdict & RUNNER:
                    break
                if verdict & OWN:
                    if asking is not None and not runs_on(frame, asking.one):
                        return asking.place
                    return name, self._number(frame), None
                if verdict & STARTED and frame.f_code.co_name in _BEGINNINGS:
                    place = self._awaiting()
                    if place is not None:
                        return place if asking is None else asking.place
            elif not verdict and classes and asking is None:
                asking = self._classes.asking(frame)
                if asking is not None and asking.in_field:
                    return asking.place
            frame = frame.f_back
        return NOWHERE if asking is None else asking.place

    def _number(self, frame: FrameType) -> int | None:
        """Its line.  Up to Python 3.11 it is counted from the beginning of the function each time,
        so it is remembered by instruction, as long as the code object is the same.
        """
        code = frame.f_code
        known = self._numbers.get(id(code))
        if known is None or known[0] is not code:
            if len(self._numbers) >= _MOST:
                self._numbers.clear()
            known = self._numbers[id(code)] = code, {}
        number = known[1].get(frame.f_lasti)
        if number is None:
            number = known[1][frame.f_lasti] = frame.f_lineno
        return number

    def _awaiting(self) -> Place | None:
        """What waits for a function in a thread of asgiref's, or began a task, if it is known."""
        return next((place for lines, place in AWAITING.get() if lines is self), None)

    def relative(self, name: str) -> str:
        """A file as it is written in a record: from the root of the project, with slashes."""
        if name not in self._short:
            self._short[name] = self._from_root(name)
        return self._short[name]

    def _from_root(self, name: str) -> str:
        for path in (os.path.abspath(name), os.path.realpath(name)):
            for root in self._roots:
                if _below(path, root):
                    return PurePath(os.path.relpath(path, root)).as_posix()
        return PurePath(name).as_posix()


# The places that wait for what asgiref runs in another thread, or that began a task of asyncio,
# one of each of the open books.
AWAITING: ContextVar[tuple[tuple[Lines, Place], ...]] = ContextVar("greenlint_awaiting", default=())


class _Verdicts(dict[str, int]):
    """What the file of a code object is: flags, by the name that the code object gives."""

    def __init__(self, roots: tuple[str, ...]) -> None:
        super().__init__()
        self._roots = roots

    def __missing__(self, name: str) -> int:
        verdict = MADE
        if not name.startswith("<"):
            paths = {os.path.abspath(name), os.path.realpath(name)}
            verdict = self._own(paths) | _library(paths)
        self[name] = verdict
        return verdict

    def _own(self, paths: set[str]) -> int:
        others = [os.path.dirname(os.__file__), *map(_folder, _RUNNERS)]
        for path in paths:
            file = PurePath(path)
            if file.suffix not in _SOURCES or file.name in _STARTERS:
                return 0
            for root in self._roots:
                if _below(path, root):
                    folders = PurePath(os.path.relpath(path, root)).parent.parts
                    strange = _OTHERS.intersection(folders) or _environment(root, folders)
                    return 0 if strange or any(_below(path, one) for one in others) else OWN
        return 0


_LIBRARY_OF = _Verdicts(())


def library_of(frame: FrameType) -> int:
    """Which of the libraries that count for themselves a frame belongs to; 0 for none."""
    return _LIBRARY_OF[frame.f_code.co_filename]


def _library(paths: set[str]) -> int:
    verdict = 0
    for module, flag in _LIBRARIES.items():
        folder = _folder(module)
        if any(_below(path, folder) for path in paths):
            verdict |= flag
    if not paths.isdisjoint(_file(module) for module in _RUN_TESTS):
        verdict |= RUNNER
    if _file(_RUNS_TASKS) in paths:
        verdict |= STARTED
    return verdict


def _folder(module: str) -> str:
    """Where a package is; empty for one that nobody imported."""
    return os.path.dirname(_file(module))


def _file(module: str) -> str:
    file = getattr(sys.modules.get(module), "__file__", None)
    return os.path.abspath(file) if file else ""


def _environment(root: str, folders: tuple[str, ...]) -> bool:
    """Whether one of the folders is a virtual environment, whatever its name."""
    while folders:
        if os.path.exists(os.path.join(root, *folders, "pyvenv.cfg")):
            return True
        folders = folders[:-1]
    return False


def _below(path: str, folder: str) -> bool:
    return bool(folder) and path.startswith(folder.rstrip(os.sep) + os.sep)


def _starter(greenlet: Any) -> Any:
    """The greenlet that waits for this one: SQLAlchemy's async engines run their work in one."""
    if greenlet is None:
        library: Any = sys.modules.get("greenlet")
        if library is None:
            return None
        greenlet = library.getcurrent()
    return greenlet.parent

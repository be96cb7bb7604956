# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Counting in tests: a project of one file, and the line that a piece of its text stands on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from greenlint_profiler.work.counting import CountedWindow, Counting
from greenlint_profiler.work.work import Work

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def counting(root: Path = ROOT, **more: Any) -> Iterator[Counting]:
    """Counters that are on for a time."""
    one = Counting(str(root), **more)
    one.start()
    try:
        yield one
    finally:
        one.stop()


def counted(do: Callable[[], object], root: Path = ROOT) -> Work:
    """What a function asks for."""
    with counting(root) as one:
        return worked(one, do)


def worked(one: Counting, do: Callable[[], object]) -> Work:
    """The same, of counters that are on."""
    window: CountedWindow
    with one.window() as window:
        do()
    return window.work


@dataclass(frozen=True)
class Project:
    """A folder with source files, which are run as modules of a program are."""

    root: Path

    def load(self, name: str, source: str) -> dict[str, Any]:
        """Write a file, run it, and give its names."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
        names: dict[str, Any] = {"__name__": path.stem}
        code: CodeType = compile(source, str(path), "exec")
        exec(code, names)
        return names


def here() -> int:
    """The line of the caller."""
    return sys._getframe(1).f_lineno


def assert_put_back(*patched: tuple[Any, str]) -> None:
    """These attributes are others while counting, and afterwards the very ones they were."""
    before = [vars(owner)[name] for owner, name in patched]
    with counting():
        for (owner, name), former in zip(patched, before, strict=True):
            assert vars(owner)[name] is not former, name
    for (owner, name), former in zip(patched, before, strict=True):
        assert vars(owner)[name] is former, name

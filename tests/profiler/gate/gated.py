# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Two sides in tests: folders that stand for worktrees, and workers of this interpreter in them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from greenlint_profiler.gate.judging.sample import Restart, Unmeasured
from greenlint_profiler.gate.sides.places import Place, Revision
from greenlint_profiler.gate.workers.command import pytest_command
from greenlint_profiler.gate.workers.pairs import WorkerPair, worker_pair
from greenlint_profiler.gate.workers.worker import Limits

LIMITS = Limits(start_seconds=120.0, run_seconds=60.0, end_seconds=60.0)


@dataclass(frozen=True)
class Sides:
    """The folders of both sides, with equal files unless a test writes others."""

    base: Place
    head: Place

    def write(self, **files: str) -> Sides:
        """The same files of Python on both sides, by their paths without the suffix."""
        for place in (self.base, self.head):
            _write(place.root, files)
        return self

    def write_head(self, **files: str) -> Sides:
        """Files of the head alone."""
        _write(self.head.root, files)
        return self

    @contextmanager
    def pair(
        self,
        *words: str,
        command: Sequence[str] = (sys.executable, "-m", "pytest"),
        limits: Limits = LIMITS,
        seed: int = 7,
        **more: int | str | None,
    ) -> Iterator[WorkerPair]:
        """Workers of both sides, that are not pinned unless that is said."""
        parsed = pytest_command([*command, "-q", *words])
        assert parsed is not None
        given = {"cpu": None} | more
        with worker_pair(
            self.base,
            self.head,
            parsed,
            seed=seed,
            limits=limits,
            cpu=given["cpu"],  # type: ignore[arg-type]  # a test says what it means
            meter=given.get("meter"),  # type: ignore[arg-type]
        ) as workers:
            yield workers

    def measure_all(
        self, *words: str, pairs: int = 2, warmups: int = 0
    ) -> dict[str, Restart | Unmeasured]:
        """Every test, by the last part of its id."""
        with self.pair(*words) as workers:
            return {
                test.rpartition("::")[2]: measure(workers, test, pairs, warmups)
                for test in workers.head_tests
            }


def measure(
    workers: WorkerPair, test: str, pairs: int = 2, warmups: int = 0
) -> Restart | Unmeasured:
    """In the order base, head, head, base."""
    return workers.measure(test, pairs, warmups, [turn % 2 == 1 for turn in range(pairs)])


def place(side: str, root: Path, environ: Mapping[str, str]) -> Place:
    """A side whose worktree is a folder."""
    root.mkdir()
    revision = Revision(side, "0" * 40, "", dirty=False)
    return Place(side, revision, root, environ, None, sys.executable)


def sides(folder: Path) -> Sides:
    """Both, on a machine without a counter, where no plugin takes part unasked."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("GREENLINT_")}
    environ |= {
        "GREENLINT_SYSFS_ROOT": str(folder / "no-sys"),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    for name in ("PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST", "PYTEST_PLUGINS"):
        environ.pop(name, None)
    return Sides(place("base", folder / "base", environ), place("head", folder / "head", environ))


def with_environ(both: Sides, **more: str) -> Sides:
    """The sides with other variables."""

    def changed(place: Place) -> Place:
        return replace(place, environ={**place.environ, **more})

    return Sides(changed(both.base), changed(both.head))


def _write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

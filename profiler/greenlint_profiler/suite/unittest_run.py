# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A command whose suite of unittest is measured test by test: what it is told, what it left.

The command is started as always, by its own interpreter, with a `sitecustomize` of ours first on
PYTHONPATH; its processes read the counters themselves, as only they know when a test begins.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenlint_profiler.hooked import hooked
from greenlint_profiler.settings import EnergySettings
from greenlint_profiler.suite.inside import VARIABLE
from greenlint_profiler.suite.unittest_log import SETTINGS, SUFFIX

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Left:
    """What the processes of a command left behind: entries of a greenlint-energy/1 document.

    `process` is what the first of them said of machine, meter and conditions, None where no suite
    ran; `seconds` runs from the first test's setup to the last one's teardown.  `workers` is how
    many processes of a pool ran tests.  `interpreters` is how many processes of Python there were.
    """

    process: Entry | None
    tests: tuple[Entry, ...]
    fixtures: tuple[Entry, ...]
    seconds: float | None
    workers: int
    interpreters: int
    errors: tuple[str, ...]
    notes: tuple[str, ...]


class PerTest:
    """The folder that the processes of one run write to; used once, as a context manager.

    `energy_uj` and `cpu_ns` are the budget of each test that has none of its own.
    """

    def __init__(
        self,
        settings: EnergySettings,
        meter: str,
        accept: str,
        *,
        energy_uj: int | None = None,
        cpu_ns: int | None = None,
    ) -> None:
        self._asked = {
            "root": settings.root,
            "meter": meter,
            "accept": accept,
            "machine_class": settings.machine_class,
            "default": {
                "energy_uj": energy_uj,
                "cpu_ns": cpu_ns,
                "max_increase": settings.stated_increase,
            },
            "rules": [
                {"test": one.test, "limits": one.limits, "machine_class": one.machine_class}
                for one in settings.budgets
            ],
        }
        self._folder = Path()

    def __enter__(self) -> PerTest:
        self._folder = Path(tempfile.mkdtemp(prefix="greenlint-per-test-"))
        (self._folder / SETTINGS).write_text(json.dumps(self._asked), encoding="utf-8")
        return self

    def __exit__(self, *error: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def environ(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The environment of the command, with what makes it tell."""
        return hooked(environ, VARIABLE, "1", self._folder)

    @contextmanager
    def of(self, begin: Callable[[], int]) -> Iterator[int]:
        """While the command runs that `begin` starts: the number of its process."""
        yield begin()

    def left(self) -> Left:
        """What was written, in the order in which it happened."""
        logs = [_read(path) for path in sorted(self._folder.glob(f"*{SUFFIX}"))]
        headers = [one["entry"] for log in logs for one in log if one["kind"] == "process"]
        tests = _in_order(one for log in logs for one in log if one["kind"] == "test")
        fixtures = _in_order(one for log in logs for one in log if one["kind"] == "fixture")
        spans = [*tests, *fixtures]
        began = min((one["began_ns"] for one in tests), default=None)
        ended = max((one["ended_ns"] for one in tests), default=None)
        working = [
            log
            for log in logs
            if log[0]["entry"]["worker"] and any(one["kind"] == "test" for one in log)
        ]
        errors = [path.read_text("utf-8", "replace") for path in self._folder.glob("*.error")]
        return Left(
            process=headers[0] if spans else None,
            tests=tuple(one["entry"] for one in tests),
            fixtures=tuple(_joined([one["entry"] for one in fixtures])),
            seconds=None if began is None or ended is None else (ended - began) / 1e9,
            workers=len(working),
            interpreters=len(list(self._folder.glob("*.begun"))),
            errors=tuple(dict.fromkeys(error.strip() for error in errors)),
            notes=tuple(
                note
                for log in logs
                for one in log
                if one["kind"] == "notes"
                for note in one["entry"]["notes"]
            ),
        )


def _read(path: Path) -> list[Entry]:
    """The lines of one process; the last may be cut, if somebody killed it."""
    lines = path.read_text("utf-8", "replace").split("\n")
    return [json.loads(line) for line in lines[:-1]]


def _in_order(lines: Iterator[Entry]) -> list[Entry]:
    return sorted(lines, key=lambda one: int(one["began_ns"]))


def _joined(phases: Sequence[Entry]) -> Iterator[Entry]:
    """Setup and teardown of one fixture in one entry; a class that is set up twice has two."""
    waiting: dict[tuple[str, str, str], Entry] = {}
    for one in phases:
        key = (one["scope"], one["where"], one["name"])
        if one["setup"] is not None and key in waiting:
            yield waiting.pop(key)
        held = waiting.pop(key, None)
        if held is None:
            waiting[key] = one
        else:
            yield held | {"teardown": one["teardown"]}
    yield from waiting.values()

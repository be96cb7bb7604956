# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What one process of a measured run has: its meter, its windows, and the records so far."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from greenlint_profiler.account import Account
from greenlint_profiler.choose import Choice, choose, open_named
from greenlint_profiler.meter import Meter, Unavailable
from greenlint_profiler.said import english, say, spoken_in
from greenlint_profiler.stores.rows import stratum
from greenlint_profiler.stores.stored import Stratum
from greenlint_profiler.suite import about
from greenlint_profiler.suite.judge import Terms
from greenlint_profiler.suite.keeping import Past
from greenlint_profiler.suite.turns import Turns, supported
from greenlint_profiler.suite.windows import Counts, Windows
from greenlint_profiler.units import Evidence, Kind
from greenlint_profiler.world import World, here

from pytest_greenlint.refusing import refusal
from pytest_greenlint.settings import COUNTERS, Asked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak


@dataclass
class State:
    """Mutable, and the only thing here that is: records are added as tests end.

    `tests` and `fixtures` are the entries of the document; `workers` is how many processes run
    tests, None where this one does.  `errors` end the run with exit code 4, at its end.
    """

    config: pytest.Config
    asked: Asked
    world: World
    choice: Choice
    machine: dict[str, Any]
    windows: Windows
    counting: Counts | None
    turns: Turns | None
    workers: int | None
    worker: bool
    past: Past
    covered: bool = False
    speak: Speak = english
    debugged: bool = False
    tests: list[dict[str, Any]] = field(default_factory=list)
    fixtures: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def opened(cls, config: pytest.Config, asked: Asked) -> State:
        """Open the meter and begin to count; raises UsageError for what does not work here."""
        world = here()
        workers, worker = _workers(config)
        turns = _turns(asked)
        choice = _choice(config, asked, world)
        covered = about.coverage_runs()
        machine = about.machine(world)
        machine["class"] = asked.settings.machine_class or about.machine_class(
            machine["cpu"], choice.meter, coverage=covered
        )
        named = config.hook.pytest_greenlint_machine_class(config=config, machine=machine)
        told = getattr(config, "workerinput", {}).get(TOLD)
        machine["class"] = told or named or machine["class"]
        # A controller of workers runs no test, and has nothing to count.
        counting = _counting(config, asked.work) if worker or workers is None else None
        windows = Windows(
            Account(choice.meter),
            world,
            counting,
            asked.work,
            turns=turns,
            shared=(workers or 1) > 1,
        )
        return cls(
            config,
            asked,
            world,
            choice,
            machine,
            windows,
            counting,
            turns,
            workers,
            worker,
            Past(asked.settings, config.rootpath),
            covered,
            spoken_in(os.environ.get("GREENLINT_LANG", "")),
        )

    @property
    def meter(self) -> Meter:
        """What counts joules, or CPU time where nothing does."""
        return self.windows.account.meter

    @property
    def machine_class(self) -> str:
        """Whose runs may be compared."""
        name: str = self.machine["class"]
        return name

    @property
    def counters(self) -> tuple[str, ...]:
        """What is counted beside energy: here, or by the workers."""
        counted = COUNTERS if self.counting is None else self.counting.counters
        return tuple(name for name in counted if name in self.asked.work)

    def all_notes(self) -> list[str]:
        """What must be known to read the figures; complete when the last test has ended."""
        if self.counting is None:
            return self.notes
        missing = sorted(self.asked.work - set(self.counting.counters))
        untold = "{counters}: nothing counts them here."
        told = [say(untold, counters=", ".join(missing))] if missing else []
        return [*self.notes, *told, *self.counting.notes]

    @property
    def stratum(self) -> Stratum:
        """With what this run may be compared."""
        traced = {"coverage": self.covered, "debugger": self.debugged}
        return stratum(self.machine, traced)

    def history(self, test_id: str, evidence: Evidence) -> Sequence[float]:
        """The joules of a test in earlier runs that may be compared, oldest first."""
        return self.past.joules(self.stratum, test_id, evidence.value)

    def terms(self, domains: frozenset[Kind]) -> Terms:
        """On what terms the joules of a test are judged."""
        alone = self.turns is not None or (self.workers or 1) == 1
        return Terms(self.asked.accepted, domains, self.meter.band, not alone)

    def close(self) -> None:
        """Stop counting, and give back what is open."""
        if self.counting is not None:
            self.counting.stop()
        if self.turns is not None:
            self.turns.close()
        self.past.close()
        self.meter.close()


STATE = pytest.StashKey[State]()
# In the input of a worker: the class of the machine, as the controller has it.
TOLD = "greenlint_machine_class"


def _workers(config: pytest.Config) -> tuple[int | None, bool]:
    """How many workers of xdist there are, and whether this process is one of them."""
    given: dict[str, Any] | None = getattr(config, "workerinput", None)
    if given is not None:
        return int(given.get("workercount", 1)), True
    if config.getoption("dist", "no") == "no":
        return None, False
    return len(config.getoption("tx", None) or ()) or None, False


def _turns(asked: Asked) -> Turns | None:
    if not asked.exclusive:
        return None
    if not supported():
        raise refusal(say("--energy-exclusive: this platform has no lock to take turns by."))
    return Turns()


def _choice(config: pytest.Config, asked: Asked, world: World) -> Choice:
    own = config.hook.pytest_greenlint_make_meter(config=config)
    if own is not None:
        return Choice(own)
    if asked.meter is None:
        return choose(world, estimates=asked.accepted is Evidence.ESTIMATED)
    try:
        return Choice(open_named(asked.meter, world))
    except Unavailable as why:
        remedy = "--energy-meter={meter}: {why} Run `greenlint doctor` for the remedy."
        raise refusal(say(remedy, meter=asked.meter, why=why.detail)) from None


def _counting(config: pytest.Config, work: frozenset[str]) -> Counts | None:
    if not work:
        return None
    from greenlint_profiler.work.counting import Counting

    counting = Counting(os.fspath(config.rootpath), instructions="instructions" in work)
    counting.start()
    return counting

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""An experiment, checked and then measured: one fresh pair of processes after the other."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from greenlint_profiler.experiment.process import Process, Terms
from greenlint_profiler.experiment.restart import Begin, Plan, restart
from greenlint_profiler.experiment.saving import Saving, saving
from greenlint_profiler.experiment.trial import Trial, TrialFailed, Trouble
from greenlint_profiler.gate.error import CannotMeasure
from greenlint_profiler.gate.judging.sample import Restart
from greenlint_profiler.gate.workers.pairs import allowed_cpu
from greenlint_profiler.said import say

# Fewer have an interval that says nothing (t of 95 % is 4.3 for three, and 3.2 for four).
FEWEST = 4
_ANSWER_SECONDS = 60.0
_SEEDS = 2**32


@dataclass(frozen=True, slots=True)
class Asked:
    """How an experiment is measured: so many `restarts`, unless `seconds` are over before.

    `meter` is the name of one that works here.
    """

    meter: str
    restarts: int = 8
    seconds: float = 300.0
    plan: Plan = field(default_factory=Plan)


@dataclass(frozen=True, slots=True)
class Measured:
    """What it saves, and the versions of the packages that it uses."""

    saving: Saving
    packages: Mapping[str, str]


def measure(
    trial: Trial,
    asked: Asked,
    chance: Random,
    clock: Callable[[], float] = time.monotonic,
    begin: Begin = Process,
) -> Measured:
    """Check the experiment, and measure it.

    A time limit leaves out restarts, and decides nothing else: how many there are does not hang on
    what they say.  Raises TrialFailed, also where fewer than FEWEST restarts had time; and
    CannotMeasure on a platform without what the processes are kept by.
    """
    if not hasattr(os, "killpg"):
        raise CannotMeasure(
            "Experiments keep their processes as POSIX systems do, and cannot on this "
            "platform. Run them on Linux or macOS, or in the Windows Subsystem for Linux."
        )
    ends = clock() + asked.seconds
    packages = _checked(trial, asked, begin)
    restarts: list[Restart] = []
    while len(restarts) < asked.restarts:
        if clock() >= ends:
            if len(restarts) < FEWEST:
                raise TrialFailed(
                    Trouble.NO_TIME,
                    say(
                        "{n} of {all} restarts had time within {seconds} s, and {needed} are "
                        "needed",
                        n=len(restarts),
                        all=asked.restarts,
                        seconds=f"{asked.seconds:g}",
                        needed=str(FEWEST),
                    ),
                )
            break
        with _folder() as folder:
            terms = _terms(Path(folder), asked, chance.randrange(_SEEDS))
            restarts.append(restart(trial, terms, asked.plan, chance, begin))
    return Measured(saving(restarts), packages)


def _checked(trial: Trial, asked: Asked, begin: Begin) -> Mapping[str, str]:
    with _folder() as folder:
        process = begin(trial, None, _terms(Path(folder), asked, 0))
        try:
            packages: Mapping[str, str] = process.ready()["packages"]
        finally:
            process.end()
    return packages


def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="greenlint-experiment-", ignore_cleanup_errors=True)


def _terms(folder: Path, asked: Asked, seed: int) -> Terms:
    return Terms(folder, asked.meter, seed, allowed_cpu(), _ANSWER_SECONDS)

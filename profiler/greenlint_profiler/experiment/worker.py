# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The process that runs one side of an experiment: it is asked in lines of JSON, and answers so.

The first line is the experiment, and whether it is to be checked or measured.  A measured side then
answers ``{"calibrate": seconds}`` with the turns that take so long, and ``{"run": turns}`` with a
sample of one turn.  What the experiment prints goes nowhere.
"""

from __future__ import annotations

import gc
import json
import os
import time
from collections.abc import Callable, Iterator
from math import ceil
from types import ModuleType
from typing import IO, Any

from greenlint_profiler.account import Account
from greenlint_profiler.choose import open_named
from greenlint_profiler.experiment.code import Failed, function, module
from greenlint_profiler.experiment.trial import Trial, Trouble
from greenlint_profiler.load import own_ns
from greenlint_profiler.window import Window
from greenlint_profiler.world import World, here

Message = dict[str, Any]
# Turns grow by this at most, since the first ones are slower than all that follow.
_GROWTH = 10


def main() -> None:
    """Answer until there is nothing more to read."""
    asked, answers = _streams()
    told = json.loads(next(asked))
    if told["cpu"] is not None:
        os.sched_setaffinity(0, {told["cpu"]})
    trial = Trial(**told["trial"])
    try:
        if told["side"] is None:
            from greenlint_profiler.experiment.checked import checked

            _say(answers, checked(trial))
            return
        side = Side(trial, told["side"], told["meter"], here())
        _say(answers, {"ready": True})
        for line in asked:
            _say(answers, side.answer(json.loads(line)))
    except Failed as failed:
        _say(answers, failed.message())


def _streams() -> tuple[Iterator[str], IO[str]]:
    """The lines that are asked and the way back; the experiment gets streams that hold nothing."""
    asked, answers = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return iter(asked), answers


def _say(answers: IO[str], message: Message) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


class Side:
    """One side, set up and ready."""

    def __init__(self, trial: Trial, side: str, meter: str, world: World) -> None:
        space: ModuleType = module(trial)
        self._run: Callable[[], object] = function(space, trial.body(side), side)
        self._side = side
        self._world = world
        self._account = Account(open_named(meter, world))
        self._once()
        # What is there by now is looked through no more, and what comes is collected between
        # samples: when a collection falls is an accident.
        gc.collect()
        gc.freeze()
        gc.disable()

    def answer(self, message: Message) -> Message:
        """What is asked, done."""
        if "calibrate" in message:
            return {"turns": self._turns(message["calibrate"])}
        return self._sample(message["run"])

    def _turns(self, seconds: float) -> int:
        """How many turns take so long at least, by the clock."""
        turns = 1
        while True:
            took = self._sample(turns)["seconds"] * turns
            if took >= seconds:
                return turns
            turns = ceil(turns * min(_GROWTH, max(2.0, 1.1 * seconds / max(took, 1e-9))))

    def _sample(self, turns: int) -> Message:
        """So many turns; what one of them took."""
        with Window(self._side, self._account, self._world, nested=False) as window:
            begun, first = time.perf_counter_ns(), own_ns()
            self._once(turns)
            cpu_ns, ns = own_ns() - first, time.perf_counter_ns() - begun
        gc.collect()
        joules = window.joules
        return {
            "seconds": ns / 1e9 / turns,
            "cpu_seconds": cpu_ns / 1e9 / turns,
            "joules": None if joules is None else joules / turns,
            "evidence": window.measurement.evidence.value,
        }

    def _once(self, turns: int = 1) -> None:
        run = self._run
        try:
            for _ in range(turns):
                run()
        except Exception as error:
            raise Failed.of(error, Trouble.RAISED) from None

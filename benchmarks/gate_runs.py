# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One gate, run as the command runs it, with all that it measured kept as plain values."""

from __future__ import annotations

import datetime
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from greenlint_profiler.gate import compare as comparing
from greenlint_profiler.gate.asked import Asked
from greenlint_profiler.gate.judging import sequence
from greenlint_profiler.gate.judging.effect import effect
from greenlint_profiler.gate.judging.sample import Quantity, Restart, Unmeasured, quantity
from greenlint_profiler.gate.result import Gate, Outcome
from greenlint_profiler.gate.sides.places import places
from greenlint_profiler.repeats import median
from greenlint_profiler.world import here

DATA = Path(__file__).with_name("gate")
# Logarithms of ratios are kept as ten thousandths, figures in microseconds or microjoules.
PARTS_OF_ONE, MICRO = 1e4, 1e6
Record = dict[str, Any]


@dataclass(frozen=True)
class Suite:
    """Tests of one repository, and the interpreter that has what they need.

    `tests` are words of pytest; `only` are ids of some of them, where pytest cannot find these by
    their names: SQLAlchemy makes a class of its own for each database.
    """

    name: str
    root: Path
    python: Path
    tests: tuple[str, ...]
    only: tuple[str, ...] = ()

    @property
    def command(self) -> tuple[str, ...]:
        """What a user would type."""
        return (str(self.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *self.tests)


@dataclass
class Kept:
    """The restarts of a gate, by test and in order; those of the recurrence check come last."""

    restarts: dict[str, list[Restart]] = field(default_factory=dict)

    def run(self, measure: sequence.Measure, *rest: Any) -> dict[str, sequence.Series]:
        """`sequence.run`, which looks at what it is given in the same way."""

        def kept(tests: Sequence[str], number: int) -> Mapping[str, Restart | Unmeasured]:
            found = measure(tests, number)
            for test, one in found.items():
                if isinstance(one, Restart):
                    self.restarts.setdefault(test, []).append(one)
            return found

        return sequence.run(kept, *rest)


def gate(
    suite: Suite,
    base: str,
    head: str,
    cache: Path,
    environ: Mapping[str, str] | None = None,
    **asked: Any,
) -> tuple[Gate, Kept]:
    """Hold two revisions against each other, which may be the same."""
    environ = dict(os.environ if environ is None else environ)
    kept = Kept()
    with (
        places(
            suite.root,
            base,
            head,
            install=None,
            cache=cache,
            say=_say,
            environ=environ,
            python=str(suite.python),
            alike=True,
        ) as (first, second),
        mock.patch.object(comparing, "run", kept.run),
    ):
        found = comparing.compare(
            first, second, Asked(suite.command, only=suite.only, **asked), here(environ), _say
        )
    return found, kept


def _say(said: str) -> None:
    """As the command says it, where standard error goes."""
    print(said, file=sys.stderr, flush=True)


def record(
    part: str, suite: Suite, found: Gate, kept: Kept, load: float, *, samples: bool = False
) -> Record:
    """All of a gate; `tests` are in the order of the suite.  Its samples are many."""
    by_id = {one.test: one for one in found.every}
    wanted = suite.only or suite.tests
    named = [test for test in wanted if test in by_id] or list(by_id)
    return {
        "part": part,
        "suite": suite.name,
        "when": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "load": round(load, 1),
        "seconds": round(found.seconds, 1),
        "restarts": found.restarts,
        "tests": [_test(by_id[test], kept.restarts.get(test, []), samples) for test in named],
    }


def _test(one: Outcome, restarts: Sequence[Restart], samples: bool) -> Record:
    held: Record = {"test": one.test, "verdict": one.verdict.value}
    if one.told is None:
        return held | {"why": one.unmeasured.value if one.unmeasured else "", "said": one.detail}
    what = quantity(restarts)
    told = {
        name: round(getattr(one.told, name), 5)
        for name in ("limit", "ratio", "low", "high", "spread")
    }
    held |= {"told": one.told.verdict.value, "n": one.told.restarts, **told, "p": one.told.p}
    if one.told.doubt is not None:
        held["doubt"] = one.told.doubt.value
    if one.recurred is not None:
        held["again"] = {
            "told": one.recurred.verdict.value,
            "n": one.recurred.restarts,
            "p": one.recurred.p,
            "ratio": round(one.recurred.ratio, 5),
        }
    if changed := [count for count in one.counts if count.base != count.head]:
        held["counts"] = [
            [count.counter, count.base, count.head, count.verdict.value] for count in changed
        ]
    if samples:
        held["samples"] = [
            [_samples(one, what, head=head) for head in (False, True)] for one in restarts
        ]
    return held | {
        "what": what.value,
        "base": [_level(one, what, head=False) for one in restarts],
        "head": [_level(one, what, head=True) for one in restarts],
        "effects": [round(PARTS_OF_ONE * one) for one in effects(restarts)],
        "of_ten": [round(PARTS_OF_ONE * one) for one in effects(_of_ten(restarts))],
        "pairs": [len(one.pairs) for one in restarts],
    }


def _level(restart: Restart, what: Quantity, *, head: bool) -> int:
    return round(median(_samples(restart, what, head=head)))


def _samples(restart: Restart, what: Quantity, *, head: bool) -> list[int]:
    return [round(MICRO * (one.of(what) or 0.0)) for one in restart.samples(head=head)]


def effects(restarts: Sequence[Restart]) -> list[float]:
    """Those of the restarts of a test, as the gate sees them."""
    return [one for restart in restarts if (one := effect(restart, quantity(restarts))) is not None]


def _of_ten(restarts: Sequence[Restart]) -> list[Restart]:
    """As if there had been ten pairs in each."""
    return [Restart(one.pairs[:10]) for one in restarts]


def append(name: str, held: Record, folder: Path = DATA) -> None:
    """One more line of raw data, there at once."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(held, separators=(",", ":")) + "\n")


def lines(name: str) -> Iterator[Record]:
    """The raw data of a part; none where it was not run."""
    path = DATA / f"{name}.jsonl"
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)


def load() -> float:
    """How many processes wanted a processor in the last minute."""
    return os.getloadavg()[0]


Say = Callable[[str], None]

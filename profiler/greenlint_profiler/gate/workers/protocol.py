# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a gate and its workers tell each other: plain values, a line of JSON each.

The gate asks ``{"run": "tests/test_a.py::test_b"}``, ``{"sample": …, "seconds": 3.0}``, or
``{"end": true}``.  A worker begins with its tests, or the errors of collecting them, and then
answers each of these but the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from greenlint_profiler.gate.judging.sample import Sample
from greenlint_profiler.settings_budgets import Budget
from greenlint_profiler.suite.record import Phase
from greenlint_profiler.units import Evidence
from greenlint_profiler.work.work import Repeated, Requested, Work

Message = dict[str, Any]

PASSED = ("passed", "xpassed")
SKIPPED = "skipped"

# The files of a worker in the folder of its gate, after the name of its side.
ASK, ANSWER, SETTINGS, LOG, SAMPLES = ".ask", ".answer", ".json", ".log", ".samples"


@dataclass(frozen=True, slots=True)
class TestInfo:
    """A test of one side, and what it may use as the side's own markers and settings say.

    `budget.max_increase` is None unless somebody stated it.
    """

    __test__: ClassVar[bool] = False

    id: str
    budget: Budget


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a worker has to say when it has collected its tests.

    `notes` are sentences on what was switched off; `errors` are those of the collection, and there
    are no tests then.
    """

    tests: Mapping[str, TestInfo]
    meter: str
    notes: tuple[str, ...]
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One run of a test.  `sample` is there when the test passed, `text` says why it did not."""

    outcome: str
    sample: Sample | None
    text: str


def greeting_message(greeting: Greeting) -> Message:
    """As it travels."""
    return {
        "tests": [{"id": one.id, "budget": asdict(one.budget)} for one in greeting.tests.values()],
        "meter": greeting.meter,
        "notes": greeting.notes,
        "errors": greeting.errors,
    }


def greeting(message: Message) -> Greeting:
    """As it arrived."""
    tests = [TestInfo(one["id"], Budget(**one["budget"])) for one in message["tests"]]
    return Greeting(
        {one.id: one for one in tests},
        message["meter"],
        tuple(message["notes"]),
        tuple(message["errors"]),
    )


def answer_message(outcome: str, call: Phase | None, text: str) -> Message:
    """The call of a test, as it travels."""
    message: Message = {"outcome": outcome, "text": text, "sample": None}
    if call is not None and outcome in PASSED:
        measured = call.measurement
        message["sample"] = {
            "seconds": measured.seconds,
            "cpu_seconds": measured.cpu_seconds,
            "joules": measured.joules,
            "evidence": measured.evidence.value,
            "work": asdict(call.work),
        }
    return message


def answer(message: Message) -> Answer:
    """As it arrived."""
    held = message["sample"]
    sample = None
    if held is not None:
        evidence, work = Evidence(held["evidence"]), _work(held["work"])
        sample = Sample(**(held | {"evidence": evidence, "work": work}))
    return Answer(message["outcome"], sample, message["text"])


def _work(held: Message) -> Work:
    repeated = tuple(Repeated(**one) for one in held["repeated"])
    requested = tuple(Requested(**one) for one in held["requested"])
    return Work(**(held | {"repeated": repeated, "requested": requested}))

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A gate whose head lost findings and uses less -> the saving that was realised."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.judging.counts import Counted
from greenlint_profiler.gate.judging.judge import Told
from greenlint_profiler.gate.result import Gate, Outcome
from greenlint_profiler.stores.saving import Less, Saving


def less(gate: Gate) -> tuple[Less, ...]:
    """What each test uses less, of those that do; the whole command is one of them.

    Figures count where the test is judged as improved, or where it is known to do less, since its
    counts fell, and the interval of its change lies below zero; counts, where both sides are exact.
    """
    return tuple(one for outcome in gate.every for one in _less(outcome))


def _less(outcome: Outcome) -> Iterator[Less]:
    queries, requests = (_fewer(outcome.counts, name) for name in ("queries", "requests"))
    told, base, quantity = outcome.told, outcome.base, outcome.quantity
    if told is None or base is None or quantity is None or not _surely(told, queries + requests):
        if queries or requests:
            yield Less(outcome.test, queries=queries, requests=requests)
        return
    yield Less(
        test=outcome.test,
        quantity=quantity.value,
        evidence=outcome.evidence.value,
        base=base,
        saved=base * (1 - told.ratio),
        low=base * (1 - told.high),
        high=base * (1 - told.low),
        queries=queries,
        requests=requests,
    )


def _surely(told: Told, fewer: int) -> bool:
    """Whether a test uses less.  Of those that are not judged so, some have an interval below zero
    by chance; one that asks less has it for a reason.
    """
    return told.verdict is Verdict.IMPROVED or (fewer > 0 and told.high < 1)


def _fewer(counts: tuple[Counted, ...], name: str) -> int:
    """How many less; none where a side varies, or the head has more."""
    for one in counts:
        if one.counter == name and one.base is not None and one.head is not None:
            return max(0, one.base - one.head)
    return 0


def savings(gate: Gate, finished: str) -> list[Saving]:
    """One for each finding that went; none where nothing is used less, or something fails."""
    found = less(gate)
    if not found or gate.verdict is Verdict.FAIL:
        return []
    return [
        Saving(
            fingerprint=one.fingerprint,
            rule=one.rule,
            name=one.name,
            path=one.path,
            line=one.line,
            message=one.message,
            finished=finished,
            base=gate.base.commit,
            head=gate.head.commit,
            dirty=gate.head.dirty,
            machine_class=str(gate.machine.get("class") or "unknown"),
            meter=gate.meter,
            together=len(gate.mended),
            tests=found,
        )
        for one in gate.mended
    ]

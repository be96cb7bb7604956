# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A self-check of the gate for people: how often it cries wolf here, and what it can tell."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint_profiler.gate.judging.design import DEFAULT_INCREASE
from greenlint_profiler.gate.judging.sample import Quantity
from greenlint_profiler.gate.selfcheck.aa import ENOUGH, SelfCheck
from greenlint_profiler.said import Figure, joined, say

_SHOWN = 10
_WHAT = {
    Quantity.JOULES: "joules (measured)",
    Quantity.CPU_SECONDS: "CPU time (proxy, no joules)",
}


def lines(check: SelfCheck) -> Iterator[str]:
    """The whole answer, with advice at its end."""
    yield say(
        "self-check of the gate: {machine}, {quantity}, {rounds} rounds in {seconds}",
        machine=check.machine_class,
        quantity=say(_WHAT[check.quantity]),
        rounds=check.rounds,
        seconds=f"{check.seconds:.0f} s",
    )
    if not check.comparisons:
        yield say("Nothing could be measured, so that nothing is shown.")
        return
    low, high = map(_percent, check.rate)
    yield say(
        "false failures: {n} of {all} comparisons of one revision with itself (95 % interval {low} "
        "to {high}), in {suites} of {rounds} rounds",
        n=check.alarms,
        all=check.comparisons,
        low=low,
        high=high,
        suites=check.suites,
        rounds=check.rounds,
    )
    yield say(
        "inconclusive: {n}; cannot be measured: {unmeasured}; restarts a test: {restarts} of at "
        "most {most}",
        n=check.inconclusive,
        unmeasured=check.unmeasured,
        restarts=Figure(f"{check.restarts:.1f}"),
        most=check.design.restarts,
    )
    yield ""
    yield from _resolution(check)
    yield ""
    yield from _advice(check)


def _resolution(check: SelfCheck) -> Iterator[str]:
    yield say("the smallest rise that is found nine times in ten (MDE), the largest first")
    found = sorted(check.spreads, key=check.smallest, reverse=True)
    for test in found[:_SHOWN]:
        smallest = _percent(check.smallest(test))
        yield joined("", [" " * (10 - len(smallest)), smallest, f"  {test}"])
    if len(found) > _SHOWN:
        rest = found[_SHOWN]
        yield say(
            "  {n} more tests: {most} or less",
            n=len(found) - _SHOWN,
            most=_percent(check.smallest(rest)),
        )


def _advice(check: SelfCheck) -> Iterator[str]:
    usual = DEFAULT_INCREASE[check.quantity]
    below = check.below()
    if check.alarms:
        yield say(
            "Failures of the gate cannot be believed here. Give it a processor of its own, allow "
            "more restarts, or gate on queries and requests alone."
        )
    elif not check.passed:
        yield say(
            "Too few comparisons to show anything: {n} of at least {enough}. Give --rounds, or "
            "more tests.",
            n=check.comparisons,
            enough=ENOUGH,
        )
    else:
        yield say("Failures of the gate can be believed here.")
    if not below:
        yield say("The default budget of {limit} can be told for all tests.", limit=_percent(usual))
        return
    yield say(
        "The default budget of {limit} is too small for {n} of {all} tests: the gate says of them "
        "that it cannot measure that.",
        limit=_percent(usual),
        n=len(below),
        all=len(check.spreads),
    )
    advised = check.advised()
    if advised is None:
        yield say("No usual budget would do for nine tests in ten: this machine is too busy.")
    elif advised > usual:
        yield say(
            "A budget of {limit} would do for nine tests in ten: --max-increase.",
            limit=_percent(advised),
        )


def _percent(part: float) -> str:
    return Figure(f"{100 * part:.2g} %" if part < 0.1 else f"{100 * part:.0f} %")

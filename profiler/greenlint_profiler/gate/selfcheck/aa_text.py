# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A self-check of the gate for people: how often it cries wolf here, and what it can tell."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint_profiler.gate.judging.design import DEFAULT_INCREASE
from greenlint_profiler.gate.judging.sample import Quantity
from greenlint_profiler.gate.selfcheck.aa import ENOUGH, SelfCheck

_SHOWN = 10
_WHAT = {
    Quantity.JOULES: "joules (measured)",
    Quantity.CPU_SECONDS: "CPU time (proxy, no joules)",
}


def lines(check: SelfCheck) -> Iterator[str]:
    """The whole answer, with advice at its end."""
    yield (
        f"self-check of the gate: {check.machine_class}, {_WHAT[check.quantity]}, "
        f"{check.rounds} rounds in {check.seconds:.0f} s"
    )
    if not check.comparisons:
        yield "Nothing could be measured, so that nothing is shown."
        return
    low, high = check.rate
    yield (
        f"false failures: {check.alarms} of {check.comparisons} comparisons of one revision with "
        f"itself (95 % interval {_percent(low)} to {_percent(high)}), in {check.suites} of "
        f"{check.rounds} rounds"
    )
    yield (
        f"inconclusive: {check.inconclusive}; cannot be measured: {check.unmeasured}; restarts a "
        f"test: {check.restarts:.1f} of at most {check.design.restarts}"
    )
    yield ""
    yield from _resolution(check)
    yield ""
    yield from _advice(check)


def _resolution(check: SelfCheck) -> Iterator[str]:
    yield "the smallest rise that is found nine times in ten (MDE), the largest first"
    found = sorted(check.spreads, key=check.smallest, reverse=True)
    for test in found[:_SHOWN]:
        yield f"  {_percent(check.smallest(test)):>8}  {test}"
    if len(found) > _SHOWN:
        rest = found[_SHOWN]
        yield f"  {len(found) - _SHOWN} more tests: {_percent(check.smallest(rest))} or less"


def _advice(check: SelfCheck) -> Iterator[str]:
    usual = DEFAULT_INCREASE[check.quantity]
    below = check.below()
    if check.alarms:
        yield (
            "Failures of the gate cannot be believed here. Give it a processor of its own, allow "
            "more restarts, or gate on queries and requests alone."
        )
    elif not check.passed:
        yield (
            f"Too few comparisons to show anything: {check.comparisons} of at least {ENOUGH}. Give "
            "--rounds, or more tests."
        )
    else:
        yield "Failures of the gate can be believed here."
    if not below:
        yield f"The default budget of {_percent(usual)} can be told for all tests."
        return
    yield (
        f"The default budget of {_percent(usual)} is too small for {len(below)} of "
        f"{len(check.spreads)} tests: the gate says of them that it cannot measure that."
    )
    advised = check.advised()
    if advised is None:
        yield "No usual budget would do for nine tests in ten: this machine is too busy."
    elif advised > usual:
        yield f"A budget of {_percent(advised)} would do for nine tests in ten: --max-increase."


def _percent(part: float) -> str:
    return f"{100 * part:.2g} %" if part < 0.1 else f"{100 * part:.0f} %"

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The text of a budget that was exceeded: what was measured, against what, on what evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from shlex import quote
from typing import Any

from greenlint_profiler.budget import Verdict
from greenlint_profiler.quantity import counted, in_joules, in_seconds
from greenlint_profiler.said import Figure, english, joined, listed, say
from greenlint_profiler.suite.judge import ENERGIES
from greenlint_profiler.suite.summary import NAMES, repeated, where

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

Entry = Mapping[str, Any]
_MOST_LINES = 5


def headline(test: Entry) -> str:
    """One line: ``Energy budget exceeded: 34 queries, and the budget is 12``."""
    failed = [one for one in test["budget"]["judged"] if one["verdict"] == Verdict.FAIL.value]
    said = joined("; ", [_against(test, one) for one in failed])
    return say("Energy budget exceeded: {budgets}", budgets=said)


def _against(test: Entry, judged: Entry) -> str:
    quantity, used, limit = judged["quantity"], judged["used"], judged["limit"]
    if quantity in ENERGIES:
        parts = [say("memory")] if quantity == "dram_joules" else test["budget"]["domains"]
        figure = None if parts else test["joules"]
        most = in_joules(limit)
        if figure is not None and figure <= limit:
            reaches = "{joules}, whose interval reaches {used}, against {limit}"
            return say(reaches, joules=in_joules(figure), used=in_joules(used), limit=most)
        joules = in_joules(figure or used)
        if parts:
            joules = say("{joules} of {parts}", joules=joules, parts=listed(parts))
        return say("{used} against {limit}", used=joules, limit=most)
    if quantity == "cpu_seconds":
        seconds = say("{seconds} of CPU time", seconds=in_seconds(used))
        return say("{used} against {limit}", used=seconds, limit=in_seconds(limit))
    limited = Figure(f"{limit:g}")
    return say("{used} against {limit}", used=counted(quantity, used), limit=limited)


def details(
    test: Entry,
    machine_class: str,
    meter: str,
    width: int = 80,
    runner: str = "pytest",
    speak: Speak = english,
) -> Iterator[str]:
    """Everything that a reader needs to believe it, to find the cause, or to accept it."""
    for one in test["budget"]["judged"]:
        kind = test["work"].get("instructions_are") if one["quantity"] == "instructions" else None
        line = say("{line}, of {kind}", line=_line(one), kind=kind) if kind else _line(one)
        yield _row(NAMES[one["quantity"]], line, speak)
    yield from _energy(test, meter, runner, speak)
    for one in test["work"]["repeated"][:_MOST_LINES]:
        yield repeated(one, width, speak=speak)
    for one in test["work"].get("requested", ())[:_MOST_LINES]:
        sent = {"n": one["count"], "method": one["method"], "host": one["host"]}
        told = say("{n} {method} requests to {host}", **sent)
        if where(one):
            told = say("{n} {method} requests to {host} from {place}", place=where(one), **sent)
        yield speak(told)
    yield _row(say("machine class"), machine_class, speak)
    if runner == "pytest":  # the coverage data that it needs names tests as pytest does
        command = f"greenlint report --test {quote(test['id'])}"
        yield speak(say("findings on the lines it executes: {command}", command=command))
    accept = 'accept: raise the budget in [[tool.greenlint.energy.budgets]] with test = "{test}"'
    if runner == "pytest":
        accept = (
            "accept: raise the budget where it is stated: @pytest.mark.energy(...) on the test, or "
            '[[tool.greenlint.energy.budgets]] with test = "{test}"'
        )
    yield speak(say(accept, test=test["id"]))


def _row(name: str, value: str, speak: Speak) -> str:
    """Names stand under one another, and so do their values."""
    return f"{speak(name):<16}  {speak(value)}"


def _line(judged: Entry) -> str:
    quantity, used = judged["quantity"], judged["used"]
    limit = _amount(quantity, judged["limit"])
    verdict = {
        Verdict.PASS.value: say("kept"),
        Verdict.FAIL.value: say("EXCEEDED"),
        Verdict.CANNOT_MEASURE.value: say("cannot be judged ({code})", code=judged["reason"]),
    }[judged["verdict"]]
    if used is None:
        return say("budget {limit}: {verdict}", limit=limit, verdict=verdict)
    part = f" ({100 * used / judged['limit']:.0f} %)" if judged["limit"] else ""
    return say(
        "{used}, budget {limit}: {verdict}{part}",
        used=_amount(quantity, used),
        limit=limit,
        verdict=verdict,
        part=part,
    )


def _amount(quantity: str, value: float) -> str:
    if quantity in ENERGIES:
        return in_joules(value)
    return in_seconds(value) if quantity == "cpu_seconds" else Figure(f"{value:g}")


def _energy(test: Entry, meter: str, runner: str, speak: Speak) -> Iterator[str]:
    """The figure with its interval and its label; what several calls used one by one."""
    if test["joules"] is None:
        return
    ends = [in_joules(end) for end in test["ci"] or ()]
    interval = say(", 95 % interval {ends}", ends=joined(" – ", ends)) if ends else ""
    told = say(
        "{joules}{interval}, {meter} ({label})",
        joules=in_joules(test["joules"]),
        interval=interval,
        meter=meter,
        label=say(test["evidence"]),
    )
    yield _row(say("measured"), told, speak)
    if test["samples"]:
        samples = [one["joules"] for one in test["samples"]]
        shown = joined(" ", ["–" if one is None else Figure(f"{one:.4g}") for one in samples])
        yield _row(say("calls"), say("{joules} J", joules=shown), speak)
    else:
        once = "one call: the interval is the instrument's, not how runs differ"
        if runner == "pytest":
            once = (
                "one call: the interval is the instrument's, not how runs differ; see "
                "--energy-repeat"
            )
        yield speak(say(once))

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The text of a budget that was exceeded: what was measured, against what, on what evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from shlex import quote
from typing import Any

from greenlint_profiler.budget import Verdict
from greenlint_profiler.quantity import in_joules, in_seconds
from greenlint_profiler.suite.judge import ENERGIES
from greenlint_profiler.suite.summary import NAMES, repeated, where

Entry = Mapping[str, Any]
_MOST_LINES = 5


def headline(test: Entry) -> str:
    """One line: ``Energy budget exceeded: 34 queries, and the budget is 12``."""
    failed = [one for one in test["budget"]["judged"] if one["verdict"] == Verdict.FAIL.value]
    said = "; ".join(_against(test, one) for one in failed)
    return f"Energy budget exceeded: {said}"


def _against(test: Entry, judged: Entry) -> str:
    quantity, used, limit = judged["quantity"], judged["used"], judged["limit"]
    if quantity in ENERGIES:
        parts = ["memory"] if quantity == "dram_joules" else test["budget"]["domains"]
        of = f" of {' and '.join(parts)}" if parts else ""
        figure = None if parts else test["joules"]
        if figure is not None and figure <= limit:
            reaches = f", whose interval reaches {in_joules(used)},"
            return f"{in_joules(figure)}{of}{reaches} against {in_joules(limit)}"
        return f"{in_joules(figure or used)}{of} against {in_joules(limit)}"
    if quantity == "cpu_seconds":
        return f"{in_seconds(used)} of CPU time against {in_seconds(limit)}"
    one = {"queries": "query", "requests": "request", "instructions": "instruction"}[quantity]
    return f"{used:g} {one if used == 1 else quantity} against {limit:g}"


def details(
    test: Entry, machine_class: str, meter: str, width: int = 80, runner: str = "pytest"
) -> Iterator[str]:
    """Everything that a reader needs to believe it, to find the cause, or to accept it."""
    for one in test["budget"]["judged"]:
        kind = test["work"].get("instructions_are") if one["quantity"] == "instructions" else None
        yield f"{NAMES[one['quantity']]:<16}  {_line(one)}{f', of {kind}' if kind else ''}"
    yield from _energy(test, meter, runner)
    for one in test["work"]["repeated"][:_MOST_LINES]:
        yield repeated(one, width)
    for one in test["work"].get("requested", ())[:_MOST_LINES]:
        at = f" from {where(one)}" if where(one) else ""
        yield f"{one['count']} {one['method']} requests to {one['host']}{at}"
    yield f"machine class     {machine_class}"
    if runner == "pytest":  # the coverage data that it needs names tests as pytest does
        yield f"findings on the lines it executes: greenlint report --test {quote(test['id'])}"
    table = f'[[tool.greenlint.energy.budgets]] with test = "{test["id"]}"'
    mark = "where it is stated: @pytest.mark.energy(...) on the test, or "
    yield f"accept: raise the budget {mark if runner == 'pytest' else 'in '}{table}"


def _line(judged: Entry) -> str:
    quantity, used = judged["quantity"], judged["used"]
    limit = _amount(quantity, judged["limit"])
    verdict = {
        Verdict.PASS.value: "kept",
        Verdict.FAIL.value: "EXCEEDED",
        Verdict.CANNOT_MEASURE.value: f"cannot be judged ({judged['reason']})",
    }[judged["verdict"]]
    if used is None:
        return f"budget {limit}: {verdict}"
    part = f" ({100 * used / judged['limit']:.0f} %)" if judged["limit"] else ""
    return f"{_amount(quantity, used)}, budget {limit}: {verdict}{part}"


def _amount(quantity: str, value: float) -> str:
    if quantity in ENERGIES:
        return in_joules(value)
    return in_seconds(value) if quantity == "cpu_seconds" else f"{value:g}"


def _energy(test: Entry, meter: str, runner: str) -> Iterator[str]:
    """The figure with its interval and its label; what several calls used one by one."""
    if test["joules"] is None:
        return
    ends = [in_joules(end) for end in test["ci"] or ()]
    interval = f", 95 % interval {' – '.join(ends)}" if ends else ""
    yield f"measured          {in_joules(test['joules'])}{interval}, {meter} ({test['evidence']})"
    if test["samples"]:
        told = [one["joules"] for one in test["samples"]]
        shown = " ".join("–" if one is None else f"{one:.4g}" for one in told)
        yield f"calls             {shown} J"
    else:
        see = "; see --energy-repeat" if runner == "pytest" else ""
        yield f"one call: the interval is the instrument's, not how runs differ{see}"

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A gate for programs: JSON of the schema ``greenlint-energy-gate/1``."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

from greenlint_profiler.budget import Judged
from greenlint_profiler.gate.formats.encode import in_json
from greenlint_profiler.gate.formats.sentences import label_of, reasons_of
from greenlint_profiler.gate.formats.words import UNITS
from greenlint_profiler.gate.judging.counts import Counted
from greenlint_profiler.gate.judging.judge import Told
from greenlint_profiler.gate.judging.sample import Quantity
from greenlint_profiler.gate.result import FoundThere, FunctionChange, Gate, Outcome
from greenlint_profiler.gate.sides.revisions import Revision
from greenlint_profiler.suite.document import version
from greenlint_profiler.units import Evidence

SCHEMA = "greenlint-energy-gate/1"
_BUDGET_UNITS = {"joules": "J", "dram_joules": "J", "cpu_seconds": "s"}
Json = dict[str, Any]


def render(gate: Gate, *, strict: bool = False) -> Iterator[str]:
    """One object."""
    tool = {"name": "greenlint", "version": version()}
    held = {"schema": SCHEMA, "tool": tool, **as_record(gate, strict=strict)}
    yield in_json(held, indent=2) + "\n"


def as_record(gate: Gate, *, strict: bool = False) -> Json:
    """Plain values; docs/schemas/greenlint-energy-gate-1.json describes them."""
    return {
        "command": list(gate.command),
        "base": _revision(gate.base),
        "head": _revision(gate.head),
        "design": {
            "pairs": gate.design.pairs,
            "warmups": gate.design.warmups,
            "restarts": gate.design.restarts,
        },
        "meter": gate.meter,
        "machine": dict(gate.machine),
        "restarts": gate.restarts,
        "seconds": _number(gate.seconds),
        "whole": None if gate.whole is None else _outcome(gate.whole),
        "tests": [_outcome(one) for one in gate.tests],
        "only_base": list(gate.only_base),
        "only_head": list(gate.only_head),
        "findings": [_finding(one) for one in gate.findings],
        "mended": [{"fingerprint": one.fingerprint, **_finding(one)} for one in gate.mended],
        "notes": list(gate.notes),
        "verdict": gate.verdict.value,
        "strict": strict,
        "exit_code": gate.exit_code(strict=strict),
    }


def _revision(one: Revision) -> Json:
    return {"name": one.name, "commit": one.commit, "subject": one.subject, "dirty": one.dirty}


def _outcome(one: Outcome) -> Json:
    return {
        "test": one.test,
        **_label(one.quantity, one.evidence),
        "base": _side(one.base),
        "head": _side(one.head),
        "compared": None if one.told is None else _told(one.told),
        "recurred": None if one.recurred is None else _told(one.recurred),
        "counts": [_counted(count) for count in one.counts],
        "budgets": [_budget(budget, one) for budget in one.budgets],
        "functions": [_function(function, one) for function in one.functions],
        "verdict": one.verdict.value,
        "reasons": [{"code": why.code, "sentence": why.sentence} for why in reasons_of(one)],
        "detail": one.detail,
    }


def _label(quantity: Quantity | None, evidence: Evidence) -> Json:
    if quantity is None:
        return {"quantity": None, "unit": None, "evidence": Evidence.NONE.value}
    return {"quantity": quantity.value, "unit": UNITS[quantity], "evidence": evidence.value}


def _side(median: float | None) -> Json | None:
    return None if median is None else {"median": _number(median)}


def _told(one: Told) -> Json:
    return {
        "restarts": one.restarts,
        "change": {"pct": _pct(one.ratio), "lo": _pct(one.low), "hi": _pct(one.high)},
        "limit_pct": _number(100 * one.limit),
        "rules_out_pct": _number(100 * one.certificate),
        "mde_pct": _number(100 * one.mde),
        "spread": _number(one.spread),
        "p": _number(one.p),
        "wanted_restarts": one.wanted,
        "verdict": one.verdict.value,
        "reason": None if one.doubt is None else one.doubt.value,
    }


def _counted(one: Counted) -> Json:
    return {
        "quantity": one.counter,
        "unit": "count",
        "evidence": None,
        "base": one.base,
        "head": one.head,
        "limit": one.limit,
        "verdict": one.verdict.value,
        "reason": None if one.doubt is None else one.doubt.value,
        "where": [
            {
                "what": place.what,
                "path": place.path,
                "line": place.line,
                "symbol": place.symbol,
                "base": place.base,
                "head": place.head,
            }
            for place in one.where
        ],
    }


def _budget(one: Judged, outcome: Outcome) -> Json:
    label = label_of(one, outcome)
    return {
        "quantity": one.quantity,
        "unit": _BUDGET_UNITS.get(one.quantity, "count"),
        "evidence": None if label is None else label.value,
        "limit": _number(one.limit),
        "used": None if one.used is None else _number(one.used),
        "verdict": one.verdict.value,
        "reason": None if one.doubt is None else one.doubt.value,
    }


def _function(one: FunctionChange, outcome: Outcome) -> Json:
    """What is shared out by samples is an estimate, and CPU time a proxy."""
    quantity = outcome.quantity or Quantity.CPU_SECONDS
    sampled = Evidence.ESTIMATED if quantity is Quantity.JOULES else Evidence.PROXY
    return {
        "function": one.function,
        "path": one.path,
        "line": one.line,
        **_label(quantity, sampled),
        "base": _number(one.base),
        "head": _number(one.head),
        "low": _number(one.low),
        "high": _number(one.high),
    }


def _finding(one: FoundThere) -> Json:
    return {
        "rule": one.rule,
        "name": one.name,
        "path": one.path,
        "line": one.line,
        "message": one.message,
    }


def _pct(ratio: float) -> float | None:
    return _number(100 * (ratio - 1))


def _number(value: float | None) -> float | None:
    """JSON has no infinity; what is absent stays so."""
    return value if value is not None and isfinite(value) else None

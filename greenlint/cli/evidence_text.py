# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What experiments showed, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from greenlint_profiler.experiment.saving import Saving
from greenlint_profiler.gate.judging.sample import Quantity
from greenlint_profiler.units import Evidence

from greenlint.cli.evidence_outcome import Outcome
from greenlint.cli.evidence_place import Place
from greenlint.cli.evidence_table import SAVING, percents, size_of, table, verdict
from greenlint.formats.words import plural
from greenlint.rule import RuleInfo

SCHEMA = "greenlint-evidence/1"
_SCALES = ((1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))


def lines(info: RuleInfo, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """One rule: a row for each size, and a sentence where there is none."""
    yield f"{info.code} {info.name}"
    measured = [_row(one, one.measured.saving) for one in outcomes if one.measured is not None]
    if measured:
        heads = ("size", "before", "after", SAVING, "n", "")
        yield from (f"  {line}" for line in table([heads, *measured]))
    for one in outcomes:
        if one.measured is None:
            at = "" if one.size is None else f" at size {one.size}"
            what = "the experiment fails" if one.broken else "cannot measure here"
            yield f"  {what}{at}: {one.why}"


def _row(one: Outcome, saving: Saving) -> tuple[str, ...]:
    unit = "J" if saving.quantity is Quantity.JOULES else "s"
    return (
        size_of(one.size),
        _quantity(saving.before, unit),
        _quantity(saving.after, unit),
        percents(saving.saving, saving.low, saving.high),
        str(len(saving.effects)),
        verdict(saving.low, saving.high),
    )


def _quantity(amount: float, unit: str) -> str:
    for scale, prefix in _SCALES:
        if amount >= scale:
            return f"{amount / scale:.3g} {prefix}{unit}"
    return f"{amount:.3g} {unit}"


def summary(outcomes: Sequence[Outcome], where: Place, *, written: bool) -> Iterator[str]:
    """What the figures are from, and how many there are of each kind."""
    known = [one.measured.saving for one in outcomes if one.measured is not None]
    joules = any(one.quantity is Quantity.JOULES for one in known)
    if known:
        yield ""
        yield f"{where.machine}; {where.python}; {_compared(where, joules=joules)}"
        if where.doubt:
            yield f"Not of a machine, or maybe not: {where.doubt}."
        if where.evidence is Evidence.PROXY and where.passed:
            yield f"No energy counter: {where.passed}"
    saved = sum(one.low > 0 for one in known)
    lost = sum(one.high < 0 for one in known)
    without = len(outcomes) - len(known)
    parts = [f"{saved} with a saving"]
    if lost:
        parts.append(f"{lost} with a loss")
    if nulls := len(known) - saved - lost:
        parts.append(f"{nulls} with no effect shown")
    if without:
        parts.append(f"{without} not measured")
    stored = " Stored on the pages." if written and known else ""
    yield f"{plural(len(outcomes), 'experiment')}: {', '.join(parts)}.{stored}"


def _compared(where: Place, *, joules: bool) -> str:
    if joules:
        return f"energy, {where.meter} (measured)"
    if where.evidence is Evidence.MEASURED:
        return "CPU time (proxy): others used the machine, so that no joules are ours alone"
    return "CPU time (proxy: no joules were measured)"


def document(outcomes: Sequence[Outcome], where: Place) -> dict[str, Any]:
    """For other programs."""
    return {
        "schema": SCHEMA,
        "machine": where.machine,
        "python": where.python,
        "meter": where.meter,
        "simulated": where.doubt or None,
        "experiments": [_record(one) for one in outcomes],
    }


def _record(one: Outcome) -> dict[str, Any]:
    return {
        "code": one.info.code,
        "name": one.info.name,
        "size": one.size,
        "reason": one.trouble or None,
        "detail": one.why or None,
        "saving": None if one.measured is None else _saving(one.measured.saving),
        "packages": {} if one.measured is None else dict(one.measured.packages),
    }


def _saving(saving: Saving) -> Mapping[str, Any]:
    """Parts of what was used before; `before` and `after` are in joules, or seconds of CPU time."""
    return {
        "quantity": saving.quantity.value,
        "evidence": saving.evidence.value,
        "n": len(saving.effects),
        "saving": saving.saving,
        "low": saving.low,
        "high": saving.high,
        "before": saving.before,
        "after": saving.after,
        "effects": list(saving.effects),
    }

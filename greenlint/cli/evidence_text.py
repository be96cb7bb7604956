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
from greenlint.cli.evidence_table import percents, size_of, table, verdict
from greenlint.cli.telling import count, speak, spoken, told
from greenlint.messages import Message
from greenlint.rule import RuleInfo

SCHEMA = "greenlint-evidence/1"
_SCALES = ((1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))


def lines(info: RuleInfo, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """One rule: a row for each size, and a sentence where there is none."""
    yield f"{info.code} {info.name}"
    measured = [_row(one, one.measured.saving) for one in outcomes if one.measured is not None]
    if measured:
        heads = (
            told("size"),
            told("before"),
            told("after"),
            told("saving (95 % interval)"),
            "n",
            "",
        )
        yield from (f"  {line}" for line in table([heads, *measured]))
    for one in outcomes:
        if one.measured is None:
            at = "" if one.size is None else told(" at size {size}", size=one.size)
            what = told("the experiment fails") if one.broken else told("cannot measure here")
            yield f"  {what}{at}: {_words(one.at)}{_words(one.why)}"


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


def _words(text: Message | str) -> str:
    """Ours, or of what measures."""
    return spoken().of(text) if isinstance(text, Message) else speak(text)


def _quantity(amount: float, unit: str) -> str:
    for scale, prefix in _SCALES:
        if amount >= scale:
            return spoken().figure(f"{amount / scale:.3g} {prefix}{unit}")
    return spoken().figure(f"{amount:.3g} {unit}")


def summary(outcomes: Sequence[Outcome], where: Place, *, written: bool) -> Iterator[str]:
    """What the figures are from, and how many there are of each kind."""
    known = [one.measured.saving for one in outcomes if one.measured is not None]
    joules = any(one.quantity is Quantity.JOULES for one in known)
    if known:
        yield ""
        yield f"{where.machine}; {where.python}; {_compared(where, joules=joules)}"
        if where.doubt:
            yield told("Not of a machine, or maybe not: {doubt}.", doubt=where.doubt)
        if where.evidence is Evidence.PROXY and where.passed:
            yield told("No energy counter: {detail}", detail=speak(where.passed))
    saved = sum(one.low > 0 for one in known)
    lost = sum(one.high < 0 for one in known)
    without = len(outcomes) - len(known)
    parts = [told("{n} with a saving", n=saved)]
    if lost:
        parts.append(told("{n} with a loss", n=lost))
    if nulls := len(known) - saved - lost:
        parts.append(told("{n} with no effect shown", n=nulls))
    if without:
        parts.append(told("{n} not measured", n=without))
    stored = told(" Stored on the pages.") if written and known else ""
    experiments = count(len(outcomes), "{n} experiment", "{n} experiments")
    yield f"{experiments}: {', '.join(parts)}.{stored}"


def _compared(where: Place, *, joules: bool) -> str:
    if joules:
        return told("energy, {meter} (measured)", meter=where.meter)
    if where.evidence is Evidence.MEASURED:
        return told("CPU time (proxy): others used the machine, so that no joules are ours alone")
    return told("CPU time (proxy: no joules were measured)")


def document(outcomes: Sequence[Outcome], where: Place) -> dict[str, Any]:
    """For other programs."""
    return {
        "schema": SCHEMA,
        "machine": where.machine,
        "python": where.python,
        "meter": where.meter,
        "simulated": str(where.doubt) or None,
        "experiments": [_record(one) for one in outcomes],
    }


def _record(one: Outcome) -> dict[str, Any]:
    return {
        "code": one.info.code,
        "name": one.info.name,
        "size": one.size,
        "reason": one.trouble or None,
        "detail": one.detail or None,
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

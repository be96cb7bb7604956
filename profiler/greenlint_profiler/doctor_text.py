# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A diagnosis for people: a table of meters, the machine, the way out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from greenlint_profiler.doctor import Configured, Diagnosis, Found
from greenlint_profiler.environment import Environment
from greenlint_profiler.selfcheck import SelfCheck

_WIDTH = 100


def lines(
    diagnosis: Diagnosis, checked: SelfCheck | None = None, configured: Configured | None = None
) -> Iterator[str]:
    """The whole answer."""
    yield from _table(diagnosis)
    yield ""
    best = diagnosis.best
    yield f"Used unless you say otherwise: {best.name} ({best.evidence.value})."
    if configured is not None:
        yield from _wrapped(_says(configured), "")
    yield f"Running in: {_around(diagnosis.environment)}"
    if diagnosis.sysfs_root != "/sys":
        yield f"GREENLINT_SYSFS_ROOT: counters are read below {diagnosis.sysfs_root}, not in /sys."
    for warning in diagnosis.warnings:
        yield from _wrapped(warning, "Mind: ")
    for remedy in diagnosis.remedies:
        yield ""
        yield f"{remedy.title}:"
        yield from (f"  {step}" for step in remedy.steps)
        yield from _wrapped(remedy.trade_off, "  Trade-off: ")
    if checked is not None:
        yield ""
        yield from _selfcheck(checked)


def _says(configured: Configured) -> str:
    found, start = configured.found, f"{configured.origin} says {configured.meter}: "
    if found.usable:
        return f"{start}{found.name} ({found.evidence.value}) is used."
    return f"{start}it does not work here ({found.detail})"


def _table(diagnosis: Diagnosis) -> Iterator[str]:
    rows = [("meter", "status", "evidence", "detail")]
    rows += [(one.name, one.status, _label(one), one.detail) for one in diagnosis.meters]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    indent = " " * (sum(widths) + 6)
    for *cells, detail in rows:
        start = "".join(f"{cell:<{width}}  " for cell, width in zip(cells, widths, strict=True))
        yield from _wrapped(detail, start, indent)


def _label(one: Found) -> str:
    return one.evidence.value if one.usable else "-"


def _wrapped(text: str, start: str, indent: str | None = None) -> Iterator[str]:
    indent = " " * len(start) if indent is None else indent
    width = max(_WIDTH, len(indent) + 40)
    wrapped = textwrap.wrap(
        text,
        width,
        initial_indent=start,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from wrapped


def _around(found: Environment) -> str:
    words = {True: "on", False: "off", None: "not told"}
    parts = [
        f"a virtual machine ({found.virtualised})" if found.virtualised else "bare metal",
        f"container {found.container or 'no'}",
        f"governor {found.governor or 'not told'}",
        f"turbo {words[found.turbo]}",
        f"SMT {words[found.smt]}",
        f"energy filtering {words[found.filtering]}",
        f"load {'not told' if found.load is None else f'{found.load:g}'}",
        f"{found.processors} x {found.processor or 'processor'}",
    ]
    return " · ".join(parts)


def _selfcheck(checked: SelfCheck) -> Iterator[str]:
    if not checked.meters:
        yield "Self-check: no counter can be read here, so there is nothing to check."
        return
    yield "Self-check:"
    for one in checked.meters:
        still = (
            "no figure"
            if one.idle_watts is None
            else f"{one.idle_watts:.3g} W while asleep, ± {one.noise_joules or 0:.2g} J (SD) in "
            f"windows of {1000 * one.window_seconds:.0f} ms"
        )
        cost = f"{one.read_microseconds:.1f} µs for {one.counters} counters"
        yield f"  {one.meter}: {cost}; {still}"
        if one.failed:
            yield f"    {one.failed} windows had no figure: the counter stood still or failed"
    for pair in checked.compared:
        verdict = "agree" if pair.agree else "DISAGREE"
        yield (
            f"  {pair.domain}: {pair.meters[0]} {pair.joules[0]:.4g} J, {pair.meters[1]} "
            f"{pair.joules[1]:.4g} J ({100 * pair.difference:+.2f} %): {verdict}"
        )
    if len(checked.meters) == 1:
        yield "  One counter only: there is no second way to compare it with."

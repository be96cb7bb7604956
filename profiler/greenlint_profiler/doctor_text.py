# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A diagnosis for people: a table of meters, the machine, the way out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from greenlint_profiler.doctor import Configured, Diagnosis, Found
from greenlint_profiler.environment import Environment
from greenlint_profiler.said import Figure, english, joined, say
from greenlint_profiler.selfcheck import SelfCheck

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

_WIDTH = 100


def lines(
    diagnosis: Diagnosis,
    checked: SelfCheck | None = None,
    configured: Configured | None = None,
    speak: Speak = english,
) -> Iterator[str]:
    """The whole answer."""
    yield from _table(diagnosis, speak)
    yield ""
    best = _named(diagnosis.best)
    yield speak(say("Used unless you say otherwise: {meter}.", meter=best))
    if configured is not None:
        yield from _wrapped(speak(_says(configured)), "")
    yield speak(say("Running in: {around}", around=_around(diagnosis.environment)))
    if diagnosis.sysfs_root != "/sys":
        below = "GREENLINT_SYSFS_ROOT: counters are read below {folder}, not in /sys."
        yield speak(say(below, folder=diagnosis.sysfs_root))
    for warning in diagnosis.warnings:
        yield from _wrapped(speak(warning), speak(say("Mind: ")))
    for remedy in diagnosis.remedies:
        yield ""
        yield f"{speak(remedy.title)}:"
        yield from (f"  {step}" for step in remedy.steps)
        yield from _wrapped(speak(remedy.trade_off), speak(say("  Trade-off: ")))
    if checked is not None:
        yield ""
        yield from map(speak, _selfcheck(checked))


def _named(found: Found) -> str:
    return say("{name} ({label})", name=found.name, label=say(found.evidence.value))


def _says(configured: Configured) -> str:
    found, said = configured.found, {"origin": configured.origin, "meter": configured.meter}
    if found.usable:
        return say("{origin} says {meter}: {used} is used.", used=_named(found), **said)
    failed = "{origin} says {meter}: it does not work here ({why})"
    return say(failed, why=found.detail, **said)


def _table(diagnosis: Diagnosis, speak: Speak) -> Iterator[str]:
    rows = [(say("meter"), say("status"), say("evidence"), say("detail"))]
    rows += [(one.name, say(one.status), _label(one), one.detail) for one in diagnosis.meters]
    told = [[*map(speak, row)] for row in rows]
    widths = [max(len(row[column]) for row in told) for column in range(3)]
    indent = " " * (sum(widths) + 6)
    for *cells, detail in told:
        start = "".join(f"{cell:<{width}}  " for cell, width in zip(cells, widths, strict=True))
        yield from _wrapped(detail, start, indent)


def _label(one: Found) -> str:
    return say(one.evidence.value) if one.usable else "-"


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
    untold = say("not told")
    words = {True: say("on"), False: say("off"), None: untold}
    load = untold if found.load is None else Figure(f"{found.load:g}")
    where = say("bare metal")
    if found.virtualised:
        where = say("a virtual machine ({name})", name=found.virtualised)
    parts = [
        where,
        say("container {name}", name=found.container or say("no")),
        say("governor {name}", name=found.governor or untold),
        say("turbo {state}", state=words[found.turbo]),
        say("SMT {state}", state=words[found.smt]),
        say("energy filtering {state}", state=words[found.filtering]),
        say("load {load}", load=load),
        say("{n} x {name}", n=found.processors, name=found.processor or say("processor")),
    ]
    return joined(" · ", parts)


def _selfcheck(checked: SelfCheck) -> Iterator[str]:
    if not checked.meters:
        yield say("Self-check: no counter can be read here, so there is nothing to check.")
        return
    yield say("Self-check:")
    for one in checked.meters:
        still = say("no figure")
        if one.idle_watts is not None:
            still = say(
                "{watts} while asleep, ± {noise} (SD) in windows of {window}",
                watts=Figure(f"{one.idle_watts:.3g} W"),
                noise=Figure(f"{one.noise_joules or 0:.2g} J"),
                window=Figure(f"{1000 * one.window_seconds:.0f} ms"),
            )
        yield say(
            "  {meter}: {cost} for {n} counters; {still}",
            meter=one.meter,
            cost=Figure(f"{one.read_microseconds:.1f} µs"),
            n=one.counters,
            still=still,
        )
        if one.failed:
            failed = "    {n} windows had no figure: the counter stood still or failed"
            yield say(failed, n=one.failed)
    for pair in checked.compared:
        sides = [
            say("{meter} {joules}", meter=meter, joules=Figure(f"{joules:.4g} J"))
            for meter, joules in zip(pair.meters, pair.joules, strict=True)
        ]
        yield say(
            "  {domain}: {sides} ({difference}): {verdict}",
            domain=str(pair.domain),
            sides=joined(", ", sides),
            difference=Figure(f"{100 * pair.difference:+.2f} %"),
            verdict=say("agree") if pair.agree else say("DISAGREE"),
        )
    if len(checked.meters) == 1:
        yield say("  One counter only: there is no second way to compare it with.")

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The words that the outputs share: names of verdicts, figures, text made safe to show."""

from __future__ import annotations

import re
from collections.abc import Sequence

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.judging.judge import Told
from greenlint_profiler.gate.judging.sample import Quantity
from greenlint_profiler.gate.result import Outcome
from greenlint_profiler.past.history_text import NAMES, amount
from greenlint_profiler.quantity import counted, percent
from greenlint_profiler.said import Figure, joined, say, several

WORDS = {
    Verdict.FAIL: say("FAIL"),
    Verdict.CANNOT_MEASURE: say("cannot measure"),
    Verdict.INCONCLUSIVE: say("inconclusive"),
    Verdict.IMPROVED: say("improved"),
    Verdict.PASS: say("pass"),
}
UNITS = {Quantity.JOULES: "J", Quantity.CPU_SECONDS: "s"}
PROXY = say(
    "CPU time is a proxy: it is no energy, and what is waited for, such as a database server, is "
    "not in it."
)
_NOUNS = {
    "test": ("{n} test", "{n} tests"),
    "restart": ("{n} restart", "{n} restarts"),
    "comparison": ("{n} comparison", "{n} comparisons"),
}
# Above it a bound says no more than that it is far away.
_FAR = 9.995
_REPLACED = "\ufffd"
# GitHub and Azure obey ``##[...]`` and ``##vso[...]`` anywhere in a line of a log.
_LOG_COMMAND = re.compile(r"##(?=(?:vso)?\[)", re.IGNORECASE)


def clean(text: str) -> str:
    """The text on one line, which no terminal and no reader of logs obeys, and UTF-8 can hold."""
    if not text.isprintable():
        shown = (one if one.isprintable() else " " if one.isspace() else _REPLACED for one in text)
        text = "".join(shown)
    return _LOG_COMMAND.sub("# #", text)


def plural(count: int, noun: str) -> str:
    """``1 test``, ``2 tests``."""
    return several(count, *_NOUNS[noun])


def shorten(text: str, limit: int) -> str:
    """The text, cut to so many characters with an ellipsis."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def counter(name: str, count: int | None) -> str:
    """``34 queries``, ``1 request``."""
    if count is None:
        return say("a varying number of {name}", name=NAMES.get(name, name))
    return counted(name, count)


def what(outcome: Outcome) -> str:
    """What was compared, with what it rests on: ``CPU time (proxy)``, ``energy (measured)``."""
    if outcome.quantity is None:
        return say("nothing")
    name, label = NAMES[outcome.quantity.value], say(outcome.evidence.value)
    return say("{name} ({label})", name=name, label=label)


def figure(outcome: Outcome, value: float | None) -> str:
    """One side's figure in the unit that fits; empty where there is none."""
    if outcome.quantity is None or value is None:
        return ""
    return amount(outcome.quantity.value, value)


def interval(told: Told) -> str:
    """``+28 … +32``: what encloses the change with 95 %, in percent."""
    ends = (percent(end).removesuffix(" %") for end in (told.low, told.high))
    return joined(" … ", map(Figure, ends))


def change(told: Told) -> str:
    """``+30 % (+28 … +32)``, with the ends of the interval."""
    return say("{change} ({ends})", change=percent(told.ratio), ends=interval(told))


def rise(part: float) -> str:
    """A part of the base that is more: ``+3.2 %``; none is told above 999 %."""
    return percent(1 + part) if part < _FAR else "> 999 %"


def limit(part: float) -> str:
    """A limit as it was stated: ``+5 %``."""
    return Figure(f"{100 * part:+g} %")


def few(names: Sequence[str], most: int = 3) -> str:
    """The first of some names, and how many more there are."""
    more = len(names) - most
    first = ", ".join(names[:most])
    return say("{first} and {n} more", first=first, n=more) if more > 0 else first

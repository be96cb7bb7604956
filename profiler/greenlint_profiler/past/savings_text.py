# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Realised savings as a table for people, and as plain values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from greenlint_profiler.past.history_text import NAMES, amount
from greenlint_profiler.past.table import table
from greenlint_profiler.said import english, joined, say, several
from greenlint_profiler.stores import saving
from greenlint_profiler.stores.saving import Less, Saving, total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

SCHEMA = "greenlint-energy-savings/1"
QUANTITIES = ("joules", "cpu_seconds")
_HEAD = (
    say("measured (UTC)"),
    say("finding"),
    say("tests"),
    say("less in one run of them"),
    say("mended in"),
    say("with it"),
)
_NUMBERS = (2,)
_LESS = {
    "queries": ("{n} query less", "{n} queries less"),
    "requests": ("{n} request less", "{n} requests less"),
}
EXPLAINED = say(
    "Each test is counted once; 95 % intervals, those of single tests added. Findings that went "
    "together have one saving together. CPU time is a proxy, and no energy."
)


def spared(tests: Sequence[Less]) -> str:
    """``CPU time 204 ms less (190 … 218; proxy) of 250 ms, 549 queries less``."""
    said = []
    for quantity in QUANTITIES:
        if (found := total(tests, quantity)) is None:
            continue
        ends = joined(" … ", [amount(quantity, found.low), amount(quantity, found.high)])
        said.append(
            say(
                "{name} {saved} less ({ends}; {label}) of {base}",
                name=NAMES[quantity],
                saved=amount(quantity, found.saved),
                ends=ends,
                label=say(found.evidence),
                base=amount(quantity, found.base),
            )
        )
    counts = {name: sum(getattr(one, name) for one in tests) for name in _LESS}
    said += [several(count, *_LESS[name]) for name, count in counts.items() if count]
    return joined(", ", said)


def lines(savings: Sequence[Saving], speak: Speak = english) -> Iterator[str]:
    """A line a saving, and what the figures mean."""
    yield from table([_HEAD, *map(_row, savings)], _NUMBERS, speak)
    yield ""
    yield EXPLAINED


def _row(one: Saving) -> tuple[str, ...]:
    others = one.together - 1
    return (
        one.finished[:16].replace("T", " "),
        f"{one.rule} {one.path}:{one.line}",
        str(len(one.tests)),
        spared(one.tests),
        f"{one.base[:9]}..{one.head[:9]}{'+' if one.dirty else ''}",
        several(others, "{n} other", "{n} others") if others else "",
    )


def as_record(one: Saving) -> dict[str, Any]:
    """Plain values; docs/schemas/greenlint-energy-savings-1.json describes them."""
    totals = {name: total(one.tests, name) for name in QUANTITIES}
    return saving.as_record(one) | {
        "saved": {name: None if found is None else asdict(found) for name, found in totals.items()}
        | {name: sum(getattr(test, name) for test in one.tests) for name in ("queries", "requests")}
    }

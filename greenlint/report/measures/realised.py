# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Measures that were taken: what a gate measured before and after, findings that went at once as
one, for nobody can tell whose the saving is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from greenlint.report.measures.interval import Interval
from greenlint.report.measures.reading import COUNTED, RAPL

Json = dict[str, Any]


def taken(savings: Iterable[Mapping[str, Any]], virtual_classes: frozenset[str]) -> list[Json]:
    """The measurements of savings as `greenlint energy savings --json` has them, the newest first.

    Joules are those of one call of each test together, only where a counter of a machine counted
    them; `virtual_classes` are classes of machines that are known to be virtual.
    """
    by_gate: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for one in savings:
        by_gate.setdefault((one["finished"], one["base"], one["head"]), []).append(one)
    return [_row(held, virtual_classes) for held in by_gate.values()]


def _row(held: list[Mapping[str, Any]], virtual_classes: frozenset[str]) -> Json:
    one = held[0]
    saved = one["saved"]
    joules = saved["joules"]
    counted = (
        joules is not None
        and joules["evidence"] in COUNTED
        and one["meter"] in RAPL
        and one["machine_class"] not in virtual_classes
    )
    return {
        "date": one["finished"],
        "base": one["base"],
        "head": one["head"],
        "measures": dict(sorted(Counter(each["rule"] for each in held).items())),
        "tests": len(one["tests"]),
        "machine_class": one["machine_class"],
        "meter": one["meter"],
        "saving_J": _interval(joules).record("J") if counted else None,
        "before_J": joules["base"] if counted else None,
        "saving_cpu_s": None
        if saved["cpu_seconds"] is None
        else _interval(saved["cpu_seconds"]).record("s"),
        "queries": saved["queries"],
        "requests": saved["requests"],
    }


def _interval(saved: Mapping[str, Any]) -> Interval:
    low, middle, high = saved["low"], saved["saved"], saved["high"]
    return Interval(min(low, middle), middle, max(high, middle))

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Functions for programs: the object `functions` of greenlint-profile/1."""

from __future__ import annotations

from typing import Any

from greenlint_profiler.functions.attribution import Attribution, basis, overhead
from greenlint_profiler.functions.naming import short, whose
from greenlint_profiler.functions.tree import Row, functions, lines_of, rest


def as_record(attribution: Attribution) -> dict[str, Any]:
    """Plain values, in joules or in CPU seconds as `unit` says; parts of the whole run.

    The sum of `self` over functions and of `rest` is `total`, to within rounding to a float.
    """
    sampling = attribution.sampling
    return {
        "unit": attribution.unit.value,
        "total": attribution.unit.shown(attribution.total),
        "attribution": "estimated",
        "basis": attribution.evidence.value,
        "meter": attribution.measurement.meter,
        "functions": [_row(attribution, row) for row in functions(attribution)],
        "lines": [_row(attribution, row) for row in lines_of(attribution)],
        "rest": {
            what.name.lower(): attribution.unit.shown(amount)
            for what, amount in rest(attribution).items()
        },
        "unknown_seconds": attribution.unknown_seconds,
        "reason": None if attribution.reason is None else attribution.reason.value,
        "sampling": {
            "looks": sampling.looks,
            "asked_hertz": sampling.asked_hertz,
            "hertz": sampling.hertz,
            "own_part": sampling.own_part,
            "processes": sampling.processes,
            "failures": list(sampling.failures),
        },
        "notes": [*basis(attribution), overhead(sampling)],
    }


def _row(attribution: Attribution, row: Row) -> dict[str, Any]:
    place = {} if row.line is None else {"at": row.line}
    return {
        "function": row.function.name,
        "path": short(row.function.file),
        "line": row.function.line,
        **place,
        "whose": whose(row.function).value,
        "self": attribution.unit.shown(row.own),
        "total": attribution.unit.shown(row.total),
    }

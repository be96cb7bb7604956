# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A run of a suite in the OpenMetrics text format, for dashboards and GitLab's metrics report.

https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
GitLab compares the values of two pipelines as texts, so that each is rounded to what is known of
it: noise below its interval is then no change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any

Entry = Mapping[str, Any]
# CPU time is known to the kernel's clock tick of 10 ms at worst; two digits are what recurs.
_CPU_DIGITS = 2


@dataclass(frozen=True, slots=True)
class _Family:
    name: str
    unit: str
    help: str


_JOULES = _Family(
    "greenlint_test_energy_joules", "joules", "Energy while the test was called, by domain."
)
_CPU = _Family("greenlint_test_cpu_seconds", "seconds", "CPU time of the call of the test.")
_QUERIES = _Family("greenlint_test_queries", "", "Database queries of the call of the test.")
_REQUESTS = _Family("greenlint_test_requests", "", "Outgoing HTTP requests of the call.")


def openmetrics(held: Entry) -> Iterator[str]:
    """The lines of the document, the last of them ``# EOF``.  Of reruns the last attempt counts."""
    last = {test["id"]: test for test in held["tests"]}
    tests = [last[name] for name in sorted(last) if last[name]["seconds"] is not None]
    yield from _family(_JOULES, [line for test in tests for line in _joules(test)])
    yield from _family(_CPU, [_cpu(test) for test in tests])
    for family, quantity in ((_QUERIES, "queries"), (_REQUESTS, "requests")):
        counted = [test for test in tests if test["work"][quantity] is not None]
        yield from _family(
            family,
            [_sample(family, {"test": one["id"]}, str(one["work"][quantity])) for one in counted],
        )
    yield "# EOF"


def _family(family: _Family, samples: Sequence[str]) -> Iterator[str]:
    if not samples:
        return
    yield f"# TYPE {family.name} gauge"
    if family.unit:
        yield f"# UNIT {family.name} {family.unit}"
    yield f"# HELP {family.name} {family.help}"
    yield from samples


def _joules(test: Entry) -> Iterator[str]:
    if test["joules"] is None:
        return
    low, high = test["ci"] or (None, None)
    half = 0.0 if low is None else (high - low) / 2
    label = {"test": test["id"], "domain": "total", "evidence": test["evidence"]}
    yield _sample(_JOULES, label, rounded(test["joules"], half))
    share = half / test["joules"] if test["joules"] else 0.0
    for domain, joules in sorted(test["domains"].items()):
        if joules is not None:
            named = label | {"domain": domain}
            yield _sample(_JOULES, named, rounded(joules, share * joules))


def _cpu(test: Entry) -> str:
    seconds = test["cpu_seconds"]
    known = 0.5 * 10 ** (floor(log10(seconds)) - _CPU_DIGITS + 1) if seconds > 0 else 0.0
    return _sample(_CPU, {"test": test["id"]}, rounded(seconds, known))


def rounded(value: float, half: float) -> str:
    """The digits that half an interval leaves: ``4.02`` with 0.03 is ``4.0``."""
    if half <= 0:
        return f"{value:.6g}"
    decimals = -floor(log10(2 * half))
    text = f"{round(value, decimals):.{max(0, decimals)}f}"
    return text if float(text) else "0"


def _sample(family: _Family, labels: Mapping[str, str], value: str) -> str:
    told = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
    return f"{family.name}{{{told}}} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

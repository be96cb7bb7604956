# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The budgets of ``[[tool.greenlint.energy.budgets]]``: which of them hold for a test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

# What may be limited: key of the table -> field of Budget.
LIMITS = {
    "budget": "energy_uj",
    "dram": "dram_uj",
    "cpu": "cpu_ns",
    "queries": "queries",
    "requests": "requests",
    "instructions": "instructions",
    "max-increase": "max_increase",
}


@dataclass(frozen=True, slots=True)
class Budget:
    """What one test may use: microjoules, nanoseconds of CPU time, counts; None is no limit.

    `energy_uj` is packages and memory together, `dram_uj` memory alone.  `max_increase` is a part
    (0.1 for 10 %) of what the test used before.
    """

    energy_uj: int | None = None
    dram_uj: int | None = None
    cpu_ns: int | None = None
    queries: int | None = None
    requests: int | None = None
    instructions: int | None = None
    max_increase: float | None = None


@dataclass(frozen=True, slots=True)
class BudgetRule:
    """One table: the tests that its glob covers, the machines it is for, and its limits.

    `limits` holds what the table states, by the fields of Budget; None takes a limit away.
    """

    test: str
    limits: tuple[tuple[str, int | float | None], ...]
    machine_class: str = ""

    def fits(self, test_id: str, machine_class: str) -> bool:
        """Whether it holds for this test on this machine; one without a class holds on all."""
        return self.machine_class in ("", machine_class) and covers(self.test, test_id)

    @property
    def specific(self) -> tuple[int, bool]:
        """How much it says of the test, and then whether it names a machine."""
        return len(self.test.replace("*", "").replace("?", "")), bool(self.machine_class)


def budget(
    rules: Iterable[BudgetRule], default: Mapping[str, Any], test_id: str, machine_class: str
) -> Budget:
    """Limit by limit, that of the most specific rule that states it; of two alike, the later."""
    limits = dict(default)
    fitting = [rule for rule in rules if rule.fits(test_id, machine_class)]
    for rule in sorted(fitting, key=lambda rule: rule.specific):
        limits |= dict(rule.limits)
    return Budget(**limits)


def covers(glob: str, test_id: str) -> bool:
    """Whether a glob means this test, or something that it lies in.

    ``**`` is anything, ``*`` and ``?`` stay within a folder; brackets are those of parameters.
    ``tests/api`` covers its files, ``tests/test_a.py`` its tests, and a test its parameters.
    """
    return _pattern(glob).match(test_id) is not None


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob.rstrip("/"))
    meant = {"**/": r"(?:.*/)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}
    text = "".join(meant.get(part, re.escape(part)) for part in parts)
    return re.compile(rf"{text}(?=\Z|/|::|\[|\.)", re.DOTALL)

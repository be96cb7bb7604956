# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is asked of a gate, beside the two revisions."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field

from greenlint_profiler.gate.judging.design import Design
from greenlint_profiler.gate.judging.judge import mde


@dataclass(frozen=True, slots=True)
class Asked:
    """`command` is that of the user.  `only` are globs over ids of tests, none for all;
    `exactly` are ids, and then no others count.

    `whole` compares the command as one thing, also where it is pytest.  `increase` is the rise that
    is allowed to what states none of its own, as a part; None for the default of what is measured.
    `seconds` is how long the gate may take, and `test_seconds` how long one run of a test, or of
    the command.  `meter` is None for the best counter here, `work` is what is counted.  `spreads`
    are those of a self-check on such a machine, by test: they say which limits can be told.
    With `looks` the tests that fail are looked into, for the functions that differ.
    """

    command: tuple[str, ...]
    design: Design = field(default=Design())
    only: tuple[str, ...] = ()
    exactly: tuple[str, ...] | None = None
    whole: bool = False
    increase: float | None = None
    seconds: float | None = None
    test_seconds: float = 120.0
    meter: str | None = None
    work: tuple[str, ...] = ("queries", "requests")
    pinned: bool = True
    looks: bool = True
    spreads: Mapping[str, float] = field(default_factory=dict)

    def smallest(self, test: str) -> float:
        """The smallest rise of a test that can be told here, as a part; 0 where nobody knows."""
        spread = self.spreads.get(test)
        return 0.0 if spread is None else mde(spread, self.design.restarts)

    def wanted(self, test: str) -> bool:
        """Whether a test is among those that are asked for: a glob over its id, or a part of it."""
        if self.exactly is not None:
            return test in self.exactly
        return not self.only or any(
            fnmatch.fnmatchcase(test, glob) or glob in test for glob in self.only
        )

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What became of one experiment at one size, and the exit code of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greenlint_profiler.experiment.measure import Measured

    from greenlint.messages import Message
    from greenlint.rule import RuleInfo

FAILED = 1
CANNOT_MEASURE = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured, or the sentence that says why nothing was, with a code for programs.

    `at` is where that is on the page.  `broken` says that the experiment is wrong, not the machine.
    `facts` are what a page states.
    """

    info: RuleInfo
    size: int | None
    measured: Measured | None = None
    why: str | Message = ""
    at: Message | str = ""
    trouble: str = ""
    broken: bool = False
    facts: Mapping[str, Any] | None = None

    @property
    def detail(self) -> str:
        """The sentence in English, with the place."""
        return f"{self.at}{self.why}"


def exit_code(outcomes: Sequence[Outcome], *, strict: bool) -> int:
    """1 for a wrong experiment, 3 where nothing, or with `strict` not all, was measured."""
    if any(one.broken for one in outcomes):
        return FAILED
    measured = [one.measured is not None for one in outcomes]
    return 0 if (all(measured) if strict else any(measured)) else CANNOT_MEASURE

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What an experiment is, and why one gives no figures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Trial:
    """An experiment at one size, as source text.

    `setup` runs once in a process, outside of what is measured, and has the name `size` where one
    is stated.  `before` and `after` run again and again, each as the body of a function, so that
    what they name is local as in most code.  `result` is an expression that must be equal after
    either.
    """

    setup: str
    before: str
    after: str
    result: str | None = None
    size: int | None = None

    def body(self, side: str) -> str:
        """The code of the side `before` or `after`."""
        return self.before if side == BEFORE else self.after


BEFORE, AFTER = "before", "after"


class Trouble(Enum):
    """Why there is no figure: a code for programs."""

    NEEDS = "needs-module"
    RAISED = "raised"
    DIFFERS = "results-differ"
    CHANGES = "not-repeatable"
    NETWORK = "network"
    TIMEOUT = "timeout"
    ENDED = "process-ended"
    NO_TIME = "no-time-left"
    ZERO = "below-resolution"

    @property
    def broken(self) -> bool:
        """Whether the experiment itself is wrong, rather than that it cannot be measured here."""
        return self in (Trouble.RAISED, Trouble.DIFFERS, Trouble.CHANGES, Trouble.NETWORK)


class TrialFailed(Exception):
    """No figures: the trouble, a sentence, and of code that raised its block and its line there."""

    def __init__(
        self, trouble: Trouble, sentence: str, block: str | None = None, line: int | None = None
    ) -> None:
        super().__init__(sentence)
        self.trouble = trouble
        self.sentence = sentence
        self.block = block
        self.line = line

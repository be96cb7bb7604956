# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is said where a word of the command line means no test of a run, or more than one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from greenlint.errors import UsageError
from greenlint.messages import say
from greenlint.messages.guess import guess

_MOST = 5


def no_test(run: str, word: str, known: Collection[str]) -> UsageError:
    """The run has no test of this name; with the nearest that it has."""
    return UsageError(
        "The run {run} has no test {word}.", guess(word, known), run=run, word=repr(word)
    )


def many_tests(word: str, names: Sequence[str]) -> UsageError:
    """The word is in the ids of several; with the first of them."""
    left = len(names) - _MOST
    return UsageError(
        "{word} is in the ids of {n} tests: {shown}",
        say(" and {n} more.", n=left) if left > 0 else ".",
        word=repr(word),
        n=len(names),
        shown=", ".join(names[:_MOST]),
    )

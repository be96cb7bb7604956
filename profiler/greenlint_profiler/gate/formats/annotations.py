# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What CI systems show beside a line of code: one annotation for each test that did not pass."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.formats.rows import ordered
from greenlint_profiler.gate.formats.sentences import sentence
from greenlint_profiler.gate.formats.words import WORDS, shorten
from greenlint_profiler.gate.result import Gate, Outcome

_SHOWN = (Verdict.FAIL, Verdict.CANNOT_MEASURE, Verdict.INCONCLUSIVE)
_LONG = 1000


@dataclass(frozen=True, slots=True)
class Annotation:
    """One of them.  `path` and `line` are absent where a test tells no file, or no line in it; a
    relative path is from the working directory.
    """

    test: str
    verdict: Verdict
    error: bool
    path: str | None
    line: int | None
    text: str

    @property
    def title(self) -> str:
        """What it is about, in a few words."""
        return f"energy gate: {WORDS[self.verdict]}"


def unpassed(gate: Gate, *, strict: bool) -> Iterator[Annotation]:
    """The worst first; what is in doubt is no error, unless it was asked to be."""
    for outcome in ordered(gate):
        if outcome.verdict in _SHOWN:
            path, line = place(outcome)
            text = shorten(f"{outcome.test}: {sentence(outcome)}", _LONG)
            error = strict or outcome.verdict is Verdict.FAIL
            yield Annotation(outcome.test, outcome.verdict, error, path, line, text)


def place(outcome: Outcome) -> tuple[str | None, int | None]:
    """Where a rise sits: the line that sends more, else the function that uses more, else the file
    of the test.  What lies outside of the project, and so has a whole path, can hold no annotation.
    """
    sent = (where for count in outcome.counts for where in count.where if where.path is not None)
    first = max(sent, key=lambda where: where.head - (where.base or 0), default=None)
    if first is not None:
        return first.path, first.line
    ours = (one for one in outcome.functions if not os.path.isabs(one.path))
    most = max(ours, key=lambda one: one.head - one.base, default=None)
    if most is not None and most.head > most.base:
        return most.path, most.line
    path, colons, _ = outcome.test.partition("::")
    return (path, None) if colons else (None, None)


def in_checkout(
    path: str, variable: str, environ: Mapping[str, str] = os.environ, here: Path | None = None
) -> str:
    """A path from the checkout that a CI system names in an environment variable.

    As it is when the variable is not set, or the file lies elsewhere.
    """
    top = environ.get(variable)
    below = os.path.relpath((here or Path.cwd()) / path, top) if top else os.pardir
    outside = below == os.pardir or below.startswith(os.pardir + os.sep)
    return (path if outside else below).replace(os.sep, "/")

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What earlier runs say of this one: read once, when it has ended, by the process that reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from greenlint_profiler.said import reason, say
from greenlint_profiler.stores.error import StoreError

from pytest_greenlint.refusing import refusal
from pytest_greenlint.state import State

TYPE_CHECKING = False  # what reads a store is loaded when a run has something to compare
if TYPE_CHECKING:
    from greenlint_profiler.stores.stored import StoredRun

_MOST_NAMED = 3


class Earlier:
    """The runs that this one is shown beside: the baseline, or those of --energy-compare."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._runs: list[StoredRun] | None = None

    def find(self) -> None:
        """The runs of --energy-compare, before any test: a word that means none is a UsageError."""
        state = self._state
        word = state.asked.compare
        if word is None:
            return
        from greenlint_profiler.suite.against import named_runs

        try:
            self._runs = named_runs(state.past, state.asked.settings, word, state.stratum)
        except StoreError as error:
            named = f"--energy-compare={word}"
            raise refusal(say("{option}: {why}", option=named, why=reason(error))) from None

    def hold(self, document: dict[str, Any]) -> str | None:
        """Give the tests of a document what they used before; what is to be said of it."""
        from greenlint_profiler.suite.against import hold_usual

        state = self._state
        try:
            if state.asked.compare is not None:
                return self._compare(document, state.asked.compare)
            return hold_usual(document, state.past, state.asked.settings)
        finally:
            state.past.close()

    def _compare(self, document: dict[str, Any], word: str) -> str | None:
        from greenlint_profiler.suite.against import hold, of_document, of_runs

        runs = self._runs or []
        if [run.stratum for run in runs[:1]] != [of_document(document)]:
            other = "compare: with a debugger, this run is no longer like those of {word}"
            return say(other, word=repr(word))
        try:
            hold(document, of_runs(self._state.past, word, runs))
        except StoreError as error:
            return say("compare: {why}", why=reason(error))
        return None


def without_baseline(data: Mapping[str, Any]) -> Iterator[str]:
    """The tests that passed, and that nobody knows what they used before."""
    last = {test["id"]: test for test in data["tests"]}
    for name, test in last.items():
        if test["outcome"] == "passed" and test["baseline"] is None:
            yield name


def lacking(names: Sequence[str], branch: str, needed: int) -> str:
    """Why a run fails that was to have a baseline, and the way out."""
    shown = ", ".join(names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        shown = say("{first} and {n} more", first=shown, n=len(names) - _MOST_NAMED)
    return say(
        "--energy-require-baseline: nothing is known of what {tests} used before: exit code 1. It "
        "takes {runs} runs of {branch} on this machine class, or `greenlint energy baseline "
        "update`",
        tests=shown,
        runs=needed,
        branch=repr(branch),
    )

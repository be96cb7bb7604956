# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How a test of unittest ended, as its result was told: overheard, and not changed."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

__unittest = True

# The method of a result that is called -> the outcome, the worst first.
WORDS = {
    "addError": "error",
    "addFailure": "failed",
    "addUnexpectedSuccess": "xpassed",
    "addExpectedFailure": "xfailed",
    "addSkip": "skipped",
    "addSuccess": "passed",
}
_RANKS = {word: rank for rank, word in enumerate(WORDS.values())}


class Ear:
    """Listens to one result, for as long as a suite tells it of tests."""

    def __init__(self, result: Any) -> None:
        self.result = result
        self._test: Any = None
        self._heard: list[str] = []
        self._placed: list[str] = []
        for name, word in WORDS.items():
            self._listen(name, word)
        self._listen("addSubTest", "failed")

    def _listen(self, name: str, word: str) -> None:
        method = getattr(self.result, name, None)
        if method is None or name in getattr(self.result, "__dict__", {name: None}):
            return

        def overhearing(*args: Any, **kwargs: Any) -> Any:
            if self._means(name, args):
                self._heard.append(word)
            return method(*args, **kwargs)

        with suppress(AttributeError, TypeError):  # a result that takes no attributes
            setattr(self.result, name, overhearing)
            self._placed.append(name)

    def _means(self, name: str, args: tuple[Any, ...]) -> bool:
        """Whether it is about our test; of its parts (subtests) only those that did not pass."""
        told = args[0] if args and self._test is not None else None
        if name == "addSubTest":
            return told is self._test and len(args) > 2 and args[2] is not None
        return told is self._test or getattr(told, "test_case", None) is self._test

    def listen_for(self, test: Any) -> None:
        """From now on, what is told of this test."""
        self._test = test
        self._heard.clear()

    def heard(self) -> str | None:
        """The worst of what was told of the test, which is over."""
        word = min(self._heard, key=lambda word: _RANKS[word]) if self._heard else None
        self._test = None
        self._heard.clear()
        return word

    def stop(self) -> None:
        """The result is as it was."""
        for name in self._placed:
            with suppress(AttributeError):
                delattr(self.result, name)
        self._placed.clear()

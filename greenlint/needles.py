# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which of the rules' needles a file holds: asked of every file, for all needles at once.

Looking for each needle in each file is a fourteenth of a bare parse.  Most needles are words, and
most words of a file are those of other files: what a word holds is found out once.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_WORD = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
_APART = bytes(byte if byte in _WORD else 32 for byte in range(256))
# Shorter words stand in so many others that the file itself is looked at.
_SHORT = 3
# Words that are remembered; a project of a million lines has fewer.
_MANY = 100_000


class Needles:
    """Some byte strings to be looked for in one file after another."""

    def __init__(self, wanted: Iterable[bytes]) -> None:
        #: Needles by the word that a file has where it holds one, as itself or within another.
        self._whole: dict[bytes, list[bytes]] = {}
        self._within: dict[bytes, list[bytes]] = {}
        self._plain: list[bytes] = []
        for needle in sorted(set(wanted)):
            word = max(_words(needle), key=len, default=b"")
            at = needle.index(word)
            if word and at and at + len(word) < len(needle):
                self._whole.setdefault(word, []).append(needle)
            elif len(word) < _SHORT:
                self._plain.append(needle)
            else:
                self._within.setdefault(word, []).append(needle)
        self._known: set[bytes] = set()
        self._holding: dict[bytes, list[bytes]] = {}

    def held(self, raw: bytes) -> set[bytes]:
        """Those that stand in the bytes."""
        words = set(_words(raw))
        if len(self._known) > _MANY:
            self._known.clear()
            self._holding.clear()
        if fresh := words - self._known:
            self._learn(fresh)
        holding, whole, within = self._holding, self._whole, self._within
        inner = {inner for word in words & holding.keys() for inner in holding[word]}
        asked = [*self._plain]
        asked += (needle for word in words & whole.keys() for needle in whole[word])
        asked += (needle for word in inner for needle in within[word])
        return {needle for needle in asked if needle in inner or needle in raw}

    def _learn(self, fresh: set[bytes]) -> None:
        """Find out which words of needles stand in words that are met for the first time."""
        self._known |= fresh
        together = b" ".join(fresh)
        for inner in self._within:
            if inner in together:
                for word in fresh:
                    if inner in word:
                        self._holding.setdefault(word, []).append(inner)


def _words(raw: bytes) -> list[bytes]:
    return raw.translate(_APART).split()


@lru_cache(maxsize=8)
def needles(wanted: frozenset[bytes]) -> Needles:
    """Those of some rules, with what was learned of earlier files."""
    return Needles(wanted)

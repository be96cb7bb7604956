# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What one run's second pass found, kept while the command lives: fixing looks a second time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from greenlint.result import FileResult


@dataclass(frozen=True, slots=True)
class Remembered:
    """Stands for `greenlint.cache.Cache` in a second pass where nothing is to be stored."""

    _facts: dict[str, tuple[str, str]] = field(default_factory=dict)
    _across: dict[str, tuple[str, str, FileResult]] = field(default_factory=dict)

    def get_facts(self, name: str, digest: str) -> str | None:
        """What a file with exactly these bytes tells others."""
        known, facts = self._facts.get(name, ("", ""))
        return facts if known and known == digest else None

    def put_facts(self, facts: Iterable[tuple[str, str, str]]) -> None:
        """Remember (name, digest, facts)."""
        self._facts.update((name, (digest, text)) for name, digest, text in facts)

    def get_across(self, name: str, shape: str, digests: Mapping[str, str]) -> FileResult | None:
        """What the rules across files found in a file, if all it rests on is as it was.

        `shape` is one word for the facts of all files, `digests` are those of their bytes.
        """
        known, uses, result = self._across.get(name, ("", "[]", None))
        if result is None or known != shape:
            return None
        as_before = all(digests.get(used) == digest for used, digest in json.loads(uses))
        return result if as_before else None

    def put_across(self, results: Iterable[tuple[str, str, str, FileResult]]) -> None:
        """Remember (name, shape, files used with their digests as JSON, result)."""
        self._across.update((name, (shape, uses, found)) for name, shape, uses, found in results)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Mutants that can share one run, since none of them can hide or bring what tells of another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.mutants import Mutant


@dataclass
class Batch:
    """Mutants in as many files, no two of which have part of a lookup in common."""

    mutants: list[Mutant] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def takes(self, mutant: Mutant) -> bool:
        """Whether a mutant can join: where its lookups are not known, it stays alone."""
        names = names_of(mutant)
        alone = not names and bool(self.mutants)
        return not (alone or mutant.place.file in self.files or names & self.names or self.closed)

    @property
    def closed(self) -> bool:
        """A mutant with unknown lookups is in."""
        return bool(self.mutants) and not self.names

    def add(self, mutant: Mutant) -> None:
        self.mutants.append(mutant)
        self.files.add(mutant.place.file)
        self.names |= names_of(mutant)


def names_of(mutant: Mutant) -> set[str]:
    """`order` and `user` of `order__user`: what a finding may name."""
    return {part for relation in mutant.relations for part in relation.split("__")}


def batches(mutants: Iterable[Mutant], together: bool) -> list[list[Mutant]]:
    """Each mutant alone, or as many together as can be."""
    found: list[Batch] = []
    for mutant in mutants:
        batch = next((one for one in found if together and one.takes(mutant)), None)
        if batch is None:
            batch = Batch()
            found.append(batch)
        batch.add(mutant)
    return [batch.mutants for batch in found]

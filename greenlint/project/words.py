# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the facts of all files say together: classes, and words that cheap questions look for."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenlint.project.project import Class, Unit


class Words:
    """What is asked of every file's facts at once, and gathered once."""

    units: Mapping[str, Unit]

    @cached_property
    def classes(self) -> tuple[Class, ...]:
        """Every class, in order of file."""
        return tuple(one for unit in self.units.values() for one in unit.classes.values())

    @cached_property
    def properties(self) -> frozenset[str]:
        """The names of the properties of all classes that have fields."""
        classes = (one.facts for one in self.classes if one.facts.fields or one.facts.relations)
        return frozenset(name for facts in classes for name in facts.properties)

    @cached_property
    def defined(self) -> frozenset[str]:
        """The names of all functions, classes, methods and attributes that the project defines, and
        new names that it gives what it imports.
        """
        members = (name for one in self.classes for name in one.facts.names)
        return self.defined_outside.union(members)

    @cached_property
    def defined_outside(self) -> frozenset[str]:
        """The same without what stands in classes: what a plain name may be."""
        found: set[str] = set()
        for unit in self.units.values():
            facts = unit.facts
            found.update(facts.functions, facts.names)
            found.update(one.name.rpartition(".")[2] for one in facts.classes)
            found.update(name for name, target in facts.imports.items() if _last(target) != name)
        return frozenset(found)

    def may_define(self, func: ast.expr) -> bool:
        """Whether what is called by that name may be something of the project."""
        if isinstance(func, ast.Name):
            return func.id in self.defined_outside
        return isinstance(func, ast.Attribute) and func.attr in self.defined

    @cached_property
    def fetched_anywhere(self) -> frozenset[str]:
        """Every path that any file fetches along with rows, whole and by its endings."""
        found: set[str] = set()
        for unit in self.units.values():
            if not unit.is_test:
                for path in unit.facts.fetched:
                    parts = path.split("__")
                    found.update("__".join(parts[at:]) for at in range(len(parts)))
        return frozenset(found)


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The project: its files by module, and what a name in one of them stands for in another."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, NamedTuple

from greenlint.project.body import Body, module_parts
from greenlint.project.facts import ClassFacts, Facts, dotted
from greenlint.project.memory import Memory, remembered
from greenlint.project.syntax import Spans
from greenlint.project.texts import Texts
from greenlint.project.trees import Trees
from greenlint.project.words import Words
from greenlint.source import SourceFile

# Files whose lines are held: findings of one file name places in few others.
_PLACED = 32


@dataclass(eq=False, slots=True)
class Unit:
    """One file of the project: its name (POSIX, from the root), its bytes on demand, its facts.

    `digest` says for which bytes the facts hold; `shipped` that greenlint brings the file.
    """

    name: str
    load: Callable[[], SourceFile]
    facts: Facts
    project: Project
    is_test: bool = False
    classes: dict[str, Class] = field(default_factory=dict)
    digest: str = ""
    shipped: bool = False

    @property
    def source(self) -> SourceFile:
        """The file's bytes, read anew."""
        return self.load()

    @property
    def tree(self) -> ast.Module:
        """The syntax tree; whoever asks depends on this file."""
        return self.project.tree(self)

    @property
    def spans(self) -> Spans:
        """Where nodes of the tree stand."""
        return self.project.spans(self)

    @property
    def parts(self) -> tuple[str, ...]:
        """The dotted name from the root, in parts: a package is its folder."""
        return module_parts(self.name)

    @property
    def package(self) -> tuple[str, ...]:
        """The parts of the package that relative imports start from."""
        return self.parts if self.name.endswith("__init__.py") else self.parts[:-1]


@dataclass(eq=False, slots=True)
class Class:
    """A class of the project."""

    lasts: ClassVar[bool] = True

    unit: Unit
    facts: ClassFacts

    @property
    def name(self) -> str:
        """The name, with those of the classes around it."""
        return self.facts.name

    @property
    def node(self) -> ast.ClassDef:
        """Where the class is written."""
        return self.unit.project.body(self.unit).classes[self.name]

    def __repr__(self) -> str:
        return f"<Class {self.unit.name}:{self.name}>"


@dataclass(frozen=True, slots=True)
class Outside:
    """Something of a library, by its qualified name."""

    lasts: ClassVar[bool] = True

    name: str


@dataclass(frozen=True, slots=True)
class Func:
    """A function or method of the project; `owner` is the class that it stands in."""

    unit: Unit
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    owner: Class | None = None

    @property
    def name(self) -> str:
        """``Order.total``, ``totals``."""
        own = getattr(self.node, "name", "lambda")
        return f"{self.owner.name}.{own}" if self.owner else own

    @property
    def parameters(self) -> list[ast.arg]:
        """The parameters that have a place, in order."""
        given = self.node.args
        return [*given.posonlyargs, *given.args]


@dataclass(frozen=True, slots=True)
class Value:
    """A name that a module or class body assigns, and the expression it gets."""

    unit: Unit
    node: ast.expr
    owner: Class | None = None


Meaning = Unit | Class | Outside | Func | Value
Base = Class | Outside


class File(NamedTuple):
    """What a project is made of: a file's name, its bytes on demand, its facts."""

    name: str
    load: Callable[[], SourceFile]
    facts: Facts
    is_test: bool = False
    digest: str = ""
    shipped: bool = False


class Project(Words):
    """All files of a run, with what is known of each; built once, asked by project rules."""

    def __init__(self, files: Iterable[File], texts: Texts | None = None) -> None:
        self.memory = Memory()
        self.texts = texts or Texts()
        self.units: dict[str, Unit] = {}
        for name, load, facts, is_test, digest, shipped in files:
            self.units[name] = unit = Unit(name, load, facts, self, is_test, {}, digest, shipped)
            unit.classes.update((one.name, Class(unit, one)) for one in facts.classes)
        self._trees = Trees()
        self._spans: dict[str, Spans] = {}

    def tree(self, unit: Unit) -> ast.Module:
        """A file's tree, parsed when it is asked for, and held until `tidy` drops it."""
        return self._held(unit)[0]

    def body(self, unit: Unit) -> Body:
        """The definitions of a file by name."""
        return self._held(unit)[1]

    def spans(self, unit: Unit) -> Spans:
        """Where the nodes of a file stand; those that were asked for last are held."""
        held = self._spans.pop(unit.name, None) or Spans(unit.load())
        self._spans[unit.name] = held
        if len(self._spans) > _PLACED:
            del self._spans[next(iter(self._spans))]
        return held

    def tidy(self, used: Iterable[str] = ()) -> None:
        """Between two files: drop the trees that were used longest ago, once they are many, and all
        answers that rest on them.  `used` are the files that were used just now.

        What a run holds grows with the facts of its files, and not with their source.
        """
        gone = self._trees.drop(used)
        if gone:
            bits = self.memory.bits(gone)
            self.memory.forget(bits)
            for frame in self._trees.frames():
                frame.forget(bits)

    def renew(self, name: str, load: Callable[[], SourceFile]) -> None:
        """Between two files: a file has another text and the same facts.  All answers that rest
        on it go.
        """
        self.units[name].load = load
        self._trees.lose(name)
        self._spans.pop(name, None)
        vars(self).pop("heirs", None)  # of classes that calls make, which stand in trees
        bits = self.memory.bits([name])
        self.memory.forget(bits, changed=True)
        for frame in self._trees.frames():
            frame.forget(bits)

    def _held(self, unit: Unit) -> tuple[ast.Module, Body]:
        self.memory.use(unit.name)
        return self._trees.of(unit.name, unit.load)

    @cached_property
    def _by_tail(self) -> Mapping[str, list[Unit]]:
        """The files by the last part of their module's name."""
        found: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            if unit.parts:
                found[unit.parts[-1]].append(unit)
        return found

    @remembered()
    def module(self, dotted: str, seen_from: Unit | None = None) -> Unit | None:
        """The file that ``import dotted`` means: the source root is where the name fits, the
        nearest one where several do.
        """
        parts = tuple(dotted.split("."))
        ends = [u for u in self._by_tail.get(parts[-1], ()) if u.parts[-len(parts) :] == parts]
        fits = [u for u in ends if not u.shipped or u.parts == parts]
        if not fits:
            return None
        near = seen_from.parts if seen_from is not None else ()

        def distance(unit: Unit) -> tuple[int, int, str]:
            root = unit.parts[: -len(parts)]
            shared = 0
            for mine, theirs in zip(root, near, strict=False):
                if mine != theirs:
                    break
                shared += 1
            return len(root) - shared, -shared, unit.name

        best = min(fits, key=distance)
        lone = len(parts) == 1 and distance(best)[0] > 0
        return None if lone and best.parts[:-1] != near[: len(best.parts) - 1] else best

    @remembered()
    def meaning(self, unit: Unit, name: str) -> Meaning | None:
        """What a dotted name at the top level of a file stands for."""
        first, _, rest = name.partition(".")
        found = self._own(unit, first)
        for part in rest.split(".") if rest else ():
            found = self.member(found, part)
        return found

    def _own(self, unit: Unit, name: str) -> Meaning | None:
        if name in unit.classes:
            return unit.classes[name]
        if name in unit.facts.functions:
            return Func(unit, self.body(unit).functions[name])
        if name in unit.facts.imports:
            return self._import(unit, unit.facts.imports[name])
        if name in unit.facts.names:
            values = self.body(unit).values.get(name, [])
            return Value(unit, values[-1]) if values else None
        for star in unit.facts.stars:
            base = self._import(unit, star)
            if not isinstance(base, Unit) or base is unit:
                continue
            if (found := self.meaning(base, name)) is not None:
                return found
        return None

    def _import(self, unit: Unit, dotted: str) -> Meaning | None:
        absolute = self.absolute(unit, dotted)
        if not absolute:
            return None
        if (found := self.module(absolute, unit)) is not None:
            return found
        base, _, last = absolute.rpartition(".")
        if base and (module := self.module(base, unit)) is not None and module is not unit:
            meant = self.meaning(module, last)
            return Outside(absolute) if meant is None and module.shipped else meant
        return Outside(absolute)

    def absolute(self, unit: Unit, dotted: str) -> str:
        """A relative import's target from the root; "" where it leads above that."""
        if not dotted.startswith("."):
            return dotted
        rest = dotted.lstrip(".")
        up = len(dotted) - len(rest) - 1
        package = unit.package
        if up > len(package):
            return ""
        return ".".join((*package[: len(package) - up], *([rest] if rest else [])))

    def member(self, owner: Meaning | None, name: str) -> Meaning | None:
        """An attribute of a module or class; of a library, its longer name."""
        match owner:
            case Unit():
                longer = ".".join((*owner.parts, name))
                found = self.meaning(owner, name) or self.module(longer, owner)
                return Outside(longer) if found is None and owner.shipped else found
            case Class():
                return self.attribute(owner, name)
            case Outside():
                return Outside(f"{owner.name}.{name}")
            case Value():
                aliased = self.aliased(owner)
                return self.member(aliased, name) if aliased is not None else None
        return None

    def aliased(self, value: Value) -> Meaning | None:
        """What ``Order = orders.Order`` stands for."""
        name = dotted(value.node)
        if not name or isinstance(value.node, ast.Subscript):
            return None
        return self.meaning(value.unit, name)

    def within(self, owner: Class, name: str) -> Meaning | None:
        """What a name in a class body stands for: its own, or the module's."""
        outer = owner.name.rpartition(".")[0]
        for prefix in (f"{owner.name}.", f"{outer}." if outer else ""):
            if prefix and f"{prefix}{name.partition('.')[0]}" in owner.unit.classes:
                return self.meaning(owner.unit, f"{prefix}{name}")
        return self.meaning(owner.unit, name)

    @remembered(())
    def bases(self, owner: Class) -> tuple[Base, ...]:
        """The direct bases that are known: classes of the project, and of libraries by name."""
        from greenlint.project.made import classes_of

        found: list[Base] = []
        for base in owner.facts.bases:
            meant = self.within(owner, base) if base else None
            if isinstance(meant, Value):
                found += classes_of(self, meant)
                continue
            if isinstance(meant, (Class, Outside)) and meant is not owner:
                found.append(meant)
        return tuple(found)

    @remembered(())
    def ancestry(self, owner: Class) -> tuple[Base, ...]:
        """The class and all above it, nearest first: a class comes before its own bases."""
        found: dict[Base, None] = {}
        for base in self.bases(owner):
            line = self.ancestry(base) if isinstance(base, Class) else (base,)
            for one in line:
                found.pop(one, None)
                found[one] = None
        return (owner, *(one for one in found if one is not owner))

    def libraries(self, owner: Class) -> set[str]:
        """The qualified names of the library classes above a class."""
        return {one.name for one in self.ancestry(owner) if isinstance(one, Outside)}

    @remembered()
    def attribute(self, owner: Class, name: str) -> Meaning | None:
        """What a class, or the nearest above it, defines by that name."""
        for one in self.ancestry(owner):
            if isinstance(one, Class) and name in one.facts.names:
                return self.own_attribute(one, name)
        return None

    def own_attribute(self, owner: Class, name: str) -> Meaning | None:
        """What a class's own body defines by that name."""
        if name not in owner.facts.names:
            return None
        whole = f"{owner.name}.{name}"
        if whole in owner.unit.classes:
            return owner.unit.classes[whole]
        body = self.body(owner.unit)
        if whole in body.functions:
            return Func(owner.unit, body.functions[whole], owner)
        values = body.values.get(whole, [])
        return Value(owner.unit, values[-1], owner) if values else None

    def above(self, owner: Class, name: str, start: Class) -> Meaning | None:
        """What ``super().name`` means in a method of `owner`, for an object of `start`."""
        line = self.ancestry(start)
        after = line[line.index(owner) + 1 :] if owner in line else self.ancestry(owner)[1:]
        for one in after:
            if isinstance(one, Class) and name in one.facts.names:
                return self.own_attribute(one, name)
        return None

    @cached_property
    def heirs(self) -> Mapping[Class, tuple[Class, ...]]:
        """The classes right below each class."""
        found: dict[Class, list[Class]] = defaultdict(list)
        for one in self.classes:
            for base in self.bases(one):
                if isinstance(base, Class):
                    found[base].append(one)
        return {base: tuple(below) for base, below in found.items()}

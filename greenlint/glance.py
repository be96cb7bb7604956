# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A look at a file before LibCST parses it: which rules could find anything in it at all?

The interpreter's own parser takes a twelfth of LibCST's time.  Its tree is gone through once, and
each node offered to the glances of the rules: whatever none of its glances says yes to, a rule
need not be asked about (docs/decisions/0009-glances.md).
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from greenlint.origins import BINDERS, Origins
from greenlint.project.nodes import WORDS, every, word_of
from greenlint.rule import Glance, Question
from greenlint.source import SourceFile
from greenlint.uses import MUTATORS

#: Class of node, or last word of what is called -> the glances that look at it, each with the
#: number of its rule.
Offered: TypeAlias = Mapping[type[ast.AST] | str, Sequence[tuple[int, Glance]]]


class Syntax:
    """A file's tree of `ast`, made when it is first asked for; NotPython for undecodable bytes."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source

    @cached_property
    def tree(self) -> ast.Module | None:
        """The tree, or None where the running interpreter refuses the text."""
        return None if isinstance(self._parsed, Exception) else self._parsed

    @property
    def error(self) -> SyntaxError | None:
        """Why there is no tree, in the interpreter's words."""
        return self._parsed if isinstance(self._parsed, SyntaxError) else None

    @property
    def made(self) -> ast.Module | None:
        """The tree, if anybody has asked for it."""
        return self.tree if "_parsed" in self.__dict__ else None

    @cached_property
    def _parsed(self) -> ast.Module | Exception:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return ast.parse(self._source.text)
            except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
                return error


# What holds no nodes; most of a tree, and nothing to glance at.
_LEAVES = frozenset((ast.Name, ast.Constant, ast.MatchSingleton, type(None)))


class _Fields(dict[type, tuple[str, ...]]):
    """Class of node -> the fields that hold nodes; filled as classes are met."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        names: tuple[str, ...] = getattr(kind, "_fields", ())
        found = self[kind] = tuple(name for name in names if name not in WORDS)
        return found


_FIELDS = _Fields()
# Where the parts of a node stand: in no loop within their function, in one, or where the node does.
_OUTSIDE, _IN_LOOP, _THERE = 0, 1, 2
_FOR = (("target", _THERE), ("iter", _THERE), ("body", _IN_LOOP), ("orelse", _IN_LOOP))
_FUNCTION = (
    ("decorator_list", _THERE),
    ("args", _THERE),
    ("returns", _THERE),
    ("type_params", _THERE),
    ("body", _OUTSIDE),
)
_PLACES: dict[type, tuple[tuple[str, int], ...]] = {
    ast.For: _FOR,
    ast.AsyncFor: _FOR,
    ast.While: (("test", _IN_LOOP), ("body", _IN_LOOP), ("orelse", _IN_LOOP)),
    ast.comprehension: (("target", _THERE), ("iter", _THERE), ("ifs", _IN_LOOP)),
    ast.ListComp: (("elt", _IN_LOOP), ("generators", _IN_LOOP)),
    ast.SetComp: (("elt", _IN_LOOP), ("generators", _IN_LOOP)),
    ast.GeneratorExp: (("elt", _IN_LOOP), ("generators", _IN_LOOP)),
    ast.DictComp: (("key", _IN_LOOP), ("value", _IN_LOOP), ("generators", _IN_LOOP)),
    ast.FunctionDef: _FUNCTION,
    ast.AsyncFunctionDef: _FUNCTION,
    ast.Lambda: (("args", _THERE), ("body", _OUTSIDE)),
}


@dataclass(eq=False, slots=True)
class Part:
    """A function or method that stands in no other one; `owner` is the class right around it."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    owner: ast.ClassDef | None
    in_loop: bool
    #: Whether a glance said yes in it, and whether it gives something an attribute, or changes one.
    loud: bool = False
    stores: bool = False


@dataclass(slots=True)
class Seen:
    """What the glances saw of a file.

    `rules` are the numbers of the rules that a glance says yes for, or that fail at one; `classes`
    are those that stand in no function; `whole` says that a yes stands outside of all `parts`.
    """

    rules: set[int]
    parts: list[Part]
    classes: list[ast.ClassDef]
    whole: bool


def possible(
    tree: ast.Module, offered: Offered, rules: Iterable[int], failed: dict[int, Exception]
) -> Seen:
    """What glances say of a file; `failed` gets the errors of those that failed.

    What an import calls by another name is offered under that name to those that wait for its own.
    """
    wanted = set(rules)
    look = _looked(tree, offered, wanted, failed)
    if renamed := _renamed(look.binders, offered):
        look = _looked(tree, {**offered, **renamed}, wanted, failed)
    look.ask()
    return Seen(look.found, look.parts, look.classes, look.whole)


def _looked(
    tree: ast.Module, offered: Offered, rules: set[int], failed: dict[int, Exception]
) -> _Look:
    look = _Look(offered, rules, failed)
    look.through(tree)
    for part in look.parts:
        look.part = part
        bound = len(look.binders)
        look.through(part.node, part.in_loop)
        part.stores = part.stores or any(map(_stores, look.binders[bound:]))
    return look


def _renamed(binders: Iterable[ast.AST], offered: Offered) -> Offered:
    """The new names of what imports rename, with the glances that wait for the old ones."""
    found: dict[type[ast.AST] | str, list[tuple[int, Glance]]] = {}
    for node in binders:
        if isinstance(node, ast.ImportFrom):
            for one in node.names:
                if one.asname not in (None, one.name) and one.name in offered:
                    known = found.setdefault(one.asname, list(offered.get(one.asname, ())))
                    known += offered[one.name]
    return found


@dataclass(slots=True)
class _Look:
    """What is known of the rules on the way through a tree."""

    offered: Offered
    rules: set[int]
    failed: dict[int, Exception]
    found: set[int] = field(default_factory=set)
    asked: list[tuple[int, Question, Part | None]] = field(default_factory=list)
    binders: list[ast.AST] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    classes: list[ast.ClassDef] = field(default_factory=list)
    part: Part | None = None
    whole: bool = False
    _owners: dict[ast.AST, ast.ClassDef] = field(default_factory=dict)

    def through(self, root: ast.AST, in_loop: bool = False) -> None:
        """Go through the module without its functions, or through one of those."""
        offered = self.offered
        # Nodes that no loop repeats, and nodes that one does.
        work: tuple[list[ast.AST], list[ast.AST]] = ([], [])
        work[in_loop].append(root)
        while work[0] or work[1]:
            in_loop = not work[0]
            here = work[in_loop]
            pop, push = here.pop, here.append
            while here:
                node = pop()
                kind = node.__class__
                if self.part is None and self._put_off(node, in_loop):
                    continue
                if kind in offered:
                    self.offer(node, in_loop, offered[kind])
                if isinstance(node, ast.Call):
                    word = word_of(node)
                    if word in offered:
                        self.offer(node, in_loop, offered[word])
                    if word in MUTATORS and self.part is not None and not self.part.stores:
                        self.part.stores = _is_of_attribute(node.func)
                if kind in BINDERS:
                    self.binders.append(node)
                if kind in _PLACES:
                    _apart(node, in_loop, work)
                    continue
                for name in _FIELDS[kind]:
                    below = getattr(node, name)
                    if below.__class__ is list:
                        for one in below:
                            if one.__class__ not in _LEAVES:
                                push(one)
                    elif below.__class__ not in _LEAVES:
                        push(below)

    def _put_off(self, node: ast.AST, in_loop: bool) -> bool:
        """Whether a node outside of functions is one, to be gone through later."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.parts.append(Part(node, self._owners.get(node), in_loop))
            return True
        if isinstance(node, ast.ClassDef):
            self.classes.append(node)
            self._owners.update((one, node) for one in node.body)
        return False

    def offer(self, node: ast.AST, in_loop: bool, waiting: Sequence[tuple[int, Glance]]) -> None:
        for number, glance in waiting:
            if self._settled(number, self.part):
                continue
            try:
                answer = glance(node, in_loop)
            except Exception as error:
                answer, self.failed[number] = True, error
            if callable(answer):
                self.asked.append((number, answer, self.part))
            elif answer:
                self._find(number, self.part)

    def ask(self) -> None:
        """Put the questions about names, now that all are known."""
        asked = [one for one in self.asked if not self._settled(one[0], one[2])]
        origins = Origins(self.binders if asked else ())
        for number, question, part in asked:
            if self._settled(number, part):
                continue
            try:
                yes = question(origins)
            except Exception as error:
                yes, self.failed[number] = True, error
            if yes:
                self._find(number, part)

    def _settled(self, number: int, part: Part | None) -> bool:
        """Whether one more yes would tell nothing new."""
        if number not in self.found:
            return number not in self.rules
        return self.whole or (part is not None and part.loud)

    def _find(self, number: int, part: Part | None) -> None:
        self.found.add(number)
        if part is None:
            self.whole = True
        else:
            part.loud = True


def _is_of_attribute(func: ast.expr) -> bool:
    """``self.rows.append``"""
    return isinstance(func, ast.Attribute) and isinstance(func.value, ast.Attribute)


def _stores(binder: ast.AST) -> bool:
    """Whether what binds names gives something an attribute, or an item of one."""
    match binder:
        case ast.Assign(targets=targets):
            pass
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.For(target=target):
            targets = [target]
        case ast.withitem(optional_vars=target) if target is not None:
            targets = [target]
        case _:
            return False
    plain = (one for one in targets if one.__class__ is not ast.Name)
    return any(isinstance(part, ast.Attribute) for one in plain for part in every(one))


def _apart(node: ast.AST, in_loop: bool, work: Sequence[list[ast.AST]]) -> None:
    """The parts of a loop or a function, each to where it stands.

    A loop repeats at least what `greenlint.here.Here.every_turn` says; here its `else`, too.
    """
    there = work[in_loop]
    for name, place in _PLACES[node.__class__]:
        below = getattr(node, name, None)
        parts: list[ast.AST] = below if isinstance(below, list) else [below] if below else []
        if name == "generators":
            there.append(parts[0])
            parts = parts[1:]
        to = there if place == _THERE else work[place]
        to.extend(one for one in parts if one.__class__ not in _LEAVES)

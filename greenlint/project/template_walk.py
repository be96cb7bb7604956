# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One way through a template: included templates are gone into with the names that they get there,
and blocks are put into the template that is extended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from greenlint.project import template_tags, template_text
from greenlint.project.memory import remembered
from greenlint.project.paths import EACH, TEXT, Access, Path, of_parameter
from greenlint.project.project import Func, Project, Unit
from greenlint.project.template_text import Node
from greenlint.project.template_words import Chain
from greenlint.project.texts import Mark, Text
from greenlint.project.values import At

# Templates within one another, and tags gone through, before the rest is left out.
_DEEP = 8
_MOST = 20_000
# A template but for its blocks; of one that extends another, what stands outside them.
_WHOLE, _OUTSIDE = -1, -2
# Groups of rows that `regroup` makes: each has what they share, and its rows.
_GROUPS = "~"
# The name of all names that are not given to a template which sees nothing else.
_OTHERS = "*"
# Filters that fetch all rows of a relation, or give something else than the value's text.
_FETCHING = frozenset(("length", "join", "first", "last", "list", "random", "dictsort", "sort"))
_NO_TEXT = frozenset(("length", "pluralize", "yesno", "default_if_none", "count", "length_is"))
# Rows cut to so few are no list.
_FEW = 5

Name = tuple[str, Path]
Names = Mapping[str, "Name | None"]
Frozen = tuple[tuple[str, "Name | None"], ...]


def template(project: Project, wanted: str, near: Unit) -> Text | None:
    """The template that code in a file means by that name; whoever asks depends on it."""
    key = project.texts.key(wanted, near.name)
    project.memory.use(key)
    return project.texts.find(key)


class Page(NamedTuple):
    """A template, and the file of the code that shows it."""

    text: Text
    near: Unit


class Part(NamedTuple):
    """A part of a template: a block by its number, or `_WHOLE` or `_OUTSIDE`.

    `own`: of the template that is asked for, which no other extends on this way.
    """

    page: Page
    number: int
    own: bool

    @property
    def tree(self) -> list[Node]:
        """The tags of this part."""
        text = self.page.text.text
        if self.number >= 0:
            return template_text.blocks(text)[self.number].body
        tree = template_text.parse(text)
        if self.number == _WHOLE:
            return tree
        return [one for one in tree if one.word in ("set", "tag", "include")]


class Hole(NamedTuple):
    """A block on the way, for whoever extends the template to say."""

    name: str
    names: Frozen
    unsure: bool


Step = tuple[str, Access] | Hole


@remembered(((), 0))
def _steps(
    project: Project, part: Part, depth: int, names: Frozen, unsure: bool
) -> tuple[tuple[Step, ...], int]:
    """What a part of a template reads, and how many tags that takes: many templates extend the same
    one, and a file shows several of them.
    """
    walk = Walk(project, part.page.near, depth)
    found = tuple(walk.body(part.page, part.tree, dict(names), unsure))
    return found, walk.seen


@dataclass(slots=True)
class Walk:
    """One way through a template and all that it takes in."""

    project: Project
    near: Unit
    depth: int = 0
    seen: int = 0
    blocks: dict[str, list[Part]] = field(default_factory=dict)

    def template(self, wanted: str, names: Names) -> Iterator[tuple[str, Access]]:
        """What a template reads, with those that it extends."""
        text = template(self.project, wanted, self.near)
        if text is None or self.depth > _DEEP:
            return
        page = Page(text, self.near)
        self.depth += 1
        outer, self.blocks = self.blocks, {}
        yield from self._extending(page, tuple(names.items()), 0)
        self.blocks = outer
        self.depth -= 1

    def _extending(self, page: Page, names: Frozen, depth: int) -> Iterator[tuple[str, Access]]:
        own = not depth
        for number, node in enumerate(template_text.blocks(page.text.text)):
            self.blocks.setdefault(node.name, []).append(Part(page, number, own))
        tree = template_text.parse(page.text.text)
        above = next((one.name for one in tree if one.word == "extends"), "")
        base = template(self.project, above, self.near) if above and depth < _DEEP else None
        if base is not None and base != page.text:
            # A template that extends another says nothing outside its blocks but names.
            yield from self.filled(self._part(Part(page, _OUTSIDE, own), names, True))
            yield from self._extending(Page(base, self.near), names, depth + 1)
        else:
            yield from self.filled(self._part(Part(page, _WHOLE, own), names, False))

    def filled(self, steps: Iterable[Step]) -> Iterator[tuple[str, Access]]:
        """Some steps, and for each hole what the template says there that extends the others."""
        for one in steps:
            if isinstance(one, Hole):
                yield from self._block(one, 0)
            else:
                yield one

    def _block(self, hole: Hole, level: int) -> Iterator[tuple[str, Access]]:
        """``block.super`` goes up to what the next template says."""
        said = self.blocks.get(hole.name, [])
        if level >= len(said):
            return
        part = said[level]
        yield from self.filled(self._part(part, hole.names, hole.unsure))
        if any(one.word == "super" for one in template_text.every(part.tree)):
            yield from self._block(hole, level + 1)

    def _part(self, part: Part, names: Frozen, unsure: bool) -> Iterable[Step]:
        if part.own or self.seen > _MOST:
            return self.body(part.page, part.tree, dict(names), unsure)
        steps, seen = _steps(self.project, part, self.depth, names, unsure)
        self.seen += seen
        return steps

    def body(
        self, page: Page, tree: list[Node], names: dict[str, Name | None], unsure: bool
    ) -> Iterator[Step]:
        """What some tags read, in order; names that they bind hold for those behind."""
        for node in tree:
            self.seen += 1
            if self.seen > _MOST:
                return
            yield from self._node(page, node, names, unsure)

    def _node(
        self, page: Page, node: Node, names: dict[str, Name | None], unsure: bool
    ) -> Iterator[Step]:
        match node.word:
            case "for":
                yield from self._for(page, node, names)
            case "print":
                for one in node.chains:
                    yield from _used(page, one, names, unsure, shown=True)
            case "test":
                for one in node.chains:
                    yield from _used(page, one, names, unsure)
                yield from self.body(page, node.body, dict(names), True)
                yield from self.body(page, node.other, dict(names), True)
            case "with" | "set":
                for one in node.chains:
                    yield from _used(page, one, names, unsure, named=True)
                inner = dict(names) if node.word == "with" else names
                inner.update(_bound(node, names))
                yield from self.body(page, node.body, inner, unsure)
            case "tag":
                for one in node.chains:
                    yield from _used(page, one, names, unsure, named=True)
                yield from self._tag(page, node, names, unsure)
                names.update(_bound(node, names))
            case "regroup":
                yield from self._regroup(page, node, names, unsure)
            case "include":
                for one in node.chains:
                    yield from _used(page, one, names, unsure, named=True)
                known = dict.fromkeys(_roots(names)) if node.only else {}
                yield from self.template(node.name, {**names, **known, **_bound(node, names)})
            case "block":
                yield Hole(node.name, tuple(names.items()), unsure)
            case "super":
                return
            case _:
                for one in node.chains:
                    yield from _used(page, one, names, unsure)

    def _for(self, page: Page, node: Node, names: dict[str, Name | None]) -> Iterator[Step]:
        inner: dict[str, Name | None] = {**names, **dict.fromkeys(node.targets)}
        if len(node.chains) == 1:
            chain = node.chains[0]
            base = _resolved(chain, names)
            if base is not None and not (chain.cut and chain.cut <= _FEW):
                root, path = base
                path = _plain((*path, EACH))
                if len(node.targets) == 1:
                    inner[node.targets[0]] = (root, path)
                else:
                    parts = enumerate(node.targets)
                    inner.update((one, (root, (*path, str(part)))) for part, one in parts)
                if _GROUPS not in path:
                    yield root, Access(path, _at(page, chain))
        else:
            for one in node.chains:
                yield from _used(page, one, names, True)
        yield from self.body(page, node.body, inner, False)
        yield from self.body(page, node.other, dict(names), True)

    def _tag(
        self, page: Page, node: Node, names: Names, unsure: bool
    ) -> Iterator[tuple[str, Access]]:
        """What the function behind a tag of the project reads of its arguments."""
        held = template_tags.tag(self.project, page.text.text, node.name)
        if held is None:
            return
        inner: dict[str, Name | None] = {_OTHERS: None}
        for place, (key, chain) in enumerate(node.given):
            base = _resolved(chain, names) if chain is not None else None
            parameter = held.parameter(key, place)
            if base is None or chain is None or not parameter:
                continue
            root, path = base
            for one in of_parameter(self.project, held.func, parameter):
                yield root, _within(one, path, _at(page, chain), unsure)
            for name, way in template_tags.shown(held, parameter):
                inner[name] = root, (*path, *way)
        if held.template:
            for root, one in self.template(held.template, inner):
                yield root, replace(one, unsure=one.unsure or unsure)

    def _regroup(
        self, page: Page, node: Node, names: dict[str, Name | None], unsure: bool
    ) -> Iterator[tuple[str, Access]]:
        base = _resolved(node.chains[0], names)
        names[node.name] = None
        if base is not None:
            root, path = base
            yield root, Access((*path, EACH, *node.by), _at(page, node.chains[0]), (), unsure)
            names[node.name] = (root, (*path, _GROUPS, *node.by, _GROUPS))


def _roots(names: Names) -> set[str]:
    return {*names, *(one[0] for one in names.values() if one is not None)}


def _bound(node: Node, names: Names) -> dict[str, Name | None]:
    return {
        name: _resolved(chain, names) if chain is not None else None for name, chain in node.bound
    }


def _base(chain: Chain, names: Names) -> Name | None:
    """What the first name of a chain stands for: itself, where nothing has bound it."""
    return names.get(chain.root, names.get(_OTHERS, (chain.root, ())))


def _within(one: Access, path: Path, via: At, unsure: bool) -> Access:
    """What a function reads of an argument, as a way from what the argument comes from."""
    return replace(one.after(path, via), unsure=one.unsure or unsure)


def _resolved(chain: Chain, names: Names) -> Name | None:
    """The name and the way that a chain stands for; None for what is bound to something else."""
    base = _base(chain, names)
    if base is None or (chain.filters and not _keeps_rows(chain)):
        return None
    return base[0], _plain((*base[1], *chain.steps))


def _keeps_rows(chain: Chain) -> bool:
    keeping = ("slice", "dictsort", "dictsortreversed", "default", "list", "sort", "reverse")
    return all(one in keeping for one in chain.filters)


def _plain(path: Path) -> Path:
    """A way through groups as a way through the rows that they hold."""
    if _GROUPS not in path:
        return path
    first = path.index(_GROUPS)
    last = path.index(_GROUPS, first + 1)
    start, by, rest = path[:first], path[first + 1 : last], path[last + 1 :]
    if rest[:2] == (EACH, "list"):
        return (*start, *rest[2:])
    if rest[:2] == (EACH, "grouper"):
        return (*start, EACH, *by, *rest[2:])
    return path


def _used(
    page: Page, chain: Chain, names: Names, unsure: bool, shown: bool = False, named: bool = False
) -> Iterator[tuple[str, Access]]:
    """What using a chain reads.  `shown`: as text.  `named`: rows that only get a name there are
    not fetched yet.
    """
    base = _base(chain, names)
    if base is None:
        return
    root, path = base[0], _plain((*base[1], *chain.steps))
    own = _filter(page, chain)
    if own is not None and _GROUPS not in path:
        if path:
            yield root, Access(path, _at(page, chain), (), unsure)
        for one in of_parameter(page.near.project, own, own.parameters[0].arg):
            yield root, _within(one, path, _at(page, chain), unsure)
        return
    fetching = bool(_FETCHING.intersection(chain.filters))
    if chain.gone_through and (fetching or not named):
        path = (*path, EACH)
    elif shown and not _NO_TEXT.intersection(chain.filters):
        path = (*path, TEXT)
    if path and _GROUPS not in path:
        yield root, Access(path, _at(page, chain), (), unsure)


def _filter(page: Page, chain: Chain) -> Func | None:
    """The project's own function that a chain is handed to first."""
    if not chain.filters:
        return None
    return template_tags.filter_(page.near.project, page.text.text, chain.filters[0])


def _at(page: Page, chain: Chain) -> At:
    mark = Mark(page.text.text, chain.start, chain.length)
    return At(page.near, mark, page.text.name)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a template reads of the values that it is given: ways from their names, as of Python code.

Included templates are gone into with the names that they get there, and blocks are put into the
template that is extended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from greenlint.project import models, template_tags, template_text
from greenlint.project.memory import remembered
from greenlint.project.paths import EACH, TEXT, Access, Path, of_parameter
from greenlint.project.project import Class, Func, Project, Unit
from greenlint.project.querysets import SAME
from greenlint.project.template_text import Node
from greenlint.project.template_words import Chain
from greenlint.project.texts import Mark, Text
from greenlint.project.values import At

# Templates within one another, and tags gone through, before the rest is left out.
_DEEP = 8
_MOST = 20_000
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


def template(project: Project, wanted: str, near: Unit) -> Text | None:
    """The template that code in a file means by that name; whoever asks depends on it."""
    key = project.texts.key(wanted, near.name)
    project.memory.use(key)
    return project.texts.find(key)


@remembered({})
def reads(project: Project, wanted: str, near: Unit) -> dict[str, tuple[Access, ...]]:
    """Every way that a template goes from each name that it does not bind itself."""
    found: dict[str, dict[Path, Access]] = defaultdict(dict)
    for name, access in _Walk(project, near).template(wanted, {}):
        known = found[name].get(access.path)
        if known is None or (known.unsure and not access.unsure):
            found[name][access.path] = access
    return {name: tuple(ways.values()) for name, ways in found.items()}


def of_code(project: Project, code: str, near: Unit) -> Iterator[tuple[str, Access]]:
    """Every way that a template goes which a Python file holds as a string.

    Its places are in the string, not in the file: what it includes has places of its own.
    """
    page = Page(Text(near.name, code), near)
    yield from _Walk(project, near).body(page, template_text.parse(code), {}, False)


class Page(NamedTuple):
    """A template, and the file of the code that shows it."""

    text: Text
    near: Unit


@dataclass(slots=True)
class _Walk:
    """One way through a template and all that it takes in."""

    project: Project
    near: Unit
    depth: int = 0
    seen: int = 0
    blocks: dict[str, list[tuple[Page, list[Node]]]] = field(default_factory=dict)

    def template(self, wanted: str, names: Names) -> Iterator[tuple[str, Access]]:
        """What a template reads, with those that it extends."""
        text = template(self.project, wanted, self.near)
        if text is None or self.depth > _DEEP:
            return
        page = Page(text, self.near)
        self.depth += 1
        outer, self.blocks = self.blocks, {}
        yield from self._extending(page, names, 0)
        self.blocks = outer
        self.depth -= 1

    def _extending(self, page: Page, names: Names, depth: int) -> Iterator[tuple[str, Access]]:
        tree = template_text.parse(page.text.text)
        above = next((one.name for one in tree if one.word == "extends"), "")
        for node in template_text.blocks(page.text.text):
            self.blocks.setdefault(node.name, []).append((page, node.body))
        base = template(self.project, above, self.near) if above and depth < _DEEP else None
        if base is not None and base != page.text:
            yield from self._bound_outside(page, tree, names)
            yield from self._extending(Page(base, self.near), names, depth + 1)
        else:
            yield from self.body(page, tree, dict(names), False)

    def _bound_outside(
        self, page: Page, tree: list[Node], names: Names
    ) -> Iterator[tuple[str, Access]]:
        """A template that extends another says nothing outside its blocks but names."""
        outside = [one for one in tree if one.word in ("set", "tag", "include")]
        yield from self.body(page, outside, dict(names), True)

    def body(
        self, page: Page, tree: list[Node], names: dict[str, Name | None], unsure: bool
    ) -> Iterator[tuple[str, Access]]:
        """What some tags read, in order; names that they bind hold for those behind."""
        for node in tree:
            self.seen += 1
            if self.seen > _MOST:
                return
            yield from self._node(page, node, names, unsure)

    def _node(
        self, page: Page, node: Node, names: dict[str, Name | None], unsure: bool
    ) -> Iterator[tuple[str, Access]]:
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
                yield from self._block(node.name, names, unsure, 0)
            case "super":
                return
            case _:
                for one in node.chains:
                    yield from _used(page, one, names, unsure)

    def _for(
        self, page: Page, node: Node, names: dict[str, Name | None]
    ) -> Iterator[tuple[str, Access]]:
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

    def _block(
        self, name: str, names: Names, unsure: bool, level: int
    ) -> Iterator[tuple[str, Access]]:
        """A block as the template says it that extends the others; ``block.super`` goes up."""
        said = self.blocks.get(name, [])
        if level >= len(said):
            return
        page, tree = said[level]
        yield from self.body(page, tree, dict(names), unsure)
        if any(one.word == "super" for one in template_text.every(tree)):
            yield from self._block(name, names, unsure, level + 1)


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


# -- as ways of rows ----------------------------------------------------------------------------


def below(reads: Mapping[str, tuple[Access, ...]], name: str) -> tuple[Access, ...]:
    """The ways from a name, or from what a dict holds: ``cart.positions``."""
    root, *keys = name.split(".")
    most = len(keys)
    return tuple(
        replace(one, path=one.path[most:])
        for one in reads.get(root, ())
        if one.path[:most] == tuple(keys)
    )


def of_rows(
    project: Project, model: Class, accesses: Iterable[Access], many: bool
) -> Iterator[Access]:
    """The ways from each row, of ways from a name that stands for rows (`many`) or for one row."""
    for one in accesses:
        path = _from_each(one.path) if many else one.path
        if path:
            yield replace(one, path=_with_calls(project, model, path))


def _from_each(path: Path) -> Path:
    """What is left of a way behind the rows themselves: ``object_list[].customer``."""
    for at, step in enumerate(path):
        if step == EACH:
            return path[at + 1 :]
        if step != "object_list" and step.removesuffix("()") not in SAME:
            return ()
    return ()


def _with_calls(project: Project, model: Class, path: Path) -> Path:
    """A way with methods marked as called: a template calls them without brackets."""
    found: list[str] = []
    at: Class | None = model
    for step in path:
        if step in (EACH, TEXT) or step.endswith("()") or at is None:
            found.append(step)
            continue
        link = models.link(project, at, step)
        held = project.attribute(at, step) if link is None else None
        called = isinstance(held, Func) and not models.is_property(held)
        found.append(f"{step}()" if called else step)
        at = link.target if link is not None else None
    return tuple(found)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A template as a small tree: what it prints, loops over, names, includes and extends.

It knows the tags of Django and of Jinja that bind names or repeat their body; of all others it
keeps the names that they are given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from greenlint.project.template_words import Chain, chains

_TAG = re.compile(r"\{%-?\+?(.*?)[-+]?%\}|\{\{-?(.*?)-?\}\}|\{#.*?#\}", re.DOTALL)
_FIRST = re.compile(r"\s*([A-Za-z_]\w*)")
_QUOTED = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)')")
_FOR = re.compile(r"\s*for\s+(.*?)\s+in\s+", re.DOTALL)
_AS = re.compile(r"\s+as\s+([A-Za-z_]\w*)\s*$")
_BY = re.compile(r"\s+by\s+(.*?)\s+as\s+([A-Za-z_]\w*)\s*$", re.DOTALL)
_SET = re.compile(r"\s*set\s+([A-Za-z_]\w*)\s*=")
_GIVEN = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)\s*")
_NAME = re.compile(r"[A-Za-z_]\w*")
_ARGUMENT = re.compile(r"(?:[^\s\"']|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')+")
# Tags whose body holds no names, or names of its own.
_HIDDEN = ("comment", "verbatim", "raw", "macro", "call")
_BODIES: dict[str, tuple[str, ...]] = {"for": ("empty", "else"), "with": (), "block": ()}
_TESTS = ("if", "ifchanged", "ifequal", "ifnotequal", "cache", "elif", "unless")


@dataclass(slots=True)
class Node:
    """A tag or a printed value.  `word` is its kind, `chains` are the values that it is given,
    `bound` the names that it gives to values, and `body` what stands in it; `other` is what
    stands behind ``{% else %}`` and ``{% empty %}``.  `given` are the arguments of a project's own
    tag, by their words, "" for those that have a place only.
    """

    word: str
    chains: list[Chain] = field(default_factory=list)
    name: str = ""
    targets: tuple[str, ...] = ()
    bound: list[tuple[str, Chain | None]] = field(default_factory=list)
    by: tuple[str, ...] = ()
    only: bool = False
    given: list[tuple[str, Chain | None]] = field(default_factory=list)
    body: list[Node] = field(default_factory=list)
    other: list[Node] = field(default_factory=list)


@lru_cache(1_000)
def parse(text: str) -> list[Node]:
    """The tags of a template as a tree; what is not closed ends with it."""
    return _Reader(text).read()


@lru_cache(1_000)
def blocks(text: str) -> tuple[Node, ...]:
    """The blocks of a template, those within one another too, outer ones first."""
    return tuple(one for one in every(parse(text)) if one.word == "block")


def every(tree: list[Node]) -> Iterator[Node]:
    """All tags of a tree, in order."""
    for node in tree:
        yield node
        yield from every(node.body)
        yield from every(node.other)


class _Reader:
    """One reading of a template, tag by tag."""

    def __init__(self, text: str) -> None:
        self._tags = iter(_TAG.finditer(text))
        self._open: list[str] = []

    def read(self) -> list[Node]:
        """Everything up to the end."""
        found: list[Node] = []
        self._until(found, ())
        return found

    def _until(self, found: list[Node], words: tuple[str, ...]) -> re.Match[str] | None:
        """Fill `found` up to one of some tags, or the end of one that is open; that tag, or None at
        the text's end.
        """
        for tag in self._tags:
            inner = tag[1]
            if inner is None:
                if tag[2] is not None:
                    found.append(_printed(tag[2], tag.start(2)))
                continue
            word = _word(inner)
            if word in words or word in self._open:
                return tag
            if (node := self._node(word, inner, tag.start(1))) is not None:
                found.append(node)
        return None

    def _node(self, word: str, inner: str, start: int) -> Node | None:
        if word in _HIDDEN:
            self._skip(f"end{word}")
            return None
        made = _KINDS.get(word)
        if made is None:
            return _plain(word, inner, start)
        node = made(inner, start)
        if word in _BODIES or word in _TESTS:
            self._open.append(f"end{word}")
            self._alternatives(node, _BODIES.get(word, ("else", "elif", "elseif")))
            self._open.pop()
        return node

    def _alternatives(self, node: Node, words: tuple[str, ...]) -> None:
        """The body, and what stands behind ``else``; conditions of ``elif`` count as read."""
        tag = self._until(node.body, words)
        while tag is not None and _word(tag[1]) in words:
            node.other.append(Node("test", chains(_rest(tag[1]), _rest_start(tag))))
            tag = self._until(node.other, words)

    def _skip(self, end: str) -> None:
        for tag in self._tags:
            if tag[1] is not None and _word(tag[1]) == end:
                return


def _word(inner: str) -> str:
    found = _FIRST.match(inner)
    return found[1] if found else ""


def _rest(inner: str) -> str:
    found = _FIRST.match(inner)
    return inner[found.end() :] if found else inner


def _rest_start(tag: re.Match[str]) -> int:
    return tag.start(1) + len(tag[1]) - len(_rest(tag[1]))


# -- tags ---------------------------------------------------------------------------------------


def _printed(inner: str, start: int) -> Node:
    if inner.strip() in ("block.super", "super()"):
        return Node("super")
    return Node("print", chains(inner, start))


def _for(inner: str, start: int) -> Node:
    found = _FOR.match(inner)
    if found is None:
        return Node("for")
    targets = tuple(_NAME.findall(found[1]))
    return Node("for", chains(inner[found.end() :], start + found.end()), targets=targets)


def _test(inner: str, start: int) -> Node:
    rest = _rest(inner)
    return Node("test", chains(rest, start + len(inner) - len(rest)))


def _bindings(text: str, start: int) -> list[tuple[str, Chain | None]]:
    """``a=b.c d=e|f`` as names and chains; None for what is no single chain."""
    found: list[tuple[str, Chain | None]] = []
    places = list(_GIVEN.finditer(text))
    for at, one in enumerate(places):
        end = places[at + 1].start() if at + 1 < len(places) else len(text)
        value = text[one.end() : end]
        given = chains(value, start + one.end())
        alone = given and given[0].start == start + one.end()
        found.append((one[1], given[0] if alone else None))
    return found


def _with(inner: str, start: int) -> Node:
    rest = _rest(inner)
    begin = start + len(inner) - len(rest)
    if older := _AS.search(rest):
        given = chains(rest[: older.start()], begin)
        return Node("with", given, bound=[(older[1], given[0] if len(given) == 1 else None)])
    return Node("with", chains(rest, begin), bound=_bindings(rest, begin))


def _set(inner: str, start: int) -> Node:
    found = _SET.match(inner)
    if found is None:
        return Node("set")
    given = chains(inner[found.end() :], start + found.end())
    single = len(given) == 1 and not given[0].filters
    return Node("set", given, bound=[(found[1], given[0] if single else None)])


def _regroup(inner: str, start: int) -> Node:
    rest = _rest(inner)
    found = _BY.search(rest)
    given = chains(rest[: found.start()] if found else rest, start + len(inner) - len(rest))
    if found is None or len(given) != 1:
        return Node("read", given)
    by = tuple(found[1].partition("|")[0].split("."))
    return Node("regroup", given, name=found[2], by=by)


def _include(inner: str, start: int) -> Node:
    rest = _rest(inner)
    begin = start + len(inner) - len(rest)
    quoted = _QUOTED.match(rest)
    if quoted is None:
        return Node("read", chains(rest, begin))
    name = quoted[1] if quoted[1] is not None else quoted[2]
    behind = rest[quoted.end() :]
    bound = _bindings(behind, begin + quoted.end())
    only = re.search(r"\bonly\s*$", behind) is not None
    return Node("include", chains(behind, begin + quoted.end()), name, bound=bound, only=only)


def _extends(inner: str, start: int) -> Node:
    quoted = _QUOTED.match(_rest(inner))
    name = "" if quoted is None else quoted[1] if quoted[1] is not None else quoted[2]
    return Node("extends", name=name)


def _block(inner: str, start: int) -> Node:
    name = _FIRST.match(_rest(inner))
    return Node("block", name=name[1] if name else "")


def _translated(inner: str, start: int) -> Node:
    """``{% blocktranslate with name=order.customer %}`` gives names to what it translates."""
    rest = _rest(inner)
    begin = start + len(inner) - len(rest)
    bound = _bindings(rest, begin)
    return Node("set", [one for _, one in bound if one is not None], bound=bound)


def _plain(word: str, inner: str, start: int) -> Node | None:
    """Any other tag: the values that it is given, and the name that it binds."""
    if word in ("load", "csrf_token", "else", "empty", "import", "from", "plural", "now"):
        return None
    rest = _rest(inner)
    begin = start + len(inner) - len(rest)
    bound: list[tuple[str, Chain | None]] = []
    if given := _AS.search(rest):
        bound = [(given[1], None)]
        rest = rest[: given.start()]
    arguments = list(_arguments(rest, begin))
    return Node("tag", chains(rest, begin), word, bound=bound, given=arguments)


def _arguments(text: str, start: int) -> Iterator[tuple[str, Chain | None]]:
    """What stands behind a tag's name, part by part; None for what is no single chain."""
    for one in _ARGUMENT.finditer(text):
        key = _GIVEN.match(one[0])
        at = one.start() + (key.end() if key is not None else 0)
        given = chains(text[at : one.end()], start + at)
        alone = given and given[0].start == start + at
        yield key[1] if key is not None else "", given[0] if alone else None


_KINDS: dict[str, Callable[[str, int], Node]] = {
    "for": _for,
    "with": _with,
    "set": _set,
    "regroup": _regroup,
    "include": _include,
    "extends": _extends,
    "block": _block,
    "blocktranslate": _translated,
    "blocktrans": _translated,
    **dict.fromkeys(_TESTS, _test),
}

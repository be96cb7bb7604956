# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the answer to a request is read as: text, a few words of one, or anything else."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

import libcst as cst

from greenlint.here import Here
from greenlint.walk import Link, table, walk


class Reading(IntEnum):
    """What an answer is read as, from the least to the most."""

    OTHER = 0
    SMALL = 1
    TEXT = 2


_DEEPEST = 8
_PARSERS = frozenset(
    (
        "json.load", "json.loads", "simplejson.load", "simplejson.loads", "ujson.load",
        "ujson.loads", "orjson.loads", "csv.reader", "csv.DictReader", "yaml.safe_load",
        "yaml.load", "toml.loads", "tomllib.load", "tomllib.loads", "lxml.etree.parse",
        "lxml.etree.fromstring", "lxml.etree.XML", "lxml.etree.HTML", "lxml.etree.iterparse",
        "lxml.html.parse", "lxml.html.fromstring", "lxml.html.document_fromstring",
        "xml.dom.minidom.parse", "xml.dom.minidom.parseString", "bs4.BeautifulSoup",
        "io.TextIOWrapper", "codecs.iterdecode", "codecs.decode", "feedparser.parse",
        "pandas.read_csv", "pandas.read_json", "pandas.read_html", "pandas.read_xml",
        "pandas.read_table", "builtins.str",
        *(
            f"{home}.ElementTree.{word}"
            for home in ("xml.etree", "defusedxml")
            for word in ("parse", "fromstring", "XML", "iterparse")
        ),
    )
)  # fmt: skip
# Of these, what gives one thing that may be small.
_RECORDS = ("json.", "simplejson.", "ujson.", "orjson.")
_HANDED_ON = frozenset(
    ("contextlib.closing", "io.BytesIO", "io.BufferedReader", "io.StringIO", "builtins.iter")
)
_SAME = frozenset(("read", "readlines", "readline", "rstrip", "lstrip", "replace", "content"))
_NAMES = table((cst.Name,))


def reading(here: Here) -> Reading:
    """What the answer of the request at hand is read as, in the function around it."""
    start = here.link
    try:
        return _read(start, here, set())
    finally:
        here.link = start


def _read(link: Link, here: Here, seen: set[str]) -> Reading:
    """What a value is read as, by what stands around it and around the names that it is given."""
    node, up = link
    if up is None or len(seen) > _DEEPEST:
        return Reading.OTHER
    match up[0]:
        case cst.Attribute(attr=cst.Name(value=word)):
            return _attribute(word, up, here, seen)
        case cst.Arg():
            return _handed(up, here, seen)
        case cst.Await() | cst.WithItem(asname=None):
            return _read(up, here, seen)
        case cst.WithItem(asname=cst.AsName(name=cst.Name(value=word))):
            return _named(word, up, here, seen)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=word))]):
            return _named(word, up, here, seen)
        case (
            cst.AnnAssign(target=cst.Name(value=word)) | cst.NamedExpr(target=cst.Name(value=word))
        ):
            return _named(word, up, here, seen)
        case cst.For(target=cst.Name(value=word), iter=over) if over is node:
            return _named(word, up, here, seen)
        case cst.CompFor(target=cst.Name(value=word), iter=over) if over is node:
            return _named(word, up[1] or up, here, seen)
    return Reading.OTHER


def _attribute(word: str, link: Link, here: Here, seen: set[str]) -> Reading:
    """``answer.read()``, ``.decode()``, ``.json()``, ``.text``"""
    up = link[1]
    called = up is not None and isinstance(up[0], cst.Call) and up[0].func is link[0]
    at = up if called and up is not None else link
    if word in ("decode", "json"):
        return _size(at, here) if called else Reading.OTHER
    if word in ("splitlines", "iter_lines", "aiter_lines"):
        return Reading.TEXT
    if word == "text":
        return _size(at, here)
    return _read(at, here, seen) if word in _SAME else Reading.OTHER


def _handed(link: Link, here: Here, seen: set[str]) -> Reading:
    """An argument: of a parser, or of what hands its bytes on."""
    up = link[1]
    if up is None or not isinstance(up[0], cst.Call) or up[0].func is link[0]:
        return Reading.OTHER
    call = up[0]
    if isinstance(call.func, cst.Call):  # codecs.getreader("utf-8")(answer)
        maker = here.qualified(call.func.func)
        return Reading.TEXT if maker == "codecs.getreader" else Reading.OTHER
    name = here.qualified(call.func) or ""
    if name in _PARSERS:
        return _size(up, here) if name.startswith(_RECORDS) else Reading.TEXT
    return _read(up, here, seen) if name in _HANDED_ON else Reading.OTHER


def _named(word: str, link: Link, here: Here, seen: set[str]) -> Reading:
    """The most that any use of a name shows."""
    if word in seen:
        return Reading.OTHER
    seen = seen | {word}
    return max((_read(use, here, seen) for use in _uses(word, link)), default=Reading.OTHER)


def _uses(word: str, link: Link) -> Iterator[Link]:
    """The places that read a name in the function or module around a place."""
    at = link
    while at[1] is not None and not isinstance(at[1][0], cst.FunctionDef):
        at = at[1]
    for one in walk(at[0], _NAMES, at[1]):
        if isinstance(one[0], cst.Name) and one[0].value == word:
            yield one


# -- how much of it ---------------------------------------------------------------------------

_WORDS = ("strip", "get", "split", "partition", "startswith", "lower")


def _size(link: Link, here: Here) -> Reading:
    """Whether a text or what was parsed of it is read for a few words only."""
    up = link[1]
    if up is None:
        return Reading.TEXT
    match up[0]:
        case cst.Arg() if up[1] is not None and isinstance(up[1][0], cst.Call):
            name = here.qualified(up[1][0].func) or ""
            return _size(up[1], here) if name.startswith(_RECORDS) else Reading.TEXT
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=word))]):
            uses = [one for one in _uses(word, up) if not _is_target(one)]
            few = bool(uses) and all(_is_few(one) for one in uses)
            return Reading.SMALL if few else Reading.TEXT
    return Reading.SMALL if _is_few(link) else Reading.TEXT


def _is_target(link: Link) -> bool:
    return link[1] is not None and isinstance(link[1][0], cst.AssignTarget)


def _is_few(link: Link) -> bool:
    """``data["title"]``, ``data.get("title")``, ``"title" in data``, ``text.strip()``: not gone
    through.
    """
    up = link[1]
    match up[0] if up is not None else None:
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString()))]):
            return up is not None and not _is_gone_through(up)
        case cst.Attribute(attr=cst.Name(value=word)) if word in _WORDS:
            call = up[1] if up is not None else None
            return call is None or not _is_gone_through(call)
        case cst.ComparisonTarget() | cst.Comparison():
            return True
    return False


def _is_gone_through(link: Link) -> bool:
    """Whether a loop goes over a value, or something is filled with it."""
    up = link[1]
    match up[0] if up is not None else None:
        case cst.For(iter=over) | cst.CompFor(iter=over):
            return over is link[0]
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=word))]):
            assert up is not None
            return any(_is_gone_through(use) for use in _uses(word, up) if not _is_target(use))
        case cst.Arg():
            call = up[1][0] if up is not None and up[1] is not None else None
            return isinstance(call, cst.Call) and _last_word(call) in _FILLED
    return False


_FILLED = frozenset(
    ("extend", "list", "sorted", "set", "tuple", "enumerate", "update", "map", "len")
)


def _last_word(call: cst.Call) -> str:
    match call.func:
        case cst.Name(value=word) | cst.Attribute(attr=cst.Name(value=word)):
            return word
    return ""

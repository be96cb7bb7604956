# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Text that is fetched with a request that no server may answer compressed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

import libcst as cst
from greenlint_rules.addresses import Part, argument, entries, parts
from greenlint_rules.fetched_text import Reading, reading
from greenlint_rules.glances import calls_of, last_words, renamed
from greenlint_rules.outside import REQUESTS

from greenlint.here import Here
from greenlint.messages import say
from greenlint.project.nodes import word_of
from greenlint.rule import Confidence, Hit, Question, Rule
from greenlint.scope import How, dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN354",
    name="uncompressed-transfer",
    severity="note",
    confidence="medium",
    needles=(b"urllib", b"http.client", b"Accept-Encoding", b"accept-encoding"),
    since="0.1.0",
    lifecycle="preview",
    help="send `Accept-Encoding: gzip` and unpack what comes packed, or take a client that does "
    "both: `requests`, `httpx`, `aiohttp`",
    tests=False,
    repeats=False,
)

_OPENING = frozenset(f"{home}urllib.request.urlopen" for home in ("", "six.moves."))
_SAVING = frozenset(f"{home}urllib.request.urlretrieve" for home in ("", "six.moves."))
_REQUEST = frozenset(f"{home}urllib.request.Request" for home in ("", "six.moves."))
_CONNECTIONS = ("http.client.HTTPConnection", "http.client.HTTPSConnection")
_CLIENTS = REQUESTS - _OPENING
_VERBS = last_words(_CLIENTS)

# The file says how answers are to be packed, or sends its requests by way of an opener.
_SAID = re.compile(r"accept[-_]encoding|content[-_]encoding|install_opener|\bBaseHandler\b", re.I)
# A part of a file, the head of an answer, what is packed already.
_OTHERWISE = re.compile(
    r"['\"]Range['\"]|bytes=|['\"]HEAD['\"]|\b(?:gzip|zlib|bz2|lzma|zipfile|tarfile|brotli|zstd\w*)\b"
)
_NEAR = re.compile(
    r"://(?:[^/@]*@)?(?:localhost|127\.|0\.0\.0\.0|\[::1?\]|169\.254\.|host\.docker)"
    r"|\.(?:local|localhost|internal)(?=[:/]|\Z)|\A(?:file|data|ftp):|\bas_uri\("
)
_NEAR_NAME = re.compile(r"local_?host|dev_?server|loopback|metadata_?(?:url|server)", re.I)
_QUESTION = re.compile(
    r"(?:\b|_)(?:health\w*|ping|pong|live(?:ness|z)?|read(?:y|iness|yz)|alive|heartbeat|status"
    r"|version|shutdown)(?:\b|_)",
    re.I,
)
_PACKED = re.compile(
    r"\.(?:gz|tgz|zip|xz|bz2|zst|br|7z|whl|jar|png|jpe?g|gif|webp|pdf|mp[34]|woff2?|tiff?)"
    r"(?=[?#]|\Z)",
    re.I,
)
_TEXT_FILE = re.compile(
    r"\.(?:json|geojson|jsonl|csv|tsv|txt|xml|html?|ya?ml|gml|kml|svg|ics|md|rdf|ttl|sql)\Z", re.I
)
_ADDRESS = re.compile(r"(?:ur[il]s?|link|href|address|endpoint|feed|page)\Z", re.I)


calls_of(RULE, _OPENING | _SAVING)
renamed(RULE, _VERBS)


@RULE.glance(words=_VERBS)
def glance(node: ast.Call, _: bool) -> bool | Question:
    """A request with headers of its own, or over a connection that was made."""
    if any(word.arg == "headers" for word in node.keywords):
        return lambda names: names.imports("requests", "httpx", "aiohttp", "http.client")
    return word_of(node) == "request" and (lambda names: names.imports("http.client"))


@RULE.on(cst.Call)
def fetched(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A request whose answer is read as text."""
    name = here.qualified(node.func) or ""
    told = False
    if name in _OPENING:
        found = _opened(node, here)
    elif name in _SAVING:
        found = _saved(node, here)
    elif told := _is_client(node, name, here):
        found = reading(here) if _asks_for_it_plain(node, here) else Reading.OTHER
    elif _is_connection(node, here):
        found = _answered(node, here)
    else:
        return
    if found is Reading.OTHER or _is_other(node, here):
        return
    yield Hit(
        node,
        say(
            "`{call}` asks for this text uncompressed: it sends `Accept-Encoding: identity`",
            call=here.brief(node.func),
        ),
        help="leave `Accept-Encoding` to the client, which unpacks what it asks for"
        if told
        else "",
        confidence=Confidence.LOW if found is Reading.SMALL else None,
    )


def _is_other(node: cst.Call, here: Here) -> bool:
    """Whether the function around deals with parts, heads or packed files, or asks for a state."""
    function = here.function
    around = here.statement() if function is None else function
    if around is not None and _OTHERWISE.search(here.code(around)):
        return True
    return function is not None and _QUESTION.search(function.name.value) is not None


# -- urllib -----------------------------------------------------------------------------------


def _opened(node: cst.Call, here: Here) -> Reading:
    """What ``urlopen(url)`` is read as, where its headers are known to lack the one."""
    given = argument(node, "url", 0)
    if given is None or _SAID.search(here.text):
        return Reading.OTHER
    address = _address(given, here)
    if address is None:
        return Reading.OTHER
    return _weighed(reading(here), list(parts(address, here)))


def _saved(node: cst.Call, here: Here) -> Reading:
    """Whether ``urlretrieve(url, name)`` saves a file that is text by its name."""
    names = [argument(node, "url", 0), argument(node, "filename", 1)]
    texts = [list(parts(one, here)) for one in names if one is not None]
    ends = [some[-1] for some in texts if some]
    if _SAID.search(here.text) or not any(
        one.written and _TEXT_FILE.search(one.text) for one in ends
    ):
        return Reading.OTHER
    return _weighed(Reading.TEXT, texts[0])


def _weighed(found: Reading, address: list[Part]) -> Reading:
    """A reading by what the address says: none of what is near, asks for a state or is packed."""
    for part in address:
        if _NEAR.search(part.text) or _QUESTION.search(part.text):
            return Reading.OTHER
        if _PACKED.search(part.text) if part.written else _NEAR_NAME.search(part.text):
            return Reading.OTHER
    ported = any(
        not one.written and before.text.endswith(":") and before.written
        for before, one in pairwise(address)
    )
    return Reading.SMALL if found is Reading.TEXT and ported else found


def _address(given: cst.CSTNode, here: Here, depth: int = 0) -> cst.CSTNode | None:
    """The address that is asked; None where what is given may bring headers of its own."""
    match given:
        case cst.SimpleString() | cst.FormattedString() | cst.ConcatenatedString():
            return given
        case cst.BinaryOperation():
            return given
        case cst.Call() if here.qualified(given.func) in _REQUEST:
            return _requested(given, here)
        case cst.Call(func=func):
            word = dotted(func).rpartition(".")[2]
            if isinstance(func, cst.Attribute):
                word = func.attr.value
            return given if word in ("format", "urljoin", "str", "geturl", "as_uri") else None
        case cst.Attribute(attr=cst.Name(value=word)):
            return given if _ADDRESS.search(word) else None
        case cst.Name(value=word):
            return _of_name(given, word, here, depth)
    return None


def _of_name(name: cst.Name, word: str, here: Here, depth: int) -> cst.CSTNode | None:
    bindings = here.bindings(word)
    values = [one.value for one in bindings if one.how in (How.ASSIGN, How.WITH)]
    if depth > 3 or len(values) < len(bindings):
        return name if _ADDRESS.search(word) else None
    found = [_address(value, here, depth + 1) for value in values if value is not None]
    if not found or None in found or _adds_headers(word, here):
        return name if found and _ADDRESS.search(word) else None
    return found[0] if len(found) == 1 else name


def _requested(call: cst.Call, here: Here) -> cst.CSTNode | None:
    """The address of a ``Request(...)`` whose headers this file shows."""
    headers = argument(call, "headers", 2)
    if headers is not None and entries(headers, here) is None:
        return None
    if any(arg.star for arg in call.args):
        return None
    return argument(call, "url", 0)


def _adds_headers(word: str, here: Here) -> bool:
    """Whether headers that are not written out are added to a request."""
    for node in within(here.block):
        match node:
            case cst.Call(
                func=cst.Attribute(value=cst.Name(value=name), attr=cst.Name(value=method)),
                args=[first, *_],
            ) if name == word and method in ("add_header", "add_unredirected_header"):
                if not isinstance(first.value, cst.SimpleString):
                    return True
            case cst.Attribute(value=cst.Name(value=name), attr=cst.Name(value="headers")):
                if name == word:
                    return True
    return False


# -- http.client ------------------------------------------------------------------------------


def _is_connection(node: cst.Call, here: Here) -> bool:
    match node.func:
        case cst.Attribute(value=made, attr=cst.Name(value="request")):
            return here.made_by(made) in _CONNECTIONS
    return False


def _answered(node: cst.Call, here: Here) -> Reading:
    """What ``connection.getresponse()`` is read as, in the function that sends the request."""
    assert isinstance(node.func, cst.Attribute)
    headers = argument(node, "headers", 3)
    path = argument(node, "url", 1)
    if _SAID.search(here.text) or (headers is not None and entries(headers, here) is None):
        return Reading.OTHER
    connection = dotted(node.func.value)
    start, found = here.link, Reading.OTHER
    for call in within(here.block):
        if isinstance(call, cst.Call) and dotted(call.func) == f"{connection}.getresponse":
            here.link = here.place(call)
            found = max(found, reading(here))
            here.link = start
    made = _made_for(node.func.value, here)
    addresses = [one for one in (made, path) if one is not None]
    return _weighed(found, [part for one in addresses for part in parts(one, here)])


def _made_for(connection: cst.CSTNode, here: Here) -> cst.CSTNode | None:
    """The host that a connection is made for."""
    if isinstance(connection, cst.Attribute):
        bindings = here.names.attribute(connection, here.link)[0]
    else:
        bindings = here.bindings(dotted(connection))
    for one in bindings:
        if isinstance(one.value, cst.Call):
            return argument(one.value, "host", 0)
    return None


# -- requests, httpx, aiohttp -----------------------------------------------------------------


def _is_client(node: cst.Call, name: str, here: Here) -> bool:
    """A request of a client library, or of a session or client that was made."""
    if name in _CLIENTS:
        return True
    match node.func:
        case cst.Attribute(value=made, attr=cst.Name(value=verb)) if verb in _VERBS:
            maker = here.made_by(made) or ""
            return maker.startswith(("requests.", "httpx.", "aiohttp."))
    return False


def _asks_for_it_plain(node: cst.Call, here: Here) -> bool:
    """Whether the headers of one request say ``identity``, or take the client's own word out."""
    function = here.function
    if function is not None and re.search("content-length", here.code(function), re.I):
        return False
    for key, value in entries(argument(node, "headers"), here) or ():
        if key.lower() == "accept-encoding":
            match value:
                case cst.SimpleString(evaluated_value="identity") | cst.Name(value="None"):
                    return True
    return False

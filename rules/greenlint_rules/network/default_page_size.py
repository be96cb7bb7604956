# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop over the pages of an API that asks for no page size."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst
from greenlint_rules.addresses import Entry, Part, argument, entries, is_whole, parts, queried
from greenlint_rules.outside import REQUESTS, sleeps
from greenlint_rules.turns import leaves

from greenlint.here import Here, Loop, reads
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Question, Related, Rule
from greenlint.scope import Binding, How, dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN355",
    name="default-page-size",
    severity="note",
    confidence="medium",
    needles=(b"requests", b"httpx", b"aiohttp"),
    since="0.1.0",
    lifecycle="preview",
    help="ask for as many things in a page as the service allows",
    tests=False,
)

_CLIENTS = ("requests.", "httpx.", "aiohttp.")
_VERBS = frozenset(("get", "post", "request"))
_CALLED_SO = re.compile(r"(?:session|client|http|requests)\Z", re.I)
_BODIES = ("params", "json", "data")
# Where an answer says how to go on.
_NEXT = re.compile(
    r"(?:@odata\.)?next(?:_?(?:page|link|ur[li]|href|page_?ur[li]|page_?link|records_?url))?\Z",
    re.I,
)
# Parameters of what comes next: a word, with signs taken out.
_COUNTED = frozenset(
    ("page", "pagenumber", "pageno", "pageindex", "pagenum", "offset", "skip", "start",
     "startat", "startindex", "startrow", "from", "resultoffset")
)  # fmt: skip
_HANDED_BACK = frozenset(
    ("cursor", "pagetoken", "after", "continuation", "continuationtoken", "nexttoken",
     "nextcursor", "startingafter", "marker", "startcursor", "pagecursor", "nextpagetoken",
     "resumptiontoken")
)  # fmt: skip
# Parameters that say how much is wanted, or where to end; and those of a talk that waits.
_SIZES = frozenset(
    ("pagesize", "perpage", "limit", "maxresults", "maxrecords", "count", "rows", "size", "first",
     "top", "pagelen", "maxitems", "maxentries", "maxpagesize", "resultsperpage", "itemsperpage",
     "recordsperpage", "hitsperpage", "entriesperpage", "pagelimit", "num", "numresults",
     "results", "take", "length", "n", "batchsize", "fetchsize", "last", "max", "number",
     "resultrecordcount", "rpp", "ps", "nb", "amount", "end", "endat", "to", "until", "stop",
     "timeout", "wait", "range", "retmax", "retrievemax", "srlimit", "query", "sparql", "scroll",
     "scrollid", "metadataprefix")
)  # fmt: skip
# Of these, what says so wherever a function writes it.
_SAID = re.compile(
    r"['\"&?\[$]?(?:page_?size|per_?page|max_?results|max_?records|pagelen|max_?page_?size|page_?limit"
    r"|max_?items|results_?per_?page|items_?per_?page|hits_?per_?page|\$top|x-page)\b"
    r"|['\"?&](?:limit|count|size|rows|top|first)(?:=|['\"]\s*:)",
    re.I,
)
_QUERY = re.compile(r"[?&]([\w$.\[\]-]+)=")
# Names of a step that is as long as a page.
_LONG = re.compile(r"size|limit|step|batch|chunk|per|max|count", re.I)
# What known services call the size of a page, by their documentation.
_CALLED = {
    "api.github.com": "per_page", "gitlab": "per_page", "api.bitbucket.org": "pagelen",
    "googleapis.com": "pageSize` or `maxResults", "graph.microsoft.com": "$top",
    "api.stripe.com": "limit", "hub.docker.com": "page_size", "api.spotify.com": "limit",
    "atlassian.net": "maxResults` or `limit", "api.cloudflare.com": "per_page",
    "api.digitalocean.com": "per_page", "slack.com": "limit", "api.notion.com": "page_size",
    "zenodo.org": "size", "api.crossref.org": "rows", "sentry.io": "per_page",
}  # fmt: skip


@RULE.glance(words=_VERBS)
def glance(node: ast.Call, in_loop: bool) -> bool | Question:
    """A request in a loop whose address is no plain key of a mapping."""
    given = [*node.args[:2], *(one.value for one in node.keywords if one.arg == "url")]
    worded = any(word.arg in _BODIES for word in node.keywords)
    if not in_loop or (not worded and all(isinstance(one, ast.Constant) for one in given)):
        return False
    return lambda names: names.imports("requests", "httpx", "aiohttp")


class Asked(NamedTuple):
    """A request in a loop: its address, and the dicts that it sends."""

    call: cst.Call
    loop: Loop
    url: cst.BaseExpression
    sent: tuple[cst.BaseExpression, ...]
    proven: bool


@RULE.on(cst.Call)
def page_by_page(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A request for one page after the other, none of which says how long it should be."""
    asked = _asked(node, here)
    if asked is None or not _is_parsed(asked.loop) or _says_a_size(here):
        return
    sent = _entries(asked, here)
    if sent is None or any(_word(key) in _SIZES for key, _ in sent):
        return
    how = _how(asked, sent, here)
    if not how or (how != "linked" and sleeps(here, *asked.loop.body)):
        return
    address = _address(asked, here)
    if address is None:
        return
    known = _called(address)
    yield Hit(
        node,
        say(
            "this loop fetches page after page, each as short as the service sends it unasked: no "
            "size is sent along"
        ),
        help=say("send `{word}` with the most that the service allows", word=known or _usual(how)),
        confidence=Confidence.LOW if not asked.proven else Confidence.HIGH if known else None,
        related=(Related(asked.loop.header, "this loop"),),
    )


def _usual(how: str) -> str:
    return "per_page` or `page_size" if how == "linked" else "page_size` or `limit"


# -- the request ------------------------------------------------------------------------------


def _asked(node: cst.Call, here: Here) -> Asked | None:
    """A request by a client in a loop of statements; None for any other call."""
    func = node.func
    word = func.attr.value if isinstance(func, cst.Attribute) else dotted(func)
    if word not in _VERBS and word not in here.renamed:
        return None
    loop = here.every_turn()
    if loop is None or not isinstance(loop.node, (cst.For, cst.While)):
        return None
    proven = _is_client(node, here)
    if not proven and not (isinstance(func, cst.Attribute) and _is_called_so(func.value)):
        return None
    verb = argument(node, "method", 0) if word == "request" else None
    if isinstance(verb, cst.SimpleString) and str(verb.evaluated_value).upper() == "HEAD":
        return None
    url = argument(node, "url", 1 if word == "request" else 0)
    if url is None or any(arg.star for arg in node.args):
        return None
    places = {"params": 1} if (here.qualified(func) or "").startswith("requests.get") else {}
    sent = [argument(node, name, places.get(name)) for name in _BODIES]
    return Asked(node, loop, url, tuple(one for one in sent if one is not None), proven)


def _is_client(node: cst.Call, here: Here) -> bool:
    """A request of a library, or of a session or client that is made or annotated as one."""
    if (here.qualified(node.func) or "") in REQUESTS:
        return True
    if not isinstance(node.func, cst.Attribute):
        return False
    made = node.func.value
    if (here.made_by(made) or "").startswith(_CLIENTS):
        return True
    bindings = here.bindings(made.value) if isinstance(made, cst.Name) else []
    said = [one.annotation for one in bindings if one.annotation is not None]
    return bool(said) and all((here.qualified(one) or "").startswith(_CLIENTS) for one in said)


def _is_called_so(receiver: cst.BaseExpression) -> bool:
    return _CALLED_SO.search(dotted(receiver).rpartition(".")[2]) is not None


def _is_parsed(loop: Loop) -> bool:
    """Whether the loop reads an answer as JSON: pages for people are left alone."""
    for node in within(*loop.body):
        if isinstance(node, cst.Call):
            word = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
            if word == "json" or dotted(node.func) in ("json.loads", "json.load"):
                return True
    return False


def _says_a_size(here: Here) -> bool:
    """Whether the function around, or what a session is given for all requests, names a size."""
    function = here.function
    around = here.code(function) if function is not None else here.text
    return bool(_SAID.search(around)) or re.search(r"\.params\b\s*[=.\[]", here.text) is not None


def _word(key: str) -> str:
    return re.sub(r"[^a-z]", "", key.lower())


def _entries(asked: Asked, here: Here) -> list[Entry] | None:
    """All that is sent along; None where it is not all written here."""
    found: list[Entry] = []
    for one in asked.sent:
        some = entries(one, here)
        if some is None:
            return None
        found += some
    return found


# -- how it goes on ---------------------------------------------------------------------------


def _how(asked: Asked, sent: list[Entry], here: Here) -> str:
    """How the loop comes to the next page: "linked", "counted", "handed back"; "" if it does
    not.
    """
    if _follows_link(asked, here):
        return "linked"
    in_address = dict(queried(asked.url, here))
    for key, value in [*sent, *in_address.items()]:
        word = _word(key)
        if word in _HANDED_BACK and _is_given_anew(key, value, asked, here):
            return "handed back" if _ends(asked.loop) else ""
        if word in _COUNTED and _grows(key, value, asked, here):
            return "counted" if _ends(asked.loop) else ""
    return ""


def _ends(loop: Loop) -> bool:
    """Whether the loop ends of itself: a talk that goes on for ever waits for news."""
    endless = isinstance(loop.node, cst.While) and dotted(loop.node.test) == "True"
    return not endless or leaves(loop)


def _follows_link(asked: Asked, here: Here) -> bool:
    """Whether the address is a link that the loop takes from an answer."""
    names = [name for name in reads(asked.url) if name in here.stored(asked.loop)]
    return any(
        one.value is not None and _is_next(one.value) and _is_inside(one, asked.loop)
        for name in names
        for one in here.bindings(name)
    )


def _is_inside(binding: Binding, loop: Loop) -> bool:
    return any(node is binding.node for node in within(*loop.body))


def _is_next(value: cst.CSTNode) -> bool:
    """``data["next"]``, ``data.get("links", {}).get("next")``, ``answer.links["next"]["url"]``."""
    for node in within(value):
        match node:
            case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
                pass
            case cst.Call(func=cst.Attribute(attr=cst.Name(value="get")), args=[first, *_]):
                key = first.value
            case _:
                continue
        if isinstance(key, cst.SimpleString) and _NEXT.match(str(key.evaluated_value)):
            return True
    return False


def _grows(key: str, value: cst.BaseExpression, asked: Asked, here: Here) -> bool:
    """Whether a turn of the loop adds to a number: ``page += 1``, ``params["page"] += 1``."""
    loop = asked.loop
    names = {name for name in reads(value) if "." not in name}
    if isinstance(loop.node, cst.For):
        counts = dotted(getattr(loop.iter, "func", loop.node)).rpartition(".")[2]
        return dotted(loop.target) in names and counts in ("range", "count")
    for node in within(*loop.body):
        match node:
            case cst.AugAssign(target=cst.Name(value=name), operator=cst.AddAssign(), value=step):
                if name in names:
                    return not _is_step(step)
            case cst.Assign(
                targets=[cst.AssignTarget(target=cst.Name(value=name))],
                value=cst.BinaryOperation(left=left, operator=cst.Add(), right=step),
            ):
                if name in names and dotted(left) == name:
                    return not _is_step(step)
            case cst.AugAssign(
                target=cst.Subscript(
                    slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString() as at))]
                ),
                operator=cst.AddAssign(),
                value=step,
            ):
                if at.evaluated_value == key:
                    return not _is_step(step)
    return False


def _is_step(step: cst.BaseExpression) -> bool:
    """A step that is longer than one page number: its length is known, and so is the page's."""
    match step:
        case cst.Integer():
            return int(step.evaluated_value) > 1
        case cst.Name(value=word):
            return (
                re.search(r"size|limit|step|batch|chunk|per|max|count|\A[A-Z_]+\Z", word)
                is not None
            )
        case cst.Attribute(attr=cst.Name(value=word)):
            return re.search(r"size|limit|step|batch|chunk|per|max", word, re.I) is not None
    return False


def _is_given_anew(key: str, value: cst.BaseExpression, asked: Asked, here: Here) -> bool:
    """Whether the loop takes a token from an answer to send it back."""
    for node in within(value):
        if isinstance(node, (cst.Subscript, cst.Call)):
            return True
    names = [name for name in reads(value) if name in here.stored(asked.loop)]
    return any(
        one.how is How.ASSIGN
        and isinstance(one.value, (cst.Subscript, cst.Call, cst.Attribute))
        and _is_inside(one, asked.loop)
        for name in names
        for one in here.bindings(name)
    )


# -- the address ------------------------------------------------------------------------------


def _address(asked: Asked, here: Here) -> list[Part] | None:
    """The parts of the first address; None where it may hold a query that is not written here."""
    found: list[Part] = []
    for value in _first(asked.url, asked.loop, here):
        some = list(parts(value, here))
        if not some or not is_whole(some):
            return None
        found += some
    queries = [word for one in found if one.written for word in _QUERY.findall(one.text)]
    return found if found and not any(_word(one) in _SIZES for one in queries) else None


def _first(url: cst.BaseExpression, loop: Loop, here: Here) -> Iterator[cst.CSTNode]:
    """What an address is before the loop changes it."""
    if isinstance(url, cst.Name):
        bindings = here.bindings(url.value)
        first = [
            one
            for one in bindings
            if not (one.value is not None and _is_next(one.value)) and not _is_nothing(one)
        ]
        if any(one.how is not How.ASSIGN for one in first):
            yield url
        yield from (one.value for one in first if one.how is How.ASSIGN and one.value is not None)
    else:
        yield url


def _is_nothing(binding: Binding) -> bool:
    return isinstance(binding.value, cst.Name) and binding.value.value == "None"


def _called(address: list[Part]) -> str:
    """What a known service calls the size of a page."""
    text = "".join(one.text for one in address)
    host = re.search(r"://([^/?]+)", text)
    if host is None:
        return ""
    return next((word for known, word in _CALLED.items() if known in host[1]), "")

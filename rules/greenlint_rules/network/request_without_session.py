# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A request over a new connection on every turn of a loop."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import libcst as cst
from greenlint_rules.addresses import argument, parts
from greenlint_rules.glances import calls_of
from greenlint_rules.shapes import SLEEPS
from greenlint_rules.turns import branches, leaves, turns

from greenlint.here import Here, Loop, reads
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import dotted
from greenlint.walk import table, walk, within

RULE = Rule(
    code="GRN350",
    name="request-without-session",
    aliases=("GL019",),
    needles=(b"requests", b"httpx", b"urllib.request"),
    since="0.1.0",
    lifecycle="stable",
    help="open one `requests.Session()` or `httpx.Client()` before the loop and send through it: "
    "it keeps the connection",
    tests=False,
    whole_file=True,
)

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_REQUESTS = frozenset(
    (
        *(f"requests.{verb}" for verb in _VERBS),
        *(f"requests.api.{verb}" for verb in _VERBS),
        *(f"httpx.{verb}" for verb in (*_VERBS, "stream")),
        "urllib.request.urlopen",
    )
)
# Seconds of a pause beside which opening a connection is nothing.
_REST = 5
# Names of what keeps the pace that a service asks for.
_PACE = re.compile(r"throttl|rate_?limit|cool_?down", re.I)
_HOST = re.compile(r"[a-z]+://([^/?#]+)")


calls_of(RULE, _REQUESTS)


@RULE.on(cst.Call)
def call(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``requests.get(url)`` in a loop, or in a function that a loop of this file calls."""
    if here.qualified(node.func) not in _REQUESTS:
        return
    if any(arg.keyword is not None and arg.keyword.value == "transport" for arg in node.args):
        return
    loop = here.every_turn()
    if loop is not None:
        if not _tries_again(node, loop, here) and not _other_hosts(loop):
            # Addresses that are handed in whole may each have a host of their own.
            unsure = (
                _is_target(node, loop)
                or _is_part(node, loop, here)
                or _is_made_elsewhere(node, loop, here)
                or any(here.depends(one, loop) for one in _hosts(node, here))
                or _is_of_many(node, loop, here)
                or branches(loop, here) > 1
                or _is_bare(node, here)
                or _rests(within(*loop.body), here)
            )
            yield _hit(node, loop.header, here, Confidence.LOW if unsure else None)
    elif not list(here.loops(few=True)) and (caller := _caller(here)) is not None:
        around = here.function
        body = around.body if around is not None else None
        unsure = (
            caller.seldom
            or _is_bare(node, here)
            or _rests(within(body), here)
            or _is_handed_whole(node, caller.call, here)
        )
        yield _hit(node, caller.loop, here, Confidence.LOW if unsure else None, True)


def _hit(
    node: cst.Call,
    loop: cst.CSTNode,
    here: Here,
    confidence: Confidence | None,
    called: bool = False,
) -> Hit:
    message = (
        say(
            "`{call}` opens and closes a connection on every turn of a loop",
            call=here.brief(node.func),
        )
        if not called
        else say(
            "`{call}` opens and closes a connection each time that a loop calls this function",
            call=here.brief(node.func),
        )
    )
    if called and confidence is None:
        confidence = Confidence.MEDIUM
    return Hit(node, message, confidence=confidence, related=(Related(loop, "this loop"),))


def _is_of_many(node: cst.Call, loop: Loop, here: Here) -> bool:
    """Whether each request is for a page or a chunk of things: then there are few."""
    if isinstance(loop.node, cst.While) and dotted(loop.node.test) == "True":
        return True
    return next(turns(node, here), None) is None


def _is_bare(node: cst.Call, here: Here) -> bool:
    """The standard library keeps no connection: another client would be needed to do so."""
    return here.qualified(node.func) == "urllib.request.urlopen"


def _rests(nodes: Iterator[cst.CSTNode], here: Here) -> bool:
    """Whether a turn keeps to a pace, or sleeps for so long that opening a connection is nothing
    beside it.
    """
    for node in nodes:
        match node:
            case cst.Call(func=cst.Name(value=word) | cst.Attribute(attr=cst.Name(value=word))) if (
                _PACE.search(word)
            ):
                return True
            case cst.Call(func=func, args=[cst.Arg(value=pause)]):
                if here.qualified(func) in SLEEPS:
                    if not isinstance(pause, (cst.Integer, cst.Float)):
                        return True
                    if float(pause.evaluated_value) >= _REST:
                        return True
    return False


def _tries_again(node: cst.Call, loop: Loop, here: Here) -> bool:
    """A loop that is left on success, or waits between requests that are all the same."""
    if _counts(loop) and leaves(loop) and dotted(loop.target) not in _read_by(node):
        return True
    if isinstance(loop.node, (cst.For, cst.While)):
        same = not any(
            here.depends(arg.value, loop) or _is_filled(arg.value, loop) for arg in node.args
        )
        if same:
            return leaves(loop) or isinstance(loop.node, cst.While) or _counts(loop)
        return leaves(loop) and _is_target(node, loop)
    return False


def _read_by(node: cst.Call) -> set[str]:
    return {name for arg in node.args for name in reads(arg.value)}


def _is_filled(value: cst.BaseExpression, loop: Loop) -> bool:
    """Whether a turn puts something into a dict that is sent: ``payload["to"] = person``."""
    name = dotted(value)
    return bool(name) and any(
        isinstance(target.target, cst.Subscript) and dotted(target.target.value) == name
        for node in within(*loop.body)
        if isinstance(node, cst.Assign)
        for target in node.targets
    )


def _counts(loop: Loop) -> bool:
    match loop.iter:
        case cst.Call(func=func):
            return dotted(func).rpartition(".")[2] in ("range", "count", "repeat")
    return False


def _is_target(node: cst.Call, loop: Loop) -> bool:
    """Whether the loop goes over whole addresses: the first mirror that answers will do."""
    target, address = dotted(loop.target), _address(node)
    return bool(target) and address is not None and dotted(address) == target


def _is_part(node: cst.Call, loop: Loop, here: Here) -> bool:
    """Whether the whole address is a part of the item: ``url = target["url"]``."""
    address = _address(node)
    match address:
        case cst.Subscript() | cst.Attribute():
            return here.depends(address, loop)
        case cst.Name(value=name):
            values = [one.value for one in here.bindings(name)]
            parts_only = all(isinstance(one, (cst.Subscript, cst.Attribute)) for one in values)
            return bool(values) and parts_only and here.depends(address, loop)
    return False


def _is_made_elsewhere(node: cst.Call, loop: Loop, here: Here) -> bool:
    """Whether a function makes the whole address of the item: ``url = pin(point)``."""
    match _address(node):
        case cst.Name(value=name):
            values = [one.value for one in here.bindings(name)]
            made = [one for one in values if isinstance(one, cst.Call)]
            return (
                bool(made)
                and len(made) == len(values)
                and all(_hands(one, loop, here) for one in made)
            )
    return False


def _hands(call: cst.Call, loop: Loop, here: Here) -> bool:
    return isinstance(call.func, cst.Name) and any(
        isinstance(arg.value, cst.Name) and here.depends(arg.value, loop) for arg in call.args[:1]
    )


def _other_hosts(loop: Loop) -> bool:
    """Whether the addresses are written out, each with a host of its own."""
    if not isinstance(loop.iter, (cst.List, cst.Tuple, cst.Set)):
        return False
    values = [element.value for element in loop.iter.elements]
    texts = [value for value in values if isinstance(value, cst.SimpleString)]
    hosts = [_HOST.match(str(text.evaluated_value)) for text in texts]
    named = [found[1] for found in hosts if found]
    return len(named) > 1 and len(set(named)) == len(named)


def _hosts(node: cst.Call, here: Here) -> Iterator[cst.BaseExpression]:
    """What stands for a host in an address: ``host`` of ``f"http://{host}/"``."""
    address = _address(node)
    for before, part in pairwise(parts(address, here)) if address is not None else ():
        if not part.written and before.text.endswith("://"):
            with contextlib.suppress(cst.ParserSyntaxError):  # one that is cut short
                yield cst.parse_expression(part.text)


def _is_handed_whole(node: cst.Call, call: cst.Call, here: Here) -> bool:
    """Whether a function gets the whole address, or its host, and the loop makes neither of them:
    each may be of a host of its own.
    """
    function = here.function
    if function is None:
        return False
    address = _address(node)
    named = [one.name.value for one in (*function.params.params, *function.params.kwonly_params)]
    for one in _hosts(node, here):
        if any(name in named for name in reads(one)):
            return True
    match address:
        case cst.Attribute(value=cst.Name(value="self")):
            return True
        case cst.Subscript() | cst.Attribute():
            return any(name in named for name in reads(address))
        case cst.Name(value=name) if name in named and not list(here.bindings(name))[1:]:
            place = named.index(name) - (here.owner is not None)
            given = argument(call, name, place if place >= 0 else None)
            return not isinstance(
                given, (cst.FormattedString, cst.BinaryOperation, cst.ConcatenatedString, cst.Call)
            )
    return False


def _address(node: cst.Call) -> cst.BaseExpression | None:
    """The argument of a request that is its address."""
    word = dotted(node.func).rpartition(".")[2]
    return argument(node, "url", 1 if word in ("request", "stream") else 0)


class _Caller(NamedTuple):
    """A loop that calls a function; `seldom`: below a condition, for a page or for a chunk."""

    loop: cst.CSTNode
    call: cst.Call
    seldom: bool


def _caller(here: Here) -> _Caller | None:
    """A loop in this file that calls the function or method around on every turn."""
    function = here.function
    if function is None:
        return None
    name, start = function.name.value, here.link
    method = here.owner is not None
    for link in walk(here.module, _CALLS):
        node = link[0]
        if not isinstance(node, cst.Call) or not _calls(node.func, name, method):
            continue
        here.link = link
        loop = here.every_turn()
        known = method or any(one.node is function for one in here.bindings(name))
        inside = here.function is function
        if loop is not None and known and not inside and not _asks_again(node, loop, here):
            seldom = branches(loop, here) > 0 or next(turns(node, here), None) is None
            here.link = start
            return _Caller(loop.header, node, seldom)
    here.link = start
    return None


_CALLS = table((cst.Call,))


def _calls(func: cst.CSTNode, name: str, method: bool) -> bool:
    return dotted(func) in ((f"self.{name}", f"cls.{name}") if method else (name,))


def _asks_again(node: cst.Call, loop: Loop, here: Here) -> bool:
    return _tries_again(node, loop, here) or isinstance(loop.node, cst.While)

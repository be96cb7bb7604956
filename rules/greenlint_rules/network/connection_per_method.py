# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A class or module that asks one host in several functions, each over its own connection."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import libcst as cst
from greenlint_rules.glances import calls_of
from greenlint_rules.outside import REQUESTS
from greenlint_rules.shapes import uses_library

from greenlint.here import Here
from greenlint.loops import leaves
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import How, dotted
from greenlint.walk import Link, walk, within

RULE = Rule(
    code="GRN352",
    name="connection-per-method",
    confidence="medium",
    needles=(b"requests", b"httpx"),
    since="0.1.0",
    lifecycle="preview",
    help="keep one `requests.Session()` or `httpx.Client()` and send through it: the connection "
    "stays open from one call to the next",
    tests=False,
    whole_file=True,
)

# What is asked once when a machine starts; commands that somebody types.
_ONCE = re.compile(r"://169\.254\.")
_COMMANDS = re.compile(r"(^|/)(management|commands|scripts|benchmarks?|examples?)/")
_HOST = re.compile(r"[a-z]+://[^/?#{}]+(?=[/?#]|\Z)")
# So many functions make a client whoever calls them.
_MANY = 8
# So many calls in a row make a session worth its lines.
_ROW = 3
_SHOWN = 5


calls_of(RULE, REQUESTS - {"urllib.request.urlopen"})


class Ask(NamedTuple):
    """A request, and the function that makes it."""

    call: cst.Call
    function: cst.FunctionDef


@RULE.on(cst.ClassDef)
def in_class(node: cst.ClassDef, here: Here) -> Iterator[Hit]:
    """Methods of one class that ask one host."""
    yield from _shared(node, here, "class")


@RULE.on(cst.Module)
def in_module(node: cst.Module, here: Here) -> Iterator[Hit]:
    """Functions of one module that ask one host."""
    yield from _shared(node, here, "module")


def _shared(owner: cst.ClassDef | cst.Module, here: Here, what: str) -> Iterator[Hit]:
    if _COMMANDS.search(here.name) or not uses_library(here, "requests", "httpx"):
        return
    start = here.link
    functions = list(_functions(owner, start))
    found: dict[str, list[Ask]] = defaultdict(list)
    for function, link in functions:
        for at in _calls(function, link):
            here.link = at
            assert isinstance(at[0], cst.Call)
            if host := _host(at[0], here):
                found[host].append(Ask(at[0], function))
    here.link = start
    for host, asks in found.items():
        askers = {ask.function for ask in asks}
        if len(askers) < 2 or _ONCE.search(host):
            continue
        sure = len(askers) >= _MANY or _in_a_row(
            functions, asks, "self." if what == "class" else ""
        )
        yield Hit(
            asks[0].call,
            say(
                "{count} functions of this {what} ask `{host}`, each over a connection of its own",
                count=len(askers),
                what=what,
                host=host,
            ),
            confidence=None if sure else Confidence.LOW,
            related=tuple(Related(ask.call, "and this one") for ask in asks[1:_SHOWN]),
        )


def _in_a_row(
    functions: list[tuple[cst.FunctionDef, Link]], asks: list[Ask], receiver: str
) -> bool:
    """Whether one run of a function asks three times: itself, or by way of the others."""
    direct = {ask.call for ask in asks}
    askers = {f"{receiver}{ask.function.name.value}" for ask in asks}
    for function, link in functions:
        others = askers - {f"{receiver}{function.name.value}"}
        places = [
            at
            for at in _calls(function, link)
            if at[0] in direct or (isinstance(at[0], cst.Call) and dotted(at[0].func) in others)
        ]
        if any(_all_made(some) for some in combinations(places, _ROW)):
            return True
    return False


def _all_made(places: tuple[Link, ...]) -> bool:
    """Whether one run may come to all of these places, in this order."""
    return not any(_excludes(first, then) for first, then in combinations(places, 2))


def _excludes(first: Link, then: Link) -> bool:
    """Whether the later of two places is not come to once the first was: another branch, or
    behind a return.
    """
    around = set()
    link: Link | None = then
    while link is not None:
        around.add(link[0])
        link = link[1]
    child, link = first[0], first[1]
    while link is not None:
        node = link[0]
        if node in around:
            return isinstance(node, cst.Match) or (
                isinstance(node, (cst.If, cst.IfExp)) and child is node.body
            )
        if isinstance(node, cst.Return):
            return True
        if isinstance(node, (cst.IndentedBlock, cst.SimpleStatementSuite)) and leaves(node):
            return True
        child, link = node, link[1]
    return False


def _calls(function: cst.FunctionDef, link: Link) -> list[Link]:
    """The calls in a function's own body, in order."""
    order = {node: number for number, node in enumerate(within(function.body))}
    places = [
        at
        for at in walk(function.body, above=link)
        if isinstance(at[0], cst.Call) and at[0] in order
    ]
    return sorted(places, key=lambda at: order[at[0]])


def _functions(
    owner: cst.ClassDef | cst.Module, start: Link
) -> Iterator[tuple[cst.FunctionDef, Link]]:
    """The functions right in a class or module, in order, with their links."""
    body = owner.body.body if isinstance(owner, cst.ClassDef) else owner.body
    above: Link = (owner.body, start) if isinstance(owner, cst.ClassDef) else start
    for statement in body:
        if isinstance(statement, cst.FunctionDef):
            yield statement, (statement, above)


def _host(call: cst.Call, here: Here) -> str:
    """What stands for the host in the address that a request is sent to, or ""."""
    name = here.qualified(call.func) or ""
    if name not in REQUESTS or name.startswith("urllib"):
        return ""
    position = 1 if name.endswith((".request", ".stream")) else 0
    named = [arg for arg in call.args if arg.keyword is not None and arg.keyword.value == "url"]
    plain = [arg for arg in call.args if arg.keyword is None and not arg.star]
    arg = named[0] if named else plain[position] if len(plain) > position else None
    return _base(arg.value, here) if arg is not None else ""


def _base(expr: cst.CSTNode, here: Here, depth: int = 0) -> str:
    """The part of an address that names its host, if that is shared by a class or module."""
    if depth > 4:
        return ""
    match expr:
        case cst.SimpleString():
            return _literal(str(expr.evaluated_value))
        case cst.FormattedString(parts=[cst.FormattedStringText(value=text), *rest]):
            if literal := _literal(text):
                return literal
            if text.endswith("://") and rest and isinstance(rest[0], cst.FormattedStringExpression):
                inner = _base(rest[0].expression, here, depth + 1)
                return f"{text}{inner}" if inner else ""
            return ""
        case cst.FormattedString(
            parts=[
                cst.FormattedStringExpression(),
                cst.FormattedStringText(value="://"),
                cst.FormattedStringExpression(expression=inner),
                *_,
            ]
        ):
            return _base(inner, here, depth + 1)
        case cst.FormattedString(parts=[cst.FormattedStringExpression(expression=inner), *_]):
            return _base(inner, here, depth + 1)
        case cst.ConcatenatedString(left=left):
            return _base(left, here, depth + 1)
        case cst.BinaryOperation(left=left, operator=cst.Add() | cst.Divide()):
            return _base(left, here, depth + 1)
        case cst.BinaryOperation(
            left=cst.SimpleString() as left, operator=cst.Modulo(), right=right
        ):
            return _filled(str(left.evaluated_value), "%s", right, here, depth)
        case cst.Call(
            func=cst.Attribute(value=cst.SimpleString() as text, attr=cst.Name("format"))
        ):
            first = expr.args[0].value if expr.args else None
            return _filled(str(text.evaluated_value), "{", first, here, depth)
        case cst.Call(func=func, args=[first, *_]) if dotted(func).endswith("urljoin"):
            return _base(first.value, here, depth + 1)
        case cst.Call(func=cst.Attribute(value=cst.Name("self"), attr=cst.Name(word))):
            return f"self.{word}()" if re.search("url|uri|endpoint", word) else ""
        case cst.Attribute():
            return _attribute(expr, here)
        case cst.Name(value=word):
            return _name(word, here, depth)
    return ""


def _literal(text: str) -> str:
    found = _HOST.match(text)
    return found[0] if found else ""


def _filled(text: str, mark: str, value: cst.CSTNode | None, here: Here, depth: int) -> str:
    """A template: its own host, or what fills its first place."""
    if literal := _literal(text):
        return literal
    scheme = text.partition(mark)[0]
    if isinstance(value, cst.Tuple) and value.elements:
        value = value.elements[0].value
    if value is None or (scheme and not scheme.endswith("://")):
        return ""
    inner = _base(value, here, depth + 1)
    return f"{scheme}{inner}" if inner else ""


def _attribute(expr: cst.Attribute, here: Here) -> str:
    """``self.base_url``, ``settings.API_URL``, ``Config.HOST``."""
    whole = dotted(expr)
    if whole.startswith(("self.", "cls.")):
        return whole
    return whole if whole and expr.attr.value.isupper() else ""


def _name(word: str, here: Here, depth: int) -> str:
    """A module's constant, or a local name that holds an address made from one."""
    bindings, where = here.names.scopes.lookup(word, here.link)
    if len(bindings) != 1 or where is None or bindings[0].value is None:
        return word if word.isupper() and len(bindings) == 1 else ""
    if bindings[0].how is not How.ASSIGN:
        return ""
    if where[0] is here.module or where[1] is None or isinstance(where[1][0], cst.Module):
        return word
    return _base(bindings[0].value, here, depth + 1)

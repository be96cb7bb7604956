# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A client that is made anew on every turn of a loop, or for every request that is answered."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import takewhile

import libcst as cst
from greenlint_rules.glances import last_words
from greenlint_rules.handlers import request_handler
from greenlint_rules.outside import CLIENTS, client_call, is_kept

from greenlint.here import Here, Loop, reads
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Question, Related, Rule
from greenlint.scope import How, dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN351",
    name="client-per-call",
    needles=(
        b"boto3", b"botocore", b"create_engine", b"create_async_engine", b"httpx", b"aiohttp",
        b"requests", b"redis", b"pymongo", b"motor", b"psycopg", b"asyncpg", b"mysql", b"MySQLdb",
        b"pyodbc", b"elasticsearch", b"opensearch", b"google.cloud", b"azure.storage", b"zeep",
        b"suds", b"urllib3", b"docker", b"openai", b"anthropic", b"kafka", b"smtplib", b"grpc",
    ),
    since="0.1.0",
    lifecycle="preview",
    help="make it once, outside, and use it again: it keeps its connections",
    tests=False,
)  # fmt: skip

# Sessions that hold what one user of them has set; connections that serve one talk at a time.
_NOT_SHARED = ("requests.", "smtplib.", "psycopg2.", "pymysql.", "MySQLdb.", "mysql.", "pyodbc.")
_HTTP = ("httpx.", "aiohttp.")


_WORDS = last_words(CLIENTS)
_LIBRARIES = frozenset(name.partition(".")[0] for name in CLIENTS)


@RULE.glance(words=_WORDS)
def glance(node: ast.Call, _: bool) -> Question:
    """A call by the last word of a client, of its library or through a session that was made."""
    return lambda names: names.imports(*_LIBRARIES)


@RULE.on(cst.Call)
def made_again(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A constructor of a client whose arguments stay the same."""
    name = client_call(node, here)
    if not name or _shares_pool(node) or is_kept(node, here) or _makes_client(here):
        return
    loop = here.every_turn()
    if loop is not None:
        if not _changes(node, loop, here) and not _connects_again(loop, here):
            confidence = Confidence.LOW if _serves_a_loop(node, here) else None
            yield Hit(
                node,
                say(
                    "`{call}` makes the same {what} anew on every turn of a loop",
                    call=here.brief(node.func),
                    what=CLIENTS[name],
                ),
                confidence=confidence,
                related=(Related(loop.header, "this loop"),),
            )
        return
    function = request_handler(here)
    if function is None or list(here.loops(few=True)) or name.startswith(_NOT_SHARED):
        return
    if not _is_request_bound(node, function, here) and not _is_global(function, here):
        yield Hit(
            node,
            say(
                "`{call}` makes the same {what} anew for every request that `{name}` answers",
                call=here.brief(node.func),
                what=CLIENTS[name],
                name=function.name.value,
            ),
            confidence=Confidence.LOW if _asks_anybody(name, function, here) else None,
        )


def _shares_pool(node: cst.Call) -> bool:
    """Whether a client is given the connections that it uses."""
    return any(
        arg.keyword is not None and arg.keyword.value in ("transport", "connector", "mounts")
        for arg in node.args
    )


def _makes_client(here: Here) -> bool:
    """Whether a session is made to make a client with: the client is what is looked at."""
    if not isinstance(here.parent, cst.Attribute):
        return False
    outer = next(here.links())[1]
    return (
        outer is not None and isinstance(outer[0], cst.Call) and bool(client_call(outer[0], here))
    )


def _asks_anybody(name: str, function: cst.FunctionDef, here: Here) -> bool:
    """Whether a client for http may ask another host each time, and could keep no connection: the
    addresses that it is given are the request's.
    """
    return name.startswith(_HTTP) and not any(
        _is_fixed(call.args[0].value, function, here)
        for call in within(function.body)
        if isinstance(call, cst.Call) and call.args and _sends(call)
    )


def _sends(call: cst.Call) -> bool:
    match call.func:
        case cst.Attribute(attr=cst.Name(value=word)):
            return word in ("get", "post", "put", "patch", "delete", "head", "stream")
    return False


def _is_fixed(url: cst.BaseExpression, function: cst.FunctionDef, here: Here) -> bool:
    """An address whose beginning is written out, or does not come from the function."""
    match url:
        case cst.SimpleString():
            return "://" in url.value
        case cst.FormattedString(parts=[cst.FormattedStringText(value=text), *_]):
            return len(text.partition("://")[2]) > 0
        case cst.FormattedString(parts=[cst.FormattedStringExpression(expression=first), *_]):
            return _is_fixed(first, function, here)
        case cst.BinaryOperation(left=left):
            return _is_fixed(left, function, here)
        case cst.Name(value=word):
            return word not in here.names.scopes.bindings(function)
        case cst.Attribute():
            return dotted(url).startswith("self.") or dotted(url).rpartition(".")[2].isupper()
    return False


def _name(here: Here) -> str:
    """The name that the client at hand is given, or ""."""
    for node in here.ancestors:
        match node:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=word))]):
                return word
            case cst.WithItem(asname=cst.AsName(name=cst.Name(value=word))):
                return word
            case cst.SimpleStatementLine() | cst.With():
                return ""
    return ""


def _changes(node: cst.Call, loop: Loop, here: Here) -> bool:
    """Whether a client differs from turn to turn: in its arguments, in what is set on it, or by
    being handed on to something that may keep it.
    """
    parts = [arg.value for arg in node.args]
    if isinstance(node.func, cst.Attribute):
        parts.append(node.func.value)
    if any(here.depends(part, loop) or _asks(part) for part in parts):
        return True
    name = _name(here)
    return bool(name) and any(_sets(one, name, loop, here) for one in within(*loop.body))


def _asks(part: cst.CSTNode) -> bool:
    """Whether an argument is made by a call, and may differ each time."""
    return any(isinstance(one, cst.Call) for one in within(part))


def _sets(one: cst.CSTNode, name: str, loop: Loop, here: Here) -> bool:
    match one:
        case cst.Assign(targets=targets):
            return any(dotted(target.target).startswith(f"{name}.") for target in targets)
        case cst.Return(value=value) | cst.Yield(value=value) if value is not None:
            return name in reads(value)
        case cst.Call(func=func, args=args):
            if any(dotted(arg.value) == name for arg in args):
                return True
            return dotted(func).startswith((f"{name}.headers.", f"{name}.cookies."))
    return False


def _connects_again(loop: Loop, here: Here) -> bool:
    """A loop that tries until it has a connection, or opens a new one when the old one broke."""
    if isinstance(loop.node, cst.While) or dotted(getattr(loop.iter, "func", loop.node)) == "range":
        inside = takewhile(lambda node: node is not loop.node, here.ancestors)
        if any(isinstance(node, cst.Try) for node in inside):
            return True
        return any(
            isinstance(node, (cst.Break, cst.Return, cst.Try)) for node in within(*loop.body)
        )
    return False


def _serves_a_loop(node: cst.Call, here: Here) -> bool:
    """Whether a loop within the same turn uses the client again and again."""
    name = _name(here)
    statement = next((one for one in here.ancestors if isinstance(one, cst.BaseSuite)), None)
    if not name or statement is None:
        return False
    loops = [one for one in within(statement) if isinstance(one, (cst.For, cst.While))]
    return any(name in reads(one.body) for one in loops)


def _is_request_bound(node: cst.Call, function: cst.FunctionDef, here: Here) -> bool:
    """Whether an argument, or the session asked, comes from this one request."""
    own = here.names.scopes.bindings(function)
    parts: list[cst.CSTNode] = [arg.value for arg in node.args]
    if isinstance(node.func, cst.Attribute):
        parts.append(node.func.value)
    for part in parts:
        for word in reads(part):
            if any(one.how is not How.IMPORT for one in own.get(word, ())):
                return True
    return False


def _is_global(function: cst.FunctionDef, here: Here) -> bool:
    """Whether the client is a global that is made when it is first asked for."""
    name = _name(here)
    hows = {one.how for one in here.names.scopes.bindings(function).get(name, ())}
    return How.GLOBAL in hows or How.NONLOCAL in hows

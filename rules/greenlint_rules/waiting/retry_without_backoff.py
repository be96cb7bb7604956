# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that tries a request again at once when it has failed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import last_words, renamed
from greenlint_rules.outside import CLIENTS, REQUESTS, seems_to_wait

from greenlint.here import Here, reads
from greenlint.loops import leaves
from greenlint.messages import say
from greenlint.project.nodes import every, word_of
from greenlint.rule import Confidence, Hit, Question, Related, Rule
from greenlint.scope import bound_by, dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN604",
    name="retry-without-backoff",
    severity="warning",
    confidence="medium",
    needles=(b"except",),
    since="0.1.0",
    lifecycle="preview",
    help="pause before the next try, and longer each time: `time.sleep(2**attempt)`, tenacity",
    tests=False,
)

_CONNECTS = REQUESTS | {
    "socket.create_connection", "websocket.create_connection", "websockets.connect",
    "asyncio.open_connection", "paramiko.Transport", "ftplib.FTP", "imaplib.IMAP4_SSL",
} | {name for name, what in CLIENTS.items() if what == "connection"}  # fmt: skip
_MAKERS = frozenset(
    (
        "socket.socket", "paramiko.SSHClient", "requests.Session", "requests.session",
        "httpx.Client", "httpx.AsyncClient", "aiohttp.ClientSession", "boto3.client",
        "websocket.WebSocket", "ftplib.FTP", "smtplib.SMTP", "http.client.HTTPConnection",
        "http.client.HTTPSConnection", "pika.BlockingConnection",
    )
)  # fmt: skip
_SENDS = frozenset(
    (
        "connect", "login", "send", "get", "post", "put", "patch", "delete", "head", "options",
        "request", "stream", "endheaders",
    )
)  # fmt: skip


_TALKING = _SENDS | last_words(_CONNECTS)
_LIBRARIES = frozenset(name.partition(".")[0] for name in _CONNECTS | _MAKERS)


@RULE.glance(ast.Try)
def glance(node: ast.Try, in_loop: bool) -> bool | Question:
    """A try in a loop with a call that may go over the network, and a handler that goes on, where
    a library that does is imported.
    """
    if not in_loop or not any(map(_may_go_on, node.handlers)):
        return False
    talks = any(
        isinstance(part, ast.Call) and word_of(part) in _TALKING
        for statement in node.body
        for part in every(statement)
    )
    return talks and (lambda origins: origins.imports(*_LIBRARIES))


def _may_go_on(handler: ast.ExceptHandler) -> bool:
    if not isinstance(handler.body[-1], (ast.Return, ast.Raise, ast.Break)):
        return True
    return any(isinstance(part, ast.Continue) for part in every(handler))


renamed(RULE, _TALKING)


@RULE.on(cst.Try)
def tries_again(node: cst.Try, here: Here) -> Iterator[Hit]:
    """A try right in a loop, whose handler goes on to the next turn without a pause."""
    loop = _loop(here)
    if loop is None:
        return
    call = next((one for one in within(node.body) if _talks(one, here)), None)
    handler = next((one for one in node.handlers if _goes_on(one)), None)
    if call is None or handler is None or not _is_retry(node, call, loop):
        return
    if seems_to_wait(loop) or any(isinstance(one, cst.Yield) for one in within(loop.body)):
        return
    assert isinstance(call, cst.Call)
    yield Hit(
        call,
        say("when `{call}` fails, this loop tries again at once", call=here.brief(call.func)),
        confidence=Confidence.LOW if isinstance(loop, cst.For) else None,
        related=(Related(handler, "this handler goes on without a pause"),),
    )


def _loop(here: Here) -> cst.For | cst.While | None:
    """The loop in whose body the try at hand stands, under no other loop or function."""
    for node in here.ancestors:
        if isinstance(node, (cst.For, cst.While)):
            return node
        if isinstance(node, (cst.FunctionDef, cst.Lambda)):
            return None
    return None


def _talks(node: cst.CSTNode, here: Here) -> bool:
    """A call that goes over the network."""
    if not isinstance(node, cst.Call):
        return False
    if here.qualified(node.func) in _CONNECTS:
        return True
    match node.func:
        case cst.Attribute(value=receiver, attr=cst.Name(value=word)) if word in _SENDS:
            return here.made_by(receiver) in _MAKERS
    return False


def _goes_on(handler: cst.ExceptHandler) -> bool:
    """Whether a handler may lead to another turn, and was not entered after a wait."""
    if handler.type is not None:
        kinds = handler.type.elements if isinstance(handler.type, cst.Tuple) else ()
        names = [dotted(one.value) for one in kinds] or [dotted(handler.type)]
        if all("timeout" in name.lower() or "Interrupt" in name for name in names):
            return False
    if isinstance(handler.body, (cst.IndentedBlock, cst.SimpleStatementSuite)):
        return leaves(handler.body) is None
    return False


def _is_retry(node: cst.Try, call: cst.CSTNode, loop: cst.For | cst.While) -> bool:
    """Whether the same thing is tried until it has worked, and the loop left then."""
    asked = set(reads(call))
    if isinstance(loop, cst.For):
        match loop.iter:
            case cst.Call(func=func) if dotted(func).rpartition(".")[2] in ("range", "count"):
                used = asked.union(*map(reads, within(node.body)))
                return _leaves(node, loop) and used.isdisjoint(reads(loop.target))
        return False
    tested = set(reads(loop.test))
    worked = set(bound_by(node.body)) | (set(bound_by(node.orelse)) if node.orelse else set())
    return _leaves(node, loop) or bool(tested & worked)


def _leaves(node: cst.Try, loop: cst.For | cst.While) -> bool:
    """Whether the loop is left by a break or return outside of the handlers."""
    handled = {one for handler in node.handlers for one in within(handler.body)}
    return any(
        isinstance(one, (cst.Break, cst.Return)) and one not in handled for one in within(loop.body)
    )

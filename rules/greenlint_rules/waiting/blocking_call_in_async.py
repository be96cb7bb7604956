# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A call that waits for a network or a process, in a coroutine."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import last_words
from greenlint_rules.outside import REQUESTS, coroutine

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Rule

RULE = Rule(
    code="GRN608",
    name="blocking-call-in-async",
    severity="note",
    aliases=(
        "ASYNC210",
        "ASYNC212",
        "ASYNC220",
        "ASYNC221",
        "ASYNC222",
        "ASYNC230",
        "S7487",
        "S7493",
        "S7499",
    ),
    needles=(b"async def",),
    since="0.1.0",
    lifecycle="preview",
    opt_in=True,
    help="use an asynchronous client, or hand the call to a thread: `asyncio.to_thread`",
    tests=False,
)

_BLOCKING = REQUESTS | {
    "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output",
    "subprocess.getoutput", "subprocess.getstatusoutput", "os.system", "os.waitpid", "os.wait",
    "socket.create_connection", "socket.getaddrinfo", "socket.gethostbyname",
    "psycopg2.connect", "pymysql.connect", "smtplib.SMTP", "smtplib.SMTP_SSL",
    "ftplib.FTP", "paramiko.Transport",
}  # fmt: skip
# These come back soon, as a rule: a disk, and the start of a process.
_SHORT = frozenset(
    ("builtins.open", "io.open", "os.fdopen", "os.popen", "subprocess.Popen", "pathlib.Path.open")
)
_PATH_WORDS = ("open", "read_text", "read_bytes", "write_text", "write_bytes")
_SESSIONS = ("requests.Session", "requests.session", "requests.sessions.Session", "httpx.Client")
_SENDS = frozenset(
    ("get", "post", "put", "patch", "delete", "head", "options", "request", "send", "stream")
)


_WORDS = _SENDS | last_words(_BLOCKING | _SHORT) | set(_PATH_WORDS)


@RULE.glance(words=_WORDS)
def glance(node: ast.Call, _: bool) -> bool:
    """A call by a word that may stand for waiting."""
    return True


@RULE.on(cst.Call)
def blocks(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A synchronous request or subprocess that runs on the event loop's own thread."""
    short = _is_short(node, here)
    if not (short or _is_blocking(node, here)) or isinstance(here.parent, cst.Await):
        return
    function = coroutine(here)
    if function is None:
        return
    yield Hit(
        node,
        say(
            "`{call}` stops the event loop until it has its answer: every other task waits",
            call=here.brief(node.func),
        ),
        confidence=Confidence.LOW if short else None,
    )


def _is_short(node: cst.Call, here: Here) -> bool:
    """A file that is opened, or read or written whole, and a process that is only started."""
    if here.qualified(node.func) in _SHORT:
        return True
    match node.func:
        case cst.Attribute(value=path, attr=cst.Name(value=word)) if word in _PATH_WORDS:
            return here.kind(path) is Kind.PATH
    return False


def _is_blocking(node: cst.Call, here: Here) -> bool:
    if here.qualified(node.func) in _BLOCKING:
        return True
    match node.func:
        case cst.Attribute(value=receiver, attr=cst.Name(value=word)) if word in _SENDS:
            return here.made_by(receiver) in _SESSIONS
    return False

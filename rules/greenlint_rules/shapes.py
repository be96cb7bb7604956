# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Questions asked by two or more rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from dataclasses import dataclass

import libcst as cst

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.project.nodes import every, word_of
from greenlint.scope import Comprehension
from greenlint.walk import within
from greenlint_rules.glances import last_words

# -- logging ----------------------------------------------------------------------------------

_LOGGERS = (
    "logging.getLogger",
    "logging.Logger",
    "celery.utils.log.get_logger",
    "celery.utils.log.get_task_logger",
    "multiprocessing.get_logger",
)
_QUIET_LEVELS = ("debug", "info")
_GUARD = re.compile(r"isEnabledFor|getEffectiveLevel|debug|verbos", re.IGNORECASE)
#: Calls that build a text or a structure as large as what they are given.
EXPENSIVE = frozenset(
    (
        "json.dumps", "simplejson.dumps", "pprint.pformat", "yaml.dump", "yaml.safe_dump",
        "traceback.format_exc", "traceback.format_stack", "traceback.format_tb",
        "traceback.format_exception", "traceback.format_list", "traceback.extract_stack",
        "inspect.stack", "dataclasses.asdict", "copy.deepcopy",
        "django.core.serializers.serialize", "xml.etree.ElementTree.tostring",
        "xml.etree.cElementTree.tostring", "lxml.etree.tostring", "defusedxml.ElementTree.tostring",
        "django.forms.models.model_to_dict", "django.forms.model_to_dict",
    )
)  # fmt: skip
_EXPENSIVE_METHODS = frozenset(
    ("to_dict", "to_json", "model_dump", "model_dump_json", "toprettyxml", "prettify", "to_string")
)
#: The last words of these calls and methods.
EXPENSIVE_WORDS = _EXPENSIVE_METHODS | last_words(EXPENSIVE) | {"json_dumps"}


@dataclass(frozen=True, slots=True)
class LogCall:
    """A call of a logger of the standard library at a level that may be off."""

    receiver: cst.BaseExpression
    level: str
    message: cst.Arg
    rest: tuple[cst.Arg, ...]


def quiet_log_call(node: cst.Call, here: Here) -> LogCall | None:
    """``logger.debug(...)``, ``.info(...)`` or ``.log(logging.DEBUG, ...)`` on a proven logger."""
    match node.func:
        case cst.Attribute(value=receiver, attr=cst.Name(value=word)) if word in _QUIET_LEVELS:
            level, args = word, node.args
        case cst.Attribute(value=receiver, attr=cst.Name(value="log")) if node.args:
            level = (here.qualified(node.args[0].value) or "").lower()
            level, args = level.removeprefix("logging."), node.args[1:]
        case _:
            return None
    if not args or level not in _QUIET_LEVELS or not _is_logger(receiver, here):
        return None
    message = args[0]
    if message.star or (message.keyword is not None and message.keyword.value != "msg"):
        return None
    return LogCall(receiver, level, message, tuple(args[1:]))


def _is_logger(receiver: cst.BaseExpression, here: Here) -> bool:
    if here.qualified(receiver) == "logging" or here.made_by(receiver) in _LOGGERS:
        return True
    other = "loguru" in here.text or "structlog" in here.text
    return here.kind(receiver) is Kind.LOGGER and not other


def level_is_asked(here: Here) -> bool:
    """Whether a test around the node at hand, or an early return before it, asks for the level."""
    child: cst.CSTNode = here.node
    for node in here.ancestors:
        if isinstance(node, (cst.If, cst.IfExp)) and child is not node.orelse:
            if child is not node.test and _GUARD.search(here.code(node.test)):
                return True
        elif isinstance(node, cst.BooleanOperation) and child is node.right:
            if _GUARD.search(here.code(node.left)):
                return True
        elif isinstance(node, cst.FunctionDef):
            return any(_returns_early(statement, here) for statement in node.body.body)
        child = node
    return False


def _returns_early(statement: cst.CSTNode, here: Here) -> bool:
    return (
        isinstance(statement, cst.If)
        and "isEnabledFor" in here.code(statement.test)
        and any(isinstance(node, cst.Return) for node in within(statement.body))
    )


def expensive_part(expr: cst.CSTNode, here: Here) -> cst.CSTNode | None:
    """The outermost part of `expr` that does work in proportion to its data, if there is one.

    Going over a collection for a few words counts only where a loop does so again and again.
    """
    return next((node for node in within(expr) if _is_expensive(node, here)), None)


def _is_expensive(node: cst.CSTNode, here: Here) -> bool:
    match node:
        case cst.ListComp() | cst.SetComp() | cst.DictComp() | cst.GeneratorExp():
            return here.every_turn() is not None and not _is_small(node, here)
        case cst.Call(func=func) if _is_named(here.qualified(func) or ""):
            return True
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=method))) if (
            method in _EXPENSIVE_METHODS
        ):
            return True
        case cst.Call(func=cst.Attribute(value=queries, attr=cst.Name(value="count" | "exists"))):
            return here.kind(queries) in (Kind.QUERYSET, Kind.MANAGER)
        case cst.Call(func=cst.Name(value="list" | "len" | "tuple"), args=[cst.Arg(value=queries)]):
            return here.kind(queries) is Kind.QUERYSET
        case cst.Call(func=cst.Name(value="map" | "sorted") as func) if node.args:
            builtin = (here.qualified(func) or "").startswith("builtins.")
            return builtin and here.every_turn() is not None
        case cst.Attribute(value=made, attr=cst.Name(value="data")):
            return (here.made_by(made) or "").endswith("Serializer")
    return False


def may_be_expensive(node: ast.AST, in_loop: bool) -> bool:
    """At a glance: whether `expensive_part` could be this node."""
    match node:
        case ast.Call(func=ast.Attribute(attr=word) | ast.Name(id=word)):
            if word in EXPENSIVE_WORDS:
                return True
            if isinstance(node.func, ast.Attribute):
                return word in ("count", "exists")
            return word in ("list", "len", "tuple") or (in_loop and word in ("map", "sorted"))
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return in_loop
    return isinstance(node, ast.Attribute) and node.attr == "data"


def _is_named(name: str) -> bool:
    return name in EXPENSIVE or name.endswith((".json.dumps", ".json_dumps"))


def _is_small(node: Comprehension, here: Here) -> bool:
    element = node.value if isinstance(node, cst.DictComp) else node.elt
    loop = next(here.loops(element), None)
    return loop is None or loop.node is not node


def seldom(here: Here) -> bool:
    """Whether the node at hand runs once at import, or only when something has failed."""
    for node in here.ancestors:
        if isinstance(node, (cst.ExceptHandler, cst.ExceptStarHandler)):
            return True
        if isinstance(node, (cst.FunctionDef, cst.For, cst.While)):
            return False
    return True


# -- waiting ----------------------------------------------------------------------------------

#: Calls that sleep for as many seconds as their first argument says.
SLEEPS = frozenset(
    ("time.sleep", "asyncio.sleep", "trio.sleep", "anyio.sleep", "gevent.sleep", "eventlet.sleep")
)
_CLOCKS = frozenset(
    (
        "time.time", "time.monotonic", "time.perf_counter", "time.time_ns", "time.monotonic_ns",
        "time.perf_counter_ns", "time.process_time", "datetime.datetime.now",
        "datetime.datetime.utcnow", "django.utils.timezone.now", "timeit.default_timer",
    )
)  # fmt: skip
#: The last words of these calls.
CLOCK_WORDS = last_words(_CLOCKS)
#: Methods and functions that look at a state and return at once.
LOOKS = frozenset(
    (
        "is_alive", "is_set", "done", "poll", "empty", "full", "qsize", "locked", "ready",
        "is_ready", "running", "is_running", "finished", "is_finished", "is_done", "is_connected",
        "connected", "closed", "is_closed", "is_closing", "is_open", "stopped", "is_stopped",
        "completed", "is_complete", "cancelled", "is_shutdown", "is_active", "unfinished_tasks",
    )
)  # fmt: skip
_CHEAP = frozenset(("len", "bool", "int", "float", "isinstance", "min", "max", "abs", "getattr"))


def reads_clock(node: cst.CSTNode | None, here: Here) -> bool:
    """Whether an expression asks what time it is."""
    return any(
        isinstance(part, cst.Call) and here.qualified(part.func) in _CLOCKS for part in within(node)
    )


def may_read_clock(expr: ast.AST) -> bool:
    """At a glance: whether `reads_clock` could say yes."""
    return any(isinstance(part, ast.Call) and word_of(part) in CLOCK_WORDS for part in every(expr))


def looks(node: cst.CSTNode, here: Here) -> bool:
    """A call that returns at once and changes nothing: a clock, a state, a builtin."""
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=word)), args=[]) if word in LOOKS:
            return True
        case cst.Call(func=cst.Name(value=word)) if word in _CHEAP or word in LOOKS:
            return not node.args or word in _CHEAP
        case cst.Call(func=func):
            return here.qualified(func) in _CLOCKS
    return False


def may_wait(here: Here, *roots: cst.CSTNode, but: Collection[cst.CSTNode] = ()) -> bool:
    """Whether anything here might sleep, block, hand over control, or do work of its own.

    Unknown calls might; those in `but`, what is raised, and what only logs do not count.
    """
    raised = [node.exc for node in within(*roots) if isinstance(node, cst.Raise)]
    known = {*but, *raised}
    return any(_may_wait(node, here, known) for node in within(*roots))


def _may_wait(node: cst.CSTNode, here: Here, known: Collection[cst.CSTNode | None]) -> bool:
    match node:
        case cst.Await(expression=awaited):
            return awaited not in known
        case cst.Yield() | cst.With() | cst.For() | cst.While():
            return True
        case cst.Call():
            return node not in known and not looks(node, here) and not _is_logging(node)
    return False


def _is_logging(node: cst.Call) -> bool:
    words = ("debug", "info", "warning", "error", "exception")
    return isinstance(node.func, cst.Attribute) and node.func.attr.value in words


# -- what a file uses -------------------------------------------------------------------------

_OUTSIDE = ("requests", "httpx", "urllib", "smtplib", "socket", "subprocess", "boto3", "aiohttp")
_TALKS = frozenset(
    (
        "execute", "executemany", "save", "create", "get_or_create", "update_or_create", "post",
        "put", "patch", "send", "sendall", "send_message", "sendmail", "commit", "writerow",
        "write", "print", "request", "urlopen", "upload", "upload_file", "download", "publish",
        "open",
    )
)  # fmt: skip


def uses_library(here: Here, *libraries: str) -> bool:
    """Whether a statement of this file imports one of the libraries, at its top or further in."""
    words = "|".join(map(re.escape, libraries))
    statement = rf"^[ \t]*(?:from|import(?: [^\n#]+,)?) (?:{words})\b"
    return re.search(statement, here.text, re.MULTILINE) is not None


def reaches_outside(here: Here, *roots: cst.CSTNode) -> bool:
    """Whether a body talks to the network, a database, a file or another process."""
    for node in within(*roots):
        if isinstance(node, (cst.Await, cst.With)):
            return True
        if isinstance(node, cst.Call):
            name = here.qualified(node.func) or ""
            if name.split(".")[0] in _OUTSIDE or _called(node) in _TALKS:
                return True
    return False


def _called(call: cst.Call) -> str:
    match call.func:
        case cst.Attribute(attr=cst.Name(value=word)) | cst.Name(value=word):
            return word
    return ""

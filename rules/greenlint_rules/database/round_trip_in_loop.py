# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN335: a store such as Redis, MongoDB or DynamoDB is asked for one thing on every turn."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import takewhile

import libcst as cst
from greenlint_rules.stores import LIBRARIES, TELLING, Store, store_of
from greenlint_rules.turns import branches, is_aside, is_long, is_minor, leaves, stands_alone, turns

from greenlint.here import Here, Loop
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Question, Related, Rule
from greenlint.walk import within

RULE = Rule(
    code="GRN335",
    name="round-trip-in-loop",
    needles=(
        b"redis", b"valkey", b"mongo", b"motor", b"boto", b"django.core.cache", b"memcache",
        b"pylibmc", b"elasticsearch", b"opensearch",
    ),
    since="0.1.0",
    lifecycle="preview",
    tests=False,
)  # fmt: skip

_PIPELINE = "send the commands in one `pipeline()`"
_BULK_WRITE = "collect the operations and send them with `bulk_write()`"
_READS = "read"
_WRITES = "write"

#: Store -> method -> (what it does, what does it for all at once).
_METHODS = {
    Store.REDIS: {
        "get": (
            _READS,
            "read all keys with one `mget()`, or send the commands in one `pipeline()`",
        ),
        "exists": (_READS, _PIPELINE),
        "ttl": (_READS, _PIPELINE),
        "hgetall": (_READS, _PIPELINE),
        "hget": (_READS, "read the fields with one `hmget()`, or use one `pipeline()`"),
        "smembers": (_READS, _PIPELINE),
        "sismember": (_READS, "ask with one `smismember()`, or use one `pipeline()`"),
        "zscore": (_READS, "ask with one `zmscore()`, or use one `pipeline()`"),
        "lrange": (_READS, _PIPELINE),
        "llen": (_READS, _PIPELINE),
        "scard": (_READS, _PIPELINE),
        "set": (_WRITES, "write all keys with one `mset()`, or use one `pipeline()`"),
        "setex": (_WRITES, _PIPELINE),
        "delete": (_WRITES, "hand all keys to one `delete(*keys)`"),
        "unlink": (_WRITES, "hand all keys to one `unlink(*keys)`"),
        "expire": (_WRITES, _PIPELINE),
        "hset": (_WRITES, "write all fields with one `hset(mapping=...)`, or use one `pipeline()`"),
        "hdel": (_WRITES, "hand all fields to one `hdel()`, or use one `pipeline()`"),
        "sadd": (_WRITES, "hand all members to one `sadd()`, or use one `pipeline()`"),
        "srem": (_WRITES, "hand all members to one `srem()`, or use one `pipeline()`"),
        "zadd": (_WRITES, "hand all members to one `zadd()`, or use one `pipeline()`"),
        "zrem": (_WRITES, "hand all members to one `zrem()`, or use one `pipeline()`"),
        "lpush": (_WRITES, "hand all values to one `lpush()`, or use one `pipeline()`"),
        "rpush": (_WRITES, "hand all values to one `rpush()`, or use one `pipeline()`"),
        "incr": (_WRITES, _PIPELINE),
        "incrby": (_WRITES, _PIPELINE),
    },
    Store.MONGO: {
        "find_one": (_READS, 'ask with one `find({"...": {"$in": ...}})` before the loop'),
        "count_documents": (_READS, "count all groups with one `aggregate()`"),
        "insert_one": (_WRITES, "collect the documents and write them with `insert_many()`"),
        "update_one": (_WRITES, _BULK_WRITE),
        "replace_one": (_WRITES, _BULK_WRITE),
        "delete_one": (_WRITES, 'delete with one `delete_many({"...": {"$in": ...}})`'),
    },
    Store.DYNAMO: {
        "get_item": (_READS, "ask with `batch_get_item()`, for up to 100 keys at a time"),
        "put_item": (_WRITES, "write within `table.batch_writer()`, or with `batch_write_item()`"),
        "delete_item": (
            _WRITES,
            "delete within `table.batch_writer()`, or with `batch_write_item()`",
        ),
    },
    Store.S3: {
        "delete_object": (_WRITES, "delete with `delete_objects()`, up to 1,000 keys at a time"),
    },
    Store.SQS: {
        "send_message": (_WRITES, "send with `send_message_batch()`, up to ten at a time"),
    },
    Store.SEARCH: {
        "get": (_READS, "ask with one `mget()`"),
        "index": (_WRITES, "write with `helpers.bulk()`"),
        "create": (_WRITES, "write with `helpers.bulk()`"),
        "update": (_WRITES, "write with `helpers.bulk()`"),
        "delete": (_WRITES, "delete with `helpers.bulk()`"),
    },
    Store.DJANGO_CACHE: {
        "get": (_READS, "read all keys with one `get_many()`"),
        "set": (_WRITES, "write all keys with one `set_many()`"),
        "delete": (_WRITES, "delete all keys with one `delete_many()`"),
    },
    Store.MEMCACHE: {
        "get": (_READS, "read all keys at once: `get_multi()`, `get_many()` in pymemcache"),
        "set": (_WRITES, "write all keys at once: `set_multi()`, `set_many()` in pymemcache"),
        "delete": (_WRITES, "delete all keys at once: `delete_multi()`"),
    },
}
_ANY = frozenset(method for methods in _METHODS.values() for method in methods)
# Words that make each write a decision of its own, which no batch can take.
_DECIDING = frozenset(
    ("nx", "xx", "get", "ConditionExpression", "ReturnValues", "upsert", "if_seq_no", "session",
     "MessageDeduplicationId")
)  # fmt: skip


@RULE.glance(words=_ANY)
def glance(node: ast.Call, in_loop: bool) -> bool | Question:
    """A method in a loop by the name of one that asks a store, given something."""
    given = bool(node.args or node.keywords)
    if not (in_loop and given and isinstance(node.func, ast.Attribute)):
        return False
    return node.func.attr in TELLING or (lambda names: names.imports(*LIBRARIES))


@RULE.on(cst.Call)
def call(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``client.get(key)`` in a loop over keys."""
    if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in _ANY:
        return
    if not here.every_turn():
        return
    loop = next(turns(node, here), None)
    if loop is None or isinstance(loop.node, cst.While) or loop.target is None:
        return
    store = store_of(node, here)
    known = _METHODS[store].get(node.func.attr.value) if store is not None else None
    if store is None or known is None or not _for_each(node, loop, here):
        return
    what, instead = known
    if _is_waiting(loop) or _decides(node) or _is_gathered(loop, here):
        return
    yield Hit(
        node,
        say(
            "`{call}` goes to {store} and back on every turn: once for each `{item}`",
            call=here.brief(node),
            store=store.value,
            item=here.brief(loop.target, 30),
        ),
        help=instead,
        confidence=_confidence(what, loop, here),
        related=(Related(loop.header, "this loop"),),
    )


def _for_each(node: cst.Call, loop: Loop, here: Here) -> bool:
    """Whether the arguments change with the turn, and the receiver does not."""
    assert isinstance(node.func, cst.Attribute)
    if here.depends(node.func.value, loop):
        return False
    if any(isinstance(parent, cst.ExceptHandler) for parent in _around(loop, here)):
        return False
    return any(here.depends(arg.value, loop) for arg in node.args)


def _around(loop: Loop, here: Here) -> Iterator[cst.CSTNode]:
    return takewhile(lambda parent: parent is not loop.node, here.ancestors)


def _decides(node: cst.Call) -> bool:
    return any(arg.keyword is not None and arg.keyword.value in _DECIDING for arg in node.args)


def _is_waiting(loop: Loop) -> bool:
    """Whether a turn sleeps: then it is paced on purpose."""
    return any(
        isinstance(one, cst.Call)
        and isinstance(one.func, (cst.Name, cst.Attribute))
        and (one.func.attr.value if isinstance(one.func, cst.Attribute) else one.func.value)
        == "sleep"
        for one in within(*loop.body)
    )


def _is_gathered(loop: Loop, here: Here) -> bool:
    """Whether the calls of all turns are awaited together."""
    if isinstance(loop.node, (cst.For, cst.While)):
        return False
    return any(
        isinstance(parent, cst.Call)
        and isinstance(parent.func, (cst.Attribute, cst.Name))
        and here.code(parent.func).rpartition(".")[2] in ("gather", "wait", "as_completed")
        for parent in here.ancestors
    )


def _confidence(what: str, loop: Loop, here: Here) -> Confidence:
    """Low where a turn stands for itself, or few are to be expected; medium where it is not seen
    that they are many.
    """
    if is_minor(loop, here) or stands_alone(loop, here) or is_aside(loop, here):
        return Confidence.LOW
    if leaves(loop) or any(isinstance(one, cst.Yield) for one in within(*loop.body)):
        return Confidence.LOW
    if branches(loop, here) or (what == _WRITES and _is_used(here)):
        return Confidence.LOW
    return Confidence.HIGH if is_long(loop, here) else Confidence.MEDIUM


def _is_used(here: Here) -> bool:
    """Whether the answer to a write is looked at."""
    parent = here.parent
    if isinstance(parent, cst.Await):
        parent = next((one for one in here.ancestors if one is not parent), parent)
    return not isinstance(parent, (cst.Expr, cst.SimpleStatementLine))

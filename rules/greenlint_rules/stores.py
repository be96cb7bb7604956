# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a file proves about stores other than SQL: Redis, MongoDB, those of AWS, caches, search."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import libcst as cst

from greenlint.here import Here
from greenlint.scope import Binding, How, dotted


class Store(StrEnum):
    """Kinds of stores, and of what stands for a part of one."""

    REDIS = "Redis"
    MONGO = "MongoDB"
    DYNAMO = "DynamoDB"
    S3 = "S3"
    SQS = "SQS"
    SEARCH = "Elasticsearch"
    DJANGO_CACHE = "the cache"
    MEMCACHE = "Memcached"


_REDIS = ("redis.", "aioredis.", "valkey.")
_REDIS_MADE = frozenset(("Redis", "StrictRedis", "from_url", "Valkey"))
_MONGO = ("pymongo.", "motor.")
_MONGO_MADE = frozenset(("MongoClient", "AsyncMongoClient", "AsyncIOMotorClient", "MotorClient"))
_MONGO_PARTS = frozenset(
    ("Collection", "AsyncCollection", "AsyncIOMotorCollection", "MotorCollection")
)
_MONGO_METHODS = frozenset(
    ("find_one", "insert_one", "update_one", "replace_one", "delete_one", "count_documents")
)
_SEARCH = ("elasticsearch.", "elasticsearch8.", "elasticsearch7.", "opensearchpy.")
_SEARCH_MADE = frozenset(("Elasticsearch", "AsyncElasticsearch", "OpenSearch", "AsyncOpenSearch"))
_MEMCACHE_MADE = frozenset(
    ("memcache.Client", "pylibmc.Client", "pymemcache.Client", "pymemcache.client.base.Client",
     "pymemcache.client.base.PooledClient", "pymemcache.PooledClient",
     "pymemcache.client.hash.HashClient", "pymemcache.HashClient")
)  # fmt: skip
#: What a file imports whose stores are known by how they are made.
LIBRARIES = (
    "django.core.cache", "django_redis", "memcache", "pylibmc", "pymemcache",
    *(one.rstrip(".") for one in (*_REDIS, *_SEARCH)),
)  # fmt: skip
# Operations of AWS, by the words that only they take.
_OF_AWS = {
    "get_item": (Store.DYNAMO, "Key"),
    "put_item": (Store.DYNAMO, "Item"),
    "delete_item": (Store.DYNAMO, "Key"),
    "delete_object": (Store.S3, "Bucket"),
    "send_message": (Store.SQS, "MessageBody"),
}
#: Methods that tell their store by themselves.
TELLING = frozenset((*_MONGO_METHODS, *_OF_AWS))


def store_of(call: cst.Call, here: Here) -> Store | None:
    """The store that a method call speaks to, or None where nothing proves one."""
    if not isinstance(call.func, cst.Attribute):
        return None
    receiver, method = call.func.value, call.func.attr.value
    if any(_collects(one) for one in bindings_of(receiver, here)):
        return None
    if method in _OF_AWS:
        store, word = _OF_AWS[method]
        words = {arg.keyword.value for arg in call.args if arg.keyword is not None}
        if word in words and "boto" in here.text:
            return store
    if here.qualified(receiver) == "django.core.cache.cache" or (
        isinstance(receiver, cst.Subscript)
        and here.qualified(receiver.value) == "django.core.cache.caches"
    ):
        return Store.DJANGO_CACHE
    in_use = any(word[:-1] in here.text for word in _MONGO)
    if in_use and method in _MONGO_METHODS and _is_collection(receiver, here):
        return Store.MONGO
    return _by_name(receiver, here)


def _collects(binding: Binding) -> bool:
    """``with table.batch_writer() as batch``, ``pipe = client.pipeline()``."""
    match binding.value:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=word))):
            return word in ("batch_writer", "pipeline")
    return False


def _by_name(receiver: cst.BaseExpression, here: Here) -> Store | None:
    """What all bindings of a name agree on: how it is made, or its annotation."""
    names = set(_names(receiver, here))
    if len(names) != 1:
        return None
    name = names.pop() or ""
    last = name.rpartition(".")[2]
    if name == "django_redis.get_redis_connection":
        return Store.REDIS
    if name.startswith(_REDIS) and last in _REDIS_MADE and "cluster" not in name:
        return Store.REDIS
    if name.startswith(_SEARCH) and last in _SEARCH_MADE:
        return Store.SEARCH
    return Store.MEMCACHE if name in _MEMCACHE_MADE else None


def _names(expr: cst.BaseExpression, here: Here) -> Iterator[str | None]:
    made = here.made_by(expr)
    if made is not None:
        yield made
        return
    for binding in bindings_of(expr, here):
        if binding.annotation is not None:
            known = [here.qualified(part) for part in annotated(binding.annotation)]
            known = [one for one in known if one not in (None, "builtins.None")]
            yield known[-1] if known else None
        else:
            yield here.made_by(binding.value) if binding.how is not How.PARAMETER else None


def annotated(annotation: cst.BaseExpression) -> Iterator[cst.CSTNode]:
    """An annotation and what it holds: ``Redis`` of ``Annotated[Redis, Depends(...)] | None``."""
    match annotation:
        case cst.Subscript(
            value=whole, slice=[cst.SubscriptElement(slice=cst.Index(value=inner)), *_]
        ):
            yield whole
            if dotted(whole).rpartition(".")[2] in ("Optional", "Annotated", "Union"):
                yield from annotated(inner)
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            yield from annotated(right)
            yield from annotated(left)
        case _:
            yield annotation


def bindings_of(expr: cst.CSTNode, here: Here) -> list[Binding]:
    """What this file binds a name or an attribute of ``self`` to, ``None`` left out."""
    if isinstance(expr, cst.Name):
        found = here.bindings(expr.value)
    elif isinstance(expr, cst.Attribute):
        found = here.names.attribute(expr, here.link)[0]
    else:
        return []
    return [
        one
        for one in found
        if not (isinstance(one.value, cst.Name) and one.value.value == "None")
        and one.how is not How.DELETE
    ]


# -- MongoDB ------------------------------------------------------------------------------------


def _is_collection(expr: cst.CSTNode | None, here: Here, depth: int = 0) -> bool:
    """A collection: two steps below a client, made by ``get_collection()``, or annotated so."""
    if depth > 4:
        return False
    match expr:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="get_collection"))):
            return True
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="with_options"))):
            return _is_collection(inner, here, depth + 1)
    bound = bindings_of(expr, here) if expr is not None else []
    if bound:
        return all(_binds_collection(one, here, depth) for one in bound)
    return _steps(expr, here, depth) >= 2


def _binds_collection(binding: Binding, here: Here, depth: int) -> bool:
    if binding.annotation is not None:
        names = [dotted(part).rpartition(".")[2] for part in annotated(binding.annotation)]
        return any(name in _MONGO_PARTS for name in names)
    return _is_collection(binding.value, here, depth + 1)


def _steps(expr: cst.CSTNode | None, here: Here, depth: int = 0) -> int:
    """How many steps below a client of MongoDB an expression stands; -9 for anything else."""
    if depth > 6 or expr is None:
        return -9
    made = here.made_by(expr) or ""
    if made.startswith(_MONGO) and made.rpartition(".")[2] in _MONGO_MADE:
        return 0
    bound = bindings_of(expr, here)
    if bound:
        values = {_steps(one.value, here, depth + 1) for one in bound}
        return values.pop() if len(values) == 1 else -9
    match expr:
        case cst.Attribute(value=inner) | cst.Subscript(value=inner):
            return _steps(inner, here, depth + 1) + 1
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value=word))):
            if word in ("get_database", "get_default_database"):
                return _steps(inner, here, depth + 1) + 1
    return -9

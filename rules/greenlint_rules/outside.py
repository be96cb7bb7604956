# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Calls that reach another machine or wait for it: requests, clients, sleeps, coroutines."""

from __future__ import annotations

import libcst as cst

from greenlint.here import Here
from greenlint.scope import dotted
from greenlint.walk import within
from greenlint_rules.shapes import SLEEPS

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
#: Requests each over a connection of its own.
REQUESTS = frozenset(
    (
        *(f"requests.{verb}" for verb in _VERBS),
        *(f"requests.api.{verb}" for verb in _VERBS),
        *(f"httpx.{verb}" for verb in (*_VERBS, "stream")),
        "urllib.request.urlopen",
    )
)
#: Calls that start a process and wait for it, or for what it prints.
PROCESSES = frozenset(
    (
        "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output",
        "subprocess.getoutput", "subprocess.getstatusoutput", "os.system", "os.popen",
    )
)  # fmt: skip
#: Calls that make a client which keeps connections, or read much to be made: what it is.
CLIENTS = {
    "boto3.client": "client", "boto3.resource": "resource",
    "boto3.Session": "session", "boto3.session.Session": "session",
    "boto3.Session.client": "client", "boto3.session.Session.client": "client",
    "boto3.Session.resource": "resource", "boto3.session.Session.resource": "resource",
    "aiobotocore.session.get_session": "session", "botocore.session.get_session": "session",
    "sqlalchemy.create_engine": "engine",
    "sqlalchemy.ext.asyncio.create_async_engine": "engine",
    "httpx.Client": "client", "httpx.AsyncClient": "client",
    "aiohttp.ClientSession": "session",
    "requests.Session": "session", "requests.session": "session",
    "requests.sessions.Session": "session",
    "redis.Redis": "client", "redis.StrictRedis": "client", "redis.from_url": "client",
    "redis.Redis.from_url": "client", "redis.asyncio.Redis": "client",
    "redis.asyncio.from_url": "client", "redis.asyncio.Redis.from_url": "client",
    "pymongo.MongoClient": "client", "motor.motor_asyncio.AsyncIOMotorClient": "client",
    "psycopg.connect": "connection", "psycopg2.connect": "connection",
    "psycopg.AsyncConnection.connect": "connection", "asyncpg.connect": "connection",
    "pymysql.connect": "connection", "MySQLdb.connect": "connection",
    "mysql.connector.connect": "connection", "pyodbc.connect": "connection",
    "elasticsearch.Elasticsearch": "client", "elasticsearch.AsyncElasticsearch": "client",
    "opensearchpy.OpenSearch": "client",
    "google.cloud.storage.Client": "client", "google.cloud.bigquery.Client": "client",
    "google.cloud.pubsub_v1.PublisherClient": "client",
    "google.cloud.firestore.Client": "client",
    "azure.storage.blob.BlobServiceClient": "client",
    "azure.storage.blob.BlobServiceClient.from_connection_string": "client",
    "zeep.Client": "client", "suds.client.Client": "client",
    "urllib3.PoolManager": "pool", "docker.from_env": "client", "docker.DockerClient": "client",
    "openai.OpenAI": "client", "openai.AsyncOpenAI": "client",
    "anthropic.Anthropic": "client", "anthropic.AsyncAnthropic": "client",
    "kafka.KafkaProducer": "producer", "confluent_kafka.Producer": "producer",
    "smtplib.SMTP": "connection", "smtplib.SMTP_SSL": "connection",
    "grpc.insecure_channel": "channel", "grpc.secure_channel": "channel",
}  # fmt: skip


_LAST_WORDS = frozenset(name.rpartition(".")[2] for name in CLIENTS)


def client_call(node: cst.Call, here: Here) -> str:
    """The qualified name by which a call makes a client, through a made session too, or ""."""
    func = node.func
    word = func.attr.value if isinstance(func, cst.Attribute) else dotted(func)
    if word not in _LAST_WORDS and word not in here.renamed:
        return ""
    name = here.qualified(node.func) or ""
    if not name and isinstance(node.func, cst.Attribute):
        maker = here.made_by(node.func.value) or ""
        name = f"{maker}.{node.func.attr.value}" if maker else ""
    return name if name in CLIENTS else ""


def is_kept(node: cst.CSTNode, here: Here) -> bool:
    """Whether what the node at hand makes is kept by somebody else: returned, yielded, stored, put
    in a list, handed to a call.
    """
    if isinstance(here.parent, cst.Attribute):
        return False
    child = node
    for parent in here.ancestors:
        match parent:
            case cst.Return() | cst.Yield() | cst.Lambda() | cst.Dict() | cst.List():
                return True
            case cst.ListComp() | cst.DictComp() | cst.SetComp() | cst.GeneratorExp():
                return True
            case cst.Call() if child is not parent.func:
                return True
            case cst.Assign(targets=targets):
                return not all(isinstance(one.target, cst.Name) for one in targets)
            case cst.SimpleStatementLine() | cst.With():
                return False
        child = parent
    return False


def coroutine(here: Here) -> cst.FunctionDef | None:
    """The ``async def`` in whose body the node at hand runs; None in a plain function or lambda."""
    child: cst.CSTNode = here.node
    for node in here.ancestors:
        if isinstance(node, cst.Lambda) and child is node.body:
            return None
        if isinstance(node, cst.FunctionDef) and child is node.body:
            return node if node.asynchronous is not None else None
        child = node
    return None


_WAITING_WORDS = (
    "sleep", "wait", "backoff", "back_off", "delay", "pause", "throttle", "retry", "select",
    "cooldown", "pump",
)  # fmt: skip


def sleeps(here: Here, *roots: cst.CSTNode) -> list[cst.Call]:
    """The calls of the known sleeping functions within."""
    calls = (node for node in within(*roots) if isinstance(node, cst.Call))
    return [call for call in calls if here.qualified(call.func) in SLEEPS]


def seems_to_wait(*roots: cst.CSTNode) -> bool:
    """Whether anything within is called by a word for waiting."""
    for node in within(*roots):
        match node:
            case cst.Call(func=cst.Name(value=word) | cst.Attribute(attr=cst.Name(value=word))):
                if any(part in word.lower() for part in _WAITING_WORDS) or word == "join":
                    return True
    return False

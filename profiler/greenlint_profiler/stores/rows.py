# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A document of greenlint-energy/1 -> the rows that are searched; the document is kept whole.

A row is an index of the document and holds nothing that is not in it.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from greenlint_profiler.said import say
from greenlint_profiler.stores.error import StoreError
from greenlint_profiler.stores.stored import Stratum

SCHEMA = "greenlint-energy/1"
# What is counted, and can be followed from run to run.
QUANTITIES = ("joules", "cpu_seconds", "queries", "requests", "instructions")

Row = tuple[Any, ...]
Document = Mapping[str, Any]

# `cpython 3.12.4`: what differs after the second number is no other interpreter.
_INTERPRETER = re.compile(r"(\S+ \d+\.\d+)\b.*", re.DOTALL)
# The fastest of zlib; docs/decisions/0013-store.md has what others would save.
_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Rows:
    """What one document becomes, by table; samples and verdicts in the order of their keys."""

    machine: Row
    run: Row
    tests: tuple[Row, ...]
    samples: tuple[Row, ...]
    verdicts: tuple[Row, ...]


def key(*words: str) -> int:
    """64 bits that stand for some words: two of a million names meet with a chance of 3 in
    100 000 000 (birthday bound).
    """
    text = "\0".join(words).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)


def text(value: str) -> str:
    """A text that every database can hold: without null characters and halves of surrogates."""
    return value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def interpreter(python: str) -> str:
    """The interpreter without the number of its bug fixes: ``cpython 3.12``."""
    match = _INTERPRETER.fullmatch(python)
    return python if match is None else match[1]


def stratum(machine: Mapping[str, Any], conditions: Mapping[str, Any]) -> Stratum:
    """With what a run may be compared, by the `machine` and the `conditions` of its document."""
    traced = bool(conditions["coverage"] or conditions["debugger"])
    return Stratum(text(machine["class"]), text(interpreter(machine["python"])), traced)


def moment(started: str) -> str:
    """A time of ISO 8601 as texts that sort: in UTC, to the microsecond; raises ValueError."""
    when = datetime.fromisoformat(started)
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return when.isoformat(timespec="microseconds")


def pack(document: Document) -> bytes:
    """The whole document in few bytes."""
    written = json.dumps(document, separators=(",", ":"), allow_nan=False)
    return zlib.compress(written.encode("ascii"), _LEVEL)


def unpack(packed: bytes) -> dict[str, Any]:
    """The document again; raises ValueError or zlib.error where the bytes were damaged."""
    document: dict[str, Any] = json.loads(zlib.decompress(packed))
    return document


def rows(document: Document) -> Rows:
    """The rows of a document; raises StoreError where it is not one of greenlint-energy/1."""
    schema = document.get("schema") if isinstance(document, Mapping) else None
    if schema != SCHEMA:
        raise StoreError(
            "A store holds documents of {schema}, and this one says {said}. Write it "
            "with `pytest --energy --energy-json=FILE`, by a greenlint of the same "
            "version.",
            schema=SCHEMA,
            said=repr(schema),
        )
    try:
        return _rows(document)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        lacks = isinstance(error, KeyError)
        what = say("it has no {error}", error=error) if lacks else str(error)
        raise StoreError(
            "The document is not of {schema}, whatever it says of itself: {what}. Its "
            "schema is docs/schemas/greenlint-energy-1.json.",
            schema=SCHEMA,
            what=what,
        ) from None


def _rows(document: Document) -> Rows:
    run, machine = document["run"], document["machine"]
    kind = stratum(machine, document["conditions"])
    run_key, machine_row = key(run["id"]), _machine(machine, kind)
    keys = {test["id"]: key(test["id"]) for test in document["tests"]}
    # In the order of their keys, in which all writers take the locks of rows that they share.
    names = sorted((number, text(name)) for name, number in keys.items())
    samples = [_sample(run_key, keys[test["id"]], test) for test in document["tests"]]
    _refuse_twins(document)
    return Rows(
        machine_row,
        _run(document, run_key, machine_row[0], kind),
        tuple(names),
        tuple(sorted(samples, key=lambda row: row[:3])),
        tuple(_verdicts(run_key, keys, document)),
    )


def _refuse_twins(document: Document) -> None:
    seen: set[tuple[str, int]] = set()
    for test in document["tests"]:
        known = (test["id"], test["attempt"])
        if known in seen:
            raise ValueError(f"attempt {known[1]} of {known[0]} is in it twice")
        seen.add(known)


def _machine(machine: Mapping[str, Any], kind: Stratum) -> Row:
    facts = json.dumps(machine, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return key(facts), kind.machine_class, kind.interpreter, facts


def _run(document: Document, run_key: int, machine_key: int, kind: Stratum) -> Row:
    run, total, meter = document["run"], document["total"], document["meter"]
    return (
        run_key,
        text(run["id"]),
        moment(run["started"]),
        machine_key,
        text(run["runner"]),
        *(_maybe(run[name]) for name in ("label", "branch", "commit")),
        None if run["dirty"] is None else int(run["dirty"]),
        _maybe(run["ci"]),
        int(kind.traced),
        text(meter["name"]),
        text(meter["evidence"]),
        _number(run["seconds"]),
        len(document["tests"]),
        *(_number(total[name]) for name in ("joules", "cpu_seconds")),
        *(_count(total[name]) for name in ("queries", "requests")),
        _maybe(document["verdict"]),
        pack(document),
        _maybe(_instructions_are(document)),
    )


def _instructions_are(document: Document) -> str | None:
    """The kind of instructions that a run counted: all tests of a run count the same."""
    kinds = (test["work"].get("instructions_are") for test in document["tests"])
    return next((kind for kind in kinds if kind), None)


def _sample(run_key: int, test_key: int, test: Mapping[str, Any]) -> Row:
    low, high = test["ci"] or (None, None)
    figures = (test["joules"], low, high, test["seconds"], test["cpu_seconds"])
    return (
        run_key,
        test_key,
        int(test["attempt"]),
        text(test["outcome"]),
        text(test["evidence"]),
        *map(_number, figures),
        *(_count(test["work"][name]) for name in ("queries", "requests", "instructions")),
    )


def _verdicts(run_key: int, keys: Mapping[str, int], document: Document) -> Iterator[Row]:
    for test in document["tests"]:
        for one in (test["budget"] or {}).get("judged", ()):
            yield (
                run_key,
                keys[test["id"]],
                int(test["attempt"]),
                text(one["quantity"]),
                _maybe(one["verdict"]),
                _number(one["limit"]),
                _number(one["used"]),
                _maybe(one["reason"]),
            )


def _maybe(value: str | None) -> str | None:
    return None if value is None else text(value)


def _number(value: float | None) -> float | None:
    if value is None or type(value) in (int, float):
        return value
    raise ValueError(f"{value!r} is no number")


def _count(value: int | None) -> int | None:
    if value is None or type(value) is int:
        return value
    raise ValueError(f"{value!r} is no count")

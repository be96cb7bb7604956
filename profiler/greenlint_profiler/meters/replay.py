# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Recorded readings, played back by the clock: the same figures on every run.

A record is JSON: ``{"schema": "greenlint-replay/1", "evidence": ..., "counters": [...],
"readings": [{"ns": 0, "values": [...]}, ...]}``.  A counter has `domain` (a kind), `socket`, `die`,
`max_range_uj`, `ceiling_uw`, `update_ns`, `in_total`; a value is microjoules, or the code of a
reason.  Between two readings the counters stand as at the earlier one.
"""

from __future__ import annotations

import json
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from greenlint_profiler.counter import UNKNOWN_CEILING_UW, Counter, modulus_of, unit_of
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.said import say
from greenlint_profiler.units import Domain, Evidence, Kind, Reason
from greenlint_profiler.world import World

SCHEMA = "greenlint-replay/1"


class Replay:
    """A record that begins when it is opened."""

    name = "replay"
    band = None
    notes = (say("replayed from a record: nothing was measured in this run"),)

    def __init__(
        self, record: Mapping[str, Any], now_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        if record.get("schema") != SCHEMA:
            raise ValueError(f"schema is {record.get('schema')!r}, and not {SCHEMA!r}")
        self.evidence = Evidence(record["evidence"])
        self.counters = tuple(_counter(one) for one in record["counters"])
        self._times = [int(reading["ns"]) for reading in record["readings"]]
        self._values = [_values(reading["values"]) for reading in record["readings"]]
        if any(len(values) != len(self.counters) for values in self._values):
            raise ValueError("a reading has another number of values than there are counters")
        self._ends_ns = int(record.get("ends_ns", self._times[-1]))
        self._now_ns = now_ns
        self._began_ns = now_ns()

    def read(self) -> Sequence[int | Reason]:
        """The last recorded values until now."""
        ns = self._now_ns() - self._began_ns
        index = bisect_right(self._times, ns) - 1
        if index < 0 or ns > self._ends_ns:
            return [Reason.RECORD_ENDED] * len(self.counters)
        return self._values[index]

    def close(self) -> None:
        """Nothing is open."""


def _counter(one: Mapping[str, Any]) -> Counter:
    domain = Domain(Kind(one["domain"]), one.get("socket"), one.get("die"))
    max_range_uj = one.get("max_range_uj")
    return Counter(
        domain,
        None if max_range_uj is None else modulus_of(max_range_uj),
        1.0 if max_range_uj is None else unit_of(max_range_uj),
        one.get("ceiling_uw", UNKNOWN_CEILING_UW),
        one.get("update_ns", 1_000_000),
        one.get("in_total", domain.kind in (Kind.PACKAGE, Kind.DRAM)),
    )


def _values(values: Sequence[int | str]) -> list[int | Reason]:
    return [Reason(value) if isinstance(value, str) else value for value in values]


def open_meter(world: World) -> Replay:
    """The record that GREENLINT_REPLAY names; raises Unavailable where it cannot be played."""
    path = world.environ.get("GREENLINT_REPLAY")
    if not path:
        raise Unavailable(Reason.ABSENT, say("GREENLINT_REPLAY names no record to play."))
    text = world.text(path)
    if text is None:
        raise Unavailable(Reason.ABSENT, say("Cannot read the record {path}.", path=path))
    try:
        return Replay(json.loads(text))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        detail = say(
            "{path} is no {schema} record: {why}.", path=path, schema=SCHEMA, why=str(error)
        )
        raise Unavailable(Reason.GARBLED, detail) from None

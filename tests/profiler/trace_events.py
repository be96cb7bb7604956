# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What viewers ask of a trace, held against a file: a list of what is wrong with it.

After "Trace Event Format" (Google, the document that chrome://tracing and Perfetto refer to), its
sections on the JSON Object Format, complete, counter and metadata events; and after Perfetto's JSON
importer, which turns microseconds into whole nanoseconds by truncation, sorts by time with longer
slices first, and drops a slice that overlaps another of its track.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

Event = Mapping[str, Any]
_METADATA = ("process_name", "process_labels", "thread_name")
_REQUIRED = {
    "X": {"name", "cat", "ph", "ts", "dur", "pid", "tid"},
    "C": {"name", "ph", "ts", "pid", "args"},
    "M": {"name", "ph", "pid", "args"},
}


def problems(text: str) -> list[str]:
    """All of them; none of a file that every viewer shows as it was meant."""

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is no JSON")

    try:
        trace = json.loads(text, parse_constant=refuse)
    except ValueError as error:
        return [f"not JSON: {error}"]
    if not isinstance(trace, dict) or not isinstance(trace.get("traceEvents"), list):
        return ["no object with a list of traceEvents"]
    return list(_problems(trace))


def _problems(trace: Mapping[str, Any]) -> Iterator[str]:
    if trace.get("displayTimeUnit", "ms") not in ("ms", "ns"):
        yield f"displayTimeUnit is {trace['displayTimeUnit']!r}"
    events: Sequence[Event] = trace["traceEvents"]
    wrong = [told for event in events for told in _of_event(event)]
    yield from wrong
    if wrong:
        return
    yield from _of_counters([event for event in events if event["ph"] == "C"])
    yield from _of_names(events)
    tracks: dict[tuple[int, int], list[Event]] = defaultdict(list)
    for event in events:
        if event["ph"] == "X":
            tracks[event["pid"], event["tid"]].append(event)
    for track in tracks.values():
        yield from _of_track(track)


def _of_event(event: Event) -> Iterator[str]:
    kind = event.get("ph")
    if kind not in _REQUIRED:
        yield f"{event}: no kind of event that is used here"
        return
    missing = _REQUIRED[kind] - event.keys()
    if missing:
        yield f"{event}: lacks {sorted(missing)}"
        return
    if not isinstance(event["name"], str) or not event["name"]:
        yield f"{event}: its name is no text"
    for key in ("pid", "tid"):
        if not isinstance(event.get(key, 0), int) or event.get(key, 0) < 0:
            yield f"{event}: {key} is no whole number"
    for key in ("ts", "dur"):
        value = event.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            yield f"{event}: {key} is no time"
    args = event.get("args", {})
    if kind == "C" and (not args or not all(_is_number(one) for one in args.values())):
        yield f"{event}: a counter has numbers"
    if kind == "M" and (event["name"] not in _METADATA or not isinstance(args.get("name"), str)):
        yield f"{event}: no metadata that viewers know"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _of_counters(events: Sequence[Event]) -> Iterator[str]:
    """A counter is its process and its name: always the same series, time going forward."""
    series: dict[tuple[int, str], list[Event]] = defaultdict(list)
    for event in events:
        series[event["pid"], event["name"]].append(event)
    for (pid, name), found in series.items():
        if len({tuple(event["args"]) for event in found}) > 1:
            yield f"counter {name} of {pid} changes its series"
        for first, second in pairwise(found):
            if not first["ts"] < second["ts"]:
                yield f"counter {name} of {pid}: {second['ts']} does not come after {first['ts']}"


def _of_names(events: Sequence[Event]) -> Iterator[str]:
    """One name for each process, and for each thread that has slices."""
    named = [
        (event["name"], event["pid"], event.get("tid", 0)) for event in events if event["ph"] == "M"
    ]
    for one in {one for one in named if named.count(one) > 1}:
        yield f"{one} is told twice"
    for event in events:
        if event["ph"] == "X" and ("thread_name", event["pid"], event["tid"]) not in named:
            yield f"{event}: its thread has no name"
        if event["ph"] != "M" and not any(
            one[:2] == ("process_name", event["pid"]) for one in named
        ):
            yield f"{event}: its process has no name"


def _of_track(events: Sequence[Event]) -> Iterator[str]:
    """In the order of the file: begins do not go back, and each slice lies within those around."""
    around: list[tuple[int, int]] = []
    before = (-1, 0)
    for event in events:
        begin = int(event["ts"] * 1000.0)
        end = begin + int(event["dur"] * 1000.0)
        if (begin, begin - end) < before:
            yield f"{event}: stands behind what it lies around, or what begins later"
        before = (begin, begin - end)
        while around and around[-1][1] <= begin:
            around.pop()
        if around and end > around[-1][1]:
            yield f"{event}: overlaps one that ends at {around[-1][1]} ns"
        around.append((begin, end))

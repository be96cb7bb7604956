# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Windows for a meter to measure, told as a line of JSON each; runs in that meter's environment.

    python PROBE.py COUNT SECONDS [MOMENT]

A line has `first_ns` and `last_ns`, the monotonic clock just after the window was opened and just
before it was closed: what the measured code itself can see.  `joules` holds each figure that the
meter gives, by its name, or None; `says` whatever the meter tells beside it.  A first window is not
told.  With a MOMENT, of the monotonic clock in nanoseconds, the window lies around it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

# The joules of a window by the name of the figure, and what is said beside them.
Told = tuple[Mapping[str, "float | None"], str]
WARM_UP_SECONDS = 0.1


def take(begin: Callable[[], Any], end: Callable[[Any], Told]) -> None:
    """Open, wait and close as often as the command line says; `end` gets what `begin` returned."""
    count, seconds = int(sys.argv[1]), float(sys.argv[2])
    window(begin, end, WARM_UP_SECONDS)
    if len(sys.argv) > 3:
        begins_ns = int(sys.argv[3]) - round(seconds * 5e8)
        time.sleep(max(0, begins_ns - time.monotonic_ns()) / 1e9)
    for _ in range(count):
        print(json.dumps(window(begin, end, seconds)), flush=True)


def window(
    begin: Callable[[], Any], end: Callable[[Any], Told], seconds: float
) -> dict[str, object]:
    """One window, in which nothing is done but waiting: the counters are simulated."""
    opened = begin()
    first_ns = time.monotonic_ns()
    time.sleep(seconds)
    last_ns = time.monotonic_ns()
    joules, says = end(opened)
    return {"first_ns": first_ns, "last_ns": last_ns, "joules": dict(joules), "says": says}

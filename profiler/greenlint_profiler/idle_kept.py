# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the idle machine drew when it was last watched, for runs that do not watch it themselves.

It is shown beside their joules, and taken off nothing: only what is watched before and after a run
is the rest of that run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from greenlint_profiler.idle import Idle
from greenlint_profiler.machine import fingerprint
from greenlint_profiler.meter import Meter
from greenlint_profiler.units import Evidence
from greenlint_profiler.world import World

# Beside the store and the cache, and only where that folder is: a profile alone leaves nothing.
FOLDER, NAME = ".greenlint", "idle.json"
# Services start and end, and fans and rooms warm up, within hours: an older figure is another one.
FRESH_SECONDS = 3600.0


class NoIdle(Enum):
    """Why there is no figure: nothing sees an idle machine, nobody watched it, that was too long
    ago, or it was another machine, or another meter.
    """

    NO_COUNTER = "no-counter"
    NOT_WATCHED = "not-watched"
    STALE = "stale"
    OTHER_MACHINE = "other-machine"


@dataclass(frozen=True, slots=True)
class KeptIdle:
    """Watts of packages and memory, and when that was measured: UTC, ISO 8601."""

    watts: float
    measured: str


def keep_idle(root: Path, idle: Idle, meter: Meter, world: World, now: float) -> bool:
    """Keep what was seen of the idle machine, if it was idle and steady; whether it was kept.

    `now` is in seconds since 1970.  A folder that cannot be written is no reason to fail.
    """
    folder = root / FOLDER
    if idle.watts is None or idle.busy or idle.unstable or not folder.is_dir():
        return False
    held = {"watts": idle.watts, "at": now, "machine": _machine(meter, world)}
    partial = folder / f"{NAME}.{os.getpid()}"
    try:
        partial.write_text(json.dumps(held), encoding="utf-8")
        partial.replace(folder / NAME)
    except OSError:
        return False
    return True


def kept_idle(root: Path, meter: Meter, world: World, now: float) -> KeptIdle | NoIdle:
    """The figure of this machine and this meter, if it is fresh; else the reason."""
    if meter.evidence not in (Evidence.MEASURED, Evidence.VENDOR):
        return NoIdle.NO_COUNTER
    try:
        held = json.loads((root / FOLDER / NAME).read_text("utf-8"))
        watts, then, machine = float(held["watts"]), float(held["at"]), held["machine"]
    except (OSError, ValueError, KeyError, TypeError):
        return NoIdle.NOT_WATCHED
    if machine != _machine(meter, world):
        return NoIdle.OTHER_MACHINE
    if not 0 <= now - then <= FRESH_SECONDS:
        return NoIdle.STALE
    return KeptIdle(watts, datetime.fromtimestamp(then, UTC).isoformat(timespec="seconds"))


def as_entry(found: KeptIdle | NoIdle) -> dict[str, Any]:
    """The part of the `meter` of a greenlint-energy/1 document."""
    if isinstance(found, NoIdle):
        return {"idle_w": None, "idle_measured": None, "idle_reason": found.value}
    return {"idle_w": found.watts, "idle_measured": found.measured, "idle_reason": None}


def _machine(meter: Meter, world: World) -> Mapping[str, Any]:
    """What must be equal: the interpreter does not matter to a machine at rest."""
    known = {name: value for name, value in fingerprint(world).items() if name != "python"}
    domains = [str(one.domain) for one in meter.counters if one.in_total]
    return known | {"meter": meter.name, "domains": domains}

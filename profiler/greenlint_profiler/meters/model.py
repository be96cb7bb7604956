# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""An estimate: CPU seconds times the watts of one busy virtual processor, from a cited table.

A processor that works for a second is counted at its full-load watts.  Inside one generation the
published figures spread by a factor of two, so every figure carries a band from half to double.
"""

from __future__ import annotations

import re
from math import sqrt

from greenlint_profiler.counter import Counter
from greenlint_profiler.load import own_ns
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.meters.coefficients import SOURCE, TABLE, Watts, generation
from greenlint_profiler.said import Figure, say
from greenlint_profiler.units import Domain, Evidence, Kind, Reason
from greenlint_profiler.world import World

BAND = (0.5, 2.0)


class Model:
    """CPU time of this process and its ended children, in watts of a table; see `open_meter`."""

    name = "model"
    evidence = Evidence.ESTIMATED

    def __init__(self, watts: Watts, band: tuple[float, float], source: str) -> None:
        self.watts = watts
        self.band = band
        self.notes = (
            say(
                "estimated: CPU seconds x {watts} ({name}; {source}), band {low} to {high}",
                watts=Figure(f"{watts.full:g} W"),
                name=watts.generation,
                source=source,
                low=Figure(f"{band[0]:.2g}x"),
                high=Figure(f"{band[1]:.2g}x"),
            ),
        )
        self.counters = (
            Counter(Domain(Kind.CPU), None, 1.0, ceiling_uw=None, update_ns=0, in_total=True),
        )

    def read(self) -> list[int | Reason]:
        """CPU time so far, as microjoules."""
        return [int(own_ns() * self.watts.full) // 1000]

    def close(self) -> None:
        """Nothing is open."""


def open_meter(world: World) -> Model:
    """The estimate for this processor; GREENLINT_WATTS_PER_VCPU=IDLE-FULL overrides the table."""
    own = world.environ.get("GREENLINT_WATTS_PER_VCPU")
    if own:
        return Model(_own(own), BAND, "GREENLINT_WATTS_PER_VCPU")
    name = generation(world.text(world.proc, "cpuinfo") or "")
    if name is not None:
        return Model(TABLE[name], BAND, SOURCE)
    return Model(*_unknown(), SOURCE)


def _own(text: str) -> Watts:
    number = r"(\d+(?:\.\d+)?)"
    match = re.fullmatch(rf"{number}-{number}", text.strip())
    if match is None or float(match[1]) > float(match[2]) or float(match[2]) == 0:
        wrong = "GREENLINT_WATTS_PER_VCPU is IDLE-FULL in watts, such as 0.5-2.3, and not {text}."
        detail = say(wrong, text=repr(text))
        raise Unavailable(Reason.GARBLED, detail)
    return Watts(say("own figure"), float(match[1]), float(match[2]))


def _unknown() -> tuple[Watts, tuple[float, float]]:
    """A processor that the table does not know: its middle, and a band that spans all of it."""
    full = [watts.full for watts in TABLE.values()]
    middle = sqrt(min(full) * max(full))
    idle = min(watts.idle for watts in TABLE.values())
    band = (BAND[0] * min(full) / middle, BAND[1] * max(full) / middle)
    return Watts(say("generation not in the table, its middle"), idle, middle), band

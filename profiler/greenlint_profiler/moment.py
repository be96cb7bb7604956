# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Two moments of one account -> the measurement of the time between them."""

from __future__ import annotations

from greenlint_profiler.account import Account, Edge
from greenlint_profiler.load import Load, load, others, own_load
from greenlint_profiler.measurement import Measurement, beside, between
from greenlint_profiler.units import Evidence
from greenlint_profiler.value import value
from greenlint_profiler.world import World


@value
class Moment:
    """What the counters showed, and the CPU time until then."""

    edge: Edge
    load: Load


def now(account: Account, world: World) -> Moment:
    """This moment, at which one window may end and another begin.

    What others used is looked at where it matters: it makes a counter `shared`.
    """
    counts = account.meter.evidence is Evidence.MEASURED
    used = load(world) if counts else own_load()
    return Moment(account.edge(), used)


def stretch(account: Account, first: Moment, last: Moment, name: str = "") -> Measurement:
    """What was used between two moments, labelled by how much of it was others'."""
    cpu_ns = last.load.own_ns - first.load.own_ns
    bare = between(account.meter, account.counters, first.edge, last.edge, name, cpu_ns=cpu_ns)
    load = others(first.load, last.load)
    return bare if load is None else beside(bare, cpu_ns, load)

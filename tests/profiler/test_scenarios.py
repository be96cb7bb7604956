# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Random lives of a machine: whatever its counters do, nothing is negative and nothing is zero.

A run of `make test` tries a few hundred of them, `make prove` ten thousand.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

from greenlint_profiler.account import Account, Edge
from greenlint_profiler.measurement import Measurement, between
from greenlint_profiler.meters import powercap
from greenlint_profiler.units import Evidence, Kind, Reason
from greenlint_profiler.world import World
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.powercap.clock import FakeClock
from tests.powercap.power import constant
from tests.powercap.simulator import Simulator, modulus_uj, simulated
from tests.powercap.tree import zones_of

SCENARIOS = 10_000 if os.environ.get("GREENLINT_PROVE") else 200
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # thousands of small files
MS = 1_000_000
TREES = ("ryzen-9950x3d-near-wrap", "sandy-ep", "xeon-8260-2s", "laptop-psys", "spr-2s-psys-shift")
CODES = (errno.EIO, errno.ENODATA, errno.ENODEV, errno.EACCES)
# What a counter hides while it stands still and is not yet known to: ten updates, and the grid.
STALE_NS = 12 * MS
# So far from its wraparound that a reset cannot be taken for one within some milliseconds.
FAR_UJ = 100_000_000


class Life(RuleBasedStateMachine):
    """One machine: time passes, counters fail, windows open and close.

    Nobody reads between the edges but the rule `keep`, so that gaps of any length occur.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="greenlint-life-", dir=MEMORY))
        self.clock = FakeClock()
        self.failing: int | None = None
        self.windows: list[Edge] = []
        self.stood_still = False

    @initialize(
        tree=st.sampled_from(TREES),
        watts=st.sampled_from([0.0, 0.5, 12.0, 90.0, 400.0]),
        below_wrap_uj=st.one_of(st.none(), st.integers(0, 10**7), st.integers(0, 10**9)),
    )
    def begin(self, tree: str, watts: float, below_wrap_uj: int | None) -> None:
        """A tree, its power, and how near to a wraparound its packages are."""
        zones = zones_of(tree)
        for zone in zones:
            if below_wrap_uj is not None and zone["name"].startswith("package"):
                zone["energy_uj"] = int(zone["max_energy_range_uj"] or 0) or 262_143_328_850
                zone["energy_uj"] -= below_wrap_uj
        power = {"package": constant(watts), "dram": constant(watts / 8)}
        sys = self.folder / "sys"
        sys.mkdir()
        self.simulator: Simulator = simulated(sys, zones, power, began_ns=self.clock.ns)
        self.simulator.show_at(self.clock.ns)
        self.clock.listeners.append(self.simulator.show_at)
        self.meter = powercap.open_meter(World(sys=str(sys)), self.pread)
        self.account = Account(self.meter, self.clock.clock)

    def pread(self, descriptor: int, size: int, offset: int) -> bytes:
        """The kernel, which may fail."""
        if self.failing is not None:
            raise OSError(self.failing, os.strerror(self.failing))
        return os.pread(descriptor, size, offset)

    @rule(ns=st.one_of(st.integers(1, 5 * MS), st.integers(MS, 3_000 * MS)))
    def time_passes(self, ns: int) -> None:
        """From a moment to some seconds."""
        self.clock.advance(ns)

    @rule(minutes=st.integers(1, 300))
    def long_time_passes(self, minutes: int) -> None:
        """Long enough for a counter to wrap, once or often."""
        self.clock.advance(minutes * 60_000 * MS)

    @rule(ns=st.integers(200 * MS, 10_000_000 * MS))
    def sleep(self, ns: int) -> None:
        """The machine is suspended."""
        self.clock.suspend(ns)

    @rule(code=st.one_of(st.none(), st.sampled_from(CODES)))
    def fail(self, code: int | None) -> None:
        """Readings begin to fail, or to work again."""
        self.failing = code

    @rule(index=st.integers(0, 3))
    def vanish(self, index: int) -> None:
        """A zone goes away."""
        if index < len(self.simulator.files):
            self.simulator.vanish(self.simulator.files[index])

    @rule(index=st.integers(0, 3))
    def stand_still(self, index: int) -> None:
        """A counter is not updated any more."""
        if index < len(self.simulator.files):
            self.stood_still = True
            self.simulator.stopped.add(self.simulator.files[index].zone)

    @rule(index=st.integers(0, 3), mode=st.sampled_from([0o000, 0o400, 0o444]))
    def change_rights(self, index: int, mode: int) -> None:
        """Somebody changes the rights of a counter that is open."""
        path = self.simulator.files[index % len(self.simulator.files)].path
        if path.exists():
            path.chmod(mode)

    @rule(index=st.integers(0, 3))
    def reset(self, index: int) -> None:
        """A counter begins at zero, as after its driver was loaded again, and is read before it
        has become plausible: a reset that nobody sees for a minute looks like a wraparound.
        """
        file = self.simulator.files[index % len(self.simulator.files)]
        shown = file.path.read_text() if file.path.exists() else ""  # it may have stood still
        if shown and int(shown) < modulus_uj(file) - FAR_UJ:
            self.account.edge()
            self.stood_still = True
            self.simulator.write(file, 0)
            self.simulator.stopped.add(file.zone)
            self.account.edge()

    @rule(ns=st.integers(2 * MS, 5_000 * MS))
    def measure(self, ns: int) -> None:
        """A window begins, time passes, it ends."""
        self.open()
        self.time_passes(ns)
        self.close()

    @rule(ns=st.integers(2 * MS, 500 * MS), index=st.integers(0, 3))
    def measure_a_reset(self, ns: int, index: int) -> None:
        """A counter begins anew within a window."""
        self.open()
        self.time_passes(ns)
        self.reset(index)
        self.close()

    @rule()
    def keep(self) -> None:
        """What the keeper's thread does."""
        self.account.edge()

    @rule()
    def open(self) -> None:
        """A window begins."""
        self.windows.append(self.account.edge())

    @precondition(lambda self: self.windows)
    @rule()
    def close(self) -> None:
        """A window ends, and is judged."""
        first = self.windows.pop()
        last = self.account.edge()
        taken = between(self.meter, self.account.counters, first, last)
        for one in (taken.total, *taken.domains.values()):
            if one.energy_uj is None:
                assert isinstance(one.reason, Reason)
                continue
            assert one.reason is None
            assert one.energy_uj > 0
            assert one.low_uj is not None
            assert one.high_uj is not None
            assert 0 <= one.low_uj <= one.energy_uj <= one.high_uj
        if all(one.energy_uj is None for one in taken.domains.values()):
            assert taken.evidence is Evidence.NONE
        self.agrees(taken, first.mid_ns, last.mid_ns)

    def agrees(self, taken: Measurement, first_ns: int, last_ns: int) -> None:
        """A figure is what was issued; one of a counter that stood still may be less."""
        zones = {zone.domain: zone.id for zone in self.meter.zones}
        for domain, one in taken.domains.items():
            if one.energy_uj is None:
                continue
            stale_ns = STALE_NS if self.stood_still else 2 * MS
            issued = self.simulator.issued_uj([zones[domain]], first_ns, last_ns)
            stale = self.simulator.issued_uj([zones[domain]], last_ns - stale_ns, last_ns)
            stale += 2_000_000 if domain.kind is Kind.PSYS else 200
            assert one.energy_uj <= issued + stale
            if not self.stood_still:
                assert one.energy_uj >= issued - stale

    def teardown(self) -> None:
        """Nothing is left behind."""
        if hasattr(self, "account"):
            self.meter.close()
            self.simulator.close()
        shutil.rmtree(self.folder)


Life.TestCase.settings = settings(
    max_examples=SCENARIOS,
    stateful_step_count=15,
    suppress_health_check=list(HealthCheck),
)
TestLife = Life.TestCase

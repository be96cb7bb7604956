# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What tests of the profiler share: a fake clock, a simulated machine, a user without rights."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from greenlint_profiler.account import Account
from greenlint_profiler.default import forget
from greenlint_profiler.measurement import Measurement, between
from greenlint_profiler.meter import Meter
from greenlint_profiler.meters import powercap
from greenlint_profiler.world import World

from tests.powercap.clock import FakeClock
from tests.powercap.power import Power
from tests.powercap.simulator import Simulator, simulated
from tests.powercap.tree import Zones
from tests.profiler.postgres import Server, server


@dataclass
class Machine:
    """A simulated tree, its clock, and the account of a powercap meter that reads it."""

    simulator: Simulator
    clock: FakeClock
    world: World
    pread: Callable[[int, int, int], bytes] = os.pread
    _accounts: list[Account] = field(default_factory=list)

    def meter(self) -> powercap.Powercap:
        return powercap.open_meter(self.world, lambda *words: self.pread(*words))

    def account(self, meter: Meter | None = None) -> Account:
        account = Account(meter or self.meter(), self.clock.clock)
        self._accounts.append(account)
        return account

    def window(self, account: Account, ns: int) -> Measurement:
        """A window of so many nanoseconds."""
        first = account.edge()
        self.clock.advance(ns)
        return between(account.meter, account.counters, first, account.edge())

    def close(self) -> None:
        for account in self._accounts:
            account.meter.close()
        self.simulator.close()


MakeMachine = Callable[..., Machine]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[MakeMachine]:
    """Makes simulated machines: zones, and the power that drives them."""
    made: list[Machine] = []

    def make(zones: Zones, power: dict[str, Power] | None = None, **more: int) -> Machine:
        clock = FakeClock()
        sys = tmp_path / f"sys{len(made)}"
        sys.mkdir()
        simulator = simulated(sys, zones, power or {}, began_ns=clock.ns, **more)
        simulator.show_at(clock.ns)
        clock.listeners.append(simulator.show_at)
        nothing = tmp_path / "no-proc"
        world = World(sys=str(sys), proc=str(nothing), root=str(nothing))
        made.append(Machine(simulator, clock, world))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="greenlint-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may read everything, so root becomes nobody; anybody else stays who they are."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture(autouse=True)
def chosen_anew() -> Iterator[None]:
    """No test sees the meter that another one chose."""
    yield
    forget()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A server of PostgreSQL; where there is none, its tests are skipped."""
    with server() as running:
        yield running


@pytest.fixture
def postgres_url(postgres_server: Server) -> str:
    """An empty database of its own."""
    name = f"test_{secrets.token_hex(6)}"
    postgres_server.run(f"CREATE DATABASE {name}")
    return postgres_server.url(name)

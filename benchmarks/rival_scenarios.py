# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The simulated machines on which energy meters are compared, and what is true of each."""

from __future__ import annotations

from dataclasses import dataclass

CLIENT = "package=40;core=25;uncore=2"


@dataclass(frozen=True)
class Scenario:
    """A machine, the windows that are measured on it, and the zones whose energy is the truth.

    The truth is packages and memory, every hardware counter once.  `wraps` lets the packages go
    round their counter in the middle of the window; such a machine is made anew for each window.
    """

    name: str
    tree: str
    power: str
    truth: tuple[str, ...]
    seconds: float
    windows: int
    sockets: int = 1
    refused: bool = False
    wraps: bool = False
    rounds: int = 1


SCENARIOS = (
    Scenario("plain, 50 ms", "client-i5-13500", CLIENT, ("intel-rapl:0",), 0.05, 60),
    Scenario("plain, 250 ms", "client-i5-13500", CLIENT, ("intel-rapl:0",), 0.25, 30),
    Scenario("plain, 1 s", "client-i5-13500", CLIENT, ("intel-rapl:0",), 1.0, 12),
    Scenario(
        "one wraparound in 1 s",
        *("client-i5-13500", CLIENT, ("intel-rapl:0",), 1.0, 1),
        wraps=True,
        rounds=3,
    ),
    Scenario(
        "two sockets, 250 ms",
        "xeon-2s-reversed-nodram",
        "intel-rapl:0=60;intel-rapl:1=45",
        *(("intel-rapl:0", "intel-rapl:1"), 0.25, 20),
        sockets=2,
    ),
    Scenario(
        "mirrored dies, 250 ms",
        *("threadripper-die-mirror", "package=120", ("intel-rapl:0",), 0.25, 20),
    ),
    Scenario(
        "psys and mmio, 250 ms",
        *("laptop-psys-mmio", "package=25;psys=38", ("intel-rapl:0",), 0.25, 20),
    ),
    Scenario(
        "memory, 250 ms",
        "sandy-ep",
        "package=40;core=25;dram=6",
        *(("intel-rapl:0", "intel-rapl:0:1"), 0.25, 20),
    ),
    Scenario(
        "permission refused",
        *("client-i5-13500", CLIENT, ("intel-rapl:0",), 0.25, 3),
        refused=True,
    ),
)

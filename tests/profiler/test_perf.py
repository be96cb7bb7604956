# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The perf meter: the events it finds in a tree, and the kernel's own system call."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.meters.perf import open_meter, perf_event_open, processors
from greenlint_profiler.units import Reason
from greenlint_profiler.world import World

SCALE = "2.3283064365386962890625e-10"
EVENTS = {"energy-pkg": "0x02", "energy-ram": "0x03", "energy-psys": "0x05"}


def pmu(
    sys_root: Path,
    sockets: dict[int, tuple[int, int]],
    events: dict[str, str] = EVENTS,
    kind: int = 21,
) -> World:
    """A `power` PMU; each processor of its mask has a socket and a die."""
    folder = sys_root / "bus" / "event_source" / "devices" / "power"
    (folder / "events").mkdir(parents=True)
    (folder / "type").write_text(f"{kind}\n")
    (folder / "cpumask").write_text(",".join(map(str, sockets)) + "\n")
    for name, code in events.items():
        (folder / "events" / name).write_text(f"event={code}\n")
        (folder / "events" / f"{name}.scale").write_text(SCALE + "\n")
        (folder / "events" / f"{name}.unit").write_text("Joules\n")
    for cpu, (socket, die) in sockets.items():
        topology = sys_root / "devices" / "system" / "cpu" / f"cpu{cpu}" / "topology"
        topology.mkdir(parents=True)
        (topology / "physical_package_id").write_text(f"{socket}\n")
        (topology / "die_id").write_text(f"{die}\n")
    return World(sys=str(sys_root), proc=str(sys_root / "proc"))


class Events:
    """Stands for the kernel: a pipe for each event, with the counts that it gives in turn."""

    def __init__(self, *counts: int) -> None:
        self.opened: list[tuple[int, int, int]] = []
        self._counts = counts

    def __call__(self, kind: int, config: int, cpu: int) -> int:
        self.opened.append((kind, config, cpu))
        reading, writing = os.pipe()
        for count in self._counts:
            os.write(writing, count.to_bytes(8, sys.byteorder))
        os.close(writing)
        return reading


def refusing(code: int) -> Callable[[int, int, int], int]:
    def refuse(kind: int, config: int, cpu: int) -> int:
        raise OSError(code, os.strerror(code))

    return refuse


def test_every_event_is_opened_on_every_socket(tmp_path: Path) -> None:
    """One processor of each socket, as the mask says; the platform once."""
    events = Events(2**32)
    meter = open_meter(pmu(tmp_path, {0: (0, 0), 24: (1, 0)}), events)
    assert events.opened == [(21, 2, 0), (21, 2, 24), (21, 3, 0), (21, 3, 24), (21, 5, 0)]
    assert [str(counter.domain) for counter in meter.counters] == [
        *("package-0", "package-1", "dram-0", "dram-1", "psys"),
    ]
    assert [counter.in_total for counter in meter.counters] == [True, True, True, True, False]
    meter.close()


def test_counts_become_microjoules(tmp_path: Path) -> None:
    """2^32 counts are a joule; beyond 32 bits they go on; a counter that ends has no data."""
    world = pmu(tmp_path, {0: (0, 0)}, {"energy-pkg": "0x02"})
    meter = open_meter(world, Events(2**32, 5 * 2**40, 1))
    assert [meter.read() for _ in range(4)] == [[1_000_000], [1_280_000_000], [0], [Reason.NO_DATA]]
    meter.close()


@pytest.mark.parametrize(
    ("vendor", "domains"),
    [
        ("GenuineIntel", ["package-0-die-0", "package-0-die-1"]),
        ("AuthenticAMD", ["package-0"]),
    ],
)
def test_dies_of_one_socket(tmp_path: Path, vendor: str, domains: list[str]) -> None:
    """Intel's dies count for themselves; AMD's show their socket's counter again."""
    world = pmu(tmp_path, {0: (0, 0), 8: (0, 1)}, {"energy-pkg": "0x02"})
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "cpuinfo").write_text(f"vendor_id\t: {vendor}\n")
    meter = open_meter(world, Events())
    assert [str(counter.domain) for counter in meter.counters] == domains
    meter.close()


def test_the_kernel_that_refuses_is_quoted(tmp_path: Path) -> None:
    """perf_event_paranoid is named with its value, and what is needed."""
    world = pmu(tmp_path, {0: (0, 0)})
    (tmp_path / "proc" / "sys" / "kernel").mkdir(parents=True)
    (tmp_path / "proc" / "sys" / "kernel" / "perf_event_paranoid").write_text("4\n")
    with pytest.raises(Unavailable) as caught:
        open_meter(world, refusing(errno.EACCES))
    assert caught.value.reason is Reason.BLOCKED
    assert str(caught.value) == "kernel.perf_event_paranoid = 4; these events need 0 or less."


def test_events_that_are_open_are_closed_when_the_next_is_refused(tmp_path: Path) -> None:
    """No descriptor is left behind."""
    opened: list[int] = []

    def second_fails(kind: int, config: int, cpu: int) -> int:
        if opened:
            raise OSError(errno.ENODEV, "No such device")
        opened.append(os.open(os.devnull, os.O_RDONLY))
        return opened[0]

    with pytest.raises(Unavailable, match="refused the energy events: No such device"):
        open_meter(pmu(tmp_path, {0: (0, 0)}), second_fails)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])


def test_without_the_pmu_there_is_no_meter(tmp_path: Path) -> None:
    """Neither without its directory, nor with one that has no package event."""
    with pytest.raises(Unavailable, match="is not there"):
        open_meter(World(sys=str(tmp_path / "none")))
    world = pmu(tmp_path, {0: (0, 0)}, {"energy-ram": "0x03"})
    with pytest.raises(Unavailable, match="has no energy-pkg event"):
        open_meter(world, Events())


def test_the_system_call_is_the_kernels_own(tmp_path: Path) -> None:
    """A software clock of the kernel, read as if it were energy: it is opened, and it runs.

    No machine of these tests has the `power` PMU; the call and its reading are the same.
    """
    try:
        os.close(perf_event_open(1, 0, 0))
    except (OSError, NotImplementedError) as error:
        pytest.skip(f"perf events are not allowed here: {error}")
    meter = open_meter(pmu(tmp_path, {0: (0, 0)}, {"energy-pkg": "0x00"}, kind=1))
    (first,) = meter.read()
    time.sleep(0.02)
    (last,) = meter.read()
    meter.close()
    assert isinstance(first, int)
    assert isinstance(last, int)
    assert last - first >= 20_000_000 * 2**-32 * 1e6  # nanoseconds, scaled as if counts


@pytest.mark.parametrize(
    ("mask", "cpus"), [("0", [0]), ("0,24", [0, 24]), ("0-2,8", [0, 1, 2, 8]), ("", [])]
)
def test_a_mask_names_processors(mask: str, cpus: list[int]) -> None:
    """Single numbers and ranges, as the kernel prints them."""
    assert processors(mask) == cpus

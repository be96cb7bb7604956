# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The simulated machine: a program that knows nothing of it finds counters where they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.powercap.live import ROOT, powers
from tests.powercap.machine import wrapping
from tests.powercap.simulator import Counters, modulus_uj
from tests.powercap.tree import build, zones_of


def seen(*words: str) -> subprocess.CompletedProcess[str]:
    """What a shell prints on a simulated machine."""
    command = [sys.executable, "-m", "tests.powercap.machine", *words[:-1], "--", "sh", "-c"]
    done = subprocess.run(
        [*command, words[-1]], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    if any(word in done.stderr for word in ("unshare", "mount:", "FUSE", "/dev/fuse")):
        pytest.skip(f"no simulated machine here: {done.stderr.strip()[-200:]}")
    return done


def test_the_counters_are_where_the_kernel_shows_its_own() -> None:
    """Flat and nested, through the links that some programs go through; and the counters move."""
    tree = "/sys/class/powercap"
    done = seen(
        *("--tree", "sandy-ep", "--power", "package=400;dram=6"),
        f"cat {tree}/intel-rapl:0/name {tree}/intel-rapl/intel-rapl:0/intel-rapl:0:1/name "
        f"{tree}/intel-rapl/subsystem/intel-rapl:0/energy_uj; sleep 0.1; "
        "cat /sys/devices/virtual/powercap/intel-rapl/intel-rapl:0/energy_uj",
    )
    package, memory, before, after = done.stdout.split()
    assert (package, memory) == ("package-0", "dram")
    assert 30_000_000 < int(after) - int(before) < 4_000_000_000


def test_the_machine_itself_is_untouched() -> None:
    """What the command sees ends with it, and its exit code is passed on."""
    listed = "ls /sys/class"
    before = subprocess.run(listed, shell=True, capture_output=True).stdout
    assert seen(f"test $({listed}) = powercap || exit 1; exit 7").returncode == 7
    assert subprocess.run(listed, shell=True, capture_output=True).stdout == before


def test_a_counter_can_belong_to_somebody_else() -> None:
    """As on today's kernels, for whoever is not root."""
    done = seen("--refused", "cat /sys/class/powercap/intel-rapl:0/energy_uj")
    assert done.returncode == 1
    assert "Permission denied" in done.stderr


def test_processors_can_be_those_of_two_sockets() -> None:
    """Some programs count sockets there before they look for counters."""
    places = "/sys/devices/system/cpu/cpu[01]/topology/physical_package_id"
    done = seen("--sockets", "2", f"cat {places}")
    if "too few processors" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.stdout.split() == ["0", "1"]


def test_a_wraparound_comes_when_it_was_ordered(tmp_path: Path) -> None:
    """Just before, packages are at the end of their counter, and just after at its beginning."""
    power = powers("package=40;dram=6")
    zones = wrapping(zones_of("sandy-ep"), power, 25)
    counters = Counters(build(tmp_path / "tree", zones), power, grid_ns=0)
    (package,) = [file for file in counters.files if file.name == "package-0"]
    assert counters.value_uj(package, 24_999_000_000) == modulus_uj(package) - 40_000
    assert counters.value_uj(package, 25_001_000_000) == 40_000

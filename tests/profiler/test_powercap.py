# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The powercap meter on simulated trees: values, errors, and why it cannot be used."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.meters import powercap
from greenlint_profiler.units import Reason
from greenlint_profiler.world import World

from tests.powercap.tree import build, zones_of
from tests.profiler.conftest import MakeMachine, as_nobody


def test_values_are_the_files(tmp_path: Path) -> None:
    """Each counter's value is what its file says, in the order of the counters."""
    build(tmp_path, zones_of("sandy-ep"))
    meter = powercap.open_meter(World(sys=str(tmp_path)))
    names = [str(counter.domain) for counter in meter.counters]
    values = dict(zip(names, meter.read(), strict=True))
    meter.close()
    assert values == {"package-0": 5597181429, "core-0": 17890384969, "dram-0": 42654180108}


def test_rights_that_are_taken_away_leave_an_open_counter(open_folder: Path) -> None:
    """A counter that is open stays readable, as the kernel checks rights at opening only."""
    (package, *_) = build(open_folder / "sys", zones_of("client-i5-13500"))
    with as_nobody():
        meter = powercap.open_meter(World(sys=str(open_folder / "sys")))
    package.path.chmod(0o000)
    with as_nobody():
        assert meter.read()[0] == 65997277274
    meter.close()


def test_a_counter_that_only_root_reads(open_folder: Path) -> None:
    """0400, as the kernel has had it since CVE-2020-8694: the sentence has path, mode and owner."""
    sys = open_folder / "sys"
    (package, *_) = build(sys, zones_of("client-i5-13500"), mode=0o000)
    with as_nobody(), pytest.raises(Unavailable) as caught:
        powercap.open_meter(World(sys=str(sys)))
    assert caught.value.reason is Reason.PERMISSION
    assert caught.value.remedy == "powercap"
    link = sys / "class" / "powercap" / "intel-rapl:0" / "energy_uj"
    status = package.path.stat()
    owner = f"owner {status.st_uid}:{status.st_gid}"
    assert str(caught.value) == f"Cannot read {link}: permission denied (mode 0000, {owner})."


@pytest.mark.parametrize(
    ("links", "zones", "reason"),
    [
        ("none", None, Reason.ABSENT),
        ("empty", [], Reason.MASKED),
        ("psys", [{"id": "intel-rapl:0", "name": "psys", "energy_uj": 1}], Reason.NO_PACKAGE),
    ],
)
def test_why_there_is_nothing(
    tmp_path: Path, links: str, zones: list[dict[str, object]] | None, reason: Reason
) -> None:
    """No tree, a tree that a container masks, and a tree without packages are three things."""
    if zones is not None:
        build(tmp_path, zones)
    with pytest.raises(Unavailable) as caught:
        powercap.open_meter(World(sys=str(tmp_path)))
    assert caught.value.reason is reason
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.EIO, Reason.IO_ERROR),
        (errno.ENODATA, Reason.NO_DATA),
        (errno.ENODEV, Reason.VANISHED),
        (errno.EACCES, Reason.PERMISSION),
        (errno.EFAULT, Reason.IO_ERROR),
    ],
)
def test_an_error_of_the_kernel_is_a_reason(
    machine: MakeMachine, code: int, reason: Reason
) -> None:
    """A read that fails gives a reason for that counter, and an answer for the others."""
    made = machine(zones_of("client-i5-13500"))
    meter = made.meter()
    real = os.pread
    calls = iter(range(100))

    def failing(descriptor: int, size: int, offset: int) -> bytes:
        if next(calls) == 0:
            raise OSError(code, os.strerror(code))
        return real(descriptor, size, offset)

    made.pread = failing
    package, *others = meter.read()
    meter.close()
    assert package is reason
    assert all(isinstance(value, int) for value in others)


@pytest.mark.parametrize("content", [b"", b"lots\n", b"\0\0\n"])
def test_text_that_is_no_number_is_a_reason(tmp_path: Path, content: bytes) -> None:
    """An empty or broken file is no zero."""
    (file, *_) = build(tmp_path, zones_of("client-i5-13500"))
    meter = powercap.open_meter(World(sys=str(tmp_path)))
    with open(file.path, "r+b") as opened:
        opened.truncate()
        opened.write(content)
    values = meter.read()
    meter.close()
    assert values[0] is Reason.GARBLED

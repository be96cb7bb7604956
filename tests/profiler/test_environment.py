# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The machine around the counters, read from trees that say what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from greenlint_profiler.environment import Environment, environment, warnings
from greenlint_profiler.world import World

INTEL = (
    "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R)\n"
    "flags\t\t: fpu {}\n\n"
)


def world(folder: Path, files: dict[str, str], **environ: str) -> World:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    folder_of = {name: str(folder / name) for name in ("sys", "proc")}
    return World(root=str(folder), environ=environ, **folder_of)


def test_bare_metal_is_described(tmp_path: Path) -> None:
    """Governor, turbo, SMT, load and processors, as the kernel shows them."""
    cpu = "sys/devices/system/cpu"
    found = environment(
        world(
            tmp_path,
            {
                "proc/cpuinfo": INTEL.format("sse") + INTEL.format("sse"),
                "proc/loadavg": "0.25 0.1 0.1 1/99 1\n",
                f"{cpu}/cpu0/cpufreq/scaling_governor": "performance\n",
                f"{cpu}/intel_pstate/no_turbo": "1\n",
                f"{cpu}/smt/active": "1\n",
            },
        )
    )
    assert found == Environment(
        processor="Intel(R) Xeon(R)",
        processors=2,
        virtualised=None,
        container=None,
        governor="performance",
        turbo=False,
        smt=True,
        load=0.25,
        filtering=None,
        sgx=False,
    )
    assert list(warnings(found)) == [
        "The machine is busy (load 0.25 on 2 processors): a counter counts what others use, "
        "and records are labelled `shared`."
    ]


def test_what_is_not_told_is_not_guessed(tmp_path: Path) -> None:
    """An empty machine has no answer to any question."""
    found = environment(world(tmp_path, {}))
    told = (found.processor, found.governor, found.turbo, found.smt, found.load, found.filtering)
    assert told == (None,) * 6


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"proc/cpuinfo": INTEL.format("hypervisor")}, "hypervisor"),
        (
            {
                "proc/cpuinfo": INTEL.format("hypervisor"),
                "sys/class/dmi/id/sys_vendor": "Amazon EC2\n",
            },
            "Amazon EC2",
        ),
        ({"sys/hypervisor/type": "xen\n"}, "xen"),
        ({"sys/class/dmi/id/sys_vendor": "Dell Inc.\n"}, None),
    ],
)
def test_a_virtual_machine_is_told(tmp_path: Path, files: dict[str, str], name: str | None) -> None:
    """By the processor's flag or the hypervisor's own file, named by the firmware's vendor."""
    assert environment(world(tmp_path, files)).virtualised == name


@pytest.mark.parametrize(
    ("files", "environ", "name"),
    [
        ({".dockerenv": ""}, {}, "docker"),
        ({"run/.containerenv": ""}, {}, "podman"),
        ({"proc/1/cgroup": "0::/kubepods/besteffort/pod1\n"}, {}, "kubepods"),
        ({}, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "kubernetes"),
        ({}, {"container": "lxc"}, "lxc"),
        ({"proc/1/cgroup": "0::/init.scope\n"}, {}, None),
    ],
)
def test_a_container_is_told(
    tmp_path: Path, files: dict[str, str], environ: dict[str, str], name: str | None
) -> None:
    """By the files and variables that engines leave."""
    assert environment(world(tmp_path, files, **environ)).container == name


@pytest.mark.parametrize(("bit", "filtering"), [(0, False), (1, True)])
def test_energy_filtering_is_read_where_it_may_be(
    tmp_path: Path, bit: int, filtering: bool
) -> None:
    """The lowest bit of one register says whether the hardware adds noise."""
    there = world(tmp_path, {"proc/cpuinfo": INTEL.format("sgx"), "dev/cpu/0/msr": ""})
    register = bytes(0xBC) + bytes([bit]) + bytes(7)
    (tmp_path / "dev" / "cpu" / "0" / "msr").write_bytes(register)
    found = environment(there)
    assert found.filtering is filtering
    assert any("filtering is on" in warning for warning in warnings(found)) is filtering


def test_sgx_makes_filtering_possible(tmp_path: Path) -> None:
    """Where the register may not be read, the flag is a reason to mind."""
    found = environment(world(tmp_path, {"proc/cpuinfo": INTEL.format("sgx")}))
    assert list(warnings(found)) == [
        "The processor has SGX: while that is in use, counters may be given noise."
    ]


def test_boost_is_turbo_too(tmp_path: Path) -> None:
    """AMD's switch has another name, and says the opposite."""
    found = environment(world(tmp_path, {"sys/devices/system/cpu/cpufreq/boost": "1\n"}))
    assert found.turbo is True
    (warning,) = warnings(found)
    assert warning.startswith("Turbo is on")

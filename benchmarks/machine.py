# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The kind of machine a bench ran on, in words that name no host."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path


@dataclass(frozen=True)
class Machine:
    """Processor, cores and interpreter."""

    processor: str
    cores: int
    python: str
    system: str
    load_at_start: float

    @classmethod
    def here(cls) -> Machine:
        return cls(
            processor(Path("/proc/cpuinfo")),
            len(os.sched_getaffinity(0)),
            f"{platform.python_implementation()} {platform.python_version()}",
            platform.system(),
            os.getloadavg()[0],
        )

    def words(self) -> str:
        return f"{self.processor}, {self.cores} cores, {self.system}, {self.python}"


def processor(cpuinfo: Path) -> str:
    """The model name that the kernel gives, or else the architecture."""
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:
        lines = []
    for line in lines:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def version_of(distribution: str) -> str:
    """Such as `libcst 1.9.0`."""
    try:
        return f"{distribution} {metadata.version(distribution)}"
    except metadata.PackageNotFoundError:
        return f"{distribution} (version unknown)"

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The energy of NVIDIA's processors, as their driver counts it."""

from __future__ import annotations

from typing import Any

from greenlint_profiler.counter import Counter
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.said import say
from greenlint_profiler.units import Domain, Evidence, Kind, Reason
from greenlint_profiler.world import World

# The driver updates its count every 20 to 100 ms.
_UPDATE_NS = 100_000_000
_MOST_UW = 2_000_000_000


class Nvml:
    """All GPUs of the driver; see `open_meter`.  Graphics processors are no part of a total."""

    name = "nvml"
    evidence = Evidence.VENDOR
    band = None
    notes = (say("graphics processors only: the rest of the machine is not counted"),)

    def __init__(self, library: Any, handles: list[Any]) -> None:
        self._library = library
        self._handles = handles
        self.counters = tuple(
            Counter(Domain(Kind.GPU, index), None, 1000.0, _MOST_UW, _UPDATE_NS)
            for index in range(len(handles))
        )

    def read(self) -> list[int | Reason]:
        """The driver's millijoules as microjoules, or why not."""
        return [self._energy(handle) for handle in self._handles]

    def _energy(self, handle: Any) -> int | Reason:
        library = self._library
        try:
            return int(library.nvmlDeviceGetTotalEnergyConsumption(handle)) * 1000
        except library.NVMLError:
            return Reason.IO_ERROR

    def close(self) -> None:
        """Let the driver go."""
        self._handles = []
        self._library.nvmlShutdown()


def open_meter(world: World) -> Nvml:
    """Every GPU that counts energy; raises Unavailable where the driver has none."""
    try:
        import pynvml
    except ImportError:
        detail = say("nvidia-ml-py is not installed: `pip install 'greenlint[nvml]'`.")
        raise Unavailable(Reason.NOT_INSTALLED, detail) from None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError as error:
        detail = say("There is no NVIDIA driver ({why}).", why=str(error))
        raise Unavailable(Reason.ABSENT, detail) from None
    found = [pynvml.nvmlDeviceGetHandleByIndex(n) for n in range(pynvml.nvmlDeviceGetCount())]
    meter = Nvml(pynvml, found)
    if not found or all(isinstance(value, Reason) for value in meter.read()):
        meter.close()
        raise Unavailable(Reason.ABSENT, say("No NVIDIA GPU here counts its energy."))
    return meter

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Zeus as its documentation shows it: `ZeusMonitor`, `begin_window`, `end_window`.

It gives the energy of each "CPU" and its memory and no sum of them, so they are added here.
"""

from __future__ import annotations

from windows import Told, take
from zeus.monitor import ZeusMonitor


def main() -> None:
    """It starts processes that import this module again, so nothing may run at the import."""
    monitor = ZeusMonitor(gpu_indices=[])

    def begin() -> None:
        monitor.begin_window("window")

    def end(opened: None) -> Told:
        taken = monitor.end_window("window")
        cpus, memory = taken.cpu_energy, taken.dram_energy
        says = "" if cpus else f"cpu_energy={cpus}"
        parts = [*(cpus or {}).values(), *(memory or {}).values()]
        return {"joules": sum(parts) if cpus else None}, says

    take(begin, end)


if __name__ == "__main__":
    main()

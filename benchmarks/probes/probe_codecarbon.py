# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""CodeCarbon as its documentation measures parts of a program: `start_task`, `stop_task`.

It is told to add memory to the processor where a counter has it (`rapl_include_dram`), which it
does not do unasked.  `cpu_energy` is what its counters give; `energy_consumed`, its headline, has
an estimate of memory added.
"""

from __future__ import annotations

from codecarbon import OfflineEmissionsTracker
from windows import Told, take

JOULES_PER_KWH = 3_600_000

tracker = OfflineEmissionsTracker(
    country_iso_code="NLD", save_to_file=False, log_level="warning", rapl_include_dram=True
)


def begin() -> None:
    """Open a window."""
    tracker.start_task()


def end(opened: None) -> Told:
    """Kilowatt-hours as joules."""
    data = tracker.stop_task()
    figures = {"cpu_energy": data.cpu_energy, "energy_consumed": data.energy_consumed}
    return {name: kwh * JOULES_PER_KWH for name, kwh in figures.items()}, ""


take(begin, end)
tracker.stop()

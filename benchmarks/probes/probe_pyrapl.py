# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""pyRAPL as its readme shows it: `Measurement.begin`, `end`, `result`."""

from __future__ import annotations

import pyRAPL
from windows import Told, take


def begin() -> pyRAPL.Measurement:
    """Open a window on every device that it finds."""
    measurement = pyRAPL.Measurement("window")
    measurement.begin()
    return measurement


def end(measurement: pyRAPL.Measurement) -> Told:
    """The sum of its lists, which are microjoules of packages and of memory; -1 is "not there"."""
    measurement.end()
    pkg, dram = measurement.result.pkg, measurement.result.dram
    says = "" if pkg else f"pkg={pkg}"
    parts = [value for value in (*(pkg or ()), *(dram or ())) if value != -1]
    return {"joules": sum(parts) / 1e6 if pkg else None}, says


pyRAPL.setup()
take(begin, end)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Joules: energy counters read, repaired and labelled, with the standard library alone.

    from greenlint_profiler import measure

    with measure() as m:
        work()
    print(m.joules, m.measurement.evidence)

The names below are loaded when they are asked for.  Modules of ours import from the modules.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` takes a fifth of the time that importing `measure` may take
if TYPE_CHECKING:
    from typing import Any

    from greenlint_profiler.decorate import measured as measured
    from greenlint_profiler.measurement import Energy as Energy
    from greenlint_profiler.measurement import Measurement as Measurement
    from greenlint_profiler.meter import Meter as Meter
    from greenlint_profiler.meter import Unavailable as Unavailable
    from greenlint_profiler.units import Domain as Domain
    from greenlint_profiler.units import Evidence as Evidence
    from greenlint_profiler.units import Reason as Reason
    from greenlint_profiler.window import Window as Window
    from greenlint_profiler.window import measure as measure

__version__ = "0.1.0"

_HOME = {
    "measured": "decorate",
    "Energy": "measurement",
    "Measurement": "measurement",
    "Meter": "meter",
    "Unavailable": "meter",
    "Domain": "units",
    "Evidence": "units",
    "Reason": "units",
    "Window": "window",
    "measure": "window",
}
__all__ = [*_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)

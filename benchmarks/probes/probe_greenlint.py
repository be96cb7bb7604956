# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""greenlint as its guide shows it: `with measure() as m`."""

from __future__ import annotations

from greenlint_profiler import Window, measure
from windows import Told, take


def begin() -> Window:
    """Open a window on the best meter here."""
    return measure().__enter__()


def end(window: Window) -> Told:
    """Joules of packages and memory; what they rest on is told where that is no counter."""
    window.__exit__(None, None, None)
    evidence = window.measurement.evidence.value
    counted = evidence in ("measured", "shared")
    return {"joules": window.joules}, "" if counted else window.reason or f"labelled {evidence}"


take(begin, end)

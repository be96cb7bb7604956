# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A folder for the pipes and logs of one start of processes."""

from __future__ import annotations

from tempfile import TemporaryDirectory

from greenlint_profiler.gate.sides.places import Place
from greenlint_profiler.gate.sides.processes import MARK


def scratch(place: Place) -> TemporaryDirectory[str]:
    """In the folder of the run, which is removed even when the gate is killed.

    Its name is none that the next run would take for the folder of a dead one.
    """
    return TemporaryDirectory(prefix="start-", dir=place.environ.get(MARK))

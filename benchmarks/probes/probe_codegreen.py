# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""codegreen as its readme measures parts of a program: a `Session` and its tasks."""

from __future__ import annotations

import codegreen
from windows import Told, take

session = codegreen.Session("probe", save_to_file=False)


def begin() -> None:
    """Open a window."""
    session.start_task("window")


def end(opened: None) -> Told:
    """Its total of a task, which leaves out domains that are parts of others."""
    result = session.stop_task()
    if result is None:
        return {"joules": None}, "stop_task() gives None"
    return {"joules": result.energy_j}, ""


session.start()
take(begin, end)
session.stop()

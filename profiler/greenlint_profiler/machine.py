# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which machine and interpreter a record is from: those of different ones do not compare."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Any

from greenlint_profiler.environment import environment
from greenlint_profiler.world import World


def fingerprint(world: World) -> dict[str, Any]:
    """Plain values; what the machine does not tell is None.

    The settings of the moment (governor, turbo, SMT) are looked at anew at each call.
    """
    found = environment(world)
    return {
        "processor": found.processor,
        "processors": found.processors,
        "virtualised": found.virtualised,
        "container": found.container,
        "governor": found.governor,
        "turbo": found.turbo,
        "smt": found.smt,
        **_interpreter(),
    }


@cache
def _interpreter() -> dict[str, str]:
    version = ".".join(map(str, sys.version_info[:3]))
    system = f"{os.uname().sysname} {os.uname().release}" if hasattr(os, "uname") else sys.platform
    return {"python": f"{sys.implementation.name} {version}", "system": system}

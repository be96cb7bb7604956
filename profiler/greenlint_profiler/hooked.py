# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The environment of a program that is to be looked into from its start on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

HOOK = Path(__file__).with_name("hook")


def hooked(
    environ: Mapping[str, str], variable: str, settings: str, folder: Path
) -> dict[str, str]:
    """The environment with our folder first on PYTHONPATH, and what sitecustomize.py goes by."""
    before = environ.get("PYTHONPATH")
    path = os.pathsep.join([str(HOOK), before] if before else [str(HOOK)])
    return {**environ, "PYTHONPATH": path, variable: f"{settings}:{folder}"}

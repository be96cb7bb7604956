# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint profile`` as its users have it: a process that runs a command of theirs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "greenlint-profile-1.json"
# The command and its report: `greenlint -v` tells its progress where there is no terminal.
PROFILE = [sys.executable, "-m", "greenlint", "profile"]
NOWHERE = "/nowhere"


def environment(sys_root: Path | str = NOWHERE, **more: str) -> dict[str, str]:
    """No setting but ours; the tree that stands for /sys, by default one without any counter."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GREENLINT_")}
    return {**kept, "GREENLINT_SYSFS_ROOT": str(sys_root), **more}


def profile(
    *words: str, sys_root: Path | str = NOWHERE, input: str | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        [*PROFILE, *words],
        env=environment(sys_root, **env),
        input=input,
        capture_output=True,
        text=True,
        timeout=120,
    )


def checked(text: str) -> dict[str, Any]:
    """A record, held against its schema."""
    loaded: dict[str, Any] = json.loads(text)
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.validate(loaded, schema, cls=jsonschema.Draft202012Validator)
    return loaded


def record(*words: str, sys_root: Path | str = NOWHERE) -> dict[str, Any]:
    """What ``--json -`` writes to standard output."""
    return checked(profile("--json", "-", *words, sys_root=sys_root).stdout)

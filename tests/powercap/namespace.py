# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A program that sees a simulated tree in /sys/class/powercap, in a mount namespace of its own.

`unshare -m` gives the program its own mounts; a tmpfs hides /sys/class from it, and the tree is
bound into that.  The machine itself is not touched.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

_SCRIPT = """
set -e
mount -t tmpfs none /sys/class
mkdir /sys/class/powercap
mount --bind {tree} /sys/class/powercap
exec "$@"
"""


def command(sys: Path, words: Sequence[str]) -> list[str]:
    """The command that runs `words` with the tree below `sys` in place of the machine's own."""
    tree = shlex.quote(str(sys / "devices" / "virtual" / "powercap"))
    return ["unshare", "-m", "sh", "-c", _SCRIPT.format(tree=tree), "sh", *words]


def refusal(sys: Path) -> str | None:
    """Why there can be no such namespace here, or None when there can."""
    try:
        done = subprocess.run(
            command(sys, ["true"]), capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return done.stderr.strip() or "refused" if done.returncode else None

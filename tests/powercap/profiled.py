# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint profile`` on a tree that answers each read with the counter of that moment.

`unshare -m python -m tests.powercap.profiled RUNS SECONDS POWER` prints a line of JSON for each run
of ``sleep SECONDS``: what the command reported, and what was issued meanwhile.  The counters are
simulated.  With a power that changes, the truth is that of the moment at which the report says that
the run began, which is known to a millisecond at best.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import datetime
from typing import Any

from tests.powercap.answering import served
from tests.powercap.power import constant, parse
from tests.powercap.simulator import counted


def main(runs: int, seconds: str, power: str) -> None:
    """Mount the tree, let the command profile, tell each run beside its truth."""
    powers = {"package": parse(power), "dram": constant(6), "core": constant(20)}
    words = ["--repeat", str(runs), "--warmup", "0", "--idle", "0", "--json", "-"]
    command = [sys.executable, "-m", "greenlint", "-q", "profile", *words, "--", "sleep", seconds]
    with served(powers, []) as (mounted, counters):
        env = {**os.environ, "GREENLINT_SYSFS_ROOT": str(mounted)}
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True)
        behind_ns = time.time_ns() - time.monotonic_ns()
        zones = counted(counters.files)
        for run in json.loads(done.stdout)["runs"]:
            first_ns = _nanoseconds(run) - behind_ns
            last_ns = first_ns + round(run["seconds"] * 1e9)
            issued_uj = counters.issued_uj(zones, first_ns, last_ns)
            print(json.dumps({**run, "issued": issued_uj / 1e6}), flush=True)


def _nanoseconds(run: dict[str, Any]) -> int:
    """When a run began, in nanoseconds since 1970."""
    started = datetime.fromisoformat(run["started"])
    return int(started.timestamp()) * 1_000_000_000 + started.microsecond * 1000


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])

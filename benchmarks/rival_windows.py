# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One simulated machine, and meters that measure windows on it one after the other.

`unshare -m python -m benchmarks.rival_windows SCENARIO` reads {meter: command} as JSON from its
standard input and prints a line of JSON for each: what was reported and what was issued.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.rival_scenarios import SCENARIOS, Scenario
from tests.powercap.live import powers
from tests.powercap.machine import machine, unprivileged, wrapping
from tests.powercap.simulator import Counters
from tests.powercap.tree import zones_of

# When the counters wrap: by then the slowest meter has been imported.
WRAPS_AFTER_SECONDS = 18.0
PATIENCE_SECONDS = 120


def main(name: str) -> None:
    """Make the machine, let every meter measure."""
    scenario = next(one for one in SCENARIOS if one.name == name)
    zones, power = zones_of(scenario.tree), powers(scenario.power)
    if scenario.wraps:
        zones = wrapping(zones, power, WRAPS_AFTER_SECONDS)
    with machine(zones, power, sockets=scenario.sockets, refused=scenario.refused) as counters:
        for meter, command in json.load(sys.stdin).items():
            told = measured(scenario, counters, command)
            print(json.dumps({"meter": meter, **told}), flush=True)


def measured(scenario: Scenario, counters: Counters, command: Sequence[str]) -> dict[str, Any]:
    """The windows of one meter beside the truth, and what it wrote to standard error."""
    words = [*command, str(scenario.windows), str(scenario.seconds)]
    if scenario.wraps:
        words.append(str(counters.began_ns + round(WRAPS_AFTER_SECONDS * 1e9)))
    if scenario.refused:
        words = unprivileged(words)
    with tempfile.TemporaryDirectory() as home:
        try:
            done = subprocess.run(
                words,
                cwd=home,
                env=os.environ | {"HOME": home},
                capture_output=True,
                text=True,
                check=False,
                timeout=PATIENCE_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return {"windows": [], "code": None, "said": f"no answer in {PATIENCE_SECONDS} s"}
    windows = list(beside_the_truth(scenario, counters, done.stdout))
    return {"windows": windows, "code": done.returncode, "said": done.stderr}


def beside_the_truth(
    scenario: Scenario, counters: Counters, output: str
) -> Iterator[dict[str, Any]]:
    """Each window that was told, with the joules that were issued while its code ran."""
    for line in output.splitlines():
        if line.startswith('{"first_ns"'):
            told = json.loads(line)
            first_ns, last_ns = told["first_ns"], told["last_ns"]
            issued_uj = counters.issued_uj(scenario.truth, first_ns, last_ns)
            wrap_ns = counters.began_ns + round(WRAPS_AFTER_SECONDS * 1e9)
            missed = scenario.wraps and not first_ns < wrap_ns < last_ns
            yield told | {"issued": issued_uj / 1e6, "missed": missed}


if __name__ == "__main__":
    main(sys.argv[1])

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Energy meters side by side on the same simulated machines, against joules that were issued.

    python -m benchmarks.rivals [--only SCENARIO ...] [--meters METER ...]

Each meter is installed unmodified into an environment of its own, and used through the interface
that its documentation shows (`benchmarks/probes`).  The machines are mount namespaces in which the
simulated counters stand where the kernel shows its own, so that programs with fixed paths read them
too: it takes root and /dev/fuse.  A whole run writes benchmarks/RESULTS-meters.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import corpus, meter_costs, peers
from benchmarks.figure import table as figures_table
from benchmarks.machine import Machine, version_of
from benchmarks.rival_cells import Row, Seen, notes, table
from benchmarks.rival_scenarios import SCENARIOS, Scenario
from tests.powercap.live import ROOT
from tests.powercap.machine import apart

PROBES = Path(__file__).parent / "probes"
METERS = ("greenlint", "pyrapl", "codecarbon", "codegreen", "zeus")

HEADER = """\
<!--
SPDX-FileCopyrightText: The greenlint developers
SPDX-License-Identifier: EUPL-1.2
-->

# Energy meters against the truth

Every counter behind these figures is simulated: no machine of this project has an energy counter.
Made by `python -m benchmarks.rivals` on {machine}; load {load:.1f} at its start. {versions}.
{date}.

## Joules reported against joules issued

The median of the absolute error of the windows, and in brackets the largest; where a meter is off
to one side by more than 5 %, the median with its sign. The truth is what packages and memory used
between the moment when the measured code got the word and the moment when it gave it back, every
hardware counter once. Counters are updated once in a millisecond, a little early or late. They are
read through a file system in user space, which takes a tenth of a millisecond and more for each, so
that short windows are worse than on hardware, and the more so the more counters a meter reads:
pyRAPL reads one or two, greenlint also the parts of a package. The measured code sleeps; a first
window of each meter is not counted.

- greenlint: `with measure() as m`, `m.joules`. Where the counters are refused it estimates the
  energy of the process's own CPU time, which sleeps here, and labels it so.
- pyRAPL: `Measurement`, its lists `pkg` and `dram` added up.
- CodeCarbon: `start_task` and `stop_task`, told to add memory where a counter has it
  (`rapl_include_dram=True`, which is not its default). `cpu_energy` is what its counters gave;
  `energy_consumed`, its headline, has an estimate of memory's energy added.
- codegreen: a `Session` and its tasks, `energy_j`. Where there is a psys counter that is its total,
  which means more than packages and memory.
- Zeus: `begin_window` and `end_window`; it gives `cpu_energy` and `dram_energy` of each zone that
  it takes for a processor, and no sum, so they are added up here.

"""


def main() -> int:
    """Install the meters, run the scenarios, write the table."""
    options = arguments()
    peers.environments(options.folder / "meters", "meters")
    here = Machine.here()
    rows: list[Row] = []
    for scenario in SCENARIOS:
        if scenario.name in options.only:
            row = Row(scenario, dict(seen(scenario, commands(options.folder, options.meters))))
            say("  ".join(row.cells()))
            rows.append(row)
    text = table(rows) + notes(rows)
    print(text)
    whole = options.only == names() and tuple(options.meters) == METERS
    if whole:
        meter_costs.RESULTS.write_text(written(here, text), encoding="utf-8")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rivals", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--folder", type=Path, default=corpus.DEFAULT_FOLDER, help="environments")
    parser.add_argument("--only", nargs="+", choices=names(), default=names(), metavar="SCENARIO")
    parser.add_argument("--meters", nargs="+", choices=METERS, default=METERS, metavar="METER")
    return parser.parse_args()


def names() -> list[str]:
    return [scenario.name for scenario in SCENARIOS]


def commands(folder: Path, meters: Sequence[str]) -> dict[str, list[str]]:
    """How each meter's probe is called: with the interpreter of its environment."""
    return {
        meter: [
            sys.executable
            if meter == "greenlint"
            else str(peers.scripts(folder.resolve() / "meters" / meter) / "python"),
            str(PROBES / f"probe_{meter}.py"),
        ]
        for meter in meters
    }


def seen(scenario: Scenario, calls: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Seen]]:
    """What each meter told; all on one machine, or on a new one each where counters wrap."""
    turns = [{meter: call} for meter, call in calls.items()] if scenario.wraps else [dict(calls)]
    told: dict[str, list[dict[str, Any]]] = {meter: [] for meter in calls}
    for turn in turns * scenario.rounds:
        for one in on_a_machine(scenario, turn):
            told[one["meter"]].append(one)
    for meter, runs in told.items():
        windows = [window for run in runs for window in run["windows"] if not window["missed"]]
        yield meter, Seen(windows, runs[-1]["code"], runs[-1]["said"])


def on_a_machine(
    scenario: Scenario, calls: Mapping[str, Sequence[str]]
) -> Iterator[dict[str, Any]]:
    """A machine in a mount namespace of its own, and the windows of the meters on it."""
    done = subprocess.run(
        apart("benchmarks.rival_windows", [scenario.name]),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "profiler")))},
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"No simulated machine here (it takes root): {done.stderr[-2000:]}")
    yield from map(json.loads, done.stdout.splitlines())


def written(here: Machine, text: str) -> str:
    """The page of results: this table, and what greenlint's own meter costs."""
    pinned = [requirement for one in corpus.pins()["meters"].values() for requirement in one]
    versions = [version_of("greenlint"), *(one.replace("==", " ") for one in pinned)]
    header = HEADER.format(
        machine=here.words(),
        load=here.load_at_start,
        versions=", ".join(versions),
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
    )
    return header + text + meter_costs.HEADER + figures_table(meter_costs.figures())


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How others compare, in the same hours on the same machine: pytest-benchmark with one saved run
against the next, and a stored baseline with a threshold.  Nothing changed: what fails is false.
"""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import gate_runs as runs
from benchmarks.gate_runs import Record, Suite

PROBES = Path(__file__).with_name("probes")
FILES = {
    "django-rest-framework": ("peer_django_rest_framework.py", ("-p", "tests.conftest")),
    "sqlalchemy": ("peer_sqlalchemy.py", ("-p", "no:warnings")),
}
THRESHOLD = 0.10
REGRESSED = re.compile(r"has failed PercentageRegressionCheck: +(-?[\d.]+)")
RAN = re.compile(r"^test_\S+ \(NOW\)", re.MULTILINE)


def forget(suite: Suite, folder: Path) -> None:
    """No run was saved before."""
    shutil.rmtree(folder / f"saved-{suite.name}", ignore_errors=True)


def pytest_benchmark(suite: Suite, folder: Path) -> None:
    """One run, which is saved, against the one before; the first of all is against none."""
    name, more = FILES[suite.name]
    saved = folder / f"saved-{suite.name}"
    first = not any(saved.rglob("*.json"))
    compared = () if first else ("--benchmark-compare", "--benchmark-compare-fail=mean:10%")
    load = runs.load()
    done = subprocess.run(
        [
            *(str(suite.python), "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("-c", "pyproject.toml", "--rootdir", ".", "-p", "no:randomly", *more),
            *("--benchmark-only", "--benchmark-autosave", f"--benchmark-storage=file://{saved}"),
            *(*compared, str(PROBES / name)),
        ],
        cwd=suite.root,
        capture_output=True,
        text=True,
        check=False,
    )
    ran = len(RAN.findall(done.stdout))
    if not (first or ran) or not any(saved.rglob("*.json")):
        raise SystemExit(f"pytest-benchmark: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    if first:
        return
    rises = [float(one) for one in REGRESSED.findall(done.stdout + done.stderr)]
    held = {
        "suite": suite.name,
        "when": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "load": round(load, 1),
        "compared": ran,
        "failed": rises,
        "code": done.returncode,
    }
    runs.append("peers", held)
    print(f"{held['when']} pytest-benchmark {suite.name}: {len(rises)} of {ran}", flush=True)


def stored(gates: Sequence[Record]) -> Iterator[tuple[str, int, list[bool]]]:
    """A baseline of one process against another, a gate later: (suite, gate, too high by test).

    Both are the medians of the calls in a process of the base; the second restart of a gate is
    compared with the first of the gate before.
    """
    before: dict[str, dict[str, int]] = {}
    for number, held in enumerate(gates):
        levels = {one["test"]: one["base"] for one in held["tests"] if len(one.get("base", ())) > 1}
        known = before.get(held["suite"], {})
        found = [
            base[1] > (1 + THRESHOLD) * known[test]
            for test, base in levels.items()
            if test in known
        ]
        if found:
            yield held["suite"], number, found
        before[held["suite"]] = {test: base[0] for test, base in levels.items()}

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What it costs to keep runs: seconds, bytes a test, and how that grows with the runs before.

``python -m benchmarks.store [URL]``; with the URL of an empty database of PostgreSQL, of that too.
The documents are those of the tests: 10 000 tests with phases, repeated queries and budgets.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from greenlint_profiler.past.baselines import baseline_for
from greenlint_profiler.stores.rows import rows
from greenlint_profiler.stores.store import Store, open_store
from greenlint_profiler.suite.against import Before, hold, of_document
from greenlint_profiler.suite.summary import lines

from tests.profiler.documents import CLASS, suite

TESTS = 10_000
BEFORE = 40


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall and of this process."""
    wall, own = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - own


def say(what: str, figures: tuple[float, float]) -> None:
    print(f"{what:<44} {figures[0]:6.2f} s, CPU {figures[1]:5.2f} s", flush=True)


def steps(store: Store, name: str, first: dict[str, Any]) -> None:
    """Append to an empty store, to a full one, and read."""
    say(f"{name}: append {TESTS} tests, empty store", timed(lambda: store.append(first)))
    for number in range(1, BEFORE):
        store.append(suite(TESTS, f"run-{number}", at=number))
    last = suite(TESTS, "last", at=BEFORE)
    say(f"{name}: the same, {BEFORE} runs in it", timed(lambda: store.append(last)))
    say(f"{name}: document of a run", timed(lambda: store.document("last")))
    test = first["tests"][7]["id"]
    say(f"{name}: history of a test", timed(lambda: store.history(CLASS, test, "joules")))
    of = of_document(last)
    before = timed(lambda: hold(last, Before("main", baseline_for(of, store))))
    say(f"{name}: levels of the branch beside each test", before)
    say(f"{name}: table of the run", timed(lambda: list(lines(last, 10))))
    ids = [run.id for run in store.runs()[:20]]
    say(f"{name}: all figures of 20 runs", timed(lambda: list(store.samples(ids))))
    say(f"{name}: prune to {BEFORE // 2} runs", timed(lambda: store.prune(BEFORE // 2)))


def compression(document: dict[str, Any]) -> None:
    """What each level of zlib saves, and takes."""
    text = json.dumps(document, separators=(",", ":")).encode()
    print(f"document: {len(text) / TESTS:.0f} bytes a test as JSON")
    for level in (1, 3, 6, 9):
        began = time.process_time()
        size = len(zlib.compress(text, level))
        took = time.process_time() - began
        print(f"  zlib {level}: {size / TESTS:.0f} bytes a test, CPU {took:.2f} s")


def main() -> None:
    """Print everything."""
    first = suite(TESTS, "run-0")
    compression(first)
    say("rows of a document", timed(lambda: rows(first)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "energy.sqlite3"
        with open_store(str(path), Path(folder)) as store:
            steps(store, "SQLite", first)
        with open_store("one.sqlite3", Path(folder)) as store:
            store.append(first)
        size = (Path(folder) / "one.sqlite3").stat().st_size
        print(f"SQLite: {size / TESTS:.0f} bytes a test, the document included")
    for url in sys.argv[1:]:
        with open_store(url, Path()) as store:
            steps(store, "PostgreSQL", first)


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Tests of a chosen length, for what no real suite has at once: the time of a whole gate, and
joules on a counter that is simulated.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import gate_runs as runs
from benchmarks.gate_power import tell
from benchmarks.gate_repository import Repository
from benchmarks.gate_runs import Suite
from tests.powercap.live import live

TWENTY, SECONDS = 20, 0.050
JOULE_TESTS, JOULE_SECONDS, WATTS = 6, 0.250, 15
RISE = 0.20
PACKAGE = "things.py"
THINGS = '''"""Work of some kinds, in turns."""

import json
import re


def records():
    return json.loads(json.dumps([{{"a": n, "b": str(n)}} for n in range(200)]))


def words():
    return re.findall(r"(\\w+)@(\\w+)", "ann@example bob@site " * 100)


def ordered():
    return sorted((str(n * 7919 % 1000) for n in range(600)), key=len)


def counts():
    held = {{}}
    for number in range(2500):
        held[number % 97] = held.get(number % 97, 0) + number
    return held


KINDS = (records, words, ordered, counts)
TURNS = {turns}


def work(number):
    kind = KINDS[number % len(KINDS)]
    for _ in range(TURNS[number]):
        found = kind()
    return found
'''
TESTS = """import pytest
import things


@pytest.mark.parametrize("number", range(len(things.TURNS)))
def test_work(number):
    assert things.work(number)
"""


def things(folder: Path, name: str, count: int, seconds: float) -> tuple[Suite, list[int]]:
    """A suite of so many tests of so many CPU seconds, and the turns that each of them does."""
    root = folder / name
    turns = root / "turns.json"
    if not turns.exists():
        root.mkdir(parents=True, exist_ok=True)
        found = [round(seconds / one) for one in _seconds_a_turn()]
        held = [found[number % len(found)] for number in range(count)]
        (root / PACKAGE).write_text(THINGS.format(turns=held))
        (root / "test_things.py").write_text(TESTS)
        turns.write_text(json.dumps(held))
    Repository.of(root)
    return Suite(name, root, Path(sys.executable), ("test_things.py",)), json.loads(
        turns.read_text()
    )


def _seconds_a_turn() -> list[float]:
    """The least of some attempts, of each kind."""
    known: dict[str, object] = {}
    exec(THINGS.format(turns=[]), known)
    taken = []
    for kind in known["KINDS"]:  # type: ignore[attr-defined]
        attempts = []
        for _ in range(9):
            began = time.process_time()
            for _ in range(10):
                kind()
            attempts.append((time.process_time() - began) / 10)
        taken.append(min(attempts))
    return taken


def risen(suite: Suite, turns: Sequence[int], which: Sequence[int]) -> str:
    """The revision in which these tests do a fifth more."""
    more = [round(one * (1 + RISE)) if n in which else one for n, one in enumerate(turns)]
    return Repository(suite.root).revision({PACKAGE: THINGS.format(turns=more)}, "a fifth more")


def twenty(rounds: int, folder: Path) -> None:
    """Gates on 20 tests of 50 ms, in turns with nothing changed and with one that does more."""
    suite, turns = things(folder, "twenty", TWENTY, SECONDS)
    for number in range(rounds):
        which = [number % TWENTY] if number % 2 else []
        load = runs.load()
        found, kept = runs.gate(suite, "HEAD", risen(suite, turns, which), folder / "cache")
        held = runs.record("twenty", suite, found, kept, load)
        for n, one in enumerate(held["tests"]):
            one["rise"] = RISE if n in which else 0
        runs.append("twenty", held)
        tell(held)


def joules(rounds: int, folder: Path) -> None:
    """The same for joules, on a live counter; in turns nothing changed, and every test did."""
    suite, turns = things(folder, "joules", JOULE_TESTS, JOULE_SECONDS)
    with (
        tempfile.TemporaryDirectory() as temporary,
        live(Path(temporary, "live"), "client-i5-13500", str(WATTS)) as tree,
    ):
        environ = {**os.environ, "GREENLINT_SYSFS_ROOT": str(tree.sys)}
        for number in range(rounds):
            which = range(JOULE_TESTS) if number % 2 else []
            load = runs.load()
            head = risen(suite, turns, which)
            found, kept = runs.gate(suite, "HEAD", head, folder / "cache", environ)
            held = runs.record("joules", suite, found, kept, load)
            for n, one in enumerate(held["tests"]):
                one["rise"] = RISE if n in which else 0
            runs.append("joules", held)
            tell(held)

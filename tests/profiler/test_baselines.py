# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What runs are held against: what was accepted, else the usual level, else the committed one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from greenlint_profiler.past.baseline_file import read, written
from greenlint_profiler.past.baselines import NEWEST, baseline_for, levels
from greenlint_profiler.stores.accepted import Accepted, Level, as_record, from_record
from greenlint_profiler.stores.error import StoreError
from greenlint_profiler.stores.rows import stratum
from greenlint_profiler.stores.store import Store, open_store
from greenlint_profiler.stores.stored import Stratum

from tests.profiler.documents import CLASS, SHOP, case, counted, document, validator

HERE = Stratum(CLASS, "cpython 3.12")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store("", tmp_path) as opened:
        yield opened


def fill(store: Store, count: int = 6, first: int = 0, **more: object) -> None:
    """Runs of main, each a joule above the one before."""
    for number in range(first, first + count):
        tests = [case(joules=1.0 + number, queries=12)]
        store.append(document(f"run-{number}", tests, at=number, **more))  # type: ignore[arg-type]


def entry(joules: float, accepted: str = "2026-11-21T08:00:00+00:00", **more: object) -> Accepted:
    found = Accepted(SHOP, HERE, "measured", 1, {"joules": Level(joules, joules, joules)}, None)
    return replace(found, accepted=accepted, **more)  # type: ignore[arg-type]


def test_the_usual_level_is_that_of_the_branch(store: Store) -> None:
    """The median and the ends of its newest runs, with how many they are."""
    fill(store)
    store.append(document("other", [case(joules=99.0)], at=50, branch="speed"))
    found = baseline_for(HERE, store).of(SHOP, "measured")
    assert found is not None
    assert (found.runs, found.levels["joules"]) == (6, Level(3.5, 1.0, 6.0))
    assert found.levels["queries"] == Level(12, 12, 12)
    assert set(found.levels) == {"joules", "cpu_seconds", "queries", "requests"}
    assert found.accepted == ""
    assert baseline_for(HERE, store).of(SHOP, "shared") is None
    assert baseline_for(HERE, store).of("other", "measured") is None


def test_a_run_that_is_being_made_knows_its_stratum(store: Store) -> None:
    """By its document, before it is kept: the same that the store has of it."""
    for held in (document("a"), document("b", coverage=True, python="pypy 3.11.9 (x)", at=1)):
        store.append(held)
        assert stratum(held["machine"], held["conditions"]) == store.runs()[0].stratum


def test_a_level_takes_some_runs(store: Store) -> None:
    """Fewer than are needed say nothing, nor do failed ones or those of other machines."""
    fill(store, 4)
    store.append(document("failed", [case(outcome="failed")], at=8))
    store.append(document("elsewhere", machine_class="epyc", at=9))
    store.append(document("newer", python="cpython 3.13.0", at=9))
    store.append(document("traced", coverage=True, at=9))
    assert list(baseline_for(HERE, store)) == []
    assert len(list(baseline_for(HERE, store, needed=4))) == 1
    assert list(baseline_for(HERE, store, branch="speed")) == []
    assert list(baseline_for(HERE, None)) == []


def test_old_runs_are_forgotten(store: Store) -> None:
    """The newest twenty make the level."""
    fill(store, NEWEST + 5)
    found = baseline_for(HERE, store).of(SHOP, "measured")
    assert found is not None
    assert (found.runs, found.levels["joules"].low) == (NEWEST, 6.0)


def test_large_suites_have_fewer_runs(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more records are read than take half a second, and never too few runs for a level."""
    fill(store, 8)
    monkeypatch.setattr("greenlint_profiler.past.baselines._MOST_RECORDS", 6)
    assert [one.runs for one in baseline_for(HERE, store)] == [6]
    assert [one.runs for one in baseline_for(HERE, store, needed=7)] == [7]


def test_what_was_accepted_wins(store: Store) -> None:
    """Over the usual level; of the store's and the file's the newer one."""
    fill(store)
    store.accept([entry(7.0)])

    def level(*committed: Accepted) -> float:
        found = baseline_for(HERE, store, committed).of(SHOP, "measured")
        assert found is not None
        return found.levels["joules"].median

    assert level() == 7.0
    assert level(entry(8.0, "2026-11-20T08:00:00+00:00")) == 7.0
    assert level(entry(8.0, "2026-11-22T08:00:00+00:00")) == 8.0
    assert level(entry(8.0, stratum=replace(HERE, traced=True))) == 7.0
    store.forget([entry(7.0)])
    assert level() == 3.5


def test_a_committed_level_stands_in_for_runs(store: Store) -> None:
    """Where a store has too few of its own; nobody accepted it, so that usual runs replace it."""
    committed = [entry(5.0, accepted="")]
    assert [one.levels["joules"].median for one in baseline_for(HERE, None, committed)] == [5.0]
    assert [one.levels["joules"].median for one in baseline_for(HERE, store, committed)] == [5.0]
    fill(store)
    assert [one.levels["joules"].median for one in baseline_for(HERE, store, committed)] == [3.5]


def test_instructions_of_two_kinds_make_no_level(store: Store) -> None:
    """Those of the newest run count, and the level says which they are; it survives the file."""
    for number, (count, kind) in enumerate([(7, "machine"), (90, "bytecode"), (92, "bytecode")]):
        store.append(document(f"run-{number}", [counted(count, kind)], at=number))
    (found,) = levels(store, store.runs())
    assert (found.runs, found.levels["instructions"]) == (3, Level(91, 90, 92))
    assert found.instructions_are == "bytecode"
    text = written([found], "0.1.0")
    validator("greenlint-energy-baseline-1").validate(json.loads(text))
    assert from_record(as_record(found), found.stratum) == found


def test_levels_of_some_tests(store: Store) -> None:
    """Of those that are wanted, and passed in the end."""
    tests = [case("a", outcome="failed"), case("a", attempt=2, joules=2.0), case("b"), case("c")]
    store.append(document("one", [*tests, case("d", outcome="failed")]))
    found = levels(store, store.runs(), lambda test: test != "b", accepted="now", reason="why")
    assert [(one.test, one.levels["joules"].median) for one in found] == [("a", 2.0), ("c", 3.1)]
    assert {(one.accepted, one.reason, one.runs) for one in found} == {("now", "why", 1)}
    assert levels(store, []) == []


# The file


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    """Of several classes, with odd names, one test a line; it keeps its schema."""
    other = Stratum("epyc", "cpython 3.13", traced=True)
    entries = [
        entry(1.5, test="t[\ud800 é]"),
        entry(2.25),
        entry(3.0, stratum=other, reason='"new" index'),
        entry(4.0, evidence="shared", accepted=""),
    ]
    path = tmp_path / "greenlint-energy.json"
    path.write_text(written(entries, "1.2"), "ascii")
    found = read(path)
    assert sorted(found, key=lambda one: one.sort_key) == sorted(
        entries, key=lambda one: one.sort_key
    )
    assert written(found[::-1], "1.2") == path.read_text("ascii")
    held = json.loads(path.read_text("ascii"))
    validator("greenlint-energy-baseline-1").validate(held)
    assert len(held["classes"]) == 2
    assert len([line for line in path.read_text("ascii").splitlines() if '"test"' in line]) == 4
    validator("greenlint-energy-baseline-1").validate(json.loads(written([], "1.2")))


def test_figures_in_a_file_are_short(tmp_path: Path) -> None:
    """Six digits, and counts as they are: what differs between branches is a change."""
    text = written([replace(entry(1), levels={"queries": Level(1 / 3, 1234567.0, 1e9 / 7)})], "1")
    assert '"queries": {"median": 0.333333, "low": 1234567, "high": 142857000.0}' in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello", "is no JSON"),
        (b"[]", "is of the schema None"),
        (
            b'{"schema": "greenlint-energy-baseline/9"}',
            "is of the schema 'greenlint-energy-baseline/9'",
        ),
        (b'{"schema": "greenlint-energy-baseline/1"}', "it has no 'classes'"),
        (b'{"schema": "greenlint-energy-baseline/1", "classes": [1]}', "cannot be used"),
        (b"\xff", "is no JSON"),
    ],
)
def test_a_damaged_file(tmp_path: Path, content: bytes, said: str) -> None:
    """The sentence says how to write it anew; a file that is not there accepts nothing."""
    path = tmp_path / "greenlint-energy.json"
    assert read(path) == []
    path.write_bytes(content)
    with pytest.raises(StoreError, match=said) as caught:
        read(path)
    assert "greenlint energy baseline export" in str(caught.value)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The store: what goes in comes out, a run whole or not at all; in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from greenlint_profiler.stores.accepted import Accepted, Level
from greenlint_profiler.stores.address import address
from greenlint_profiler.stores.error import StoreError
from greenlint_profiler.stores.rows import rows
from greenlint_profiler.stores.saving import Less, Saving
from greenlint_profiler.stores.schema import STEPS, migrate
from greenlint_profiler.stores.store import Store, open_store
from greenlint_profiler.stores.stored import Stratum

from tests.profiler.documents import CLASS, SHOP, case, counted, document, suite, validator

OpenStore = Callable[[], Store]


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store that is not there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "energy.sqlite3")
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def store(where: str, tmp_path: Path) -> Iterator[Store]:
    with open_store(where, tmp_path) as opened:
        yield opened


# What goes in comes out


def test_reports_of_measures_are_kept(store: Store) -> None:
    """Each once, the oldest first, as they came in."""
    later, first = (
        {"generated_at": f"2026-12-0{day}T09:00:00+00:00", "inputs_sha256": "a" * 64, "team": "€"}
        for day in (2, 1)
    )
    for one in (later, first, later):
        store.keep_report(one)
    assert store.reports() == [first, later]


def test_a_document_comes_out_as_it_went_in(store: Store, where: str, tmp_path: Path) -> None:
    """Every field, known to the tables or not, also after the store was closed."""
    held = suite(50)
    held["run"]["added_later"] = {"by": ["another", "version", 1.5, None]}
    assert store.append(held)
    store.close()
    with open_store(where, tmp_path) as again:
        found = again.document("run-1")
    assert found == held
    assert list(found) == list(held)
    validator("greenlint-energy-1").validate(found)


@pytest.mark.parametrize(
    "name",
    [
        "t.py::test[é €]",
        "t.py::test[\ud800]",
        "t.py::test[a\0b]",
        "t.py::test['; DROP TABLE run]",
        "",
    ],
)
def test_a_test_may_have_any_name(store: Store, name: str) -> None:
    """Halves of surrogates, null characters and quotes are letters like others."""
    held = document(tests=[case(name), case("other")])
    store.append(held)
    assert store.document("run-1") == held
    assert [point.value for point in store.history(CLASS, name, "queries")] == [12]


def test_runs_are_listed_the_newest_first(store: Store) -> None:
    """With what is known of them, in the order in which they began."""
    store.append(document("b", at=5, label="nightly", verdict="fail"))
    store.append(document("c", [case(joules=None)], at=9, coverage=True))
    store.append(document("a", at=1, machine_class="other", branch=None, commit=None))
    listed = store.runs()
    assert [run.id for run in listed] == ["c", "b", "a"]
    assert [run.id for run in store.runs(limit=1)] == ["c"]
    assert [run.id for run in store.runs("other")] == ["a"]
    assert listed[0].stratum == Stratum(CLASS, "cpython 3.12", traced=True)
    assert (listed[0].joules, listed[0].cpu_seconds, listed[0].evidence) == (None, 0.25, "proxy")
    assert (listed[1].label, listed[1].verdict, listed[1].joules) == ("nightly", "fail", 3.1)
    assert (listed[2].branch, listed[2].commit, listed[2].dirty) == (None, None, False)
    assert listed[1].started == "2026-11-20T08:05:00.000000+00:00"


def test_times_sort_whatever_their_zone(store: Store) -> None:
    """A run that began later stands first, however its moment is written."""
    for run, started in (
        ("first", "2026-11-20T08:00:00.5+00:00"),
        ("third", "2026-11-20T09:00:01+01:00"),
        ("second", "2026-11-20T08:00:00.75Z"),
    ):
        held = document(run)
        held["run"]["started"] = started
        store.append(held)
    assert [run.id for run in store.runs()] == ["third", "second", "first"]


def test_a_run_is_kept_once(store: Store) -> None:
    """The same document again changes nothing; another one with its id is refused."""
    held = document()
    assert store.append(held)
    assert not store.append(held)
    assert len(store.runs()) == 1
    with pytest.raises(StoreError, match=r"has another run with the id 'run-1'"):
        store.append(document(tests=[case(queries=13)]))
    assert store.document("run-1") == held


def test_history_has_one_point_a_run(store: Store) -> None:
    """The last attempt of a run that passed; not counted and failed are no points."""
    store.append(document("a", [case(queries=40)]))
    store.append(document("b", [case(outcome="failed", queries=1)], at=1))
    store.append(document("c", [case(outcome="failed", queries=1), case(attempt=2)], at=2))
    store.append(document("d", [case(joules=None, queries=None)], at=3))
    store.append(document("e", [case("another")], at=4))
    store.append(document("f", [case(queries=9)], at=5, machine_class="other"))
    points = store.history(CLASS, SHOP, "queries")
    assert [(point.run.id, point.value) for point in points] == [("a", 40), ("c", 12)]
    assert [point.run.id for point in store.history(CLASS, SHOP, "joules")] == ["a", "c"]
    assert [point.run.id for point in store.history(CLASS, SHOP, "cpu_seconds")] == ["a", "c", "d"]
    assert [point.evidence for point in store.history(CLASS, SHOP, "cpu_seconds")][-1] == "proxy"
    assert store.history(CLASS, "nobody", "queries") == []


def test_samples_of_some_runs(store: Store) -> None:
    """All figures of the runs that are asked for, failed tests included."""
    store.append(document("a", [case("one"), case("two", outcome="failed")]))
    store.append(document("b", [case("one", joules=2.0)], at=1))
    store.append(document("c", at=2))
    found = list(store.samples(["b", "a"]))
    assert [(one.run, one.test, one.outcome) for one in found] == [
        ("a", "one", "passed"),
        ("a", "two", "failed"),
        ("b", "one", "passed"),
    ]
    assert (found[2].joules, found[2].low_joules, found[2].queries) == (2.0, 1.98, 12)
    assert [one.run for one in store.samples(["a", "b"], "two")] == ["a"]
    assert list(store.samples([])) == []


def test_a_run_that_is_not_there(store: Store) -> None:
    """The sentence has its name, and where the names are."""
    with pytest.raises(StoreError, match=r"has no run 'x'; `greenlint energy list` has them"):
        store.document("x")


# Keeping it small


def test_old_runs_are_pruned_by_machine_class(store: Store) -> None:
    """The newest of each class stay, and nothing of the others does."""
    for number in range(5):
        store.append(document(f"a{number}", [case("old" if number < 3 else "new")], at=number))
    store.append(document("z", [case("rare", limit=3)], at=-9, machine_class="rare"))
    assert store.prune(2) == 3
    assert [run.id for run in store.runs()] == ["a4", "a3", "z"]
    assert store.history(CLASS, "old", "queries") == []
    assert len(store.history("rare", "rare", "queries")) == 1
    assert store.prune(2) == 0
    assert store.append(document("a0", [case("old")]))
    with pytest.raises(StoreError, match="at least 1 run is kept"):
        store.prune(0)


# Accepted levels


def entry(test: str = SHOP, median: float = 3.0, **other: object) -> Accepted:
    stratum = Stratum(CLASS, "cpython 3.12")
    levels = {"joules": Level(median, median - 0.1, median + 0.1), "queries": Level(12, 12, 12)}
    return Accepted(test, stratum, "measured", 5, levels, "abc", "2026-11-20", **other)  # type: ignore[arg-type]


def test_what_is_accepted_is_kept_and_replaced(store: Store) -> None:
    """One level for a test, a stratum and a label; taking it out leaves the others."""
    store.accept([entry(reason="new index"), entry("b.py::test")])
    store.accept([entry(median=4.0)])
    assert store.accepted() == [entry("b.py::test"), entry(median=4.0)]
    assert store.accepted("other") == []
    store.forget([entry()])
    assert store.accepted(CLASS) == [entry("b.py::test")]


def test_pruning_keeps_what_is_accepted(store: Store) -> None:
    """A level stays when the runs that it came from are gone."""
    store.append(document("a"))
    store.append(document("b", [case("other")], at=1))
    store.accept([entry()])
    store.prune(1)
    assert store.accepted() == [entry()]


# What is no document


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            lambda held: held.update(schema="greenlint-energy/2"),
            r"this one says 'greenlint-energy/2'",
        ),
        (lambda held: held.pop("machine"), r"it has no 'machine'"),
        (lambda held: held["tests"][0].pop("work"), r"it has no 'work'"),
        (lambda held: held["run"].update(started="yesterday"), r"yesterday"),
        (
            lambda held: held["tests"].append(held["tests"][0]),
            r"attempt 1 of .*test_list is in it twice",
        ),
        (lambda held: held["tests"][0].update(joules=float("nan")), r"(?i)nan|JSON compliant"),
        (lambda held: held["tests"][0].update(seconds="long"), r"'long'"),
    ],
)
def test_what_is_no_document_is_refused(
    store: Store, damage: Callable[[dict[str, object]], object], said: str
) -> None:
    """With a sentence, and nothing is kept of it."""
    held = document()
    damage(held)
    with pytest.raises(StoreError, match=said):
        store.append(held)
    assert store.runs() == []
    assert store.append(document())


def test_a_list_is_no_document(store: Store) -> None:
    """JSON of any other shape gets the sentence too."""
    with pytest.raises(StoreError, match="this one says None"):
        store.append([1, 2])  # type: ignore[arg-type]


# Versions


def test_a_newer_store_is_left_alone(store: Store, where: str, tmp_path: Path) -> None:
    """The sentence says which version it has and which are known."""
    store.append(document())
    database = store._database
    database.begin(alone=True)
    database.set_version(7)
    database.commit()
    known = len(STEPS)
    with pytest.raises(
        StoreError, match=rf"is of version 7, and this greenlint knows versions up to {known}"
    ):
        open_store(where, tmp_path)
    database.set_version(known)
    with open_store(where, tmp_path) as again:
        assert len(again.runs()) == 1


def test_an_older_store_is_brought_up_to_date(store: Store) -> None:
    """A step is done once, and all of a step or nothing."""
    store.append(document())
    done = []

    def step(database: object) -> None:
        done.append(1)
        store._database.execute("ALTER TABLE run ADD COLUMN note TEXT")

    def broken(database: object) -> None:
        store._database.execute("ALTER TABLE run ADD COLUMN lost TEXT")
        raise StoreError("no")

    with pytest.raises(StoreError):
        migrate(store._database, [*STEPS, step, broken], create=True)
    assert store._database.version() == len(STEPS)
    for _ in range(2):
        migrate(store._database, [*STEPS, step], create=True)
    assert done == [1, 1]
    assert store._database.version() == len(STEPS) + 1
    assert store._database.execute("SELECT note FROM run").fetchall() == [(None,)]
    assert store.document("run-1") == document()
    with pytest.raises(StoreError):
        store._read("SELECT lost FROM run", ())


def test_a_store_of_the_first_version(where: str, tmp_path: Path) -> None:
    """Its runs are there, and nobody knows which instructions they counted."""
    from greenlint_profiler.stores.sqlite import open_database

    if where.startswith("postgresql"):
        pytest.skip("the step is the same statement")
    database = open_database(address(where, tmp_path), create=True)
    migrate(database, STEPS[:1], create=True)
    old = Store(database)
    old._database.begin()
    made = rows(document())
    for table, row in (("machine", made.machine), ("run", made.run[:-1])):
        old._insert(table, [row])
    old._database.commit()
    old.close()
    with open_store(where, tmp_path) as store:
        assert [run.instructions_are for run in store.runs()] == [None]
        store.append(document("later", [counted(7, "bytecode")], at=1))
        assert store.runs()[0].instructions_are == "bytecode"


def test_savings_come_back_as_they_were_and_once(store: Store) -> None:
    """The newest first, of one machine class where that is asked for; pruning leaves them."""
    less = Less("t.py::test_a", "cpu_seconds", "proxy", 0.25, 0.2, 0.19, 0.21, queries=30)
    first = Saving(
        "f" * 32, "GRN302", "save-in-loop", "shop/a\udcff.py", 4, "`save()` in a loop\0",
        "2026-11-30T10:00:00+00:00", 40 * "a", 40 * "b", False, CLASS, "cpu", 1, (less,),
    )  # fmt: skip
    later = replace(first, finished="2026-11-30T11:00:00+00:00", machine_class="other")
    store.realised([first])
    store.realised([later, first])
    store.append(document())
    store.prune(1)
    assert store.savings() == [later, first]
    assert store.savings(CLASS) == [first]


def test_a_store_that_is_not_there_is_not_made_by_reading(where: str, tmp_path: Path) -> None:
    """Whoever only reads is told how a store comes to be."""
    with pytest.raises(StoreError, match=r"There is no store .* yet\. `pytest --energy` makes it"):
        open_store(where, tmp_path, create=False)
    assert list(tmp_path.iterdir()) == []


# Rows


def test_all_writers_take_names_in_one_order() -> None:
    """Whatever the order of the tests: two that wait for each other's rows would wait for ever."""
    made = rows(suite(50))
    turned = suite(50)
    turned["tests"].reverse()
    assert rows(turned).tests == made.tests
    assert rows(turned).samples == made.samples
    assert [row[0] for row in made.tests] == sorted(row[0] for row in made.tests)

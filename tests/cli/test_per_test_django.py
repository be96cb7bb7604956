# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint profile --per-test -- python manage.py test`` on the bundled shop."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.per_test import Done, bare, measured, timeless

SHOP = Path(__file__).parents[2] / "examples" / "webshop"
# Its own environment, which `make test` makes; greenlint is not installed there.
PYTHON = Path(sys.prefix) / "webshop" / "bin" / "python"
SETTINGS = """
[[tool.greenlint.energy.budgets]]
test = "tests.test_orders"
queries = 400

[[tool.greenlint.energy.budgets]]
test = "tests.test_stock"
queries = 200
"""

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(not PYTHON.exists(), reason="the shop's environment is not there"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(SHOP, tmp_path_factory.mktemp("shop") / "shop"))


def suite(shop: Path, *words: str, settings: str = "") -> Done:
    """The shop's suite, measured."""
    return measured(shop, "manage.py", "test", *words, settings=settings, python=str(PYTHON))


@pytest.fixture(scope="module")
def done(shop: Path) -> Done:
    return suite(shop, settings=SETTINGS)


def counted(done: Done) -> dict[str, tuple[str, int]]:
    """Outcome and queries of each test."""
    return {one["id"]: (one["outcome"], one["work"]["queries"]) for one in done.document["tests"]}


def test_the_suite_is_measured_and_unchanged(shop: Path, done: Done) -> None:
    """All that `manage.py test` runs is there, and what it prints is what it printed."""
    before = bare(shop, "manage.py", "test", python=str(PYTHON))
    assert before.code == 0, before.stderr
    assert timeless(done.stdout) == timeless(before.stdout)
    assert timeless(done.stderr).startswith(timeless(before.stderr))
    ran = before.stderr.partition("Ran ")[2].partition(" ")[0]
    assert len(done.document["tests"]) == int(ran) > 50
    assert {one["outcome"] for one in done.document["tests"]} == {"passed"}


def test_a_budget_of_queries_is_exceeded(done: Done) -> None:
    """The rest of the suite keeps its budgets, and the run exits 1 although every test passed."""
    assert done.code == 1
    verdicts = {one["id"]: one["verdict"] for one in done.document["tests"]}
    exceeded = [name for name, verdict in verdicts.items() if verdict == "fail"]
    assert exceeded == ["tests.test_orders.PlaceOrderTests.test_cancel_stale"]
    assert "Energy budget exceeded: 452 queries against 400" in done.stderr
    assert "48 times the same query from orders/services.py:" in done.stderr


def test_setup_of_django_is_no_call(done: Done) -> None:
    """Savepoints around a test, and rows that a class makes for all of its tests, are not charged
    to any call; making the database is a fixture of the run.
    """
    fixtures = done.fixtures
    assert fixtures["::setup_databases"]["setup"]["queries"] > 100
    assert fixtures["::setup_databases"]["teardown"] is not None
    assert fixtures["tests.test_reports.SalesTests::setUpClass"]["setup"]["queries"] > 100
    test = done.tests["test_breadcrumb"]
    assert test["work"]["queries"] == test["phases"]["call"]["queries"] == 0
    assert test["phases"]["setup"]["queries"] > 0
    assert test["phases"]["teardown"]["queries"] > 0


def test_a_suite_in_parallel(shop: Path, done: Done) -> None:
    """Every test is there once, with the queries that it has in one process."""
    parallel = suite(shop, "--parallel", "2", settings=SETTINGS)
    assert counted(parallel) == counted(done)
    assert parallel.document["conditions"]["xdist"] == 2
    assert parallel.code == 1

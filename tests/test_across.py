# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The second pass: what all files say together, and what is judged again after a change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import greenlint_rules
import pytest

from greenlint.across import AcrossPlan, FactsPlan
from greenlint.cache import Cache
from greenlint.catalogue import rules_in
from greenlint.result import FileResult
from greenlint.run import run
from greenlint.work import Job, Plan
from greenlint.workers import Done, Pool, Prepares

ALL = tuple(rules_in("greenlint_rules", Path(greenlint_rules.__file__).parent))
RULES = tuple(info for info in ALL if info.code == "GRN304")
FILES = {
    "shop/models.py": (
        "from django.db import models\n"
        "class Customer(models.Model):\n    name = models.TextField()\n"
        "class Order(models.Model):\n    customer = models.ForeignKey(Customer, models.CASCADE)\n"
    ),
    "shop/report.py": (
        "from shop.models import Order\n"
        "def names():\n    return [order.customer.name for order in Order.objects.all()]\n"
    ),
    "shop/other.py": (
        "from shop.models import Order\ndef keys(orders):\n    for o in orders: o.pk\n"
    ),
    "tools.py": "def f(x):\n    return x\n",
}


class Watched(Pool):
    """A pool that writes down what it was asked to do."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: list[str] = []
        self.judged: list[str] = []

    def work(self, jobs: object, plan: Prepares, count: int) -> Iterator[Done]:
        waiting: list[Job] = list(jobs)  # type: ignore[call-overload]
        if isinstance(plan, FactsPlan):
            self.facts += [job.name for job in waiting]
        if isinstance(plan, AcrossPlan):
            self.judged += [job.name for job in waiting]
        return super().work(waiting, plan, count)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def jobs(root: Path, *names: str) -> list[Job]:
    return [Job(root / name, name) for name in (names or sorted(FILES))]


def checked(root: Path, *names: str, cached: bool = True, processes: int = 1) -> Watched:
    """One run; its findings are checked to be those that there are."""
    pool = Watched()
    named = jobs(root, *names)
    others = [job for job in jobs(root) if job not in named]
    cache = Cache(root / "cache", "key") if cached else None
    ran = run(named, Plan(RULES), around=others, cache=cache, processes=processes, pool=pool)
    pool.found = lines(ran.results)  # type: ignore[attr-defined]
    return pool


def lines(results: object) -> dict[str, list[int]]:
    held: dict[str, FileResult] = dict(results)  # type: ignore[call-overload]
    return {n: [one.span.line for one in r.findings] for n, r in held.items() if r.findings}


FOUND = {"shop/report.py": [3]}


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("cached", [True, False])
def test_the_same_is_found_however_it_is_run(shop: Path, processes: int, cached: bool) -> None:
    """Processes and the cache change nothing, and nothing is found twice."""
    for _ in range(3):
        assert checked(shop, cached=cached, processes=processes).found == FOUND


def test_a_file_alone_knows_its_project(shop: Path) -> None:
    """The other files are read, and only the named one is judged."""
    alone = checked(shop, "shop/report.py")
    assert alone.found == FOUND
    assert alone.judged == ["shop/report.py"]


def test_nothing_is_done_when_nothing_changed(shop: Path) -> None:
    """A second run reads no facts and judges nothing."""
    checked(shop)
    again = checked(shop)
    assert (again.facts, again.judged) == ([], [])


def test_a_changed_file_is_judged_with_those_that_rest_on_it(shop: Path) -> None:
    """A comment in a file that the finding rests on brings it back; the others rest."""
    checked(shop)
    models = shop / "shop/models.py"
    models.write_text(models.read_text() + "# a comment\n")
    again = checked(shop)
    assert again.found == FOUND
    assert "tools.py" not in again.judged
    assert {"shop/models.py", "shop/report.py"} <= set(again.judged)


def test_a_change_elsewhere_takes_a_finding_away(shop: Path) -> None:
    """The file of the finding is the same; what it rests on is not."""
    checked(shop)
    models = shop / "shop/models.py"
    models.write_text(models.read_text().replace("ForeignKey(Customer,", "TextField(max_length="))
    assert checked(shop).found == {}


def test_a_new_file_can_bring_a_finding(shop: Path) -> None:
    """What a name means may begin to be known."""
    (shop / "shop/models.py").rename(shop / "away.txt")
    names = ("shop/other.py", "shop/report.py", "tools.py")
    pool = Watched()
    cache = Cache(shop / "cache", "key")
    assert lines(run(jobs(shop, *names), Plan(RULES), cache=cache, pool=pool).results) == {}
    (shop / "away.txt").rename(shop / "shop/models.py")
    assert checked(shop).found == FOUND


def test_a_project_without_the_libraries_is_not_indexed(tmp_path: Path) -> None:
    """No facts are read where no file names a library that the index knows."""
    (tmp_path / "a.py").write_text("for x in y:\n    x.z.w\n")
    pool = Watched()
    run([Job(tmp_path / "a.py", "a.py")], Plan(RULES), pool=pool)
    assert (pool.facts, pool.judged) == ([], [])


def test_a_file_that_cannot_be_parsed_does_not_stop_the_others(shop: Path) -> None:
    """It is told as ever; the rest is judged."""
    (shop / "shop/other.py").write_text("from django import (\n")
    found = checked(shop).found
    assert found.pop("shop/other.py") == [1]
    assert found == FOUND


def test_one_rule_tells_one_place_once(tmp_path: Path) -> None:
    """A rule that looks at files alone and across them says what it found first."""
    (tmp_path / "models.py").write_text(
        "from django.db import models\n\n\nclass Order(models.Model):\n"
        "    paid = models.BooleanField()\n"
    )
    (tmp_path / "views.py").write_text(
        "from models import Order\n\n\ndef close():\n    for order in Order.objects.all():\n"
        "        order.paid = True\n        order.save()\n"
    )
    rules = tuple(info for info in ALL if info.code == "GRN302")
    named = jobs(tmp_path, "models.py", "views.py")
    assert lines(run(named, Plan(rules)).results) == {"views.py": [7]}

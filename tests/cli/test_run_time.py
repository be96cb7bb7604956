# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Findings that only a stored run saw, as users of ``check`` and ``report`` have them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from greenlint_profiler.stores.store import open_store

from tests.cli.conftest import Done
from tests.profiler.documents import SHOP, case, document

Quick = Callable[..., Done]
CODE = "def show(rows, read):\n    for row in rows:\n        read(row){}\n"
WHERE = "shop/views.py:42:9"
SELECT = ("--select=GRN349", "shop")


@pytest.fixture
def shop(project: Path) -> Path:
    """A view whose line 42 sent a query 30 times in a test of a stored run."""
    (project / "pyproject.toml").write_text("[tool.greenlint]\n")
    write(project)
    with open_store("", project) as store:
        later = 60 * 24 * 365 * 20  # minutes: no file is newer than the run
        store.append(document("run-1", [case(queries=31)], at=later))
    return project


def write(shop: Path, comment: str = "") -> None:
    view = shop / "shop" / "views.py"
    view.parent.mkdir(exist_ok=True)
    view.write_text("\n" * 39 + CODE.format(comment))


def test_they_are_findings_like_others(shop: Path, quick: Quick) -> None:
    """Named, explained, selected, as JSON and SARIF; with the run and only with it."""
    done = quick("check", "-o", "concise", *SELECT)
    assert done.returncode == 1, done.stderr
    assert f"{WHERE}: warning GRN349 this line sent the same query 30 times in one test" in (
        done.stdout
    )
    assert f"({SHOP})" in done.stdout
    assert "confirmed at run time: 30 times the same query" in quick("check", *SELECT).stdout
    assert quick("check", "--no-energy", *SELECT).returncode == 0
    assert quick("check", "--select=database", "shop").returncode == 0  # on trial
    assert "GRN349" in quick("check", "--preview", "--min-proof=reasoned", "shop").stdout
    (one,) = json.loads(quick("check", "-o", "json", *SELECT).stdout)["findings"]
    assert (one["code"], one["line"], one["symbol"]) == ("GRN349", 42, "show")
    assert one["energy"]["confirmed"][0]["count"] == 30
    (run,) = json.loads(quick("check", "-o", "sarif", *SELECT).stdout)["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["GRN349"]
    assert "no rule on code saw why" in " ".join(quick("rule", "GRN349").stdout.split())
    done = quick("report", "shop", "-o", "concise")
    assert WHERE in done.stdout
    done = quick("--config", 'ignore=["GRN3"]', "report", "shop", "-o", "concise")
    assert WHERE not in done.stdout
    done = quick("--config", "rules.GRN349={least=31}", "check", *SELECT)
    assert done.returncode == 0, done.stderr


def test_they_are_accepted_like_others(shop: Path, quick: Quick) -> None:
    """By a comment and by a baseline, which are not called unused where no run sees it again."""
    write(shop, "  # greenlint: ignore[GRN349]")
    assert quick("check", "--select=GRN349,GRN900", "shop").returncode == 0
    assert quick("check", "--no-energy", "--select=GRN349,GRN900", "shop").returncode == 0
    write(shop)
    with_rule = ("--config", 'select=["GRN349"]', "--config", 'baseline="known.json"')
    done = quick(*with_rule, "baseline", "create", "shop")
    assert done.returncode == 0, done.stderr
    assert "GRN349" in (shop / "known.json").read_text()
    assert quick(*with_rule, "check", "shop").returncode == 0
    assert quick(*with_rule, "check", "--no-energy", "shop").returncode == 0
    assert quick(*with_rule, "check", "--no-baseline", "shop").returncode == 1


def test_what_a_test_repeats_is_no_longer_of_low_confidence(shop: Path, quick: Quick) -> None:
    """A loop that only counts may turn twice; a test that asks from it 30 times knows better."""
    view = shop / "shop" / "views.py"
    code = "from .models import Row\n\ndef show(count):\n    for name in range(count):\n"
    view.write_text("\n" * 37 + code + "        Row.objects.get(pk=name)\n")
    model = (
        "from django.db import models\n\nclass Row(models.Model):\n    name = models.TextField()\n"
    )
    (shop / "shop" / "models.py").write_text(model)
    assert "GRN301" not in quick("check", "-o", "concise", "shop").stdout
    done = quick("check", "--sort=energy", "-o", "json", "shop")
    (one,) = json.loads(done.stdout)["findings"]
    assert (one["code"], one["line"], one["confidence"]) == ("GRN301", 42, "medium")
    assert "GRN301" in quick("report", "shop", "-o", "concise").stdout
    assert "GRN349" not in quick("report", "shop", "-o", "concise").stdout

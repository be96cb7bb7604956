# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint report``: findings joined with a stored run, as a page and as text."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from greenlint.cli import report_page
from greenlint.errors import UsageError

from .conftest import Greenlint
from .shop import MANY, ONE, collected, made, measured


@pytest.fixture
def shop(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project, in an environment that the tests of greenlint do not disturb."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return made(project)


def test_a_run_and_its_findings_on_one_page(shop: Path, greenlint: Greenlint) -> None:
    """By default in one file; in Dutch, as other formats, and for one test where asked for."""
    measured(shop)
    collected(greenlint)
    done = greenlint("report", "shop.py")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "greenlint-report.html is written." in done.stderr
    page = (shop / "greenlint-report.html").read_text("utf-8")
    assert '<html lang="en">' in page
    for said in (ONE, MANY, "The last 2 stored runs", "Energy report of project", "No test"):
        assert said in page
    assert page.index("shop.py:3") < page.index("shop.py:7")

    with (shop / "pyproject.toml").open("a") as file:
        link = "https://git.example.org/{path}?l={line}"
        file.write(f'\n[tool.greenlint.report]\ntitle = "Our shop"\nlinks.repository = "{link}"\n')
    done = greenlint("report", "shop.py", "--lang", "nl", "-o", "html:out/nl.html", "-o", "json")
    found = json.loads(done.stdout)["findings"]
    assert [one["line"] for one in found] == [3, 7]
    assert found[0]["energy"]["tests"] == sorted([ONE, MANY])
    page = (shop / "out" / "nl.html").read_text("utf-8")
    assert '<html lang="nl">' in page
    assert "Energierapport van Our shop" in page
    assert 'href="https://git.example.org/shop.py?l=3"' in page

    done = greenlint("report", "--test", "[20000]", "shop.py")
    assert done.returncode == 0, done.stderr
    assert "shop.py:3" in done.stdout
    assert "shop.py:7" not in done.stdout
    for word, said in (("[", f"in the ids of 2 tests: {ONE}, {MANY}"), ("test_repot", "no test")):
        done = greenlint("report", "--test", word, "shop.py")
        assert done.returncode == 2
        assert said in done.stderr


def test_without_a_run_the_page_has_findings_only(shop: Path, greenlint: Greenlint) -> None:
    """And what needs a run, or a format that there is not, says so."""
    done = greenlint("report", "shop.py", "-o", "html")
    assert done.returncode == 0, done.stderr
    assert "No stored run is joined" in done.stdout
    assert "shop.py:3" in done.stdout
    done = greenlint("report", "--test", ONE)
    assert done.returncode == 2
    assert "greenlint energy collect" in done.stderr
    done = greenlint("report", "--energy", "nothing")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    done = greenlint("report", "-o", "pfd")
    assert done.returncode == 2
    assert "There is no output format 'pfd'" in done.stderr
    done = greenlint("check", "-o", "html", "shop.py")
    assert done.returncode == 2
    assert "`greenlint report` writes HTML" in done.stderr
    measured(shop)
    done = greenlint("report", "--test", ONE, "shop.py")
    assert done.returncode == 2
    assert "No coverage data" in done.stderr


def test_without_jinja_there_is_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named, and a format that needs none."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'greenlint\[report\]'.*-o full"):
        report_page._needs_jinja()

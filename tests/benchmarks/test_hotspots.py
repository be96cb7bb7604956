# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Fixes as edits of lines, and the report of what they saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.hotspots_projects import Fix, Project, Stale
from benchmarks.hotspots_report import section

PATH = "shop.py"


def fix(*edits: tuple[int, str, str]) -> Fix:
    held = [{"path": PATH, "line": line, "old": old, "new": new} for line, old, new in edits]
    return Fix("GRN301", PATH, edits[0][0], "mended", tuple(held))


def project(root: Path, *fixes: Fix) -> Project:
    (root / PATH).write_text("one\ntwo\nthree\nfour\n")
    return Project("shop", "shop", root, Path("python"), (), fixes)


def test_edits_name_lines_as_they_were_before_any_fix(tmp_path: Path) -> None:
    """What an earlier fix, or an earlier edit of the same one, put above moves them."""
    first, second = (
        fix((1, "one", "1\n1.5"), (3, "three", "3")),
        fix((2, "two", "2\n2.5"), (4, "f", "F")),
    )
    held = project(tmp_path, first, second)
    held.apply(first, ())
    held.apply(second, [first])
    assert (tmp_path / PATH).read_text() == "1\n1.5\n2\n2.5\n3\nFour\n"


def test_an_edit_that_does_not_fit_is_told(tmp_path: Path) -> None:
    """A project of another version is not changed at random."""
    held = project(tmp_path)
    with pytest.raises(Stale, match=r"shop\.py:2 of shop does not hold 'three'"):
        held.apply(fix((2, "three", "3")), ())


def finding(**more: Any) -> dict[str, Any]:
    known = {"rule": "GRN301", "place": "shop.py:2", "message": "asks", "standing": "confirmed"}
    used = {"times": 50, "in": "tests/test_a.py::test_a", "again_in": ["a", "b"], "tests": 3}
    return {**known, **used, "cpu_seconds": 0.25, "queries": 60, "joules": 3.75} | more


def test_each_figure_of_the_report_has_its_label() -> None:
    """CPU time is a proxy, joules are simulated, and a change has its interval."""
    run = {"tests": 3, "cpu_seconds": 1.5, "queries": 100, "joules": 20.0}
    page = {"bytes": 600_000, "seconds": 1.0, "saved": True}
    part = {"when": "2026-11-30T21:00:00+00:00", "load": 7.5}
    taken = {"seconds": 2.5, "cpu_seconds": 0.5}
    test = {
        "test": "tests/test_a.py::test_a",
        "verdict": "improved",
        "quantity": "cpu_seconds",
        "base": 0.2,
        "head": 0.1,
        "change": {"pct": -50.0, "lo": -52.0, "hi": -48.0},
        "restarts": 4,
        "queries": [60, 11],
    }
    gate = {"verdict": "improved", "seconds": 60.0, "restarts": 4, "tests": [test]}
    cpu = {"saved": 0.1, "low": 0.09, "high": 0.11, "base": 0.2, "evidence": "proxy"}
    saving = {
        "rule": "GRN301",
        "path": PATH,
        "line": 2,
        "tests": [1],
        "saved": {"cpu_seconds": cpu, "queries": 49},
    }
    held = {
        "title": "shop==1",
        "command": ["python", "-m", "pytest"],
        "machine": "a machine",
        "collect": part | {"seconds": 9.0, "run": run},
        "rank": part
        | {"findings": 5, "confirmed": 2, "top": [finding()], "report": page}
        | {"join": {"joined": taken, "plain": taken | {"seconds": 1.5}}},
        "mend": part
        | {"fixes": [gate | {"fix": "shop.py:2", "does": "fetched once"}], "savings": [saving]}
        | {"suite": gate, "run": run | {"queries": 51}, "top": [], "report": page},
        "joules": part
        | {"watts": "15", "tree": "client", "run": run, "top": [finding()], "gate": gate},
    }
    text = "\n".join(section(held, {"shop.py:2": "yes"}))
    for said in (
        "| 1 | GRN301 shop.py:2: asks | confirmed: 50 times in `test_a.py::test_a` and in 1 more |",
        "250 ms (proxy) | 60 | yes |",
        "the join is 1.0 s",
        "0.60 MB (wanted: at most 5 MB)",
        "| 200 ms | 100 ms | -50 % (-52 … -48) | 60 → 11 | improved |",
        "100 before, 51 after (counted)",
        "100 ms (90 ms … 110 ms; proxy) of 200 ms | 49 |",
        "3.75 J (simulated)",
        "The report page tells the savings",
    ):
        assert said in text, said

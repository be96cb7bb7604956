# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Trees are held until they are many, and findings do not depend on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from greenlint.check import ActiveRule
from greenlint.plugins import load_plugins
from greenlint.project import facts, trees
from greenlint.project.checking import judge
from greenlint.project.project import File, Project
from greenlint.project.syntax import parse
from greenlint.project.trees import Trees
from greenlint.source import SourceFile

SHOP = Path(__file__).parents[2] / "examples" / "webshop"


def project() -> Project:
    files = []
    for path in sorted(SHOP.rglob("*.py")):
        source = SourceFile(path.relative_to(SHOP).as_posix(), path.read_bytes())
        tree = parse(source)
        assert tree is not None
        told = facts.read(tree, source.text)
        files.append(File(source.name, lambda source=source: source, told))  # type: ignore[misc]
    return Project(files)


def judged() -> list[str]:
    """The findings in every file and what they rest on, tidied up after each."""
    infos = load_plugins(third_party=False).rules()
    rules = [
        ActiveRule(info, None, {one.name: one.default for one in info.options})
        for info in infos
        if info.across
    ]
    found = []
    made = project()
    for unit in made.units.values():
        found.append(str(judge(rules, unit, made)))
        made.tidy()
    return found


def test_findings_are_the_same_whatever_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nothing is kept from one file to the next."""
    before = judged()
    monkeypatch.setattr(trees, "_HELD_LINES", 0)
    assert judged() == before
    assert sum("GRN303" in one for one in before) > 0


def test_trees_are_dropped_once_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not before."""
    monkeypatch.setattr(trees, "_HELD_LINES", 5)
    held = Trees()
    small = SourceFile("a.py", b"a = 1\n" * 3)
    first = held.of("a.py", lambda: small)[0]
    assert not held.drop()
    assert held.of("a.py", lambda: small)[0] is first
    held.of("b.py", lambda: small)
    assert held.drop()
    assert held.of("a.py", lambda: small)[0] is not first


def test_a_file_that_is_gone_is_empty() -> None:
    """The first pass tells about it."""

    def gone() -> SourceFile:
        raise FileNotFoundError

    assert Trees().of("a.py", gone)[0].body == []

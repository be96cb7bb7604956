# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Trees are held until they are many, and findings do not depend on it."""

from __future__ import annotations

import ast
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
        one = judge(rules, unit, made)
        found.append(str(one))
        made.tidy(one.used)
    return found


def test_findings_are_the_same_whatever_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nothing is kept from one file to the next."""
    before = judged()
    for lines in (0, 500, 2_000):
        monkeypatch.setattr(trees, "_HELD_LINES", lines)
        assert judged() == before
    assert sum("GRN303" in one for one in before) > 0


def test_those_that_few_files_use_are_dropped_once_they_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And not before."""
    monkeypatch.setattr(trees, "_HELD_LINES", 8)
    held = Trees()
    small = SourceFile("a.py", b"a = 1\n" * 3)
    first = {name: held.of(name, lambda: small)[0] for name in ("a.py", "b.py")}
    assert held.drop(["a.py"]) == []
    first["c.py"] = held.of("c.py", lambda: small)[0]
    assert held.drop(["c.py"]) == ["b.py"]
    assert held.of("a.py", lambda: small)[0] is first["a.py"]
    assert held.of("b.py", lambda: small)[0] is not first["b.py"]


def test_a_file_that_is_gone_is_empty() -> None:
    """The first pass tells about it."""

    def gone() -> SourceFile:
        raise FileNotFoundError

    assert Trees().of("a.py", gone)[0].body == []


def test_a_tree_of_the_pass_before_is_taken_once_and_only_for_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And no more of them are kept than there is room for."""
    monkeypatch.setattr(trees, "_EARLY_LINES", 5)
    early, made = trees.Early(), ast.Module([], [])
    one, other = SourceFile("a.py", b"a = 1\n" * 3), SourceFile("b.py", b"b = 1\n" * 3)
    early.keep(one, made)
    early.keep(other, made)
    assert early.lines == 3
    assert early.take(other) is None
    assert early.take(one) is made
    assert early.take(one) is None
    early.keep(one, made)
    assert early.take(SourceFile("a.py", b"a = 2\n" * 3)) is None
    assert early.lines == 0

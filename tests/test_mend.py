# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Fixing costs a check of what changed, and no more; what does not parse is not written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import libcst as cst
import pytest

from greenlint.check import Checker
from greenlint.cli import fixing
from greenlint.cli.group import Settings
from greenlint.cli.linting import Lint
from greenlint.glance import Syntax
from greenlint.messages import say
from greenlint.proof import unparsable
from greenlint.result import SYNTAX_ERROR, FileResult, refused
from greenlint.source import SourceFile
from greenlint.work import Job, defect
from greenlint.workers import Done, Prepares

HALF = "def half(prices):\n    for name, price in prices.items():\n        print(price)\n"
FILES = {
    "pyproject.toml": "[tool.greenlint]\n",
    "a.py": f"{HALF}\ndef other(a):\n    return a  # unchanged\n",
    "b.py": f"{HALF}        print(name)\n",
}


class Here:
    """Workers without processes: what they do can be counted."""

    def work(self, jobs: Iterable[Job], plan: Prepares, _count: int) -> Iterator[Done]:
        do = plan.prepared()
        for job in jobs:
            yield (job, *do(job))

    def close(self) -> None:
        pass


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lint:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    given = {"fix": True, "no_cache": True, "unsafe_fixes": True, "select": ("GRN101", "GRN304")}
    return Lint(Settings(pool=Here()), (), given)  # type: ignore[arg-type]


def test_what_did_not_change_is_not_looked_at_again(
    lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One check for every file and one more for what was fixed; no body is parsed as proof but
    those in which something changed.
    """
    checks: Counter[str] = Counter()
    parsed: list[str] = []
    check, parse = Checker.check, cst.parse_module

    def counted(self: Checker, source: SourceFile, **more: Any) -> FileResult:
        checks[source.name] += 1
        return check(self, source, **more)

    def noted(text: str) -> cst.Module:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(Checker, "check", counted)
    monkeypatch.setattr(cst, "parse_module", noted)
    lint.run()
    assert len(parsed) == 1  # a glance at b.py was enough
    assert fixing.fix(lint, diff=False, ask=False, show=False)
    assert checks == {"a.py": 2, "b.py": 1}
    [proof] = parsed[1:]  # and no glance sees anything in what is left
    assert "for price in prices.values()" in proof
    assert "unchanged" in proof  # a comment behind the body
    assert "return a" not in proof
    assert Path("a.py").read_text() == FILES["a.py"].replace(
        "name, price in prices.items()", "price in prices.values()"
    )
    assert Path("b.py").read_text() == FILES["b.py"]
    assert (lint.counts.files, lint.counts.cached) == (2, 0)


def test_a_file_that_changed_meanwhile_is_checked_as_it_is(lint: Lint) -> None:
    """What the run found holds for the bytes that it read."""
    lint.run()
    Path("a.py").write_text(f"x = 1\n{HALF}")
    assert fixing.fix(lint, diff=False, ask=False, show=False)
    assert (
        Path("a.py").read_text().startswith("x = 1\ndef half(prices):\n    for price in prices.v")
    )


@pytest.mark.parametrize("found", ["defect", "lost"])
def test_what_could_not_be_checked_is_not_written(
    lint: Lint, monkeypatch: pytest.MonkeyPatch, found: str
) -> None:
    """A worker that dies on a fixed text, or a rule that panics, costs that file its fixes."""
    lint.run()

    lost = refused("a.py", SYNTAX_ERROR, say("the process ended with SIGSEGV"))
    failed = lost if found == "lost" else defect("a.py", _raised())
    monkeypatch.setattr(Lint, "work", lambda _, jobs: [(job, failed, "") for job in jobs])
    assert not fixing.fix(lint, diff=False, ask=False, show=False)
    assert Path("a.py").read_text() == FILES["a.py"]
    [problem] = lint.problems
    assert problem.startswith("a.py was left as it was, for its fixed text could not be checked: ")


def _raised() -> BaseException:
    try:
        raise RuntimeError("a panic")
    except RuntimeError as error:
        return error


@pytest.mark.parametrize(
    ("text", "changed", "problem"),
    [
        ("def f():\n    return 1\n", "1", None),
        ("def f():\n    return (1\n", "1", "line"),
        ("def f():\n    return 1\nclass C:\n    def g(self): x = = 1\n", "= 1", "line 4"),
        ("if 1:\n    def f(): a; b;\nelse:\n    class C: x = 1; y = 2\n", "if 1", None),
        ("match x:\n    case 1:\n        def f():\n            return 12345\n", "x", None),
        ("@g\ndef f():\n    '''Said.'''\n\n\nx = 1", "x = 1", None),
    ],
)
def test_what_changed_has_to_parse(text: str, changed: str, problem: str | None) -> None:
    """In whatever stands around it, as in the whole text."""
    source, at = SourceFile("a.py", text.encode()), text.index(changed)
    found = unparsable(source, Syntax(source), ((at, at + len(changed)),))
    assert found == unparsable(source)
    assert (problem is None) == (found is None)
    assert problem is None or problem in str(found)

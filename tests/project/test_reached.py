# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What of a function a call does not reach."""

from __future__ import annotations

import ast

import pytest

from greenlint.project.project import Func, Unit
from greenlint.project.reached import call_of, is_reached
from greenlint.project.texts import Mark
from greenlint.project.values import At
from tests.project.conftest import project_of

EARLY = "if short:\n        return 1\n    here"
CASES = [
    (EARLY, "go(1, True)", False),
    (EARLY, "go(1, short=True)", False),
    (EARLY, "go(1)", True),
    (EARLY, "go(1, short=given)", True),
    (EARLY, "go(*given)", True),
    (EARLY, "go(1, **given)", True),
    ("if short:\n        x = 1\n    here", "go(1, True)", True),
    ("short = row\n    if short:\n        return 1\n    here", "go(1, True)", True),
    ("if short:\n        here", "go(1)", False),
    ("if not short:\n        here", "go(1)", True),
    ("if not short:\n        return 1\n    here", "go(1)", False),
    ("if short is None:\n        here", "go(1, None)", True),
    ("if short is not None:\n        here", "go(1, None)", False),
    ("if short and row:\n        here", "go(1)", False),
    ("if short or row:\n        here", "go(1)", True),
    ("if short:\n        x = 1\n    else:\n        here", "go(1, True)", False),
    (
        "for one in row:\n        if short:\n            continue\n        here",
        "go(1, True)",
        False,
    ),
    ("with row:\n        if word:\n            here", "go(1, word='')", False),
    ("with row:\n        if word:\n            here", "go(1)", True),
]


def _function(unit: Unit) -> Func:
    (node,) = unit.tree.body
    assert isinstance(node, ast.FunctionDef)
    return Func(unit, node)


def _reached(body: str, call: ast.Call | None) -> bool:
    text = f"def go(row, short=False, *, word='a'):\n    {body}\n"
    unit = project_of({"a.py": text}).units["a.py"]
    func = _function(unit)
    node = next(one for one in ast.walk(unit.tree) if getattr(one, "id", "") == "here")
    return is_reached(func, call, At(unit, node), 0)


@pytest.mark.parametrize(("body", "call", "reached"), CASES)
def test_constants_tell_what_a_call_comes_by(body: str, call: str, reached: bool) -> None:
    """Constants that are handed over and defaults decide tests; all else leaves both ways open."""
    parsed = ast.parse(call, mode="eval").body
    assert isinstance(parsed, ast.Call)
    assert _reached(body, parsed) is reached


def test_the_call_of_a_chain_is_found_by_its_name() -> None:
    """The method's own call, not those around it; none where the way names no call of it."""
    unit = project_of({"a.py": "def lines(row, short): ...\n"}).units["a.py"]
    func = _function(unit)
    chain = ast.parse("row.lines(True).first()['a']", mode="eval").body
    found = call_of(At(unit, chain), ("lines()", "first()"), func)
    assert found is not None
    assert ast.unparse(found) == "row.lines(True)"
    assert call_of(At(unit, chain), ("total",), func) is None


def test_a_name_leads_to_the_call_that_gave_its_value() -> None:
    """``found = row.go(1, True)``, then ``found["a"]``; another name leads to none."""
    use = "def use(row):\n    found = row.go(1, True)\n    found['a'], held['a']\n"
    text = f"def go(row): ...\n\n{use}"
    unit = project_of({"a.py": text}).units["a.py"]
    func = Func(unit, next(one for one in unit.tree.body if isinstance(one, ast.FunctionDef)))
    found, held = (one for one in ast.walk(unit.tree) if isinstance(one, ast.Subscript))
    call = call_of(At(unit, found), ("go()", "[0]"), func)
    assert call is not None
    assert ast.unparse(call) == "row.go(1, True)"
    assert call_of(At(unit, held), ("go()", "[0]"), func) is None


def test_a_template_calls_a_method_without_arguments() -> None:
    """So the defaults hold."""
    unit = project_of({"a.py": "def lines(row, short): ...\n"}).units["a.py"]
    found = call_of(At(unit, Mark("row.lines", 0, 9), "a.html"), ("lines()",), _function(unit))
    assert found is not None
    assert not found.args

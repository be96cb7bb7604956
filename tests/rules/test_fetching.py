# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How relations that nothing fetched are named."""

from __future__ import annotations

import ast

import pytest
from greenlint_rules.fetching import named

from greenlint.project.needs import Need
from greenlint.project.values import At
from tests.project.conftest import project_of


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        (["lines__product", "lines"], "`lines`, `lines.product`"),
        (["b", "a__c", "a__c"], "`b`, `a.c`"),
        (["f", "e", "d", "c", "b__x", "a__x"], "`c`, `d`, `e`, `f`, `a.x`, `b.x`"),
        (["g", "f", "e", "d", "c", "b__x", "a__x"], "`c`, `d`, `e`, `f`, `g`, …"),
    ],
)
def test_every_relation_is_named_the_nearest_first(paths: list[str], words: str) -> None:
    """Those on the way to another are queries, too; of more than six, five are named."""
    at = At(project_of({"shop.py": ""}).units["shop.py"], ast.Pass())
    assert named([Need(path, "select", at, ()) for path in paths]) == words

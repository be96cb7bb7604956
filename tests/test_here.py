# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What Here answers about the place a check stands at."""

from __future__ import annotations

import libcst as cst
import pytest

from greenlint.here import Here
from greenlint.walk import walk, within

ALWAYS = "while busy:\n    see()\n    break\n"
MAYBE = "while busy:\n    see()\n    if again:\n        continue\n    break\n"
INNER = "while busy:\n    for x in xs:\n        continue\n    see()\n    break\n"


@pytest.mark.parametrize(
    ("text", "repeats"), [(ALWAYS, False), (MAYBE, True), (INNER, False)], ids=["", "own", "inner"]
)
def test_a_block_that_may_go_on_does_not_always_leave(text: str, repeats: bool) -> None:
    """A `continue` of the loop itself keeps it turning; that of a loop inside it does not."""
    here = Here(cst.parse_module(text), text)
    for link in walk(here.module):
        if isinstance(link[0], cst.Call):
            here.link = link
            assert (here.every_turn() is not None) == repeats
            return
    raise AssertionError("the block has no see()")


def test_statements_that_only_move_control_are_given() -> None:
    """A rule that looks for `break`, `continue` or `pass` within a body finds it."""
    body = cst.parse_module(MAYBE + "else:\n    pass\n")
    kinds = {type(node) for node in within(body)}
    assert {cst.Break, cst.Continue, cst.Pass} <= kinds

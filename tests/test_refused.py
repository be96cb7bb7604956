# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rules that greenlint refuses: each is told with its reason, and none is a rule of ours."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import greenlint_rules
import pytest

from greenlint.catalogue import rules_in
from greenlint.refused import REFUSED, refusal, table

PAGE = Path(__file__).parents[1] / "docs" / "guide" / "refused.md"


def test_the_guide_lists_them_all() -> None:
    """The table of the guide is the one that the data gives, to the letter."""
    assert table() in PAGE.read_text("utf-8")


def test_what_is_refused_is_no_alias_of_a_rule() -> None:
    """A name leads to a rule or to a refusal, never to both, and to one refusal only."""
    names = [name for one in REFUSED for name in one.ids]
    ours = {
        word
        for info in rules_in("greenlint_rules", Path(greenlint_rules.__file__).parent)
        for word in (info.code, info.name, *info.aliases)
    }
    assert not ours.intersection(names)
    assert [name for name, times in Counter(names).items() if times > 1] == []


@pytest.mark.parametrize(
    ("selector", "sentence"),
    [
        (
            "SIM110",
            "SIM110 (any() or all() for a loop that returns) is a rule that greenlint refuses",
        ),
        (
            "perf203",
            "perf203 (no try within a loop) is a rule that greenlint refuses: entering a try",
        ),
        ("GRN301", None),
        ("SIM1", None),
    ],
)
def test_a_refusal_says_what_and_why(selector: str, sentence: str | None) -> None:
    """The sentence has the name as it was written, what the rule asks for, and the reason."""
    said = refusal(selector)
    assert (said or "").startswith(sentence or "")
    assert (said is None) == (sentence is None)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A measure card is whole, in both languages, or it says what it lacks."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import greenlint_rules
import pytest

from greenlint import page as pages
from greenlint.card import LANGUAGES, TEXTS, Effort, Moment, Practice, card
from greenlint.catalogue import rules_in

pytestmark = pytest.mark.once
FINDINGS = Path(__file__).resolve().parent.parent / "docs/decisions/0018-new-rules-read.md"
READ = re.compile(r"^- (GRN\d{3}) `[^`]+` (right|small|wrong)\b", re.MULTILINE)


def told(**other: Any) -> dict[str, Any]:
    """A whole card, with `other` fields in place of its own; None takes one away."""
    whole: dict[str, Any] = {"effort": "low", "moment": "natural"}
    whole |= {language: {field: f"{field}." for field in TEXTS} for language in LANGUAGES}
    return {key: value for key, value in (whole | other).items() if value is not None}


def test_a_whole_card_is_read() -> None:
    """Effort, moment, texts and what was read in real code come out as they were written."""
    practice = {"packages": {"pretix": 4}, "read": 4, "true": 4, "worth": 3}
    found = card(told(practice=practice))
    assert (found.effort, found.moment) == (Effort.LOW, Moment.NATURAL)
    assert found.texts["nl"]["why"] == "why."
    assert found.practice == Practice({"pretix": 4}, 4, 4, 3)
    assert [one.at_most for one in Effort] == [15, 60, None]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"effort": None}, "effort is None, and must be one of low, medium, high"),
        ({"moment": "soon"}, "moment is 'soon', and must be one of independent, natural"),
        ({"en": None}, r"nothing of 'title' in \[en\]"),
        ({"nl": {**told()["nl"], "why": " "}}, r"nothing of 'why' in \[nl\]"),
        ({"nl": {**told()["nl"], "wy": "x"}}, r"no field 'wy' in \[nl\]"),
        ({"de": {}}, "no field 'de'"),
        ({"practice": {"read": 4, "true": 4}}, "read, true and worth"),
        ({"practice": {"read": 4, "true": 3, "worth": 4}}, "4 read, 3 true and 4 worth"),
    ],
)
def test_a_card_that_is_not_whole_says_what_it_lacks(other: dict[str, Any], said: str) -> None:
    """The field, its language and what may stand there are named."""
    with pytest.raises(ValueError, match=said):
        card(told(**other))


def test_cards_say_of_practice_what_was_read() -> None:
    """How many findings of a rule were read, true and worth a change, is counted from the list of
    them, and each rule on the list says so.
    """
    judged: dict[str, Counter[str]] = {}
    for code, judgement in READ.findall(FINDINGS.read_text("utf-8")):
        judged.setdefault(code, Counter())[judgement] += 1
    assert sum(one.total() for one in judged.values()) > 100
    cards = {
        info.code: card(pages.read(info.page).card).practice
        for info in rules_in("greenlint_rules", Path(greenlint_rules.__file__).parent)
        if info.page
    }
    told = {code: (p.read, p.true, p.worth) for code, p in cards.items() if p and p.read}
    assert told == {
        code: (one.total(), one.total() - one["wrong"], one["right"])
        for code, one in judged.items()
    }

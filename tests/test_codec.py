# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the cache is written in: any result comes back as it was, anything else is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenlint.codec import dumps, loads
from greenlint.finding import Finding, FoundFix, Place, Span, TextEdit
from greenlint.messages import Message
from greenlint.result import FileResult, Outcome
from greenlint.rule import Confidence, Safety
from greenlint.suppression import Kind, Listing, Selector, Suppression

# Names of files may hold what is no Unicode: low surrogates, as os.fsdecode gives them.
TEXT = st.text(
    st.characters(codec="utf-8") | st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF),
    max_size=8,
)
NUMBER = st.integers(0, 10**12)
SPAN = st.builds(Span, *[NUMBER] * 6)
MESSAGE = st.builds(Message, TEXT, st.dictionaries(TEXT, TEXT, max_size=2))
EDIT = st.builds(TextEdit, SPAN, TEXT)


def some(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(strategy, max_size=2).map(tuple)


FIX = st.builds(FoundFix, MESSAGE, st.sampled_from(Safety), some(EDIT))
FINDING = st.builds(
    Finding,
    TEXT,
    SPAN,
    TEXT,
    MESSAGE,
    MESSAGE,
    st.sampled_from(Confidence),
    symbol=TEXT,
    fingerprint=TEXT,
    fix=st.none() | FIX,
    related=some(st.builds(Place, TEXT, SPAN, MESSAGE)),
)
LISTING = st.builds(Listing, some(TEXT), some(SPAN), SPAN)
SELECTOR = st.builds(Selector, TEXT, SPAN, NUMBER, NUMBER, st.none() | LISTING)
SUPPRESSION = st.builds(
    Suppression,
    st.sampled_from(Kind),
    SPAN,
    LISTING,
    some(SELECTOR),
    TEXT,
    TEXT,
    st.none() | MESSAGE,
)
RESULT = st.builds(
    FileResult, st.sampled_from(Outcome), some(FINDING), some(SUPPRESSION), some(TEXT)
)


@settings(max_examples=60)
@given(RESULT)
def test_a_result_comes_back_as_it_was(result: FileResult) -> None:
    """Equal in every field, enums and tuples included, and written the same again."""
    text = dumps(result)
    text.encode("ascii")
    back = loads(FileResult, text)
    assert back == result
    assert dumps(back) == text


SOUND = dumps(FileResult(Outcome.PARSED))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "3",
        "[]",
        "[1, 2]",
        '["parsed"]',
        '["eaten", [], [], []]',
        '["parsed", [3], [], []]',
        '["parsed", 3, [], []]',
        '["parsed", [], [], [3]]',
        '["parsed", [], [], [], []]',
        SOUND + "x",
        '{"0": "parsed"}',
        '["parsed", [["a", [1, 2, 3, 4, 5], "b", ["m", {}], ["h", {}], "high", "", "", null, []]]'
        ", [], []]",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """ValueError, which the cache takes for a file that it does not know."""
    assert loads(FileResult, SOUND) == FileResult(Outcome.PARSED)
    with pytest.raises(ValueError, match=r".*"):
        loads(FileResult, text)


def test_it_is_small() -> None:
    """Fields have no names: a dataclass is a list."""
    assert json.loads(SOUND) == ["parsed", [], [], [], ""]

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What fixes make of a function gives the same as the function, whatever it is given."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import greenlint_rules
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenlint.catalogue import rules_in
from greenlint.check import Checker
from greenlint.fix import apply
from greenlint.source import SourceFile
from greenlint.work import Plan

RULES = {
    info.code: info for info in rules_in("greenlint_rules", Path(greenlint_rules.__file__).parent)
}

_NUMBERS = st.lists(st.integers(-3, 9), max_size=8)
_WORDS = st.lists(st.text("abc,", max_size=3), max_size=6)
_PAIRS = st.lists(st.tuples(st.text("abc", max_size=2), st.integers(-3, 9)), max_size=6)

#: Code of the rule, a function that it mends, and what the function is given.
CASES: list[tuple[str, str, st.SearchStrategy[Any]]] = [
    (
        "GRN101",
        """
        def told(given):
            prices = dict(given)
            places = {name: (name, price) for name, price in given}
            names = [name for name, _ in prices.items()]
            return names, [p for _, p in prices.items()], [t for _, (t, _) in places.items()]
        """,
        _PAIRS,
    ),
    (
        "GRN103",
        """
        def told(given):
            rows = list(given)
            found = {1}
            for row in rows:
                found.add(row)
            for row in rows[2:]:
                found.discard(row)
            return found
        """,
        _NUMBERS,
    ),
    (
        "GRN104",
        """
        def told(given):
            rows = [row + 1 for row in given]
            prices = {}
            for row in list(rows):
                prices[row] = str(row)
            for row in rows[:]:
                prices[row] += "."
            return [pair for pair in list(prices.items())], [n for n in list(range(len(rows)))]
        """,
        _NUMBERS,
    ),
    (
        "GRN105",
        """
        def told(given):
            found = []
            for row in given:
                if row % 2 if row > 1 else row:
                    found.append((row, row + 1))
            return found
        """,
        _NUMBERS,
    ),
    (
        "GRN106",
        """
        def told(given):
            rows = list(given)
            found = [0]
            for row in rows:
                found.append(row)
            return found
        """,
        _NUMBERS,
    ),
    (
        "GRN107",
        """
        def told(given):
            found = {}
            for name, price in given:
                if price > 0:
                    found[name] = price * 2
            return list(found.items())
        """,
        _PAIRS,
    ),
    (
        "GRN108",
        """
        def told(given):
            prices = dict(given)
            found = [prices[name] for name in prices]
            for name in prices:
                for other in prices.keys():
                    found.append(prices[name] - prices[other])
            for name, price in prices.items():
                found.append(prices[name] + price)
            return found
        """,
        _PAIRS,
    ),
    (
        "GRN109",
        """
        def told(given):
            rows = list(given)
            return [number * rows[number] for number, row in enumerate(rows)]
        """,
        _NUMBERS,
    ),
    (
        "GRN110",
        """
        def told(given):
            rows = sorted(given)
            found = 0
            for i in range(len(rows)):
                for j in range(len(rows)):
                    found = found * 2 + rows[i] - rows[j]
            return found, [rows[i] for i in range(len(rows)) if rows[i]]
        """,
        _NUMBERS,
    ),
    (
        "GRN111",
        """
        def told(given):
            found = []
            for _, (name, price) in enumerate(given, 3):
                found.append(name * price)
            return found
        """,
        _PAIRS,
    ),
    (
        "GRN113",
        """
        def told(given):
            found, good = False, True
            seen = False
            for row in given:
                if row > 3:
                    seen = True
            return seen
        """,
        _NUMBERS,
    ),
    (
        "GRN115",
        """
        def told(given):
            rows = [row for row in given]
            rows = rows[::-1]
            rows.append(1)
            rows = list(reversed(rows))
            return rows
        """,
        _NUMBERS,
    ),
    (
        "GRN117",
        """
        def told(given):
            return sorted(row + word for row in given for word in {"a", "b", "c"})
        """,
        _WORDS,
    ),
    (
        "GRN118",
        """
        def told(given):
            found = []
            for row in [row + 1 for row in given if row]:
                if row > 7:
                    break
                found.append(row)
            return found
        """,
        _NUMBERS,
    ),
    (
        "GRN121",
        """
        def told(given):
            return list({row: None for row in given}.items()), {row: -1 for row in given}
        """,
        _WORDS,
    ),
    (
        "GRN122",
        """
        def told(given):
            def pairs(rows):
                for name, price in rows:
                    yield name, price
                for row in rows[1:]:
                    yield row
            return list(pairs(given))
        """,
        _PAIRS,
    ),
    (
        "GRN210",
        """
        def told(given):
            rows = list(given)
            return set(rows[::-1]), sum(reversed(rows)), sorted(rows[::-1]), any(reversed(rows))
        """,
        _NUMBERS,
    ),
    (
        "GRN204",
        """
        def told(given):
            prices = dict(given)
            return [row for row in given], {key: value for key, value in prices.items()}
        """,
        _PAIRS,
    ),
    (
        "GRN206",
        """
        def told(given):
            prices = dict([*given, ("end", 1)])
            return list(prices)[0], [price for price in prices.values() if price == 1][0]
        """,
        _PAIRS,
    ),
    (
        "GRN207",
        """
        def told(given):
            prices = dict(given)
            return len(list(prices)), len(prices.keys()), len(sorted(prices))
        """,
        _PAIRS,
    ),
    (
        "GRN215",
        """
        def told(given):
            import itertools

            parts = [given, given[1:]]
            return [row for part in parts for row in part]
        """,
        _NUMBERS,
    ),
    (
        "GRN253",
        """
        def told(given):
            import re

            words = [str(word) for word in given]
            return [re.search("ab", one) is None or bool(not re.match("c", one)) for one in words]
        """,
        _WORDS,
    ),
    (
        "GRN255",
        """
        def told(given):
            words = [str(word) for word in given]
            return [not one.startswith("a") and not one.startswith(("b", ",")) for one in words]
        """,
        _WORDS,
    ),
]


@cache
def both(code: str, text: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The function as it is written, and as the fixes make it."""
    lines = text.strip("\n").rstrip().splitlines()
    written = mended = "\n".join(line[8:] for line in lines) + "\n"
    checker = Checker(Plan((RULES[code],), {code: {}}).active())
    for _ in range(10):
        found = checker.check(SourceFile("shop/views.py", mended.encode())).findings
        fixes = [one.fix for one in found if one.fix is not None and one.code == code]
        if not fixes:
            break
        mended, _applied = apply(mended, fixes)
    assert mended != written, "nothing was mended"
    spaces: list[dict[str, Any]] = [{}, {}]
    exec(compile(written, "<written>", "exec"), spaces[0])
    exec(compile(mended, "<mended>", "exec"), spaces[1])
    return spaces[0]["told"], spaces[1]["told"]


@pytest.mark.parametrize(("code", "text", "rows"), CASES, ids=[case[0] for case in CASES])
def test_a_mended_function_gives_the_same(
    code: str, text: str, rows: st.SearchStrategy[Any]
) -> None:
    """For any input of its kind, the mended function returns what the written one returns."""
    written, mended = both(code, text)

    @settings(max_examples=60)
    @given(rows)
    def same(value: Any) -> None:
        assert mended(value) == written(value)

    same()
    # A generator stands for what can be gone over once only.
    if code in ("GRN105", "GRN107", "GRN111", "GRN113", "GRN118"):

        @settings(max_examples=30)
        @given(rows)
        def same_once(value: Any) -> None:
            assert mended(iter(value)) == written(iter(value))

        same_once()


def test_every_rule_with_fixes_in_these_rooms_is_tried() -> None:
    """A rule of loops or memory that promises fixes has a function here, or a reason not to."""
    reasons = {
        "GRN102": "reads files",
        "GRN200": "its page runs it on lists of lists",
        "GRN201": "its page runs each of its forms",
        "GRN202": "its page runs each of its forms",
        "GRN203": "its page runs each of its forms",
    }
    tried = {case[0] for case in CASES}
    wanted = {
        code for code, one in RULES.items() if one.fix and one.category in ("loops", "memory")
    }
    assert wanted - tried == set(reasons)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What tests sent again and again, as findings of rules at run time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from greenlint.errors import PluginError
from greenlint.finding import Finding, Place, Span
from greenlint.hotspots import Again
from greenlint.messages import Message
from greenlint.page_test import sent
from greenlint.rule import Confidence, Options, RuleInfo
from greenlint.seen import Checked, Judge, Seen, Told, findings, how_sure, in_tests
from greenlint.source import SourceFile

PATH = "shop/totals.py"
CODE = b"""\
class Totals:
    def store(self, days):
        for day in days:
            self.add(day)
        return [self.add(day) for day in days]

    def add(self, day):
        return [
            self.total(one)
            for one in day.orders()
        ]

def once(days):
    for day in days:
        def later():
            return day.total
"""


def tell(seen: Seen, options: Options) -> Iterator[Told]:
    """All that is known of a place."""
    yield Told(f"{seen.again[0].times} {seen.in_loop} {seen.symbol}", confidence=how_sure(seen))


JUDGE = Judge(RuleInfo("ACME301", "seen", tests=False), (tell,))


def again(line: int, times: int = 12, symbol: str = "", path: str = PATH) -> Again:
    return Again("query", path, line, "tests/test_a.py::test_a", times, "SELECT ?", symbol)


def found(
    *held: Again, others: tuple[Finding, ...] = (), judge: Judge | None = None, **more: object
) -> list[Finding]:
    """What is made of these in the one file."""
    judge = judge or JUDGE._replace(info=RuleInfo("GRN340", "seen", tests=False))
    checked = Checked(SourceFile(PATH, CODE), **more)  # type: ignore[arg-type]
    spoken = [(one, "query") for one in others]
    return list(findings([judge], held, spoken, {PATH: checked}.get))


def other(line: int, related: int | None = None) -> Finding:
    """A finding about the database of a line, or of another file that names one."""
    span = Span(line, 1, line, 2, 0, 1)
    words = Message("a query a row"), Message(""), Confidence.HIGH
    if related is None:
        return Finding(PATH, span, "GRN301", *words)
    place = Place(PATH, Span(related, 1, related, 2, 0, 1), Message("here"))
    return Finding("shop/views.py", span, "GRN303", *words, related=(place,))


def test_a_line_in_a_loop_of_its_own_function_repeats_itself() -> None:
    """Elsewhere the test may have called it so often; one line of a comprehension tells nothing."""
    made = found(*(again(line) for line in (4, 5, 7, 9, 10, 15, 16)))
    told = {one.span.line: (one.confidence.value, one.symbol) for one in made}
    assert told == {
        4: ("medium", "Totals.store"),
        5: ("low", "Totals.store"),
        7: ("low", "Totals.add"),
        9: ("medium", "Totals.add"),
        10: ("low", "Totals.add"),
        15: ("medium", "once.later"),
        16: ("low", "once.later"),
    }
    assert made[0].span == Span(4, 13, 4, 26, 78, 91)


def test_a_field_of_a_class_repeats_itself() -> None:
    """One finding a field, although all stand at the class; of a class alone nobody can tell."""
    made = found(again(1, 30, "Totals.lines"), again(1, 20, "Totals.owner"), again(1, 9, "Totals"))
    assert [(str(one.message), one.confidence.value) for one in made] == [
        ("20 False Totals.owner", "medium"),
        ("30 False Totals.lines", "medium"),
        ("9 False Totals", "low"),
    ]
    assert len({one.fingerprint for one in made}) == 3


def test_what_another_finding_speaks_of_is_left_to_it() -> None:
    """Its own lines and those that it names; of a field, all lines of the class."""
    assert found(again(4), others=(other(4),)) == []
    assert found(again(4), others=(other(90, related=4),)) == []
    assert len(found(again(4), others=(other(5),))) == 1
    assert found(again(1, symbol="Totals.lines"), others=(other(9),)) == []
    assert len(found(again(1, symbol="Totals.lines"), others=(other(13),))) == 1


def test_lines_that_cannot_have_sent_it_are_silent() -> None:
    """Of files that were not checked, lines that are empty or gone, and tests."""
    assert found(again(4, path="shop/other.py"), again(6), again(400), again(0)) == []
    assert found(again(4), is_test=True) == []
    assert found(again(4), ignored=("GRN340",)) == []
    assert found(again(4), judge=Judge(RuleInfo("GRN360", "requests"), (tell,))) == []
    nothing = Checked(SourceFile(PATH, b"def f(:\n"))
    assert list(findings([JUDGE], [again(1)], (), {PATH: nothing}.get)) == []


def test_a_file_that_has_changed_is_in_doubt() -> None:
    """Its lines may have moved."""
    assert [one.confidence for one in found(again(4), changed=True)] == [Confidence.LOW]


def test_fingerprints_outlive_moved_lines_and_other_counts() -> None:
    """A baseline or a suppression holds when the next run counts otherwise."""
    (before,) = found(again(4, 12))
    (after,) = found(again(4, 50))
    assert before.fingerprint == after.fingerprint
    assert before.message != after.message


def test_tests_are_named_and_counted() -> None:
    """The one with most by its name."""
    more = again(4)._replace(test="tests/test_a.py::test_b")
    assert in_tests([again(4)]) == "tests/test_a.py::test_a"
    assert in_tests([again(4), more, more]) == "tests/test_a.py::test_a; in 1 more test"


def test_a_rule_that_fails_is_named() -> None:
    """As its author has to know."""

    def broken(seen: Seen, options: Options) -> Iterator[Told]:
        raise KeyError("least")

    with pytest.raises(PluginError, match=r"Rule GRN340 failed .* shop/totals.py:4: KeyError"):
        found(again(4), judge=Judge(RuleInfo("GRN340", "seen"), (broken,)))


def test_a_page_says_what_a_test_sent() -> None:
    """Line and times, the field of a class, and the statement."""
    held = list(sent("4:12; 1:30 as A.b; 5:20 SAVEPOINT ?", "query", PATH))
    assert [(one.line, one.times, one.symbol, one.what) for one in held] == [
        (4, 12, "", "SELECT ?"),
        (1, 30, "A.b", "SELECT ?"),
        (5, 20, "", "SAVEPOINT ?"),
    ]
    with pytest.raises(ValueError, match="is not LINE:TIMES"):
        list(sent("often", "query", PATH))

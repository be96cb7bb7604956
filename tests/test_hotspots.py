# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Findings, tests that execute their lines, and what those used, as one value each."""

from __future__ import annotations

from dataclasses import replace

from greenlint.finding import Finding, Place, Span
from greenlint.formats.costs import amount, here, record, seconds
from greenlint.hotspots import Again, Cost, Executed, Measured, Used, costs
from greenlint.messages import Message
from greenlint.rule import Confidence, RuleInfo

ORDERS, TOTALS = "tests/test_a.py::test_orders", "tests/test_a.py::test_totals"
QUERY = Again("query", "shop/serializers.py", 9, ORDERS, 50, "SELECT 1")
MEASURED = Measured(
    "20261130T120000-1",
    "2026-11-30",
    "cpu",
    {
        ORDERS: Used(0.25, queries=52),
        TOTALS: Used(0.5, queries=3),
        "joules": Used(1.0, 10.0, 9.5, 10.5, "measured"),
        "more": Used(1.0, 2.0, 1.5, 2.5, "measured"),
    },
    (QUERY, Again("query", "shop/serializers.py", 9, TOTALS, 4, "SELECT 1")),
    "package",
)


def span(line: int, end_line: int | None = None) -> Span:
    return Span(line, 1, end_line or line, 2, 0, 1)


def finding(line: int, end_line: int | None = None, related: int | None = None) -> Finding:
    """One of shop/views.py, that names a line of the serializers."""
    places = (
        ()
        if related is None
        else (Place("shop/serializers.py", span(related), Message("read here")),)
    )
    words = Message("one query a row"), Message("")
    return Finding(
        "shop/views.py", span(line, end_line), "GRN303", *words, Confidence.HIGH, related=places
    )


def lines(**by_line: str) -> Executed:
    """`l3="test"`: line 3 of shop/views.py is executed by that test."""
    held = {int(name[1:]): frozenset(tests.split()) for name, tests in by_line.items()}
    return Executed({"shop/views.py": held}, frozenset({"shop/views.py"}))


def cost(
    one: Finding, executed: Executed | None, kind: str = "query", run: Measured = MEASURED
) -> Cost:
    """Of one finding."""
    (found,) = costs([(one, kind)], run, executed)
    return found


def test_all_that_its_tests_used_is_an_upper_bound() -> None:
    """Of the tests that execute any of its lines, each once."""
    found = cost(finding(3, 5), lines(l3=ORDERS, l4=f"{ORDERS} {TOTALS}", l9="more"))
    assert found.tests == (ORDERS, TOTALS)
    assert (found.cpu_seconds, found.queries, found.joules) == (0.75, 55, None)
    assert list(here(found)) == [
        "2 tests execute this line; together 750 ms of CPU time, a proxy and 55 queries "
        "(run 2026-11-30). Not all of it is this line."
    ]


def test_joules_are_told_with_their_interval() -> None:
    """The interval of a sum is the sum of the intervals."""
    found = cost(finding(3), lines(l3="joules more"))
    assert (found.joules, found.low, found.high, found.evidence) == (12.0, 11.0, 13.0, "measured")
    (said,) = here(found)
    assert said.startswith("2 tests execute this line; together 12 J ± 1 [cpu/package] (run")


def test_a_sum_with_a_part_that_nobody_knows_is_none() -> None:
    """One test has no joules: then CPU time is what all of them have."""
    found = cost(finding(3), lines(l3=f"joules {ORDERS}"))
    assert (found.joules, found.cpu_seconds, found.evidence) == (None, 1.25, "proxy")


def test_a_sum_is_no_better_than_the_least_of_its_parts() -> None:
    """Joules of a window that others shared make shared joules of the sum, and no CPU time."""
    shared = Used(1.0, 3.0, 2.0, 4.0, "shared")
    run = replace(MEASURED, tests={**MEASURED.tests, "beside": shared})
    found = cost(finding(3), lines(l3="beside joules"), run=run)
    assert (found.joules, found.evidence) == (13.0, "shared")


def test_a_line_that_no_test_executes_says_so() -> None:
    """That is known, as the file was traced; of another file nothing is."""
    assert list(here(cost(finding(7), lines(l3=ORDERS)))) == ["no test executes this line."]
    loaded = list(here(cost(finding(7), lines(l7=""))))
    assert loaded == [
        "no test's own call executes this line: it runs when its module is loaded, or in a fixture."
    ]
    nothing = Executed({}, frozenset())
    assert cost(finding(7), nothing).tests is None
    assert list(here(cost(finding(7), None))) == []


def test_tests_that_were_not_measured_are_counted() -> None:
    """They are named by the trace and not by the run."""
    found = cost(finding(3), lines(l3=f"{ORDERS} new"))
    assert found.unmeasured == 1
    assert "(run 2026-11-30, 1 of them not measured)" in next(iter(here(found)))
    said = list(here(cost(finding(3), lines(l3="new"))))
    assert said == ["1 test executes this line; none of them was measured in run 2026-11-30."]


def test_repeated_queries_confirm_a_finding() -> None:
    """From a line that it names, in a test that executes its own."""
    found = cost(finding(3, related=9), lines(l3=f"{ORDERS} {TOTALS}"))
    assert [one.times for one in found.again] == [50, 4]
    assert next(iter(here(found))) == (
        f"confirmed at run time: 50 times the same query in {ORDERS}, and in 1 more test: SELECT 1"
    )
    assert cost(finding(3, related=8), lines(l3=ORDERS)).again == ()


def test_queries_of_its_own_line_confirm_it_without_a_trace() -> None:
    """Whoever sent them is one of its tests."""
    run = replace(MEASURED, again=(QUERY._replace(path="shop/views.py", line=4),))
    found = cost(finding(3, 5), None, run=run)
    assert ([one.times for one in found.again], found.tests) == ([50], (ORDERS,))


def test_what_other_code_may_have_sent_is_told_as_that() -> None:
    """A property of a model is read by many; a class body is executed by no test."""
    found = cost(finding(3, related=9), lines(l3=TOTALS))
    assert [one.times for one in found.again] == [4]
    assert [one.times for one in found.seen] == [50]
    found = cost(finding(3, related=9), lines(l7=TOTALS))
    assert ([one.times for one in found.seen], found.tests) == ([50, 4], ())
    assert next(iter(here(found))).startswith(
        "seen at run time, from shop/serializers.py:9, which other code may read too: 50 times"
    )


def test_queries_confirm_no_finding_about_something_else() -> None:
    """The network is about requests; and of the database, counting rows to learn whether there
    are any is no less a waste when it is done once.
    """
    kinds = [
        RuleInfo("GRN250", "strings").confirmed_by,
        RuleInfo("GRN350", "requests").confirmed_by,
        RuleInfo("GRN312", "counted", repeats=False).confirmed_by,
    ]
    assert kinds == ["", "request", ""]
    for kind in kinds:
        found = cost(finding(3, related=9), lines(l3=ORDERS), kind)
        assert found.again == found.seen == ()


def test_what_was_confirmed_comes_first() -> None:
    """Then what was seen, joules, and CPU seconds."""
    sent = cost(finding(3, related=9), lines(l3=ORDERS))
    seen = cost(finding(3, related=9), None)
    joules = cost(finding(3), lines(l3="more"))
    seconds_only = cost(finding(3), lines(l3=TOTALS))
    assert sent.rank > seen.rank > joules.rank > seconds_only.rank


def test_what_is_needed_once_is_no_saving() -> None:
    """A query sent twice by each of many tests saves one a test, less than one sent fifty times."""
    many = [QUERY._replace(line=8, test=f"t{n}", times=2) for n in range(40)]
    run = replace(MEASURED, again=(QUERY, *many))
    fifty, twice = (cost(finding(3, related=line), None, run=run) for line in (9, 8))
    assert fifty.rank > twice.rank


def test_a_file_that_has_changed_since_is_told() -> None:
    """Its lines may have moved."""
    held = lines(l3=ORDERS)
    changed = Executed(held.lines, held.known, held.known)
    assert "The file has changed since." in next(iter(here(cost(finding(3), changed))))


def test_as_json() -> None:
    """Null is what nobody knows."""
    assert record(None) is None
    held = record(cost(finding(3, related=9), lines(l3=ORDERS)))
    assert held is not None
    assert (held["tests"], held["bound"], held["ci"]) == ([ORDERS], "upper", None)
    told = [
        {
            "kind": "query",
            "test": one.test,
            "count": one.times,
            "path": "shop/serializers.py",
            "line": 9,
            "what": "SELECT 1",
        }
        for one in MEASURED.again
    ]
    assert (held["confirmed"], held["seen"]) == (told[:1], told[1:])


def test_figures_have_three_digits() -> None:
    """And no exponents."""
    assert [amount(one) for one in (0.00001, 0.0123, 1.234, 12345.6)] == [
        *("0.000010", "0.0123", "1.23", "12346"),
    ]
    assert [seconds(one) for one in (0.0123, 1.5)] == ["12.3 ms", "1.5 s"]

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The comparison of releases: which calls a function has gained, and where they belong before."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from benchmarks.history_diff import Gain, gains, gains_in

BEFORE = """\
class View:
    queryset = Order.objects.all()

    def names(self):
        first = 1
        for order in Order.objects.filter(paid=True):
            yield order.customer.name
"""


def gained(before: str, after: str) -> list[Gain]:
    return list(gains_in(dedent(before), dedent(after), "shop/views.py"))


def test_a_lookup_that_came_is_a_gain_at_the_statement_that_had_it_not() -> None:
    """The line before is the loop's, not the function's."""
    after = BEFORE.replace("paid=True)", 'paid=True).select_related("customer", "customer__town")')
    (gain,) = gained(BEFORE, after)
    assert (gain.scope, gain.kind, gain.added) == (
        "View.names",
        "select_related",
        "customer, customer__town",
    )
    assert (gain.line_before, gain.line_after, gain.same_statement) == (6, 6, True)
    assert (gain.scope_before, gain.lost) == ((4, 7), ())


def test_a_class_attribute_is_a_gain_of_the_class() -> None:
    """What a method of the class has gained is not told twice."""
    after = BEFORE.replace("objects.all()", 'objects.prefetch_related("lines")')
    (gain,) = gained(BEFORE, after)
    assert (gain.scope, gain.line_before, gain.lost) == ("View", 2, (".all()",))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('def f(q):\n    return q.select_related("a")', 'def f(q):\n    q = q.select_related("a")'),
        ("def f(q):\n    return q", 'def g(q):\n    return q.select_related("a")'),
        ("def f(q):\n    return q", 'def f(q):\n    def g():\n        q.select_related("a")'),
        ("def f(q):\n    return q", "def f(q):  # select_related\n    return q"),
    ],
)
def test_what_moved_or_is_new_is_no_gain(before: str, after: str) -> None:
    """A call that was there, a function that was not, a comment."""
    assert gained(before, after) == []


def test_a_second_call_of_the_same_is_a_gain() -> None:
    """Calls are counted, not only known."""
    before = 'def f(q, r):\n    use(q.select_related("a"))\n    use(r)'
    (gain,) = gained(before, before.replace("use(r)", 'use(r.select_related("a"))'))
    assert (gain.line_before, gain.line_after) == (3, 3)


def test_a_renamed_relation_is_told_with_what_it_came_for() -> None:
    """`lost` lets a reader see at once that nothing was saved."""
    before = 'def f(q):\n    return q.select_related("site")'
    (gain,) = gained(before, before.replace("site", "location"))
    assert (gain.added, gain.lost) == ("location", ("site",))


def test_rows_written_in_bulk_are_a_gain_with_the_writes_that_went() -> None:
    """A loop of `save()` for which one `bulk_update()` came."""
    before = "def f(q):\n    for row in q:\n        row.a = 1\n        row.save()"
    after = "def f(q):\n    for row in q:\n        row.a = 1\n    Row.objects.bulk_update(q, ['a'])"
    (gain,) = gained(before, after)
    assert (gain.kind, gain.lost, gain.same_statement) == ("bulk_update", (".save()",), False)


def test_files_are_compared_by_name_and_tests_are_left_out(tmp_path: Path) -> None:
    """A file that came with the later release has nothing to compare with."""
    after = BEFORE.replace("paid=True)", 'paid=True).select_related("customer")')
    for release, text in (("old", BEFORE), ("new", after)):
        for name in ("shop/views.py", "shop/tests/views.py", f"shop/{release}.py"):
            path = tmp_path / release / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    assert [gain.file for gain in gains(tmp_path / "old", tmp_path / "new")] == ["shop/views.py"]

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The recall bench: which places it finds, what its defects look like, what counts as noticed."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from benchmarks.batches import batches
from benchmarks.mutants import Mutant, mutants_of
from benchmarks.places import Form, Place, places_in, places_of
from benchmarks.shapes import Shape, shape_of
from benchmarks.verdict import Original, counts, foretold, judge
from greenlint.finding import Finding, Span
from greenlint.messages import Message
from greenlint.rule import Confidence


def places(code: str) -> list[Place]:
    return places_in(ast.parse(code), code, "shop/views.py")


def mutants(code: str) -> list[Mutant]:
    return [mutant for place in places(code) for mutant in mutants_of(place)]


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ('rows = Row.objects.select_related("a").filter(b=1)', "rows = Row.objects.filter(b=1)"),
        ('rows = Row.objects.select_related("a")', "rows = Row.objects.all()"),
        ('rows = rows.prefetch_related("a")', "rows = rows"),
        ('rows = (rows)\\\n  .prefetch_related("a")', "rows = (rows)"),
        (
            '# ä\nrows = (\n  rows  # a note.\n  .filter(ä=1).select_related("a")\n  .all()\n)',
            "# ä\nrows = (\n  rows  # a note.\n  .filter(ä=1)\n  .all()\n)",
        ),
        (
            'class A(Admin):\n    list_select_related = ("a", "b")',
            "class A(Admin):\n    list_select_related = ()",
        ),
        ("class A(X):\n  list_select_related = True", "class A(X):\n  list_select_related = False"),
        ('panel(select_related_fields=["a"])', "panel(select_related_fields=[])"),
        ('prefetch_related_objects(rows, "a")', "None"),
    ],
)  # fmt: skip
def test_a_place_is_taken_out_and_what_is_left_runs(code: str, left: str) -> None:
    """The call goes with its dot; a manager becomes a queryset; brackets and comments stay."""
    mutant = mutants(code)[0]
    assert mutant.text(code) == left
    ast.parse(left)


def test_each_of_several_lookups_is_taken_out_alone() -> None:
    """The comma goes with the lookup, be it the first, one between or the last."""
    code = 'rows = rows.select_related("a", "b", "c")'
    assert [mutant.text(code) for mutant in mutants(code)[1:]] == [
        'rows = rows.select_related("b", "c")',
        'rows = rows.select_related("a", "c")',
        'rows = rows.select_related("a", "b")',
    ]


@pytest.mark.parametrize(
    "code",
    [
        "rows.select_related(None)",
        "class Rows(QuerySet):\n  def select_related(self, *a):\n    super().select_related(*a)",
        "select_related = []",
        "class A:\n    list_select_related = False",
    ],
)
def test_what_fetches_nothing_is_no_place(code: str) -> None:
    """Clearing, an override that hands on, an empty list."""
    assert places(code) == []


@pytest.mark.parametrize(
    ("code", "free"),
    [
        ('Row.objects.select_related("a").get(pk=1)', "one row"),
        ('Row.objects.select_related("a").filter(b=1).first()', "one row"),
        ('async def f():\n    await Row.objects.select_related("a").aget(pk=1)', "one row"),
        ('get_object_or_404(Row.objects.select_related("a"), pk=1)', "one row"),
        ('prefetch_related_objects([row], "a")', "one row"),
        ('Row.objects.select_related("a").values("b")', "no rows"),
        ('Row.objects.select_related("a").prefetch_related("a__b")', "another call"),
        ('for row in Row.objects.select_related("a"): pass', ""),
        ('for row in Row.objects.select_related("a").filter(b=1): pass', ""),
        ('prefetch_related_objects(rows, "a")', ""),
        ('get_list_or_404(Row.objects.select_related("a"))', ""),
    ],
)
def test_a_mutant_that_costs_no_query_per_row_is_free(code: str, free: str) -> None:
    """What follows in the chain decides, on the same line."""
    assert mutants(code)[0].free.startswith(free)
    assert bool(mutants(code)[0].free) == bool(free)


def test_a_lookup_on_the_way_to_another_is_free() -> None:
    """`a__b` fetches `a` as well; `ab` has nothing to do with it."""
    code = 'rows.prefetch_related("a", "a__b")'
    assert [bool(mutant.free) for mutant in mutants(code)[1:]] == [True, False]
    code = 'rows.prefetch_related("a", "ab")'
    assert [bool(mutant.free) for mutant in mutants(code)[1:]] == [False, False]


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ('def f():\n  for r in Row.objects.select_related("a"):\n    r.a', Shape.LOOP),
        ('def f():\n  rows = q.select_related("a")\n  return [r.a for r in rows[:9]]', Shape.LOOP),
        ('def f():\n  return q.select_related("a")', Shape.FUNCTION),
        ('q.prefetch_related(Prefetch("a", A.objects.select_related("b")))', Shape.PREFETCH),
        ('class A(ModelAdmin):\n  list_select_related = ["a"]', Shape.ADMIN),
        ('class A(ModelViewSet):\n  queryset = q.select_related("a")', Shape.VIEW),
        ('class Q(QuerySet):\n  def f(self):\n    return self.select_related("a")', Shape.MANAGER),
        ('class V(ListView):\n  queryset = q.select_related("a")', Shape.TEMPLATE),
        ('def f():\n  return q.select_related("a").get()', Shape.SINGLE),
    ],
)  # fmt: skip
def test_the_shape_of_a_place(code: str, shape: Shape) -> None:
    """The surroundings in the file decide; of nested places, the inner one."""
    assert shape_of(places(code)[-1]) is shape


VIEW = """\
class View:
    def rows(self):
        return Row.objects.select_related("owner")

    def other(self):
        return 1
"""


def finding(line: int, message: str, path: str = "shop/views.py", symbol: str = "") -> Finding:
    span = Span(line, 1, line, 2, 0, 1)
    return Finding(path, span, "GRN300", Message(message), Message(""), Confidence.HIGH, symbol)


@pytest.mark.parametrize(
    ("found", "noticed"),
    [
        (finding(3, "a query a row"), True),
        (finding(6, "a query a row"), True),  # the class that the call is in
        (finding(7, "a query a row"), False),
        (finding(3, "a query a row", path="shop/urls.py"), False),
        (finding(9, "`row.owner` is read", path="shop/urls.py"), True),
        (finding(9, "`row.owners` is read", path="shop/urls.py"), False),
    ],
)
def test_a_finding_counts_by_its_place_or_by_the_relation(found: Finding, noticed: bool) -> None:
    """In the function or class of the call, or anywhere when it names what was taken out."""
    assert counts(found, mutants(VIEW)[0]) is noticed


def test_a_finding_that_only_moved_is_not_new() -> None:
    """A deletion moves lines, and the numbers in a message with them."""
    original = Original([finding(5, "the loop of line 4"), finding(8, "b")])
    moved = [finding(3, "the loop of line 2"), finding(6, "b")]
    assert list(original.new_in(moved)) == []
    assert list(original.new_in([*moved, finding(9, "b")])) == [finding(9, "b")]


def test_a_message_that_quotes_the_call_tells_nothing_of_it() -> None:
    """The same finding before and after, without the quotation."""
    before = finding(3, 'asked on every turn: `Row.objects.select_related("owner").get(pk=pk)`')
    after = finding(3, "asked on every turn: `Row.objects .get(pk=pk)`")
    assert list(Original([before]).new_in([after])) == []
    assert not foretold(before, mutants(VIEW)[0])


def test_the_untouched_tree_is_not_told_of_what_it_fetches() -> None:
    """Only the same function and the same relation make a finding a false alarm."""
    mutant = mutants(VIEW)[0]
    assert foretold(finding(3, "`owner`, `price` of `row` are read"), mutant)
    assert not foretold(finding(3, "`price` is read"), mutant)
    assert not foretold(finding(3, "`owner.town` is read"), mutant)
    assert not foretold(finding(6, "`owner` is read"), mutant)


def test_only_mutants_that_do_not_touch_share_a_run() -> None:
    """No two of a file, none with part of a lookup in common, none with a lookup unknown."""

    def mutant(file: str, call: str) -> Mutant:
        code = f"rows.{call}"
        return next(mutants_of(places_in(ast.parse(code), code, file)[0]))

    a = mutant("a.py", 'select_related("owner__town")')
    same_file = mutant("a.py", 'select_related("price")')
    same_part = mutant("b.py", 'prefetch_related("towns", "owner")')
    apart = mutant("b.py", 'prefetch_related("towns")')
    unknown = mutant("c.py", "select_related(*names)")
    every = [a, same_file, same_part, apart, unknown]
    assert batches(every, together=False) == [[one] for one in every]
    assert batches(every, together=True) == [[a, apart], [same_file, same_part], [unknown]]
    assert batches([unknown, a], together=True) == [[unknown], [a]]


def test_a_project_is_judged_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tree stays as it is; a defect in memory is linted; tests are left out."""
    from benchmarks.findings import findings_of, open_tree

    monkeypatch.chdir(tmp_path)
    root = tmp_path / "shop"
    (root / "tests").mkdir(parents=True)
    code = dedent(
        """\
        from shop.models import Row

        def owners():
            names = []
            for row in Row.objects.select_related("owner"):
                names.append(Row.objects.filter(pk=row.pk).count())
            return names
        """
    )
    (root / "views.py").write_text(code)
    (root / "tests" / "test_views.py").write_text(code)
    (place,) = places_of(root)
    assert (place.file, place.line, place.form) == ("views.py", 5, Form.CALL)
    tree = open_tree(root, tmp_path / "cache")
    before = findings_of(tree)
    assert [(one.path, one.span.line) for one in before if "test" not in one.path] == [
        ("views.py", 6)
    ]
    repaired = code.replace("Row.objects.filter(pk=row.pk).count()", "row.owner.name")
    clean = Original(findings_of(tree, {"views.py": repaired.encode()}))
    worse = findings_of(tree)
    assert [(one.path, one.span.line) for one in clean.new_in(worse)] == [("views.py", 6)]
    (verdict,) = judge("shop", tree, Original(before), [next(mutants_of(place))])
    assert (verdict.outcome, verdict.shape) == ("missed", Shape.LOOP)
    assert (root / "views.py").read_text() == code

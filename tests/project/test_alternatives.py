# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Loops over several kinds of rows, told apart, and what a context holds of rows."""

from __future__ import annotations

import pytest

from greenlint.project import alternatives, flow
from greenlint.project.frames import frames_in
from greenlint.project.values import Kind, Row, Rows
from tests.project.conftest import found_by
from tests.project.shop import MODELS, shop, value_of

HEAD = "from shop.models import Customer, Line, Order\n\n\n"


def models_of(*lines: str) -> list[str]:
    """The models that the loops of a function go over, one kind at a time."""
    text = HEAD + "def ask(late):\n" + "".join(f"    {line}\n" for line in lines)
    project = shop({"shop/views.py": text})
    found = []
    for frame in frames_in(project, project.units["shop/views.py"]):
        for inner, loop in alternatives.apart(project, frame):
            found.append(_model(flow.each(project, loop, loop.iter, inner)))
    return found


def _model(kind: Kind | None) -> str:
    return kind.model.name if isinstance(kind, (Row, Rows)) else type(kind).__name__


@pytest.mark.parametrize(
    ("lines", "models"),
    [
        (("for rows in (Order.objects.all(), Line.objects.all()):", "    pass"), ["Order", "Line"]),
        (("both = [Order.objects.all(), Line.objects.all()]", "for rows in both:", "    pass"),
         ["Order", "Line"]),
        (("for row in list(Order.objects.all()) + list(Line.objects.all()):", "    pass"),
         ["Order", "Line"]),
        (("for row in chain(Order.objects.all(), late, Line.objects.all()):", "    pass"),
         ["Order", "Line"]),
        (("for model in (Order, Line):", "    pass"), ["Ref", "Ref"]),
        (("for name, model in (('o', Order), ('l', Line)):", "    pass"), ["Parts", "Parts"]),
        (("for rows in (Order.objects.all(), Order.objects.none()):", "    pass"),
         ["Order", "Order"]),
        (("for row in Order.objects.all():", "    pass"), []),
        (("for word in ('order', 'line'):", "    pass"), []),
        (("for one in (late, ask):", "    pass"), ["Ref"]),
    ],
)  # fmt: skip
def test_several_things_are_told_apart(lines: tuple[str, ...], models: list[str]) -> None:
    """A loop over several querysets or models is read once for each; over one, not at all."""
    assert models_of(*lines) == models


def test_each_kind_of_rows_is_told_of_by_itself() -> None:
    """Of two models in one loop, the one that does not fetch what is read is found."""
    views = HEAD + (
        "def show():\n"
        "    orders = Order.objects.select_related('customer')\n"
        "    lines = Line.objects.filter(order=1)\n"
        "    for row in sorted(list(orders) + list(lines), key=str):\n"
        "        print(row.customer if hasattr(row, 'customer') else row.order.customer)\n"
    )
    (one,) = found_by("GRN304", {"shop/models.py": MODELS, "shop/views.py": views})
    assert one.span.line == 6
    assert "`order`" in str(one.message)


VIEW = """\
from django.views.generic import ListView
from shop.models import Customer, Line, Order


class Orders(ListView):
    model = Order
    context_object_name = "found"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        {between}
        return context[{key}]
"""


@pytest.mark.parametrize(
    ("between", "key", "model"),
    [
        ("pass", "'object_list'", "Order"),
        ("pass", "'found'", "Order"),
        ("pass", "self.context_object_name", "Order"),
        ("pass", "'order_list'", ""),
        ("context['lines'] = Line.objects.all()", "'lines'", "Line"),
        ("context['found'] = Line.objects.all()", "'found'", "Line"),
        ("context['found'] = kwargs['rows']", "'found'", ""),
        ("context = kwargs", "'found'", ""),
    ],
)
def test_a_context_holds_what_was_put_there(between: str, key: str, model: str) -> None:
    """What a body has written into the context comes first, then what the view puts there."""
    kind = value_of(VIEW.format(between=between, key=key))
    assert (_model(kind) if kind is not None else "") == model


def test_a_context_does_not_hold_what_is_put_there_later() -> None:
    """A name of the context that is set again further down is what it was until then."""
    text = VIEW.format(between="rows = context['found']", key="'found'").replace(
        "return context['found']", "context['found'] = Line.objects.all()\n        return rows"
    )
    assert _model(value_of(text)) == "Order"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("for row in rows: print(row.customer.name)", True),
        ("rows = list(rows)\n    for row in rows: print(row.customer.name)", True),
        ("for row in narrow(rows): print(row.customer.name)", True),
        ("rows = rows.select_related('customer')\n    for row in rows: print(row.customer.name)",
         False),
        ("prefetch_related_objects(rows, 'customer')\n    for row in rows: print(row.customer)",
         False),
        ("rows = rows.exclude(pk=1) if rows else rows\n    for row in rows: print(row.customer)",
         True),
        ("rows = with_customers(rows)\n    for row in rows: print(row.customer)", False),
    ],
)  # fmt: skip
def test_rows_are_followed_into_the_function_that_gets_them(body: str, found: bool) -> None:
    """A function may remake the rows that it is handed; what it fetches for them counts."""
    views = HEAD + (
        "def narrow(rows):\n    return rows.filter(pk=3)\n\n\n"
        "def with_customers(rows):\n    return rows.select_related('customer')\n\n\n"
        f"def show(rows):\n    {body}\n\n\n"
        "def ask():\n    show(Order.objects.all())\n"
    )
    texts = {"shop/models.py": MODELS, "shop/views.py": views}
    assert bool(found_by("GRN304", texts)) is found


def test_a_sure_read_counts_more_than_a_rare_one() -> None:
    """A relation that one loop reads seldom and the next one always is told as the latter is."""
    views = HEAD + (
        "def show():\n"
        "    lines = Line.objects.all()\n"
        "    for line in lines:\n"
        "        try:\n            print(line.pk)\n"
        "        except ValueError:\n            print(line.order.pk)\n"
        "    return {line.order for line in lines}\n"
    )
    (one,) = found_by("GRN304", {"shop/models.py": MODELS, "shop/views.py": views})
    assert one.confidence == "high"

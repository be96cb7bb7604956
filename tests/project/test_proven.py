# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which expressions are querysets for certain, and how their rows are used in one body."""

from __future__ import annotations

import ast

import pytest

from greenlint.project.columns import is_column, is_flag, width
from greenlint.project.layout import layout
from greenlint.project.project import Project
from greenlint.project.proven import Cached, Query, query
from greenlint.project.usage import Use, is_repeated, others
from tests.project.conftest import project_of

MODELS = """
from django.db import models

class OrderQuerySet(models.QuerySet):
    def paid(self):
        return self.filter(paid=True)

    def lazy(self):
        if self.ordered:
            return self.all()

class Customer(models.Model):
    name = models.CharField(max_length=80)

class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders")
    paid = models.BooleanField(default=False)
    note = models.TextField()
    file = models.FileField()
    objects = OrderQuerySet.as_manager()

    @property
    def label(self):
        return self.note
"""


def project(view: str) -> Project:
    return project_of({"shop/models.py": MODELS, "shop/views.py": view})


def asked(body: str) -> Query | None:
    """What the argument of the last ``ask(...)`` of a function is."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    text = f"from shop.models import Customer, Order\n\ndef view(given, pk):\n{lines}"
    built = project(text)
    unit = built.units["shop/views.py"]
    part = layout(built, unit).parts[-1]
    call = [
        one for one in part.of(ast.Call) if isinstance(one.func, ast.Name) and one.func.id == "ask"
    ][-1]
    return query(built, call.args[0], part.frame)


@pytest.mark.parametrize(
    "expression",
    [
        "Order.objects.filter(paid=True)",
        "Order.objects.paid().order_by('pk')",
        "Order.objects.all()[:5]",
        "Order.objects.all() | Order.objects.paid()",
        "Customer.objects.get(pk=pk).orders.exclude(paid=True)",
        "Order.objects.all() if pk else Order.objects.none()",
    ],
)
def test_querysets_are_proven(expression: str) -> None:
    """A chain of Django's methods, of the project's own, and of relations is a queryset."""
    found = asked(f"ask({expression})")
    assert found is not None
    assert found.fresh
    assert not found.is_manager


@pytest.mark.parametrize(
    "body",
    [
        "ask(Order.objects.lazy())",
        "ask(list(Order.objects.all()))",
        "ask(Order.objects.first())",
        "ask(given)",
        "rows = None\nif pk:\n    rows = Order.objects.all()\nask(rows)",
        "rows = Order.objects.all()\nif pk:\n    rows = list(rows)\nask(rows)",
        "ask(Customer.objects.all() if pk else Order.objects.all())",
    ],
)
def test_what_may_be_something_else_is_not(body: str) -> None:
    """A method that may give None, a list, a row, a parameter, a name that is bound twice."""
    assert asked(body) is None


def test_a_name_is_followed_through_its_bindings() -> None:
    """Each binding that may hold is a queryset; methods of all of them count."""
    found = asked("rows = Order.objects.all()\nif pk:\n    rows = rows.values('pk')\nask(rows)")
    assert found is not None
    assert found.methods >= {"all", "values"}
    assert not found.gives_rows


def test_relations_know_whether_they_were_fetched() -> None:
    """``all()`` keeps what was prefetched, ``filter()`` asks again."""
    loop = "for one in Customer.objects.prefetch_related('orders'):\n    ask(one.orders{})"
    kept, anew = asked(loop.format(".all()")), asked(loop.format(".filter(paid=True)"))
    assert kept is not None
    assert anew is not None
    assert kept.cached is Cached.YES
    assert anew.cached is Cached.NO


@pytest.mark.parametrize(
    ("use", "kind"),
    [
        ("len(rows)", Use.COUNTED),
        ("rows.filter(paid=True)", Use.COMPOSED),
        ("Order.objects.filter(pk__in=rows)", Use.COMPOSED),
        ("1 if rows else 2", Use.TESTED),
        ("print(rows)", Use.ROWS),
        ("rows[0]", Use.ROWS),
        ("[one for one in rows]", Use.ROWS),
        ("(lambda: rows)()", Use.ROWS),
    ],
)
def test_uses_of_a_name(use: str, kind: Use) -> None:
    """What is done with a queryset beside the place that is asked about."""
    start = "from shop.models import Order\ndef view():\n    rows = Order.objects.all()\n"
    text = f"{start}    ask(rows)\n    {use}\n"
    built = project(text)
    unit = built.units["shop/views.py"]
    laid_out = layout(built, unit)
    part = laid_out.parts[-1]
    first = min(
        (one for one in laid_out.names["rows"] if isinstance(one.ctx, ast.Load)),
        key=lambda one: one.lineno,
    )
    assert [how for _, how in others(laid_out, part.frame, first)] == [kind]


def test_a_name_that_is_bound_anew_is_another_queryset() -> None:
    """Uses of what the name holds later do not count."""
    start = "def view(x):\n    rows = x.all()\n    len(rows)\n"
    text = f"{start}    rows = x.filter(a=1)\n    print(rows)\n"
    built = project(text)
    laid_out = layout(built, built.units["shop/views.py"])
    first = next(one for one in laid_out.names["rows"] if isinstance(one.ctx, ast.Load))
    assert list(others(laid_out, laid_out.parts[-1].frame, first)) == []


def test_repeated_is_what_a_loop_runs_again() -> None:
    """A loop's body and condition, not its iterable."""
    text = "for a in b:\n    c\nwhile d:\n    e\n[f for g in h if i]\n"
    built = project(text)
    laid_out = layout(built, built.units["shop/views.py"])
    turned = {name: is_repeated(laid_out, places[0]) for name, places in laid_out.names.items()}
    assert {name for name, again in turned.items() if again} == set("cdefgi")


def test_columns() -> None:
    """A column's own value, and what makes something of it."""
    built = project("")
    order = built.units["shop/models.py"].classes["Order"]
    names = ("pk", "id", "paid", "note", "customer_id", "customer", "file", "label", "missing")
    assert [name for name in names if is_column(built, order, name)] == [
        "pk", "id", "paid", "note", "customer_id",
    ]  # fmt: skip
    assert is_flag(built, order, "paid")
    assert not is_flag(built, order, "note")
    assert width(built, order) == 9

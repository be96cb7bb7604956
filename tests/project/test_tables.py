# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the columns of a table read of each row, and what a table fetches itself."""

from __future__ import annotations

import pytest

from greenlint.project import table_rows, tables
from greenlint.project.project import Class, Project
from greenlint.project.values import Rows
from tests.project.conftest import project_of

MODELS = """
from django.db import models
class Customer(models.Model):
    pass
class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    number = models.CharField(max_length=9)
    def total(self):
        return 1
class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
"""
HEAD = """
import django_tables2 as tables
from django_tables2 import A
from shop.models import Order
"""


def project_with(body: str, base: str = "tables.Table", before: str = "") -> Project:
    """A project with one table of orders, its body given."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    text = f"{HEAD}{before}\nclass Orders({base}):\n{lines}"
    return project_of({"shop/models.py": MODELS, "shop/tables.py": text})


def table_in(project: Project) -> Class:
    return project.units["shop/tables.py"].classes["Orders"]


META = "class Meta:\n    model = Order\n    fields = ()"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("number = tables.Column()", {"number.__str__"}),
        ("customer = tables.Column()", {"customer", "customer.__str__"}),
        (
            "customer = tables.Column(linkify=True)",
            {"customer", "customer.__str__", "customer.get_absolute_url()"},
        ),
        ("a = tables.BooleanColumn(accessor='customer.name')", {"customer.name"}),
        ("a = tables.CheckBoxColumn(linkify=('view', {'pk': A('customer__pk')}))", {"customer.pk"}),
        ("a = tables.CheckBoxColumn(linkify=lambda record: record.customer.url)", {"customer.url"}),
        ("a = tables.LinkColumn('view', text=lambda record: record.customer.x)", {"customer.x"}),
        ("lines = tables.ManyToManyColumn()", {"lines.all().[]", "lines.all().[].__str__"}),
        (
            "lines = tables.ManyToManyColumn(transform=lambda line: line.sku)",
            {"lines.all().[]", "lines.all().[].sku"},
        ),
        ("a = tables.TemplateColumn('{{ record.total }}')", {"total().__str__"}),
        (
            "number = tables.Column()\ndef render_number(self, record, value):\n"
            "    return record.customer.name",
            {"customer.name"},
        ),
        ("number = None", set()),
    ],
)
def test_columns(body: str, expected: set[str]) -> None:
    """A column reads its accessor, its text, its link, and what its code or method goes along."""
    project = project_with(f"{body}\n{META}")
    found = {".".join(one.path) for one in tables.accesses(project, table_in(project))}
    assert found - {"a"} >= expected
    assert not {one for one in found if "customer" in one or "lines" in one} - expected


def test_columns_of_the_model() -> None:
    """Without a column of its own, a field named in Meta shows the text of a related row."""
    project = project_with("class Meta:\n    model = Order\n    fields = ('number', 'customer')")
    found = [".".join(one.path) for one in tables.accesses(project, table_in(project))]
    assert found == ["customer.__str__"]


def test_hidden_columns_are_rare() -> None:
    """What default_columns leaves out is shown to those who ask for it."""
    body = "customer = tables.Column()\n" + META + "\n    default_columns = ('number',)"
    project = project_with(body)
    assert all(one.rare for one in tables.accesses(project, table_in(project)))


PREFETCHING = """
class BaseTable(tables.Table):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        paths = [column.accessor for column in self.columns]
        self.data.data = self.data.data.prefetch_related(*paths)
"""


def test_a_table_may_fetch_by_accessors() -> None:
    """It does for rows of a queryset; a list is left as it is."""
    body = f"customer = tables.Column()\n{META}"
    project = project_with(body, "BaseTable", PREFETCHING)
    order = project.units["shop/models.py"].classes["Order"]
    table = table_in(project)
    assert table_rows.fetched(project, table, Rows(order)).selected == {"customer"}
    assert not table_rows.fetched(project, table, Rows(order, kind="list")).selected
    plain = project_with(body)
    assert not table_rows.fetches_accessors(plain, table_in(plain))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("{{ record.customer.name }}", ["customer.name.__str__"]),
        ("{% for x in record.lines.all %}{{ x.sku }}{% endfor %}{{ x.sku }}",
         ["lines.all().[]", "lines.all().[].sku.__str__"]),
        ("{% with c=record.customer %}{{ c.name }}{% endwith %}",
         ["customer", "customer.name.__str__"]),
        ("{% url 'shop:order' pk=record.customer.pk %}", ["customer.pk"]),
        ("{% url 'record.html' %}{{ other.customer }}", []),
    ],
)  # fmt: skip
def test_template_columns(code: str, expected: list[str]) -> None:
    """The lines of a template column go along relations as a template does."""
    project = project_with(f'a = tables.TemplateColumn("{code}")\n{META}')
    found = [".".join(one.path) for one in tables.accesses(project, table_in(project))]
    assert [*dict.fromkeys(found)] == expected


def test_template_conditions_are_unsure() -> None:
    """What stands in an ``if`` is read of some rows."""
    code = "{% if record.a %}{{ record.b }}{% endif %}{{ record.c }}"
    project = project_with(f'x = tables.TemplateColumn("{code}")\n{META}')
    found = {one.path[0]: one.unsure for one in tables.accesses(project, table_in(project))}
    assert found == {"a": False, "b": True, "c": False}


def test_rows_say_what_a_table_without_model_reads() -> None:
    """A method of a relation's manager, read by an accessor, is called for each row."""
    text = "from .loading import get_class\nBase = get_class('shop.base', 'Base')\n"
    project = project_of(
        {
            "shop/models.py": MODELS,
            "shop/loading.py": "def get_class(label, name):\n    return None\n",
            "shop/base.py": f"{HEAD}\nclass Base(tables.Table):\n    pass\n",
            "shop/tables.py": (
                f"{HEAD}{text}\nclass Orders(Base):\n"
                "    a = tables.BooleanColumn(accessor='lines__count')\n"
                "    b = tables.BooleanColumn(accessor='customer__total')\n"
            ),
        }
    )
    order = project.units["shop/models.py"].classes["Order"]
    table = table_in(project)
    assert tables.is_table(project, table)
    found = {".".join(one.path) for one in tables.of_rows(project, table, order)}
    assert found == {"lines.count()", "customer.total"}

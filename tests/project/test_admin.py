# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What Django's admin lists, what it reads of each row, and what it fetches along by itself."""

from __future__ import annotations

import pytest

from greenlint.project import admin, facts
from greenlint.project.admin import Listed
from greenlint.project.project import File, Project
from greenlint.project.syntax import parse
from greenlint.source import SourceFile

MODELS = """
from django.db import models

class Customer(models.Model):
    name = models.CharField()

class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    voucher = models.ForeignKey("Voucher", null=True, on_delete=models.CASCADE)

    @property
    def buyer(self):
        return self.customer

class Voucher(models.Model):
    code = models.CharField()
"""


def project_of(**texts: str) -> Project:
    files = []
    for stem, text in {"models": MODELS, **texts}.items():
        source = SourceFile(f"shop/{stem}.py", text.encode())
        tree = parse(source)
        assert tree is not None
        files.append(File(source.name, lambda source=source: source, facts.read(tree, text)))
    return Project(files)


def listed(text: str, name: str = "OrderAdmin") -> Listed:
    project = project_of(
        admin=f"from django.contrib import admin\nfrom shop.models import *\n{text}"
    )
    found = list(admin.listed(project, project.units["shop/admin.py"].classes[name]))
    assert len(found) == 1
    return found[0]


def paths(of: Listed) -> set[str]:
    return {".".join(one.path) for one in of.accesses}


@pytest.mark.parametrize(
    "register",
    [
        "@admin.register(Order)\nclass OrderAdmin(admin.ModelAdmin):\n    pass",
        "class OrderAdmin(admin.ModelAdmin):\n    pass\nadmin.site.register(Order, OrderAdmin)",
        "class OrderAdmin(admin.ModelAdmin):\n    pass\n"
        "admin.site.register([Order], admin_class=OrderAdmin)",
        "class OrderAdmin(admin.TabularInline):\n    model = Order",
    ],
)
def test_model_of_an_admin_class(register: str) -> None:
    """A class shows the model that it is registered for, or the one that an inline names."""
    assert listed(register).model.name == "Order"


def test_a_class_for_developers_is_not_registered() -> None:
    """What is registered under ``if settings.DEBUG`` is no part of a running site."""
    project = project_of(
        admin="from shop.models import Order\nclass OrderAdmin(admin.ModelAdmin):\n    pass\n"
        "if settings.DEBUG:\n    admin.site.register(Order, OrderAdmin)"
    )
    assert admin.registered(project) == {}


def test_columns_are_read_as_django_reads_them() -> None:
    """A field, a method of the class, a property of the model, a function, a lookup, a text."""
    found = listed(
        """
def code(order):
    return order.voucher.code

@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    list_display = ["__str__", "voucher", "who", "buyer", code, lambda o: o.customer] + MORE

    def who(self, order):
        return order.customer.name

MORE = ["customer__name"]
"""
    )
    assert paths(found) == {
        "__str__", "voucher.__str__", "customer.name", "customer.name.__str__", "buyer",
        "customer.__str__", "voucher.code", "voucher.code.__str__", "customer",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "selected", "everything"),
    [
        ("list_display = ['id']", set(), False),
        ("list_display = ['customer']", set(), True),
        ("list_display = ['customer_id']", set(), False),
        ("list_display = ['voucher']\n    list_select_related = ['voucher']", {"voucher"}, False),
        ("list_display = ['id']\n    list_select_related = True", set(), True),
        (
            "list_display = ['voucher']\n    list_select_related = ['voucher']\n"
            "    def get_queryset(self, request):\n"
            "        return super().get_queryset(request).select_related('customer')",
            {"customer"},
            False,
        ),
    ],
)
def test_what_the_change_list_selects(body: str, selected: set[str], everything: bool) -> None:
    """Django's own select_related(): where a foreign key is shown and nothing else is said."""
    found = listed(f"@admin.register(Order)\nclass OrderAdmin(admin.ModelAdmin):\n    {body}\n")
    assert found.rows.fetched.selected == selected
    assert found.rows.fetched.everything is everything


def test_rows_of_the_registered_model() -> None:
    """``self.model`` and ``super().get_queryset()`` give rows of the model that is registered."""
    found = listed(
        """
class Mixin:
    def get_queryset(self, request):
        return super().get_queryset(request).select_related("voucher")

@admin.register(Order)
class OrderAdmin(Mixin, admin.ModelAdmin):
    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("customer")
"""
    )
    assert found.own.selected == {"voucher"}
    assert found.own.prefetched == {"customer"}
    assert not found.own.unsure

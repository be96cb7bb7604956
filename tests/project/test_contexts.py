# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The names of a template's context, whichever way code writes them."""

from __future__ import annotations

import pytest

from tests.project.conftest import found_by

MODELS = """\
from django.db import models

class Customer(models.Model):
    name = models.CharField()

class Order(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE)
"""
HEAD = """\
from django.forms import modelformset_factory
from django.shortcuts import render
from django.views.generic import TemplateView
from .models import Order

OrderFormSet = modelformset_factory(Order, fields=["customer"])

"""
NAME = "{{ order.customer.name }}{% endfor %}"
PAGES = {
    "orders": "{% for order in orders %}" + NAME,
    "view": "{% for order in view.orders %}" + NAME,
    "forms": "{% for form in forms %}{{ form.instance.customer.name }}{% endfor %}",
    "all": "{% for form in forms.forms %}{{ form.instance.customer.name }}{% endfor %}",
    "dict": "{% for order in data.orders %}" + NAME,
    "values": "{% for order in data.values %}" + NAME,
}
VIEW = "class V(TemplateView):\n    template_name = '{}.html'\n{}"
CALL = "def v(request):\n{}    return render(request, '{}.html', {})\n"
CODE = {
    VIEW.format("orders", "    extra_context = {'orders': Order.objects.all()}\n"): "orders",
    VIEW.format(
        "view", "    def orders(self):\n        return Order.objects.all()\n"
    ): "view.orders",
    VIEW.format("view", "    def others(self):\n        return Order.objects.all()\n"): "",
    VIEW.format("view", "    orders = 3\n"): "",
    CALL.format("    orders = Order.objects.all()\n", "orders", "locals()"): "orders",
    CALL.format("    orders = Order.objects.all()\n", "orders", "globals()"): "",
    CALL.format(
        "    forms = OrderFormSet(queryset=Order.objects.all())\n", "forms", "{'forms': forms}"
    ): "forms",
    CALL.format("", "all", "{'forms': OrderFormSet(queryset=Order.objects.all())}"): "forms",
    CALL.format("    forms = OrderFormSet()\n", "forms", "{'forms': forms}"): "",
    CALL.format(
        "    data = {}\n    data['orders'] = Order.objects.all()\n", "dict", "{'data': data}"
    ): "data.orders",
    CALL.format("    data = {'orders': Order.objects.all()}\n", "dict", "{'data': data}"): (
        "data.orders"
    ),
    CALL.format("    data = {'others': Order.objects.all()}\n", "dict", "{'data': data}"): "",
    CALL.format(
        "    data = {order.pk: order for order in Order.objects.all()}\n",
        "values",
        "{'data': data}",
    ): "data",
}


@pytest.mark.parametrize(("code", "name"), CODE.items())
def test_rows_in_a_context_are_found_by_their_name(code: str, name: str) -> None:
    """Names of a class, of a call, of a dict within the context, of the forms of a formset."""
    pages = {f"shop/templates/{page}.html": text for page, text in PAGES.items()}
    files = {"shop/models.py": MODELS, "shop/views.py": HEAD + code, **pages}
    found = [str(one.message) for one in found_by("GRN306", files)]
    assert ["`customer`" in one and f"row of `{name}`" in one for one in found] == [True] * bool(
        name
    )


def test_rows_that_a_context_is_given_anew_are_those_before() -> None:
    """``context["orders"] = self.sorted(context["orders"])`` over several lines asks for itself."""
    code = (
        f"{HEAD}from django.views.generic import ListView\n\n"
        "class V(ListView):\n    model = Order\n    template_name = 'own.html'\n\n"
        "    def get_context_data(self, **kwargs):\n"
        "        context = super().get_context_data(**kwargs)\n"
        "        context['object_list'] = self.told(\n"
        "            context['object_list']\n        )\n"
        "        return context\n\n"
        "    def told(self, orders):\n        return orders\n"
    )
    page = "{% for order in object_list %}" + NAME
    files = {"shop/models.py": MODELS, "shop/views.py": code, "shop/templates/own.html": page}
    assert len(found_by("GRN306", files)) == 1

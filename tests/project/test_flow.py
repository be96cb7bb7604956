# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What an expression stands for, followed through names, containers, branches and files."""

from __future__ import annotations

import pytest

from greenlint.project.values import ELSEWHERE, Kind, Row, Rows, Seq
from tests.project.shop import value_of

HEAD = "from shop.models import Customer, Line, Order\n\n\n"


def function(*lines: str, args: str = "") -> str:
    return HEAD + f"def ask({args}):\n" + "".join(f"    {line}\n" for line in lines)


def row_of(kind: Kind | None) -> str:
    assert isinstance(kind, Row), kind
    return kind.model.name


@pytest.mark.parametrize(
    "lines",
    [
        ("rows = []", "for o in Order.objects.all():", "    rows.append(o)", "return rows[0]"),
        ("rows = {}", "for o in Order.objects.all():", "    rows[o.pk] = o", "return rows[1]"),
        ("rows = []", "rows += Order.objects.all()", "return rows[0]"),
        ("rows = []", "rows.extend(Order.objects.all())", "return rows[0]"),
        ("rows = {}", "for o in Order.objects.all():",
         "    rows.setdefault(o.day, []).append(o)", "return rows[1][0]"),
        ("rows = (Order(), *Order.objects.all())", "return rows[0]"),
        ("rows = Order.objects.in_bulk()", "return rows[1]"),
        ("rows = (ask, *Order.objects.all())", "if ask:", "    rows = (Order(), Order())",
         "return rows[0]"),
        ("return getattr(self, 'rows', Order.objects.all())[0]",),
    ],
)  # fmt: skip
def test_rows_are_followed_into_containers(lines: tuple[str, ...]) -> None:
    """What is put into a list or a dict comes out of it."""
    assert row_of(value_of(function(*lines))) == "Order"


def test_a_container_of_two_models_is_unknown() -> None:
    """A list that holds rows of two models says nothing about an element."""
    text = function("rows = []", "rows.append(Order())", "rows.append(Line())", "return rows[0]")
    assert value_of(text) is None


def test_branches_fetch_what_both_fetch() -> None:
    """Of two branches that ask anew, only what both fetch is fetched."""
    kind = value_of(
        function(
            "if late:",
            "    rows = Order.objects.select_related('customer').prefetch_related('lines')",
            "else:",
            "    rows = Order.objects.prefetch_related('lines')",
            "return rows",
            args="late",
        )
    )
    assert isinstance(kind, Rows)
    assert kind.fetched.prefetched == {"lines"}
    assert not kind.fetched.selected


def test_a_queryset_that_grows_under_conditions_keeps_all() -> None:
    """What may be fetched along is not asked for: `rows = rows.select_related()` under an if."""
    kind = value_of(
        function(
            "rows = Order.objects.all()",
            "if late:",
            "    rows = rows.select_related('customer')",
            "return rows",
            args="late",
        )
    )
    assert isinstance(kind, Rows)
    assert kind.fetched.selected == {"customer"}


def test_many_conditions_are_gone_through_once() -> None:
    """Sixty steps that each depend on all before take no time that doubles with each."""
    steps = [f"if flag{n}:\n        rows = rows.filter(n={n})" for n in range(60)]
    kind = value_of(function("rows = Order.objects.all()", *steps, "return rows"))
    assert isinstance(kind, Rows)


def test_a_parameter_is_not_what_it_is_bound_to_later() -> None:
    """A parameter is unknown until the line that binds it."""
    before = function("return rows", "rows = Order.objects.all()", args="rows")
    assert value_of(before) is None


def test_filter_on_a_relation_forgets_what_was_prefetched() -> None:
    """`order.lines.filter()` asks anew; `order.lines.all()` does not."""
    order = "order = Order.objects.prefetch_related('lines__order').get(pk=1)"
    plain = value_of(function(order, "return order.lines.all()"))
    anew = value_of(function(order, "return order.lines.filter(pk=2)"))
    assert isinstance(plain, Rows)
    assert isinstance(anew, Rows)
    assert plain.fetched.prefetched == {"order"}
    assert not anew.fetched.prefetched


def test_rows_are_known_by_the_name_of_their_relation() -> None:
    """Every relation called `order` leads to one model here, and that has lines."""
    kind = value_of(function("return self.order.lines", args="self"))
    assert isinstance(kind, Rows)
    assert kind.model.name == "Line"
    assert kind.fetched.unsure == ELSEWHERE
    assert value_of(function("return self.order.parts", args="self")) is None
    assert value_of(function("return self.basket.lines", args="self")) is None


def test_rows_are_known_by_an_accessor_that_django_makes() -> None:
    """Whatever `tag_set` is read of, one model here leads back by that name."""
    tag = "from django.db import models\n\n\nclass Tag(models.Model):\n" + (
        "    order = models.ForeignKey('shop.Order', on_delete=models.CASCADE)\n"
    )
    text = function("return thing.tag_set.all()", args="thing")
    kind = value_of(text, {"shop/tags.py": tag})
    assert isinstance(kind, Rows)
    assert kind.model.name == "Tag"
    assert kind.fetched.unsure == ELSEWHERE
    assert kind.fetched.known == {"order"}
    other = "class Cloud:\n    @property\n    def tag_set(self):\n        return []\n"
    assert value_of(text, {"shop/tags.py": tag, "shop/cloud.py": other}) is None
    again = tag.replace("shop.Order", "shop.Line").replace("order =", "line =")
    assert value_of(text, {"shop/tags.py": tag, "other/tags.py": again}) is None


def test_a_class_of_the_same_file_is_known_in_its_functions() -> None:
    """A model that stands beside the function that uses it."""
    text = (
        "from django.db import models\n\n\n"
        "class Tag(models.Model):\n    name = models.TextField()\n"
        "    order = models.ForeignKey('shop.Order', on_delete=models.CASCADE)\n\n\n"
        "def ask():\n    return Tag.objects.first()\n"
    )
    assert row_of(value_of(text)) == "Tag"


def test_a_receiver_of_signals_gets_a_row() -> None:
    """`@receiver(post_save, sender=Order)` says what `instance` is."""
    text = HEAD + (
        "@receiver(post_save, sender=Order)\ndef ask(instance, **kwargs):\n    return instance\n"
    )
    assert row_of(value_of(text)) == "Order"


def test_managers_made_from_querysets_have_their_methods() -> None:
    """`class Manager(models.Manager.from_queryset(Rows))` hands the queryset's methods on."""
    others = {
        "shop/tags.py": (
            "from django.db import models\nfrom shop.models import Order\n\n\n"
            "class Rows(models.QuerySet):\n    def ready(self):\n"
            "        return self.select_related('order')\n\n\n"
            "class Manager(models.Manager.from_queryset(Rows)):\n    pass\n\n\n"
            "class Tag(models.Model):\n    order = models.ForeignKey(Order)\n"
            "    objects = Manager()\n"
        )
    }
    text = "from shop.tags import Tag\n\n\ndef ask():\n    return Tag.objects.ready()\n"
    kind = value_of(text, others)
    assert isinstance(kind, Rows)
    assert kind.fetched.selected == {"order"}


def test_groups_of_rows_hold_rows() -> None:
    """`for key, group in groupby(rows)`: a group is rows again."""
    text = function(
        "for key, group in groupby(Order.objects.all(), key=day):",
        "    found = list(group)",
        "return found",
    )
    kind = value_of(text)
    assert isinstance(kind, (Rows, Seq))


def test_a_relation_that_leads_nowhere_is_known() -> None:
    """Of rows filtered for having none, and of a row made with one, nothing is asked."""
    kind = value_of(function("return Order.objects.filter(customer__isnull=True)[0]"))
    assert isinstance(kind, Row)
    assert kind.fetched.covers("customer")
    kind = value_of(function("return Order.objects.filter(customer=None)[0]"))
    assert isinstance(kind, Row)
    assert kind.fetched.covers("customer")
    kind = value_of(function("return Order.objects.create(customer=customer)", args="customer"))
    assert isinstance(kind, Row)
    assert kind.fetched.covers("customer")
    kind = value_of(function("return Order.objects.filter(customer__isnull=False)[0]"))
    assert isinstance(kind, Row)
    assert not kind.fetched.covers("customer")


def test_rows_that_an_unknown_function_remakes_are_doubted() -> None:
    """`rows = narrow(rows)` leaves rows of the model, and perhaps more is fetched with them."""
    kind = value_of(function("rows = Order.objects.all()", "rows = ask[1](rows)", "return rows"))
    assert isinstance(kind, Rows)
    assert kind.fetched.unsure == "what ask[1]() gives is not known"
    lines = ("rows = Order.objects.all()", "rows = json.dumps(rows)", "return rows")
    assert value_of("import json\n" + function(*lines)) is None


def test_rows_are_known_by_the_name_of_their_model() -> None:
    """What is called `customer` and has orders is a customer; two models of a name are none."""
    kind = value_of(function("return ask.customer.orders", args="ask"))
    assert isinstance(kind, Rows)
    assert kind.model.name == "Order"
    staff = (
        "from django.db import models\n\n\n"
        "class Customer(models.Model):\n    pass\n\n\n"
        "class Shift(models.Model):\n"
        "    customer = models.ForeignKey(Customer, models.CASCADE, related_name='orders')\n"
    )
    text = function("return ask.customer.orders", args="ask")
    assert value_of(text, {"staff/models.py": staff}) is None


def test_a_model_names_its_relations_back() -> None:
    """`default_related_name` of a model's Meta is what its relations are called from elsewhere."""
    tag = (
        "from django.db import models\n\n\n"
        "class Tag(models.Model):\n"
        "    order = models.ForeignKey('shop.Order', models.CASCADE)\n"
        "    line = models.ForeignKey('shop.Line', models.CASCADE, related_name='marks')\n\n"
        "    class Meta:\n        default_related_name = 'labels'\n"
    )
    for back, is_known in (("labels", True), ("tag_set", False)):
        kind = value_of(function(f"return Order().{back}"), {"shop/tags.py": tag})
        assert isinstance(kind, Rows) is is_known
    kind = value_of(function("return Line().marks"), {"shop/tags.py": tag})
    assert isinstance(kind, Rows)


def test_rows_of_a_relation_know_their_owner_whatever_the_manager_does() -> None:
    """A manager that makes its queryset itself still gives rows that have their order."""
    tag = (
        "from django.db import models\n\n\n"
        "class TagQuerySet(models.QuerySet):\n"
        "    def used(self):\n        return self.filter(used=True)\n\n\n"
        "class TagManager(models.Manager):\n"
        "    def get_queryset(self):\n        return TagQuerySet(self.model, using=self._db)\n\n"
        "    def used(self):\n        return self.get_queryset().used()\n\n\n"
        "class Tag(models.Model):\n"
        "    order = models.ForeignKey('shop.Order', models.CASCADE, related_name='tags')\n"
        "    objects = TagManager()\n"
    )
    kind = value_of(function("return Order.objects.get(pk=1).tags.used()"), {"shop/tags.py": tag})
    assert isinstance(kind, Rows)
    assert kind.fetched.known == {"order"}


def test_a_model_is_named_whatever_its_case() -> None:
    """`apps.get_model("shop", "order")` is asked for as Django does: without regard to case."""
    head = ("from django.apps import apps",)
    kind = value_of(function(*head, "return apps.get_model('shop', 'order').objects.all()"))
    assert isinstance(kind, Rows)
    assert kind.model.name == "Order"
    kind = value_of(function(*head, "return apps.get_model('other', 'order').objects.all()"))
    assert kind is None

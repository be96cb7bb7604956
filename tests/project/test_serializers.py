# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What showing one row reads of it, field by field, as Django REST framework does it."""

from __future__ import annotations

import pytest

from greenlint.project import serializers
from greenlint.project.needs import needs
from greenlint.project.project import Project
from tests.project.conftest import project_of

MODELS = """\
from django.db import models

class Town(models.Model):
    name = models.CharField()

class Customer(models.Model):
    town = models.ForeignKey(Town, models.CASCADE)
    def __str__(self):
        return self.town.name

class Order(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="orders")
    owner = models.OneToOneField(Customer, models.CASCADE, related_name="order")
    tags = models.ManyToManyField("Tag")
    @property
    def label(self):
        return self.customer.town
    def total(self):
        return [line.sku for line in self.lines.all()]

class Tag(models.Model):
    pass

class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
"""
HEAD = """\
from rest_framework import serializers
from rest_framework_nested.relations import NestedHyperlinkedIdentityField
from .models import Customer, Line, Order

class CustomerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["town"]

class LineSerializer(serializers.ModelSerializer):
    order_town = serializers.CharField(source="order.customer.town.name")
    class Meta:
        model = Line
        fields = ["order_town"]

class ByKey(serializers.HyperlinkedRelatedField):
    def use_pk_only_optimization(self):
        return False

class Whole(serializers.Field):
    def get_attribute(self, instance):
        return instance
    def to_representation(self, value):
        return value.customer.town.name

class Lines(serializers.DictField):
    def get_attribute(self, instance):
        return instance.lines.all()
    def to_representation(self, value):
        return {line.pk: line.order.customer.name for line in value}

"""


def project(body: str, meta: str = "fields = ['x']", more: str = "") -> Project:
    """A project with one serializer of orders."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    inner = "\n".join(f"        {line}" for line in meta.splitlines())
    text = f"class S(serializers.ModelSerializer):\n{lines}\n    class Meta:\n{inner}\n"
    text = text.replace("class Meta:\n", "class Meta:\n        model = Order\n")
    return project_of({"shop/models.py": MODELS, "shop/serializers.py": f"{HEAD}{more}{text}"})


def read(whole: Project) -> list[str]:
    """The relations that each row asks for, `?` after those under a condition."""
    unit = whole.units["shop/serializers.py"]
    model = whole.units["shop/models.py"].classes["Order"]
    found = needs(whole, model, serializers.accesses(whole, unit.classes["S"]))
    return sorted(one.path + ("?" if one.unsure else "") for one in found)


FIELDS = {
    "x = serializers.PrimaryKeyRelatedField(source='customer', read_only=True)": [],
    "x = serializers.PrimaryKeyRelatedField(source='customer.town', read_only=True)": ["customer"],
    "x = serializers.PrimaryKeyRelatedField(source='tags', many=True, read_only=True)": ["tags"],
    "x = serializers.IntegerField(source='customer_id')": [],
    "x = serializers.CharField(source='customer_id')": [],
    "x = serializers.CharField(source='customer')": ["customer", "customer__town"],
    "x = serializers.CharField(source='customer.town.name')": ["customer", "customer__town"],
    "x = serializers.StringRelatedField(source='customer')": ["customer", "customer__town"],
    "x = serializers.SlugRelatedField('slug', source='customer')": ["customer"],
    "x = serializers.SlugRelatedField(slug_field='town__name', source='customer')": [
        "customer", "customer__town",
    ],
    "x = serializers.HyperlinkedRelatedField('customer', source='customer')": [],
    "x = serializers.HyperlinkedRelatedField('c', source='customer', lookup_field='slug')": [
        "customer",
    ],
    "x = serializers.HyperlinkedIdentityField(view_name='order')": [],
    "x = serializers.HyperlinkedIdentityField('tag', source='tags', many=True)": ["tags"],
    "x = NestedHyperlinkedIdentityField('o', parent_lookup_kwargs={'c': 'customer__pk'})": [
        "customer",
    ],
    "x = ByKey('customer', source='customer')": ["customer"],
    "x = CustomerSerializer(source='customer')": ["customer"],
    "x = CustomerSerializer(source='customer', write_only=True)": [],
    "x = LineSerializer(many=True, source='lines')": ["customer", "customer__town", "lines"],
    "x = LineSerializer(many=True, source='lines.all')": ["customer", "customer__town", "lines"],
    "x = serializers.ListSerializer(child=LineSerializer(), source='lines')": [
        "customer", "customer__town", "lines",
    ],
    "x = serializers.ReadOnlyField(source='label')": ["customer", "customer__town"],
    "x = serializers.ReadOnlyField(source='total')": ["lines"],
    "x = serializers.HiddenField(default=1, source='customer')": [],
    "x = Whole()": ["customer", "customer__town"],
    "x = Lines()": ["customer", "lines"],
    "x = serializers.SerializerMethodField()\ndef get_x(self, order):\n"
    "    return order.customer.pk": ["customer"],
    "x = serializers.SerializerMethodField()\ndef get_x(self, order):\n"
    "    return order.customer_id": [],
    "x = serializers.SerializerMethodField('show')\ndef show(self, order):\n"
    "    if order.customer_id:\n        return order.customer.pk": ["customer?"],
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), FIELDS.items())
def test_a_declared_field_reads_what_the_library_reads(body: str, expected: list[str]) -> None:
    """Keys are columns of the row; texts, slugs, links by other fields and serializers are not."""
    assert read(project(body)) == expected


METAS = {
    "fields = ['customer', 'owner']": [],
    "fields = ('customer', 'tags')": ["tags"],
    "fields = '__all__'": ["tags"],
    "exclude = ['tags']": [],
    "fields = ['label']": ["customer", "customer__town"],
    "fields = ['total']": ["lines"],
    "fields = ['lines']": ["lines"],
    "fields = ['customer']\ndepth = 1": ["customer"],
    "fields = ['customer']\ndepth = 2": ["customer", "customer__town"],
    "fields = ['customer']\nextra_kwargs = {'customer': {'lookup_field': 'name'}}": ["customer"],
    "fields = ['tags']\nextra_kwargs = {'tags': {'write_only': True}}": [],
}


@pytest.mark.parametrize(("meta", "expected"), METAS.items())
def test_undeclared_fields_follow_meta(meta: str, expected: list[str]) -> None:
    """What Meta names is made by the library: keys, unless `depth` or arguments say more."""
    assert read(project("pass", meta)) == expected


BODIES = {
    "def to_representation(self, order):\n    self.fields['owner'] = CustomerSerializer()\n"
    "    return super().to_representation(order)": ["owner", "tags"],
    "def get_fields(self):\n    fields = super().get_fields()\n    if self.context:\n"
    "        fields['owner'] = CustomerSerializer()\n    return fields": ["owner?", "tags"],
    "def __init__(self, *args):\n    self.fields['owner'] = serializers.IntegerField()\n"
    "    self.others['customer'] = CustomerSerializer()": ["owner", "tags"],
    "def to_representation(self, order):\n    return {'c': order.customer.pk}": ["customer"],
    "def to_representation(self, order):\n    shown = super().to_representation(order)\n"
    "    shown['c'] = order.customer.pk\n    return shown": ["customer", "tags"],
    "def __init__(self, *args, **kwargs):\n    super().__init__(*args, **kwargs)\n"
    "    self.fields.pop('tags')": ["tags?"],
    "def get_fields(self):\n    fields = super().get_fields()\n    for name in self.left_out:\n"
    "        fields.pop(name)\n    return fields": ["tags?"],
}


@pytest.mark.parametrize(("body", "expected"), BODIES.items())
def test_methods_of_a_serializer_change_what_it_reads(body: str, expected: list[str]) -> None:
    """An own to_representation() takes the place of the fields, unless it calls the one above."""
    assert read(project(body, "fields = ['tags']")) == expected


def test_fields_and_meta_are_inherited() -> None:
    """A serializer has the fields of those above it, and their Meta."""
    above = (
        "class Base(serializers.ModelSerializer):\n"
        "    x = serializers.CharField(source='customer.name')\n"
        "    class Meta:\n        model = Order\n        fields = ['x']\n"
        "class Other(Base):\n    class Meta(Base.Meta):\n"
        "        fields = Base.Meta.fields + ['tags']\n"
    )
    whole = project("pass", more=above)
    unit = whole.units["shop/serializers.py"]
    model = whole.units["shop/models.py"].classes["Order"]
    found = needs(whole, model, serializers.accesses(whole, unit.classes["Other"]))
    assert sorted(one.path for one in found) == ["customer", "tags"]

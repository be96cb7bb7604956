# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a view shows: its rows with what is fetched along, and the serializer of its list."""

from __future__ import annotations

import pytest

from greenlint.project import calls, showings, views
from greenlint.project.frames import frames_in
from greenlint.project.listings import listed
from greenlint.project.project import Func, Project
from greenlint.project.values import Obj, Row
from greenlint.project.views import Shown
from tests.project.conftest import project_of

MODELS = """\
from django.db import models

class Customer(models.Model):
    pass

class OrderQuerySet(models.QuerySet):
    def for_api(self):
        return self.select_related("customer")

class Order(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="orders")
    objects = OrderQuerySet.as_manager()
"""
SERIALIZERS = """\
from rest_framework import serializers
from .models import Order

class Full(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields = ["customer"]
    @classmethod
    def eager(cls, rows):
        return rows.select_related("customer")

class Short(Full):
    pass

class Lists(serializers.ListSerializer):
    def to_representation(self, rows):
        return super().to_representation(rows.select_related("customer"))

class Own(Full):
    class Meta(Full.Meta):
        list_serializer_class = Lists
"""
DESTROYING = """\
from rest_framework import viewsets
from .models import Order

class Orders(viewsets.ModelViewSet):
    queryset = Order.objects.all()
    def perform_destroy(self, instance):
        return instance
    def shown(self, other):
        return other

class Helper:
    queryset = Order.objects.all()
    def perform_destroy(self, instance):
        return instance
"""
BASE = """\
from rest_framework import generics, viewsets
from rest_framework.filters import BaseFilterBackend
from .models import Order

class Fetching:
    def get_queryset(self):
        return super().get_queryset().select_related("customer")

class Backend(BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        return queryset.select_related("customer")

class Dynamic:
    def get_queryset(self):
        names = []
        for field in self.get_serializer().fields:
            names.append(field)
        rows = super().get_queryset()
        return rows.select_related(*names) if names else rows
"""
HEAD = """\
from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404
from dynamic_rest.viewsets import DynamicModelViewSet
from rest_framework import generics, viewsets
from .base import Backend, Dynamic, Fetching
from .models import Customer, Order
from .serializers import Full, Own, Short

"""


def project(text: str) -> Project:
    """A project with this file of views."""
    return project_of(
        {
            "shop/models.py": MODELS,
            "shop/serializers.py": SERIALIZERS,
            "shop/base.py": BASE,
            "shop/views.py": HEAD + text,
        }
    )


def told(found: list[Shown]) -> list[str]:
    """Each serializer with what is fetched, `?` for what is unsure."""
    return [
        " ".join(
            (
                one.serializer.name + ("" if one.many else " of one"),
                *sorted(one.rows.fetched.selected | one.rows.fetched.prefetched),
            )
        )
        + ("?" if one.unsure or one.rows.fetched.unsure else "")
        for one in found
    ]


def shown(body: str, bases: str = "viewsets.ModelViewSet") -> list[str]:
    """What a view of this body shows."""
    text = "\n".join(f"    {line}" for line in body.splitlines())
    whole = project(f"class V({bases}):\n{text}\n")
    return told(list(views.shown(whole, whole.units["shop/views.py"].classes["V"])))


ROWS = "queryset = Order.objects.all()\n"
DECLARED = ROWS + "serializer_class = Full"
CHOOSES = ROWS + "def get_serializer_class(self):\n"
VIEWS = {
    DECLARED: ["Full"],
    "queryset = Order.objects.for_api()\nserializer_class = Full": ["Full customer"],
    "queryset = Order.objects.none()\nserializer_class = Full": [],
    "http_method_names = ['post']\n" + DECLARED: [],
    CHOOSES + "    if self.action == 'list':\n        return Short\n    return Full": ["Short"],
    CHOOSES + "    if self.action in ('create', 'update'):\n        return Short\n"
    "    return Full": ["Full"],
    CHOOSES + "    return {'list': Short}.get(self.action, Full)": ["Short"],
    CHOOSES + "    return Short if self.request.method == 'POST' else Full": ["Full"],
    CHOOSES + "    match self.action:\n        case 'list':\n            return Short\n"
    "        case _:\n            return Full": ["Short"],
    CHOOSES + "    if self.request.user.is_staff:\n        return Full\n    return Short": [
        "Full?", "Short?",
    ],
    "kinds = {'list': Short}\n" + DECLARED + "\ndef get_serializer_class(self):\n"
    "    return self.kinds.get(self.action, super().get_serializer_class())": ["Short"],
    DECLARED + "\nlist_serializer_class = Short\n"
    "def get_serializer_class(self):\n"
    "    return getattr(self, f'{self.action}_serializer_class', self.serializer_class)": ["Short"],
    DECLARED + "\nopen_serializer_class = Short\n"
    "def get_serializer_class(self):\n"
    "    return getattr(self, f'{self.action}_serializer_class', self.serializer_class)": ["Full"],
    "serializer_class = Full\ndef get_queryset(self):\n    if self.action == 'retrieve':\n"
    "        return Order.objects.select_related('customer')\n"
    "    return Order.objects.all()": ["Full"],
    "serializer_class = Full\ndef get_queryset(self):\n    rows = Order.objects.all()\n"
    "    if getattr(self, 'action', '') == 'list':\n        rows = (\n"
    "            rows.filter(pk=1)\n            .select_related('customer')\n        )\n"
    "    return rows": ["Full customer"],
    "serializer_class = Full\ndef get_queryset(self):\n"
    "    return self.get_serializer_class().eager(Order.objects.all())": ["Full customer"],
    "serializer_class = Full\ndef get_queryset(self):\n"
    "    self.queryset = Order.objects.for_api()\n    return super().get_queryset()": [
        "Full customer",
    ],
    "filter_backends = [Backend]\n" + DECLARED: ["Full customer"],
    DECLARED + "\ndef list(self, request):\n"
    "    return Short(self.get_queryset().for_api(), many=True).data": ["Short customer"],
    ROWS + "serializer_class = Own": ["Own?"],
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), VIEWS.items())
def test_a_list_is_shown_with_the_rows_and_serializer_of_its_action(
    body: str, expected: list[str]
) -> None:
    """Tests on the action decide; what the view, its serializer or its filters fetch counts."""
    assert shown(body) == expected


BASES = {
    "generics.RetrieveAPIView": ["Full of one"],
    "generics.ListAPIView": ["Full"],
    "Fetching, viewsets.ModelViewSet": ["Full customer"],
    "Dynamic, viewsets.ModelViewSet": ["Full?"],
    "DynamicModelViewSet": ["Full?"],
}


@pytest.mark.parametrize(("bases", "expected"), BASES.items())
def test_bases_decide_whether_rows_are_listed_and_what_they_fetch(
    bases: str, expected: list[str]
) -> None:
    """A base that computes what it fetches, or one of a library, leaves a doubt."""
    assert shown(DECLARED, bases) == expected


BODIES = {
    "return Full(Order.objects.all(), many=True)": ["Full"],
    "return Full(instance=Order.objects.for_api(), many=True)": ["Full customer"],
    "return Full(data=request.data, many=True)": [],
    "return Full(Order.objects.first())": [],
    "return Full(Order.objects.all()[:3], many=True)": [],
    "return Full(many=True).to_representation(Order.objects.all())": ["Full"],
    "return Full([order for order in Order.objects.all()], many=True)": ["Full"],
    "return Full(request.customer.orders, many=True)": ["Full"],
    "rows = Order.objects.all()\n    prefetch_related_objects(rows, 'customer')\n"
    "    return Full(rows, many=True)": ["Full customer"],
}


@pytest.mark.parametrize(("body", "expected"), BODIES.items())
def test_functions_show_rows_themselves(body: str, expected: list[str]) -> None:
    """A serializer that a function makes of several rows, with those rows."""
    whole = project(f"def view(request):\n    {body}\n")
    frames = list(frames_in(whole, whole.units["shop/views.py"]))
    assert told([one for frame in frames for one in showings.in_frame(whole, frame)]) == expected


def test_an_action_has_the_serializer_of_its_name() -> None:
    """``self.get_serializer()`` in an action is what the view chooses for that action."""
    whole = project(
        f"class V(viewsets.ModelViewSet):\n    {ROWS}"
        "    def get_serializer_class(self):\n"
        "        return Short if self.action == 'open' else Full\n"
        "    def open(self, request):\n"
        "        page = self.paginate_queryset(self.get_queryset())\n"
        "        return self.get_serializer(page, many=True)\n"
    )
    frames = list(frames_in(whole, whole.units["shop/views.py"]))
    assert told([one for frame in frames for one in showings.in_frame(whole, frame)]) == ["Short"]


def test_rows_of_one_row_share_it() -> None:
    """Rows asked for at a related manager know the row that they belong to."""
    whole = project(
        "class V(viewsets.ModelViewSet):\n    serializer_class = Full\n"
        "    def get_queryset(self):\n"
        "        customer = get_object_or_404(Customer, pk=self.kwargs['pk'])\n"
        "        return customer.orders.all()\n"
    )
    one = views.shown(whole, whole.units["shop/views.py"].classes["V"])[0]
    assert one.rows.fetched.known == {"customer"}


def test_serializers_of_lists_are_known_with_a_place() -> None:
    """Those of list views, of functions that make several, and those within them."""
    whole = project(
        f"class V(generics.ListAPIView):\n    {ROWS}    serializer_class = Short\n"
        f"class W(generics.RetrieveAPIView):\n    {ROWS}    serializer_class = Own\n"
    )
    classes = whole.units["shop/serializers.py"].classes
    at = listed(whole, classes["Short"])
    assert at is not None
    assert at.unit.name == "shop/views.py"
    assert listed(whole, classes["Full"]) == at
    assert listed(whole, classes["Own"]) is None


@pytest.mark.parametrize(
    ("cls", "method", "model"),
    [
        ("Orders", "perform_destroy", "Order"),
        ("Orders", "shown", ""),
        ("Helper", "perform_destroy", ""),
    ],
)
def test_an_instance_that_a_view_is_given_is_one_of_its_rows(
    cls: str, method: str, model: str
) -> None:
    """The library hands `perform_destroy` a row of the view's queryset, perhaps of another one."""
    project = project_of({"shop/models.py": MODELS, "shop/views.py": DESTROYING})
    view = project.units["shop/views.py"].classes[cls]
    func = project.attribute(view, method)
    assert isinstance(func, Func)
    kind = calls.returned(project, func, Obj(view))
    assert (kind.model.name if isinstance(kind, Row) else "") == model
    assert not isinstance(kind, Row) or kind.fetched.unsure

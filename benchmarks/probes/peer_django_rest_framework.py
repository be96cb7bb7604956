# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Functions of Django REST framework under pytest-benchmark, as its documentation shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from rest_framework import fields, negotiation, parsers, renderers, serializers
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.utils.field_mapping import get_detail_view_name
from rest_framework.views import APIView


class Line(serializers.Serializer):  # type: ignore[misc]
    """One line of an order."""

    name = serializers.CharField(max_length=20)
    count = serializers.IntegerField(min_value=0)
    price = serializers.DecimalField(max_digits=8, decimal_places=2)
    when = serializers.DateTimeField()


ROWS = [
    {"name": str(n), "count": n, "price": "1.50", "when": "2026-01-01T00:00"} for n in range(20)
]
Bench = Any


def test_validate(benchmark: Bench) -> None:
    assert benchmark(lambda: Line(data=ROWS, many=True).is_valid())


def test_represent(benchmark: Bench) -> None:
    line = Line(data=ROWS[0])
    assert line.is_valid()
    benchmark(lambda: Line([line.validated_data] * 20, many=True).data)


def test_fields(benchmark: Bench) -> None:
    benchmark(lambda: Line().fields)


def test_render_json(benchmark: Bench) -> None:
    benchmark(lambda: renderers.JSONRenderer().render(ROWS * 10))


def test_parse_json(benchmark: Bench) -> None:
    import io

    text = renderers.JSONRenderer().render(ROWS * 10)
    benchmark(lambda: parsers.JSONParser().parse(io.BytesIO(text)))


def test_request(benchmark: Bench) -> None:
    factory = APIRequestFactory()
    benchmark(lambda: Request(factory.get("/?a=1")).query_params)


def test_view(benchmark: Bench) -> None:
    class Hello(APIView):  # type: ignore[misc]
        def get(self, request: Any) -> Any:
            from rest_framework.response import Response

            return Response(ROWS)

    view, request = Hello.as_view(), APIRequestFactory().get("/")
    benchmark(lambda: view(request))


def test_negotiate(benchmark: Bench) -> None:
    request = Request(APIRequestFactory().get("/", HTTP_ACCEPT="text/html;q=0.9,application/json"))
    chosen = negotiation.DefaultContentNegotiation()
    benchmark(lambda: chosen.select_renderer(request, [renderers.JSONRenderer()]))


def test_decimal(benchmark: Bench) -> None:
    field = fields.DecimalField(max_digits=8, decimal_places=2)
    benchmark(lambda: [field.run_validation("12.50") for _ in range(50)])


def test_query(benchmark: Bench) -> None:
    benchmark(lambda: Line(data=QueryDict("name=a&count=1&price=1&when=2026-01-01")).is_valid())


@pytest.mark.parametrize("count", [200])
def test_names(benchmark: Bench, count: int) -> None:
    from django.contrib.auth.models import User

    benchmark(lambda: [get_detail_view_name(User) for _ in range(count)])

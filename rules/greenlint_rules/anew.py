# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Relations that each row is asked for by a queryset of their own, whatever was fetched ahead."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from greenlint.messages import Message, say
from greenlint.project.knowing import function_around, may_know
from greenlint.project.needs import Need, needs
from greenlint.project.nodes import every
from greenlint.project.paths import Access
from greenlint.project.project import Class, Project
from greenlint.project.values import At
from greenlint.rule import Confidence

_COUNTING = frozenset(("count", "exists", "aggregate"))
_ONE = frozenset(("get", "first", "last", "earliest", "latest"))


def asked_anew(
    project: Project, model: Class, accesses: Iterable[Access], many: bool = True
) -> list[Need]:
    """What reading along these ways asks for anew, row by row; of a single row (`many` is false)
    only what lies behind a relation to several rows.
    """
    return [
        one
        for one in needs(project, model, accesses)
        if one.how == "query"
        and one.method != "none"
        and (many or one.many)
        and not any(map(is_subquery, (one.at, *one.via)))
    ]


def surely(need: Need) -> Confidence:
    """Low where an answer may be kept on the way, or where it is far to the query."""
    functions = (function_around(one.node, one.unit) for one in (need.at, *need.via))
    if need.rare or any(one is not None and may_know(one) for one in functions):
        return Confidence.LOW
    if need.unsure:
        return Confidence.MEDIUM if len(need.via) < 4 else Confidence.LOW
    return Confidence.HIGH


def is_subquery(at: At) -> bool:
    """Whether a queryset is an argument of a filter: ``filter(item__in=self.items.all())``."""
    around = function_around(at.node, at.unit)
    for call in every(around) if around is not None else ():
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            for keyword in call.keywords:
                if any(inner is at.node for inner in every(keyword.value)):
                    return call.func.attr in ("filter", "exclude", "annotate", "get", "Q")
    return False


def instead(method: str) -> Message:
    """What to do in place of a queryset that each row begins with such a method."""
    if method in _COUNTING:
        return say("annotate the list's queryset with `Count()`, `Exists()` or a subquery")
    if method in _ONE:
        return say("select or prefetch the related row in the list's queryset")
    return say(
        "prefetch with `Prefetch(..., queryset=..., to_attr=...)` in the list's queryset, or "
        "filter the prefetched rows in Python"
    )

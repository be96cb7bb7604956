# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What becomes of a queryset within the body that makes it."""

from __future__ import annotations

import ast

import pytest

from greenlint.project.fates import fates_in
from greenlint.project.frames import frames_in
from greenlint.project.nodes import own_nodes
from tests.project.conftest import project_of


def fates(body: str, iterated: bool = True) -> list[tuple[str, str]]:
    """The fates of the call of ``fetch()`` in a function's body: kind and word of each."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    project = project_of({"shop/views.py": f"def view(rows, show):\n{lines}"})
    frame = frames_in(project, project.units["shop/views.py"])[1]
    call = next(
        node
        for node in own_nodes(frame.scope)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "fetch"
    )
    return [(one.kind, one.word) for one in fates_in(frame).of(call, iterated)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("rows.fetch().filter(a=1).count()", [("asked", "count")]),
        ("rows.fetch()", [("dropped", "")]),
        ("show(rows.fetch())", [("escapes", "")]),
        ("return rows.fetch()", [("escapes", "")]),
        ("for row in rows.fetch()[:9]:\n    pass", [("looped", "")]),
        ("return [row.a for row in list(rows.fetch())]", [("looped", "")]),
        ("row = rows.fetch().get(pk=1)", [("single", "get")]),
        ("a = rows.fetch()\nreturn len(a), a.exists()", [("asked", "len"), ("asked", "exists")]),
        ("a = rows.fetch()\na = a.filter(b=1)\nif a:\n    pass", [("asked", "if")]),
        ("rows.filter(order__in=rows.fetch())", [("asked", "order__in")]),
        ("a = rows.fetch()\ndef inner():\n    return a", [("escapes", "")]),
        ("a = rows.fetch()\na = rows.all()\nreturn a", []),
        ("rows.fetch().unknown()", [("escapes", "")]),
        ("for _ in show:\n    show(a)\n    a = rows.fetch()", [("escapes", "")]),
    ],
)
def test_fates(body: str, expected: list[tuple[str, str]]) -> None:
    """A fate is told where the body's own words show it, and else the rows are out of sight."""
    assert fates(body) == expected


def test_iterator_is_a_loop_or_a_question() -> None:
    """Without a chunk size it ignores what was prefetched, and keeps what was selected."""
    body = "for row in rows.fetch().iterator():\n    pass"
    assert fates(body) == [("looped", "")]
    assert fates(body, iterated=False) == [("asked", "iterator")]
    chunked = "for row in rows.fetch().iterator(chunk_size=9):\n    pass"
    assert fates(chunked, iterated=False) == [("looped", "")]

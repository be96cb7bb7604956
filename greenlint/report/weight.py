# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How much of a page texts take, so that a page stays below 5 MB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import TypeVar

# The texts of all findings together, and those of all tests, as bytes of HTML.  A finding is shown
# in its table and in the source.
_MOST_BYTES = 700_000

T = TypeVar("T", bound="tuple[object, ...]")


def weight(text: str) -> int:
    """The bytes that a text takes on the page."""
    return len(escape(text).encode("utf-8", "replace"))


def fitting(views: Iterable[T]) -> list[T]:
    """The first of them whose texts are not too much together."""
    found: list[T] = []
    left = _MOST_BYTES
    for view in views:
        left -= sum(weight(text) for text in _texts(view))
        if left < 0:
            break
        found.append(view)
    return found


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)

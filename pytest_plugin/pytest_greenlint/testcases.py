# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The test method of a unittest.TestCase, apart from the setUp and tearDown around it.

unittest runs the three in one go, which pytest calls the call.  What a budget is for is the method.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Protocol

import pytest
from _pytest.unittest import TestCaseFunction


class Watcher(Protocol):
    """Hears of the method; `all_ended` of the TestCase around it, and whether anything failed."""

    def begins(self) -> None: ...  # noqa: D102
    def ended(self) -> None: ...  # noqa: D102
    def all_ended(self, *, failed: bool) -> None: ...  # noqa: D102


def has_method(item: pytest.Item) -> bool:
    """Whether a test is a method of a TestCase."""
    return isinstance(item, TestCaseFunction)


@contextmanager
def watched(item: pytest.Item, watcher: Watcher) -> Iterator[None]:
    """While the TestCase runs, its method says when it begins and when it has ended."""
    assert isinstance(item, TestCaseFunction)
    method: Any = item.obj
    instance = method.__self__
    watching = _async if iscoroutinefunction(method) else _plain
    # unittest finds it by its name; pytest puts there what it has itself, pytest-django does not.
    item.obj = watching(method, watcher)
    setattr(instance, item.name, item.obj)
    try:
        yield
    finally:
        vars(instance).pop(item.name, None)
        item.obj = method
        watcher.all_ended(failed=bool(getattr(item, "_excinfo", None)))


def _plain(method: Any, watcher: Watcher) -> Any:
    @wraps(method)
    def watching(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        watcher.begins()
        try:
            return method(*args, **kwargs)
        finally:
            watcher.ended()

    return watching


def _async(method: Any, watcher: Watcher) -> Any:
    @wraps(method)
    async def watching(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        watcher.begins()
        try:
            return await method(*args, **kwargs)
        finally:
            watcher.ended()

    return watching

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures of a class, module, package or session: on a line of their own, charged to no test."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from greenlint_profiler.suite.entries import fixture_entry
from greenlint_profiler.suite.record import Phase, SharedFixture
from greenlint_profiler.suite.windows import Opened

from pytest_greenlint.state import State


@dataclass
class _Live:
    """A fixture that was set up, and what its teardown needs to know."""

    name: str
    scope: str
    where: str
    setup: Phase
    opened: Opened | None = None


class SharedFixtures:
    """The hooks around fixtures of more than one test."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._live: dict[int, _Live] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """Setting it up is taken out of the test in whose setup it happens."""
        __tracebackhide__ = True
        if fixturedef.scope == "function":
            return (yield)
        opened = self._state.windows.open(fixturedef.argname)
        try:
            return (yield)
        finally:
            setup = self._state.windows.close(opened)
            where = request.node.nodeid
            self._live[id(fixturedef)] = _Live(fixturedef.argname, fixturedef.scope, where, setup)
            # Finalizers run last in, first out: this one before those of the fixture itself.
            fixturedef.addfinalizer(partial(self._begins_to_end, fixturedef))

    def _begins_to_end(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        live = self._live.get(id(fixturedef))
        if live is not None:
            live.opened = self._state.windows.open(live.name)

    @pytest.hookimpl(trylast=True)
    def pytest_fixture_post_finalizer(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        """Its teardown has ended."""
        live = self._live.pop(id(fixturedef), None)
        if live is not None:
            teardown = None
            if live.opened is not None:
                teardown = self._state.windows.close(live.opened)
            self._record(live, teardown)

    def _record(self, live: _Live, teardown: Phase | None) -> None:
        shared = SharedFixture(live.name, live.scope, live.where, live.setup, teardown)
        self._state.fixtures.append(fixture_entry(shared))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """pytest has torn down everything; what it could not is told without its teardown."""
        for live in self._live.values():
            self._record(live, None)
        self._live.clear()

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Tests that are to run several times: the whole protocol each time, with fresh function fixtures.

Nothing is run twice unasked.  All runs but the last are silent as long as they pass; the first that
does not is the test's own result.  The last one is always the one that is told, so that a test
which is repeated until its figure is precise runs once more after that.
"""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from greenlint_profiler.suite.precision import is_precise
from greenlint_profiler.suite.record import Stopped

from pytest_greenlint.attempts import Measuring
from pytest_greenlint.marks import WANTED, Wanted


class Repeating:
    """Takes over the protocol of tests whose repetition was declared."""

    def __init__(self, measuring: Measuring) -> None:
        self._measuring = measuring

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """Warm-ups, samples, and the run that is reported."""
        wanted = item.stash.get(WANTED, None)
        if wanted is None or wanted.skip or wanted.warmup + wanted.repeat == 1:
            return None
        hook = item.ihook
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        try:
            self._run(item, nextitem, wanted)
        finally:
            self._measuring.only = self._measuring.samples = self._measuring.stopped = None
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _run(self, item: pytest.Item, nextitem: pytest.Item | None, wanted: Wanted) -> None:
        measuring = self._measuring
        measuring.samples = []
        ends = time.monotonic() + measuring.max_time_ns / 1e9
        for turn in range(wanted.warmup + wanted.repeat - 1):
            if time.monotonic() >= ends:
                measuring.stopped = Stopped.MAX_TIME
                break
            if wanted.until_precise and is_precise(measuring.samples):
                measuring.stopped = Stopped.PRECISE
                break
            measuring.only = "warmup" if turn < wanted.warmup else "sample"
            reports = runtestprotocol(item, log=False, nextitem=sibling(item))
            if not all(report.passed for report in reports):
                _tell(item, nextitem, reports)
                return
            renew(item)
        else:
            measuring.stopped = Stopped.MOST_RUNS if wanted.until_precise else None
        measuring.only = None
        runtestprotocol(item, log=True, nextitem=nextitem)


def sibling(item: pytest.Item) -> pytest.Item:
    """A next test in the same place: the test is torn down, and nothing above it."""
    return copy.copy(item)


def renew(item: pytest.Item) -> None:
    """The next run gets an instance of its class of its own, as every test does."""
    renewed: Any = item
    if isinstance(item, pytest.Function) and item.cls is not None:
        renewed._obj = None
        vars(item).pop("_instance", None)


def _tell(
    item: pytest.Item, nextitem: pytest.Item | None, reports: list[pytest.TestReport]
) -> None:
    """A run that did not pass is the test's result; then what is above the test is torn down too,
    unless the next test needs it.
    """
    hook, session = item.ihook, item.session
    for report in reports:
        hook.pytest_runtest_logreport(report=report)
    following = None if session.shouldfail or session.shouldstop else nextitem
    # As pytest itself: these end the run, and under --pdb a KeyboardInterrupt ends a test alone.
    ending: tuple[type[BaseException], ...] = (pytest.exit.Exception,)
    if not item.config.getoption("usepdb", False):
        ending += (KeyboardInterrupt,)
    rest = pytest.CallInfo.from_call(
        lambda: session._setupstate.teardown_exact(following),
        when="teardown",
        reraise=ending,
    )
    if rest.excinfo is not None:
        hook.pytest_runtest_logreport(report=hook.pytest_runtest_makereport(item=item, call=rest))

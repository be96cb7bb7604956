# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Which test executes which line, for `greenlint energy collect`: coverage, with the call of each
test as a context.

Loaded by name (`-p pytest_greenlint.tracing`), before the project's own modules are; never in a run
that measures, as tracing costs energy.  Each process writes a file of its own beside the one that
GREENLINT_TRACE names; contexts are named as pytest-cov names them.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from coverage import Coverage

VARIABLE = "GREENLINT_TRACE"


def _started() -> Coverage:
    from coverage import Coverage

    found = Coverage(data_file=os.environ[VARIABLE], data_suffix=True)
    found.start()
    return found


_coverage = _started()


def pytest_configure(config: pytest.Config) -> None:
    """Two of a kind would each trace half; raises UsageError."""
    if getattr(config.option, "cov_source", None) and not getattr(config.option, "no_cov", False):
        _coverage.stop()
        from greenlint_profiler.said import say

        from pytest_greenlint.refusing import refusal

        twice = say(
            "pytest-cov is switched on, and traces the same lines: add --no-cov to the command, or "
            "make the data yourself with `pytest --cov --cov-context=test`."
        )
        raise refusal(twice)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """What runs in a call is that test's."""
    _coverage.switch_context(f"{item.nodeid}|run")
    try:
        return (yield)
    finally:
        _coverage.switch_context("")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """All data of this process."""
    _coverage.stop()
    _coverage.save()

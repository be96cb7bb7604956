# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The hooks that a conftest.py, or another plugin, may implement."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

TYPE_CHECKING = False  # nothing of the profiler is loaded at the start of a run
if TYPE_CHECKING:
    from typing import Any

    from greenlint_profiler.budget import Judged
    from greenlint_profiler.measurement import Measurement
    from greenlint_profiler.meter import Meter


@pytest.hookspec(firstresult=True)
def pytest_greenlint_make_meter(config: pytest.Config) -> Meter | None:
    """A meter of your own for this run; None leaves the choice to greenlint."""


@pytest.hookspec(firstresult=True)
def pytest_greenlint_machine_class(config: pytest.Config, machine: dict[str, Any]) -> str | None:
    """The class of this machine, whose runs may be compared; `machine` is what is known of it."""


@pytest.hookspec
def pytest_greenlint_test_measured(item: pytest.Item, measurement: Measurement) -> None:
    """The call of a test has ended; each call of one that is repeated."""


@pytest.hookspec(firstresult=True)
def pytest_greenlint_verdict(
    item: pytest.Item, measurement: Measurement, history: Sequence[float]
) -> Judged | None:
    """A verdict of your own on a test that passed, added to those on its budgets.

    `history` are the joules of the test in earlier runs on this machine class and interpreter, with
    the label that they have now, oldest first; empty where nothing is kept.
    """


@pytest.hookspec
def pytest_greenlint_update_json(config: pytest.Config, data: dict[str, Any]) -> None:
    """The document is complete: change it in place before it is shown, written and kept.

    Fields of your own are best put below a name of your own.
    """

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A run that was asked to measure: what takes part in it, and in which process."""

from __future__ import annotations

import pytest

from pytest_greenlint.attempts import Measuring
from pytest_greenlint.fixtures import SharedFixtures
from pytest_greenlint.repeating import Repeating
from pytest_greenlint.reporting import Reporting
from pytest_greenlint.settings import asked
from pytest_greenlint.state import STATE, State
from pytest_greenlint.workers import Controller, Worker


def start(config: pytest.Config) -> None:
    """Open the meter, and register the plugins; raises UsageError."""
    state = State.opened(config, asked(config))
    config.stash[STATE] = state
    config.add_cleanup(state.close)
    measuring = Measuring(state)
    plugins: dict[str, object] = {
        "measuring": measuring,
        "fixtures": SharedFixtures(state),
        "repeating": Repeating(measuring),
    }
    if state.worker:
        plugins["worker"] = Worker(state)
    else:
        plugins |= {"controller": Controller(state), "reporting": Reporting(state)}
    for name, plugin in plugins.items():
        config.pluginmanager.register(plugin, f"greenlint-{name}")

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Runs within one process, one after the other, are of one and the same plugin."""

from __future__ import annotations

import sys

import pytest

from tests.plugin.conftest import Energy


@pytest.mark.parametrize("name", ["about", "changes", "precision"])
def test_a_run_leaves_no_second_copy_behind(
    pytester: pytest.Pytester, energy: Energy, name: str
) -> None:
    """What the plugin takes from its package is what others find by its whole name."""
    pytester.makepyfile("def test_a(): pass")
    energy().result.assert_outcomes(passed=1)
    package = sys.modules["greenlint_profiler.suite"]
    assert vars(package)[name] is sys.modules[f"greenlint_profiler.suite.{name}"]

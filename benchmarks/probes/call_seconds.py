# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A pytest plugin that writes how long the call of each test that passed took, a line each."""

from __future__ import annotations

import os

import pytest


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Wall seconds of a first call, which is not shorter than a later one."""
    if report.when == "call" and report.passed:
        with open(os.environ["CALL_SECONDS"], "a", encoding="utf-8") as file:
            print(report.duration, report.nodeid, file=file)

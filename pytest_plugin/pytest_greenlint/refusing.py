# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Errors of options and markers, in the language of who reads them."""

from __future__ import annotations

import os

import pytest
from greenlint_profiler.said import spoken_in


def refusal(text: str) -> pytest.UsageError:
    """What ends the run with exit code 4, and says why."""
    return pytest.UsageError(spoken_in(os.environ.get("GREENLINT_LANG", ""))(text))

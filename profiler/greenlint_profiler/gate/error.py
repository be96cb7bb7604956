# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What ends a gate before it has measured: sentences with the value and the way out."""

from __future__ import annotations

from greenlint_profiler.said import SaidError


class GateError(SaidError):
    """What was asked cannot be done, as it is wrong or incomplete (exit code 2)."""


class NothingToCompare(GateError):
    """Both revisions hold the same files."""


class CannotMeasure(SaidError):
    """What was asked is right, and cannot be measured here (exit code 3)."""

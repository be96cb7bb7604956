# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Joules: where the meters, the statistics, the gate and the store will live.

Nothing is measured here yet.  This package will read energy counters, turn readings into joules
with their uncertainty, and judge them against a budget or another revision.  It will import the
standard library only, so that it can be used without the linter and without pytest.
"""

__version__ = "0.1.0"

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Energy budgets for tests: where the pytest plugin will live.

There is no plugin here yet, and nothing is registered with pytest.  It will hold hooks, options
and the terminal summary, on top of `greenlint_profiler`, and will import nothing heavy until a
test run asks to be measured.
"""

__version__ = "0.1.0"

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Energy, work and budgets of tests under pytest: hooks, options and the terminal summary.

What measures and judges is `greenlint_profiler`, and is not imported until a run asks for it.
"""

__version__ = "0.1.0"

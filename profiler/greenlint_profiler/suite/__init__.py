# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A test suite that is measured: its records, budgets and verdicts, whichever runner it has."""

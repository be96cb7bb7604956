# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The measures report: what was found, what was measured, and what may be said of it."""

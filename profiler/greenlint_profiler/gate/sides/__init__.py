# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The two sides of a gate: a checkout of either revision, and what its code runs with."""

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Questions asked by two or more rules."""

from __future__ import annotations

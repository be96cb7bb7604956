# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The gate with nothing to find: how often it is wrong, and what it can tell."""

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The version, as a plain string, so that asking for it imports nothing."""

__version__ = "0.1.0"

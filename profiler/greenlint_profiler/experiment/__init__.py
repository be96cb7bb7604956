# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Two pieces of code beside one another, in fresh processes: what the second one saves."""

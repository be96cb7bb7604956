# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One module for each library: where it asks for something, and how that is noted."""

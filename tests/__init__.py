# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The tests of this repository, a package of its own name whatever else is called `tests`."""

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What every test of the house may use: pytester, to run pytest as its users do."""

pytest_plugins = ["pytester"]

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What every test of the house may use: pytester, to run pytest as its users do."""

from importlib.metadata import entry_points

pytest_plugins = ["pytester"]
# From a bare checkout the plugin is loaded here; where it is installed its entry point loads it,
# and pytest refuses to register a plugin under two names.
if not any(one.value == "pytest_greenlint.plugin" for one in entry_points(group="pytest11")):
    pytest_plugins.append("pytest_greenlint.plugin")

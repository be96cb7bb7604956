# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What every test of the house may use: pytester, to run pytest as its users do."""

import signal
from importlib.metadata import entry_points

from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]
# From a bare checkout the plugin is loaded here; where it is installed its entry point loads it,
# and pytest refuses to register a plugin under two names.
if not any(one.value == "pytest_greenlint.plugin" for one in entry_points(group="pytest11")):
    pytest_plugins.append("pytest_greenlint.plugin")

# A shell's background job ignores these, and so would every command that a test ends with them.
for _one in (signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(_one) is signal.SIG_IGN:
        signal.signal(_one, signal.default_int_handler if _one == signal.SIGINT else signal.SIG_DFL)

# A shared machine stands still for a second now and then.
settings.register_profile(
    "shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared machine")

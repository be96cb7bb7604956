# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong, each time as a sentence with the value and the way out."""

from __future__ import annotations


class GreenlintError(Exception):
    """A problem the user can solve; the command prints it and exits 2."""


class UsageError(GreenlintError):
    """An option or argument that cannot be used as given."""


class ConfigError(GreenlintError):
    """A configuration file or value that cannot be used."""


class PluginError(GreenlintError):
    """A plugin that fails; the message names the plugin."""


class FixError(GreenlintError):
    """A fix whose result could not be accepted; the file was left as it was."""

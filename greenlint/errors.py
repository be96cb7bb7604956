# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong, each time as a sentence with the value and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenlint.messages import Language, Message


class GreenlintError(Exception):
    """A problem the user can solve; the command prints it and exits 2.

    Its sentence is made of parts that follow one another: templates and messages, which every
    language has its own words for, and text that is the same in all of them, such as a place in a
    file.  The arguments stand in the places of the first: ``UsageError("No {what}.", what=...)``.
    """

    def __init__(self, *parts: str | Message, **args: object) -> None:
        if args:
            from greenlint.messages import say

            template, *rest = parts
            parts = (say(str(template), **args), *rest)
        super().__init__("".join(map(str, parts)).rstrip())
        self.parts = parts

    def said(self, language: Language) -> str:
        """The sentence in a language."""
        from greenlint.messages import as_message

        return "".join(language.of(as_message(part)) for part in self.parts).rstrip()


class UsageError(GreenlintError):
    """An option or argument that cannot be used as given."""


class ConfigError(GreenlintError):
    """A configuration file or value that cannot be used."""


class PluginError(GreenlintError):
    """A plugin that fails; the message names the plugin."""


class FixError(GreenlintError):
    """A fix whose result could not be accepted; the file was left as it was."""

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A language other than English, by a catalogue of gettext's: ``locale/nl/.../greenlint.po``, and
``energy.po`` for what measures.

The catalogue is read as translators write it, so that an installation cannot hold an older compiled
one.  Nothing of this is imported for English.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from greenlint.messages import Language, Message
from greenlint.messages.catalogue import read

LOCALE = Path(__file__).resolve().parent.parent / "locale"

# The places of templates that hold what the operating system says, where they hold no sentence.
_WHY = frozenset(("why", "reason", "message"))
# A number as English groups its digits.
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_PLACE = re.compile(r"\{(\w+)\}")


class Translated(Language):
    """A language with a catalogue; what it lacks stays English."""

    def __init__(self, code: str, catalogue: str = "greenlint") -> None:
        self.code = code
        self._name = f"{catalogue}.po"

    @cached_property
    def _catalogue(self) -> gettext.NullTranslations:
        return read(LOCALE / self.code / "LC_MESSAGES" / self._name)

    def of(self, message: Message) -> str:
        """The message in this language: its template, and of its arguments those in words."""
        args = dict(message.args)
        for name in worded(message.template) if args else ():
            said = args.get(name, "")
            args[name] = said.replace(",", ".") if _GROUPED.fullmatch(said) else self._text(said)
        return self.say(message.template, **args)

    def say(self, template: str, **args: object) -> str:
        """The template in this language; its arguments stand in it as they are, but for what the
        system says of a file.
        """
        text = self._text(template)
        for place in _WHY & args.keys():
            args[place] = self._of_the_system(args[place])
        return text.format_map(args) if args else text

    def count(self, number: int, one: str, many: str) -> str:
        """The template that fits the number, by the catalogue's own rule."""
        return self.form(one, many, number).format(n=number)

    def form(self, one: str, many: str, number: int) -> str:
        """The same with its places."""
        return self._catalogue.ngettext(one, many, number)

    def figure(self, text: str) -> str:
        """``0,31`` for ``0.31``: as Dutch and most of its neighbours write it."""
        return text.replace(".", ",")

    def _of_the_system(self, why: object) -> object:
        """Permission denied, and the like: what `os.strerror` gives, in capitals or not."""
        said = self._system.gettext(str(why).lower())
        return why if said == str(why).lower() else said

    @cached_property
    def _system(self) -> gettext.NullTranslations:
        return read(LOCALE / self.code / "LC_MESSAGES" / "system.po")

    def _text(self, text: str) -> str:
        return self._catalogue.gettext(text) if text else ""  # of "", gettext gives the header


def worded(template: str) -> Iterator[str]:
    """The places of a template that take words: those outside backticks, which hold code."""
    for outside in template.split("`")[::2]:
        for match in _PLACE.finditer(outside):
            yield match[1]

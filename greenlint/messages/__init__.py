# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Human text as values: a template and its arguments, put into words only when it is shown.

Findings are cached, sorted and sent between processes before anybody reads them.  Keeping the
template apart from its arguments lets a later reader choose the language without any rework.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True, slots=True)
class Message:
    """A template with named places, and what stands in them; ``str(message)`` is the English."""

    template: str
    args: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return render(self)


def say(template: str, **args: object) -> Message:
    """A message: ``say("`{call}` runs once per {item}", call=..., item=...)``."""
    return Message(template, {name: str(value) for name, value in args.items()})


def as_message(text: str | Message) -> Message:
    """A plain string is a message without places: its braces are braces."""
    return text if isinstance(text, Message) else Message(text)


def render(message: Message) -> str:
    """The text in English; a template without arguments is shown as it stands."""
    return message.template.format_map(message.args) if message.args else message.template


class Language:
    """A language that messages are shown in; this one is English, as the source has it."""

    code = "en"

    def of(self, message: Message) -> str:
        """The message in this language; in English where the catalogue lacks its template."""
        return render(message)

    def say(self, template: str, **args: object) -> str:
        """``language.say("{count} fixable", count=3)``: a message that is shown at once."""
        return self.of(say(template, **args))

    def count(self, number: int, one: str, many: str) -> str:
        """``language.count(2, "{n} file", "{n} files")``: the template that fits the number."""
        return self.say(self.form(one, many, number), n=number)

    def form(self, one: str, many: str, number: int) -> str:
        """The template that fits the number, with its places, as gettext's ngettext gives it."""
        return one if number == 1 else many

    def figure(self, text: str) -> str:
        """A figure written with a point, as this language writes it."""
        return text


ENGLISH = Language()


@cache
def language(code: str, catalogue: str = "greenlint") -> Language:
    """The language of a code: "en", or "nl" from its catalogue of that name."""
    if code == ENGLISH.code:
        return ENGLISH
    from greenlint.messages.translated import Translated

    return Translated(code, catalogue)

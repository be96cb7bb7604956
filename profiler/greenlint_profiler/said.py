# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""English text that remembers what it was made of, so that people may read it in their language.

To programs it is a plain string: JSON, JUnit and what is stored stay English whoever reads along.
What people are shown goes through a `Speak`, at the place where its width is known and it is
written.  Catalogues are not read here: the language is handed over, see docs/decisions/0022.
"""

from __future__ import annotations

TYPE_CHECKING = False  # a light `measure` imports no typing, see greenlint_profiler/__init__.py
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Protocol

    # Puts a text into the language of who reads it; a string without a template stays as it is.
    Speak = Callable[[str], str]

    class Speech(Protocol):
        """A language, as greenlint.messages has them."""

        def say(self, template: str, **args: object) -> str:
            """The template in this language, with its arguments."""

        def count(self, number: int, one: str, many: str) -> str:
            """The template that fits the number, which stands in its place `{n}`."""

        def figure(self, text: str) -> str:
            """A figure written with a point, as this language writes it."""


class Figure(str):
    """A figure with a point: ``52.4 J``, ``+30 %``."""

    __slots__ = ()


class Said(str):
    """A sentence in English, with its template, and what stands in the places of it.

    `many` is the template of other numbers than one, where the number decides; that is `args["n"]`.
    """

    template: str
    args: Mapping[str, object]
    many: str

    def __new__(
        cls, text: str, template: str = "", args: Mapping[str, object] | None = None, many: str = ""
    ) -> Said:
        """The text in English, and what it was made of."""
        made = super().__new__(cls, text)
        made.template, made.args, made.many = template, args or {}, many
        return made


def say(template: str, **args: object) -> str:
    """``say("{runs} were not done.", runs=...)``; a template without arguments stands as it is, and
    what was said before stays what it is.
    """
    if isinstance(template, Said) and not args:
        return template
    return Said(template.format_map(args) if args else template, template, args)


def several(number: int, one: str, many: str) -> str:
    """``several(2, "{n} test", "{n} tests")``: the template that fits the number."""
    fits = one if number == 1 else many
    return Said(fits.format(n=number), one, {"n": number}, many)


def joined(between: str, parts: Iterable[str]) -> str:
    """Texts after one another, each in its own words."""
    args = {f"part{number}": part for number, part in enumerate(parts)}
    return say(between.join(f"{{{name}}}" for name in args), **args)


def listed(words: Sequence[str]) -> str:
    """``a, b and c``; of one that one."""
    *first, last = words
    return say("{first} and {last}", first=joined(", ", first), last=last) if first else last


def reason(error: Exception) -> str:
    """The sentence that an exception was made with; ``str(error)`` forgets what it remembers."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Said) else str(error)


class SaidError(Exception):
    """An error whose sentence remembers what it was made of: ``SaidError("No {what}.", what=...)``.

    `reason` gives the sentence, for who reads it in another language.
    """

    def __init__(self, template: str, **args: object) -> None:
        super().__init__(say(template, **args))


def as_record(text: str) -> dict[str, Any]:
    """A sentence for another process, which `from_record` reads; its arguments are plain ones."""
    if isinstance(text, Said) and not text.many:
        return {"template": text.template, "args": dict(text.args)}
    return {"template": str(text), "args": {}}


def from_record(held: Mapping[str, Any]) -> str:
    """The sentence again."""
    return say(held["template"], **held["args"])


def english(text: str) -> str:
    """As it stands, and no more than a string."""
    return str(text)


def speaker(language: Speech) -> Speak:
    """What tells a text, its parts and its figures in a language."""

    def speak(text: str) -> str:
        if isinstance(text, Figure):
            return language.figure(str(text))
        if not isinstance(text, Said):
            return text
        if text.many:
            return language.count(int(str(text.args["n"])), text.template, text.many)
        args = {
            name: speak(value) if isinstance(value, str) else value
            for name, value in text.args.items()
        }
        return language.say(text.template, **args) if text.template else str(text)

    return speak


def spoken_in(code: str) -> Speak:
    """What tells in a language that is installed: "en", or a name of the entry-point group
    ``greenlint.languages``, whose object makes a `Speech`.  English for one that is not there.
    """
    if code in ("", "en"):
        return english
    from importlib.metadata import entry_points

    for entry in entry_points(group="greenlint.languages", name=code):
        return speaker(entry.load()())
    return english

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a command tells people, in the language that was asked for."""

from __future__ import annotations

from contextlib import suppress

import click

from greenlint.cli.group import Settings
from greenlint.messages import ENGLISH, Language, Message, language


def spoken() -> Language:
    """The language of the command that runs; English where none does."""
    context = click.get_current_context(silent=True)
    settings = None if context is None else context.find_object(Settings)
    return ENGLISH if settings is None else settings.language


def told(template: str, **args: object) -> str:
    """A sentence; arguments that are messages are put into words as well."""
    speech = spoken()
    said = {
        name: speech.of(value) if isinstance(value, Message) else value
        for name, value in args.items()
    }
    return speech.say(template, **said)


def speak(text: str) -> str:
    """A text of what measures: its sentences have a catalogue of their own."""
    from greenlint_profiler.said import speaker

    code = spoken().code
    return str(text) if code == ENGLISH.code else speaker(language(code, "energy"))(text)


def because(error: Exception) -> str:
    """The sentence of an error of what measures."""
    from greenlint_profiler.said import reason

    return speak(reason(error))


def count(number: int, one: str, many: str) -> str:
    """``count(2, "{n} file", "{n} files")``: the template that fits the number."""
    return spoken().count(number, one, many)


def tell(template: str, **args: object) -> None:
    """A sentence on standard output."""
    click.echo(told(template, **args))


def note(template: str, **args: object) -> None:
    """A sentence on standard error."""
    _error(told(template, **args))


def complain(template: str, **args: object) -> None:
    """A sentence on standard error, behind our name."""
    _error(f"greenlint: {told(template, **args)}")


def _error(line: str) -> None:
    """Where nobody reads it, it is lost: what was done is not undone for that."""
    with suppress(OSError):
        click.echo(line, err=True)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Help texts, and click's own words, in another language; a run in English never imports this.

Click asks gettext for its words, and gettext finds compiled catalogues alone: so click's modules
are handed another function to ask.  Our texts are put into words where click lays out a help page
(docs/decisions/0022).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module

import click

from greenlint.messages import Language

# The modules of click that say something to people.
_CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")

# A word that stands for a value: FORMAT and PATH in `FORMAT[:PATH]`.
_PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b")


@contextmanager
def spoken(helps: Language, words: Language) -> Iterator[None]:
    """Help and errors of the command line in a language, by its catalogues of both."""
    with ExitStack() as stack:
        for name in _CLICK:
            module = import_module(f"click.{name}")
            for own, ours in (("_", words.say), ("ngettext", words.form)):
                if hasattr(module, own):
                    stack.callback(setattr, module, own, getattr(module, own))
                    setattr(module, own, ours)
        stack.callback(setattr, click.Context, "formatter_class", click.Context.formatter_class)
        click.Context.formatter_class = formatter_in(helps)
        yield


def formatter_in(helps: Language) -> type[click.HelpFormatter]:
    """What click lays out help pages with, which puts their texts into a language."""

    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, _placeholders(args, helps), prefix)

        def write_heading(self, heading: str) -> None:
            super().write_heading(helps.say(heading))

        def write_text(self, text: str) -> None:
            super().write_text("\n\n".join(helps.say(one) for one in paragraphs(text)))

        def write_dl(
            self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
        ) -> None:
            said = [(_placeholders(first, helps), _row(text, helps)) for first, text in rows]
            super().write_dl(said, col_max, col_spacing)

    return Formatter


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each on one line, which is how catalogues have them."""
    return [" ".join(one.split()) for one in text.split("\n\n")]


def _row(text: str, helps: Language) -> str:
    """What an option does.  Click adds its default and range, which are in words already."""
    does, gap, more = text.partition("  [")
    return (helps.say(does) if does else "") + gap + more


def _placeholders(text: str, helps: Language) -> str:
    return _PLACEHOLDER.sub(lambda match: helps.say(match[0]), text)

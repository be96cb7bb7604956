# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Help pages, and what click says of a command line, in Dutch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import cast

import click
import pytest
from pytest_greenlint import options

from greenlint.cli.group import asked_language, group, run
from greenlint.cli.spoken import spoken
from greenlint.messages import ENGLISH, Language
from greenlint.messages.catalogue import parse
from tests.messages.templates import Text
from tests.messages.test_dutch import DUTCH, HELP, ROOT, catalogue, in_dutch, missing

pytestmark = pytest.mark.once

CLICK = parse(catalogue("click").read_text(encoding="utf-8"))


class Heard(Language):
    """A language that remembers what it was asked for, and where first."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.place = ""

    def say(self, template: str, **args: object) -> str:
        self.texts.setdefault(template, self.place)
        return template


def commands(ctx: click.Context) -> Iterator[click.Context]:
    """A command, and all below it, each as it is called."""
    yield ctx
    if isinstance(ctx.command, click.Group):
        for name in ctx.command.list_commands(ctx):
            below = ctx.command.get_command(ctx, name)
            assert below is not None
            yield from commands(click.Context(below, ctx, info_name=name))


def test_every_help_text_has_its_dutch() -> None:
    """Of all commands and their options, of the words for values and the headings; and the
    catalogue holds nothing that no help page shows.
    """
    heard = Heard()
    with spoken(heard, ENGLISH):
        for ctx in commands(group.make_context("greenlint", ["version"])):
            heard.place = f"{ctx.command_path} --help"
            ctx.get_help()
    assert len(heard.texts) > 200
    lost = missing([Text(text, "", place) for text, place in heard.texts.items()], HELP)
    place = catalogue("help").relative_to(ROOT)
    assert not lost, f"Add to {place}, in the order of the English, the Dutch of:\n\n{lost}"
    entries = [text for text in HELP if text]
    assert [text for text in entries if text not in heard.texts] == [], f"Remove from {place}."
    assert entries == sorted(entries, key=lambda one: (one.lower(), one))


def test_help_in_dutch_keeps_code_and_words_for_values() -> None:
    """Code, options and file names are the same, and FILE is BESTAND wherever it is told of."""
    values = "|".join(dutch for dutch in HELP.values() if dutch.isupper())
    code = re.compile(rf"(?<!\w)--?[a-z][\w-]*|greenlint-[\w/-]+|`[^`]+`|\b(?:{values})\b")
    for english, dutch in HELP.items():
        if english:
            told, kept = (set(code.findall(text)) for text in (in_dutch(english), dutch))
            assert told <= kept <= told | {"TEST"}, english  # TEST, for "without one"
            assert dutch.endswith(".") == english.endswith("."), english
    for english, dutch in CLICK.items():
        for form in dutch.split("\0") if english else ():
            places, asked = (re.findall(r"\{[^}]*\}", text) for text in (form, english))
            assert Counter(places) <= Counter(asked), english
            assert form.endswith(".") == english.endswith("."), english


class Recorder:
    """A parser of pytest, as far as options are added to it: what they say of themselves."""

    def __init__(self) -> None:
        self.helps: list[str] = []

    def getgroup(self, name: str, description: str) -> Recorder:
        assert name in description
        return self

    def addoption(self, name: str, *, help: str, **_: object) -> None:
        self.helps.append(help)

    def addini(self, name: str, help: str, **_: object) -> None:
        self.helps.append(help)


def test_the_options_of_pytest_have_their_dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where help is asked for; a run of tests reads no catalogue for it."""

    def added(*words: str) -> list[str]:
        monkeypatch.setattr("sys.argv", ["pytest", *words])
        recorder = Recorder()
        options.add(cast("pytest.Parser", recorder))
        return recorder.helps

    english = added("--help")
    monkeypatch.setenv("GREENLINT_LANG", "nl")
    assert added("tests") == english
    lost = missing([Text(one, "", "options.py") for one in english], DUTCH["energy"])
    assert not lost, f"Add to {catalogue('energy').relative_to(ROOT)}:\n\n{lost}"
    dutch = added("-h")
    assert dutch == [DUTCH["energy"][one] for one in english]
    assert [one.count("%%") for one in dutch] == [one.count("%%") for one in english]


ASKED = [
    ("--lang nl --help", "", "nl"),
    ("--help --lang=nl", "", "nl"),
    ("-v --config lang --color never --lang nl check", "", "nl"),
    ("--lang nl --lang en", "", "en"),
    ("check", "nl", "nl"),
    ("--lang en check", "nl", "en"),
    ("report --lang nl", "", "en"),
    ("--config --lang nl", "", "en"),
    ("--lang fy", "", "en"),
    ("check", "fy", "en"),
    ("--lang", "nl", "nl"),
]


@pytest.mark.parametrize(("words", "environment", "code"), ASKED)
def test_the_language_is_known_before_click_reads_it(
    words: str, environment: str, code: str
) -> None:
    """By options before the command, else the environment; what no language is called is English,
    and an option that takes a value takes the next word.
    """
    assert asked_language(words.split(), {"GREENLINT_LANG": environment}) == code
    takes = {
        name
        for option in group.params
        if isinstance(option, click.Option) and not (option.is_flag or option.count)
        for name in option.opts
    }
    assert takes == {"--config", "--color", "--lang"}


# What is typed, and what is said of it; words that versions of click choose differently are left
# out.
SAID = {
    "--help": "Gebruik: greenlint [OPTIES] COMMANDO [ARGUMENTEN]...\n\n  Vind, herstel en meet",
    "check --help": "  --cache-dir MAP\n  --explain PAD:REGEL             Waarom een regel wel",
    "energy baseline --help": "\nCommando's:\n  export  Schrijf de nulijn als bestand",
    "energy show --help": "  --top N          Zoveel tests: die het meest verbruikten.  [stand",
    "profile --help": "\n  Exitcode: die van het commando zelf als dat niet 0 is (128",
    "chekc": "Fout: Het commando 'chekc' bestaat niet. Bedoelde je `greenlint check`?\n",
    "energy baseline shw": "' bestaat niet. Bedoelde je `greenlint energy baseline show`?\n",
    "check --jobs": "Fout: De optie '--jobs' heeft een waarde nodig.\n",
    "check --jobs x": "--help' krijg je uitleg.\n\nFout: Ongeldige waarde voor '-j' / '--jobs'",
    "check --sort size": "'size' is geen van 'location', 'rule', 'energy'.\n",
    "version now then": "Fout: Onverwachte argumenten (now then)\n",
    "profile": "Fout: Er ontbreekt een argument: '-- CMD...'.\n",
}  # fmt: skip


def test_help_and_wrong_words_are_told_in_dutch(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Of commands at any depth, with the defaults of options; afterwards click is English again."""
    monkeypatch.setenv("GREENLINT_LANG", "nl")
    monkeypatch.setenv("COLUMNS", "80")
    for words, told in SAID.items():
        monkeypatch.setattr("sys.argv", ["greenlint", *words.split()])
        code = run()
        shown = "".join(capfd.readouterr())
        assert told in shown, shown
        assert code == (0 if "--help" in words else 2)
    monkeypatch.setattr("sys.argv", ["greenlint", "--lang", "en", "energy", "show", "--hlp"])
    assert run() == 2
    assert "Usage: greenlint energy show [OPTIONS]" in capfd.readouterr().err

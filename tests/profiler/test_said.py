# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A text is English to programs, and what it was made of is put into words for people."""

from __future__ import annotations

import json
import pickle
from dataclasses import asdict, dataclass

import pytest
from greenlint_profiler.quantity import in_joules, percent
from greenlint_profiler.said import english, joined, listed, say, several, speaker, spoken_in


class Shouting:
    """A language that shouts what it knows, and writes a comma."""

    def say(self, template: str, **args: object) -> str:
        """Words in capitals; the places keep their names."""
        shouted = template.upper()
        return (
            shouted.format(**{name.upper(): one for name, one in args.items()}) if args else shouted
        )

    def count(self, number: int, one: str, many: str) -> str:
        """Two are as one."""
        return self.say(one if number <= 2 else many, n=number)

    def figure(self, text: str) -> str:
        """With a comma."""
        return text.replace(".", ",")


@dataclass(frozen=True)
class Held:
    """What a record is made of."""

    text: str


def test_a_text_is_put_into_words_with_all_its_parts() -> None:
    """Templates, plurals, lists and figures at any depth; names and what is no template stay."""
    tests = several(2, "{n} test", "{n} tests")
    told = say(
        "{tests} of {place} rose by {change}: {rest}",
        tests=tests,
        place="tests/test_a.py",
        change=percent(1.042),
        rest=listed([in_joules(3.1), say("a {b}"), "it"]),
    )
    assert told == "2 tests of tests/test_a.py rose by +4.2 %: 3.10 J, a {b} and it"
    speak = speaker(Shouting())
    assert speak(told) == "2 TEST OF tests/test_a.py ROSE BY +4,2 %: 3,10 J, A {B} AND it"
    assert [speak(one) for one in ("plain", "", joined("; ", []))] == ["plain", "", ""]
    assert say(told) is told


def test_programs_read_english() -> None:
    """In JSON, in a record and from another process it is the string that it is."""
    told = say("{n} J", n=3)
    assert (json.dumps(told), asdict(Held(told)), pickle.loads(pickle.dumps(told))) == (
        '"3 J"',
        {"text": "3 J"},
        "3 J",
    )
    assert speaker(Shouting())(pickle.loads(pickle.dumps(say("it {x}", x=1)))) == "IT 1"
    assert (english(told), type(english(told))) == ("3 J", str)


@pytest.mark.parametrize("code", ["", "en", "tlh"])
def test_what_no_language_is_installed_for_is_english(code: str) -> None:
    """Nothing, English, and a language that nobody has."""
    assert spoken_in(code)(say("energy")) == "energy"

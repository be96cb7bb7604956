# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Sketches: the text that LibCST parses where rules look into a few functions of a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import libcst as cst
import pytest

from greenlint.check import ActiveRule, Checker
from greenlint.glance import Seen, Syntax, possible
from greenlint.here import Here
from greenlint.rule import Hit, Rule
from greenlint.sketch import sketch
from greenlint.source import SourceFile

SHOP = Path(__file__).parents[1] / "examples" / "webshop"
FILES = [*SHOP.rglob("*.py"), *Path(json.__file__).parent.glob("*.py"), Path(re.__file__)]

SHELF = '''
import acme  # before

def quiet(rows):
    """Says something
    here."""
    return [row for row in rows]  # behind

class Shelf:
    kind = "high"

    def __init__(self, rows):
        self.rows, self.other = rows, []

    def more(self, row):
        self.other.append(row)

    @property
    def naam(self):
        if self.kind: return "één" \\
            "plank"

    async def fetch(self): x = 1; return x

    def loud(self):
        return see(self.rows, made(3))

class Other:
    @property
    def set(self):
        self.rows = 3

def made(number):
    return helper(number)

def helper(number):
    return [number] * 10

def told(number) -> list[int]:
    return made(number)

def global_one():
    global kinds
    kinds = [1, 2, 3]
'''


def seen_in(text: str, words: tuple[str, ...] = ("see",)) -> Seen:
    tree = Syntax(SourceFile("shop.py", text.encode())).tree
    assert tree is not None
    offered = {word: [(0, lambda node, in_loop: True)] for word in words}
    return possible(tree, offered, [0], {})


def blanked(text: str) -> set[str]:
    """The names of the functions and classes whose body is not in the sketch."""
    found = re.findall(
        r'(?:def|class) (\w+)(?:\([^)]*\))?[^:\n]*:\s*"""\s*"""', sketch(text, seen_in(text))
    )
    return set(found)


def test_a_sketch_has_what_a_check_may_ask_about() -> None:
    """The function itself, attributes of its class, what its calls return, globals; no more."""
    assert blanked(SHELF) == {"quiet", "naam", "fetch", "Other", "told"}


def test_everything_stays_where_it_was() -> None:
    """Offsets and lines of what is kept, comments around and behind what is not."""
    text = sketch(SHELF, seen_in(SHELF))
    assert len(text) == len(SHELF)
    assert [line for line in text.split("\n") if "loud" in line or "see(" in line] == [
        "    def loud(self):",
        "        return see(self.rows, made(3))",
    ]
    assert text.index("see(") == SHELF.index("see(")
    assert "# behind" in text
    assert text.count("\n") == SHELF.count("\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_newlines_stay(newline: str) -> None:
    """Whatever the file uses."""
    text = SHELF.replace("\n", newline)
    made = sketch(text, seen_in(text))
    assert made == sketch(SHELF, seen_in(SHELF)).replace("\n", newline)
    assert made != text


def test_a_yes_outside_of_functions_needs_the_whole_text() -> None:
    """What a module does at its top may rest on any function."""
    for top in ("see()\n", "class Shelf:\n    see()\n", "if x:\n    see()\n"):
        text = f"def other():\n    return 12345\n{top}"
        assert sketch(text, seen_in(text)) == text


@pytest.mark.parametrize("body", ["pass", "x\n    y", "'a'"])
def test_what_no_string_can_stand_for_stays(body: str) -> None:
    """A body without room for quotes."""
    text = f"def other():\n    {body}\ndef f(): see()\n"
    assert sketch(text, seen_in(text)) == text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_libcst_takes_every_sketch(path: Path) -> None:
    """Also with all bodies blanked; and what is kept stands where it stood."""
    text = path.read_text(encoding="utf-8")
    made = sketch(text, seen_in(text, ()))
    cst.parse_module(made)
    assert len(made) == len(text)
    kept = [(a, b) for a, b in zip(text, made, strict=True) if a != b]
    assert {b for _, b in kept} <= {" ", '"'}


def rule(whole_file: bool) -> Rule:
    """Finds ``see()`` in functions that this file calls."""
    made = Rule(code="ACME101", name="called-see", whole_file=whole_file)
    made.glance(words=("see",))(lambda node, in_loop: True)

    @made.on(cst.Call)
    def called(node: cst.Call, here: Here) -> Iterator[Hit]:
        if here.code(node.func) == "see" and "caller()" in here.module.code.replace(
            "def caller():", ""
        ):
            yield Hit(node, "seen")

    return made


@pytest.mark.parametrize("whole_file", [True, False])
def test_a_rule_says_that_it_needs_the_whole_file(whole_file: bool) -> None:
    """Then the functions in which its glance says nothing have their bodies."""
    made = rule(whole_file)
    text = b"def caller():\n    see()\ndef other():\n    caller()\n"
    result = Checker([ActiveRule(made.info(), made)]).check(SourceFile("shop.py", text))
    assert len(result.findings) == whole_file

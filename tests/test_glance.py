# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Glances: what a file is looked at for before LibCST parses it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
import pytest

from greenlint import check
from greenlint.check import ActiveRule, Checker
from greenlint.glance import Syntax, possible
from greenlint.here import Here
from greenlint.origins import Origins
from greenlint.result import Outcome
from greenlint.rule import Hit, Rule
from greenlint.source import SourceFile
from greenlint.walk import walk


def rule(code: str = "ACME101", name: str = "calls-see") -> Rule:
    """Finds calls of ``see``."""
    made = Rule(code=code, name=name)

    @made.on(cst.Call)
    def called(node: cst.Call, here: Here) -> Iterator[Hit]:
        if here.code(node.func) == "see":
            yield Hit(node, "seen")

    return made


def checked(text: str, *rules: Rule, glances: bool = True) -> check.FileResult:
    checker = Checker([ActiveRule(one.info(), one) for one in rules], glances=glances)
    return checker.check(SourceFile("shop.py", text.encode()))


PLACES = """
a1()
for a2() in a3(): a4()
else: a5()
while a6(): a7()
async def f(p=a8()) -> a9():
    async for x in a10(): a11()
[a12() for x in a13() if a14() for y in a15() if a16()]
{a17(): a18() for x in a19()}
for x in y:
    @a20()
    def g(p=a21()):
        a22()
        for z in a23(): a24()
    lambda p=a25(): a26()
    class C(a27()):
        a28()
    try: a29()
    except a30(): a31()
    f"{a32():{a33()}}"
    match a34():
        case C(b=1) if a35(): a36()
    {a37(): None, **a38()}
def h():
    with a39() as b: return (a40() for q in a41())
"""


def test_what_a_loop_repeats_is_in_a_loop_at_a_glance() -> None:
    """Every call that `Here` says is repeated is offered as one in a loop, and all are offered."""
    text = PLACES.replace("for a2() in", "for a2()[0] in")
    at_a_glance: dict[str, bool] = {}
    whole = rule()

    @whole.glance(ast.Call)
    def glance(node: ast.Call, in_loop: bool) -> bool:
        at_a_glance[ast.unparse(node.func)] = in_loop
        return False

    tree = Syntax(SourceFile("shop.py", text.encode())).tree
    assert tree is not None
    possible(tree, {ast.Call: [(0, glance)]}, [0], {})
    here = Here(cst.parse_module(text), text)
    repeated: dict[str, bool] = {}
    for link in walk(here.module):
        if isinstance(link[0], cst.Call):
            here.link = link
            repeated[here.code(link[0].func)] = here.every_turn(few=True) is not None
    assert repeated.keys() == at_a_glance.keys()
    assert len(repeated) == 41
    assert {name for name, yes in repeated.items() if yes and not at_a_glance[name]} == set()
    assert not at_a_glance["a1"]
    assert not at_a_glance["a3"]
    assert not at_a_glance["a22"]
    assert not at_a_glance["a13"]
    assert not at_a_glance["a26"]


def test_a_file_without_a_yes_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """LibCST parses a file only where a glance says yes."""
    looking = rule()
    looking.glance(words=("see",))(lambda node, in_loop: True)
    parsed: list[str] = []
    parse = check.parse

    def seen(source: SourceFile, text: str | None = None) -> cst.Module:
        parsed.append(source.text)
        return parse(source, text)

    monkeypatch.setattr(check, "parse", seen)
    assert checked("look()\n", looking).outcome is Outcome.SKIPPED
    assert not parsed
    assert checked("look(); see()\n", looking).findings
    assert checked("look()\n", looking, glances=False).outcome is Outcome.PARSED
    assert parsed == ["look(); see()\n", "look()\n"]


def test_a_rule_without_glances_has_every_file_parsed() -> None:
    """What a rule does not say of itself is not guessed."""
    looking = rule("ACME102", "looks")
    looking.glance(words=("look",))(lambda node, in_loop: True)
    assert checked("see()\n", looking, rule()).findings


def test_a_rule_that_nothing_points_to_is_not_asked() -> None:
    """A yes for one rule is none for another."""
    one, other = rule(), rule("ACME102", "never")
    one.glance(ast.Call)(lambda node, in_loop: True)
    other.glance(ast.While)(lambda node, in_loop: True)
    assert [finding.code for finding in checked("see()\n", one, other).findings] == ["ACME101"]


def test_a_rule_on_all_files_together_has_no_file_parsed() -> None:
    """Without checks of single files there is nothing to parse for."""
    together = Rule(code="ACME103", name="together", across=True)
    assert checked("see()\n", together).outcome is Outcome.SKIPPED


def test_a_glance_that_fails_is_told_and_hides_nothing() -> None:
    """The file is parsed, the finding is there, and the rule is named."""
    broken, doubtful = rule(), rule("ACME102", "asks")
    broken.glance(ast.Call)(lambda node, in_loop: 1 / 0)
    doubtful.glance(ast.Call)(lambda node, in_loop: lambda origins: 1 / 0)
    result = checked("see()\n", broken, doubtful)
    assert [finding.code for finding in result.findings] == ["ACME101", "ACME102"]
    assert ["ACME101" in result.problems[0], "ACME102" in result.problems[1]] == [True, True]


def test_a_suppression_is_read_though_nothing_is_found() -> None:
    """A file with a comment for greenlint is parsed, or nobody could say that it is unused."""
    looking = rule()
    looking.glance(ast.While)(lambda node, in_loop: True)
    result = checked("look()  # greenlint: ignore[ACME101]\n", looking)
    assert result.outcome is Outcome.PARSED
    assert result.suppressions


def test_what_the_interpreter_refuses_libcst_may_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newer syntax than that of the running Python is no reason to leave a file alone."""

    def refuse(*_: object) -> ast.Module:
        raise SyntaxError("newer than this Python")

    monkeypatch.setattr(ast, "parse", refuse)
    looking = rule()
    looking.glance(words=("see",))(lambda node, in_loop: True)
    assert checked("see()\n", looking).findings
    assert checked("look()\n", looking).outcome is Outcome.PARSED


def test_the_tree_is_made_once() -> None:
    """Whoever else needs the `ast` of a file gets the one that was glanced at."""
    source = SourceFile("shop.py", b"look()\n")
    syntax = Syntax(source)
    assert syntax.made is None
    looking = rule()
    looking.glance(ast.While)(lambda node, in_loop: True)
    Checker([ActiveRule(looking.info(), looking)]).check(source, syntax=syntax)
    assert syntax.made is not None
    assert syntax.made is syntax.tree


NAMES = """
import requests as r
from json import dumps
def kept(first: bytes, *rest):
    both, other = [], made()
    third = fourth = both if first else other
    for item in third:
        self.rows = item
    with opened() as fifth:
        fifth = fifth or (sixth := b"")
def called() -> "list[int]":
    return b""
def asked():
    return called()
"""


@pytest.mark.parametrize(
    ("expr", "kind", "reached"),
    [
        ("third", ast.List, True),
        ("third", ast.Call, True),
        ("third[1:]", ast.List, True),
        ("fifth", ast.Constant, True),
        ("fifth", ast.List, False),
        ("sixth", ast.Constant, True),
        ("fourth.copy()", ast.List, True),
        ("x.rows", ast.List, False),
        ("asked()", ast.Constant, True),
        ("asked()", ast.FunctionDef, True),
        ("first", ast.arg, True),
        ("unknown", ast.List, False),
    ],
)
def test_names_lead_to_what_they_are_given(expr: str, kind: type[ast.AST], reached: bool) -> None:
    """Assignments, branches, methods, functions and annotations are followed; loops are not."""
    origins = Origins(ast.walk(ast.parse(NAMES)))

    def is_kind(node: ast.AST, _: Origins) -> bool:
        return isinstance(node, kind)

    place = ast.parse(expr, mode="eval").body
    assert origins.any(place, is_kind) == reached
    assert origins.any(place, is_kind) == reached


def test_imports_are_known_by_their_dotted_names() -> None:
    """A renamed module stands for what was imported."""
    origins = Origins(ast.walk(ast.parse(NAMES)))
    assert origins.imports("requests")
    assert not origins.imports("r", "httpx")
    place = ast.parse("r.api.get", mode="eval").body
    assert origins.qualified(place) == {"requests.api.get"}
    assert origins.qualified(ast.parse("dumps", mode="eval").body) == {"json.dumps"}
    assert origins.qualified(ast.parse("third.get", mode="eval").body) == set()

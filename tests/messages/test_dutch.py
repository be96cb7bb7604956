# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Dutch: every text of the linter has it, code stays, and what programs read is English."""

from __future__ import annotations

import ast
import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from string import Formatter

import pytest
from greenlint_profiler.functions.attribution import Unit
from greenlint_profiler.functions.naming import Whose
from greenlint_profiler.functions.pieces import What
from greenlint_profiler.units import Evidence

from greenlint.cli.group import run
from greenlint.cli.init_files import State
from greenlint.messages import ENGLISH, Message, language, say
from greenlint.messages.catalogue import compiled, parse
from greenlint.messages.translated import LOCALE
from greenlint.rule import Confidence, Lifecycle, Proof, Safety, Severity
from tests.messages.templates import Text, at_once, tables_below, texts_below

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "rules" / "greenlint_rules"
ENGINE = ROOT / "greenlint"
PROFILER = ROOT / "profiler" / "greenlint_profiler"
PLUGIN = ROOT / "pytest_plugin" / "pytest_greenlint"
# The packages that a catalogue is of.
PACKAGES = {"greenlint": (RULES, ENGINE), "energy": (PROFILER, PLUGIN)}
# Sentences of the commands and their errors that are English in every language.  The number may
# only become smaller: a new one is a message, `say("…")`, or `language.say("…")` where it is shown.
LEFT_IN_ENGLISH = 0


def catalogue(name: str) -> Path:
    """Where a catalogue stands."""
    return LOCALE / "nl" / "LC_MESSAGES" / f"{name}.po"


DUTCH = {name: parse(catalogue(name).read_text(encoding="utf-8")) for name in PACKAGES}
HELP = parse(catalogue("help").read_text(encoding="utf-8"))
NL = language("nl")


def places(template: str) -> Counter[str]:
    """The places of a template, those that hold words apart from those within code."""
    parts = template.split("`")
    return Counter(
        f"{'code' if index % 2 else 'words'}: {name}"
        for index, part in enumerate(parts)
        for _, name, _, _ in Formatter().parse(_without_braces_of_code(part))
        if name
    )


def in_dutch(code: str, after: str = r"\b") -> str:
    """Code with words that stand for a value, `json:PATH`, as Dutch help pages have them."""
    return re.sub(rf"{after}[A-Z]{{2,}}\b", lambda word: HELP.get(word[0], word[0]), code)


def _without_braces_of_code(part: str) -> str:
    return re.sub(r"\{(?!\w+(?::[^}]*)?\})|(?<!\w)\}|\{\}", "", part)


def missing(texts: Iterable[Text], known: dict[str, str]) -> str:
    """What has to be added to a catalogue, ready to be pasted; places alone need no translation."""
    lost = {}
    for one in texts:
        key = f"{one.text}\0{one.plural}" if one.plural else one.text
        if key not in known and any(map(str.isalpha, re.sub(r"\{\w*\}", "", one.text))):
            lost[one.text, one.plural] = one.place
    entries = (
        f"({place})\n"
        + f"msgid {json.dumps(text, ensure_ascii=False)}\n"
        + (
            f'msgid_plural {json.dumps(plural, ensure_ascii=False)}\nmsgstr[0] "…"\nmsgstr[1] "…"\n'
            if plural
            else 'msgstr "…"\n'
        )
        for (text, plural), place in lost.items()
    )
    return "\n".join(entries)


@pytest.mark.once
@pytest.mark.parametrize("name", PACKAGES)
def test_every_text_has_its_dutch(name: str) -> None:
    """Messages, helps, related places, fixes and options of rules, the words of formats, and what
    commands tell; of what measures what is shown, its tables of sentences, and labels.
    """
    texts = []
    for folder in PACKAGES[name]:
        # The reports have their texts in both languages beside their templates.
        found = texts_below(folder, errors=name == "greenlint")
        texts += [one for one in found if not one.place.startswith("report/views")]
        texts += tables_below(folder) if name == "energy" else []
    if name == "energy":
        labels = (one for kind in (Evidence, Unit, What, Whose) for one in kind)
        texts += [Text(one.value, "", type(one).__name__) for one in labels]
    else:
        of_rules = (Severity, Confidence, Proof, Safety, Lifecycle)
        words = (one for kind in (State, *of_rules) for one in kind)
        texts += [Text(one.value, "", type(one).__name__) for one in words]
    assert len(texts) > 300
    lost = missing(texts, DUTCH[name])
    assert not lost, (
        f"Add to {catalogue(name).relative_to(ROOT)}, in the order of the English, the Dutch of:"
        f"\n\n{lost}\nThe words to use are listed at the head of greenlint.po."
    )


@pytest.mark.once
def test_sentences_without_a_message_become_fewer() -> None:
    """What commands print or raise as it stands is counted, and the count goes down only."""
    left = [one for one in at_once(ENGINE) if one.text not in DUTCH["greenlint"]]
    assert len(left) <= LEFT_IN_ENGLISH, "\n".join(f"{one.place}: {one.text}" for one in left)
    assert len(left) == LEFT_IN_ENGLISH, f"Well done: LEFT_IN_ENGLISH is {len(left)} now."


@pytest.mark.once
@pytest.mark.parametrize("name", PACKAGES)
def test_the_catalogue_keeps_places_and_code(name: str) -> None:
    """A translation has the places of its template, outside and within backticks, and its code."""
    for source, said in DUTCH[name].items():
        if not source:
            continue
        english = source.split("\0")
        for form, dutch in enumerate(said.split("\0")):
            assert places(dutch) == places(english[min(form, len(english) - 1)]), source
            code = (in_dutch(one, "(?<=[:= ])") for one in english[0].split("`")[1::2])
            assert Counter(dutch.split("`")[1::2]) == Counter(code), source
            assert dutch[:1].isspace() == source[:1].isspace()
            assert dutch.endswith(".") == english[-1].endswith("."), source


@pytest.mark.once
@pytest.mark.parametrize("name", PACKAGES)
def test_the_catalogue_holds_nothing_that_is_never_said(name: str) -> None:
    """An entry whose English is gone from the source is gone, too; they stand in order."""
    said = {
        node.value
        for folder in PACKAGES[name]
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    entries = [source.split("\0")[0] for source in DUTCH[name] if source]
    assert [one for one in entries if one not in said] == []
    assert entries == sorted(entries, key=lambda one: (one.lower(), one))


def test_a_message_is_said_in_dutch() -> None:
    """The template and the words in it; code, numbers of it and names stay as they are."""
    told = say(
        "`{call}` makes the same {what} anew on every turn of a loop", call="row", what="session"
    )
    assert NL.of(told) == "`row` maakt dezelfde sessie opnieuw bij elke iteratie van een lus"
    assert ENGLISH.of(told) == "`row` makes the same session anew on every turn of a loop"
    assert NL.of(Message("a plugin's own `{}`")) == "a plugin's own `{}`"
    assert NL.of(Message("")) == ""
    assert [NL.count(n, "{n} query", "{n} queries") for n in (0, 1, 2)] == [
        "0 query's",
        "1 query",
        "2 query's",
    ]
    assert NL.count(2, "{n} thing", "{n} things") == "2 things"
    assert (NL.figure("0.31 s"), ENGLISH.figure("0.31 s")) == ("0,31 s", "0.31 s")


def test_what_the_system_says_is_said_in_dutch() -> None:
    """Reasons of files, in capitals or not, by the words that this system has for them; and numbers
    are grouped as Dutch groups them.
    """
    known = parse(catalogue("system").read_text(encoding="utf-8")).keys() - {""}
    assert known <= {os.strerror(code).lower() for code in range(1, 134)}
    told = "Cannot read {path}: {why}."
    assert NL.say(told, path="Is a directory", why="Is a directory").endswith(": het is een map.")
    assert NL.say(told, path="a", why="no such thing") == "Cannot read a: no such thing."
    assert NL.of(say("{n} times", n="1,000")) == "1.000 times"


def test_a_catalogue_is_read_as_gettext_writes_it() -> None:
    """Texts over several lines, escapes, comments and plurals; what has no translation is left
    out, and a broken line is named.
    """
    text = (
        '# comment\nmsgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        '#: a.py\nmsgid "a \\"b\\" "\n"c"\nmsgstr "x"\n\nmsgid "d"\nmsgstr ""\n\n'
        'msgid "e"\nmsgid_plural "f"\nmsgstr[0] "g"\nmsgstr[1] "h"\n'
    )
    found = parse(text)
    assert {**found, "": ""} == {"": "", 'a "b" c': "x", "e\0f": "g\0h"}
    assert compiled(found).startswith(b"\xde\x12\x04\x95")
    with pytest.raises(ValueError, match="Line 2 of the catalogue"):
        parse('msgid "a"\nmsgstr "b\n')
    with pytest.raises(ValueError, match="stands twice"):
        parse('msgid "a"\nmsgstr "b"\n' * 2)


SHOP = """\
import requests


def fetch(lines):
    for line in lines:
        requests.get("https://example.org/" + line)
    for line in lines:
        requests.get("https://example.org/" + line)  # greenlint: ignore[GRN350] reason="few"
"""


# What a format says of the finding where Dutch is asked for: programs go on reading English.
_SAID = {
    "concise": ":6:9: waarschuwing GRN350 `requests.get` opent",
    "grouped": "  6:9  waarschuwing GRN350 `requests.get` opent",
    "markdown": "| ernst | plaats | regel | fix | bevinding |",
    "github": "::`requests.get` opent",
    "azure": ";]`requests.get` opent",
    "json": '"message": "`requests.get` opens',
    "sarif": "opens and closes",
    "gitlab": "opens and closes",
    "junit": "opens and closes",
    "sonar": "opens and closes",
    "rdjson": "opens and closes",
}


def checked(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], *words: str
) -> tuple[int, str]:
    """The exit code and the output of `greenlint` with these words."""
    monkeypatch.setattr("sys.argv", ["greenlint", *words])
    code = run()
    return code, capfdbinary.readouterr().out.decode()


def test_check_speaks_dutch(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    """`--lang nl` or GREENLINT_LANG: what people read is Dutch, from the cache too; the exit code
    and what programs read are the same in every language.
    """
    (tmp_path / "pyproject.toml").write_text("[tool.greenlint]\n", encoding="utf-8")
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code, english = checked(monkeypatch, capfdbinary, "check", "--show-suppressed")
    assert "opens and closes a connection on every turn of a loop" in english
    dutch_code, dutch = checked(
        monkeypatch, capfdbinary, "--lang", "nl", "check", "--show-suppressed"
    )
    assert code == dutch_code == 1
    for said in (
        "`requests.get` opent en sluit een verbinding bij elke iteratie van een lus",
        "--- deze lus",
        "= onderbouwing: gemeten",
        "= advies: open vóór de lus",
        "= uitleg: https",
        "(onderdrukt: few)",
        "1 bevinding (1 waarschuwing) in 1 bestand, 1 onderdrukt.",
        "1 bestand: 1 uit de cache in ",
    ):
        assert said in dutch, dutch
    monkeypatch.setenv("GREENLINT_LANG", "nl")
    checked(monkeypatch, capfdbinary, "check", *(f"-o{name}:{name}.out" for name in _SAID))
    for name, words in _SAID.items():
        assert words in (tmp_path / f"{name}.out").read_text(encoding="utf-8"), name
    checked(monkeypatch, capfdbinary, "report", "-o", "html:page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert '<html lang="nl">' in page
    assert '<p class="said">`requests.get` opent en sluit' in page


@pytest.mark.once
def test_commands_speak_dutch(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    """Notices, and errors with their hint, their way out and the parts of another error."""
    (tmp_path / "pyproject.toml").write_text("[tool.greenlint]\n", encoding="utf-8")
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GREENLINT_LANG", "nl")

    def says(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["greenlint", *words])
        code = run()
        seen = capfdbinary.readouterr()
        return code, (seen.out + seen.err).decode()

    assert says("clean") == (0, "Niets te verwijderen: er is geen cache in .greenlint/cache.\n")
    (tmp_path / "report.toml").write_text("pue = 1.3\nyeras = 2\n", encoding="utf-8")
    code, wrong = says("report", "--measures", "--declared", "report.toml", "-o", "json")
    place = "greenlint: report.toml:2:1: "
    hint = (
        f'{place}Onbekende sleutel "yeras" in de configuratie. Bedoelde je "years"? Mogelijk zijn: '
    )
    assert (code, wrong[: len(hint)]) == (2, hint)
    code, unknown = says("check", "-o", "ful")
    hint = "greenlint: De indeling 'ful' bestaat niet. Bedoelde je 'full'? Kies uit: full, "
    assert (code, unknown[: len(hint)]) == (2, hint)
    code, made = says("baseline", "create", "--baseline", "nulijn.json")
    assert (code, made.splitlines()[0]) == (0, "1 bevinding geaccepteerd in nulijn.json.")
    (tmp_path / "nulijn.json").write_text("[]", encoding="utf-8")
    baseline = tmp_path / "nulijn.json"
    assert says("check", "--baseline", "nulijn.json") == (
        2,
        f"greenlint: De nulijn {baseline} is niet te gebruiken: er staat een array in, geen "
        "object. Haal hem terug uit het versiebeheer, of maak hem opnieuw: `greenlint baseline "
        "create --force`.\n",
    )

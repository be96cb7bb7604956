# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Dutch of what measures: people read it, and programs go on reading English."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from greenlint_profiler.functions import html as functions_page
from greenlint_profiler.functions import text as functions_text
from greenlint_profiler.gate.culprit import bisect_text
from greenlint_profiler.gate.formats import FORMATS
from greenlint_profiler.gate.selfcheck import aa_text
from greenlint_profiler.quantity import microjoules
from greenlint_profiler.said import as_record, from_record, reason, say, spoken_in
from greenlint_profiler.settings import load
from greenlint_profiler.settings_files import SettingsError
from greenlint_profiler.stores.saving import Less, Saving
from greenlint_profiler.stores.store import open_store
from pytest_greenlint.refusing import refusal
from pytest_greenlint.settings import how_often

from greenlint.cli.group import run
from tests.cli.test_energy_compare import BIG, fill
from tests.profiler.gate import gates
from tests.profiler.gate.test_aa import checked
from tests.profiler.gate.test_bisect import F, P, Scripted
from tests.profiler.stacks import made_by_hand

pytestmark = pytest.mark.once

Says = Callable[..., tuple[int, str, str]]


@pytest.fixture
def says(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> Says:
    """The exit code and both streams of `greenlint` in Dutch, in a folder without settings, on a
    machine without a counter.
    """
    (tmp_path / "pyproject.toml").write_text("[tool.greenlint]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GREENLINT_LANG", "nl")
    monkeypatch.setenv("GREENLINT_SYSFS_ROOT", str(tmp_path / "sys"))

    def told(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["greenlint", *words])
        code = run()
        out, error = capfdbinary.readouterr()
        return code, out.decode(), error.decode()

    return told


def test_a_gate_is_told_in_dutch() -> None:
    """Verdicts, figures, sentences and what accepts them; what programs read stays as it is."""
    speak = spoken_in("nl")
    told = {name: "".join(FORMATS[name](gates.varied(), speak=speak)) for name in FORMATS}
    for said in (
        "+0,4 % (−1,4 … +2,3)       +5 %     +1,8 %  +3,4 %  OVERSCHREDEN (aantal)",
        "energie (gemeten) steeg met 30 % (95 %-interval +28 … +32), van 3,10 J naar 4,03 J",
        '    max-increase = "35 %" in een tabel [[tool.greenlint.energy.budgets]] met een passende',
        "    hij mislukt op de head: AssertionError: 3 != 4",
        "2 gehaald. exitcode 1: iets steeg boven zijn grens",
    ):
        assert said in told["text"]
    assert "## greenlint energy gate: OVERSCHREDEN" in told["markdown"]
    assert "<summary>Hoe er is gemeten</summary>" in told["markdown"]
    for said in (
        '<html lang="nl">',
        "<title>greenlint energy gate: OVERSCHREDEN</title>",
        "<dt>gemeten</dt>",
        '<h2 id="failures">Wat is overschreden</h2>',
        "energie (gemeten) steeg met 30 % (95 %-interval +28 … +32), van 3,10 J naar 4,03 J",
        "</table>",
        '<h2 id="doubts">Twijfel</h2>',
    ):
        assert said in told["html"]
    assert '<html lang="en">' in "".join(FORMATS["html"](gates.varied()))
    for name in FORMATS.keys() - {"text", "markdown", "html"}:
        assert told[name] == "".join(FORMATS[name](gates.varied())), name
    for gate in gates.GATES.values():  # every doubt, hostile words, nothing
        assert "".join(FORMATS["text"](gate, speak=speak))


def test_doctor_and_profile_speak_dutch(says: Says) -> None:
    """The table and the notes; the record for programs is English."""
    code, out, _ = says("doctor")
    assert code == 0
    assert out.split()[:4] == ["meter", "status", "soort", "cijfer"]
    assert "Wordt gebruikt als je niets anders zegt: " in out
    assert json.loads(says("doctor", "--json")[1])["meters"][0]["status"] == "absent"
    words = ("profile", "--repeat", "2", "--idle", "0", "--meter", "cpu", "--budget", "5 J")
    code, out, error = says(*words, "--json", "-", "--", "true")
    assert "2 metingen + 1 warming-up, cpu (vervangende maat)" in error
    assert "processortijd  " in error
    assert "budget 5,00 J: niet te beoordelen: er is geen cijfer om te beoordelen; " in error
    assert "CPU seconds are not joules" in out
    assert code == 3


# What is asked of the store, and what is answered; `fill` has the runs.
_ASKED = {
    "list --limit 3": (
        "meting  begonnen (UTC)    commit     branch  tests  energie  processortijd  query's",
        "14 oudere metingen in .greenlint/energy.sqlite3; --all toont ze.",
    ),
    f"show latest {BIG}": (
        f"{BIG}: geslaagd",
        "            energie  processortijd  query's  requests  soort cijfer",
        "  29 keer dezelfde query vanaf shop/views.py:42: SELECT id, name FROM",
        ", 17 metingen op xeon-6354/rapl-pkg/py3.12/no-cov (cpython 3.12)",
        "  mediaan 3,12 J, 3,0",
        "  veranderd met de meting van 2026-11-20, 012345678: 12 naar 30 (+150 %)",
    ),
    "show latest --top 1": (
        "meting run-16: pytest, 2026-11-20T08:16:00+00:00 (speed, 012345678)",
        "meter powercap (gemeten), package-0 + dram-0; machineklasse xeon-6354/rapl-pkg/py3.12/no",
    ),
    "compare main..speed --all": (
        "vóór: main, 12 metingen   na: speed, 5 metingen",
        "query's                          vóór  na  verschil (95 %-interval)  oordeel",
        "alleen vóór geslaagd: 1 test (t::gone)",
        "2 regressies, 0 verbeteringen (grens voor energie en processortijd: +10 %, met het hele",
    ),
    "compare main..speed --runs 2": (
        "energie: 2 geen uitsluitsel\nte weinig metingen voor een interval van 95 %: bij 2 vóór",
    ),
    "savings": (
        "gemeten (UTC)     bevinding           tests  minder in één uitvoering ervan",
        "processortijd 200 ms minder (190 ms … 210 ms; vervangende maat) van 250 ms, 30 query's",
        "hersteld in           samen met\n",
        "  aaaaaaaaa..bbbbbbbbb  2 andere\n",
    ),
    "baseline show": ("gemeten       metingen van main\n",),
    "baseline update": ("3 tests van 17 metingen van 0123456789abcdef",),
    "baseline prune": ("  t::gone (gemeten, xeon-6354/rapl-pkg/py3.12/no-cov (cpython 3.12))\n",),
}


def test_stored_measurements_are_told_in_dutch(says: Says, tmp_path: Path) -> None:
    """Heads, cells and sentences of tables; the records for programs are those of English."""
    fill(tmp_path, joules=4.02, queries=30)
    less = Less(BIG, "cpu_seconds", "proxy", 0.25, 0.2, 0.19, 0.21, queries=30)
    at = ("2026-11-30T10:00:00+00:00", 40 * "a", 40 * "b", False, "xeon", "cpu")
    with open_store("", tmp_path) as store:
        store.realised(
            [Saving("f" * 32, "GRN302", "save-in-loop", "shop/a.py", 4, "", *at, 3, (less,))]
        )
    for words in ("list", f"show latest {BIG}", "compare main..speed"):
        dutch = says("energy", *words.split(), "--json")[1]
        assert dutch == says("--lang", "en", "energy", *words.split(), "--json")[1]
    for words, told in _ASKED.items():
        code, out, error = says("energy", *words.split())
        assert (code, error) == (0, "")
        for said in told:
            assert said in out, out


def test_searches_and_self_checks_are_told_in_dutch() -> None:
    """What a gate is worth here, and which commit raised it, with how far the search is."""
    speak = spoken_in("nl")
    check = "\n".join(map(speak, aa_text.lines(checked())))
    for said in (
        "processortijd (vervangende maat, geen joules), 13 rondes in 65 s",
        "vals alarm: 0 van 52 vergelijkingen van een revisie met zichzelf (95 %-interval 0 % tot",
        "\n    0,98 %  b\n",
        "Voor negen van de tien tests voldoet een budget van 15 %: --max-increase.",
    ):
        assert said in check, check
    script = Scripted({"a": P}, {"a": P}, {"a": F}, {"a": F})
    found = "\n".join(map(speak, bisect_text.lines(script.found(), speak)))
    for said in (
        "good (good) .. c4 (c4): 4 commits, waarvan 2 geprobeerd in 0 s",
        "commit  tegen de goede  onderwerp\nc2      gehaald         subject of c2",
        "De eerste commit die zijn grens overschrijdt, is c3 (subject of c3)",
        "a: 50,0 ms -> 75,0 ms (processortijd, vervangende maat), +50 % (+48 % tot +52 %, 95 %)",
        "3 -> 4 query's",
        "    daarvoor, op c2: 50,0 ms -> 50,0 ms",
    ):
        assert said in found, found
    assert speak(script.said[1]) == "stap 1, hierna nog zo'n 1: c2 (subject of c2)"


def test_wrong_options_and_markers_are_refused_in_dutch(says: Says) -> None:
    """Amounts of commands and of markers, and what pytest ends with."""
    told = []
    for read, text in ((microjoules, "5"), (microjoules, "5 s"), (how_often, "often")):
        with pytest.raises(ValueError, match=repr(text)) as refused:
            read(text)
        told.append(str(refusal(reason(refused.value))))
    assert told == [
        "'5' heeft geen eenheid; het moet dit zijn: een energie, zoals `60 J`, in uJ, mJ, J, kJ, "
        "Wh.",
        "'5 s' is een tijd, en geen energie.",
        "'often' is geen geheel getal vanaf 1, en ook niet auto.",
    ]
    code, _, error = says("profile", "--budget", "5 s", "--", "true")
    assert error.endswith(
        "Fout: Ongeldige waarde voor '--budget': '5 s' is een tijd, en geen energie.\n"
    )
    assert code == 2


def test_where_energy_goes_is_told_in_dutch() -> None:
    """The tree, the table and what they rest on; names of code stay, and what viewers read too."""
    found, speak = made_by_hand(), spoken_in("nl")
    told = functions_text.written(found, "python load.py", speak)
    assert functions_text.written(found, "a", str) == functions_text.written(found, "a")
    for said in (
        "aanroepboom (joules)\n",
        " %  hele uitvoering\n",
        "        zelf     deel        totaal  functie\n",
        "(wachten)",
        "opmerking: De verdeling is een schatting; de basis is gemeten (meter ",
        " per seconde (gevraagd: ",
    ):
        assert said in told, told
    page = functions_page.written(found, "python load.py", speak)
    for said in (
        '<html lang="nl">',
        "<title>Joules van python load.py</title>",
        '<h2 id="lines">Regels</h2>',
        'data-found="{found} van {all} balken"',
        "eigen code",
    ):
        assert said in page, page


# Settings of energy that are wrong, and what is said of them behind the file and the line.
_WRONG = {
    'meetr = "cpu"': 'Onbekende sleutel "meetr" in [tool.greenlint.energy]. Bedoelde je "meter"?',
    "repeat = 0": 'repeat moet een geheel getal boven nul, of "auto" zijn, niet 0. Voorbeeld: ',
    'budget = "5 s"': "niet \"5 s\". '5 s' is een tijd, en geen energie. Voorbeeld: budget = ",
    'meter = "cpu': "Dit is geen TOML: ",
}


@pytest.mark.parametrize(("line", "told"), _WRONG.items())
def test_wrong_settings_are_told_in_dutch(says: Says, tmp_path: Path, line: str, told: str) -> None:
    """By the commands, and where pytest refuses to run."""
    text = f"[tool.greenlint.energy]\n{line}\n"
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    code, _, error = says("energy", "list")
    assert code == 2
    assert told in error
    with pytest.raises(SettingsError) as wrong:
        load(tmp_path)
    assert told in str(refusal(reason(wrong.value)))


def test_stores_and_sides_are_refused_in_dutch(says: Says, tmp_path: Path) -> None:
    """What is wrong with a store, with a checkout, and with a file that is to be taken in."""
    told = []
    Path("note.txt").write_text("no database, but a note of some length\n" * 9, encoding="utf-8")
    for words in (
        ("energy", "list", "--store", "gone.sqlite3"),
        ("energy", "list", "--store", "note.txt"),
        ("energy", "list", "--store", "."),
        ("energy", "list", "--store", "mysql://host/db"),
        ("energy", "collect", "--store", "new.sqlite3", "note.txt"),
        ("energy", "gate", "--base", "main", "--", "pytest"),
        ("profile", "--meter", "cup", "--", "true"),
    ):
        code, _, error = says(*words)
        assert code == 2, error
        told.append(error.removeprefix("greenlint: "))
    assert [one[:44] for one in told] == [
        "Er is nog geen opslag gone.sqlite3. `pytest ",
        "note.txt is geen database, en is met rust ge",
        "De opslag . is een map; noem een bestand eri",
        "Een opslag van de soort mysql:// bestaat nie",
        "note.txt: het is geen JSON: Expecting value:",
        "De gate vergelijkt twee revisies van een git",
        "De meter 'cup' bestaat niet. Bedoelde je `cp",
    ]
    newer = SettingsError("Cannot read {file}: {reason}.", file="a", reason="b")
    assert pickle.loads(pickle.dumps(newer)).args[0].template == newer.args[0].template
    held = as_record(say("needs {module}", module="numpy"))
    assert spoken_in("nl")(from_record(json.loads(json.dumps(held)))) == "heeft numpy nodig"
    assert from_record(as_record("ValueError: {}")) == "ValueError: {}"

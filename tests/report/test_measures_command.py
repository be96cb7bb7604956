# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""`greenlint report --measures` and `rule --cards` as their users have them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from greenlint_profiler.stores.saving import Less, Saving
from greenlint_profiler.stores.store import open_store

from greenlint.page import parse
from greenlint.report.measures import html, markdown, pdf
from greenlint.report.measures.numbers import LANGS
from greenlint.report.measures.view import sheet
from greenlint.report.measures.view_cards import catalogue
from greenlint.rule import RuleInfo
from tests.profiler.documents import CLASS, case, document
from tests.report.given import full, gate, told
from tests.report.test_measures_page import FORBIDDEN, HOSTILE, ours, spans

ROOT = Path(__file__).parents[2]
CODE = """\
def joined(xs):
    return sum(xs, [])
"""
CONFIG = """\
[project]
name = "orders"
urls = { Repository = "https://git.example.org/orders" }

[tool.greenlint.report]
title = "Orders"
runs-per-year = { value = 1e6, source = "log" }
measures-taken = ["GRN200"]
"""


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "greenlint", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def saving() -> Saving:
    """Two rules' findings went at once, and one test uses less."""
    less = Less("t", "joules", "measured", base=9.2, saved=3.13, low=3.02, high=3.24, queries=41)
    about = {"fingerprint": "f", "name": "n", "path": "a.py", "line": 3, "message": "m"}
    when = {"finished": "2026-11-29T10:00:00+00:00", "base": "b" * 40, "head": "c" * 40}
    return Saving(
        rule="GRN303", dirty=False, machine_class=CLASS, meter="powercap", together=1,
        tests=(less,), **about, **when,
    )  # type: ignore[arg-type]  # fmt: skip


def test_from_a_project_to_its_pages(tmp_path: Path) -> None:
    """Configuration, check, store, measurement and git become data that keeps its schema, a page in
    both languages, and Markdown; reports of them are added up.
    """
    (tmp_path / "orders.py").write_text(CODE)
    (tmp_path / "pyproject.toml").write_text(CONFIG)
    (tmp_path / "uv.lock").write_text("locked")
    (tmp_path / "broken.py").write_text("def (:\n")
    (tmp_path / "gate.json").write_text(json.dumps(gate()))
    with open_store("", tmp_path) as store:
        store.append(document("run-1", [case(limit=10), case("other", joules=None, cpu=0.2)]))
        store.realised([saving()])
    outputs = ("-o", "html:out/m.html", "-o", "markdown:out/m.md", "-o", "json:out/m.json")
    done = run(tmp_path, "report", "--measures", "--measurement", "gate.json", *outputs)
    assert done.returncode == 0, done.stderr
    held = json.loads((tmp_path / "out/m.json").read_text("utf-8"))
    schema = json.loads((ROOT / "docs/schemas/greenlint-report-1.json").read_text("utf-8"))
    jsonschema.validate(held, schema, cls=jsonschema.Draft202012Validator)
    subject = held["subject"]
    assert (subject["name"], subject["repo"]) == ("orders", "https://git.example.org/orders")
    assert subject["lock_hash"]["file"] == "uv.lock"
    assert held["reasons"]["subject.commit"] == "no-git"
    assert held["annual"]["saving"]["kwh_it"]["mid"] == pytest.approx(1.2 * 1e6 / 3.6e6)
    assert held["checked"] == {"files": 2, "failed": 1}
    (row,) = held["measures"]
    assert (row["id"], row["count"]) == ("GRN200", 1)
    assert row["realised_saving_J_per_run"]["mid"] == pytest.approx(1.2)
    assert held["budget"][0]["verdict"] == "fail"
    (taken,) = held["realised"]
    assert taken["measures"] == {"GRN303": 1}
    assert taken["saving_J"]["lo"] == 3.02
    assert held["method"]["reproduce_command"].startswith("greenlint report --measures --meas")
    page = (tmp_path / "out/m.html").read_text("utf-8")
    assert "Van 2 bestanden konden er 1 niet worden gelezen" in page
    assert "3,1 (3,0–3,2) J minder van 9,2 J; 41 databasevragen minder" in page
    assert "3.1 (3.0–3.2) J less of 9.2 J; 41 database queries less" in page
    assert (tmp_path / "out/m.md").read_text("utf-8").startswith("# Maatregelenrapport “Orders”")
    merged = run(tmp_path, "report", "--merge", "out/m.json", "-o", "json")
    assert json.loads(merged.stdout)["totals"]["systems"] == 1


def test_a_team_adds_up_what_its_store_keeps(tmp_path: Path) -> None:
    """Each system's job keeps its report; nobody carries files about."""
    for name in ("orders", "archive"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "code.py").write_text(CODE)
        (folder / "pyproject.toml").write_text(CONFIG.replace("orders", name))
        keep = ("--keep", "--store", "../team.sqlite3", "--no-energy", "-o", "json")
        done = run(folder, "report", "--measures", *keep)
        assert done.returncode == 0, done.stderr
    done = run(tmp_path, "report", "--merge", "--store", "team.sqlite3", "-o", "json")
    held = json.loads(done.stdout)
    assert [one["subject"] for one in held["systems"]] == ["archive", "orders"]
    assert held["totals"]["places"] == 2
    energy = '[tool.greenlint.energy]\nstore = "team.sqlite3"\n'
    (tmp_path / "pyproject.toml").write_text(energy)
    assert run(tmp_path, "report", "--merge", "-o", "json").returncode == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--declared", "d.toml"), "--declared is of the measures report: add --measures."),
        (("--lang", "both"), "--lang=both is of --measures"),
        (("--measures", "--test", "x"), "--test is of the page of findings"),
        (("--measures", "--merge"), "--measures and --merge do not go together"),
        (("--measures", "-o", "htm"), "There is no format 'htm' of this report. Did you mean"),
        (("--measures", "-o", "pdf"), "A PDF needs a file: -o pdf:PATH."),
        (("--measures", "-o", "json", "-o", "html"), "Only one output can be standard output"),
        (("--measures", "--declared", "no.toml"), "--declared=no.toml names no file"),
        (("--measures", "--measurement", "bad.json"), "--measurement bad.json is not JSON"),
        (("--measures", "--measurement", "half.json"), "--measurement=half.json is not whole"),
        (("--measures", "--measurement", "other.json"), "not 'x/1'. Name another file with"),
        (("--measures", "--declared", "d.toml"), 'd.toml:1:1: Unknown key "titel"'),
        (("--merge",), "There is no store"),
        (("--merge", "--keep"), "--keep and --merge do not go together"),
        (("--keep",), "--keep is of the measures report: add --measures."),
        (("--merge", "other.json"), "other.json is no whole measures report: its schema is 'x/1'"),
        (("--merge", "half.json", "-o", "if-manifest"), "a manifest is of one system"),
    ],
)
def test_bad_input_is_told_in_a_sentence(
    tmp_path: Path, words: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """With the value and the way out, and exit 2."""
    from greenlint.cli import main

    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "half.json").write_text('{"schema": "greenlint-profile/1"}')
    (tmp_path / "other.json").write_text('{"schema": "x/1"}')
    (tmp_path / "d.toml").write_text('titel = "x"\n')
    (tmp_path / "pyproject.toml").write_text("[tool.greenlint]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["greenlint", "report", *words])
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(main())
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.once
def test_paper_can_be_read() -> None:
    """The fullest report is two pages of A4 in each language, in letters of 8 points at least, and
    nothing stands beyond the edge of its page or over what is right of it.
    """
    try:
        from weasyprint.formatting_structure.boxes import TableCellBox, TextBox
    except (ImportError, OSError) as error:
        pytest.skip(f"WeasyPrint cannot be used here: {error}")
    document = pdf.laid_out([sheet(full(), lang) for lang in LANGS])
    assert len(document.pages) == 2 * len(LANGS)
    assert document.write_pdf().startswith(b"%PDF-")
    sizes = set()
    for page in document.pages:
        whole = page._page_box
        assert (round(page.width), round(page.height)) == (794, 1123)  # of 96 in an inch
        bounds = [(whole.content_box_x() + whole.width, whole)]
        bounds += [
            (one.content_box_x() + one.width, one)
            for one in whole.descendants()
            if isinstance(one, TableCellBox)
        ]
        for right, box in bounds:
            for text in box.descendants():
                if isinstance(text, TextBox) and text.text.strip():
                    assert text.position_x + text.width <= right + 1, text.text
                    sizes.add(text.style["font_size"] * 72 / 96)
    assert 8 <= min(sizes) < max(sizes) < 20


def test_without_its_library_a_page_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """What needs nothing is named as the way out."""
    from greenlint.errors import UsageError

    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UsageError, match=r"Install `greenlint\[pdf\]`.*or write -o html:PATH"):
        pdf.render([sheet(full(), "nl")])
    html._template.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(UsageError, match=r"Install `greenlint\[report\]`, or write -o json or"):
        html.render([sheet(full(), "nl")])


def test_the_guide_declares_what_greenlint_reads() -> None:
    """Its tables are read without complaint, and have every key."""
    from greenlint.report.measures.declared import KEYS

    text = (ROOT / "docs/guide/measures.md").read_text("utf-8")
    blocks = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    read = [block.replace("tool.greenlint.report.", "") for block in blocks]
    read = [block.replace("[tool.greenlint.report]\n", "") for block in read]
    whole, factors = map(told, read)
    assert factors.factors.replaced == ["grid_intensity"]
    assert whole.site == "ODC"
    named = {line.partition(" = ")[0] for line in read[0].splitlines()}
    assert set(KEYS) - named == {"factors", "links"}


# The catalogue

PAGE = """\
# some-rule

A summary of the rule.

## Measure card

```toml card
effort = "low"
moment = "natural"

[nl]
{texts}
[en]
{texts}
[practice]
packages = {{ shop = 3 }}
read = 3
true = 3
worth = 2
```

```toml evidence
machine = "A machine"
meter = "cpu"
evidence = "proxy"
n = 6
size = 100
saving = 0.998
saving_low = 0.997
saving_high = 0.999
```

```toml evidence
machine = "A machine"
meter = "cpu"
evidence = "proxy"
n = 6
size = 5
saving = -0.05
saving_low = -0.17
saving_high = 0.04
```
"""


def page(text: str) -> Any:
    """A page whose card says this in every field."""
    from greenlint.card import TEXTS

    quoted = json.dumps(text.replace("\x00", " ").replace("\ud800", " "))
    texts = "\n".join(f"{name} = {quoted}" for name in TEXTS)
    return parse(PAGE.format(texts=texts))


@pytest.mark.parametrize("lang", LANGS)
def test_a_card_has_what_was_written_and_what_was_measured(lang: Any) -> None:
    """Also where nothing was saved; a plugin's words are its own, and a rule without a card has its
    summary.
    """
    rules = [
        (RuleInfo("GRN101", "a-rule", aliases=("X1",)), page("Use `len(x)` here.")),
        (RuleInfo("ACME101", HOSTILE, summary=HOSTILE), page(HOSTILE)),
        (RuleInfo("GRN102", "bare", summary="A summary."), None),
        (RuleInfo("GRN990", "own"), None),
    ]
    made = catalogue(rules, lang)
    text = " ".join(one.text for one in spans(made))
    assert len(made.sections) == 4  # the index, and three cards: ours on suppressions are none
    for said in {
        "nl": ("−99 % (95 %-interval −99 tot −99) bij omvang 100", "geen effect gemeten (+5,0 %",
               "3 bevindingen in 1 projecten; van 3 met de hand", "processortijd, geen energie",
               "heeft nog geen kaart", "hooguit 15 minuten per plaats", "natuurlijk moment"),
        "en": ("−99 % (95 % CI −99 to −99) at size 100", "no effect measured (+5.0 %",
               "3 findings in 1 projects; of 3 findings read", "processor time, no energy",
               "has no card yet", "at most 15 minutes a place", "natural moment"),
    }[lang]:  # fmt: skip
        assert said in text
    assert not FORBIDDEN.search(ours(made))
    assert "<code>len(x)</code>" in markdown.render([made]).replace("&#95;", "_")
    page_text = html.render([made])
    assert f'<a href="#{lang}-GRN101">' in page_text
    assert f'id="{lang}-GRN101"' in page_text
    assert "<script>" not in page_text


@pytest.mark.once
def test_the_catalogue_has_every_rule() -> None:
    """In the order of codes, in both languages, through the command."""
    done = run(ROOT, "--isolated", "rule", "--all", "--cards")
    listed = run(ROOT, "--isolated", "rule", "--list", "--output-format", "json")
    codes = [one["code"] for one in json.loads(listed.stdout) if one["category"] != "greenlint"]
    assert re.findall(r"^## (GRN\d+) · ", done.stdout, re.MULTILINE) == codes * 2
    wrong = run(ROOT, "--isolated", "rule", "--all", "--output-format", "html")
    assert wrong.returncode == 2
    assert "Only --cards is a page of HTML." in wrong.stderr

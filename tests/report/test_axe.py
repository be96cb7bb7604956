# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Every page that greenlint writes, held against WCAG by axe-core in headless Chromium."""

from __future__ import annotations

import os

import pytest
from greenlint_profiler.functions import html as flame
from greenlint_profiler.gate.formats import FORMATS

from benchmarks.axe import look, missing, schemes, tools
from greenlint.report.measures import html as measures
from greenlint.report.measures.numbers import LANGS
from greenlint.report.measures.view import sheet
from tests.profiler.gate.gates import GATES
from tests.profiler.stacks import made_by_hand
from tests.report.given import full
from tests.report.test_page import contents, written

# Says that both must be there: `.ci/run` sets it where it found them.
WANTED = "GREENLINT_AXE" in os.environ


@pytest.mark.once
@pytest.mark.skipif(bool(missing()) and not WANTED, reason=f"axe: {missing()}")
def test_axe_finds_nothing() -> None:
    """Rules for WCAG 2.2 AA and good practice, in light and in dark colours with all parts shown:
    the report, the measures report in both languages, a gate and a profile.  That the last look,
    at a page with three faults put in, finds them says that the others looked.

    Chromium and axe-core come from outside, and tests have no network.  `make axe` gets axe-core;
    `.ci/run` does so where a Chromium is installed, and names it in GREENLINT_AXE: then nothing is
    skipped.  Where there is none, it says so.  Elsewhere this is skipped.
    """
    pages = {
        "report": written(contents(), "nl"),
        "gate": "".join(FORMATS["html"](GATES["varied"])),
        "profile": flame.written(made_by_hand(), "app.py"),
    } | {f"measures-{lang}": measures.render([sheet(full(), lang)]) for lang in LANGS}
    texts = [text for page in pages.values() for text in schemes(page)]
    faulty = (
        texts[2].replace('<html lang="en">', "<html>", 1).replace("--ink: #1b1b1b", "--ink: #bbb")
    )
    faulty = faulty.replace("</main>", '<button type="button"></button></main>')
    *seen, marred = look([*texts, faulty], tools())
    names = [f"{name}, {scheme}" for name in pages for scheme in ("light", "dark")]
    for name, one in zip(names, seen, strict=True):
        assert one["violations"] == [], name
        assert one["passes"] > 30, name
    assert len({one["title"] for one in seen}) == len(pages)
    found = {one["id"] for one in marred["violations"]}
    assert found == {"html-has-lang", "color-contrast", "button-name"}

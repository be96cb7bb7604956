# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A measurement on its page: in its place, once, and the page whole whatever happens."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from greenlint.errors import FixError, PluginError
from greenlint.evidence_block import placed, write
from greenlint.page import parse
from tests.test_evidence import PAGE

CARD = '\n## Measure card\n\n```toml card\n[en]\ntitle = "Sum"\n```\n'


def facts(**more: Any) -> dict[str, Any]:
    return {
        "machine": "Intel Xeon, 2 processors, virtual",
        "python": "cpython 3.11.7",
        "meter": "cpu",
        "evidence": "proxy",
        "n": 8,
        "saving": 0.3,
        "saving_low": 0.2,
        "saving_high": 0.4,
        "effects": (-0.35, -0.36),
        **more,
    }


def test_the_first_measurement_ends_the_evidence() -> None:
    """Behind what others say, before the card, with a sentence that says how it was made."""
    made = placed(PAGE + CARD, "GRN299", facts(size=10))
    assert made.startswith(PAGE)
    assert made.endswith(CARD)
    added = made.removeprefix(PAGE).removesuffix(CARD)
    assert added.startswith("\nMeasured by `greenlint evidence GRN299`:\n\n```toml evidence\n")
    assert added.endswith("effects = [-0.35, -0.36]\nsize = 10\n```\n")
    (one,) = parse(made).measurements
    assert (one.size, one.saving, one.label) == (10, 0.3, "proxy")


def test_an_older_one_is_replaced_and_others_stay() -> None:
    """The same machine, meter, interpreter and size is one place; each other one is its own."""
    page = PAGE + CARD
    others = [
        facts(size=10),
        facts(size=2000),
        facts(size=10, machine="AMD EPYC"),
        facts(size=10, meter="perf"),
        facts(size=10, python="cpython 3.12.1"),
    ]
    for one in others:
        page = placed(page, "GRN299", one)
    assert len(parse(page).measurements) == len(others)
    again = placed(page, "GRN299", facts(size=10, python="cpython 3.11.9", saving=0.25))
    found = parse(again).measurements
    assert [one.saving for one in found] == [0.25, 0.3, 0.3, 0.3, 0.3]
    assert found[1:] == parse(page).measurements[1:]
    assert again.count("Measured by") == 1
    assert again.endswith(CARD)
    assert placed(again, "GRN299", facts(size=10, python="cpython 3.11.9", saving=0.25)) == again


def test_a_double_is_taken_out() -> None:
    """Of two of the same kind, one is left: the new one."""
    block = placed(PAGE, "GRN299", facts(size=10)).removeprefix(PAGE)
    made = placed(PAGE + block + block, "GRN299", facts(size=10, n=9))
    assert [one.n for one in parse(made).measurements] == [9]


def test_line_endings_stay() -> None:
    """A page of Windows stays one."""
    made = placed((PAGE + CARD).replace("\n", "\r\n"), "GRN299", facts())
    assert made.count("\r\n") == made.count("\n")
    assert parse(made).measurements


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("# waste\n\nWaste costs.\n", "no heading `## Evidence` below which to write"),
        (PAGE + "```python clean\n", "the block opened at line 25 is never closed"),
        (PAGE + "```toml evidence\nn =\n```\n", "the evidence block at line 26"),
    ],
)
def test_a_damaged_page_is_left_alone(tmp_path: Path, page: str, sentence: str) -> None:
    """It is said what is wrong with it, and not a byte is changed."""
    path = tmp_path / "waste.md"
    path.write_text(page, encoding="utf-8")
    with pytest.raises(PluginError, match=sentence):
        write(path, "GRN299", facts())
    assert path.read_text("utf-8") == page


def test_a_page_that_is_no_text_is_left_alone(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are no page."""
    path = tmp_path / "waste.md"
    path.write_bytes(b"# waste \xff\n")
    with pytest.raises(PluginError, match="is not a rule page"):
        write(path, "GRN299", facts())
    with pytest.raises(PluginError, match="Cannot read the page"):
        write(tmp_path / "absent.md", "GRN299", facts())


@pytest.mark.parametrize("stopped", ["replace", "fsync"])
def test_an_interrupted_write_leaves_the_page_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: str
) -> None:
    """Wherever it stops, the page is the old one, and nothing is left beside it."""
    path = tmp_path / "waste.md"
    path.write_text(PAGE, encoding="utf-8")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, stopped, stop)
    with pytest.raises(KeyboardInterrupt):
        write(path, "GRN299", facts())
    assert path.read_text("utf-8") == PAGE
    assert [one.name for one in tmp_path.iterdir()] == ["waste.md"]
    monkeypatch.undo()
    write(path, "GRN299", facts())
    assert len(parse(path.read_text("utf-8")).measurements) == 1


def test_what_somebody_else_writes_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor that saved the page between reading and writing wins, and it is said."""
    path = tmp_path / "waste.md"
    path.write_text(PAGE, encoding="utf-8")
    changed = PAGE.replace("Waste costs.", "Waste is dear.")

    def meanwhile(text: str, code: str, given: Any) -> str:
        path.write_text(changed, encoding="utf-8")
        return placed(text, code, given)

    monkeypatch.setattr("greenlint.evidence_block.placed", meanwhile)
    with pytest.raises(FixError, match="changed by another program"):
        write(path, "GRN299", facts())
    assert path.read_text("utf-8") == changed

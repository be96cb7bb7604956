# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The baseline: what is known is subtracted, what is gone is stale, and the file merges."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlint.baseline import (
    SCHEMA,
    Baseline,
    BaselineEntry,
    create,
    prune,
    read,
    render,
    subtract,
    update,
    write,
)
from greenlint.errors import ConfigError
from greenlint.finding import Finding, Span, fingerprint
from greenlint.messages import Message
from greenlint.rule import Confidence

TODAY = date(2026, 11, 23)


def finding(
    source: str, path: str = "src/a.py", code: str = "GRN301", symbol: str = "f"
) -> Finding:
    message = Message("m")
    return Finding(
        path,
        Span(1, 1, 1, 1, 0, 0),
        code,
        message,
        message,
        Confidence.HIGH,
        symbol=symbol,
        fingerprint=fingerprint(code, path, symbol, source, 0),
    )


A, B, C = finding("a"), finding("b"), finding("c", "src/b.py")
CHECKED = {"src/a.py", "src/b.py"}


def test_the_file_is_as_documented(tmp_path: Path) -> None:
    """One entry on a line, sorted, no line numbers."""
    path = tmp_path / "greenlint-baseline.json"
    write(path, create([C, A], today=TODAY, reason="before we began"))
    text = path.read_text("utf-8")
    data = json.loads(text)
    assert list(data) == ["schema", "tool", "created", "findings"]
    assert data["schema"] == SCHEMA == "https://greenlint.readthedocs.io/schema/baseline-v1.json"
    assert data["created"] == "2026-11-23"
    assert data["findings"][0] == {
        "fp": A.fingerprint,
        "rule": "GRN301",
        "path": "src/a.py",
        "symbol": "f",
        "count": 1,
        "reason": "before we began",
    }
    assert [one["path"] for one in data["findings"]] == ["src/a.py", "src/b.py"]
    assert len(text.splitlines()) == 9
    assert text.endswith("}\n")


@pytest.mark.parametrize(
    ("accepted", "now", "new", "known", "stale"),
    [
        ([], [A], [A], [], []),
        ([A], [A], [], [A], []),
        ([A], [], [], [], [(A, 1)]),
        ([A, B], [B], [], [B], [(A, 1)]),
        ([A], [A, B], [B], [A], []),
        # Equal fingerprints are counted.
        ([A, A], [A, A], [], [A, A], []),
        ([A], [A, A], [A], [A], []),
        ([A, A, A], [A], [], [A], [(A, 2)]),
    ],
)
def test_known_findings_are_subtracted(
    accepted: list[Finding],
    now: list[Finding],
    new: list[Finding],
    known: list[Finding],
    stale: list[tuple[Finding, int]],
) -> None:
    """New ones stay; an entry that accepts more than there is is stale."""
    baseline = create(accepted, today=TODAY, reason="why")
    parted = subtract(now, baseline, CHECKED)
    assert parted.new == new
    assert parted.known == [(one, "why") for one in known]
    assert [(one.fp, one.count) for one in parted.stale] == [
        (one.fingerprint, count) for one, count in stale
    ]


@pytest.mark.parametrize(
    ("checked", "there", "active", "stale"),
    [
        ({"src/a.py"}, True, None, True),
        ({"src/b.py"}, True, None, False),
        ({"src/b.py"}, False, None, True),
        ({"src/a.py"}, True, {"GRN301"}, True),
        ({"src/a.py"}, True, {"GRN252"}, False),
        (set(), False, {"GRN252"}, False),
    ],
)
def test_an_entry_is_stale_only_when_it_was_looked_for(
    checked: set[str], there: bool, active: set[str] | None, stale: bool
) -> None:
    """A run over some files or some rules says nothing about the others."""
    baseline = create([A], today=TODAY)
    parted = subtract([], baseline, checked, active=active, exists=lambda _: there)
    assert bool(parted.stale) is stale


def test_pruning_removes_what_is_stale() -> None:
    """And as much of it as is stale."""
    baseline = create([A, A, B, C], today=TODAY)
    stale = subtract([A, C], baseline, CHECKED).stale
    assert prune(baseline, stale) == create([A, C], today=TODAY)


def test_updating_accepts_the_new_and_keeps_reasons() -> None:
    """Entries of files that were not checked stay; the day it was begun stays."""
    first = create([A, B, C], today=TODAY, reason="old")
    now = update(first, [A, A, finding("d")], {"src/a.py"}, reason="moved")
    assert {(one.fp, one.count, one.reason) for one in now.entries} == {
        (A.fingerprint, 2, "old"),
        (finding("d").fingerprint, 1, "moved"),
        (C.fingerprint, 1, "old"),
    }
    assert (now.tool, now.created) == (first.tool, first.created)


def test_a_file_that_could_not_be_checked_is_never_accepted() -> None:
    broken = finding("x", code="GRN999")
    assert create([broken, A], today=TODAY) == create([A], today=TODAY)
    assert update(Baseline(), [broken], CHECKED).entries == ()


FINDINGS = st.lists(
    st.builds(finding, st.sampled_from("abcdef"), st.sampled_from(["a.py", "b.py"]))
)


@given(FINDINGS, FINDINGS)
def test_after_an_update_nothing_is_new_and_nothing_stale(
    before: list[Finding], now: list[Finding]
) -> None:
    """Whatever was accepted before."""
    checked = {"a.py", "b.py"}
    updated = update(create(before, today=TODAY), now, checked)
    new, known, stale = subtract(now, updated, checked)
    assert (new, stale, len(known)) == ([], (), len(now))


@given(FINDINGS, st.text(max_size=5))
def test_a_file_reads_back(findings: list[Finding], reason: str) -> None:
    """To the same baseline, and is written the same whatever the order."""
    baseline = create(findings, today=TODAY, reason=reason)
    shuffled = random.Random(1).sample(findings, len(findings))
    text = render(baseline)
    assert render(create(shuffled, today=TODAY, reason=reason)) == text
    assert json.loads(text.encode())["findings"] == json.loads(text)["findings"]


def test_odd_names_read_back(tmp_path: Path) -> None:
    """Letters of all kinds, also those that UTF-8 cannot say."""
    path = tmp_path / "b.json"
    for name in ("src/café.py", "src/\udce9.py", 'a"b.py'):
        baseline = create([finding("a", name)], today=TODAY, reason="één")
        write(path, baseline)
        assert read(path) == baseline
    assert "één" in render(baseline)


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        (b"", ["damaged", "line 1, column 1", "baseline create"]),
        (b'{"schema": ', ["damaged", "line 1, column 12"]),
        (b'{"a": "\xff"}', ["damaged", "byte 7 is not UTF-8"]),
        (b"<<<<<<< HEAD\n{}\n=======\n>>>>>>> main\n", ["merge conflict", "baseline update"]),
        (b"[" * 100_000, ["damaged", "baseline create"]),
        (b"[]", ["an array, not an object"]),
        (b"{}", ['"schema" is null', "--baseline"]),
        (
            b'{"schema": "https://example.org/x.json"}',
            ["example.org", "Is it a file of greenlint?"],
        ),
        (
            b'{"schema": "https://greenlint.readthedocs.io/schema/baseline-v2.json", '
            b'"tool": "greenlint 9.0"}',
            ["version 2", "greenlint 9.0", "Update greenlint"],
        ),
        (f'{{"schema": "{SCHEMA}"}}'.encode(), ['"findings" is missing']),
        (f'{{"schema": "{SCHEMA}", "findings": [1]}}'.encode(), ["findings[0] is the int 1"]),
        (f'{{"schema": "{SCHEMA}", "findings": [{{}}]}}'.encode(), ['findings[0] needs "fp"']),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, content: bytes, sentences: list[str]
) -> None:
    """With the file, the place and the way out."""
    path = tmp_path / "b.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read(path)
    assert str(path) in str(caught.value)
    for sentence in sentences:
        assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("fp", "xyz", "'xyz', not 16 hex digits"),
        ("count", 0, '"count" 0'),
        ("count", True, '"count" true'),
        ("path", None, 'needs "path"'),
        ("reason", 3, 'needs "reason"'),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, field: str, value: object, sentence: str) -> None:
    path = tmp_path / "b.json"
    data = json.loads(render(create([A, B], today=TODAY)))
    data["findings"][1][field] = value
    path.write_text(json.dumps(data))
    with pytest.raises(ConfigError) as caught:
        read(path)
    assert "findings[1]" in str(caught.value)
    assert sentence in str(caught.value)


def test_a_missing_file_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="greenlint baseline create"):
        read(tmp_path / "none.json")
    with pytest.raises(ConfigError, match="Cannot read"):
        read(tmp_path)


def test_an_entry_of_both_sides_of_a_merge_counts_once(tmp_path: Path) -> None:
    """Two branches that accept the same finding accept it once."""
    path = tmp_path / "b.json"
    twice = create([A], today=TODAY).entries * 2
    path.write_text(render(Baseline(twice)))
    assert [one.count for one in read(path).entries] == [1]


def test_branches_merge(tmp_path: Path) -> None:
    """Two branches that each accept and remove something merge without a conflict."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    common = [finding(str(n), f"src/{n:02}.py") for n in range(20)]
    ours = [finding("new", "src/04.py"), *common[:10], *common[11:]]
    theirs = [finding("new", "src/15.py"), *common[:7], *common[8:]]
    for name, found in (("base", common), ("ours", ours), ("theirs", theirs)):
        write(tmp_path / name, create(found, today=TODAY))
    command = ["git", "merge-file", "ours", "base", "theirs"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    merged = {one.fp for one in read(tmp_path / "ours").entries}
    kept = [*common[:7], *common[8:10], *common[11:], ours[0], theirs[0]]
    assert merged == {one.fingerprint for one in kept}


def test_entries_are_plain_values() -> None:
    entry = BaselineEntry("0" * 16, "GRN301", "a.py")
    assert (entry.count, entry.reason, entry.symbol) == (1, "", "")


def test_a_baseline_needs_no_libcst() -> None:
    """A warm run reads it and never imports libcst."""
    code = "import sys, greenlint.baseline; sys.exit('libcst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

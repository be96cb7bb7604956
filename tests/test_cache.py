# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Results remembered between runs: by bytes and rules, in a file that may be anything."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from greenlint.cache import Cache, ruleset_key
from greenlint.messages import say
from greenlint.result import FileResult, Outcome, refused

PARSED = FileResult(Outcome.PARSED)
BROKEN = refused("a.py", "GRN999", say("cannot parse"))


def file_of(folder: Path) -> Path:
    (file,) = folder.glob("*.sqlite3")
    return file


def test_what_was_put_is_found(tmp_path: Path) -> None:
    """For the same name, bytes and rules; in a later run."""
    Cache(tmp_path, "rules").put([("a.py", "d1", BROKEN), ("b.py", "d2", PARSED)])
    cache = Cache(tmp_path, "rules")
    assert cache.get("a.py", "d1") == BROKEN
    assert cache.get("b.py", "d2") == PARSED
    assert cache.get("a.py", "d2") is None
    assert cache.get("c.py", "d1") is None
    assert Cache(tmp_path, "other rules").get("a.py", "d1") is None


def test_the_latest_bytes_of_a_file_are_kept(tmp_path: Path) -> None:
    """One entry for a file and a set of rules."""
    Cache(tmp_path, "rules").put([("a.py", "d1", PARSED)])
    Cache(tmp_path, "rules").put([("a.py", "d2", BROKEN)])
    cache = Cache(tmp_path, "rules")
    assert cache.get("a.py", "d1") is None
    assert cache.get("a.py", "d2") == BROKEN


def test_failures_of_rules_are_not_remembered(tmp_path: Path) -> None:
    """Each run tells them again."""
    failed = FileResult(Outcome.PARSED, problems=("Rule X failed.",))
    Cache(tmp_path, "rules").put([("a.py", "d1", failed)])
    assert list(tmp_path.iterdir()) == []


def test_four_selections_of_rules_are_kept(tmp_path: Path) -> None:
    """The one that was written longest ago goes."""
    for number in range(6):
        Cache(tmp_path, f"rules{number}").put([("a.py", "d", PARSED)])
    known = [number for number in range(6) if Cache(tmp_path, f"rules{number}").get("a.py", "d")]
    assert known == [2, 3, 4, 5]


def test_names_that_are_no_unicode(tmp_path: Path) -> None:
    """A file name of any bytes is remembered."""
    Cache(tmp_path, "rules").put([("\udcff.py", "d", PARSED)])
    assert Cache(tmp_path, "rules").get("\udcff.py", "d") == PARSED


def test_what_is_no_text_is_left_out(tmp_path: Path) -> None:
    """A plugin's message that holds an object costs its own file's entry, and no other's."""
    odd = refused("a.py", "GRN999", say("x"))
    object.__setattr__(odd.findings[0].message, "args", {"x": object()})
    Cache(tmp_path, "rules").put([("a.py", "d", odd), ("b.py", "d", PARSED)])
    cache = Cache(tmp_path, "rules")
    assert cache.get("a.py", "d") is None
    assert cache.get("b.py", "d") == PARSED


@pytest.mark.parametrize("raw", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_none_is_replaced(tmp_path: Path, raw: bytes) -> None:
    """Silently, and then it works."""
    Cache(tmp_path, "rules").put([("a.py", "d", PARSED)])
    file_of(tmp_path).write_bytes(raw)
    cache = Cache(tmp_path, "rules")
    assert cache.get("a.py", "d") is None
    cache.put([("a.py", "d", PARSED)])
    assert Cache(tmp_path, "rules").get("a.py", "d") == PARSED


def test_a_file_that_is_in_use_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run that writes keeps what it has; we do without."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **k | {"timeout": 0.05}))
    Cache(tmp_path, "rules").put([("a.py", "d", PARSED)])
    other = connect(file_of(tmp_path), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    Cache(tmp_path, "rules").put([("b.py", "d", PARSED)])
    other.execute("COMMIT")
    other.close()
    cache = Cache(tmp_path, "rules")
    assert cache.get("a.py", "d") == PARSED
    assert cache.get("b.py", "d") is None


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """A file where the folder should be; a folder where the file should be."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    Cache(tmp_path / "file", "rules").put([("a.py", "d", PARSED)])
    Cache(tmp_path / "cache", "rules").put([("a.py", "d", PARSED)])
    file = file_of(tmp_path / "cache")
    file.unlink()
    (file / "full").mkdir(parents=True)
    Cache(tmp_path / "cache", "rules").put([("a.py", "d", PARSED)])
    assert Cache(tmp_path / "cache", "rules").get("a.py", "d") is None


def test_a_key_follows_from_its_facts() -> None:
    """In any order; each fact counts."""
    key = ruleset_key({"a": 1, "b": ("x",)})
    assert key == ruleset_key({"b": ("x",), "a": 1})
    assert key != ruleset_key({"a": 1, "b": ("y",)})
    assert key != ruleset_key({"a": "1", "b": ("x",)})
    ruleset_key({"path": "\udcff"})


def test_damage_that_cannot_be_said_in_words_is_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python fails at the message of an error whose words are the file's random bytes."""
    Cache(tmp_path, "rules").put([("a.py", "d1", BROKEN)])
    connect = sqlite3.connect

    class Damaged(sqlite3.Connection):
        def execute(self, *_: object) -> sqlite3.Cursor:
            raise UnicodeDecodeError("utf-8", b"\xe8", 0, 1, "invalid continuation byte")

    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **k, factory=Damaged))
    cache = Cache(tmp_path, "rules")
    assert cache.get("a.py", "d1") is None
    cache.put([("a.py", "d1", BROKEN)])
    assert not list(tmp_path.glob("*.sqlite3"))
    monkeypatch.undo()
    Cache(tmp_path, "rules").put([("a.py", "d1", BROKEN)])
    assert Cache(tmp_path, "rules").get("a.py", "d1") == BROKEN

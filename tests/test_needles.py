# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Needles are found where a plain search finds them, whatever was read before."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import greenlint
from greenlint import needles
from greenlint.needles import Needles
from greenlint.plugins import load_plugins

WANTED = sorted({one for info in load_plugins().rules() for one in info.needles})
# Pieces of needles and what may stand around them.
PIECES = [*WANTED, *(one.strip(b" .([") for one in WANTED), b"_", b"x", b"(", b" ", b"\n", b"\xe9"]


def plain(raw: bytes) -> set[bytes]:
    return {one for one in WANTED if one in raw}


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join), max_size=6))
def test_what_is_held_is_what_a_plain_search_finds(files: list[bytes]) -> None:
    look = Needles(WANTED)
    for raw in files:
        assert look.held(raw) == plain(raw)


def test_on_files_of_our_own() -> None:
    look = Needles(WANTED)
    for path in sorted(Path(greenlint.__file__).parent.glob("*.py")):
        raw = path.read_bytes()
        assert look.held(raw) == plain(raw)


def test_words_are_forgotten_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needles, "_MANY", 3)
    look = Needles(WANTED)
    for raw in (b"import requests as a, numpy", b"requests", b"my_requests.get(x)", b"numpy"):
        assert look.held(raw) == plain(raw)

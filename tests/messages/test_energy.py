# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Dutch of what measures: people read it, and programs go on reading English."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from greenlint_profiler.gate.formats import FORMATS
from greenlint_profiler.said import spoken_in

from greenlint.cli.group import run
from tests.profiler.gate import gates

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
    for name in FORMATS.keys() - {"text", "markdown"}:
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

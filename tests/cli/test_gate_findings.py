# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Findings that came and went between two revisions, whatever the checkout holds."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from greenlint.cli.gate_findings import with_findings
from greenlint.cli.group import Settings
from tests.profiler.gate.gates import BASE, HEAD, gate, timed, told

LOOP = """
def {name}(count):
    parts = [[number] for number in range(count)]
    return sum(parts, [])
"""
CALM = """
def {name}(count):
    return list(range(count))
"""


def test_the_head_may_be_a_revision(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it lacks is named, and what it added where something fails; the checkout's own findings
    are neither.
    """
    monkeypatch.chdir(project)

    def commit(**files: str) -> str:
        for name, text in files.items():
            (project / f"{name}.py").write_text(text.format(name=name))
        who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
        for words in (("add", "-A"), ("commit", "-q", "-m", "More")):
            subprocess.run(["git", *who, *words], check=True)
        found = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True)
        return found.stdout.strip()

    subprocess.run(["git", "init", "-q", "-b", "main"], check=True)
    (project / ".gitignore").write_text(".greenlint\n")
    base = commit(mended=LOOP, same=LOOP)
    head = commit(mended=CALM, added=LOOP)
    commit(mended=LOOP, later=LOOP)
    better = timed("a", told(-0.5, 0.01), 0.2)
    sides: dict[str, Any] = {"base": replace(BASE, commit=base), "head": replace(HEAD, commit=head)}
    found = with_findings(Settings(), replace(gate(better), **sides), checkout=False)
    assert [(one.rule, one.path) for one in found.mended] == [("GRN200", "mended.py")]
    assert found.findings == ()
    worse = timed("b", told(0.5, 0.01), 0.2)
    found = with_findings(Settings(), replace(gate(better, worse), **sides), checkout=False)
    assert [(one.rule, one.path) for one in found.findings] == [("GRN200", "added.py")]
    # Where the head is the checkout, what that holds counts.
    found = with_findings(Settings(), replace(gate(better, worse), **sides), checkout=True)
    assert [one.path for one in found.findings] == ["added.py", "later.py"]
    assert found.mended == ()

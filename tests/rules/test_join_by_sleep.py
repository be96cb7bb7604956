# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN605: how sure a finding is, and when it offers the waiting call."""

from __future__ import annotations

import pytest
from greenlint_rules.waiting.join_by_sleep import RULE

from greenlint.check import ActiveRule, Checker
from greenlint.rule import Confidence
from greenlint.source import SourceFile

HEAD = (
    "import threading, time\n"
    "def go(thread, event, end):\n"
    "    mine = threading.Thread(target=print)\n"
)
CASES = {
    "while mine.is_alive():\n    time.sleep(1)": (Confidence.HIGH, True),
    "while mine.is_alive():\n    time.sleep(1)  # a moment": (Confidence.HIGH, False),
    "while mine.is_alive() and time.time() < end:\n    time.sleep(1)": (Confidence.HIGH, False),
    "while thread.is_alive():\n    time.sleep(1)": (Confidence.MEDIUM, False),
    "while not event.is_set():\n    time.sleep(1)": (Confidence.LOW, False),
    "try:\n    while mine.is_alive():\n        time.sleep(1)\nexcept KeyboardInterrupt: ...": (
        Confidence.LOW,
        True,
    ),
}


@pytest.mark.parametrize(("body", "wanted"), CASES.items())
def test_what_is_proven_is_sure_and_fixed(body: str, wanted: tuple[Confidence, bool]) -> None:
    """A proven thread has a fix where the loop holds nothing else; what is unknown is less sure."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    found = Checker([ActiveRule(RULE.info(), RULE)]).check(
        SourceFile("a.py", (HEAD + lines).encode())
    )
    assert not found.problems
    (finding,) = found.findings
    assert (finding.confidence, finding.fix is not None) == wanted

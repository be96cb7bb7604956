# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN352: whether a class is seen to ask its host three times in one run."""

from __future__ import annotations

import pytest
from greenlint_rules.network.connection_per_method import RULE

from greenlint.check import ActiveRule, Checker
from greenlint.rule import Confidence
from greenlint.source import SourceFile

HEAD = (
    "import requests\n"
    "class Shop:\n"
    "    def a(self):\n"
    "        return requests.get(self.url + '/a')\n"
    "    def b(self):\n"
    "        return requests.get(self.url + '/b')\n"
    "    def run(self, x):\n"
)
IN_A_ROW = [
    "self.a()\nself.b()\nself.a()",
    "one = self.a()\nself.a()\nif one:\n    return self.b()",
    "return self.a() + self.b() + self.a()",
    "try:\n    self.a()\n    self.a()\nexcept ValueError:\n    self.b()",
    "if self.a():\n    self.b()\nself.a()",
    "self.a()\nself.b()\nrequests.get(self.url)",
]
APART = [
    "self.a()",
    "self.a()\nself.b()",
    "self.a()\nif x:\n    self.a()\nelse:\n    self.b()",
    "if x:\n    self.a()\nelif x is None:\n    self.b()\nelse:\n    self.a()",
    "if x:\n    return self.a()\nif x is None:\n    return self.b()\nreturn self.b()",
    "if x:\n    one = self.a()\n    return one\nself.b()\nself.b()",
    "self.a()\nreturn self.a() if x else self.b()",
    "match x:\n    case 1:\n        self.a()\n    case 2:\n        self.b()\nself.a()",
    "def later():\n    self.a()\n    self.b()\n    self.a()\nreturn later",
    "x.a()\nx.b()\nx.a()",
]


def confidence(body: str) -> Confidence:
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    found = Checker([ActiveRule(RULE.info(), RULE)]).check(
        SourceFile("a.py", (HEAD + lines).encode())
    )
    assert not found.problems
    (finding,) = found.findings
    return finding.confidence


@pytest.mark.parametrize("body", IN_A_ROW)
def test_calls_in_one_run_are_sure(body: str) -> None:
    """A function that asks three times opens three connections where one would do."""
    assert confidence(body) is Confidence.MEDIUM


@pytest.mark.parametrize("body", APART)
def test_calls_of_which_one_is_made_are_not(body: str) -> None:
    """Branches, returns and functions for later do not show that three calls are made."""
    assert confidence(body) is Confidence.LOW

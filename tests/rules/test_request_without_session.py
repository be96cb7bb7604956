# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How sure a request without a session is, as the default `min-confidence` shows it."""

from __future__ import annotations

import pytest

from greenlint.check import ActiveRule, Checker
from greenlint.plugins import load_plugins
from greenlint.rule import Confidence
from greenlint.source import SourceFile

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
HEAD = 'import time\nimport requests\n\nA = "https://a.example.org"\n\n\n'
LOOP = "def go(self, items):\n    for item in items:\n        "
CALLED = "\n\n\ndef all(items):\n    for item in items:\n        "


@pytest.mark.parametrize(
    ("code", "confidence"),
    [
        (f'{LOOP}requests.get(f"https://a.example.org/{{item}}")', HIGH),
        (f'{LOOP}requests.get(f"https://{{item}}/a")', LOW),
        (f'{LOOP}requests.get("https://%s/a" % item)', LOW),
        (f'{LOOP}requests.get(item["url"])', LOW),
        (f"{LOOP}requests.get(item.url)", LOW),
        ("def go(x):\n    for at in range(0, 99, 9):\n        requests.post(A, json=x[at])", LOW),
        ("def go(x):\n    while True:\n        x = requests.post(A, json=x).json()", LOW),
        (f'{LOOP}requests.post("https://a.example.org", json=item); time.sleep(0.5)', HIGH),
        (f'{LOOP}requests.post("https://a.example.org", json=item); time.sleep(5)', LOW),
        (f'{LOOP}requests.post("https://a.example.org", json=item); time.sleep(self.pause)', LOW),
        (f'{LOOP}requests.post("https://a.example.org", json=item); self.throttle()', LOW),
        (
            f'def ask(url):\n    requests.get(url){CALLED}ask(f"https://a.example.org/{{item}}")',
            MEDIUM,
        ),
        (
            f'def ask(url):\n    requests.get(url){CALLED}ask(url="https://a.example.org/" + item)',
            MEDIUM,
        ),
        (f"def ask(url):\n    requests.get(url){CALLED}ask(item)", LOW),
        (f"def ask(url):\n    requests.get(url){CALLED}ask(item.url)", LOW),
        (f'def ask(one):\n    requests.get(one["url"]){CALLED}ask(item)', LOW),
        (f'def ask(one):\n    requests.get(f"http://{{one}}/a"){CALLED}ask(item)', LOW),
        (f'def ask(one):\n    requests.get(f"http://a/{{one}}"){CALLED}ask(item)', MEDIUM),
    ],
)
def test_who_chooses_the_host_decides(code: str, confidence: Confidence) -> None:
    """A host for all is sure; one for each item, and a pace that is kept, are not."""
    rule = next(one for one in load_plugins(third_party=False).rules() if one.code == "GRN350")
    found = Checker([ActiveRule(rule, None, {})]).check(
        SourceFile("a.py", f"{HEAD}{code}\n".encode())
    )
    assert [one.confidence for one in found.findings] == [confidence]

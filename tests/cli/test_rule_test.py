# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint rule --test``: authors of rules see whether their page holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def page(project: Path):
    """Change the page of the project's rule: one text for another."""

    def change(old: str, new: str) -> None:
        file = project / "tools" / "loud.md"
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    return change


def test_a_page_that_holds_is_ok(greenlint) -> None:
    """The promises are counted, and the run exits 0."""
    done = greenlint("rule", "--test", "ACME101")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "ACME101 shouting: ok (1 line flagged, 2 blocks clean, 1 block fixed)\n"
        "1 rule tested: 1 ok, 0 failed.\n"
    )


FLAGGED = 'shout("hello")  # flagged'
FIXED = '```python fixed\nwhisper("hello")'
CLEAN = '```python clean\nwhisper("hello")'


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (f'{FLAGGED}\nprint("hello")', f'{FLAGGED}\nprint("hello")  # flagged',
         "loud.md:13: the line is marked and not found"),
        (FLAGGED, f'shout("hello")\n{FLAGGED}',
         "loud.md:12: the line is not marked and found: `shout` is loud"),
        (FLAGGED, 'shout("hello")',
         "loud.md:12: a flagged block marks no line"),
        (CLEAN, '```python clean\n\nshout("hello")',
         "loud.md:27: found in a clean block: `shout` is loud"),
        (FIXED, '```python fixed\nwhisper("hallo")',
         "loud.md:17: the fix makes something else of the block before it:\n"),
        (CLEAN, '```python clean\nwhisper("hello"',
         "loud.md:26: cannot parse"),
        ("```python clean", "```python",
         "loud.md:1: no block is marked ```python clean"),
        ("```python flagged", "```python",
         "loud.md:17: a fixed block follows no flagged block"),
    ],
)  # fmt: skip
def test_a_page_that_does_not_hold_fails(quick, page, old: str, new: str, problem: str) -> None:
    """The line of the page and what does not hold there are told, and the run exits 1."""
    page(old, new)
    done = quick("rule", "--test", "shouting")
    assert done.returncode == 1, done.stderr
    assert f"  {problem}" in done.stdout
    assert "ACME101 shouting: FAILED" in done.stdout
    assert "1 rule tested: 0 ok, 1 failed." in done.stdout


def test_a_fix_that_differs_is_shown(quick, page) -> None:
    """What the page says and what the fix made stand below each other."""
    page('```python fixed\nwhisper("hello")', '```python fixed\nwhisper("hallo")')
    shown = quick("rule", "--test", "ACME101").stdout
    assert '    -whisper("hallo")\n    +whisper("hello")\n' in shown


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (', Fix("whisper", (Edit(call.func, "whisper"),))', "", "says fix='safe', and no flagged"),
        ('    fix="safe",\n', "", "offers a fix, and does not say so"),
        ('fix="safe"', 'fix="unsafe"', "says fix='unsafe', and offers a safe one"),
    ],
)
def test_a_fix_is_what_the_rule_says(quick, project: Path, old, new, problem) -> None:
    """The rule's facts and what its checks offer agree."""
    module = project / "tools" / "loud.py"
    code = module.read_text("utf-8")
    assert old in code
    module.write_text(code.replace(old, new), encoding="utf-8")
    done = quick("rule", "--test", "ACME101")
    assert done.returncode == 1
    assert problem in done.stdout


def test_a_rule_that_raises_fails(quick, project: Path) -> None:
    """An error inside a check is a failure of the rule, not of the command."""
    module = project / "tools" / "loud.py"
    code = module.read_text("utf-8")
    module.write_text(code.replace("    if here", "    1 / 0\n    if here"), encoding="utf-8")
    done = quick("rule", "--test", "ACME101")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stdout


def test_test_files_are_test_files(quick, project: Path, page) -> None:
    """A block that is named after a test file is checked as one."""
    module = project / "tools" / "loud.py"
    code = module.read_text("utf-8")
    module.write_text(code.replace('fix="safe"', 'fix="safe", tests=False'), encoding="utf-8")
    page(
        '```python clean\nwhisper("hello")',
        '```python clean name="tests/test_a.py"\nshout("hello")',
    )
    assert quick("rule", "--test", "ACME101").returncode == 0


def test_json_is_for_machines(quick, page) -> None:
    """Counts and failures by rule; the exit code is the same."""
    page("```python clean", "```python")
    done = quick("rule", "--test", "ACME101", "--output-format", "json")
    assert done.returncode == 1
    (record,) = json.loads(done.stdout)
    assert (record["code"], record["ok"]) == ("ACME101", False)
    assert (record["flagged"], record["clean"], record["fixed"]) == (1, 1, 1)
    assert record["failures"][0]["line"] == 1


def test_a_rule_without_a_page_cannot_be_tested(quick, project: Path) -> None:
    """Nothing tested is no success."""
    (project / "tools" / "loud.md").unlink()
    done = quick("rule", "--test", "ACME101")
    assert done.returncode == 2
    assert "Nothing to test: ACME101 has no page." in done.stderr


def test_every_rule_of_ours_holds(quick) -> None:
    """Without a selector all rules are tested, built-in ones and the project's own."""
    done = quick("rule", "--test")
    assert done.returncode == 0, done.stdout
    assert "ACME101 shouting: ok" in done.stdout
    assert "GRN101 dict-items-unused-half: ok" in done.stdout

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What ``greenlint check`` changes: --fix and its kin, --diff, --add-ignore, standard input."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

LOUD = "shout('a')\ncurse('b')\nweep('c')\n"


def texts(project: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in (project / "pkg").iterdir()}


def test_fixes_are_applied_once(check, project: Path) -> None:
    """--fix applies the safe ones and shows what is left; a second run changes nothing."""
    done = check("pkg", "--fix", "--show-fixes")
    assert done.codes[:3] == ["ACME101", "ACME102", "ACME203"], done  # counted, then what is left
    assert "2  ACME101  shouting" in done.out
    after = texts(project)
    assert after["a.py"] == "whisper('a')\ncurse('b')\nweep('c')\n"
    assert after["b.py"] == "def f():\n    whisper('again')\n"
    again = check("pkg", "--fix", "--show-fixes")
    assert texts(project) == after
    assert again.codes == ["ACME102", "ACME203"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("--fix --unsafe-fixes", "whisper('a')\nbless('b')\nweep('c')\n"),
        ("--fix --unsafe-fixes --no-unsafe-fixes", "whisper('a')\ncurse('b')\nweep('c')\n"),
        ("--fix --unsafe-fixes --fixable cursing", "shout('a')\nbless('b')\nweep('c')\n"),
        ("--fix --unsafe-fixes --unfixable ACME101", "shout('a')\nbless('b')\nweep('c')\n"),
        ("--fix --select ACME102", LOUD),
        ("--fix --per-file-ignores pkg/a.py:ACME101", LOUD),
        ("--unsafe-fixes", LOUD),
        ("--diff", LOUD),
        ("--fix --diff", LOUD),
    ],
)
def test_what_may_be_fixed(check, project: Path, words: str, text: str) -> None:
    """Safe fixes of rules that run and are fixable; unsafe ones when asked; none with --diff."""
    check("pkg/a.py", *words.split())
    assert texts(project)["a.py"] == text


def test_a_diff_is_a_patch(check, project: Path) -> None:
    """What --diff prints, `patch` applies, and it is what --fix does."""
    done = check("pkg", "--diff")
    assert done.code == 1
    before = texts(project)
    subprocess.run(["patch", "-p0"], input=done.raw, cwd=project, check=True, capture_output=True)
    patched = texts(project)
    for name, text in before.items():
        (project / "pkg" / name).write_text(text, encoding="utf-8")
    check("pkg", "--fix")
    assert patched == texts(project) != before


@pytest.mark.parametrize(
    ("answers", "changed"),
    [("y\nn\n", "a.py"), ("n\ny\n", "b.py"), ("a\n", "a.py b.py"), ("q\n", ""), ("", "")],
)
def test_fixes_are_asked_about(check, project: Path, answers: str, changed: str) -> None:
    """--interactive shows each fix and takes yes, no, all, quit; no answer is no."""
    before = texts(project)
    done = check("pkg", "--interactive", input=answers.encode())
    assert "-shout('a')\n+whisper('a')" in done.out
    after = texts(project)
    assert " ".join(sorted(name for name in after if after[name] != before[name])) == changed


def test_standard_input_is_checked(check) -> None:
    """`-` reads it; --stdin-filename gives the name, and with it the settings of that file."""
    done = check("-", "--stdin-filename", "pkg/new.py", input=b"shout()\n")
    assert done.out.startswith("pkg/new.py:1:1: warning ACME101")
    assert done.code == 1
    done = check("-", "--per-file-ignores", "stdin.py:ACME", input=b"shout()\n")
    assert done.code == 0
    assert check("-", input=b"def (\n").code == 2
    assert check("-", input=b"").code == 0


@pytest.mark.parametrize("source", [b"shout()\r\nweep()\r\n", b"\xef\xbb\xbfshout()\n", b"x = 1\n"])
def test_standard_input_is_fixed_onto_standard_output(check, source: bytes) -> None:
    """--fix writes the source, fixed or not, and nothing else; newlines and BOM stay."""
    option = "--fix-only" if b"\r" in source else "--fix"
    assert check("-", option, input=source).raw == source.replace(b"shout", b"whisper")


def test_standard_input_has_a_diff(check) -> None:
    """Under the name that it was given."""
    done = check("-", "--diff", "--stdin-filename", "a.py", input=b"shout()\n")
    assert done.raw == b"--- a.py\n+++ a.py\n@@ -1 +1 @@\n-shout()\n+whisper()\n"


def test_a_source_that_is_not_python_comes_back_unchanged(check) -> None:
    """An editor that pipes a file through --fix never loses it."""
    for source in (b"def (\n", b"shout('\xff')\n", b"shout()\0\n"):
        done = check("-", "--fix", input=source)
        assert done.raw == source
        assert done.code == 2
        assert "GRN999" in done.err


def test_findings_of_a_revision_are_the_only_ones_fixed(check, project: Path) -> None:
    """--new-since REV: what was there before is neither reported nor fixed."""
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "one"]):
        subprocess.run(["git", *who, *words], cwd=project, check=True, capture_output=True)
    file = project / "pkg" / "a.py"
    file.write_text(LOUD + "x = shout('new')\n", encoding="utf-8")
    done = check("--new-since", "HEAD")
    assert done.out.startswith("pkg/a.py:4:5: warning ACME101"), done
    assert len(done.codes) == 1
    check("--new-since", "HEAD", "--fix")
    assert file.read_text(encoding="utf-8") == LOUD + "x = whisper('new')\n"


def test_ignore_comments_are_written(check, project: Path) -> None:
    """--add-ignore[=REASON] accepts all findings where they stand; then none is left."""
    done = check("pkg", "--add-ignore=a fair")
    assert done.code == 0, done
    assert 'ignore[ACME101] reason="a fair"' in texts(project)["a.py"]
    assert check("pkg").codes == []
    (project / "pkg" / "b.py").write_text("shout()\n", encoding="utf-8")
    assert check("pkg", "--add-ignore").code == 0
    assert texts(project)["b.py"] == "shout()  # greenlint: ignore[ACME101]\n"
    assert check("-", "--add-ignore", input=b"shout()\n").code == 2

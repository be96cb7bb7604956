# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Options of ``greenlint check`` that choose rules and files: each once, with its effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from greenlint.cli.check import command


def test_every_option_has_a_test() -> None:
    """An option that is added is added to the tests of this folder, too."""
    told = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))
    options = [opt for one in command.params for opt in one.opts if opt.startswith("--")]
    assert "--fix" in options
    assert [option for option in options if told.count(option) == 0] == []


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("", "ACME101 ACME102 ACME203 ACME101"),
        ("--select ACME2", "ACME203"),
        ("--select shouting,weeping", "ACME101 ACME203 ACME101"),
        ("--select ACME2 --select LOUD1", "ACME101 ACME203 ACME101"),
        ("--select acme --ignore ACME101,cursing", "ACME203"),
        ("--select ACME2 --extend-select cursing", "ACME102 ACME203"),
        ("--ignore ACME1", "ACME203"),
        ("--select ACME --ignore ACME1 --extend-select ACME102", "ACME102 ACME203"),
        ("--per-file-ignores pkg/a.py:ACME1", "ACME203 ACME101"),
        ("--per-file-ignores pkg/a.py:ACME1,pkg/b.py:shouting", "ACME203"),
        ("--min-confidence high", "ACME101 ACME203 ACME101"),
        ("--min-proof published", ""),
        ("--sort rule", "ACME101 ACME101 ACME102 ACME203"),
        ("--sort location", "ACME101 ACME102 ACME203 ACME101"),
    ],
)
def test_rules_are_chosen(warm, words: str, codes: str) -> None:
    """By code, beginning, name, alias and category; repeated, or separated by commas."""
    done = warm("pkg", *words.split())
    assert " ".join(done.codes) == codes, done


def test_rules_on_trial_are_asked_for(warm, project: Path) -> None:
    """--preview and a low --min-confidence let a rule on trial run; --no-preview does not."""
    (project / "one.py").write_text("trial()\n", encoding="utf-8")
    on = ("one.py", "--preview", "--min-confidence", "low", "--min-proof", "reasoned")
    assert warm(*on).codes == ["BETA101"]
    assert warm(*on, "--no-preview").codes == []
    assert warm("one.py", "--select", "BETA101").codes == ["BETA101"]


def test_the_target_version_reaches_the_rules(warm) -> None:
    """--target-version is what `here.target` says, not the Python that runs greenlint."""
    assert "`weep` is wet on 12" in warm("pkg", "--target-version", "3.12").out


@pytest.mark.parametrize(
    ("words", "files"),
    [
        ("", "pkg/a.py pkg/b.py tests/test_a.py"),
        ("pkg", "pkg/a.py pkg/b.py"),
        ("pkg/b.py pkg/a.py pkg", "pkg/a.py pkg/b.py"),
        ("--exclude pkg/", "tests/test_a.py"),
        ("--exclude tests/,pkg/a.py", "pkg/b.py"),
        ("--extend-exclude tests/", "pkg/a.py pkg/b.py"),
        ("tools/one.py", "tools/one.py"),
        ("--force-exclude tools/one.py pkg/a.py", "pkg/a.py"),
        ("--force-exclude --no-force-exclude tools/one.py", "tools/one.py"),
    ],
)
def test_files_are_chosen(warm, project: Path, words: str, files: str) -> None:
    """--show-files lists what would be checked, and checks nothing."""
    (project / "tools").mkdir()
    (project / "tools" / "one.py").write_text("shout()\n", encoding="utf-8")
    done = warm("--show-files", *words.split())
    assert done.out.split() == files.split(), done


def test_what_git_ignores_is_left_out(warm, project: Path) -> None:
    """--no-respect-gitignore takes it in again."""
    (project / ".git").mkdir()
    (project / ".gitignore").write_text("/pkg/\n", encoding="utf-8")
    assert warm("--show-files").out.split() == ["tests/test_a.py"]
    assert len(warm("--show-files", "--respect-gitignore").out.split()) == 1
    assert len(warm("--show-files", "--no-respect-gitignore").out.split()) == 3


def test_suppressed_findings_are_shown_when_asked(warm, project: Path) -> None:
    """--show-suppressed lists what a comment took away."""
    file = project / "one.py"
    file.write_text('shout()  # greenlint: ignore[ACME101] reason="a fair"\n', encoding="utf-8")
    assert warm("one.py").codes == []
    done = warm("one.py", "--show-suppressed")
    assert done.codes == ["ACME101"]
    assert done.code == 0


def test_a_baseline_takes_away_what_was_accepted(check, greenlint, project: Path) -> None:
    """--baseline FILE subtracts, --no-baseline counts all; an entry without a finding fails."""
    made = greenlint("baseline", "create")
    assert made.code == 0, made
    (file,) = project.glob("*baseline*.json")
    (project / "pkg" / "b.py").write_text("shout('again')\nshout('more')\n", encoding="utf-8")
    done = check("--baseline", file.name)
    assert done.out.startswith("pkg/b.py:"), done
    assert len(check("--baseline", file.name, "--no-baseline").codes) == 6
    (project / "pkg" / "a.py").write_text("whisper()\n", encoding="utf-8")
    stale = check("pkg/a.py", "--baseline", file.name)
    assert stale.code == 1
    assert "greenlint baseline prune" in stale.err


def test_a_line_is_explained(warm) -> None:
    """--explain says of one line what each rule has to say."""
    done = warm("--explain", "pkg/a.py:1")
    assert done.code == 0
    assert "ACME101 shouting: `shout` is loud" in done.out
    assert warm("--explain", "pkg/a.py").code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--per-file-ignores pkg", "'pkg' is not GLOB:CODE, such as 'tests/**:GRN301'"),
        ("--select ACME9", '--select: select names "ACME9"'),
        ("--sort size", "'size' is not one of"),
        ("--energy", "There is no store .greenlint/energy.sqlite3 yet"),
        ("--no-energy --energy", "--no-energy joins no run"),
        ("--min-energy much", "--min-energy=much is neither an energy, such as `5 J`, nor a time"),
        ("--fixx", "No such option"),
        ("-j many", "'many' is not a valid integer"),
        ("--new-since HEAD", "--new-since needs a git repository"),
        ("--baseline none.json", "none.json"),
        ("- pkg", "cannot be named with other paths"),
        ("--explain x", "is not PATH:LINE"),
        ("nowhere.py", "There is no file or directory nowhere.py"),
    ],
)
def test_a_wrong_option_is_told_with_its_value(warm, words: str, said: str) -> None:
    """Exit 2, a sentence, no traceback."""
    done = warm(*words.split())
    assert done.code == 2, done
    assert said in " ".join(done.err.split()), done
    assert "Traceback" not in done.err

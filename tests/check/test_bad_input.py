# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Files that nobody can check: each gets a sentence, and all others are checked all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

ONE = [
    ("def (:\n", "GRN999", "cannot parse: "),
    ("x = 1\n  y = 2\n", "GRN999", "cannot parse: unexpected indent"),
    ("x = '\xff'\n".encode("latin-1"), "GRN999", "byte 0xff is not valid utf-8; save the file"),
    ("# coding: klingon\n", "GRN999", "unknown encoding `klingon`"),
    ("# coding: rot13\nfubhg()\n", "GRN999", "cannot decode as rot-13"),
    (b"\xef\xbb\xbf# coding: latin-1\n", "GRN999", "the byte-order mark says UTF-8"),
    ("x = 1\0\n", "GRN999", "null byte"),
    (b"x = '\xed\xa0\x80'\n", "GRN999", "byte 0xed is not valid utf-8"),
    ("# coding: unicode_escape\nshout('\\ud800')\n", "GRN999", "cannot parse"),
    ("x = " + "(" * 5000 + ")" * 5000 + "\n", "GRN999", "brackets are nested more than 200 deep"),
    ("x = " + "[" * 5000 + "\n", "GRN999", "brackets are nested more than 200 deep"),
    ("x = 1" + " + 1" * 10_000 + "\n", "GRN999", "one expression has more than 2000 terms"),
    ("x = a" + ".f()" * 2500 + "\n", "GRN999", "one expression has more than 2000 terms"),
    ("x = 1\n" * 50_000, "GRN998", "the file has 50,001 lines"),
    ("x = 1\r" * 50_000, "GRN998", "the file has 50,001 lines"),
]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory, runner, acme: str) -> dict[str, str]:
    """One run over all the files of ONE and a good one; the line about each, by its name."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "pyproject.toml").write_text(
        '[tool.greenlint]\nselect = ["ACME"]\nmin-proof = "reasoned"\n', encoding="utf-8"
    )
    for number, (source, _, _) in enumerate(ONE):
        raw = source if isinstance(source, bytes) else source.encode()
        (folder / f"f{number}.py").write_bytes(raw)
    (folder / "good.py").write_text("shout()\n", encoding="utf-8")
    done = runner("check", "-o", "concise", "-j2", cwd=folder, PYTHONPATH=acme)
    assert done.code == 2, done
    assert done.err == ""
    return {line.partition(":")[0]: line for line in done.out.splitlines()}


@pytest.mark.parametrize("number", range(len(ONE)))
def test_a_file_that_is_no_python_is_told(said: dict[str, str], number: int) -> None:
    """The file, the place, the code, what is wrong; one finding for one file."""
    _, code, sentence = ONE[number]
    line = said[f"f{number}.py"]
    assert code in line
    assert sentence in line


def test_the_other_files_are_checked(said: dict[str, str]) -> None:
    """One bad file costs no other."""
    assert said["good.py"] == "good.py:1:1: warning ACME101 [*] `shout` is loud"


def test_a_lone_surrogate_as_an_escape_is_fine(check, project: Path) -> None:
    """`"\\ud800"` is good Python, and its file is checked."""
    (project / "one.py").write_text('shout("\\ud800")\n', encoding="utf-8")
    assert check("one.py").codes == ["ACME101"]


def test_a_file_that_cannot_be_read_is_told(check, project: Path) -> None:
    """A link to nothing that is found, a directory called x.py that is walked, a loop of links."""
    (project / "pkg" / "x.py").mkdir()
    (project / "pkg" / "x.py" / "in.py").write_text("weep()\n", encoding="utf-8")
    (project / "pkg" / "loop").symlink_to(project / "pkg", target_is_directory=True)
    (project / "pkg" / "self.py").symlink_to("self.py")
    (project / "pkg" / "nothing.py").symlink_to("nowhere.py")
    done = check("pkg", "--select", "weeping")
    assert done.codes == ["ACME203", "ACME203"], done
    assert done.code == 1


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
@pytest.mark.parametrize("cache", [(), ("--no-cache",)])
def test_a_file_that_vanishes_is_told(
    check, local_rules: Path, jobs: str, cache: tuple[str, ...]
) -> None:
    """Found, and gone when it is read: GRN997, exit 2, the others are checked."""
    # The rule file reaches into the command, and takes a file away when all have been found.
    hook = (
        "\nimport pathlib, sys\n"
        "if 'greenlint.discover' in sys.modules:\n"
        "    import greenlint.discover as d\n"
        "    def gone(*a, old=d.discover, **k):\n"
        "        found = old(*a, **k)\n"
        "        pathlib.Path('pkg/b.py').unlink(missing_ok=True)\n"
        "        return found\n"
        "    sys.modules['greenlint.cli.linting'].discover = gone\n"
    )
    local_rules.write_text(local_rules.read_text(encoding="utf-8") + hook, encoding="utf-8")
    done = check("pkg", "--select", "weeping", jobs, *cache)
    assert done.codes == ["ACME203", "GRN997"], done
    assert "pkg/b.py:1:1: " in done.out
    assert "the file cannot be read: No such file" in done.out
    assert done.code == 2


@pytest.mark.parametrize("spelling", ["gone.py", "here/gone.py"])
def test_a_path_that_is_not_there_is_told(warm, project: Path, spelling: str) -> None:
    """A dangling link that is named, and a file that never was: exit 2, and where it was sought."""
    (project / "gone.py").symlink_to("nowhere.py")
    done = warm(spelling)
    assert done.code == 2
    assert f"There is no file or directory {spelling}. Paths are meant from" in done.err


def test_a_file_that_is_not_python_is_told_when_named(warm, project: Path) -> None:
    """With a shebang it is Python; without, a sentence, also under --show-files."""
    (project / "run").write_text("#!/usr/bin/env python3\nshout()\n", encoding="utf-8")
    (project / "notes.txt").write_text("shout()\n", encoding="utf-8")
    assert warm("run").codes == ["ACME101"]
    for words in (("notes.txt",), ("notes.txt", "--show-files")):
        done = warm(*words)
        assert done.code == 2
        assert "notes.txt is not Python" in done.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.greenlint]\nselct = ['ACME']\n", 'Unknown key "selct"'),
        ("[tool.greenlint]\nselect = 3\n", "select"),
        ("[tool.greenlint]\nselect = ['ACME\n", "pyproject.toml"),
        ("[tool.greenlint]\nselect = ['NOPE101']\n", "NOPE101"),
        ("[tool.greenlint.rules.ACME209]\nmost = 1\n", 'There is no rule "ACME209"'),
        ("[tool.greenlint.rules.ACME203]\nmost = 'x'\n", "most of ACME203 (weeping) must be"),
        ("[tool.greenlint]\nlocal-rules = ['none.py']\n", "no such file"),
        ("[tool.greenlint]\nplugins = ['none']\n", "`plugins` allows 'none'"),
    ],
)
def test_a_wrong_configuration_is_told(warm, project: Path, text: str, said: str) -> None:
    """The file, the value, the way out; exit 2."""
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    done = warm("pkg")
    assert done.code == 2, done
    assert said in done.err
    assert "Traceback" not in done.err

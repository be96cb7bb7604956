# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is new since a revision: added lines, files of any name, and findings that moved."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from greenlint.errors import UsageError
from greenlint.finding import Finding, Span, fingerprint
from greenlint.messages import Message
from greenlint.rule import Confidence
from greenlint.since import Change, Changes, changes_since, keep_new, needs_base

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

TEN = "".join(f"line{number}()\n" for number in range(1, 11))


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose first commit holds a.py of ten lines; nobody's own settings apply."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    (root / "a.py").write_text(TEN)
    commit(root)
    return root


def git(root: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "a commit")


def added(root: Path, revision: str = "HEAD") -> dict[str, object]:
    """Path -> added stretches, or "new"."""
    files = changes_since(root, revision).files
    return {path: "new" if one.base is None else one.added for path, one in files.items()}


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        (TEN, None),
        ("first()\n" + TEN, ((1, 1),)),
        (TEN + "last()\n", ((11, 11),)),
        (TEN.replace("line3()\n", "x()\ny()\n"), ((3, 4),)),
        (TEN.replace("line3()\n", "").replace("line9", "z"), ((8, 8),)),
        (TEN.replace("line3()\n", ""), ()),
        (TEN.rstrip("\n"), ((10, 10),)),
        # Lines that look like the headers of a diff.
        (TEN + "++ b/evil.py\n-- a/evil.py\ndiff --git a/x b/x\n@@ -1 +1 @@\nz()\n", ((11, 15),)),
        (TEN.replace("line2()\n", "-- a/evil.py\n") + "z()\n", ((2, 2), (11, 11))),
    ],
)
def test_added_lines_are_known(repo: Path, text: str, stretches: object) -> None:
    """Committed, staged or neither."""
    expected = {} if stretches is None else {"a.py": stretches}
    (repo / "a.py").write_text(text)
    assert added(repo) == expected
    git(repo, "add", "-A")
    assert added(repo) == expected
    git(repo, "commit", "-q", "--allow-empty", "-m", "more")
    assert added(repo, "HEAD~1") == expected
    assert added(repo) == {}


def test_new_files_are_new_as_a_whole(repo: Path) -> None:
    """Tracked or not; ignored and deleted ones are not there."""
    (repo / ".gitignore").write_text("ignored.py\n")
    (repo / "b.py").write_text("b()\n")
    git(repo, "add", "-A")
    (repo / "c.py").write_text("c()\n")
    (repo / "ignored.py").write_text("i()\n")
    (repo / "a.py").unlink()
    assert added(repo) == {".gitignore": "new", "b.py": "new", "c.py": "new"}


@pytest.mark.parametrize(
    "name", ["with space.py", 'quo"te.py', "tab\there.py", "back\\slash.py", "café.py", "-x.py"]
)
def test_files_of_any_name(repo: Path, name: str) -> None:
    """New, changed and renamed."""
    (repo / name).write_text(TEN.replace("line", "other"))
    assert added(repo) == {name: "new"}
    commit(repo)
    (repo / name).write_text(TEN.replace("line", "other") + "z()\n")
    assert added(repo) == {name: ((11, 11),)}
    changes = changes_since(repo, "HEAD")
    assert changes.base_bytes(name) == TEN.replace("line", "other").encode()
    git(repo, "mv", "--", name, "2" + name)
    assert added(repo) == {"2" + name: ((11, 11),)}


def test_a_renamed_file_is_compared_with_what_it_was(repo: Path) -> None:
    """Also when nothing in it changed."""
    git(repo, "mv", "a.py", "b.py")
    changes = changes_since(repo, "HEAD")
    assert changes.files == {"b.py": Change("b.py", "a.py", ())}
    assert changes.base_bytes("b.py") == TEN.encode()
    assert changes.base_bytes("a.py") is None


def test_paths_are_relative_to_the_root(repo: Path, tmp_path: Path) -> None:
    """The root may lie below the top of the repository, and be reached through a link."""
    root = repo / "src" / "pkg"
    root.mkdir(parents=True)
    (root / "m.py").write_text(TEN)
    commit(repo)
    (root / "m.py").write_text(TEN + "z()\n")
    (repo / "a.py").write_text(TEN + "z()\n")
    (root / "new.py").write_text("n()\n")
    link = tmp_path / "link"
    link.symlink_to(root)
    for place in (root, link):
        assert added(place) == {"m.py": ((11, 11),), "../../a.py": ((11, 11),), "new.py": "new"}
        assert changes_since(place, "HEAD").base_bytes("m.py") == TEN.encode()


def test_settings_of_the_user_change_nothing(repo: Path) -> None:
    """Prefixes, colours, external programs, file types."""
    for setting in (
        "diff.noprefix=true",
        "diff.mnemonicPrefix=true",
        "diff.external=false",
        "color.ui=always",
        "diff.renames=false",
        "diff.context=5",
        "diff.interHunkContext=5",
        "core.pager=false",
    ):
        git(repo, "config", *setting.split("="))
    (repo / ".gitattributes").write_text("*.py -diff\n")
    commit(repo)
    git(repo, "mv", "a.py", "b.py")
    (repo / "b.py").write_text("x()\n" + TEN + "z()\n")
    assert added(repo) == {"b.py": ((1, 1), (12, 12))}


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("a()\rb()\rc()\r", ((1, 3),)),
        ("a()\r\nb()\r\nc()\r\n", ((2, 2),)),
        ("a()\rx()\r\nb()\nc()\r\nd()\n", ((1, 2), (4, 5))),
    ],
)
def test_lines_are_counted_as_python_does(
    repo: Path, text: str, stretches: tuple[tuple[int, int], ...]
) -> None:
    """A carriage return alone ends a line, though git does not think so."""
    before = {0: "z()\r", 1: "a()\r\nc()\r\n", 2: "b()\n"}[
        ["a()\rb", "a()\r\n", "a()\rx"].index(text[:5])
    ]
    (repo / "m.py").write_bytes(before.encode())
    commit(repo)
    (repo / "m.py").write_bytes(text.encode())
    assert added(repo) == {"m.py": stretches}


@pytest.mark.parametrize(
    ("revision", "sentence"),
    [
        ("nowhere", r"git knows no revision 'nowhere'.*git fetch"),
        ("HEAD..main", "git knows no revision"),
        ("HEAD:a.py", "git knows no revision"),
        ("--output=x", "not a revision"),
        ("", "not a revision"),
        ("a\0b", "cannot be run"),
    ],
)
def test_a_wrong_revision_is_told(repo: Path, revision: str, sentence: str) -> None:
    """With the way out, and without git taking it for an option."""
    with pytest.raises(UsageError, match=sentence):
        changes_since(repo, revision)
    assert sorted(os.listdir(repo)) == [".git", "a.py"]


def test_outside_a_repository_the_way_out_is_a_baseline(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(UsageError, match=r"needs a git repository.*baseline create"):
        changes_since(tmp_path, "HEAD")
    with pytest.raises(UsageError, match="git cannot compare"):
        changes_since(repo / ".git", "HEAD")


def test_without_git_the_way_out_is_a_baseline(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo))
    with pytest.raises(UsageError, match=r"needs git, which is not installed.*baseline create"):
        changes_since(repo, "HEAD")


# Which findings are kept


def finding(
    line: int, source: str = "a", nth: int = 0, path: str = "a.py", end: int = 0
) -> Finding:
    message = Message(f"about {source}")
    return Finding(
        path,
        Span(line, 1, end or line, 5, 0, 0),
        "GRN301",
        message,
        message,
        Confidence.HIGH,
        fingerprint=fingerprint("GRN301", path, "", source, nth),
    )


KEPT: list[tuple[str, list[Finding], list[Finding], list[int]]] = [
    ("on an added line", [finding(5)], [finding(4)], [5]),
    ("beside it", [finding(4)], [finding(4)], []),
    ("a span that reaches it", [finding(4, end=5)], [], [4]),
    ("old line, new finding", [finding(1)], [], [1]),
    ("old line, moved", [finding(9)], [finding(3)], []),
    ("one more of the same", [finding(1), finding(2, nth=1)], [finding(1)], [2]),
    ("added above its equal", [finding(5), finding(8, nth=1)], [finding(7)], [5]),
    ("one of two gone", [finding(8)], [finding(1), finding(8, nth=1)], []),
    ("another kind gone", [finding(8, "b")], [finding(1)], [8]),
    ("unchanged file", [finding(5, path="other.py")], [], []),
    ("new file", [finding(1, path="new.py")], [], [1]),
]


@pytest.mark.parametrize(("findings", "base", "lines"), [one[1:] for one in KEPT])
def test_what_is_new_is_kept(
    findings: list[Finding], base: list[Finding], lines: list[int]
) -> None:
    """On an added line, or not there before; line 5 and 6 of a.py are added."""
    files = {"a.py": Change("a.py", "a.py", ((5, 6),)), "new.py": Change("new.py")}
    changes = Changes(Path(), "0" * 40, files)
    kept = keep_new(findings, changes, {"a.py": base})
    assert [one.span.line for one in kept] == lines


def test_only_doubtful_files_are_checked_as_they_were() -> None:
    """A finding on an added line is new whatever was there before."""
    files = {name: Change(name, name, ((5, 6),)) for name in ("a.py", "b.py")}
    changes = Changes(Path(), "0" * 40, {**files, "new.py": Change("new.py")})
    findings = [
        finding(5),
        finding(1, path="b.py"),
        finding(1, path="new.py"),
        finding(1, path="o"),
    ]
    assert needs_base(findings, changes) == ["b.py"]


def test_it_needs_no_libcst() -> None:
    code = "import sys, greenlint.since; sys.exit('libcst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

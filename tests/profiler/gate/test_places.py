# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The two places of a gate: what is in them, what is left afterwards, and what cannot be had."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from greenlint_profiler.gate.error import CannotMeasure, GateError, NothingToCompare
from greenlint_profiler.gate.sides import imports
from greenlint_profiler.gate.sides.git import LOCAL

from tests.profiler.repositories import Repo, new_repo, own_repo, shown

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository whose branch main holds a package, and a temporary folder of its own."""
    repo = own_repo(tmp_path, monkeypatch)
    repo.commit({"pkg/__init__.py": "VALUE = 1\n", ".gitignore": "__pycache__/\n*.log\n"}, "first")
    return repo


def test_each_side_has_the_files_of_its_revision(repo: Repo) -> None:
    """Base and head are checked out beside one another, in folders with the checkout's name."""
    repo.git("tag", "v1")
    head = repo.commit({"pkg/__init__.py": "VALUE = 2\n"}, "second")
    with repo.places("v1", "HEAD") as (base, after):
        assert shown(base, "import pkg; print(pkg.VALUE)") == "1"
        assert shown(after, "import pkg; print(pkg.VALUE)") == "2"
        assert (after.revision.name, after.revision.commit) == ("HEAD", head)
        assert (after.revision.subject, after.revision.dirty) == ("second", False)
        assert base.root.name == after.root.name == repo.root.name
        assert len(str(base.root)) == len(str(after.root))


def test_the_head_is_the_checkout_as_it_is(repo: Repo) -> None:
    """Changes, new files, removed files, modes and links are in it; ignored files are not."""
    repo.commit({"gone.py": "", "run.sh": "#!/bin/sh\n"})
    repo.write(
        {"pkg/__init__.py": "VALUE = 3\n", "new\nline é.txt": "x", "a b.py": "", "c.log": ""}
    )
    (repo.root / "gone.py").unlink()
    (repo.root / "run.sh").chmod(0o755)
    (repo.root / "link").symlink_to("pkg")
    with repo.places() as (base, head):
        assert head.revision.name == "working tree"
        assert head.revision.dirty
        assert sorted(os.listdir(head.root)) == sorted(
            [".git", ".gitignore", "a b.py", "link", "new\nline é.txt", "pkg", "run.sh"]
        )
        assert (head.root / "run.sh").stat().st_mode & 0o100
        assert os.readlink(head.root / "link") == "pkg"
        assert (head.root / "pkg/__init__.py").read_text() == "VALUE = 3\n"
        assert (base.root / "pkg/__init__.py").read_text() == "VALUE = 1\n"


def test_the_same_changes_are_the_same_commit(repo: Repo) -> None:
    """What was measured can be recognised: the commit goes by the files, not by the hour."""
    repo.write({"pkg/__init__.py": "VALUE = 3\n"})
    commits = []
    for _ in range(2):
        with repo.places() as (_, head):
            commits.append(head.revision.commit)
    assert commits[0] == commits[1]


def test_nothing_of_the_user_is_touched(repo: Repo) -> None:
    """Index, branches, stash, configuration and files are as before, and no hook has run."""
    repo.commit({"b.py": ""})
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "pre-commit"):
        path = repo.root / ".git" / "hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\necho {hook} >>{repo.root}/ran\n")
        path.chmod(0o755)
    repo.write({"stashed.py": ""})
    repo.git("stash", "-u", "-q")
    repo.write({"staged.py": ""})
    repo.git("add", "staged.py")
    repo.write({"staged.py": "changed\n", "untracked.py": ""})
    (repo.root / "ran").unlink(missing_ok=True)
    before = repo.traces()
    with repo.places("HEAD"):
        assert repo.traces()["files"] == before["files"]
    assert repo.traces() == before
    assert os.listdir(tempfile.gettempdir()) == []


def test_git_knows_of_no_place_afterwards(repo: Repo) -> None:
    """The worktrees are off git's list when the gate has ended, by an error too."""
    own = repo.git("worktree", "list")
    repo.write({"b.py": ""})

    def interrupted() -> None:
        with repo.places():
            assert len(repo.git("worktree", "list").splitlines()) == 3
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert repo.git("worktree", "list") == own


def test_a_place_is_the_folder_that_the_user_stands_in(repo: Repo) -> None:
    """The gate may be started in a folder of the checkout."""
    repo.commit({"services/a b/x.py": "1"})
    repo.write({"services/a b/x.py": "2"})
    with repo.places("HEAD", below="services/a b") as (base, head):
        assert (base.root / "x.py").read_text() == "1"
        assert (head.root / "x.py").read_text() == "2"


def test_a_folder_that_one_side_lacks_is_refused(repo: Repo) -> None:
    """There is nothing to run in on that side, and the sentence says where."""
    repo.git("tag", "v1")
    repo.commit({"later/x.py": ""})
    with pytest.raises(GateError, match=r"v1 \(\w{12}\) has no folder later/"):
        repo.places("v1", "HEAD", below="later").__enter__()


def test_a_side_has_variables_of_its_own(repo: Repo) -> None:
    """Temporary folder, cache, coverage and ports differ, and no value differs in its length."""
    repo.write({"b.py": ""})
    repo.environ |= {
        "PYTHONDONTWRITEBYTECODE": "1",
        "CONFIG": f"{repo.root}/pkg",
        **{name: "x" for name in LOCAL if name != "GIT_DIR"},
    }
    with repo.places() as (base, head):
        assert base.environ.keys() == head.environ.keys()
        differ = {name for name in base.environ if base.environ[name] != head.environ[name]}
        assert differ >= {
            *("TMPDIR", "XDG_CACHE_HOME", "COVERAGE_FILE", "PYTHONPYCACHEPREFIX", "CONFIG"),
            *("GREENLINT_GATE_SIDE", "GREENLINT_GATE_PORT_OFFSET", "GREENLINT_GATE_SUFFIX"),
        }
        for place in (base, head):
            assert place.environ["GREENLINT_GATE_SIDE"] == place.side
            assert place.environ["CONFIG"] == str(place.root / "pkg")
            assert place.environ["PWD"] == str(place.root)
            assert os.path.isdir(place.environ["TMPDIR"])
            assert not {*LOCAL, "PYTHONDONTWRITEBYTECODE"} & {*place.environ}
        for name, value in base.environ.items():
            assert len(value) == len(head.environ[name]), name


@pytest.mark.parametrize(
    ("base", "head", "sentence"),
    [
        ("mian", None, "git knows no revision 'mian' here. Did you mean main?"),
        ("origin/main", None, "Did you mean main?"),
        ("nowhere", None, "Fetch it first, for example with `git fetch origin`"),
        ("--all", None, "'--all' is not a revision."),
        ("", None, "'' is not a revision."),
        ("main", "v9", "git knows no revision 'v9' here"),
        ("main^{tree}", None, "git knows no revision"),
    ],
)
def test_an_unknown_revision_is_named(
    repo: Repo, base: str, head: str | None, sentence: str
) -> None:
    """The sentence has the name, and the nearest branch or tag where there is one."""
    with pytest.raises(GateError) as caught:
        repo.places(base, head).__enter__()
    assert sentence in str(caught.value)


def test_equal_sides_are_refused(repo: Repo) -> None:
    """With nothing changed there is nothing to compare, unless a self-check asks for that."""
    with pytest.raises(NothingToCompare, match="the same commit, and nothing is changed"):
        repo.places().__enter__()
    repo.git("tag", "v1")
    repo.commit({}, "empty")
    with pytest.raises(NothingToCompare, match="hold the same files"):
        repo.places("v1", "main").__enter__()
    with repo.places(alike=True) as (base, head):
        assert base.revision.commit == head.revision.commit
    assert os.listdir(tempfile.gettempdir()) == []


def test_a_folder_without_a_repository_is_refused(repo: Repo, tmp_path: Path) -> None:
    """Outside of a clone, in git's own folder and in a bare repository there is no checkout."""
    repo.environ["GIT_CEILING_DIRECTORIES"] = str(tmp_path)
    (tmp_path / "none").mkdir()
    with pytest.raises(GateError, match=r"is in none: not a git repository .* Run it in a clone"):
        repo.places(below="../none").__enter__()
    with pytest.raises(GateError, match="is git's own folder"):
        repo.places(below=".git").__enter__()
    repo.git("clone", "-q", "--bare", str(repo.root), str(tmp_path / "bare"))
    with pytest.raises(GateError, match="is a bare repository"):
        repo.places(below="../bare").__enter__()
    with pytest.raises(GateError, match="is no folder"):
        repo.places(below="nowhere").__enter__()


def test_a_machine_without_git_is_told(repo: Repo) -> None:
    """The sentence says what git is for."""
    repo.environ["PATH"] = "/nowhere"
    with pytest.raises(GateError, match="The gate needs git, which is not installed"):
        repo.places().__enter__()


def test_a_shallow_clone_is_told_how_to_get_more(repo: Repo, tmp_path: Path) -> None:
    """What CI checks out lacks the base: the sentence has the line that changes that."""
    repo.commit({"b.py": ""})
    clone = Repo(tmp_path / "clone", repo.environ, repo.cache)
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.root}", str(clone.root))
    with pytest.raises(GateError, match=r"shallow.*--unshallow.*fetch-depth: 0"):
        clone.places("HEAD~1").__enter__()


def test_an_unfinished_merge_is_refused(repo: Repo) -> None:
    """A checkout with conflicts is nobody's revision; a commit of it can still be measured."""
    repo.git("switch", "-q", "-c", "other")
    repo.commit({"pkg/__init__.py": "VALUE = 2\n"})
    repo.git("switch", "-q", "main")
    repo.commit({"pkg/__init__.py": "VALUE = 3\n"})
    subprocess.run(["git", "merge", "-q", "other"], cwd=repo.root, check=False, capture_output=True)
    with pytest.raises(GateError, match=r"A merge is not finished: pkg/__init__.py in"):
        repo.places("other").__enter__()
    with repo.places("other", "main") as (_, head):
        assert shown(head, "import pkg; print(pkg.VALUE)") == "3"


def test_differing_requirements_need_an_installer(repo: Repo) -> None:
    """Without one nothing can be measured, and the sentence names the files and the setting."""
    repo.commit({"requirements.txt": "a==1\n"})
    repo.write({"requirements.txt": "a==2\n"})
    with pytest.raises(CannotMeasure, match=r"differ in requirements\.txt.*gate-install = "):
        repo.places("HEAD").__enter__()
    assert os.listdir(tempfile.gettempdir()) == []


def test_what_is_not_the_projects_is_left_out(repo: Repo) -> None:
    """An environment, a repository within this one and greenlint's own files are no change."""
    repo.write({"env/pyvenv.cfg": "", "env/lib/x.py": "", ".greenlint/gate/x": ""})
    inner = new_repo(repo.root / "inner", repo.environ)
    inner.commit({"x.py": ""})
    with pytest.raises(NothingToCompare):
        repo.places().__enter__()
    new_repo(repo.root / "empty", repo.environ)
    repo.write({"b.py": ""})
    with repo.places() as (_, head):
        assert sorted(os.listdir(head.root)) == [".git", ".gitignore", "b.py", "pkg"]


def test_a_disk_that_fills_on_the_way_is_told(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever could not be written, the sentence has the folder and TMPDIR; a fault of the one who
    measures is not hidden by it.
    """

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def measured() -> None:
        with repo.places(alike=True):
            full()

    with pytest.raises(OSError, match="No space left"):
        measured()
    monkeypatch.setattr(imports, "write_hook", full)
    with pytest.raises(GateError, match=r"greenlint-gate-\w+: no space left on device\. Make room"):
        repo.places(alike=True).__enter__()
    assert os.listdir(tempfile.gettempdir()) == []

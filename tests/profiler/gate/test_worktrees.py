# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is in a checkout besides files that git keeps: submodules, large files, built modules."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from greenlint_profiler.gate.error import CannotMeasure, GateError

from tests.profiler.repositories import Repo, new_repo, own_repo, shown

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository with one commit, and a temporary folder of its own."""
    repo = own_repo(tmp_path, monkeypatch)
    repo.commit({"pkg/__init__.py": "", ".gitignore": "*.so\n_version.py\nbuild/\n*.log\n"})
    return repo


def with_submodule(repo: Repo, folder: Path) -> Repo:
    """A submodule whose own submodule has a file, as users fetch them: recursively."""
    inner, library = new_repo(folder / "inner"), new_repo(folder / "library")
    inner.commit({"deep.txt": "1"})
    library.commit({"lib.txt": "1"})
    library.git("submodule", "--quiet", "add", str(inner.root), "in ner")
    library.commit({})
    repo.git("submodule", "--quiet", "add", str(library.root), "libs/a b")
    repo.git("submodule", "--quiet", "update", "--init", "--recursive")
    repo.commit({}, "with a submodule")
    return library


def test_submodules_are_checked_out_from_what_is_here(repo: Repo, tmp_path: Path) -> None:
    """Both sides have the submodule at the commit that they name, out of the checkout's copy."""
    library = with_submodule(repo, tmp_path)
    library.commit({"lib.txt": "2"})
    module = Repo(repo.root / "libs/a b", repo.environ, repo.cache)
    module.git("pull", "-q", "origin", "main")
    shutil.rmtree(library.root)
    before = repo.traces()
    with repo.places("HEAD") as (base, head):
        assert (base.root / "libs/a b/lib.txt").read_text() == "1"
        assert (head.root / "libs/a b/lib.txt").read_text() == "2"
        assert (head.root / "libs/a b/in ner/deep.txt").read_text() == "1"
    assert repo.traces() == before
    assert repo.said == []


def test_a_submodule_that_was_not_fetched_is_told(repo: Repo, tmp_path: Path) -> None:
    """It stays empty, and the sentence has the command that fetches it."""
    with_submodule(repo, tmp_path)
    repo.git("submodule", "deinit", "--force", "libs/a b")
    repo.write({"b.py": ""})
    with repo.places("HEAD") as (base, _):
        assert os.listdir(base.root / "libs/a b") == []
    assert len(repo.said) == 1
    assert repo.said[0].startswith(f"The submodule libs/a b is not in {repo.root}")
    assert "`git submodule update --init`" in repo.said[0]


def test_a_commit_that_a_submodule_lacks_is_told(repo: Repo, tmp_path: Path) -> None:
    """The sentence has the commit and says where to fetch it."""
    library = with_submodule(repo, tmp_path)
    newer = library.commit({"lib.txt": "2"})
    repo.git("update-index", "--cacheinfo", f"160000,{newer},libs/a b")
    repo.git("commit", "-q", "-m", "newer")
    with pytest.raises(GateError, match=rf"submodule libs/a b cannot be .* at {newer[:12]}"):
        repo.places("HEAD~1", "HEAD").__enter__()
    assert os.listdir(tempfile.gettempdir()) == []


def test_large_files_come_from_the_store_of_git_lfs(repo: Repo) -> None:
    """A pointer is replaced by what it stands for where that is here, and told where it is not."""
    names = {}
    for text in ("here", "elsewhere"):
        content = hashlib.sha256(text.encode()).hexdigest()
        names[text] = (
            f"version https://git-lfs.github.com/spec/v1\noid sha256:{content}\nsize {len(text)}\n"
        )
    stored = hashlib.sha256(b"here").hexdigest()
    place = repo.root / ".git" / "lfs" / "objects" / stored[:2] / stored[2:4] / stored
    place.parent.mkdir(parents=True)
    place.write_text("here")
    attributes = {".gitattributes": "*.bin filter=lfs\n", "own.bin": "no pointer"}
    repo.commit({"here.bin": names["here"], "else.bin": names["elsewhere"], **attributes})
    repo.write({"b.py": ""})
    with repo.places("HEAD") as both:
        for place_ in both:
            assert (place_.root / "here.bin").read_text() == "here"
            assert (place_.root / "else.bin").read_text() == names["elsewhere"]
            assert (place_.root / "own.bin").read_text() == "no pointer"
    assert [line.partition(":")[0] for line in repo.said] == [
        "else.bin of HEAD",
        "else.bin of working tree",
    ]


@pytest.mark.parametrize("more", [[], ["--sparse-index"]])
def test_a_sparse_checkout_is_sparse_on_both_sides(repo: Repo, more: list[str]) -> None:
    """What the user has not checked out is neither removed nor needed."""
    repo.commit({"wanted/a.py": "1", "unwanted/b.py": "1"})
    repo.git("sparse-checkout", "set", "--cone", *more, "wanted", "pkg")
    repo.write({"wanted/a.py": "2"})
    before = repo.traces()
    with repo.places("HEAD") as (base, head):
        assert repo.git("diff", "--name-only", "HEAD", head.revision.commit) == "wanted/a.py"
        assert sorted(os.listdir(base.root)) == sorted(os.listdir(head.root))
    assert repo.traces() == before


def test_a_partial_clone_fetches_nothing(repo: Repo, tmp_path: Path) -> None:
    """Files that the clone lacks are named a reason, and no network is opened for them."""
    repo.git("tag", "v1")
    repo.commit({"pkg/__init__.py": "VALUE = 2\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = Repo(tmp_path / "clone", repo.environ, repo.cache)
    repo.git("clone", "-q", "--filter=blob:none", f"file://{repo.root}", str(clone.root))
    clone.git("config", "remote.origin.url", "https://git.example.org/x")
    with pytest.raises(GateError, match=r"cannot check out v1 .*This clone is partial"):
        clone.places("v1", "HEAD").__enter__()
    assert os.listdir(tempfile.gettempdir()) == []


def test_modules_that_git_ignores_are_copied(repo: Repo) -> None:
    """A version that a build wrote is needed for the import; a folder of a build is not."""
    repo.write({"pkg/_version.py": "V = 5\n", "build/x.py": "", "pkg/x.log": "", "pkg/new.py": ""})
    (repo.root / "pkg" / "gone").mkdir()
    with repo.places() as (base, head):
        for place in (base, head):
            assert shown(place, "from pkg._version import V; print(V)") == "5"
            assert not (place.root / "build").exists()
            assert not (place.root / "pkg" / "x.log").exists()
    assert repo.said == ["Copied to both sides, as git ignores them: pkg/_version.py."]


def test_compiled_modules_are_copied_where_their_sources_are_equal(repo: Repo) -> None:
    """One build stands for both sides as long as both would build the same."""
    repo.commit({"pkg/fast.c": "1", "pkg/fast.h": "1"})
    repo.write({"pkg/fast.so": "built", "pkg/b.py": ""})
    with repo.places() as both:
        for place in both:
            assert (place.root / "pkg/fast.so").read_text() == "built"


@pytest.mark.parametrize("source", ["pkg/fast.pyx", "src/lib.rs", "meson.build", "pkg/fast.py"])
def test_compiled_modules_of_other_sources_need_an_installer(repo: Repo, source: str) -> None:
    """A build of one side does not stand for the other: not of Cython, Rust or mypyc."""
    repo.commit({source: "1"})
    repo.write({source: "2", "pkg/fast.cpython-311-x86_64-linux-gnu.so": "built"})
    with pytest.raises(CannotMeasure, match="differ in what is compiled, so that one environment"):
        repo.places().__enter__()
    repo.install = "true"
    with repo.places() as (base, head):
        assert base.environment is not None
        assert not list(head.root.glob("pkg/*.so"))


def test_a_full_disk_is_told(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says what to do, and nothing is left; here files may be of 1 MB at most."""
    import resource
    import signal

    repo.commit({"large.bin": "x" * 3_000_000})
    repo.write({"b.py": ""})
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        with pytest.raises(GateError, match=r"git cannot (?:check out|take up)"):
            repo.places("HEAD").__enter__()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert os.listdir(tempfile.gettempdir()) == []
    assert len(repo.git("worktree", "list").splitlines()) == 1


def test_a_temporary_folder_that_cannot_be_written_is_told(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence has the folder, and TMPDIR."""
    monkeypatch.setattr(tempfile, "tempdir", str(repo.root / "pkg" / "__init__.py"))
    with pytest.raises(GateError, match=r"__init__\.py: not a directory. Make room, or set TMPDIR"):
        repo.places(alike=True).__enter__()

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Environments of one side: made by the user's command, kept, shared, and never half made."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from greenlint_profiler.gate.error import CannotMeasure
from greenlint_profiler.gate.sides import environments

from tests.profiler.repositories import Repo, own_repo, shown

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

# Installs a library whose version is that of the requirements, and counts how often.
INSTALL = (
    "{python} -c 'import sysconfig, shutil; "
    'shutil.copy("requirements.txt", sysconfig.get_path("purelib") + "/library.py")\''
    " && echo x >>$INSTALLED"
)
LIBRARY = "import library; print(library.VERSION)"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository whose checkout requires something else than its branch main."""
    repo = own_repo(tmp_path, monkeypatch)
    repo.environ["INSTALLED"] = str(tmp_path / "installed")
    (tmp_path / "installed").write_text("")
    repo.commit({"requirements.txt": "VERSION = 1\n", "pkg/__init__.py": "VALUE = 1\n"})
    repo.write({"requirements.txt": "VERSION = 2\n", "pkg/__init__.py": "VALUE = 2\n"})
    repo.install = INSTALL
    return repo


def installs(repo: Repo) -> int:
    return len(Path(repo.environ["INSTALLED"]).read_text().splitlines())


def kept(repo: Repo) -> list[str]:
    return sorted(path.parent.name for path in repo.cache.glob("environments/*/made.json"))


def test_each_side_has_what_it_requires(repo: Repo) -> None:
    """Both get an environment of their own, by the same interpreter, and say why."""
    with repo.places() as (base, head):
        assert shown(base, LIBRARY) == "1"
        assert shown(head, LIBRARY) == "2"
        version = "import sys; print(sys.version)"
        assert shown(base, version) == shown(head, version) == sys.version
        assert base.environment is not None
        assert base.environment.endswith("(main and working tree differ in requirements.txt)")
        assert base.environ["PATH"].startswith(base.environ["VIRTUAL_ENV"])
        assert len(base.python) == len(head.python)
        assert base.python != head.python
    assert len([line for line in repo.said if line.startswith("Making an environment")]) == 2


def test_an_environment_is_made_once(repo: Repo) -> None:
    """The next gate finds it, whatever else has changed; another installer makes another one."""
    with repo.places():
        pass
    repo.write({"pkg/__init__.py": "VALUE = 3\n"})
    with repo.places() as (_, head):
        assert shown(head, LIBRARY) == "2"
    assert installs(repo) == 2
    repo.install = f"{INSTALL} && true"
    with repo.places():
        pass
    assert installs(repo) == 4


def test_equal_requirements_share_the_users_environment(repo: Repo) -> None:
    """An installer alone makes no environment: there must be a difference for it."""
    repo.write({"requirements.txt": "VERSION = 1\n"})
    with repo.places() as both:
        assert [place.environment for place in both] == [None, None]
        assert {place.python for place in both} == {sys.executable}
    assert installs(repo) == 0


def test_an_installer_that_fails_is_shown(repo: Repo) -> None:
    """The sentence has the command, its code and its last words; nothing half made is kept."""
    repo.install = "echo no matching distribution; exit 7"
    with pytest.raises(CannotMeasure) as caught:
        repo.places().__enter__()
    assert "`echo no matching distribution; exit 7` failed in " in str(caught.value)
    assert "(exit code 7)" in str(caught.value)
    assert str(caught.value).endswith("\nno matching distribution")
    assert kept(repo) == []
    assert os.listdir(tempfile.gettempdir()) == []
    repo.install = INSTALL
    with repo.places() as (base, _):
        assert shown(base, LIBRARY) == "1"


def test_half_an_environment_is_not_used(repo: Repo) -> None:
    """What an interrupted gate was making is made anew."""
    with repo.places():
        pass
    for made in repo.cache.glob("environments/*/made.json"):
        made.write_text('{"made_for"')
        (made.parent / "half").write_text("")
    with repo.places() as (base, _):
        assert shown(base, LIBRARY) == "1"
    assert installs(repo) == 4
    assert not list(repo.cache.rglob("half"))


def test_another_interpreter_is_refused(repo: Repo) -> None:
    """Two interpreters would be compared, and not two revisions."""
    repo.install = (
        "rm {python}; printf '#!/bin/sh\\necho cpython 3.99\\n' >{python}; chmod +x {python}"
    )
    with pytest.raises(CannotMeasure, match=r"another interpreter .* cpython 3\.99 instead of"):
        repo.places().__enter__()


def test_two_gates_make_one_environment(repo: Repo) -> None:
    """The second waits for the first, and then has the same."""
    repo.install = f"sleep 0.5; {INSTALL}"
    told: list[str] = []

    def gate() -> None:
        with repo.places() as (base, head):
            told.extend([shown(base, LIBRARY), shown(head, LIBRARY)])

    threads = [threading.Thread(target=gate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["1", "1", "2", "2"]
    assert installs(repo) == 2
    assert any(line.startswith("Another gate makes the environment") for line in repo.said)


def test_old_environments_are_removed(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few are kept, the ones used last; none is removed while a gate has it."""
    monkeypatch.setattr(environments, "KEEP", 2)
    with repo.places() as (base, _):
        first = kept(repo)
        for version in (3, 4):
            repo.write({"requirements.txt": f"VERSION = {version}\n"})
            with repo.places() as (_, head):
                assert shown(head, LIBRARY) == str(version)
        assert {*first} < {*kept(repo)}
        assert shown(base, LIBRARY) == "1"
    with repo.places():
        pass
    assert len(kept(repo)) == 2
    assert not [path for path in repo.cache.glob("environments/*") if path.suffix == ".log"][2:]


def test_a_kept_environment_leads_to_the_side(repo: Repo) -> None:
    """An editable install in it points to the checkout of an earlier gate, which is gone."""
    repo.install = (
        "{python} -c 'import os, sysconfig; "
        'open(sysconfig.get_path("purelib") + "/p.pth", "w").write(os.getcwd() + "/src")\''
    )
    repo.commit({"src/lib2/__init__.py": "VALUE = 1\n"})
    repo.git("rm", "-q", "--cached", "requirements.txt")
    repo.commit({"requirements.txt": "VERSION = 1\n"})
    repo.write({"requirements.txt": "VERSION = 2\n"})
    code = "import os, sys; os.chdir('/'); sys.path.remove(''); import lib2; print(lib2.__file__)"
    for _ in range(2):
        with repo.places() as both:
            for place in both:
                assert shown(place, code) == f"{place.root}/src/lib2/__init__.py"


def test_what_an_installer_builds_is_kept(repo: Repo) -> None:
    """Compiled modules that it leaves in the checkout are there in the next gate too, until what
    they are made of changes.
    """
    repo.commit({".gitignore": "*.so\n", "pkg/fast.c": "1", "requirements.txt": "VERSION = 1\n"})
    repo.write({"requirements.txt": "VERSION = 2\n"})
    repo.install = "cp pkg/fast.c pkg/fast.so; echo x >>$INSTALLED"
    for _ in range(2):
        with repo.places() as (base, head):
            assert (base.root / "pkg/fast.so").read_text() == "1"
            assert (head.root / "pkg/fast.so").read_text() == "1"
    assert installs(repo) == 2
    repo.write({"pkg/fast.c": "2"})
    with repo.places() as (base, head):
        assert (base.root / "pkg/fast.so").read_text() == "1"
        assert (head.root / "pkg/fast.so").read_text() == "2"
    assert installs(repo) == 3


def test_a_cache_that_cannot_be_written_is_told(repo: Repo) -> None:
    """The sentence has the folder and the reason."""
    repo.cache.write_text("a file")
    with pytest.raises(CannotMeasure, match=r"cache/environments: not a directory. Make room"):
        repo.places().__enter__()
    assert os.listdir(tempfile.gettempdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_a_checkout_that_somebody_else_put_there_is_not_trusted(repo: Repo) -> None:
    """The temporary folder is for all users: an environment that leads there is made anew."""
    with repo.places() as (base, _):
        place = base.root
    place.mkdir(parents=True)
    os.chown(place.parents[1], 65534, 65534)
    with repo.places():
        pass
    assert installs(repo) == 3

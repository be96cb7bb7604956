# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The code that runs on a side is that of the side, however the project is installed."""

from __future__ import annotations

import shutil
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from greenlint_profiler.gate.error import CannotMeasure
from greenlint_profiler.gate.sides.places import Place

from tests.profiler.repositories import Repo, own_repo, printed, shown

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

WHERE = "import pkg; print(pkg.VALUE, pkg.__file__)"
OTHER = "import importlib.util; print(importlib.util.find_spec('other') is not None)"

# What setuptools writes beside its .pth file, with as much of its finder as finds a package.
FINDER = """
import sys
from importlib.machinery import PathFinder
from importlib.util import spec_from_file_location
from pathlib import Path

MAPPING: dict[str, str] = {mapping!r}
NAMESPACES: dict[str, list[str]] = {{}}

class _EditableFinder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in MAPPING:
            for place in (Path(MAPPING[name], "__init__.py"), Path(MAPPING[name] + ".py")):
                if place.exists():
                    return spec_from_file_location(name, place)

def install():
    sys.meta_path.append(_EditableFinder)
"""
# What hatch writes where it is told to be exact, and the library `editables` that it leads to.
REDIRECTOR = "from editables import F\nF.install()\n"
EDITABLES = """
import sys
from importlib.util import spec_from_file_location

class F:
    _redirections: dict[str, str] = {}

    @classmethod
    def install(cls):
        sys.meta_path.append(cls)

    @classmethod
    def map_module(cls, name, path):
        cls._redirections[name] = path

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in cls._redirections:
            return spec_from_file_location(name, cls._redirections[name])
"""


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository, an environment without pip in it, and a temporary folder of its own."""
    repo = own_repo(tmp_path, monkeypatch)
    venv.create(tmp_path / "env", symlinks=True)
    repo.python = str(tmp_path / "env" / "bin" / "python")
    return repo


def site(repo: Repo) -> Path:
    version = "python{}.{}".format(*sys.version_info)
    return Path(repo.python).parents[1] / "lib" / version / "site-packages"


def two(repo: Repo, folder: str) -> None:
    """A package in a folder, with one value in the base and another in the checkout; the checkout
    has one module more.
    """
    repo.commit({f"{folder}pkg/__init__.py": "VALUE = 1\n", ".gitignore": "__pycache__/\n"})
    repo.write({f"{folder}pkg/__init__.py": "VALUE = 2\n", f"{folder}other.py": ""})


def path_file(repo: Repo, folder: str) -> None:
    """What pip, flit, poetry, hatch and uv write for an editable install."""
    (site(repo) / "_project.pth").write_text(f"{repo.root / folder}\n")


def finder(repo: Repo, folder: str) -> None:
    """What setuptools writes for one."""
    mapping = {name: str(repo.root / folder / name) for name in ("pkg", "other")}
    (site(repo) / "__editable___project_1_finder.py").write_text(FINDER.format(mapping=mapping))
    line = "import __editable___project_1_finder; __editable___project_1_finder.install()\n"
    (site(repo) / "__editable__.project-1.pth").write_text(line)


def redirector(repo: Repo, folder: str) -> None:
    """What hatch writes for one where it is told to be exact."""
    files = {"pkg": "pkg/__init__.py", "other": "other.py"}
    calls = [f"F.map_module({name!r}, {str(repo.root / folder / files[name])!r})" for name in files]
    (site(repo) / "editables.py").write_text(EDITABLES)
    (site(repo) / "_editable_impl_project.py").write_text(REDIRECTOR + "\n".join(calls))
    (site(repo) / "project.pth").write_text("import _editable_impl_project\n")


def variable(repo: Repo, folder: str) -> None:
    """No install at all, but a PYTHONPATH."""
    repo.environ["PYTHONPATH"] = str(repo.root / folder)


@pytest.mark.parametrize("folder", ["src/", "", "python code/"])
@pytest.mark.parametrize("install", [path_file, finder, redirector, variable])
def test_an_editable_install_is_that_of_the_side(
    repo: Repo, install: Callable[[Repo, str], None], folder: str
) -> None:
    """Neither side imports the user's checkout: not its own modules, and none that it lacks."""
    two(repo, folder)
    install(repo, folder)
    with repo.places() as both:
        for place, value, has_other in zip(both, "12", ("False", "True"), strict=True):
            told, _, file = outside(place, WHERE).partition(" ")
            assert told == value
            assert Path(file) == place.root / folder / "pkg" / "__init__.py"
            assert outside(place, OTHER) == has_other


def outside(place: Place, code: str) -> str:
    """What a program prints that does not run in the checkout."""
    return shown(place, f"import os, sys; os.chdir('/'); sys.path.remove(''); {code}")


@pytest.mark.parametrize("install", [path_file, finder, redirector])
def test_the_order_of_the_path_is_that_of_the_user(
    repo: Repo, install: Callable[[Repo, str], None]
) -> None:
    """A folder of the project that the environment has last does not hide the standard library."""
    two(repo, "")
    repo.write({"colorsys.py": "raise RuntimeError('the project hides the standard library')\n"})
    install(repo, "")
    with repo.places() as (_, head):
        outside(head, "import colorsys, pkg")
        path = outside(head, "print(*sys.path, sep='|')").split("|")
        assert (path[-1] == str(head.root)) == (install is path_file)
        assert not [entry for entry in path if entry.endswith("hook")]


def test_the_sites_own_hook_still_runs(repo: Repo) -> None:
    """A sitecustomize of the environment is loaded as if there were none of ours."""
    two(repo, "src/")
    path_file(repo, "src/")
    (site(repo) / "sitecustomize.py").write_text("import os; os.environ['SITES_OWN'] = 'ran'\n")
    with repo.places() as (base, _):
        assert outside(base, "import sitecustomize; print(sitecustomize.__file__)").endswith(
            "site-packages/sitecustomize.py"
        )
        assert outside(base, "print(os.environ['SITES_OWN'])") == "ran"


def test_a_child_imports_the_same(repo: Repo) -> None:
    """What a process of a side starts is of that side too."""
    two(repo, "src/")
    finder(repo, "src/")
    code = f"import subprocess; print(subprocess.check_output([sys.executable, '-c', {WHERE!r}]))"
    with repo.places() as (base, _):
        assert str(base.root) in outside(base, code)


def test_a_package_under_another_name_is_found(repo: Repo) -> None:
    """setuptools may map a package to a folder of another name."""
    repo.commit({"lib/__init__.py": "VALUE = 1\n"})
    repo.write({"lib/__init__.py": "VALUE = 2\n"})
    mapping = {"pkg": str(repo.root / "lib")}
    finder(repo, "")
    (site(repo) / "__editable___project_1_finder.py").write_text(FINDER.format(mapping=mapping))
    with repo.places() as (base, head):
        assert outside(base, WHERE) == f"1 {base.root}/lib/__init__.py"
        assert outside(head, WHERE) == f"2 {head.root}/lib/__init__.py"


def installed_copy(repo: Repo, *more: str) -> None:
    """The project as `pip install .` leaves it."""
    about = site(repo) / "project-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: Pro_ject\nVersion: 1\n")
    files = ["pkg/__init__.py", *more, "project-1.dist-info/METADATA", "../../../bin/tool"]
    (about / "RECORD").write_text("".join(f"{name},,\n" for name in files))
    (site(repo) / "pkg").mkdir()
    (site(repo) / "pkg" / "__init__.py").write_text("VALUE = 'installed'\n")
    for name in more:  # from 3.12 on, what is not there is not told as installed
        (site(repo) / name).touch()


@pytest.mark.parametrize("folder", ["src/", ""])
def test_a_side_comes_before_an_installed_copy(repo: Repo, folder: str) -> None:
    """A project that was installed as a copy is measured in the checkout of the side."""
    repo.commit({"pyproject.toml": "[project]\nname = 'pro.ject'\n"})
    two(repo, folder)
    installed_copy(repo)
    with repo.places() as (base, head):
        assert outside(base, WHERE).startswith(f"1 {base.root}")
        assert outside(head, WHERE).startswith(f"2 {head.root}")


def test_a_copy_with_compiled_modules_needs_an_installer(repo: Repo) -> None:
    """A checkout has no compiled modules, so that it cannot stand for the copy."""
    repo.commit({"setup.cfg": "[metadata]\nname = pro-ject\n"})
    two(repo, "")
    installed_copy(repo, "pkg/fast.cpython-311-x86_64-linux-gnu.so")
    with pytest.raises(CannotMeasure, match="installed with compiled modules"):
        repo.places().__enter__()


def test_what_would_still_come_from_elsewhere_is_refused(repo: Repo) -> None:
    """A finder that we do not know leads to the user's checkout: that is told, not measured."""
    two(repo, "src/")
    path_file(repo, "src/")
    (site(repo) / "other.pth").write_text("import stubborn\n")
    (site(repo) / "stubborn.py").write_text(
        "import sys, importlib.util\n"
        "class Finder:\n"
        "    @staticmethod\n"
        "    def find_spec(name, path=None, target=None):\n"
        "        if name == 'pkg':\n"
        f"            place = {str(repo.root / 'src/pkg/__init__.py')!r}\n"
        "            return importlib.util.spec_from_file_location(name, place)\n"
        "sys.meta_path.insert(0, Finder)\n"
    )
    with pytest.raises(CannotMeasure, match=r"On the base side `import pkg` would take .*repo/src"):
        repo.places().__enter__()


def test_an_environment_within_the_checkout_is_no_part_of_it(repo: Repo) -> None:
    """.venv lies in the checkout and stays the user's, on both sides."""
    repo.commit({".gitignore": ".venv/\n"})
    two(repo, "src/")
    venv.create(repo.root / ".venv", symlinks=True)
    repo.python = str(repo.root / ".venv" / "bin" / "python")
    repo.environ["PATH"] = f"{repo.root}/.venv/bin:{repo.environ['PATH']}"
    path_file(repo, "src/")
    (site(repo) / "library.py").write_text("")
    with repo.places() as both:
        for place in both:
            assert shown(place, "import library; print(library.__file__)").startswith(
                str(repo.root / ".venv")
            )
            assert place.environ["PATH"] == repo.environ["PATH"]
            assert outside(place, WHERE).endswith(f"{place.root}/src/pkg/__init__.py")


def test_an_interpreter_that_does_not_start_is_told(repo: Repo, tmp_path: Path) -> None:
    """The sentence has the interpreter and its last words."""
    two(repo, "")
    (tmp_path / "broken").write_text("#!/bin/sh\necho no such library >&2\nexit 3\n")
    (tmp_path / "broken").chmod(0o755)
    repo.python = str(tmp_path / "broken")
    with pytest.raises(CannotMeasure, match=r"broken does not start: no such library"):
        repo.places().__enter__()
    repo.python = str(tmp_path / "none")
    with pytest.raises(CannotMeasure, match=r"Cannot run the interpreter .*none: no such file"):
        repo.places().__enter__()


def test_the_command_finds_the_side_by_itself(repo: Repo) -> None:
    """A plain checkout, run with `python -m` in it, is that of the side."""
    repo.commit({"pkg/__init__.py": "", "pkg/__main__.py": "print('base')\n"})
    repo.write({"pkg/__main__.py": "print('head')\n"})
    with repo.places() as both:
        for place in both:
            said = printed([place.python, "-m", "pkg"], place.root, place.environ)
            assert said == place.side

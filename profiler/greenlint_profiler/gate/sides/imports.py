# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where the modules of a project come from: the user's checkout, and in its stead a side's own."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from greenlint_profiler.gate.error import CannotMeasure
from greenlint_profiler.said import say

HOOK = Path(__file__).with_name("side_hook") / "sitecustomize.py"
# Without "", which -c adds: the command has the folder of its script there, or none.
_LOOK = (
    "import json, sys; path = [entry for entry in sys.path if entry]; "
    "print(json.dumps([path, sys.version, sys.base_prefix]))"
)
# A top-level name is found without running its code.
_FIND = """
import importlib.util, json, sys
sys.path[:] = [entry for entry in sys.path if entry]
found = {}
for name in json.load(sys.stdin):
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        spec = None
    places = [spec.origin, *(spec.submodule_search_locations or ())] if spec else []
    found[name] = [place for place in places if place and place not in ("built-in", "frozen")]
print(json.dumps(found))
"""
_SOURCE_FOLDERS = ("src", "", "lib", "python")
_NOT_PACKAGES = ("setup", "conftest", "noxfile", "fabfile", "tasks", "manage")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """An interpreter as a command of the user would start it.  `path` is its `sys.path`, without
    the folder that a script adds; `about` tells it from others.
    """

    python: str
    path: tuple[str, ...]
    about: str


@dataclass(frozen=True, slots=True)
class Project:
    """What the environment knows of the project that is measured.

    `checkouts` are the folders from which it may be installed.  `entries` are those of `sys.path`
    that lie in one of them, as paths below it, in order; `mapped` are the top-level names that an
    editable install finds without the path.  `names` are those of an installed copy, and `compiled`
    says that this one has compiled modules.
    """

    checkouts: tuple[Path, ...]
    entries: tuple[tuple[str, str], ...]
    mapped: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    compiled: bool

    def roots(self, sides: Iterable[tuple[Path, Path]]) -> list[str]:
        """The folders from which the path leads to the project on either side, first things first:
        those of the user's path, and those of an installed copy.  `sides` are the checkouts, each
        with the folder in it where the user stands.
        """
        sides = list(sides)
        found = [below for _, below in self.entries]
        for name in self.names:
            found += [one for top, root in sides for one in _holders(name, top, root)]
        there = (one for one in found if any((top / one).is_dir() for top, _ in sides))
        return list(dict.fromkeys(there))


def interpreter(python: str, where: Path, environ: Mapping[str, str]) -> Interpreter:
    """Ask an interpreter for its path.  Raises CannotMeasure."""
    path, *about = json.loads(_asked(python, _LOOK, where, environ))
    real = os.path.realpath(python)
    return Interpreter(python, tuple(path), " ".join([*about, real]))


def project(python: Interpreter, checkouts: Sequence[Path], root: Path) -> Project:
    """Look for the project in an environment; its code is not run, its finders are read."""
    places = tuple(dict.fromkeys(Path(os.path.realpath(one)) for one in checkouts))
    entries = [
        (entry, below) for entry in python.path if (below := _below(entry, places)) is not None
    ]
    mapped = [
        (name.partition(".")[0], below)
        for name, path in _mappings(python.path)
        if (below := _below(path, places)) is not None
    ]
    names: set[str] = set()
    compiled = False
    for one in _copies(python.path, places, root):
        files = [str(file) for file in one.files or ()]
        names |= {name for file in files if (name := _top_level(file))}
        compiled = compiled or any(file.endswith((".so", ".pyd")) for file in files)
    return Project(places, tuple(entries), tuple(mapped), tuple(sorted(names)), compiled)


def write_hook(folder: Path, found: Project, top: Path, last: Iterable[str]) -> None:
    """The hook of one side, whose checkout is `top`, in a folder for its PYTHONPATH.  `last` are
    folders of the checkout that come at the end of the path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / HOOK.name).write_bytes(HOOK.read_bytes())
    entries = [(entry, _there(top / below)) for entry, below in found.entries]
    _write_pairs(folder / "entries", entries)
    _write_pairs(folder / "last", [(os.path.normpath(top / one), "") for one in last])
    _write_pairs(folder / "checkouts", [(str(one), str(top)) for one in found.checkouts])


def refuse_others(
    python: str,
    root: Path,
    environ: Mapping[str, str],
    found: Project,
    top: Path,
    side: str,
    names: Iterable[str],
) -> None:
    """Raises CannotMeasure where a side would import its project from anywhere else than from its
    own checkout.
    """
    asked = json.dumps(sorted(names))
    told: dict[str, list[str]] = json.loads(_asked(python, _FIND, root, environ, asked))
    own = os.path.realpath(top)
    installed = {*found.names, *(name for name, _ in found.mapped)}
    for name, places in told.items():
        for place in map(os.path.realpath, places):
            if place == own or place.startswith(own + os.sep):
                continue
            if _below(place, found.checkouts) is not None:
                raise CannotMeasure(_comes_from(name, place, side, say("the checkout")))
            if name in installed and _holders(name, top, root):
                raise CannotMeasure(_comes_from(name, place, side, say("an installed copy")))


def top_level_names(top: Path, roots: Iterable[str]) -> set[str]:
    """The packages and modules that folders of a checkout offer, the standard library's apart."""
    found = set()
    for root in roots:
        with suppress(OSError):
            for entry in os.scandir(top / root):
                name, _, suffix = entry.name.partition(".")
                package = entry.is_dir() and os.path.exists(os.path.join(entry.path, "__init__.py"))
                if (package and not suffix) or (suffix == "py" and name not in _NOT_PACKAGES):
                    found.add(name)
    return {one for one in found if one.isidentifier()} - sys.stdlib_module_names


def _comes_from(name: str, place: str, side: str, what: str) -> str:
    return say(
        "On the {side} side `import {name}` would take {place}, of {what}, and not "
        "the {side}'s own code: nothing that is measured would tell the two apart. "
        "Install the project editable (`pip install -e .`), or say how an "
        "environment for a side is made: gate-install in [tool.greenlint.energy].",
        side=side,
        name=name,
        place=place,
        what=what,
    )


def _asked(python: str, code: str, where: Path, environ: Mapping[str, str], given: str = "") -> str:
    try:
        done = subprocess.run(
            [python, "-c", code],
            cwd=where,
            env=environ,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CannotMeasure(
            "Cannot run the interpreter {python}: {reason}.", python=python, reason=reason
        ) from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise CannotMeasure(
            "The interpreter {python} does not start: {last}", python=python, last=last
        )
    # What a .pth file or a sitecustomize of the site prints comes before.
    return done.stdout.splitlines()[-1]


def _below(path: str, checkouts: Iterable[Path]) -> str | None:
    """A path as seen from the checkout that holds it; None for others, and for what lies in an
    environment there, such as .venv.
    """
    real = os.path.realpath(path)
    for top in checkouts:
        if real == str(top):
            return ""
        if real.startswith(str(top) + os.sep):
            below = os.path.relpath(real, top)
            parts = Path(below).parts
            if {"site-packages", "dist-packages"} & {*parts}:
                return None
            above = (Path(top, *parts[:count]) for count in range(1, len(parts) + 1))
            return None if any((one / "pyvenv.cfg").exists() for one in above) else below
    return None


def _mappings(path: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What the finders of editable installs say, read and not run: name, and where that is."""
    for folder in path:
        for pattern in ("__editable__*_finder.py", "_editable_impl_*.py"):
            for file in sorted(Path(folder).glob(pattern)):
                with suppress(OSError, SyntaxError, ValueError):
                    yield from _mapping(ast.parse(file.read_text(encoding="utf-8")))


def _mapping(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The tables of setuptools, and the calls of the `editables` of hatch."""
    for node in tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            if getattr(node.value.func, "attr", None) == "map_module":
                name, path = map(ast.literal_eval, node.value.args)
                yield name, path
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        named = {one.id for one in targets if isinstance(one, ast.Name)}
        if named & {"MAPPING", "NAMESPACES"} and isinstance(node, ast.Assign | ast.AnnAssign):
            table: Any = ast.literal_eval(node.value) if node.value else {}
            for name, value in table.items():
                for path in value if isinstance(value, list) else [value]:
                    yield name, path


def _copies(path: Iterable[str], checkouts: Iterable[Path], root: Path) -> Iterator[Distribution]:
    """Installed distributions that are this project: by their name, or by where they came from."""
    tops = [*checkouts]
    ours = {_plain(name) for folder in [root, *tops] if (name := _project_name(folder))}
    for one in distributions(path=[folder for folder in path if os.path.isdir(folder)]):
        with suppress(OSError, ValueError):
            if _below(str(one.locate_file("")), tops) is not None:
                continue  # an .egg-info in the checkout, which is on the path
            if _plain(one.metadata["Name"] or "") in ours or _from_here(one, tops):
                yield one


def _from_here(one: Distribution, checkouts: Iterable[Path]) -> bool:
    """PEP 610: where a distribution was installed from."""
    url = json.loads(one.read_text("direct_url.json") or "{}").get("url", "")
    return url.startswith("file://") and _below(url.removeprefix("file://"), checkouts) is not None


def _project_name(folder: Path) -> str | None:
    with suppress(OSError, ValueError, AttributeError):
        told = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        poetry = told.get("tool", {}).get("poetry", {})
        if name := told.get("project", {}).get("name") or poetry.get("name"):
            return str(name)
    with suppress(OSError, ValueError):
        text = (folder / "setup.cfg").read_text(encoding="utf-8")
        if found := re.search(r"^name\s*=\s*(\S+)", text, re.MULTILINE):
            return found[1]
    return None


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _top_level(file: str) -> str | None:
    """The module that a file of a distribution belongs to; none for scripts and finders."""
    first, _, rest = file.partition("/")
    name, _, suffix = first.partition(".")
    if not name.isidentifier() or name.startswith("__"):
        return None
    return name if (rest and not suffix and file.endswith(".py")) or suffix == "py" else None


def _holders(name: str, top: Path, root: Path) -> list[str]:
    """The folder of a checkout that holds a package or module, in the places where one looks."""
    for base in dict.fromkeys((root, top)):
        for folder in _SOURCE_FOLDERS:
            place = base / folder
            if (place / name).is_dir() or (place / f"{name}.py").is_file():
                below = os.path.relpath(place, top)
                return ["" if below == "." else below]
    return []


def _there(path: Path) -> str:
    return os.path.normpath(path) if path.is_dir() else ""


def _write_pairs(file: Path, pairs: Iterable[tuple[str, str]]) -> None:
    names = (name for pair in pairs for name in pair)
    file.write_bytes(b"".join(os.fsencode(name) + b"\0" for name in names))

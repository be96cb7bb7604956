# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What an environment is made by: lock files, requirements, and the tables of dependencies."""

from __future__ import annotations

import ast
import configparser
import hashlib
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

# Read as a whole: any change of them may install something else.
_WHOLE = (
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "conda-lock.yml",
    "environment.yml",
    "pylock.toml",
    "pylock.*.toml",
    "requirements*.txt",
    "*requirements.txt",
    "requirements/*.txt",
)
# Tables of pyproject.toml that say what is installed, beside the code itself.
_TABLES = (
    ("build-system", "requires"),
    ("project", "dependencies"),
    ("project", "optional-dependencies"),
    ("project", "requires-python"),
    ("project", "entry-points"),
    ("project", "scripts"),
    ("dependency-groups",),
    ("tool", "poetry", "dependencies"),
    ("tool", "poetry", "dev-dependencies"),
    ("tool", "poetry", "group"),
    ("tool", "poetry", "extras"),
    ("tool", "poetry", "plugins"),
    ("tool", "poetry", "scripts"),
    ("tool", "pdm", "dev-dependencies"),
    ("tool", "uv"),
    ("tool", "hatch", "envs"),
    ("tool", "setuptools", "dynamic"),
    ("tool", "flit", "metadata", "requires"),
)
_SECTIONS = ("options.extras_require", "options.entry_points")
_OPTIONS = ("install_requires", "setup_requires", "tests_require", "python_requires")
_ARGUMENTS = (*_OPTIONS, "extras_require", "entry_points", "ext_modules", "scripts")
_INCLUDE = re.compile(r"^\s*(?:-r|-c|--requirement|--constraint)[ =]?\s*(\S.*?)\s*$", re.MULTILINE)

Stated = Mapping[str, str]


def stated(top: Path, root: Path) -> Stated:
    """Path from `top` -> hash of what the file says of dependencies, for the files in the folders
    from `root` up to `top`.  Requirements that other requirements include are among them.
    """
    found: dict[str, str] = {}
    for folder in _folders(top, root):
        for path in _whole(folder):
            _add(found, top, path, path.read_bytes())
        for name, read in _TOLD.items():
            if (path := folder / name).is_file():
                text = path.read_text(encoding="utf-8", errors="replace")
                _add(found, top, path, json.dumps(read(text), sort_keys=True).encode())
    return found


def differing(base: Stated, head: Stated) -> list[str]:
    """The files in which two sides differ, the one-sided ones included, in order."""
    return sorted(name for name in {*base, *head} if base.get(name) != head.get(name))


def digest(parts: Iterable[str]) -> str:
    """One short name for several texts."""
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _folders(top: Path, root: Path) -> Iterator[Path]:
    yield root
    while root != top and top in root.parents:
        root = root.parent
        yield root


def _whole(folder: Path) -> Iterator[Path]:
    """The files that count as a whole, each once, and those that they include."""
    waiting = [path for pattern in _WHOLE for path in sorted(folder.glob(pattern))]
    seen = set()
    while waiting:
        path = waiting.pop()
        if path in seen or not path.is_file():
            continue
        seen.add(path)
        yield path
        if path.suffix in (".txt", ".in"):
            text = path.read_text(encoding="utf-8", errors="replace")
            named = (path.parent / name for name in _INCLUDE.findall(text))
            waiting += [Path(os.path.normpath(one)) for one in named]


def _add(found: dict[str, str], top: Path, path: Path, content: bytes) -> None:
    try:
        name = path.resolve().relative_to(top.resolve()).as_posix()
    except ValueError:  # it is included from elsewhere, and is the same for both sides
        return
    found[name] = hashlib.sha256(content).hexdigest()


def _of_pyproject(text: str) -> object:
    try:
        document: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return text
    return [_below(document, table) for table in _TABLES]


def _below(document: object, names: tuple[str, ...]) -> object:
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return json.loads(json.dumps(document, default=str))


def _of_setup_cfg(text: str) -> object:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error:
        return text
    options = [parser.get("options", name, fallback=None) for name in _OPTIONS]
    sections = [dict(parser[name]) if parser.has_section(name) else None for name in _SECTIONS]
    return [options, sections]


def _of_setup_py(text: str) -> object:
    """The arguments of setup() that matter, where they are written out; else the whole file but
    for its comments: it is a program, and not run to find out.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return text
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_setup(node)]
    told = {
        word.arg: word.value for call in calls for word in call.keywords if word.arg in _ARGUMENTS
    }
    starred = any(word.arg is None for call in calls for word in call.keywords)
    try:
        literal = {name: repr(ast.literal_eval(value)) for name, value in told.items() if name}
    except ValueError:
        return ast.dump(tree)
    return ast.dump(tree) if starred or not calls else literal


def _is_setup(call: ast.Call) -> bool:
    return ast.unparse(call.func).rpartition(".")[2] == "setup"


_TOLD: Mapping[str, Callable[[str], object]] = {
    "pyproject.toml": _of_pyproject,
    "setup.cfg": _of_setup_cfg,
    "setup.py": _of_setup_py,
}

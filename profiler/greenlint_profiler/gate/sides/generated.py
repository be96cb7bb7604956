# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Modules of a checkout that git ignores: written by a build, and needed to import the rest."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path, PurePath

from greenlint_profiler.gate.sides.git import Git

_COMPILED = (*EXTENSION_SUFFIXES, ".so", ".pyd")
_PROTOCOLS = ("_pb2.py", "_pb2_grpc.py")
# What a compiler reads: C, C++, Fortran, Cython, Rust, protocols, and what tells how.
_SOURCES = re.compile(
    r"\.(?:c|cc|cpp|cxx|cu|h|hh|hpp|hxx|inl|s|asm|f|f77|f90|f95|pyf|pyx|pxd|pxi|rs|proto)\Z"
    r"|(?:\A|/)(?:setup\.py|meson\.build|meson_options\.txt|CMakeLists\.txt|Cargo\.(?:toml|lock))\Z",
    re.IGNORECASE,
)


def ignored_modules(git: Git) -> list[str]:
    """Files that git ignores and Python imports, in folders that hold tracked files too: those of
    a whole folder that is ignored are an environment, a build, or a cache.
    """
    listed = git.names(
        "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"
    )
    return [name for name in listed if name.endswith((".py", *_COMPILED))]


def built(names: Iterable[str]) -> list[str]:
    """Those that a compiler wrote, from files that git does keep."""
    return [name for name in names if name.endswith((*_COMPILED, *_PROTOCOLS))]


def sources(git: Git, commit: str, modules: Sequence[str]) -> list[str]:
    """The files of a commit that built modules may be made of, each with its hash.

    A module beside which stands a Python file of its name may be made of that one (mypyc, Cython).
    """
    stems = {_stem(name) + ".py" for name in modules}
    entries = git.names("ls-tree", "-r", "-z", commit)
    pairs = (entry.partition("\t")[::2] for entry in entries)
    return [f"{name} {about}" for about, name in pairs if _SOURCES.search(name) or name in stems]


def _stem(name: str) -> str:
    path = PurePath(name)
    return (path.parent / path.name.partition(".")[0]).as_posix()


def copy(names: Iterable[str], source: Path, target: Path) -> list[str]:
    """Copy files to where their folder is and they are not; returns those that were copied."""
    copied = []
    for name in names:
        path = target / name
        if path.parent.is_dir() and not path.exists():
            with suppress(OSError):
                shutil.copy2(source / name, path)
                copied.append(name)
    return copied


def keep(names: Iterable[str], source: Path, target: Path) -> None:
    """Copy files to a folder that has none of their folders yet."""
    for name in names:
        os.makedirs((target / name).parent, exist_ok=True)
        shutil.copy2(source / name, target / name)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The other programs, each installed in an environment of its own, and how linters are called."""

from __future__ import annotations

import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import Corpus, pins
from benchmarks.measure import Command

PERFLINT_CHECKS = "W8101,W8102,W8201,W8202,R8203,W8204,W8205,W8301,W8401,W8402,W8403"


@dataclass(frozen=True)
class Peers:
    """Where the other linters are installed, and in which versions."""

    folder: Path
    versions: tuple[str, ...]

    def fixit(self, corpus: Corpus) -> Command:
        """Fixit with its default rules; its processes are its own choice. 1 means findings."""
        return Command(
            (self._script("fixit"), "lint", str(corpus.root)),
            cwd=corpus.root.parent,
            accepted=frozenset({0, 1}),
        )

    def perflint(self, corpus: Corpus, *, alone: bool) -> Command:
        """Pylint in one process with perflint, as perflint's readme runs it; or, `alone`, with all
        checks of pylint's own switched off.  Its exit codes are a bit mask.
        """
        argv = [self._script("perflint", "pylint"), "--load-plugins=perflint", "--jobs=1"]
        argv += ["--rcfile="]
        if alone:
            argv += ["--disable=all", f"--enable={PERFLINT_CHECKS}"]
        return Command(
            (*argv, *map(str, corpus.files())),
            cwd=corpus.root.parent,
            accepted=frozenset(range(32)),
        )

    def ruff(self, corpus: Corpus) -> Command:
        """Ruff with all of its rules, and no cache. 1 means findings."""
        argv = (self._script("ruff"), "check", "--isolated", "--no-cache", "--select=ALL")
        return Command(
            (*argv, "--quiet", str(corpus.root)), cwd=corpus.root.parent, accepted=frozenset({0, 1})
        )

    def _script(self, peer: str, script: str = "") -> str:
        return str(scripts(self.folder / peer) / (script or peer))


def scripts(environment: Path) -> Path:
    return environment / ("Scripts" if sys.platform == "win32" else "bin")


def install(folder: Path) -> Peers:
    """Install every peer that is not there yet in the pinned versions."""
    return Peers(folder, environments(folder, "peers"))


def environments(folder: Path, section: str) -> tuple[str, ...]:
    """An environment below the folder for each pinned name of a section; the versions in them."""
    versions: list[str] = []
    for name, requirements in pins()[section].items():
        assert isinstance(requirements, list)
        environment = folder / name
        installed = environment / "installed.txt"
        wanted = " ".join(requirements)
        if not installed.exists() or installed.read_text() != wanted:
            venv.create(environment, clear=True, with_pip=True)
            pip = [str(scripts(environment) / "python"), "-m", "pip", "install", "--quiet"]
            subprocess.run([*pip, "--disable-pip-version-check", *requirements], check=True)
            installed.write_text(wanted)
        versions += [pinned.replace("==", " ") for pinned in requirements if "==" in pinned]
    return tuple(dict.fromkeys(versions))

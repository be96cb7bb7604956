# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The variables that the processes of one side are started with."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from greenlint_profiler.gate.sides import processes
from greenlint_profiler.gate.sides.git import LOCAL

SIDE = "GREENLINT_GATE_SIDE"
PORT_OFFSET = "GREENLINT_GATE_PORT_OFFSET"
SUFFIX = "GREENLINT_GATE_SUFFIX"
# What is about the user, or about where things are kept, and not about the project.
_NOT_MOVED = ("HOME", "PWD", "OLDPWD", "VIRTUAL_ENV", "CONDA_PREFIX", "TMPDIR", "TMP", "TEMP")
# Downloads that tests read: a side without them would fetch them anew.
_DOWNLOADS = ("huggingface", "torch", "ms-playwright", "pooch", "keras", "nltk_data")
# Four digits on either side, as both have to have variables of one length.
_OFFSETS = range(1000, 5000, 100)
_STEP = 50


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What one side has for itself: `folder` is its own in the folder of the run, `top` its
    checkout, which stands for `checkout`, and `other` that of the other side.
    """

    side: str
    run: Path
    folder: Path
    checkout: Path
    top: Path
    other: Path
    root: Path

    def environ(
        self, environ: Mapping[str, str], hook: Path, roots: Sequence[str]
    ) -> dict[str, str]:
        """The variables, those of `environ` among them.  Both sides get the same names, with
        values of the same length: where a program's memory begins depends on that, and its speed
        with it (Mytkowicz et al. 2009, "Producing wrong data without doing anything obviously
        wrong").
        """
        kept = {name: self._moved(name, value) for name, value in environ.items()}
        for name in LOCAL:
            kept.pop(name, None)
        before = [one for one in kept.get("PYTHONPATH", "").split(os.pathsep) if one]
        own = [str(hook), *(os.path.normpath(self.top / root) for root in roots)]
        path = dict.fromkeys([*own, *before])
        offset = self._offset()
        own_values = {
            "PYTHONPATH": os.pathsep.join(path),
            "PWD": str(self.root),
            **{name: str(self._made("tmp")) for name in ("TMPDIR", "TMP", "TEMP")},
            "XDG_CACHE_HOME": str(self._cache(environ)),
            "COVERAGE_FILE": str(self._made("coverage") / "coverage"),
            SIDE: self.side,
            PORT_OFFSET: str(offset),
            SUFFIX: f"{self.side}_{offset}",
            processes.MARK: str(self.run),
        }
        if kept.pop("PYTHONDONTWRITEBYTECODE", "") or "PYTHONPYCACHEPREFIX" in environ:
            # Beside the checkout, and gone with the run; without any, each restart of a pytest with
            # a few plugins would compile for seconds.
            own_values["PYTHONPYCACHEPREFIX"] = str(self._made("bytecode"))
        return {**kept, **own_values}

    def _moved(self, name: str, value: str) -> str:
        """A value whose parts are paths in the checkout, with those of this side in their place,
        as far as a revision has them: .venv/bin stays.
        """
        if name in _NOT_MOVED or str(self.checkout) not in value:
            return value
        return os.pathsep.join(self._moved_path(part) for part in value.split(os.pathsep))

    def _moved_path(self, part: str) -> str:
        if part == str(self.checkout):
            return str(self.top)
        below = part.removeprefix(f"{self.checkout}{os.sep}")
        there = below != part and any((top / below).exists() for top in (self.top, self.other))
        return str(self.top / below) if there else part

    def _offset(self) -> int:
        """What a test may add to a port: different for the sides, and, but for chance, for two
        gates at once.
        """
        mine = crc32(os.fsencode(self.run.name)) % len(_OFFSETS)
        return _OFFSETS[mine] + (_STEP if self.side == "head" else 0)

    def _cache(self, environ: Mapping[str, str]) -> Path:
        """An empty cache, but for what others have downloaded there."""
        cache = self._made("cache")
        home = environ.get("HOME", os.path.expanduser("~"))
        before = Path(environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache"))
        for name in _DOWNLOADS:
            if (before / name).is_dir() and not (cache / name).is_symlink():
                (cache / name).symlink_to(before / name)
        return cache

    def _made(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The facts of a package's rules as they were read before, for as long as no file has changed.

Reading 132 rules and their pages takes a quarter of the time in which a small file is checked.
What was read is kept where Python keeps the package's byte code, and goes by what Python goes by:
the time and the size of each file.  It is plain data, and whatever is wrong with it, the files are
read.  It has the name of the byte code of the package's `facts.py`, so that it goes with the
package: pip would leave any other name behind, and with it a folder that can be imported.  A
package without that module is read anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from greenlint.rule import Confidence, Lifecycle, Option, Proof, RuleInfo, Safety, Severity
from greenlint.version import __version__

#: Name, time in nanoseconds and size of each file.
Stamp = list[list[str | int]]

_NAME = "facts.py"
# What decides how the files are read.
_READERS = (
    "catalogue.py",
    "evidence.py",
    "experiment.py",
    "page.py",
    "rule.py",
    Path(__file__).name,
)
# Nanoseconds: a file that was written later may be written again without another time.
_SETTLED = 2_000_000_000


def remembered(folder: Path, read: Callable[[], Iterable[RuleInfo]]) -> list[RuleInfo]:
    """The facts below `folder`, from the last time or by `read`, whose errors are raised."""
    if not (folder / _NAME).exists():
        return list(read())
    place = Path(cache_from_source(str(folder / _NAME)))
    stamp = _stamp(folder)
    with contextlib.suppress(OSError, ValueError, TypeError, LookupError):
        held = json.loads(place.read_bytes())
        if held["of"] == stamp:
            return [_info(folder, one) for one in held["rules"]]
    found = list(read())
    if not sys.dont_write_bytecode and _is_settled(stamp):
        with contextlib.suppress(OSError, ValueError):
            _write(place, {"of": stamp, "rules": [_plain(folder, one) for one in found]})
    return found


def _stamp(folder: Path) -> Stamp:
    """The version, and the name, time and size of each file that is read or that reads."""
    here = Path(__file__).parent
    files = [*((name, os.stat(here / name)) for name in _READERS), *_files(str(folder))]
    stamp: Stamp = [[__version__, 0, 0]]
    stamp += ([name, at.st_mtime_ns, at.st_size] for name, at in sorted(files))
    return stamp


def _files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((".py", ".md")):
                yield entry.path, entry.stat()
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _files(entry.path)


def _is_settled(stamp: Stamp) -> bool:
    return max(int(one[1]) for one in stamp) + _SETTLED < time.time_ns()


def _write(place: Path, held: object) -> None:
    """Whole or not at all: another process may be reading."""
    place.parent.mkdir(exist_ok=True)
    fresh = place.with_suffix(f".{os.getpid()}")
    try:
        fresh.write_text(json.dumps(held, separators=(",", ":")), "utf-8")
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)


_FIELDS = tuple(one.name for one in fields(RuleInfo))
_MAKE: Mapping[str, Callable[[Any], Any]] = {
    "severity": Severity,
    "confidence": Confidence,
    "aliases": tuple,
    "needles": lambda words: tuple(word.encode("latin-1") for word in words),
    "lifecycle": Lifecycle,
    "fix": lambda word: word and Safety(word),
    "options": lambda options: tuple(Option(*one) for one in options),
    "proof": Proof,
}


def _plain(folder: Path, info: RuleInfo) -> list[Any]:
    """The fields in order, as JSON can hold them."""
    held = {name: getattr(info, name) for name in _FIELDS}
    held["needles"] = [word.decode("latin-1") for word in info.needles]
    held["page"] = info.page and info.page.relative_to(folder).as_posix()
    return list(held.values())


def _info(folder: Path, values: list[Any]) -> RuleInfo:
    held = dict(zip(_FIELDS, values, strict=True))
    held |= {name: make(held[name]) for name, make in _MAKE.items()}
    held["page"] = held["page"] and folder / held["page"]
    return RuleInfo(**held)

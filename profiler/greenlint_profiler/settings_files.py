# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where ``[tool.greenlint.energy]`` is written: the files of `greenlint check`, read once more.

The profiler imports nothing of the engine, and works in environments without it: so it finds the
same file by the same rules (docs/guide/configuration.md), with the parser of Python itself.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from greenlint_profiler.said import SaidError, say

PYPROJECT = "pyproject.toml"
OWN_FILES = (".greenlint.toml", "greenlint.toml")


class SettingsError(SaidError):
    """Settings that cannot be used: a sentence with the place, the value and the way out."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The options of one file, or of one ``--config KEY=VALUE``; `base` is where paths start.

    `prefix` is how the file spells the table's name before ours: ``tool.greenlint.`` or nothing.
    """

    options: Mapping[str, object]
    text: str
    label: str
    base: Path
    prefix: str = ""
    file: Path | None = None

    def error(
        self, problem: str, key: str = "", table: str = "energy", place: int = 0
    ) -> Exception:
        """The problem, behind the file and the line of a key; `place` counts tables of one name."""
        line = self._line(key, table, place) if key else None
        at = self.label if line is None else f"{self.label}:{line}"
        return SettingsError("{at}: {problem}", at=at, problem=problem)

    def named(self, table: str = "energy") -> str:
        """A table as its header is written."""
        return f"[{self.prefix}{table}]"

    def _line(self, key: str, table: str, place: int) -> int | None:
        """The line of a key below the header of its table; none for tables written inline."""
        name = re.escape(f"{self.prefix}{table}")
        headers = list(re.finditer(rf"^[ \t]*\[\[?[ \t]*{name}[ \t]*\]", self.text, re.MULTILINE))
        if place >= len(headers):
            return None
        start = headers[place].end()
        after = re.compile(r"^[ \t]*\[", re.MULTILINE).search(self.text, start)
        end = after.start() if after else len(self.text)
        stated = re.compile(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*=", re.MULTILINE)
        found = stated.search(self.text, start, end)
        return None if found is None else self.text.count("\n", 0, found.start()) + 1


def layers(
    start: Path, config: Sequence[str] = (), isolated: bool = False
) -> tuple[Path, list[Layer]]:
    """The root of the project that `start` lies in, and its layers, the one that decides last.

    `config` are the values of ``--config``: a file, or overrides.  Raises SettingsError.
    """
    start = Path(os.path.abspath(start))
    inline = [one for one in config if "=" in one and not os.path.isfile(one)]
    named = [one for one in config if one not in inline]
    found = None if isolated or named else _nearest_file(start)
    root, file = found or (_nearest_root(start) or start, None)
    file = Path(os.path.abspath(named[0])) if named else file
    asked = [*([_read(file)] if file else ()), *map(_inline, inline)]
    return root, [layer for one in asked for layer in _family(one, ())]


def _nearest_file(start: Path) -> tuple[Path, Path] | None:
    for directory in (start, *start.parents):
        for name in OWN_FILES:
            if (file := directory / name).is_file():
                return directory, file
        if (file := directory / PYPROJECT).is_file() and _holds_our_table(file):
            return directory, file
    return None


def _holds_our_table(pyproject: Path) -> bool:
    text = _text(pyproject)
    return "greenlint" in text and _ours(_parsed(text, pyproject)) is not None


def _nearest_root(start: Path) -> Path | None:
    marks = (*OWN_FILES, PYPROJECT, ".git")
    return next(
        (up for up in (start, *start.parents) if any((up / mark).exists() for mark in marks)), None
    )


def _read(file: Path) -> Layer:
    text = _text(file)
    document = _parsed(text, file)
    if file.name != PYPROJECT:
        return Layer(document, text, shown(file), file.parent, "", file)
    return Layer(_ours(document) or {}, text, shown(file), file.parent, "tool.greenlint.", file)


def _inline(option: str) -> Layer:
    label = f"--config '{option}'"
    return Layer(_parsed(option, label), option, label, Path.cwd())


def _family(layer: Layer, younger: tuple[str, ...]) -> Iterator[Layer]:
    """The layers that one extends, the oldest first, and itself."""
    parent = layer.options.get("extend")
    if isinstance(parent, str) and parent:
        file = Path(os.path.normpath(layer.base / os.path.expanduser(parent)))
        line = (*younger, os.path.realpath(layer.file or layer.base))
        if os.path.realpath(file) in line:
            raise layer.error(
                say(
                    'extend = "{parent}" leads back to a file that extends this one. Take one of '
                    "the extends out.",
                    parent=parent,
                )
            )
        yield from _family(_read(file), line)
    yield layer


def _ours(document: Mapping[str, object]) -> Mapping[str, object] | None:
    tool = document.get("tool")
    ours = tool.get("greenlint") if isinstance(tool, dict) else None
    return ours if isinstance(ours, dict) else None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(
            "Cannot read {file}: byte {start} is not UTF-8. Save it as UTF-8.",
            file=shown(file),
            start=error.start,
        ) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SettingsError(
            "Cannot read {file}: {reason}. Name another file with --config, or correct `extend`.",
            file=shown(file),
            reason=reason,
        ) from None


def _parsed(text: str, origin: Path | str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        label = shown(origin) if isinstance(origin, Path) else origin
        raise SettingsError(
            "{label}: This is not TOML: {error}.", label=label, error=error
        ) from None


def shown(file: Path) -> str:
    """A path as people read it: from the working directory where it lies below that."""
    here = Path.cwd()
    return (file.relative_to(here) if file.is_relative_to(here) else file).as_posix()

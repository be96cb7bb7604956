# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Configuration as it is written: files found and parsed, values checked, errors with a place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from greenlint.errors import ConfigError
from greenlint.messages import Message, say

PYPROJECT = "pyproject.toml"
OWN_FILES = (".greenlint.toml", "greenlint.toml")
TABLE = ("tool", "greenlint")

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """One table of our keys, the text it was written in, and where its relative paths start.

    `prefix` is where the table stands in the text: ("tool", "greenlint") in a pyproject.toml.
    `file` is None for a ``KEY=VALUE`` of the command line.
    """

    table: Mapping[str, object]
    text: str
    label: str
    base: Path
    prefix: Keys = ()
    file: Path | None = None

    def error(
        self, problem: Message | tuple[Message, ...], *keys: str, value: object = None
    ) -> ConfigError:
        """The problem, preceded by the place of `keys`, or of `value` behind them."""
        from greenlint.config_place import position

        at = position(self.text, self.prefix + keys, value)
        parts = problem if isinstance(problem, tuple) else (problem,)
        return ConfigError(f"{_place(self.label, at)}: ", *parts)

    def named(self, *keys: str) -> str:
        """A table as its header is written: ``[tool.greenlint.rules]``."""
        name = ".".join(self.prefix + keys)
        return f"[{name}]" if name else "the configuration"


def find(start: Path) -> tuple[Path, Path] | None:
    """The nearest configuration file and its directory: from `start` (absolute) upwards."""
    for directory in (start, *start.parents):
        for name in OWN_FILES:
            if (file := directory / name).is_file():
                return directory, file
        if (file := directory / PYPROJECT).is_file() and _holds_our_table(file):
            return directory, file
    return None


def find_root(start: Path) -> Path | None:
    """The nearest directory from `start` upwards that holds a configuration file or a .git."""
    marks = (*OWN_FILES, PYPROJECT, ".git")
    here = (start, *start.parents)
    return next((up for up in here if any((up / mark).exists() for mark in marks)), None)


def _holds_our_table(pyproject: Path) -> bool:
    text = read_text(pyproject)
    return "greenlint" in text and _ours(parse(text, shown(pyproject))) is not None


def read_layer(file: Path) -> Layer:
    """The layer of a pyproject.toml's [tool.greenlint], or of any other file's top level.

    Raises ConfigError for a file that cannot be read, is no TOML, or lacks the table.
    """
    label, text = shown(file), read_text(file)
    table = parse(text, label)
    if file.name != PYPROJECT:
        return Layer(table, text, label, file.parent, (), file)
    ours = _ours(table)
    if ours is None:
        raise ConfigError(
            "{file} has no [tool.greenlint] table. Add one, or name another file.", file=label
        )
    return Layer(ours, text, label, file.parent, TABLE, file)


def family(layer: Layer, younger: tuple[Path, ...] = ()) -> list[Layer]:
    """The layer behind those that it extends, the oldest first.  Raises ConfigError."""
    parent = layer.table.get("extend")
    if parent is None:
        return [layer]
    file: Path = Asked(layer, "extend", Kind.PATH, (), 'extend = "../pyproject.toml"').value()
    line = (*younger, Path(os.path.realpath(layer.file or layer.base)))
    if Path(os.path.realpath(file)) in line:
        problem = say(
            "extend = {file} leads back to a file that extends this one. Take one of the extends "
            "out.",
            file=written(parent),
        )
        raise layer.error(problem, "extend")
    if not file.is_file():
        problem = say(
            "extend = {file} names no file; it is meant from {base}.",
            file=written(parent),
            base=layer.base,
        )
        raise layer.error(problem, "extend")
    return [*family(read_layer(file), line), layer]


def inline_layer(option: str, cwd: Path) -> Layer:
    """The layer of one ``--config KEY=VALUE``."""
    label = f"--config '{option}'"
    try:
        table = parse(option, label)
    except ConfigError as error:
        key, _, value = option.partition("=")
        hint = f"""{key.strip()}="{value.strip()}\""""
        quoted = say(" The value is TOML: a string needs its quotes, as in '{hint}'.", hint=hint)
        raise ConfigError(*error.parts, quoted) from None
    return Layer(table, option, label, cwd)


def required_python(directory: Path) -> str | None:
    """``project.requires-python`` of the directory's pyproject.toml, if it says so."""
    file = directory / PYPROJECT
    if not file.is_file():
        return None
    project = parse(read_text(file), shown(file)).get("project")
    required = project.get("requires-python") if isinstance(project, dict) else None
    return required if isinstance(required, str) else None


def read_text(file: Path) -> str:
    """The file's text, without a byte-order mark.  Raises ConfigError."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            "Cannot read {file}: byte {at} is not UTF-8. Save it as UTF-8.",
            file=shown(file),
            at=error.start,
        ) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(
            "Cannot read {file}: {reason}. Name another file with --config, or run with "
            "--isolated.",
            file=shown(file),
            reason=reason,
        ) from None


def parse(text: str, label: str) -> dict[str, object]:
    """The TOML document.  Raises ConfigError with the position of what is wrong."""
    try:
        import tomli as toml
    except ImportError:  # the standard library's parser knows no positions before 3.14
        import tomllib as toml  # type: ignore[no-redef]

    try:
        return toml.loads(text)
    except toml.TOMLDecodeError as error:
        found = re.search(
            r"^(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)$", str(error)
        )
        problem = found[1] if found else str(error)
        end = (text.count("\n") + 1, len(text) - text.rfind("\n"))
        at = (int(found[2]), int(found[3])) if found and found[2] else end
        told = say("This is not TOML: {problem}.", problem=problem)
        raise ConfigError(f"{_place(label, at)}: ", told) from None


def _ours(document: Mapping[str, object]) -> dict[str, object] | None:
    tool = document.get("tool")
    ours = tool.get("greenlint") if isinstance(tool, dict) else None
    return ours if isinstance(ours, dict) else None


def shown(path: Path) -> str:
    """A path as people read it: from the working directory when it lies below that."""
    try:
        return path.relative_to(os.getcwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _place(label: str, at: tuple[int, int] | None) -> str:
    return f"{label}:{at[0]}:{at[1]}" if at else label


class Kind(StrEnum):
    """What a value must be, in the words of an error."""

    FLAG = "true or false"
    COUNT = "a whole number above zero"
    WORD = "one word"
    WORDS = "a list of strings"
    GLOBS = "a list of globs"
    PATH = "a path in quotes"
    PATHS = "a list of paths"
    VERSION = 'a version such as "3.11"'
    IGNORES = "a table from globs to lists of rules"
    SEVERITIES = "a table from rules to severities"
    RULES = "a table of tables, each named after a rule"
    TABLE = "a table"


@dataclass(frozen=True, slots=True)
class Asked:
    """A value found under a key, and what is expected there."""

    layer: Layer
    key: str
    kind: Kind
    words: tuple[str, ...]
    example: str

    def value(self) -> Any:
        """The value as Config keeps it.  Raises ConfigError."""
        raw = self.layer.table[self.key]
        match self.kind, raw:
            case Kind.FLAG, bool():
                return raw
            case Kind.COUNT, int() if raw is not True and raw > 0:
                return raw
            case Kind.WORD, str():
                return self._word(raw)
            case Kind.VERSION, str() if re.fullmatch(r"3\.\d{1,3}", raw):
                return 3, int(raw[2:])
            case Kind.PATH, str() if raw:
                return self._path(raw)
            case ((Kind.WORDS | Kind.GLOBS | Kind.PATHS), list()):
                return self._list(raw)
            case Kind.IGNORES, dict():
                return tuple((self._glob(glob), self._list(raw[glob], glob)) for glob in raw)
            case Kind.SEVERITIES, dict():
                return tuple((name, self._word(raw[name], name)) for name in raw)
            case Kind.RULES, dict():
                return tuple((name, self._options(raw[name], name)) for name in raw)
        raise self._wrong(raw)

    def _wrong(self, raw: object, *keys: str) -> ConfigError:
        name = ".".join((self.key, *keys))
        expected = self.kind if not keys else "a table" if self.kind is Kind.RULES else "a list"
        problem = say(
            "{name} must be {expected}, not {value}. Example: {example}",
            name=name,
            expected=expected,
            value=written(raw),
            example=self.example,
        )
        return self.layer.error(problem, self.key, *keys)

    def _word(self, raw: object, *keys: str) -> str:
        if isinstance(raw, str) and raw in self.words:
            return self.words[self.words.index(raw)]  # the enum's own member
        name, choice = ".".join((self.key, *keys)), ", ".join(map(written, self.words))
        guess = nearest(raw, self.words) if isinstance(raw, str) else Message("")
        problem = say("{name} cannot be {value}. ", name=name, value=written(raw))
        one_of = say("It is one of {choice}.", choice=choice)
        problems = (problem, guess, one_of)
        raise self.layer.error(problems, self.key, *keys, value=None if keys else raw)

    def _list(self, raw: object, *keys: str) -> tuple[Any, ...]:
        if not isinstance(raw, list) or not all(isinstance(word, str) and word for word in raw):
            raise self._wrong(raw, *keys)
        if self.kind is Kind.GLOBS:
            return tuple(map(self._glob, raw))
        return tuple(map(self._path, raw)) if self.kind is Kind.PATHS else tuple(raw)

    def _glob(self, glob: str) -> str:
        if problem := glob_problem(glob, negated=self.kind is Kind.GLOBS):
            message = say(
                "{key} has the glob {glob}, which {problem}.",
                key=self.key,
                glob=written(glob),
                problem=problem,
            )
            keys = (glob,) if self.kind is Kind.IGNORES else ()
            raise self.layer.error(message, self.key, *keys, value=glob)
        return glob

    def _path(self, raw: str) -> Path:
        return self.layer.base / os.path.expanduser(raw)

    def _options(self, raw: object, name: str) -> tuple[tuple[str, Any], ...]:
        if not isinstance(raw, dict):
            raise self._wrong(raw, name)
        return tuple((key, frozen(value)) for key, value in raw.items())


def glob_problem(glob: str, negated: bool = True) -> str:
    """Why a glob cannot match anything, or "": the syntax is that of a .gitignore line."""
    bare = glob.removeprefix("!") if negated else glob
    if bare.startswith("!"):
        return "cannot begin with '!' here: list the files, not the others"
    if not bare.strip().strip("/"):
        return "names nothing"
    if bare.startswith("#"):
        return r"is a comment: write '\#' for a name that begins with it"
    if bare.endswith("\\"):
        return "ends in a backslash: separate folders with '/'"
    if ".." in bare.split("/"):
        return "leaves the project: globs are meant from its root, without '..'"
    if re.search(r"\[[^]]*\Z", bare):
        return "has a '[' without its ']'"
    return ""


def json_shape(kind: Kind, words: dict[str, Any]) -> dict[str, Any]:
    """What JSON Schema calls a kind; `words` is the shape of a single word."""
    text = {"type": "string", "minLength": 1}
    texts = {"type": "array", "items": text}
    scalar = {"type": ["boolean", "integer", "number", "string"]}
    table: dict[str, Any] = {"type": "object", "additionalProperties": True}
    shapes: dict[Kind, dict[str, Any]] = {
        Kind.FLAG: {"type": "boolean"},
        Kind.COUNT: {"type": "integer", "minimum": 1},
        Kind.WORD: words,
        Kind.PATH: text,
        Kind.VERSION: {"type": "string", "pattern": r"^3\.\d{1,3}$"},
        Kind.IGNORES: {**table, "additionalProperties": texts},
        Kind.SEVERITIES: {**table, "additionalProperties": words},
        Kind.RULES: {**table, "additionalProperties": {**table, "additionalProperties": scalar}},
        Kind.TABLE: table,
    }
    return shapes.get(kind, texts)


def frozen(raw: object) -> Any:
    """A TOML value with its lists and tables as tuples, so that it can be hashed."""
    if isinstance(raw, dict):
        return tuple((key, frozen(value)) for key, value in raw.items())
    return tuple(map(frozen, raw)) if isinstance(raw, list) else raw


def written(raw: object) -> str:
    """A value as TOML writes it, cut where it gets long."""
    import json

    text = json.dumps(raw, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def nearest(word: str, known: Iterable[str]) -> Message:
    """The question after a misspelt word, with a space behind it; empty when nothing is near."""
    import difflib

    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower().replace("_", "-"), by_lower, 1)
    if not near:
        return Message("")
    return say("Did you mean {name}? ", name=written(by_lower[near[0]]))

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The settings of ``[tool.greenlint]``: one table of options, and the frozen Config they make."""

# ruff: noqa: RUF009 -- option() is dataclasses.field() with our metadata
from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from greenlint.config_file import (
    Asked,
    Kind,
    Layer,
    family,
    find,
    find_root,
    inline_layer,
    json_shape,
    nearest,
    read_layer,
    required_python,
    written,
)
from greenlint.errors import UsageError
from greenlint.messages import say
from greenlint.rule import Confidence, Proof, Severity

Table = tuple[tuple[str, Any], ...]

# Left out unless asked for: what is not source, not yours, or written by a program.
EXCLUDED = (
    *(".bzr", ".direnv", ".eggs", ".git", ".greenlint", ".hg", ".ipynb_checkpoints"),
    *(".mypy_cache", ".nox", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv"),
    *("__pycache__", "__pypackages__", "build", "dist", "node_modules", "site-packages", "venv"),
    *("*_pb2.py", "*_pb2.pyi", "*_pb2_grpc.py", "**/migrations/[0-9]*.py"),
)

# Without `requires-python`: the oldest Python that is maintained.
OLDEST_PYTHON = (3, 11)


T = TypeVar("T")


def option(default: T, kind: Kind, help: str, example: str, *words: str) -> T:
    """A field of Config that users can set: its kind, what it does, and a value in TOML."""
    about = {"kind": kind, "help": help, "example": example, "words": words}
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of a run.  Picklable and hashable; tables are tuples of pairs.

    `root` is the directory that globs, stored paths and fingerprints are relative to.  `files`
    are the configuration files that were read, the one that decides first.  `origins` says of
    each key that was set where that was.  Paths are absolute once loaded; one that is not is
    meant from `root`.
    """

    root: Path
    files: tuple[Path, ...] = ()
    origins: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    target_version: tuple[int, int] = option(
        OLDEST_PYTHON,
        Kind.VERSION,
        "The oldest Python that the code has to run on; the default is the lower bound of "
        "project.requires-python.",
        '"3.11"',
    )
    select: tuple[str, ...] = option(
        ("default",),
        Kind.WORDS,
        "Rules to run: codes, beginnings of codes, names, aliases, categories, default, ALL.",
        '["default", "database"]',
    )
    extend_select: tuple[str, ...] = option(
        (), Kind.WORDS, "Rules to run besides those of select.", '["GRN601"]'
    )
    ignore: tuple[str, ...] = option(
        (),
        Kind.WORDS,
        "Rules not to run; between select and ignore the more specific word wins.",
        '["GRN102"]',
    )
    min_proof: Proof = option(
        Proof.PUBLISHED,
        Kind.WORD,
        "The least that a rule must rest on; a rule named by its code runs all the same.",
        '"published"',
        *Proof,
    )
    min_confidence: Confidence = option(
        Confidence.MEDIUM,
        Kind.WORD,
        "The least sure rule to run; a rule named by its code runs all the same.",
        '"medium"',
        *Confidence,
    )
    preview: bool = option(False, Kind.FLAG, "Run rules that are on trial.", "true")
    fail_on: Severity | None = option(
        Severity.WARNING,
        Kind.WORD,
        "The least severe finding that makes a run exit 1.",
        '"warning"',
        *Severity,
        "never",
    )
    exclude: tuple[str, ...] = option(
        EXCLUDED,
        Kind.GLOBS,
        "Files and folders to leave out, in the syntax of .gitignore; replaces the default.",
        '["vendor/"]',
    )
    extend_exclude: tuple[str, ...] = option(
        (), Kind.GLOBS, "Files and folders to leave out besides those of exclude.", '["legacy/"]'
    )
    respect_gitignore: bool = option(True, Kind.FLAG, "Leave out what git ignores.", "false")
    force_exclude: bool = option(
        False, Kind.FLAG, "Leave out excluded files even when the command line names them.", "true"
    )
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = option(
        (),
        Kind.IGNORES,
        "Rules not to run on some files: glob -> rules.",
        '{ "tests/**" = ["GRN3"] }',
    )
    severity: tuple[tuple[str, Severity], ...] = option(
        (),
        Kind.SEVERITIES,
        "Other severities: rules -> error, warning or note; the most specific word wins.",
        '{ GRN301 = "error", GRN1 = "note" }',
        *Severity,
    )
    fixable: tuple[str, ...] = option(
        ("ALL",), Kind.WORDS, "Rules that may change a file.", '["GRN1"]'
    )
    unfixable: tuple[str, ...] = option(
        (), Kind.WORDS, "Rules that may not change a file.", '["GRN102"]'
    )
    extend_safe_fixes: tuple[str, ...] = option(
        (), Kind.WORDS, "Rules whose unsafe fixes count as safe here.", '["GRN102"]'
    )
    unsafe_fixes: bool = option(False, Kind.FLAG, "Apply unsafe fixes with --fix, too.", "true")
    baseline: Path | None = option(
        None, Kind.PATH, "The file of accepted findings.", '"greenlint-baseline.json"'
    )
    require_ignore_reason: bool = option(
        False, Kind.FLAG, "Every suppression must give its reason.", "true"
    )
    output_format: tuple[str, ...] = option(
        ("full",),
        Kind.WORDS,
        "FORMAT or FORMAT:PATH, several if wanted.",
        '["full", "sarif:greenlint.sarif"]',
    )
    plugins: tuple[str, ...] | None = option(
        None,
        Kind.WORDS,
        "The only plugins to load; without it, all that are installed.",
        '["greenlint-django"]',
    )
    local_rules: tuple[Path, ...] = option(
        (), Kind.PATHS, "Files of this project that hold rules.", '["tools/rules.py"]'
    )
    cache_dir: Path = option(
        Path(".greenlint/cache"),
        Kind.PATH,
        "Where earlier findings are kept.",
        '".greenlint/cache"',
    )
    max_file_lines: int = option(
        30_000, Kind.COUNT, "A longer file is reported and not parsed.", "30000"
    )
    rules: tuple[tuple[str, Table], ...] = option(
        (),
        Kind.RULES,
        "Options of single rules, in tables named after the rule's code or name.",
        "{ GRN601 = { min-poll-interval = 0.1 } }",
    )


@dataclass(frozen=True, slots=True)
class OptionDoc:
    """One option as documentation shows it; `default` is as TOML, or None when there is none."""

    name: str
    kind: Kind
    default: Any
    help: str
    example: str
    words: tuple[str, ...] = ()
    field: str = ""  # of Config; "" for what Config does not keep

    @property
    def type(self) -> str:
        """What a value must be."""
        return " | ".join(map(written, self.words)) if self.kind is Kind.WORD else self.kind.value


# The key that names more configuration, and the tables of other packages: not kept in Config.
ELSEWHERE = (
    OptionDoc(
        "extend",
        Kind.PATH,
        None,
        "Another configuration file, whose options come first: lists here replace its lists, "
        "extend-* add to them, tables are joined.",
        'extend = "../pyproject.toml"',
    ),
    OptionDoc("energy", Kind.TABLE, {}, "What to measure, and how.", "energy = { repeat = 5 }"),
    OptionDoc("report", Kind.TABLE, {}, "Belongs to the report.", 'report = { title = "Orders" }'),
)


def describe() -> list[OptionDoc]:
    """Every option, in the order of the documentation."""
    ours = [
        OptionDoc(
            name := one.name.replace("_", "-"),
            one.metadata["kind"],
            plain(one.metadata["kind"], one.default),
            one.metadata["help"],
            f"{name} = {one.metadata['example']}",
            one.metadata["words"],
            one.name,
        )
        for one in fields(Config)
        if one.metadata
    ]
    return [*ELSEWHERE[:1], *ours, *ELSEWHERE[1:]]


def plain(kind: Kind, value: Any, root: Path | None = None) -> Any:
    """A field's value as TOML and JSON know it; paths below `root` from there."""
    match kind, value:
        case Kind.WORD, _:
            return str(value or "never")
        case Kind.VERSION, _:
            return f"{value[0]}.{value[1]}"
        case Kind.PATH, Path():
            below = root is not None and value.is_relative_to(root)
            return (value.relative_to(root) if root and below else value).as_posix()
        case Kind.PATHS, _:
            return [plain(Kind.PATH, path, root) for path in value]
        case Kind.IGNORES, _:
            return {glob: list(rules) for glob, rules in value}
        case Kind.SEVERITIES, _:
            return {rules: str(severity) for rules, severity in value}
        case Kind.RULES, _:
            return {rule: dict(options) for rule, options in value}
        case _, tuple():
            return list(value)
    return value


def effective(config: Config) -> dict[str, Any]:
    """Every option's value here, under its name and as TOML knows it; None when it has none."""
    return {
        doc.name: plain(doc.kind, getattr(config, doc.field), config.root)
        for doc in describe()
        if doc.field
    }


def schema() -> dict[str, Any]:
    """The JSON Schema of the table ``[tool.greenlint]``, or of a greenlint.toml."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://greenlint.readthedocs.io/schemas/greenlint-config-1.json",
        # REUSE-IgnoreStart
        "$comment": "SPDX-FileCopyrightText: The greenlint developers / "
        "SPDX-License-Identifier: EUPL-1.2",
        # REUSE-IgnoreEnd
        "title": "greenlint-config/1",
        "description": "The table [tool.greenlint] of a pyproject.toml, or a greenlint.toml.",
        "type": "object",
        "additionalProperties": False,
        "properties": {doc.name: _property(doc) for doc in describe()},
    }


def _property(doc: OptionDoc) -> dict[str, Any]:
    shape = json_shape(doc.kind, {"enum": [str(word) for word in doc.words]})
    default = {} if doc.default is None else {"default": doc.default}
    return {"description": f"{doc.help} Example: {doc.example}", **shape, **default}


def origin(config: Config, name: str) -> str:
    """Where an option was set: a file, project.requires-python, an option, or "default"."""
    return dict(config.origins).get(name, "default")


def load(
    paths: Iterable[str | Path] = (),
    config_options: Iterable[str] = (),
    isolated: bool = False,
    cwd: Path | None = None,
) -> Config:
    """The configuration for a run over `paths`, the first of which decides where to look.

    `config_options` are the values of ``--config``: one file, and TOML overrides.
    Raises ConfigError, and UsageError for options that do not go together.
    """
    cwd = (cwd or Path.cwd()).absolute()
    start = _start(paths, cwd)
    inline = [one for one in config_options if "=" in one and not os.path.isfile(cwd / one)]
    named = [one for one in config_options if "=" not in one or os.path.isfile(cwd / one)]
    if named and (isolated or len(named) > 1):
        one, other = named[0], "--isolated" if isolated else f"--config {named[1]}"
        clash = "--config {one} does not go with {other}. Leave one of them out."
        raise UsageError(clash, one=one, other=other)
    found = None if isolated or named else find(start)
    root, file = found or (find_root(start) or cwd, None)
    file = cwd / named[0] if named else file
    asked = [*([read_layer(file)] if file else ()), *(inline_layer(one, cwd) for one in inline)]
    layers = [layer for one in asked for layer in family(one)]
    config = Config(root, tuple(layer.file for layer in reversed(layers) if layer.file))
    config = config if isolated else _with_required_python(config)
    for layer in layers:
        config = _with_layer(config, layer)
    return replace(config, cache_dir=root / config.cache_dir)


def _start(paths: Iterable[str | Path], cwd: Path) -> Path:
    """The directory to look upwards from: that of the first path, or the working directory."""
    first = next((path for path in paths if str(path) != "-"), None)
    if first is None:
        return cwd
    path = Path(os.path.normpath(cwd / first))
    return path if path.is_dir() else path.parent


def _with_required_python(config: Config) -> Config:
    required = required_python(config.root)
    bounds = re.findall(r"(?:>=|~=|===?|>)\s*3\.(\d+)", required or "")
    if not bounds:
        return config
    version = (3, max(map(int, bounds)))
    origins = (*config.origins, ("target-version", "project.requires-python"))
    return replace(config, target_version=version, origins=origins)


def _with_layer(config: Config, layer: Layer) -> Config:
    """The configuration after one more layer: lists replace, extend-* add, tables are joined."""
    docs = {doc.name: doc for doc in describe()}
    changes: dict[str, Any] = {}
    for key in layer.table:
        if key not in docs:
            problem = say("Unknown key {key} in {table}. ", key=written(key), table=layer.named())
            ways_out = nearest(key, docs), say("`greenlint config` lists every key.")
            raise layer.error((problem, *ways_out), key)
        doc = docs[key]
        if doc.field:
            value = Asked(layer, key, doc.kind, doc.words, doc.example).value()
            changes[doc.field] = _joined(doc, getattr(config, doc.field), value)
    origins = {**dict(config.origins), **{key: layer.label for key in layer.table if key in docs}}
    return replace(config, origins=tuple(origins.items()), **changes)


def _joined(doc: OptionDoc, old: Any, new: Any) -> Any:
    if doc.field.startswith("extend_"):
        return tuple(dict.fromkeys((*old, *new)))
    if doc.kind in (Kind.IGNORES, Kind.SEVERITIES):
        return tuple({**dict(old), **dict(new)}.items())
    if doc.kind is Kind.RULES:
        tables = dict(old)
        for rule, options in new:
            tables[rule] = tuple({**dict(tables.get(rule, ())), **dict(options)}.items())
        return tuple(tables.items())
    return None if new == "never" else new


def override(config: Config, *, cwd: Path | None = None, **values: Any) -> Config:
    """The configuration with the command line's values, which are as TOML has them; None is none.

    `select` starts anew: it drops extend-select, and the words of ignore that it repeats.
    `ignore` and extend-* add; everything else replaces.  Relative paths start at `cwd`.
    """
    cwd = (cwd or Path.cwd()).absolute()
    given = {key.replace("_", "-"): value for key, value in values.items() if value is not None}
    if "select" in given:
        asked = set(given["select"])
        kept = tuple(word for word in config.ignore if word not in asked)
        config = replace(config, extend_select=(), ignore=kept)
    if "ignore" in given:
        given["ignore"] = [*config.ignore, *given["ignore"]]
    for key, value in given.items():
        raw = list(value) if isinstance(value, tuple) else value
        raw = str(raw) if isinstance(raw, Path) else raw
        config = _with_layer(config, Layer({key: raw}, "", f"--{key}", cwd))
    return config

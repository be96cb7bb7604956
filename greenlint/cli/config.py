# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint config``: explains options, shows the configuration that holds, prints its schema."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from greenlint.cli import measure_settings
from greenlint.cli.group import Settings
from greenlint.cli.measure_settings import EnergyDoc
from greenlint.cli.toml_text import key, value
from greenlint.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from greenlint_profiler.settings import EnergySettings

    from greenlint.config import Config, OptionDoc

    # What holds here: of the engine, and of the profiler.
    Here = tuple[Config, EnergySettings]

Docs = Sequence["OptionDoc | EnergyDoc"]
_WIDTH = 80


@click.command(name="config")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--effective", is_flag=True, help="The configuration that holds here, as TOML.")
@click.option("--schema", "as_schema", is_flag=True, help="The JSON Schema of the configuration.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def command(
    settings: Settings, keys: tuple[str, ...], effective: bool, as_schema: bool, output_format: str
) -> int:
    """Explain options; show the effective configuration; print its schema.

    KEY is an option of [tool.greenlint], such as `select` or `energy.repeat`; without one, all are
    explained.
    """
    if as_schema:
        _print_schema(keys, effective)
        return 0
    docs = _named(keys)
    if effective:
        here = _here(settings)
        table = _values(here, docs)
        click.echo(_json(table) if output_format == "json" else _toml(here, table))
        return 0
    return _explain(settings, docs, output_format)


def _print_schema(keys: tuple[str, ...], effective: bool) -> None:
    if effective or keys:
        other = "--effective" if effective else repr(keys[0])
        raise UsageError("--schema is of all options, and does not go with {other}.", other=other)
    click.echo(_json(full_schema()))


def full_schema() -> dict[str, Any]:
    """The JSON Schema of [tool.greenlint], with the table of the profiler, as it is published."""
    from greenlint.config import schema

    whole = schema()
    whole["properties"][measure_settings.TABLE] = measure_settings.shape()
    return whole


def _here(settings: Settings) -> Here:
    return settings.load_config(), measure_settings.load_energy(settings)


def _named(keys: tuple[str, ...]) -> Docs:
    """The options with these names; all of them when none is named, a table with its keys."""
    from greenlint.config_file import nearest, written

    docs = {doc.name: doc for doc in every_doc()}
    for one in keys:
        if one not in docs:
            raise UsageError(
                "There is no option {name}. ",
                nearest(one, docs),
                "`greenlint config` lists every option.",
                name=written(one),
            )
    named = dict.fromkeys(name for one in keys for name in docs if _means(one, name))
    return [docs[one] for one in named] or list(docs.values())


def _means(asked: str, name: str) -> bool:
    return name == asked or name.startswith(f"{asked}.")


def every_doc() -> Docs:
    """Every option in the order of the documentation, the table of the profiler key by key."""
    from greenlint.config import describe

    docs: list[OptionDoc | EnergyDoc] = []
    for doc in describe():
        docs.append(doc)
        if doc.name == measure_settings.TABLE:
            docs += measure_settings.docs()
    return docs


def _explain(settings: Settings, docs: Docs, output_format: str) -> int:
    """What the options are; a configuration that cannot be read does not keep that back."""
    problem = None
    try:
        here = _here(settings)
    except ConfigError as error:
        here, problem = None, error
    if output_format == "json":
        click.echo(_json([_record(doc, here) for doc in docs]))
    else:
        for number, doc in enumerate(docs):
            click.echo("\n".join(_text(doc, here, settings, number > 0)))
    if problem is not None:
        raise problem
    return 0


def _text(
    doc: OptionDoc | EnergyDoc, here: Here | None, settings: Settings, gap: bool
) -> Iterator[str]:
    if gap:
        yield ""
    yield click.style(doc.name, bold=True) if settings.colored(sys.stdout) else doc.name
    yield textwrap.fill(doc.help, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield f"  type     {doc.type}"
    yield f"  default  {'none' if doc.default is None else _shown(doc.default)}"
    record = _record(doc, here)
    if record.get("origin") == "default":
        yield "  here     the default"
    elif "origin" in record:
        yield f"  here     {_shown(record['value'])}  (from {record['origin']})"
    yield f"  example  {doc.example}"


def _shown(raw: Any) -> str:
    """A value as TOML, a long list wrapped."""
    lines = textwrap.wrap(value(raw), _WIDTH - 11, break_long_words=False, break_on_hyphens=False)
    return "\n           ".join(lines) or value(raw)


def _record(doc: OptionDoc | EnergyDoc, here: Here | None) -> dict[str, Any]:
    """An option as JSON knows it; value and origin only where a configuration tells them."""
    about = {
        "name": doc.name,
        "type": doc.type,
        "default": doc.default,
        "help": doc.help,
        "example": doc.example,
    }
    return about if here is None else about | _stated(doc, *here)


def _stated(doc: OptionDoc | EnergyDoc, config: Config, energy: EnergySettings) -> dict[str, Any]:
    """Value and origin; nothing of a table that is described key by key, or by others."""
    from greenlint.config import effective, origin

    if isinstance(doc, EnergyDoc):
        table = measure_settings.effective(energy, config.root)
        return {"value": table[doc.key], "origin": energy.origin(doc.key)}
    if not doc.field:
        return {}
    return {"value": effective(config)[doc.name], "origin": origin(config, doc.name)}


def _values(here: Here, docs: Docs) -> dict[str, Any]:
    """What holds, as TOML has it: the profiler's keys in a table of their own."""
    table: dict[str, Any] = {}
    energy: dict[str, Any] = {}
    for doc in docs:
        stated = _stated(doc, *here)
        if isinstance(doc, EnergyDoc):
            energy[doc.key] = stated["value"]
        elif stated:
            table[doc.name] = stated["value"]
    return table | ({measure_settings.TABLE: energy} if energy else {})


def _json(raw: object) -> str:
    from greenlint.formats.encode import dumps

    return dumps(raw, indent=2)


def _toml(here: Here, table: Mapping[str, Any]) -> str:
    """A greenlint.toml of these values: single values first, tables behind them."""
    from greenlint.config import origin

    config, energy = here
    lines, tables = [], []
    for name, raw in table.items():
        if name == measure_settings.TABLE:
            tables += ["", *measure_settings.toml_lines(energy, raw)]
            continue
        source = origin(config, name)
        note = "" if source == "default" else f"  # {source}".replace("\n", " ")
        if raw is None:
            lines.append(f"# {name}: none")
        elif isinstance(raw, Mapping) and raw:
            tables += ["", *_table(name, raw, note)]
        else:
            lines.append(f"{name} = {value(raw)}{note}")
    return "\n".join([*lines, *tables]).lstrip("\n")


def _table(name: str, table: Mapping[str, Any], note: str) -> Iterator[str]:
    yield f"[{name}]{note}"
    for word, raw in table.items():
        yield f"{key(word)} = {value(raw)}"

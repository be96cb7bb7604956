# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint config``: explains options, shows the configuration that holds, prints its schema."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from greenlint.cli.group import Settings
from greenlint.cli.toml_text import key, value
from greenlint.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from greenlint.config import Config, OptionDoc

Docs = Sequence["OptionDoc"]
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

    KEY is an option of [tool.greenlint], such as `select`; without one, all are explained.
    """
    if as_schema:
        _print_schema(keys, effective)
        return 0
    docs = _named(keys)
    if effective:
        config = settings.load_config()
        table = _values(config, docs)
        click.echo(_json(table) if output_format == "json" else _toml(config, table))
        return 0
    return _explain(settings, docs, output_format)


def _print_schema(keys: tuple[str, ...], effective: bool) -> None:
    from greenlint.config import schema

    if effective or keys:
        other = "--effective" if effective else repr(keys[0])
        raise UsageError(f"--schema is of all options, and does not go with {other}.")
    click.echo(_json(schema()))


def _named(keys: tuple[str, ...]) -> Docs:
    """The options with these names; all of them when none is named."""
    from greenlint.config import describe
    from greenlint.config_file import nearest, written

    docs = {doc.name: doc for doc in describe()}
    for one in keys:
        if one not in docs:
            raise UsageError(
                f"There is no option {written(one)}. {nearest(one, docs)}"
                "`greenlint config` lists every option."
            )
    return [docs[one] for one in dict.fromkeys(keys)] or list(docs.values())


def _explain(settings: Settings, docs: Docs, output_format: str) -> int:
    """What the options are; a configuration that cannot be read does not keep that back."""
    problem = None
    try:
        config = settings.load_config()
    except ConfigError as error:
        config, problem = None, error
    if output_format == "json":
        click.echo(_json([_record(doc, config) for doc in docs]))
    else:
        for number, doc in enumerate(docs):
            click.echo("\n".join(_text(doc, config, settings, number > 0)))
    if problem is not None:
        raise problem
    return 0


def _text(doc: OptionDoc, config: Config | None, settings: Settings, gap: bool) -> Iterator[str]:
    if gap:
        yield ""
    yield click.style(doc.name, bold=True) if settings.colored(sys.stdout) else doc.name
    yield textwrap.fill(doc.help, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield f"  type     {doc.type}"
    yield f"  default  {'none' if doc.default is None else _shown(doc.default)}"
    record = _record(doc, config)
    if record.get("origin") == "default":
        yield "  here     the default"
    elif "origin" in record:
        yield f"  here     {_shown(record['value'])}  (from {record['origin']})"
    yield f"  example  {doc.example}"


def _shown(raw: Any) -> str:
    """A value as TOML, a long list wrapped."""
    lines = textwrap.wrap(value(raw), _WIDTH - 11, break_long_words=False, break_on_hyphens=False)
    return "\n           ".join(lines) or value(raw)


def _record(doc: OptionDoc, config: Config | None) -> dict[str, Any]:
    """An option as JSON knows it; value and origin only where a configuration tells them."""
    from greenlint.config import origin

    about = {
        "name": doc.name,
        "type": doc.type,
        "default": doc.default,
        "help": doc.help,
        "example": doc.example,
    }
    if config is None or not doc.field:
        return about
    here = _values(config, [doc])[doc.name]
    return {**about, "value": here, "origin": origin(config, doc.name)}


def _values(config: Config, docs: Docs) -> dict[str, Any]:
    from greenlint.config import effective

    table = effective(config)
    return {doc.name: table[doc.name] for doc in docs if doc.field}


def _json(raw: object) -> str:
    from greenlint.formats.encode import dumps

    return dumps(raw, indent=2)


def _toml(config: Config, table: Mapping[str, Any]) -> str:
    """A greenlint.toml of these values: single values first, tables behind them."""
    from greenlint.config import origin

    lines, tables = [], []
    for name, raw in table.items():
        source = origin(config, name)
        note = "" if source == "default" else f"  # {source}".replace("\n", " ")
        if raw is None:
            lines.append(f"# {name}: none")
        elif isinstance(raw, Mapping) and raw:
            tables += ["", *_table(name, raw, note)]
        else:
            lines.append(f"{name} = {value(raw)}{note}")
    return "\n".join([*lines, *tables])


def _table(name: str, table: Mapping[str, Any], note: str) -> Iterator[str]:
    yield f"[{name}]{note}"
    for word, raw in table.items():
        yield f"{key(word)} = {value(raw)}"

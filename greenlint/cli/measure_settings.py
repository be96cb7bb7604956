# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``[tool.greenlint.energy]`` for the commands: loaded, explained, and as JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenlint.cli.group import Settings
from greenlint.cli.telling import because
from greenlint.cli.toml_text import value
from greenlint.errors import ConfigError

if TYPE_CHECKING:
    from greenlint_profiler.settings import EnergySettings, Key

    from greenlint.messages import Message

TABLE = "energy"
# Of a URL: user and password, of which only the first is shown.
_PASSWORD = re.compile(r"(://[^:/@]*:)[^@]*@")
_BUDGETS_EXAMPLE = '[{ test = "tests/api/**", queries = 12, cpu = "300 ms" }]'


@dataclass(frozen=True, slots=True)
class EnergyDoc:
    """A key of the table as documentation shows it, like greenlint.config.OptionDoc."""

    name: str
    type: str
    default: Any
    help: str
    example: str

    @property
    def key(self) -> str:
        """Its name within the table."""
        return self.name.removeprefix(f"{TABLE}.")


def load_energy(settings: Settings, start: Path | None = None) -> EnergySettings:
    """The settings that hold in the working directory, or at `start`.  Raises ConfigError."""
    from greenlint_profiler.settings import load
    from greenlint_profiler.settings_files import SettingsError

    where = start or Path.cwd()
    try:
        return load(where, config=settings.config, isolated=settings.isolated)
    except SettingsError as error:
        raise ConfigError(because(error)) from None


def no_meter(name: str, origin: str | None) -> tuple[str | Message, ...]:
    """The parts of the sentence for a meter that nobody knows: where it was named, what is near."""
    from greenlint_profiler.choose import meter_names

    from greenlint.messages import say
    from greenlint.messages.guess import guess, in_backticks

    known = ["auto", *meter_names()]
    hint = guess(name, known, in_backticks)
    place = f"{origin}: " if origin else ""
    return (
        place,
        say("There is no meter {name}.", name=repr(name)),
        hint,
        say(" It can be: {known}.", known=", ".join(known)),
    )


def under(given: Mapping[str, Any], energy: EnergySettings) -> dict[str, Any]:
    """The options of ``greenlint profile``, with the settings where the command line says nothing.

    `origins` has where the settings that are used come from; `--budget none` leaves theirs out.
    """
    from greenlint_profiler.settings_kinds import AUTO

    source = click.get_current_context().get_parameter_source
    settings: dict[str, Any] = {"meter": energy.meter, "budget": energy.budget_uj}
    if not given["functions"]:  # of one run, without the idle machine
        settings |= {"warmup": energy.warmup}
        settings |= {} if energy.repeat == AUTO else {"repeat": energy.repeat}
        watched = energy.subtract_idle or given["idle_after"]
        settings |= {} if watched else {"idle": 0.0}
    used = {
        name: value
        for name, value in settings.items()
        if source(name) is click.core.ParameterSource.DEFAULT
    }
    chosen = {**given, **used, "require_meter": energy.require_meter}
    origins = {name: energy.origin(name) for name in used}
    return chosen | {"budget": chosen["budget"] or None, "origins": origins}


def docs() -> list[EnergyDoc]:
    """Every key of the table, the budgets last."""
    from greenlint_profiler.settings import BUDGETS, keys

    every = [
        EnergyDoc(
            f"{TABLE}.{one.name}",
            one.kind.wanted,
            one.default,
            one.help,
            f"{TABLE}.{one.name} = {one.example}",
        )
        for one in keys()
    ]
    name = f"{TABLE}.{BUDGETS}"
    budgets = EnergyDoc(
        name,
        "a list of tables",
        [],
        "Budgets of tests: what a test whose id fits `test` may use; of several that fit, the most "
        f"specific wins. Each has {', '.join(_budget_names())}.",
        f"{name} = {_BUDGETS_EXAMPLE}",
    )
    return [*every, budgets]


def _budget_names() -> list[str]:
    from greenlint_profiler.settings import budget_keys

    return [one.name for one in budget_keys()]


def effective(settings: EnergySettings, root: Path) -> dict[str, Any]:
    """Every key's value here as TOML has it; None where it has none."""
    stated = {name: raw for name, raw, _ in settings.stated}
    table = {one.key: stated.get(one.key, one.default) for one in docs()}
    if settings.store and "://" not in settings.store:
        place = Path(settings.store)
        below = place.is_relative_to(root)
        table["store"] = (place.relative_to(root) if below else place).as_posix()
    elif settings.store:
        table["store"] = _PASSWORD.sub(r"\1…@", settings.store)
    return table


def toml_lines(settings: EnergySettings, table: dict[str, Any]) -> Iterator[str]:
    """The table as TOML, with where each value comes from unless that is the default."""
    yield f"[{TABLE}]"
    for name, raw in table.items():
        origin = settings.origin(name)
        note = "" if origin == "default" else f"  # {origin}".replace("\n", " ")
        yield f"# {name}: none" if raw is None else f"{name} = {value(raw)}{note}"


def shape() -> dict[str, Any]:
    """The JSON Schema of the table."""
    from greenlint_profiler.settings import BUDGETS, budget_keys, keys

    one_budget = {
        "type": "object",
        "additionalProperties": False,
        "required": ["test"],
        "properties": {one.name: _property(one) for one in budget_keys()},
    }
    budgets = {"description": _budgets_help(), "type": "array", "items": one_budget, "default": []}
    return {
        "description": "What is measured, with what, and which budgets hold.",
        "type": "object",
        "additionalProperties": False,
        "properties": {**{one.name: _property(one) for one in keys()}, BUDGETS: budgets},
        "default": {},
    }


def _budgets_help() -> str:
    return f"{docs()[-1].help} Example: {docs()[-1].example}"


def _property(one: Key) -> dict[str, Any]:
    default = {} if one.default is None else {"default": one.default}
    help = f"{one.help} Example: {one.name} = {one.example}"
    return {"description": help, **one.kind.shape, **default}

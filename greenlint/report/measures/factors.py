# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The factors that figures are computed with: single cited values, each of which can be replaced.

Nothing is fetched: the values are in factors.toml beside this file, with their sources.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from greenlint.config_file import Layer, nearest, written
from greenlint.messages import say
from greenlint.report.measures.interval import Interval

# What a factor must say of itself, and what it may say besides.
_TEXTS = ("unit", "geography", "scope", "source", "licence", "retrieved")
_MORE = ("method", "known", "note")
KEYS = ("value", "low", "high", "year", *_TEXTS, *_MORE)
LOCATION = "location_average"


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor.  `bounds` are in `unit`; `by_user` says that it is not ours."""

    name: str
    bounds: Interval
    year: str
    texts: Mapping[str, str]
    by_user: bool = False

    @property
    def unit(self) -> str:
        """Of the value and its bounds."""
        return self.texts["unit"]

    def record(self) -> dict[str, Any]:
        """As the report's data has it, with the digits of the source."""
        bounds = {"value": self.bounds.mid, "low": self.bounds.lo, "high": self.bounds.hi}
        told = {key: self.texts.get(key) for key in (*_TEXTS, *_MORE)}
        return {**bounds, "year": self.year, **told, "declared": self.by_user}


@dataclass(frozen=True, slots=True)
class Factors:
    """All factors by name, and the version of the file that the built-in ones are from."""

    version: str
    by_name: Mapping[str, Factor]

    def __getitem__(self, name: str) -> Factor:
        return self.by_name[name]

    @property
    def replaced(self) -> list[str]:
        """The names of those that a user replaced."""
        return sorted(name for name, one in self.by_name.items() if one.by_user)


def shipped() -> Factors:
    """The factors of factors.toml."""
    text = files("greenlint.report.measures").joinpath("factors.toml").read_text("utf-8")
    held = tomllib.loads(text)
    made = {name: _factor(name, table) for name, table in held["factors"].items()}
    return Factors(held["version"], made)


def _factor(name: str, table: Mapping[str, Any], by_user: bool = False) -> Factor:
    """Raises ValueError for bounds that do not enclose the value."""
    value = float(table["value"])
    bounds = Interval(float(table.get("low", value)), value, float(table.get("high", value)))
    texts = {key: str(table[key]) for key in (*_TEXTS, *_MORE) if key in table}
    return Factor(name, bounds, str(table.get("year", "")), texts, by_user)


def replaced(ours: Factors, layer: Layer, *keys: str) -> Factors:
    """The factors with those of a user's table, which stands at `keys` of the layer.

    One that is replaced says what it is and where it is from: `value`, `unit`, `year`, `source`.
    Raises ConfigError.
    """
    table: Any = layer.table
    for key in keys:
        table = table.get(key, {})
    by_name = dict(ours.by_name)
    if not isinstance(table, Mapping):
        problem = say("factors must be a table of tables, not {value}.", value=written(table))
        raise layer.error(problem, *keys)
    for name, one in table.items():
        if name not in by_name:
            none = say("There is no factor {name}. ", name=written(name))
            known = say("There are: {known}.", known=", ".join(sorted(by_name)))
            raise layer.error((none, nearest(name, by_name), known), *keys, name)
        by_name[name] = _users(layer, (*keys, name), one, by_name[name])
    return Factors(ours.version, by_name)


def _users(layer: Layer, keys: tuple[str, ...], table: Any, ours: Factor) -> Factor:
    name = keys[-1]
    if not isinstance(table, Mapping):
        example = '{ value = 300, unit = "g CO2e/kWh", year = 2025, source = "..." }'
        problem = say("A factor is a table, such as {example}.", example=f"{name} = {example}")
        raise layer.error(problem, *keys)
    for key in table:
        if key not in KEYS:
            unknown = say("Unknown key {key} in the factor {name}. ", key=written(key), name=name)
            known = say("It can have: {known}.", known=", ".join(KEYS))
            raise layer.error((unknown, nearest(key, KEYS), known), *keys, key)
    for key in ("value", "unit", "year", "source"):
        if key not in table:
            lacking = say(
                "The factor {name} has no {key}. A factor that is replaced says value, unit, year "
                "and source.",
                name=name,
                key=key,
            )
            raise layer.error(lacking, *keys)
    _check(layer, keys, table, ours)
    given = {"geography": "", "scope": "", "licence": "", "retrieved": "", **table}
    try:
        return _factor(name, given, by_user=True)
    except ValueError:
        problem = say(
            "The factor {name} cannot be used: {value} does not lie within {low} to {high}, or one "
            "of them is not finite.",
            name=name,
            value=table["value"],
            low=table.get("low", table["value"]),
            high=table.get("high", table["value"]),
        )
        raise layer.error(problem, *keys) from None


def _check(layer: Layer, keys: tuple[str, ...], table: Mapping[str, Any], ours: Factor) -> None:
    """Raises ConfigError for numbers that are none, another unit, and contracts for averages."""
    name = keys[-1]
    for key in ("value", "low", "high"):
        held = table.get(key, 1)
        if isinstance(held, bool) or not isinstance(held, int | float) or held < 0:
            problem = say(
                "{key} of the factor {name} must be a number of at least 0, not {value}.",
                key=key,
                name=name,
                value=written(held),
            )
            raise layer.error(problem, *keys, key)
    if table["unit"] != ours.unit:
        problem = say(
            "The factor {name} is in {unit}, not {value}. Convert it.",
            name=name,
            unit=ours.unit,
            value=written(table["unit"]),
        )
        raise layer.error(problem, *keys, "unit")
    if "method" in ours.texts and table.get("method", LOCATION) != LOCATION:
        problem = say(
            "The factor {name} must be an average of the location (method = {average}), not "
            "{value}: contracts, guarantees of origin and offsets are left out of this report, as "
            "ISO/IEC 21031 asks.",
            name=name,
            average=written(LOCATION),
            value=written(table["method"]),
        )
        raise layer.error(problem, *keys, "method")

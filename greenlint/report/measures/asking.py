# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Values asked of a TOML table, each of its kind; what is wrong is told with file, line, column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

from greenlint.config_file import Layer, nearest, written
from greenlint.errors import ConfigError
from greenlint.report.measures.complaint import complaint
from greenlint.report.measures.factors import Factors, replaced
from greenlint.report.measures.interval import Interval

# A text is shown on a page; a longer one is no text but a mistake.
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A declared number with its bounds, and where it is from."""

    value: Interval
    source: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """The table of one layer.  Every method raises ConfigError for a value of another kind; what is
    not there is "", (), None or the default.
    """

    layer: Layer

    @classmethod
    def nothing(cls) -> Asking:
        """A table without a key."""
        return cls(Layer({}, "", "", Path()))

    @classmethod
    def of(cls, layer: Layer, key: str) -> Asking | None:
        """The table under a key of a layer of the configuration; None where it has none."""
        table = layer.table.get(key)
        if table is None:
            return None
        if not isinstance(table, Mapping):
            raise complaint(layer, f"{key} must be a table, not {written(table)}.", key)
        return cls(replace(layer, table=table, prefix=(*layer.prefix, key)))

    @property
    def table(self) -> Mapping[str, Any]:
        """Its keys."""
        return self.layer.table

    def error(self, problem: str, *keys: str) -> ConfigError:
        """The problem, behind its place."""
        return complaint(self.layer, problem, *keys)

    def known(self, names: Iterable[str], *keys: str) -> None:
        """Complain of a key that is none of these, in the table at `keys`."""
        names = tuple(names)
        for key in self._table(*keys):
            if key not in names:
                raise self.error(
                    f"Unknown key {written(key)} in {self.layer.named(*keys)}. "
                    f"{nearest(key, names)}It can have: {', '.join(sorted(names))}.",
                    *keys,
                    key,
                )

    def text(self, *keys: str) -> str:
        """A string that is not empty."""
        held = self._held(*keys)
        if held is None:
            return ""
        if not isinstance(held, str) or not held.strip():
            raise self._wrong("a text in quotes", held, *keys)
        if len(held) > LONGEST:
            raise self.error(
                f"{keys[-1]} has {len(held)} characters, more than the {LONGEST} that a page can "
                "show. Shorten it.",
                *keys,
            )
        return held.strip()

    def texts(self, *keys: str) -> tuple[str, ...]:
        """A list of strings."""
        held = self._held(*keys)
        if held is None:
            return ()
        if not isinstance(held, list) or not all(isinstance(one, str) and one for one in held):
            raise self._wrong('a list of texts, such as ["one", "two"]', held, *keys)
        return tuple(held)

    def flag(self, *keys: str) -> bool:
        """True or false; false where it is not there."""
        held = self._held(*keys)
        if held is not None and not isinstance(held, bool):
            raise self._wrong("true or false", held, *keys)
        return bool(held)

    def count(self, key: str, default: int) -> int:
        """A whole number above zero, and no more than a hundred."""
        held = self._held(key)
        if held is None:
            return default
        if isinstance(held, bool) or not isinstance(held, int) or not 0 < held <= 100:
            raise self._wrong("a whole number from 1 to 100", held, key)
        return held

    def number(self, *keys: str, least: float, most: float = 1e18) -> float:
        """A number that must be there."""
        held = self._held(*keys)
        if held is None:
            raise self.error(f"{'.'.join(keys)} is missing.", *keys[:-1])
        if isinstance(held, bool) or not isinstance(held, int | float) or not isfinite(held):
            raise self._wrong("a number", held, *keys)
        if not least <= held <= most:
            raise self._wrong(f"a number from {least:g} to {most:g}", held, *keys)
        return float(held)

    def numbers(self, key: str) -> dict[str, float]:
        """A table of numbers, such as minutes by rule."""
        names = [str(one) for one in self._table(key)]
        return {name: self.number(key, name, least=0) for name in names}

    def figure(self, key: str, least: float, most: float, sourced: bool, example: str) -> Figure:
        """A number, or a table of it with bounds and source."""
        held = self._held(key)
        if not isinstance(held, Mapping):
            if sourced or isinstance(held, bool) or not isinstance(held, int | float):
                raise self._wrong(f"a table with its source: {key} = {example}", held, key)
            value = self.number(key, least=least, most=most)
            return Figure(Interval(value, value, value))
        self.known(("value", "low", "high", "source", "year", "site"), key)
        value = self.number(key, "value", least=least, most=most)
        low, high = (
            self.number(key, end, least=least, most=most) if end in held else value
            for end in ("low", "high")
        )
        if not low <= value <= high:
            raise self.error(
                f"{key} says {value:g} between {low:g} and {high:g}. The value lies between its "
                "bounds.",
                key,
            )
        source, year = self.text(key, "source"), held.get("year", "")
        if sourced and not source:
            raise self.error(f"{key} has no source. Say where it is from: {key} = {example}", key)
        if isinstance(year, bool) or not isinstance(year, int | str):
            raise self._wrong("a year", year, key, "year")
        return Figure(Interval(low, value, high), source, str(year))

    def factors(self, ours: Factors) -> Factors:
        """The factors with those that this table replaces."""
        return replaced(ours, self.layer, "factors") if "factors" in self.table else ours

    def _held(self, *keys: str) -> Any:
        return self._table(*keys[:-1]).get(keys[-1])

    def _table(self, *keys: str) -> Mapping[str, Any]:
        held: Any = self.table
        for at, key in enumerate(keys, 1):
            held = held.get(key, {})
            if not isinstance(held, Mapping):
                raise self._wrong("a table", held, *keys[:at])
        found: Mapping[str, Any] = held
        return found

    def _wrong(self, wanted: str, held: object, *keys: str) -> ConfigError:
        return self.error(f"{'.'.join(keys)} must be {wanted}, not {written(held)}.", *keys)

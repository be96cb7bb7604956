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
from greenlint.messages import Message, say
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
            raise layer.error(_must_be(key, say("a table"), table), key)
        return cls(replace(layer, table=table, prefix=(*layer.prefix, key)))

    @property
    def table(self) -> Mapping[str, Any]:
        """Its keys."""
        return self.layer.table

    def error(self, problem: Message | tuple[Message, ...], *keys: str) -> ConfigError:
        """The problem, behind its place."""
        return self.layer.error(problem, *keys)

    def known(self, names: Iterable[str], *keys: str) -> None:
        """Complain of a key that is none of these, in the table at `keys`."""
        names = tuple(names)
        for key in self._table(*keys):
            if key not in names:
                table = self.layer.named(*keys)
                unknown = say("Unknown key {key} in {table}. ", key=written(key), table=table)
                known = say("It can have: {known}.", known=", ".join(sorted(names)))
                raise self.error((unknown, nearest(key, names), known), *keys, key)

    def text(self, *keys: str) -> str:
        """A string that is not empty."""
        held = self._held(*keys)
        if held is None:
            return ""
        if not isinstance(held, str) or not held.strip():
            raise self._wrong(say("a text in quotes"), held, *keys)
        if len(held) > LONGEST:
            long = say(
                "{key} has {n} characters, more than the {most} that a page can show. Shorten it.",
                key=keys[-1],
                n=len(held),
                most=LONGEST,
            )
            raise self.error(long, *keys)
        return held.strip()

    def texts(self, *keys: str) -> tuple[str, ...]:
        """A list of strings."""
        held = self._held(*keys)
        if held is None:
            return ()
        if not isinstance(held, list) or not all(isinstance(one, str) and one for one in held):
            raise self._wrong(say('a list of texts, such as ["one", "two"]'), held, *keys)
        return tuple(held)

    def flag(self, *keys: str) -> bool:
        """True or false; false where it is not there."""
        held = self._held(*keys)
        if held is not None and not isinstance(held, bool):
            raise self._wrong(say("true or false"), held, *keys)
        return bool(held)

    def count(self, key: str, default: int) -> int:
        """A whole number above zero, and no more than a hundred."""
        held = self._held(key)
        if held is None:
            return default
        if isinstance(held, bool) or not isinstance(held, int) or not 0 < held <= 100:
            raise self._wrong(say("a whole number from 1 to 100"), held, key)
        return held

    def number(self, *keys: str, least: float, most: float = 1e18) -> float:
        """A number that must be there."""
        held = self._held(*keys)
        if held is None:
            raise self.error(say("{key} is missing.", key=".".join(keys)), *keys[:-1])
        if isinstance(held, bool) or not isinstance(held, int | float) or not isfinite(held):
            raise self._wrong(say("a number"), held, *keys)
        if not least <= held <= most:
            wanted = say("a number from {least} to {most}", least=f"{least:g}", most=f"{most:g}")
            raise self._wrong(wanted, held, *keys)
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
                sourced_table = say(
                    "a table with its source: {example}", example=f"{key} = {example}"
                )
                raise self._wrong(sourced_table, held, key)
            value = self.number(key, least=least, most=most)
            return Figure(Interval(value, value, value))
        self.known(("value", "low", "high", "source", "year", "site"), key)
        value = self.number(key, "value", least=least, most=most)
        low, high = (
            self.number(key, end, least=least, most=most) if end in held else value
            for end in ("low", "high")
        )
        if not low <= value <= high:
            outside = say(
                "{key} says {value} between {low} and {high}. The value lies between its bounds.",
                key=key,
                value=f"{value:g}",
                low=f"{low:g}",
                high=f"{high:g}",
            )
            raise self.error(outside, key)
        source, year = self.text(key, "source"), held.get("year", "")
        if sourced and not source:
            unsourced = "{key} has no source. Say where it is from: {key} = {example}"
            raise self.error(say(unsourced, key=key, example=example), key)
        if isinstance(year, bool) or not isinstance(year, int | str):
            raise self._wrong(say("a year"), year, key, "year")
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
                raise self._wrong(say("a table"), held, *keys[:at])
        found: Mapping[str, Any] = held
        return found

    def _wrong(self, wanted: Message, held: object, *keys: str) -> ConfigError:
        return self.error(_must_be(".".join(keys), wanted, held), *keys)


def _must_be(key: str, wanted: Message, held: object) -> tuple[Message, ...]:
    return (
        say("{key} must be ", key=key),
        wanted,
        say(", not {value}.", value=written(held)),
    )

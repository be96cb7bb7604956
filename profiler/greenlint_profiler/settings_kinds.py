# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a value of the settings may be: how it is checked, read, and told to other programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from greenlint_profiler.quantity import ENERGY as JOULES
from greenlint_profiler.quantity import TIME as SECONDS
from greenlint_profiler.quantity import microjoules, nanoseconds
from greenlint_profiler.said import say
from greenlint_profiler.units import Kind as Part

# As often as a figure needs to be precise: suite/precision.py.
AUTO: Literal["auto"] = "auto"

_PERCENT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%\s*")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its name in an error, its JSON Schema, and how a value of TOML becomes ours.

    `read` raises ValueError, with a sentence where "must be ..." would not say enough.  `of_text`
    turns the text of an environment variable into what TOML would have had.
    """

    wanted: str
    shape: Mapping[str, Any]
    read: Callable[[Any], Any]
    of_text: Callable[[str], object] = str


def _flag(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise ValueError
    return raw


def _flag_text(text: str) -> object:
    words = {"1": True, "true": True, "yes": True, "on": True}
    return (words | {"0": False, "false": False, "no": False, "off": False}).get(text.lower(), text)


def _number_text(text: str) -> object:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _count(least: int) -> Callable[[object], int]:
    def read(raw: object) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool) or raw < least:
            raise ValueError
        return raw

    return read


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise ValueError
    return raw


def _word(raw: object) -> str:
    if not _text(raw).strip():
        raise ValueError
    return _text(raw)


def _or_none(read: Callable[[str], Any]) -> Callable[[object], Any]:
    """The same, where "" says that there is none."""
    return lambda raw: None if raw == "" else read(_text(raw))


def _percent(text: str) -> float:
    found = _PERCENT.fullmatch(text)
    if found is None:
        raise ValueError
    return float(found[1]) / 100


def _between(low: float, high: float) -> Callable[[object], float]:
    def read(raw: object) -> float:
        if isinstance(raw, bool) or not isinstance(raw, int | float) or not low < raw < high:
            raise ValueError
        return float(raw)

    return read


def _limit(raw: object) -> int | None:
    return None if raw == "" else _count(0)(raw)


def _grams(raw: object) -> float | None:
    return None if raw == "" else _between(0, 10_000)(raw)


def _parts(raw: object) -> tuple[Part, ...]:
    if not isinstance(raw, list) or not raw or not all(isinstance(one, str) for one in raw):
        raise ValueError
    return tuple(map(Part, raw))


def _amount(units: Mapping[str, int], empty: str = "") -> dict[str, Any]:
    """Text with a number and one of the units, or else nothing where `empty` is "?"."""
    number = r"\s*(?:\d+(?:\.\d+)?|\.\d+)\s*"
    return {"type": "string", "pattern": rf"^(?:{number}(?:{'|'.join(units)})\s*){empty}$"}


_TEXT = {"type": "string"}
_WORD = {"type": "string", "minLength": 1}
PARTS = [part.value for part in Part if part not in (Part.CPU, Part.OTHER)]

FLAG = Kind("true or false", {"type": "boolean"}, _flag, _flag_text)
TURNS_OR_AUTO = Kind(
    'a whole number above zero, or "auto"',
    {"anyOf": [{"type": "integer", "minimum": 1}, {"const": AUTO}]},
    lambda raw: raw if raw == AUTO else _count(1)(raw),
    _number_text,
)
TURNS = Kind(
    "a whole number above zero", {"type": "integer", "minimum": 1}, _count(1), _number_text
)
COUNT = Kind(
    "a whole number, 0 or more", {"type": "integer", "minimum": 0}, _count(0), _number_text
)
WORD = Kind("a word in quotes", _WORD, _word)
TEXT = Kind("text in quotes", _TEXT, _text)
ENERGY = Kind('an energy such as "60 J", or ""', _amount(JOULES, "?"), _or_none(microjoules))
TIME = Kind('a time such as "300 ms", or ""', _amount(SECONDS, "?"), _or_none(nanoseconds))
SPAN = Kind('a time such as "60 s"', _amount(SECONDS), lambda raw: nanoseconds(_text(raw)))
PERCENT = Kind('a percentage such as "10 %"', _amount({"%": 1}), lambda raw: _percent(_text(raw)))
LIMIT = Kind(
    'a whole number, 0 or more, or ""',
    {"anyOf": [{"type": "integer", "minimum": 0}, {"const": ""}]},
    _limit,
    _number_text,
)
CONFIDENCE = Kind(
    "a number between 0 and 1",
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    _between(0, 1),
    _number_text,
)
GRAMS = Kind(
    'a number of grams above zero, or ""',
    {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"const": ""}]},
    _grams,
    _number_text,
)
PLACE = Kind('a path or URL in quotes, or ""', _TEXT, _or_none(_word))
DOMAINS = Kind(
    say("a list of {parts}", parts=", ".join(PARTS)),
    {"type": "array", "minItems": 1, "items": {"enum": PARTS}},
    _parts,
    lambda text: re.split(r"[,\s]+", text.strip()),
)


def written(raw: object) -> str:
    """A value as TOML writes it, cut where it gets long."""
    text = json.dumps(raw, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"

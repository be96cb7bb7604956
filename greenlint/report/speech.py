# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A report's language: its texts, and how it writes figures, amounts and days."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from greenlint.formats.costs import amount, seconds

LANGUAGES = ("en", "nl")
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_POINT = {"en": ".", "nl": ","}
_THOUSANDS = {"en": ",", "nl": "."}


@cache
def texts(language: str) -> dict[str, str]:
    """All texts of a language by their dotted names: ``overview.title``."""
    import tomli

    file = Path(__file__).with_name("texts") / f"{language}.toml"
    return dict(_flat(tomli.loads(file.read_text(encoding="utf-8"))))


def _flat(table: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        found += _flat(value, f"{before}{name}.") if isinstance(value, dict) else []
        found += [(f"{before}{name}", value)] if isinstance(value, str) else []
    return found


class Speech:
    """One of LANGUAGES.  What it is given stands in its texts as it is: who shows them escapes."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = texts(language)

    def say(self, name: str, **values: object) -> str:
        """A text by its name; KeyError where there is none, or a value for it is missing."""
        text = self._texts[name]
        return text.format_map(values) if values else text

    def word(self, room: str, word: str) -> str:
        """A word that stands in a record, such as a verdict; one of a newer version as it is."""
        return self._texts.get(f"{room}.{word}", word)

    def count(self, name: str, number: int) -> str:
        """``1 test``, ``1,200 tests``: of the two texts `name`.one and `name`.more."""
        text = self._texts[f"{name}.{'one' if number == 1 else 'more'}"]
        return text.format_map({"n": self.whole(number)})

    def whole(self, number: float) -> str:
        """A count, with signs between thousands."""
        return f"{number:,.0f}".replace(",", _THOUSANDS[self.language])

    def figure(self, text: str) -> str:
        """A figure written with a point, as this language writes it."""
        return text.replace(".", _POINT[self.language])

    def joules(self, value: float, low: float | None = None, high: float | None = None) -> str:
        """``12.3 J ± 0.4``: half of the interval that is given."""
        around = ""
        if low is not None and high is not None:
            around = f" ± {amount((high - low) / 2)}"
        return self.figure(f"{amount(value)} J{around}")

    def seconds(self, value: float) -> str:
        """``326 ms``."""
        return self.figure(seconds(value))

    def quantity(self, quantity: str, value: float) -> str:
        """A figure of joules, dram_joules or cpu_seconds with its unit; else a count."""
        if quantity.endswith("joules"):
            return self.joules(value)
        return self.seconds(value) if quantity.endswith("seconds") else self.whole(value)

    def day(self, date: str) -> str:
        """``30 November 2026`` of a day as YYYY-MM-DD; anything else stays as it is."""
        parts = date.split("-")
        if len(parts) != 3 or not all(part.isdecimal() for part in parts):
            return date
        month = int(parts[1])
        if not 1 <= month <= 12:
            return date
        return f"{int(parts[2])} {_MONTHS[self.language].split()[month - 1]} {parts[0]}"

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A rule's measure card: what a page says of it to people who decide, in Dutch and in English.

The fields and their order are those of docs/decisions/0017-measure-cards.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LANGUAGES = ("nl", "en")
#: The texts of a card, in the order in which it shows them.
TEXTS = (
    "title",
    "what",
    "why",
    "starting_situation",
    "technique",
    "technical_conditions",
    "economic_conditions",
    "moment",
    "applicability",
    "side_effects",
)


class Effort(StrEnum):
    """How long a place takes a developer who knows the code, reading the change included."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def at_most(self) -> int | None:
        """Minutes; HIGH is more than the most of MEDIUM, and has none."""
        return {"low": 15, "medium": 60}.get(self.value)


class Moment(StrEnum):
    """INDEPENDENT: a change of its own at any time.  NATURAL: along with another change."""

    INDEPENDENT = "independent"
    NATURAL = "natural"


@dataclass(frozen=True, slots=True)
class Practice:
    """What a rule found in real code: `packages` by name with the number of findings, and, of the
    findings that somebody `read`, how many were `true` and how many `worth` the change.
    """

    packages: Mapping[str, int]
    read: int
    true: int
    worth: int


@dataclass(frozen=True, slots=True)
class Card:
    """A whole card: `texts` by language and field, for each of LANGUAGES and TEXTS."""

    effort: Effort
    moment: Moment
    texts: Mapping[str, Mapping[str, str]]
    practice: Practice | None = None


def card(told: Mapping[str, Any]) -> Card:
    """The card of a page, from the fields that its block states (`Page.card`).

    Raises ValueError, with the field and the way out, for a card that is not whole.
    """
    unknown = sorted(told.keys() - {"effort", "moment", "practice", *LANGUAGES})
    if unknown:
        raise ValueError(f"the card has no field {unknown[0]!r}")
    return Card(
        Effort(_one_of(told, "effort", Effort)),
        Moment(_one_of(told, "moment", Moment)),
        {language: _texts(told, language) for language in LANGUAGES},
        _practice(told["practice"]) if "practice" in told else None,
    )


def _one_of(told: Mapping[str, Any], field: str, kinds: type[StrEnum]) -> str:
    words = [kind.value for kind in kinds]
    value = told.get(field)
    if value not in words:
        raise ValueError(f"the card's {field} is {value!r}, and must be one of {', '.join(words)}")
    return str(value)


def _texts(told: Mapping[str, Any], language: str) -> Mapping[str, str]:
    texts = told.get(language, {})
    if unknown := sorted(texts.keys() - set(TEXTS)):
        raise ValueError(f"the card has no field {unknown[0]!r} in [{language}]")
    for field in TEXTS:
        text = texts.get(field)
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"the card says nothing of {field!r} in [{language}]")
    return {field: texts[field] for field in TEXTS}


def _practice(told: Mapping[str, Any]) -> Practice:
    packages: Mapping[str, Any] = told.get("packages", {})
    counts = [told.get("read"), told.get("true"), told.get("worth")]
    whole = [one for one in (*counts, *packages.values()) if type(one) is int and one >= 0]
    if len(whole) < len(counts) + len(packages):
        raise ValueError("the card's practice needs read, true and worth, and counts of packages")
    read, true, worth = whole[:3]
    if not read >= true >= worth:
        raise ValueError(f"the card's practice has {read} read, {true} true and {worth} worth it")
    return Practice(packages, read, true, worth)

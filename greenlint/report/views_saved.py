# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What mended findings saved, as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from greenlint.formats.words import shorten
from greenlint.report.contents import Less, Saved
from greenlint.report.speech import Speech

# So many gates back, and so many of the findings that went at one, are shown.
_MOST_GATES, _MOST_MENDED, _LONG = 50, 10, 400


class MendedView(NamedTuple):
    """A finding that is gone; `place` is where it was."""

    rule: str
    message: str
    place: str


class SavedView(NamedTuple):
    """A gate; figures are texts, "–" where nothing was compared; `more` are findings left out."""

    day: str
    revisions: str
    machine: str
    mended: tuple[MendedView, ...]
    more: int
    tests: str
    less: tuple[str, ...]
    queries: str
    requests: str


def saved(speech: Speech, gates: Sequence[Saved]) -> list[SavedView]:
    """The gates, in their order."""
    return [_view(speech, one) for one in gates[:_MOST_GATES]]


def _view(speech: Speech, one: Saved) -> SavedView:
    shown = one.mended[:_MOST_MENDED]
    return SavedView(
        speech.day(one.day),
        f"{one.base} … {one.head}",
        f"{one.machine_class}, {one.meter}",
        tuple(
            MendedView(
                f"{each.rule} {each.name}",
                shorten(each.message, _LONG),
                f"{each.path}:{each.line}",
            )
            for each in shown
        ),
        len(one.mended) - len(shown),
        speech.whole(one.tests),
        tuple(_less(speech, each) for each in one.less) or ("–",),
        speech.whole(one.queries) if one.queries else "–",
        speech.whole(one.requests) if one.requests else "–",
    )


def _less(speech: Speech, one: Less) -> str:
    """``CPU time: 204 ms (190 ms … 218 ms) of 250 ms, proxy``."""
    saved, low, high, base = (
        speech.quantity(one.quantity, value) for value in (one.saved, one.low, one.high, one.base)
    )
    return speech.say(
        "saved.less",
        quantity=speech.say(f"overview.{one.quantity}"),
        saved=saved,
        low=low,
        high=high,
        base=base,
        evidence=speech.word("evidence", one.evidence),
    )

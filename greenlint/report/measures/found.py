# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Findings -> measures: one row for each rule that found something, with card, evidence, effort."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greenlint.card import Card, card
from greenlint.evidence import Measurement, current, deciding
from greenlint.experiment import fingerprint
from greenlint.formats.sonar import MINUTES
from greenlint.hotspots import Again, Cost
from greenlint.page import Page
from greenlint.report.measures.declared import Declared
from greenlint.report.measures.interval import kept
from greenlint.report.measures.numbers import LANGS
from greenlint.report.measures.reading import COUNTED
from greenlint.result import BaselineState, Entry
from greenlint.rule import Proof, RuleInfo

# The rules' own room: a comment that suppresses nothing is no measure.
OWN = "greenlint"
# Code of greenlint's own rules; the words of others are shown as theirs.
PREFIX = "GRN"
# What a place of high effort is reckoned with: more than the 60 minutes of a medium one.
HIGH_MINUTES = 120


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found: what counts, what was suppressed or accepted, and whether a baseline says
    what is new.  `page` gives a rule's page, if it has one; of `files`, `failed` could not be read.
    """

    entries: Sequence[Entry]
    hidden: Sequence[Entry]
    baseline: bool
    page: Callable[[RuleInfo], Page | None]
    shown: Callable[[str], str] = str
    files: int = 0
    failed: int = 0
    counted: bool = True  # whether the joules of tests may be shown as measured


def rows(found: Found, told: Declared) -> list[dict[str, Any]]:
    """The measures, those with the most behind them first: confirmed by tests, then by proof, then
    by number.
    """
    by_rule: dict[str, list[Entry]] = {}
    for entry in found.entries:
        if entry.rule.category != OWN:
            by_rule.setdefault(entry.rule.code, []).append(entry)
    made = [_row(held, found, told) for held in by_rule.values()]
    return sorted(made, key=_rank)


def _rank(row: Mapping[str, Any]) -> tuple[int, int, int, str]:
    times = row["repeated"]["times"] if row["repeated"] else 0
    return (-times, Proof(row["proof"]).rank, -row["count"], row["id"])


def _row(entries: Sequence[Entry], found: Found, told: Declared) -> dict[str, Any]:
    rule = entries[0].rule
    page = found.page(rule)
    hidden = [one for one in found.hidden if one.rule.code == rule.code]
    minutes, basis, level = _effort(entries, page, told)
    return {
        "id": rule.code,
        "name": rule.name,
        "title": titles(rule, page),
        "by_plugin": not rule.code.startswith(PREFIX),
        "category": rule.category,
        "count": len(entries),
        "new": _new(entries) if found.baseline else None,
        "suppressed": sum(one.suppressed is not None for one in hidden),
        "accepted": sum(one.baseline_state is BaselineState.UNCHANGED for one in hidden),
        "locations": [
            {"path": found.shown(one.finding.path), "line": one.finding.span.line}
            for one in entries
        ],
        "proof": rule.proof.value,
        "fix": None if rule.fix is None else rule.fix.value,
        "card_reference": reference(page),
        "at_stake_J_per_run": _at_stake(entries) if found.counted else None,
        "repeated": _repeated(entries),
        "expected_saving_J_per_run": None,
        "realised_saving_J_per_run": None,
        "effort_min": kept(minutes),
        "effort_basis": basis,
        "effort_class": level,
        "breakeven_runs_per_year": None,
    }


def _new(entries: Iterable[Entry]) -> int:
    return sum(one.baseline_state is not BaselineState.UNCHANGED for one in entries)


def titles(rule: RuleInfo, page: Page | None) -> dict[str, str | None]:
    """The measure in the imperative, by language, as the card has it; None where it has none."""
    card = card_of(page)
    told: dict[str, str | None] = {}
    for lang in LANGS:
        held = card.get(lang, {})
        title = held.get("title") if isinstance(held, Mapping) else None
        told[lang] = title if isinstance(title, str) and title else None
    if told["en"] is None:
        told["en"] = rule.summary or rule.name
    return told


def card_of(page: Page | None) -> Mapping[str, Any]:
    """The fields of the card; none where there is no page, or its card cannot be read."""
    try:
        return page.card if page else {}
    except ValueError:
        return {}


def reference(page: Page | None) -> dict[str, Any] | None:
    """What the page's own experiment saves, at the largest size that was measured: a part of what
    the example used, which is no figure of this project and is never turned into joules.
    """
    if page is None:
        return None
    decided = deciding(current(page.measurements, fingerprint(page.blocks)))
    if not decided:
        return None
    one: Measurement = decided[0]
    return {
        "saving_pct": {
            end: kept(value * 100)
            for end, value in (("lo", one.low), ("mid", one.saving), ("hi", one.high))
        },
        "quantity": "joules" if one.label in COUNTED else "cpu_seconds",
        "n": one.n,
        "size": one.size,
        "machine": one.machine,
        "meter": one.meter,
        "python": one.python or None,
        "null_result": not one.shows_saving,
    }


def _effort(
    entries: Sequence[Entry], page: Page | None, told: Declared
) -> tuple[float, str, str | None]:
    """Minutes for all places, what they rest on, and the class on the card: nothing of it was
    measured.
    """
    rule, one = entries[0].rule, whole(page)
    level = None if one is None else one.effort.value
    for word in (rule.code, rule.name):
        if word in told.effort:
            return told.effort[word], "declared", level
    if one is not None:
        return float(len(entries) * (one.effort.at_most or HIGH_MINUTES)), "card", level
    return float(sum(MINUTES[each.fixable] for each in entries)), "convention", None


def whole(page: Page | None) -> Card | None:
    """The card of a page, if it has a whole one."""
    try:
        return card(page.card) if page is not None else None
    except ValueError:
        return None


def _at_stake(entries: Sequence[Entry]) -> dict[str, Any] | None:
    """What the tests used that execute a line of the measure, each test once: an upper bound of
    what it can save in them, of which the lines are an unknown part.
    """
    costs = list(_costs(entries))
    tests = {test for cost in costs for test in cost.tests or ()}
    if not tests:
        return None
    used = [costs[0].measured.tests.get(test) for test in sorted(tests)]
    known = [one for one in used if one is not None and one.evidence in COUNTED]
    ends = [one.high if one.high is not None else one.joules for one in known]
    if not known or len(known) < len(used) or None in ends:
        return None
    return {
        "lo": 0.0,
        "hi": kept(sum(one for one in ends if one is not None)),
        "unit": "J",
        "basis": "measured_here",
        "tests": len(known),
        "run": costs[0].measured.run,
    }


def _costs(entries: Iterable[Entry]) -> Iterator[Cost]:
    return (one.cost for one in entries if one.cost is not None)


def _repeated(entries: Iterable[Entry]) -> dict[str, Any] | None:
    """The worst that tests saw on lines of the measure: one query, or one host, again and again."""
    worst: Again | None = max(
        (again for cost in _costs(entries) for again in cost.again),
        key=lambda one: one.times,
        default=None,
    )
    if worst is None:
        return None
    return {"kind": worst.kind, "times": worst.times, "test": worst.test}

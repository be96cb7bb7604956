# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Reports of many systems -> their totals: by measure and by team, and how they went on.

Nothing here ranks: teams stand in the order of the alphabet, organisations are not added up apart,
and no figure is divided by size.  The ICT Sector Guidance of the GHG Protocol (2017) says of its
own figures that they are not meant to compare products; these are no better.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from greenlint.report.measures.document import SCHEMA as ONE
from greenlint.report.measures.interval import Interval
from greenlint.report.measures.numbers import LANGS
from greenlint.report.measures.words import words
from greenlint.version import __version__

SCHEMA = "greenlint-report-merged/1"
Json = dict[str, Any]
Report = Mapping[str, Any]


def merged(reports: Iterable[Report], generated_at: str) -> Json:
    """The totals of the latest report of each system, and the trend over all of them.

    Raises ValueError for a document that is no report; KeyError or TypeError for one that is not
    whole.
    """
    held = sorted(_once(reports), key=lambda one: (one["generated_at"], one["inputs_sha256"]))
    latest = _latest(held)
    return {
        "schema": SCHEMA,
        "tool": {"name": "greenlint", "version": __version__},
        "generated_at": generated_at,
        "reports": [_about(one) for one in held],
        "systems": [_about(one) for one in latest],
        "totals": _totals(latest),
        "by_measure": _by_measure(latest),
        "by_team": _by_team(latest),
        "trend": _trend(held),
        "mixed": {
            "tool_versions": _distinct(one["tool"]["version"] for one in latest),
            "factors_versions": _distinct(one["method"]["factors_version"] for one in latest),
            "factors_replaced": _distinct(
                name for one in latest for name in one["method"]["factors_replaced"]
            ),
        },
        "not_claimed": [
            {"lang": lang, "text": f"{words(lang)['no-ranking']} {words(lang)['not-claimed']}"}
            for lang in LANGS
        ],
    }


def _once(reports: Iterable[Report]) -> list[Report]:
    """Each report once, however often it was named."""
    seen: dict[tuple[str, str], Report] = {}
    for one in reports:
        if one.get("schema") != ONE:
            raise ValueError(f"its schema is {one.get('schema')!r}, not {ONE!r}")
        seen.setdefault((one["generated_at"], one["inputs_sha256"]), one)
    return list(seen.values())


def _key(report: Report) -> tuple[str, str, str]:
    """Whose system it is, and which: names alone meet by chance."""
    subject = report["subject"]
    return (report["organisation"] or "", report["team"] or "", subject["repo"] or subject["name"])


def _latest(reports: Sequence[Report]) -> list[Report]:
    found = {_key(one): one for one in reports}
    return [found[key] for key in sorted(found)]


def _about(report: Report) -> Json:
    return {
        "subject": report["subject"]["name"],
        "organisation": report["organisation"],
        "team": report["team"],
        "commit": report["subject"]["commit"],
        "generated_at": report["generated_at"],
        "inputs_sha256": report["inputs_sha256"],
        "places": _places(report),
    }


def _places(report: Report) -> int:
    return sum(row["count"] for row in report["measures"])


def _distinct(words: Iterable[str]) -> list[str]:
    return sorted(set(words))


def _totals(reports: Sequence[Report]) -> Json:
    """What systems have together.  Electricity is that of those that declared their runs."""
    budgets = [row["verdict"] for one in reports for row in one["budget"] or ()]
    years = [one["annual"] for one in reports if one["annual"] is not None]
    savings = [year["saving"] for year in years if year["saving"] is not None]
    return {
        "systems": len(reports),
        "measures": len({row["id"] for one in reports for row in one["measures"]}),
        "places": sum(map(_places, reports)),
        "effort_min": sum(row["effort_min"] for one in reports for row in one["measures"]),
        "budgets": {
            "all": len(budgets),
            "pass": sum(verdict in ("pass", "improved") for verdict in budgets),
            "fail": sum(verdict == "fail" for verdict in budgets),
        },
        "annual": {
            "systems": len(years),
            "kwh_it": _sum(year["use"]["kwh_it"] for year in years),
            "potential_systems": len(savings),
            "potential_kwh_it": _sum(saving["kwh_it"] for saving in savings),
        },
    }


def _sum(records: Iterable[Mapping[str, Any]]) -> Json | None:
    """The sum with the sums of the bounds; None of nothing."""
    held = list(records)
    if not held:
        return None
    total = Interval(0.0, 0.0, 0.0)
    for one in held:
        total = total + Interval(one["lo"], one["mid"], one["hi"])
    return total.record(held[0]["unit"])


def _by_measure(reports: Sequence[Report]) -> list[Json]:
    """Each measure by its code: in how many systems and places it applies."""
    held: dict[str, list[Mapping[str, Any]]] = {}
    for one in reports:
        for row in one["measures"]:
            held.setdefault(row["id"], []).append(row)
    return [
        {
            "id": code,
            "name": found[0]["name"],
            "title": found[0]["title"],
            "by_plugin": found[0]["by_plugin"],
            "proof": found[0]["proof"],
            "systems": len(found),
            "places": sum(row["count"] for row in found),
            "effort_min": sum(row["effort_min"] for row in found),
        }
        for code, found in sorted(held.items())
    ]


def _by_team(reports: Sequence[Report]) -> list[Json]:
    """Each team that was named, in the order of the alphabet."""
    teams = sorted({one["team"] for one in reports if one["team"]})
    return [
        {"team": team, **_totals([one for one in reports if one["team"] == team])} for team in teams
    ]


def _trend(reports: Sequence[Report]) -> list[Json]:
    """After each report: how many systems had reported, and their places by their latest one.  A
    system that joins makes it rise, so that both are told.
    """
    known: dict[tuple[str, str, str], Report] = {}
    points: dict[str, Json] = {}
    for one in reports:
        known[_key(one)] = one
        day = one["generated_at"][:10]
        points[day] = {
            "date": day,
            "systems": len(known),
            "places": sum(map(_places, known.values())),
        }
    return list(points.values())

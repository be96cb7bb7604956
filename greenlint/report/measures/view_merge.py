# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The totals of many systems as a page: by measure, by team, and over time, without a ranking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenlint.report.measures.effects import bounds
from greenlint.report.measures.numbers import Lang, cited, shown, within
from greenlint.report.measures.sheet import (
    Block,
    Facts,
    Line,
    Paragraph,
    Section,
    Sheet,
    Table,
    code,
    quote,
    said,
)
from greenlint.report.measures.view_found import title
from greenlint.report.measures.words import words

Document = Mapping[str, Any]
# So many points of the trend are shown, the latest.
POINTS = 12


def sheet(held: Document, lang: Lang) -> Sheet:
    """One page of totals."""
    say = words(lang)
    made = say["made-by"].format(date=held["generated_at"][:10], version=held["tool"]["version"])
    head = Facts(((say["made"], said(made)), (say["systems"], said(str(len(held["systems"]))))))
    not_said = Paragraph(said(f"{say['no-ranking']} {say['not-claimed']}"))
    return Sheet(
        lang,
        say["merged-title"],
        "",
        (head, Paragraph(said(say["quoted-note"]), small=True)),
        (
            _totals(held, lang),
            _measures(held, lang),
            *_teams(held, lang),
            _trend(held, lang),
            _systems(held, lang),
            Section(say["not-claimed-title"], (not_said,), "note"),
        ),
    )


def _totals(held: Document, lang: Lang) -> Section:
    say, total = words(lang), held["totals"]
    year = total["annual"]
    pairs: list[tuple[str, Line]] = [
        (say["measures"], said(str(total["measures"]))),
        (say["places"], said(cited(total["places"], lang))),
        (say["effort"], said(_hours(total["effort_min"], lang))),
        (say["budget"], said(say["budget-summary"].format(**_verdicts(total["budgets"])))),
        (say["merged-kwh"], said(_kwh(year["kwh_it"], year["systems"], lang))),
        (
            say["potential"],
            said(_kwh(year["potential_kwh_it"], year["potential_systems"], lang)),
        ),
    ]
    blocks: list[Block] = [Facts(tuple(pairs))]
    if any(len(held["mixed"][key]) > 1 for key in ("tool_versions", "factors_versions")):
        blocks.append(Paragraph(said(say["merged-mixed"]), small=True))
    if held["mixed"]["factors_replaced"]:
        blocks.append(Paragraph(said(say["merged-replaced"]), small=True))
    return Section(say["totals"], tuple(blocks))


def _verdicts(budgets: Mapping[str, int]) -> dict[str, int]:
    return {**budgets, "other": budgets["all"] - budgets["pass"] - budgets["fail"]}


def _hours(minutes: float, lang: Lang) -> str:
    if minutes < 60:
        return words(lang)["minutes"].format(value=shown(minutes, lang))
    return words(lang)["hours"].format(value=shown(minutes / 60, lang))


def _kwh(value: Document | None, systems: int, lang: Lang) -> str:
    say = words(lang)
    if value is None:
        return say["not-determined"]
    return say["merged-kwh-value"].format(value=within(bounds(value), lang), systems=systems)


def _measures(held: Document, lang: Lang) -> Section:
    say = words(lang)
    heads = ("code", "measure", "systems", "places", "proof", "effort")
    table = Table(
        said(say["merged-measures-caption"]),
        tuple(say[head] for head in heads),
        tuple(
            (
                (code(row["id"]),),
                (title(row, lang),),
                said(str(row["systems"])),
                said(cited(row["places"], lang)),
                said(say[f"proof-{row['proof']}"]),
                said(_hours(row["effort_min"], lang)),
            )
            for row in held["by_measure"]
        ),
        numeric=(2, 3),
    )
    return Section(say["measures"], (table,))


def _teams(held: Document, lang: Lang) -> list[Section]:
    say, rows = words(lang), held["by_team"]
    if not rows:
        return []
    heads = ("team", "systems", "measures", "places", "effort")
    table = Table(
        said(say["merged-teams-caption"]),
        tuple(say[head] for head in heads),
        tuple(
            (
                (quote(row["team"]),),
                said(str(row["systems"])),
                said(str(row["measures"])),
                said(cited(row["places"], lang)),
                said(_hours(row["effort_min"], lang)),
            )
            for row in rows
        ),
        numeric=(1, 2, 3),
    )
    return [Section(say["teams"], (table,))]


def _trend(held: Document, lang: Lang) -> Section:
    say = words(lang)
    table = Table(
        said(say["trend-caption"]),
        tuple(say[head] for head in ("realised-date", "systems", "places")),
        tuple(
            (said(row["date"]), said(str(row["systems"])), said(cited(row["places"], lang)))
            for row in held["trend"][-POINTS:]
        ),
        numeric=(1, 2),
    )
    return Section(say["trend"], (table, Paragraph(said(say["trend-note"]), small=True)))


def _systems(held: Document, lang: Lang) -> Section:
    say = words(lang)
    table = Table(
        said(say["merged-systems-caption"]),
        tuple(say[head] for head in ("system", "team", "revision", "realised-date")),
        tuple(
            (
                (quote(row["subject"]),),
                (quote(row["team"]),) if row["team"] else said("–"),
                (code(row["commit"][:12]),) if row["commit"] else said("–"),
                said(row["generated_at"][:10]),
            )
            for row in held["systems"]
        ),
    )
    return Section(say["systems"], (table,), "details")

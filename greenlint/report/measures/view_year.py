# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a year amounts to, on the page: electricity and what follows, scenarios, capacity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenlint.report.measures.effects import NOT_DETERMINED, bounds
from greenlint.report.measures.numbers import Lang, shown, within
from greenlint.report.measures.sheet import (
    Block,
    Facts,
    Line,
    Paragraph,
    Section,
    Table,
    quote,
    said,
)
from greenlint.report.measures.words import words

Document = Mapping[str, Any]
_YEAR = (
    ("kwh-it", "kwh_it"),
    ("kwh-facility", "kwh_facility"),
    ("co2e", "carbon_kg"),
    ("cost", "cost_eur"),
)
_BROAD = (
    ("water-offsite", "water_offsite_L", "L"),
    ("water-onsite", "water_onsite_L", "L"),
    ("adpe", "adpe_kgSb", "kg Sb-eq"),
    ("primary-energy", "pe_MJ", "MJ"),
)


def annual(held: Document, lang: Lang) -> Section:
    """A year of runs, where their number was declared; else the reason why there are no figures."""
    say, year = words(lang), held["annual"]
    if year is None:
        why = say[f"why-{held['reasons']['annual']}"]
        return Section(
            say["annual"], (Paragraph(said(say["annual-none"].format(why=why))),), "half"
        )
    columns = [("use", year["use"])]
    if year["saving"] is not None:
        columns.append(("potential", year["saving"]))
    runs = within(bounds(held["runs_per_year"]), lang)
    table = Table(
        said(say["annual-caption"].format(runs=runs)),
        (say["quantity"], *(say[head] for head, _ in columns)),
        tuple(
            (said(say[name]), *(said(within(bounds(one[key]), lang)) for _, one in columns))
            for name, key in _YEAR
            if year["use"][key] is not None
        ),
        numeric=tuple(range(1, len(columns) + 1)),
    )
    source = (*said(say["annual-source"] + " "), quote(held["runs_per_year"]["source"]))
    blocks: list[Block] = [table, Paragraph(source, small=True)]
    if held["pue"] is None:
        blocks.append(Paragraph(said(say["no-pue"]), small=True))
    if year["saving"] is not None:
        blocks.append(Paragraph(said(say["potential-note"]), small=True))
    return Section(say["annual"], tuple(blocks), "half")


def capacity(held: Document, lang: Lang) -> list[Section]:
    """What was declared of it; nothing where nothing was."""
    say, told = words(lang), held["capacity"]
    if told is None:
        return []
    key = "capacity-realised" if told["realised"] else "capacity-potential"
    text = say[key].format(
        before=_plain(told["reserved_cores_before"], lang),
        after=_plain(told["reserved_cores_after"], lang),
    )
    evidence = (*said(" "), quote(told["evidence"])) if told["evidence"] else ()
    return [Section(say["capacity"], (Paragraph((*said(text), *evidence)),))]


def _plain(value: float, lang: Lang) -> str:
    return shown(value, lang, 6).rstrip("0").rstrip(",.") if value % 1 else str(int(value))


def scenarios(held: Document, lang: Lang) -> Section:
    """Efficiency × demand, and the time in which growth catches up."""
    say, rows = words(lang), held["scenario_1187"]
    kind = "kwh" if any(row["kwh"] for row in rows) else "index"
    table = Table(
        said(say[f"scenarios-caption-{kind}"].format(years=rows[0]["years"])),
        (say["efficiency"], *(_demand(held, one, lang) for one in ("flat", "growth", "reduction"))),
        tuple(
            (
                said(say[f"efficiency-{one}"]),
                *(
                    said(within(bounds(row[kind]), lang) if row[kind] else say["not-determined"])
                    for row in rows
                    if row["efficiency"] == one
                ),
            )
            for one in ("none", "measures")
        ),
        numeric=(1, 2, 3),
    )
    blocks: list[Block] = [table, Paragraph(_catch_up(held, lang), small=True)]
    return Section(say["scenarios"], tuple(blocks), "half")


def _demand(held: Document, demand: str, lang: Lang) -> str:
    say = words(lang)
    if demand == "growth":
        growth = held["catch_up_years"][0]["growth"]["mid"] * 100
        name = "demand-growth" if growth >= 0 else "demand-growth-negative"
        return say[name].format(value=_percent(growth, lang))
    if demand == "reduction":
        told = held["declared"].get("demand-reduction")
        if told is None:
            return say["demand-reduction-none"]
        return say["demand-reduction"].format(value=_percent(told["mid"] * 100, lang))
    return say["demand-flat"]


def _percent(value: float, lang: Lang) -> str:
    """As it was declared or cited: up to three digits."""
    text = f"{value:.3g}".replace("-", "−")
    return text.replace(".", ",") if lang == "nl" else text


def _catch_up(held: Document, lang: Lang) -> Line:
    say, rows = words(lang), held["catch_up_years"]
    reference = [row for row in rows if row["kind"] == "reference"]
    if any(row["years"] is None for row in reference):
        return said(say["catch-up-none"])
    years = [_years(row["years"]["mid"], lang) for row in reference]
    told = say["and"].join(("; ".join(years[:-1]), years[-1]))
    growth = _percent(reference[0]["growth"]["mid"] * 100, lang)
    line = said(say["catch-up"].format(growth=growth, years=told))
    own = [row["years"] for row in rows if row["kind"] == "measured" and row["years"]]
    if own:
        ends = "–".join(_years(own[0][end], lang) for end in ("lo", "hi"))
        value = f"{_years(own[0]['mid'], lang)} ({ends})"
        line += said(" " + say["catch-up-own"].format(years=value))
    if "growth" in held["declared"]:
        return (*line, *said(" "), quote(held["declared"]["growth"]["source"]))
    factor = held["factors"]["demand_growth"]
    if factor["declared"]:
        return (*line, *said(" "), quote(factor["source"]))
    proxy = say["growth-proxy"].format(source=factor["source"], year=factor["year"])
    return (*line, *said(f" {proxy}"))


def _years(value: float, lang: Lang) -> str:
    """To a tenth: 0.5 is half a year."""
    return f"{value:.1f}".replace(".", "," if lang == "nl" else ".")


def broad(held: Document, lang: Lang) -> Section:
    """Water, materials, energy, what making the server cost, and the score where it is whole."""
    say, found, made = words(lang), held["broad"], held["embodied"]
    unknown = said(say["not-determined"])
    pairs: list[tuple[str, Line]] = []
    for name, key, unit in _BROAD:
        value = found[key]
        pairs.append(
            (say[name], said(f"{within(bounds(value), lang)} {unit}") if value else unknown)
        )
    emitted = unknown
    if made is not None:
        value = within(bounds(made["M_g"]) / 1000, lang)
        cores = _plain(made["RR"], lang)
        emitted = said(say["embodied-value"].format(value=value, cores=cores))
    pairs.append((say["embodied"], emitted))
    for name in ("land", "water_embodied"):
        assert found[name] == NOT_DETERMINED  # no figure of it is ever shown
        pairs.append((say[name.replace("_", "-")], unknown))
    pairs.append((say["sci"], said(_sci(held, lang))))
    heading = say["broad"]
    if held["annual"] is not None:
        heading = f"{heading} ({say['broad-per-year']})"
    return Section(heading, (Facts(tuple(pairs)),))


def _sci(held: Document, lang: Lang) -> str:
    say, found = words(lang), held["sci"]
    if found["value"] is not None:
        return say["sci-value"].format(value=within(bounds(found["value"]), lang))
    missing = ", ".join(say[f"sci-{name}"] for name in found["missing"])
    if found["e_kwh"] is None:
        return say["sci-none"].format(missing=missing)
    return say["sci-e"].format(value=within(bounds(found["e_kwh"]), lang), missing=missing)

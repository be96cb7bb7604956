# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How it was measured and computed, on the page: the method statement, and the colophon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenlint.report.measures.numbers import Lang, cited, shown
from greenlint.report.measures.sheet import (
    Facts,
    Line,
    Section,
    Span,
    code,
    filled,
    quote,
    said,
)
from greenlint.report.measures.words import words

Document = Mapping[str, Any]
# The factors that every report may use; those of servers only where one was declared.
_SHOWN = ("grid_intensity", "water_offsite", "adpe", "primary_energy", "demand_growth")


def method(held: Document, lang: Lang) -> Section:
    """What a reader needs to judge the figures, and to get them again."""
    say = words(lang)
    boundary, scenario = held["boundary"], held["scenario"]
    none = said(say["not-declared"])
    inside = (*said(say["included"] + " "), *_listed(boundary["included"], say))
    outside = (*said("; " + say["excluded"] + " "), *_listed(boundary["excluded"], say))
    unit = held["functional_unit"]
    volume = scenario["data_volume"]
    pairs: list[tuple[str, Line]] = [
        (say["boundary"], (*inside, *outside)),
        (say["functional-unit"], (quote(unit),) if unit else none),
        (say["scenario"], _scenario(scenario, say)),
        (say["data-volume"], (quote(volume),) if volume else none),
        (say["machine"], _machine(held["hardware"], lang)),
        (say["instrument"], _instrument(held["instrument"], say)),
        (say["evidence"], said(say[f"evidence-{held['evidence_level']}"])),
        (say["measurement"], said(_measurement(held["measurement"], lang))),
        (say["statistics"], said(say["statistics-value"])),
        (say["factors"], tuple(_factors(held, lang))),
        (say["formulas"], said("; ".join(held["method"]["formulas"].values()))),
        (say["missing"], said(say["missing-value"])),
        (say["reproduce"], (code(held["method"]["reproduce_command"]),)),
    ]
    return Section(say["method"], (Facts(tuple(pairs)),), "details")


def _listed(texts: list[str] | None, say: Mapping[str, str]) -> Line:
    if not texts:
        return said(say["not-declared"])
    line: list[Span] = []
    for number, text in enumerate(texts):
        line += [*said(", " if number else ""), quote(text)]
    return tuple(line)


def _scenario(scenario: Document, say: Mapping[str, str]) -> Line:
    name = scenario["name"]
    if name is None:
        return said(say["not-declared"])
    first = quote(name) if scenario["name_declared"] else code(name)
    steps = (*said(": "), *_listed(scenario["steps"], say)) if scenario["steps"] else ()
    return (first, *steps)


def _machine(hardware: Document, lang: Lang) -> Line:
    """What the machine told of itself; names are its own words."""
    say = words(lang)
    parts: list[Line] = [(code(hardware[key]),) for key in ("cpu",) if hardware[key]]
    if hardware["cores"]:
        parts.append(said(say["machine-cores"].format(value=hardware["cores"])))
    if hardware["ram"]:
        parts.append((quote(hardware["ram"]),))
    if hardware["virtualised"]:
        parts.append((*said(say["machine-virtual"] + " "), code(hardware["virtualised"])))
    if hardware["governor"]:
        parts.append(filled(say["machine-governor"], value=code(hardware["governor"])))
    parts += [
        said(f"{key} {say['yes' if hardware[key] else 'no']}")
        for key in ("turbo", "smt")
        if hardware[key] is not None
    ]
    parts += [
        (*said(f"{key} "), code(hardware[key])) for key in ("kernel", "microcode") if hardware[key]
    ]
    line: list[Span] = []
    for number, part in enumerate(parts):
        line += [*said(", " if number else ""), *part]
    return tuple(line) or said(say["unknown"])


def _instrument(instrument: Document, say: Mapping[str, str]) -> Line:
    if instrument["kind"] == "none":
        return said(say["instrument-none"])
    domains = ", ".join(instrument["domains"]) or say["unknown"]
    return filled(say["instrument-rapl"], meter=code(instrument["meter"]), domains=code(domains))


def _measurement(measured: Document, lang: Lang) -> str:
    say, idle = words(lang), measured["idle_W"]
    unknown = say["unknown"]
    order, outliers = measured["order"], measured["outlier_rule"]
    return say["measurement-value"].format(
        n=measured["n"] if measured["n"] is not None else unknown,
        warmup=measured["warmup"] if measured["warmup"] is not None else unknown,
        order=say[f"order-{order}"] if order else unknown,
        idle=say["idle-unknown"]
        if idle is None
        else say["idle-known"].format(value=shown(idle, lang)),
        outliers=say[f"outliers-{outliers}"] if outliers else unknown,
    )


def _factors(held: Document, lang: Lang) -> list[Span]:
    """Value, unit, year and source of each factor that a figure may rest on."""
    own = ("demand_growth",) if "growth" in held["declared"] else ()
    names = [name for name in _SHOWN if name not in own]
    pue = held["pue"]
    if pue is not None and pue["kind"] == "factor":
        names.append("pue_odc")
    if held["embodied"] is not None:
        names += [f"server_{held['embodied']['server']}", "server_life", "server_cores"]
    names += [name for name in held["method"]["factors_replaced"] if name not in names]
    line: list[Span] = []
    for number, name in enumerate(names):
        line += [*said("; " if number else ""), *_factor(name, held["factors"][name], lang)]
    if pue is not None and pue["kind"] == "declared":
        value = f"; PUE {cited(pue['mid'], lang)} ({words(lang)['factor-declared']}: "
        line += [Span(value), quote(pue["source"]), Span(")")]
    return line


def _factor(name: str, factor: Document, lang: Lang) -> list[Span]:
    value = cited(factor["value"], lang)
    if factor["low"] != factor["high"]:
        value += f" ({cited(factor['low'], lang)}–{cited(factor['high'], lang)})"
    say = words(lang)
    unit = say.get(f"unit-{factor['unit']}", factor["unit"])
    unit = "" if unit == "1" else f" {unit}"
    head = f"{say[f'factor-{name}']} {value}{unit}"
    if not factor["declared"]:
        source = say.get(f"source-{name}", factor["source"])
        year = say.get(f"year-{factor['year']}", factor["year"])
        return [Span(f"{head} ({source}; {year})")]
    told = say["factor-declared"]
    return [
        Span(f"{head} ({told}: "), quote(factor["source"]), Span("; "), quote(factor["year"]),
        Span(")"),
    ]  # fmt: skip


def colophon(held: Document, lang: Lang) -> Section:
    """Whose texts, whose statement, where the data is, and whom to ask."""
    say = words(lang)
    rows = (
        ("accessibility", held["accessibility_statement"]),
        ("raw-data", held["measurement"]["raw_uri"]),
        ("contact", held["contact"]),
    )
    pairs = [(say["licence"], said(say["licence-value"]))]
    pairs += [
        (say[name], (quote(value),) if value else said(say["not-declared"])) for name, value in rows
    ]
    return Section(say["colophon"], (Facts(tuple(pairs)),))

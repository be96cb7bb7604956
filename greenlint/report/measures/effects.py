# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""From joules of one run to a year, and from there to carbon, water and materials: each figure with
its bounds, or the code of the reason why there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenlint.report.measures import formulas
from greenlint.report.measures.declared import ODC, Declared
from greenlint.report.measures.interval import Interval, interval
from greenlint.report.measures.reading import Reading

Json = dict[str, Any]
NOT_DETERMINED = "not_determined"
# What a year of runs amounts to: the key, its formula and its unit.
_ONE = Interval(1, 1, 1)


@dataclass(slots=True)
class Reasons:
    """Why fields are null: path of the field -> code of a reason, for programs and for people."""

    by_field: dict[str, str] = field(default_factory=dict)

    def none(self, name: str, code: str) -> None:
        """Null, because of that."""
        self.by_field[name] = code

    def need(self, value: Any, name: str, code: str) -> Any:
        """The value; where it is none, its reason is kept."""
        if value is None or value == "" or value == ():
            self.by_field[name] = code
            return None
        return value


@dataclass(frozen=True, slots=True)
class Site:
    """Where it runs: what a kilowatt-hour at the plug of the machine stands for.

    `pue` is None where nobody declared it: figures are then of the IT equipment alone.
    """

    pue: Interval | None
    grid: Interval
    pue_record: Json | None

    @property
    def factor(self) -> Interval:
        """What kilowatt-hours of the machine are multiplied by."""
        return self.pue or _ONE


def site(told: Declared, why: Reasons) -> Site:
    """The PUE that was declared, or that of a government data centre where it runs in one."""
    grid = told.factors["grid_intensity"].bounds
    figure = told.figure("pue")
    if figure is not None:
        record = figure.value.record("1") | {"source": figure.source, "year": figure.year or None}
        return Site(figure.value, grid, record | {"site": told.site or None, "kind": "declared"})
    if told.site == ODC:
        factor = told.factors["pue_odc"]
        record = factor.bounds.record("1") | {"source": factor.texts["source"]}
        record |= {"year": factor.year, "site": ODC, "kind": "factor"}
        return Site(factor.bounds, grid, record)
    why.none("pue", "not-declared")
    return Site(None, grid, None)


def yearly(joules: Interval, runs: Interval, place: Site, told: Declared) -> Json:
    """What so many runs of so many joules are in a year."""
    it = formulas.kwh(joules, runs)
    whole = it * place.factor
    factors, price, onsite = told.factors, told.figure("price"), told.figure("water-onsite")
    return {
        "kwh_it": it.record("kWh/yr"),
        "kwh_facility": None if place.pue is None else whole.record("kWh/yr"),
        "basis": "it" if place.pue is None else "facility",
        "carbon_kg": formulas.carbon_kg(whole, place.grid).record("kg CO2e/yr"),
        "cost_eur": None if price is None else (whole * price.value).record("EUR/yr"),
        "water_offsite_L": (whole * factors["water_offsite"].bounds).record("L/yr"),
        "water_onsite_L": None if onsite is None else (it * onsite.value).record("L/yr"),
        "adpe_kgSb": (whole * factors["adpe"].bounds).record("kg Sb-eq/yr"),
        "pe_MJ": (whole * factors["primary_energy"].bounds).record("MJ/yr"),
    }


def annual(read: Reading, place: Site, told: Declared, why: Reasons) -> Json | None:
    """A year of the scenario, and what a measured saving is in a year; only with declared runs."""
    runs = told.figure("runs-per-year")
    if runs is None:
        why.none("annual", "runs-not-declared")
        return None
    if read.joules is None:
        why.none("annual", read.why)
        return None
    for key, name in (("price", "cost_eur"), ("water-onsite", "water_onsite_L")):
        why.need(told.figure(key), f"annual.*.{name}", "not-declared")
    if place.pue is None:
        why.none("annual.*.kwh_facility", "not-declared")
    why.need(read.saving, "annual.saving", "not-compared")
    saving = read.saving
    return {
        "use": yearly(read.joules, runs.value, place, told),
        "saving": None if saving is None else yearly(saving, runs.value, place, told),
    }


def embodied(told: Declared, why: Reasons) -> Json | None:
    """Making the server, for the part of it that the system holds for a year."""
    held = told.embodied
    if held is None:
        why.none("embodied", "not-declared")
        return None
    factors = told.factors
    making, life = factors[f"server_{held.server}"], factors["server_life"]
    total = factors["server_cores"].bounds
    if held.total_cores is not None:
        total = interval(held.total_cores)
    grams = formulas.embodied_g(making.bounds, life.bounds, held.hours, held.reserved_cores, total)
    return {
        "server": held.server,
        "TE": making.bounds.record("kg CO2e"),
        "EL": life.bounds.record("h"),
        "TiR": held.hours,
        "RR": held.reserved_cores,
        "ToR": total.record("cores"),
        "M_g": grams.record("g CO2e/yr"),
        "source": making.texts["source"],
        "water": NOT_DETERMINED,
        "land": NOT_DETERMINED,
    }


def sci(read: Reading, place: Site, told: Declared, made: Json | None, why: Reasons) -> Json:
    """Software Carbon Intensity per functional unit, only where all of it is there; else its E.

    The grid factor is always one of the location; contracts are no part of it.
    """
    runs = told.figure("runs-per-year")
    each = made is not None and runs is not None and runs.value.lo > 0
    missing = [
        name
        for name, there in (
            ("boundary", bool(told.included)),
            ("R", bool(told.text("functional-unit"))),
            ("E", read.joules is not None),
            ("PUE", place.pue is not None),
            ("I", True),
            ("M", each),
        )
        if not there
    ]
    e_kwh = None
    if read.joules is not None:
        e_kwh = read.joules * place.factor / formulas.JOULES_PER_KWH
    else:
        why.none("sci.e_kwh", read.why)
    value = None
    if not missing and made is not None and read.joules is not None and runs is not None:
        per_unit = bounds(made["M_g"]) / runs.value
        value = formulas.sci_g(read.joules, place.factor, place.grid, per_unit)
    else:
        why.none("sci.value", "sci-incomplete")
    return {
        "complete": not missing,
        "missing": missing,
        "e_kwh": None if e_kwh is None else e_kwh.record("kWh/R"),
        "value": None if value is None else value.record("g CO2e/R"),
    }


def bounds(record: Mapping[str, Any]) -> Interval:
    """A figure of the data again, with its bounds."""
    return Interval(record["lo"], record["mid"], record["hi"])


def broad(year: Json | None, why: Reasons) -> Json:
    """Water, materials, primary energy; land and the water of making: no fit factor exists."""
    keys = ("water_onsite_L", "water_offsite_L", "adpe_kgSb", "pe_MJ")
    use = {} if year is None else year["use"]
    for key in keys:
        if use.get(key) is None:
            why.none(f"broad.{key}", "needs-annual" if year is None else "not-declared")
    return {
        **{key: use.get(key) for key in keys},
        "land": NOT_DETERMINED,
        "water_embodied": NOT_DETERMINED,
    }


def scenarios(read: Reading, place: Site, told: Declared, why: Reasons) -> list[Json]:
    """Efficiency {none; the measures taken} × demand {as now; growing; fewer runs}, after some
    years.  Without kilowatt-hours of a year as an index of what is used now, 100.
    """
    zero = interval(0.0)
    now, unit = _now(read, place, told), "kWh/yr"
    if now is None:
        now, unit = interval(100.0), "index"
    saved, reduction = _saved(read), told.figure("demand-reduction")
    if reduction is None:
        why.none("scenario_1187.reduction", "not-declared")
    if saved is None:
        why.none("scenario_1187.measures", "not-compared")
    demands = {
        "flat": (zero, zero),
        "growth": (_growth(told), zero),
        "reduction": (zero, None if reduction is None else reduction.value),
    }
    made = []
    for efficiency, part in (("none", zero), ("measures", saved)):
        for demand, (grown, fewer) in demands.items():
            record = None
            if part is not None and fewer is not None:
                record = formulas.demand(now, part, grown, told.years, fewer).record(unit)
            made.append(
                {
                    "efficiency": efficiency,
                    "demand": demand,
                    "years": told.years,
                    "kwh": record if unit != "index" else None,
                    "index": record if unit == "index" else None,
                }
            )
    return made


def _now(read: Reading, place: Site, told: Declared) -> Interval | None:
    """Kilowatt-hours of a year before the measures."""
    runs = told.figure("runs-per-year")
    joules = read.joules if read.before is None else interval(read.before)
    if runs is None or joules is None:
        return None
    return formulas.kwh(joules, runs.value) * place.factor


def catch_up(read: Reading, told: Declared) -> list[Json]:
    """Years in which growth undoes a saving: of four savings to compare with, and of ours."""
    growth = _growth(told)
    saved = _saved(read)
    savings = [(interval(one), "reference") for one in formulas.REFERENCE_SAVINGS]
    savings += [] if saved is None else [(saved, "measured")]
    made = []
    for saving, kind in savings:
        years = formulas.catch_up(saving, growth)
        made.append(
            {
                "kind": kind,
                "saving": saving.record("1"),
                "growth": growth.record("1/yr"),
                "years": None if years is None else years.record("yr"),
            }
        )
    return made


def _growth(told: Declared) -> Interval:
    figure = told.figure("growth")
    return figure.value if figure else told.factors["demand_growth"].bounds


def _saved(read: Reading) -> Interval | None:
    """The part that the measures save, as it was measured in joules."""
    return None if read.saving is None or read.change is None else -read.change

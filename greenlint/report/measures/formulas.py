# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The formulas of the report: each as it is printed, and as it is computed.

Sources: kWh, CO2e and M are those of ISO/IEC 21031:2024 (Software Carbon Intensity); catch-up time
is the time in which growth of demand undoes a saving, (1 + g)^t = 1 / (1 − s), solved for t.
"""

from __future__ import annotations

import math

from greenlint.report.measures.interval import Interval, interval

JOULES_PER_KWH = 3.6e6
# Savings of which the catch-up time is always shown.
REFERENCE_SAVINGS = (0.05, 0.10, 0.20, 0.30)

PRINTED = {
    "saving": "ΔJ = J_before × −change",
    "kwh_it": "kWh_IT = J × runs / 3.6e6",
    "kwh_facility": "kWh_facility = kWh_IT × PUE",
    "carbon": "kg CO2e = kWh × I / 1000",
    "cost": "EUR = kWh × price",
    "water_offsite": "L = kWh × water_offsite",
    "water_onsite": "L = kWh_IT × water_onsite",
    "adpe": "kg Sb-eq = kWh × adpe",
    "primary_energy": "MJ = kWh × primary_energy",
    "embodied": "M = TE × 1000 × (TiR / EL) × (RR / ToR)",
    "sci": "SCI = (E × I + M) per R; E = J × PUE / 3.6e6",
    "breakeven": (
        "runs/yr = (effort_min / 60 × hourly_cost) / (payback_years × ΔJ × PUE / 3.6e6 × price)"
    ),
    "scenario": "kWh = kWh_now × (1 − s) × (1 + g)^years × (1 − d)",
    "catch_up": "years = ln(1 / (1 − s)) / ln(1 + g)",
}


def kwh(joules: Interval, runs: Interval) -> Interval:
    """Kilowatt-hours of so many runs."""
    return joules * runs / JOULES_PER_KWH


def carbon_kg(kilowatt_hours: Interval, intensity: Interval) -> Interval:
    """Kilograms of CO2 equivalent; `intensity` in grams per kWh."""
    return kilowatt_hours * intensity / 1000


def embodied_g(
    making_kg: Interval, life_h: Interval, hours: float, cores: float, total_cores: Interval
) -> Interval:
    """Grams of CO2 equivalent of making a server, for the part of its life and its cores."""
    return making_kg * 1000 * (Interval(hours, hours, hours) / life_h) * cores / total_cores


def sci_g(joules: Interval, pue: Interval, intensity: Interval, embodied: Interval) -> Interval:
    """Grams of CO2 equivalent per functional unit; `embodied` is that of one unit."""
    return joules * pue / JOULES_PER_KWH * intensity + embodied


def breakeven(
    cost: Interval, saving: Interval, pue: Interval, price: Interval, years: Interval
) -> Interval:
    """Runs a year from which a measure pays for itself; ZeroDivisionError where it may save
    nothing.  `cost` in EUR, `saving` in J per run, `price` in EUR per kWh.
    """
    return cost / (years * saving * pue / JOULES_PER_KWH * price)


def demand(
    now: Interval, saving: Interval, growth: Interval, years: int, reduction: Interval
) -> Interval:
    """What is used after some years; `saving`, `growth` (a year) and `reduction` are parts."""
    one = interval(1.0)
    grown = one + growth
    power = Interval(grown.lo**years, grown.mid**years, grown.hi**years)
    return now * (one - saving) * power * (one - reduction)


def catch_up(saving: Interval, growth: Interval) -> Interval | None:
    """Years in which growth undoes a saving; None where nothing is sure to be saved or to grow."""
    if saving.lo <= 0 or saving.hi >= 1 or growth.lo <= 0:
        return None
    return Interval(
        _years(saving.lo, growth.hi), _years(saving.mid, growth.mid), _years(saving.hi, growth.lo)
    )


def _years(saving: float, growth: float) -> float:
    return math.log(1 / (1 - saving)) / math.log(1 + growth)

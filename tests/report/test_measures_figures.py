# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Every figure of a measures report can be computed again from its data by the printed formulas."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from greenlint.errors import ConfigError
from greenlint.report.measures import formulas
from greenlint.report.measures.interval import Interval, interval
from greenlint.report.measures.numbers import Lang, cited, shown, within
from tests.profiler.documents import SHOP
from tests.report.given import FULL, cost, empty, entry, found, full, gate, told

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "greenlint-report-1.json"
Ends = tuple[float, float, float]


# Interval arithmetic once more, by trying every end of every part: nothing of the code under test.


def ends(held: Any) -> Ends:
    if isinstance(held, int | float):
        return (held, held, held)
    if "value" in held:
        return (held["low"], held["value"], held["high"])
    return (held["lo"], held["mid"], held["hi"])


def across(formula: Any, *parts: Any) -> Ends:
    """The formula at the middle, and the least and greatest over all corners."""
    corners: list[list[float]] = [[]]
    for part in map(ends, parts):
        corners = [[*held, end] for held in corners for end in (part[0], part[2])]
    values = [formula(*corner) for corner in corners]
    return (min(values), formula(*(ends(part)[1] for part in parts)), max(values))


def agrees(held: Any, *wanted: Any) -> None:
    assert ends(held) == pytest.approx(across(*wanted), rel=2e-5), held


def test_every_figure_can_be_computed_again() -> None:
    """From declared figures, factors and the measurement, by the formulas that the report prints;
    the test has its own arithmetic.
    """
    held = full()
    declared, factors, measured = held["declared"], held["factors"], held["measurement"]
    runs, pue, price = held["runs_per_year"], held["pue"], declared["price"]
    saving, change = measured["saving_J"], measured["change"]
    agrees(saving, lambda b, c: b * -c, measured["before_J"], change)
    after = {"lo": measured["ci95_J"][0], "mid": measured["median_J"], "hi": measured["ci95_J"][1]}
    agrees(after, lambda b, c: b * (1 + c), measured["before_J"], change)
    grid = {
        "lo": held["grid"]["low"],
        "mid": held["grid"]["intensity_g"],
        "hi": held["grid"]["high"],
    }
    for key, joules in (("use", after), ("saving", saving)):
        year = held["annual"][key]
        agrees(year["kwh_it"], lambda j, r: j * r / 3.6e6, joules, runs)
        agrees(year["kwh_facility"], lambda j, r, p: j * r / 3.6e6 * p, joules, runs, pue)
        whole = (joules, runs, pue)
        agrees(year["carbon_kg"], lambda j, r, p, i: j * r / 3.6e6 * p * i / 1000, *whole, grid)
        agrees(year["cost_eur"], lambda j, r, p, e: j * r / 3.6e6 * p * e, *whole, price)
        onsite = declared["water-onsite"]
        agrees(year["water_onsite_L"], lambda j, r, w: j * r / 3.6e6 * w, joules, runs, onsite)
        for name, factor in (
            ("water_offsite_L", "water_offsite"),
            ("adpe_kgSb", "adpe"),
            ("pe_MJ", "primary_energy"),
        ):
            agrees(year[name], lambda j, r, p, f: j * r / 3.6e6 * p * f, *whole, factors[factor])
    assert held["carbon"]["annual_kg"] == held["annual"]["use"]["carbon_kg"]
    assert held["broad"]["water_offsite_L"] == held["annual"]["use"]["water_offsite_L"]
    made = held["embodied"]
    parts = (factors["server_medium"], factors["server_life"], made["TiR"], made["RR"], made["ToR"])
    agrees(made["M_g"], lambda te, el, t, r, n: te * 1000 * t / el * r / n, *parts)
    assert held["sci"]["complete"]
    unit = (after, pue, grid, made["M_g"], runs)
    agrees(held["sci"]["e_kwh"], lambda j, p: j * p / 3.6e6, after, pue)
    agrees(held["sci"]["value"], lambda j, p, i, m, r: j * p / 3.6e6 * i + m / r, *unit)


def test_the_scenarios_can_be_computed_again() -> None:
    """Efficiency, demand and catch-up time, of what was used before the measures."""
    held = full()
    change, growth = held["measurement"]["change"], held["declared"]["growth"]
    fewer = held["declared"]["demand-reduction"]
    before = (held["measurement"]["before_J"], held["runs_per_year"], held["pue"])
    seen = 0
    for row in held["scenario_1187"]:
        part = change if row["efficiency"] == "measures" else 0.0
        g = growth if row["demand"] == "growth" else 0.0
        d = fewer if row["demand"] == "reduction" else 0.0
        agrees(
            row["kwh"],
            lambda j, r, p, c, g, d: j * r / 3.6e6 * p * (1 + c) * (1 + g) ** 5 * (1 - d),
            *before, part, g, d,
        )  # fmt: skip
        seen += 1
    assert seen == 6
    for row in held["catch_up_years"]:
        agrees(
            row["years"],
            lambda s, g: math.log(1 / (1 - s)) / math.log(1 + g),
            row["saving"],
            growth,
        )
    assert [row["kind"] for row in held["catch_up_years"]] == ["reference"] * 4 + ["measured"]


def test_break_even_can_be_computed_again() -> None:
    """Of the saving measured, of all that is at stake, or of one joule a run."""
    held = full()
    by_id = {row["id"]: row for row in held["measures"]}
    bases = {"GRN303": "realised", "GRN601": "at_most_at_stake", "GRN102": "per_joule"}
    hourly, price = held["declared"]["hourly-cost"], held["declared"]["price"]
    for code, basis in bases.items():
        row = by_id[code]
        found = row["breakeven_runs_per_year"]
        assert found["basis"] == basis
        joules = {
            "realised": row["realised_saving_J_per_run"],
            "at_most_at_stake": (row["at_stake_J_per_run"] or {}).get("hi"),
            "per_joule": 1.0,
        }[basis]
        agrees(
            found,
            lambda h, j, p, e, y, m=row["effort_min"]: m / 60 * h / (y * j * p / 3.6e6 * e),
            hourly, joules, held["pue"], price, held["factors"]["payback_years"],
        )  # fmt: skip
    assert by_id["GRN303"]["effort_basis"] == "declared"
    # Two findings, three tests' worth of lines, and each test counts once: 3.2 J and 1.1 J.
    assert by_id["GRN303"]["at_stake_J_per_run"]["hi"] == pytest.approx(4.3)
    assert by_id["GRN303"]["repeated"] == {"kind": "query", "times": 11, "test": SHOP}
    assert [row["id"] for row in held["measures"]] == ["GRN303", "GRN102", "GRN601"]


def test_the_worked_figures() -> None:
    """One joule less in 100 million runs is 33.9 kWh, 8.6 kg and 116 L; ten euros of effort pay
    from 23.6 million runs a year; growth of 11.3 % catches up in 0.5, 1.0, 2.1 and 3.3 years.
    """
    table = told(
        'runs-per-year = { value = 1e8, source = "log" }\nprice = 0.25\n'
        'pue = { value = 1.22, source = "x" }\n'
    )
    from greenlint.report.measures.effects import Reasons, site, yearly

    place = site(table, Reasons())
    year = yearly(interval(1.0), interval(1e8), place, table)
    assert year["kwh_facility"]["mid"] == pytest.approx(33.9, abs=0.05)
    assert year["carbon_kg"]["mid"] == pytest.approx(8.6, abs=0.05)
    assert year["water_offsite_L"]["mid"] == pytest.approx(116, abs=0.5)
    assert year["cost_eur"]["mid"] == pytest.approx(8.5, abs=0.05)
    for euros, joules, millions in ((10, 1, 23.6), (100, 1, 236), (100, 5, 47)):
        one = (interval(float(euros)), interval(float(joules)), interval(1.22), interval(0.25))
        found = formulas.breakeven(*one, interval(5.0))
        assert found.mid == pytest.approx(millions * 1e6, rel=0.005)
    caught = [formulas.catch_up(interval(s), interval(0.113)) for s in (0.05, 0.1, 0.2, 0.3)]
    assert [round(one.mid, 1) for one in caught if one] == [0.5, 1.0, 2.1, 3.3]
    core_hour = formulas.embodied_g(
        Interval(460, 900, 2087), interval(35040.0), 1, 1, interval(48.0)
    )
    assert [round(one, 2) for one in (core_hour.lo, core_hour.mid, core_hour.hi)] == [
        0.27,
        0.54,
        1.24,
    ]


@pytest.mark.parametrize("make", [full, empty], ids=["full", "empty"])
def test_the_data_keeps_its_schema(make: Any) -> None:
    """Whatever is there; what is null has its reason, in both languages."""
    held = make()
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.validate(held, schema, cls=jsonschema.Draft202012Validator)
    json.dumps(held, allow_nan=False)
    required = [
        *("subject.commit", "subject.repo", "subject.dirty", "subject.python", "subject.lock_hash"),
        *("boundary.included", "boundary.excluded", "functional_unit", "budget", "runs_per_year"),
        *("scenario.name", "scenario.steps", "scenario.data_volume", "pue", "annual", "embodied"),
        *(f"hardware.{key}" for key in held["hardware"]),
        *(f"instrument.{key}" for key in held["instrument"]),
        *(f"measurement.{key}" for key in held["measurement"] if key not in _FOLLOW),
        *("carbon.annual_kg", "sci.value", "capacity", "stored_run"),
    ]
    unsaid = [name for name in required if _at(held, name) is None and name not in held["reasons"]]
    assert not unsaid
    assert set(held["reasons"].values()) == set(held["reason_words"])
    assert all(set(texts) == {"nl", "en"} for texts in held["reason_words"].values())


# What follows from before_J, and what names a source.
_FOLLOW = ("source", "change", "saving_J", "shows_difference", "cpu_seconds")


def _at(held: Any, name: str) -> Any:
    for key in name.split("."):
        held = held[key]
    return held


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (gate(virtualised="kvm"), "virtual-machine"),
        (gate(evidence="estimated"), "estimated"),
        (gate(evidence="vendor"), "vendor"),
        (gate(evidence="proxy"), "no-counter"),
    ],
    ids=["virtual", "estimated", "vendor", "proxy"],
)
def test_no_joules_but_those_of_a_counter(document: Any, why: str) -> None:
    """An estimate, what a virtual machine shows and CPU time become no joules, no year, no carbon,
    and no score.
    """
    from greenlint.report.measures.reading import reading

    held = full(read=reading(document))
    assert held["measurement"]["median_J"] is held["measurement"]["saving_J"] is None
    assert held["annual"] is held["carbon"]["annual_kg"] is held["sci"]["value"] is None
    assert held["reasons"]["annual"] == why
    assert "E" in held["sci"]["missing"]
    assert all(row["kwh"] is None for row in held["scenario_1187"])
    assert held["measures"][0]["realised_saving_J_per_run"] is None


def test_a_score_needs_all_of_its_terms() -> None:
    """Without the boundary, R, M or a PUE there is the term E, and what is missing."""
    for key, missing in (
        ("boundary", "boundary"),
        ("functional-unit", "R"),
        ("embodied", "M"),
        ("pue", "PUE"),
    ):
        text = "\n".join(line for line in FULL.splitlines() if not line.startswith(key))
        held = full(text)
        assert held["sci"]["missing"] == [missing]
        assert held["sci"]["value"] is None
        assert held["sci"]["e_kwh"] is not None
    without = full("\n".join(one for one in FULL.splitlines() if not one.startswith("pue")))
    assert without["annual"]["use"]["kwh_facility"] is None
    assert without["annual"]["use"]["basis"] == "it"


def test_no_year_without_declared_runs() -> None:
    """Nobody guesses how often a program runs."""
    held = full("\n".join(one for one in FULL.splitlines() if not one.startswith("runs")))
    assert held["annual"] is None
    assert held["reasons"]["annual"] == "runs-not-declared"
    assert held["reasons"]["broad.pe_MJ"] == "needs-annual"
    assert all(row["index"] and row["kwh"] is None for row in held["scenario_1187"])


def test_a_difference_must_be_shown() -> None:
    """An interval with zero in it is no saving: nothing catches up with it, nothing pays back."""
    from greenlint.report.measures.reading import reading

    held = full(read=reading(gate(change=(-4.0, -1.0, 2.0))))
    assert held["measurement"]["shows_difference"] is False
    assert held["catch_up_years"][-1]["years"] is None
    row = held["measures"][0]
    assert row["breakeven_runs_per_year"]["basis"] == "at_most_at_stake"


def test_measures_without_a_counted_run_have_no_joules_at_stake() -> None:
    """Joules of tests count where their label does."""
    from dataclasses import replace

    from greenlint.report.measures.found import rows

    one = found(entry(cost=cost((SHOP,))))
    assert rows(one, told(""))[0]["at_stake_J_per_run"] is not None
    assert rows(replace(one, counted=False), told(""))[0]["at_stake_J_per_run"] is None


@pytest.mark.parametrize(
    ("value", "nl", "en"),
    [
        (0, "0", "0"),
        (33.888, "34", "34"),
        (8.574, "8,6", "8.6"),
        (0.004567, "0,0046", "0.0046"),
        (3.293e-8, "3,3 × 10⁻⁸", "3.3 × 10⁻⁸"),
        (116.3, "120", "120"),
        (15129, "15.000", "15,000"),
        (23_606_557, "24 miljoen", "24 million"),
        (999_600, "1,0 miljoen", "1.0 million"),
        (4.7e9, "4,7 miljard", "4.7 billion"),
        (-0.1234, "−0,12", "−0.12"),
    ],
)
def test_two_significant_digits(value: float, nl: str, en: str) -> None:
    """In the signs of each language, and no more digits than the figure is worth."""
    assert (shown(value, "nl"), shown(value, "en")) == (nl, en)


def test_bounds_are_shown_where_they_differ() -> None:
    """And a factor has all the digits of its source."""
    lang: Lang = "nl"
    assert within(Interval(33, 33.9, 50), lang) == "34 (33–50)"
    assert within(Interval(33.9, 33.9, 34.1), lang) == "34"
    assert within(Interval(-2, -1, 1), lang) == "−1,0 (−2,0 tot 1,0)"
    assert cited(3.433, lang) == "3,433"
    assert cited(35040, lang) == "35.040"
    with pytest.raises(ValueError, match="does not lie within"):
        Interval(2, 1, 3)
    with pytest.raises(ZeroDivisionError):
        interval(1.0) / Interval(-1, 1, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'titel = "x"',
            'report.toml:1:1: Unknown key "titel" in the configuration. Did you mean "title"?',
        ),
        ("title = 3", "title must be a text in quotes, not 3"),
        (
            '\nscenario = { nam = "x" }',
            'report.toml:2:14: Unknown key "nam" in [scenario]. Did you mean',
        ),
        ("runs-per-year = 5", "runs-per-year must be a table with its source"),
        ("runs-per-year = { value = 5 }", "runs-per-year has no source. Say where it is from"),
        ('pue = { value = 0.9, source = "x" }', "pue.value must be a number from 1 to 10, not 0.9"),
        (
            'pue = { value = 1.5, low = 1.6, high = 2, source = "x" }',
            "pue says 1.5 between 1.6 and 2",
        ),
        ("hourly-cost = nan", "hourly-cost must be a number, not NaN"),
        ("embodied = { reserved-cores = 99, total-cores = 8 }", "99 cores cannot be reserved of 8"),
        (
            'embodied = { server = "huge" }',
            "server cannot be 'huge'. It is one of low, medium, high",
        ),
        ('embodied = { server = "high", reserved-cores = 1 }', "needs its total-cores"),
        (
            "capacity = { reserved-cores-before = 4, reserved-cores-after = 4, realised = true }",
            "capacity cannot be realised with 4 cores after and 4 before: nothing was switched off",
        ),
        (
            "capacity = { reserved-cores-before = 4, reserved-cores-after = 2, realised = true }",
            "capacity that is realised needs its evidence",
        ),
        (
            'links = { repository = "javascript:{path}" }',
            "is no address of the web with {path} in it. Write it as",
        ),
        ('links.repository = "https://a/{path}?{rev}"', "Nothing is known for {rev} in repository"),
        ("factors = { grid_intens = { value = 1 } }", 'Did you mean "grid_intensity"?'),
        ("factors = { adpe = { value = 1 } }", "The factor adpe has no unit"),
        (
            'factors = { pue_odc = { value = 1.1, unit = "kWh", year = 2025, source = "x" } }',
            'The factor pue_odc is in 1, not "kWh". Convert it.',
        ),
        (
            "[factors.grid_intensity]\nvalue = 0\nunit = 'g CO2e/kWh'\nyear = 2025\n"
            "source = 'wind'\nmethod = 'market_based'",
            "report.toml:6:1: The factor grid_intensity must be an average of the location",
        ),
    ],
)
def test_what_is_wrong_with_a_declaration_is_told(text: str, said: str) -> None:
    """With file, line and column, the value, and the way out."""
    with pytest.raises(ConfigError) as caught:
        told(text)
    assert said in str(caught.value)
    assert str(caught.value).startswith("report.toml")


def test_a_factor_can_be_replaced() -> None:
    """It is then told as declared, with its source, and figures follow."""
    factor = (
        "\n[factors.grid_intensity]\nvalue = 300\nhigh = 310\nlow = 290\nunit = 'g CO2e/kWh'\n"
        "year = 2025\nsource = 'own table'\n"
    )
    held = full(FULL + factor)
    assert held["grid"] == {
        "intensity_g": 300.0, "low": 290.0, "high": 310.0, "year": "2025",
        "method": "location_average", "source": "own table", "kind": "declared",
    }  # fmt: skip
    assert held["method"]["factors_replaced"] == ["grid_intensity"]
    assert held["inputs_sha256"] != full()["inputs_sha256"]


def test_every_factor_says_where_it_is_from() -> None:
    """Value, bounds, unit, geography, year, scope, source, licence and day."""
    for name, one in told("").factors.by_name.items():
        record = one.record()
        for key in (
            "unit",
            "geography",
            "year",
            "scope",
            "source",
            "licence",
            "retrieved",
            "known",
        ):
            assert record[key], (name, key)
        assert record["low"] <= record["value"] <= record["high"]

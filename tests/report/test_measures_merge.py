# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Reports of several systems, added up; and a report as a manifest for another program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from greenlint.report.measures import manifest
from greenlint.report.measures.merge import merged
from greenlint.report.measures.numbers import LANGS
from greenlint.report.measures.view_merge import sheet
from tests.report.given import FULL, empty, full
from tests.report.test_measures_page import CLAIMS, FORBIDDEN, HOSTILE, hostile, ours

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
NOW = "2026-12-31T00:00:00+00:00"


def several() -> list[dict[str, Any]]:
    """Two reports of one system, a day apart, and one of another team's."""
    later = full(generated_at="2026-12-01T09:00:00+00:00")
    later["measures"] = later["measures"][:1]
    later["inputs_sha256"] = "b" * 64
    other = full(FULL.replace('team = "Shop"', 'team = "Archive"'))
    return [later, full(), other, full()]


def test_totals_are_of_the_latest_report_of_each_system() -> None:
    """By measure in order of codes, by team in that of the alphabet, with bounds added; the same
    report counts once.
    """
    held = merged(several(), NOW)
    schema = json.loads((SCHEMAS / "greenlint-report-merged-1.json").read_text("utf-8"))
    jsonschema.validate(held, schema, cls=jsonschema.Draft202012Validator)
    assert len(held["reports"]) == 3
    totals = held["totals"]
    assert (totals["systems"], totals["measures"], totals["places"]) == (2, 3, 2 + 4)
    year = full()["annual"]["use"]["kwh_it"]
    for end in ("lo", "mid", "hi"):
        assert totals["annual"]["kwh_it"][end] == pytest.approx(2 * year[end], rel=1e-5)
    assert totals["budgets"] == {"all": 4, "pass": 2, "fail": 2}
    measures = {row["id"]: (row["systems"], row["places"]) for row in held["by_measure"]}
    assert measures == {"GRN102": (1, 1), "GRN303": (2, 4), "GRN601": (1, 1)}
    assert [row["team"] for row in held["by_team"]] == ["Archive", "Shop"]
    assert held["trend"] == [
        {"date": "2026-11-30", "systems": 2, "places": 8},
        {"date": "2026-12-01", "systems": 2, "places": 6},
    ]


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_ranked(lang: Any) -> None:
    """The page says so, has no order by value, and claims nothing, whatever is in it."""
    for held in (
        merged(several(), NOW),
        merged([empty()], NOW),
        merged([hostile(CLAIMS), hostile(HOSTILE)], NOW),
    ):
        text = ours(sheet(held, lang))
        assert not FORBIDDEN.search(text)
        assert {"nl": "niet bedoeld om organisaties", "en": "not meant to compare"}[lang] in text
        names = [row["team"] for row in held["by_team"]]
        assert names == sorted(names)
    assert "organisation" not in merged(several(), NOW)["by_team"][0]


@pytest.mark.parametrize("make", [full, empty, lambda: hostile(HOSTILE)])
def test_a_manifest_is_yaml_that_the_framework_reads(make: Any) -> None:
    """Texts mean themselves; inputs are there with joules and runs; the score only where it is
    whole.
    """
    held = make()
    text = manifest.render(held)
    found = yaml.safe_load(text)
    system = found["tree"]["children"]["system"]
    plugins = found["initialize"]["plugins"]
    assert set(system["pipeline"]["compute"]) == set(plugins)
    assert ("sci" in plugins) == held["sci"]["complete"]
    assert found["name"].startswith(held["subject"]["name"])
    if held["annual"] is None:
        assert system["inputs"] == []
        assert "no SCI score" in text
        return
    (one,) = system["inputs"]
    carbon = one["energy"] * one["grid/carbon-intensity"] + one["carbon-embodied"]
    assert carbon / one["runs"] == pytest.approx(held["sci"]["value"]["mid"], rel=1e-4)
    assert all("path" in plugin and "method" in plugin for plugin in plugins.values())

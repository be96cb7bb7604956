# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The options of the command line and the keys of pytest's own configuration."""

from __future__ import annotations

import os
import sys

import pytest

TYPE_CHECKING = False  # nothing is loaded for annotations
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LABELS = ("measured", "shared", "vendor", "estimated")
SHARED = ("error", "skip", "record")
# Options that ask for something that only a measured run has.
_ASKING = {
    "energy_fail": "--energy-fail",
    "energy_json": "--energy-json",
    "energy_metrics": "--energy-metrics",
    "energy_budget": "--energy-budget",
    "energy_require": "--energy-require",
    "energy_exclusive": "--energy-exclusive",
    "energy_require_baseline": "--energy-require-baseline",
    "energy_compare": "--energy-compare",
}


def add(parser: pytest.Parser) -> None:
    """Every option, with pytest's defaults: what was not said stays None."""
    group = parser.getgroup("energy", "energy (greenlint)")
    told = _told()

    def option(name: str, **attributes: Any) -> None:
        # pytest looks for a destination that is not stated among all options of all plugins.
        attributes.setdefault("dest", name.removeprefix("--").replace("-", "_"))
        attributes["help"] = told(attributes["help"])
        group.addoption(name, **attributes)

    option(
        "--energy",
        action="store_true",
        default=None,
        help="Measure the energy, CPU time, database queries and requests of each test.",
    )
    option("--no-energy", action="store_false", dest="energy", help="Do not, whatever else says.")
    option(
        "--energy-fail",
        action="store_true",
        default=None,
        help="Fail a test that exceeds its budget, and a run whose budgets cannot be judged.",
    )
    option(
        "--energy-fail-on",
        metavar="WHAT",
        help="What to fail for: budget (the default).",
    )
    option(
        "--energy-budget",
        metavar="JOULES",
        help='What each test may use that has no budget of its own, such as "5 J".',
    )
    option(
        "--energy-max-increase",
        metavar="PART",
        help='How much more each test may use in a gate of two revisions, such as "10 %%".',
    )
    option(
        "--energy-repeat",
        metavar="N|auto",
        help="Run each test so often, each time with fresh function fixtures (default: once); "
        "auto: until its interval is within 5 %% of the median.",
    )
    option(
        "--energy-warmup",
        metavar="N",
        help="Runs before those that count; without it 1 where a test is repeated, else 0.",
    )
    option(
        "--energy-meter",
        metavar="NAME",
        help="A meter that `greenlint doctor` lists; by default the best counter here.",
    )
    option(
        "--energy-accept",
        metavar="LABEL",
        help="The weakest label that a budget of joules is judged by: measured (the default), "
        "shared, vendor or estimated.",
    )
    option(
        "--energy-require",
        metavar="LABEL",
        help="Run nothing, and exit with 1, unless there is a meter with this label or a better.",
    )
    option(
        "--energy-work",
        metavar="WHAT",
        help="What to count: queries,requests (the default), also instructions; or none.",
    )
    option(
        "--energy-shared",
        metavar="WHAT",
        help="A joule budget on a counter that others use too, workers of xdist among them: error "
        "(the default: with --energy-fail the run fails), skip (it is told, and the run does not "
        "fail for it) or record (no joules are judged).",
    )
    option(
        "--energy-exclusive",
        action="store_true",
        default=None,
        help="Windows take turns on this machine, so that a counter counts one test at a time.",
    )
    option(
        "--energy-top", metavar="N", help="How many tests the summary shows (default: 10; 0: all)."
    )
    option(
        "--energy-compare",
        metavar="REV|RUN",
        help="Show what changed since these stored runs (default: since the baseline).",
    )
    option(
        "--energy-require-baseline",
        action="store_true",
        default=None,
        help="Fail the run where a test has no baseline to be held against.",
    )
    option("--energy-label", metavar="TEXT", help="A name for this run, kept with it.")
    option("--energy-json", metavar="PATH", help="Write JSON, schema greenlint-energy/1.")
    option("--energy-metrics", metavar="PATH", help="Write OpenMetrics.")
    option(
        "--energy-store",
        metavar="PLACE",
        help="Where runs are kept: a file, or a postgresql:// URL "
        "(default: .greenlint/energy.sqlite3).",
    )
    option("--energy-no-store", action="store_true", default=None, help="Keep nothing.")
    parser.addini("energy", told("measure as with --energy"), type="bool", default=False)
    parser.addini("energy_fail", told("fail as with --energy-fail"), type="bool", default=False)
    parser.addini("energy_fail_on", told("see --energy-fail-on"), type="args", default=[])
    parser.addini("energy_budget", told("see --energy-budget"), default="")
    parser.addini("energy_repeat", told("see --energy-repeat"), default="")
    parser.addini("energy_top", told("see --energy-top"), default="")


def _told() -> Callable[[str], str]:
    """Puts help into the language of GREENLINT_LANG, where help is asked for: any other run pays
    for no catalogue.  An option is declared before pytest has read its command line.
    """
    code = os.environ.get("GREENLINT_LANG", "")
    if not code or not {"-h", "--help"}.intersection(sys.argv):
        return str
    from greenlint_profiler.said import say, spoken_in

    speak = spoken_in(code)
    return lambda text: speak(say(text))


def refuse_without_energy(config: pytest.Config) -> None:
    """An option that needs measuring is not silently without effect."""
    asked = [name for key, name in _ASKING.items() if getattr(config.option, key) is not None]
    if asked:
        from greenlint_profiler.said import joined, listed, say

        from pytest_greenlint.refusing import refusal

        needs = say("{option} needs a measured run. ", option=asked[0])
        if len(asked) > 1:
            needs = say("{options} need a measured run. ", options=listed(asked))
        way_out = say(
            "Add --energy, or `energy = true` to pytest's configuration; --no-energy switches "
            "everything off."
        )
        raise refusal(joined("", [needs, way_out]))

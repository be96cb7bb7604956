# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""All that was found, measured and declared -> one document of the schema greenlint-report/1."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greenlint.report.measures import effects, formulas
from greenlint.report.measures.declared import Declared
from greenlint.report.measures.effects import Json, Reasons, Site
from greenlint.report.measures.interval import interval, kept
from greenlint.report.measures.numbers import LANGS
from greenlint.report.measures.reading import COUNTED, HARDWARE, Reading, of_suite, trusted
from greenlint.report.measures.realised import taken
from greenlint.report.measures.words import reason_words, words
from greenlint.version import __version__

SCHEMA = "greenlint-report/1"
METHOD_URI = "https://greenlint.readthedocs.io/guide/method.html"
METHOD_VERSION = "1"
SUITE_UNITS = {"joules": "J", "dram_joules": "J", "cpu_seconds": "s"}


@dataclass(frozen=True, slots=True)
class Subject:
    """The system that was studied, as its own files and git tell it."""

    name: str
    repo: str | None = None
    commit: str | None = None
    dirty: bool | None = None
    lock_file: str | None = None
    lock_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a report is made of.  `suite` is a stored run, greenlint-energy/1; `read` is the
    scenario, where one was measured; `savings` are those that the store keeps, as
    greenlint-energy-savings/1 has them.  Of the `files` looked at, `failed` could not be read.
    `generated_at` is UTC, ISO 8601.
    """

    subject: Subject
    told: Declared
    measures: Sequence[Json]
    generated_at: str
    command: str
    suite: Mapping[str, Any] | None = None
    read: Reading | None = None
    savings: Sequence[Mapping[str, Any]] = ()
    files: int = 0
    failed: int = 0


def document(given: Inputs) -> Json:
    """The report as data.  A field that is null has its reason in `reasons`, under its path."""
    told, why = given.told, Reasons()
    suite = None if given.suite is None else of_suite(given.suite)
    read = given.read or suite or Reading()
    place = effects.site(told, why)
    made = effects.embodied(told, why)
    year = effects.annual(read, place, told, why)
    runs = told.figure("runs-per-year")
    if runs is None:
        why.none("runs_per_year", "not-declared")
    held = {
        "schema": SCHEMA,
        "tool": {"name": "greenlint", "version": __version__},
        "generated_at": given.generated_at,
        "title": told.text("title") or None,
        "organisation": told.text("organisation") or None,
        "team": told.text("team") or None,
        "contact": told.text("contact") or None,
        "accessibility_statement": told.text("accessibility-statement") or None,
        "subject": _subject(given, read, why),
        "checked": {"files": given.files, "failed": given.failed},
        "boundary": {
            "included": list(told.included) or why.need(None, "boundary.included", "not-declared"),
            "excluded": list(told.excluded) or why.need(None, "boundary.excluded", "not-declared"),
        },
        "functional_unit": why.need(
            told.text("functional-unit"), "functional_unit", "not-declared"
        ),
        "scenario": _scenario(told, read, why),
        "hardware": _hardware(told, read, why),
        "instrument": _instrument(read, why),
        "measurement": _measurement(told, read, why),
        "stored_run": _run(given.suite, why),
        "proxy": _proxy(read),
        "evidence_level": read.evidence,
        "measures": _measures(given.measures, told, read, place, why),
        "realised": taken(given.savings, _virtual(suite)),
        "budget": _budget(given.suite, suite, why),
        "runs_per_year": None
        if runs is None
        else runs.value.record("1/yr") | {"source": runs.source},
        "pue": place.pue_record,
        "grid": _grid(told),
        "annual": year,
        "carbon": _carbon(year, why),
        "embodied": made,
        "sci": effects.sci(read, place, told, made, why),
        "capacity": _capacity(told, why),
        "scenario_1187": effects.scenarios(read, place, told, why),
        "catch_up_years": effects.catch_up(read, told),
        "broad": effects.broad(year, why),
        "not_claimed": [{"lang": lang, "text": words(lang)["not-claimed"]} for lang in LANGS],
        "method": {
            "uri": METHOD_URI,
            "version": METHOD_VERSION,
            "factors_version": told.factors.version,
            "factors_replaced": told.factors.replaced,
            "reproduce_command": given.command,
            "formulas": dict(formulas.PRINTED),
        },
        "declared": _declared(told),
        "factors": {name: one.record() for name, one in told.factors.by_name.items()},
        "reasons": why.by_field,
        "reason_words": reason_words(set(why.by_field.values())),
    }
    return held | {"inputs_sha256": _digest(held)}


def _digest(held: Json) -> str:
    """Of everything but the moment and the tool: equal inputs have equal hashes."""
    told = {key: value for key, value in held.items() if key not in ("generated_at", "tool")}
    text = json.dumps(told, sort_keys=True, ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _virtual(suite: Reading | None) -> frozenset[str]:
    """The class of the machine of the stored run, where it is a virtual one."""
    if suite is None or not suite.hardware.get("virtualised"):
        return frozenset()
    return frozenset({str(suite.hardware["class"])})


def _subject(given: Inputs, read: Reading, why: Reasons) -> Json:
    subject = given.subject
    lock = None
    if subject.lock_file is not None:
        lock = {"file": subject.lock_file, "sha256": subject.lock_sha256}
    repo = given.told.text("repository") or subject.repo
    return {
        "name": subject.name,
        "repo": why.need(repo, "subject.repo", "not-declared"),
        "commit": why.need(subject.commit, "subject.commit", "no-git"),
        "dirty": why.need(subject.dirty, "subject.dirty", "no-git"),
        "python": why.need(read.python, "subject.python", "not-measured"),
        "lock_hash": why.need(lock, "subject.lock_hash", "no-lock-file"),
    }


def _scenario(told: Declared, read: Reading, why: Reasons) -> Json:
    one = told.scenario
    return {
        "name": why.need(one.name or read.name, "scenario.name", "not-declared"),
        "name_declared": bool(one.name),
        "steps": list(one.steps) or why.need(None, "scenario.steps", "not-declared"),
        "data_volume": why.need(one.data_volume, "scenario.data_volume", "not-declared"),
    }


def _hardware(told: Declared, read: Reading, why: Reasons) -> Json:
    held = {key: read.hardware.get(key) for key in HARDWARE} | {"ram": told.ram or None}
    for key, value in held.items():
        if value is None:
            code = "not-told" if read.hardware else "not-measured"
            why.none(f"hardware.{key}", "not-declared" if key == "ram" else code)
    return held


def _instrument(read: Reading, why: Reasons) -> Json:
    counted = read.evidence in COUNTED and read.kind == "rapl"
    why.none("instrument.calibrated", "not-recorded")
    return {
        "kind": read.kind if counted else "none",
        "meter": why.need(read.meter, "instrument.meter", "not-measured"),
        "domains": list(read.domains),
        "resolution_J": why.need(read.resolution, "instrument.resolution_J", "not-recorded"),
        "calibrated": None,
        # Counters that wrap are repaired, or the figure is left out: greenlint_profiler.counter.
        "overflow_handled": True if counted else why.need(None, "instrument.overflow_handled",
                                                          "no-counter"),
    }  # fmt: skip


def _measurement(told: Declared, read: Reading, why: Reasons) -> Json:
    def asked(value: Any, name: str, code: str) -> Any:
        return why.need(value, f"measurement.{name}", code)

    median = None if read.joules is None else read.joules.mid
    saving = read.saving
    recorded = "not-recorded" if read.source else read.why
    return {
        "source": read.source or None,
        "commit": asked(read.commit, "commit", recorded),
        "date": asked(read.date, "date", recorded),
        "n": asked(read.n, "n", recorded),
        "warmup": asked(read.warmup, "warmup", recorded),
        "order": asked(read.order, "order", recorded),
        "idle_W": asked(read.idle_watts, "idle_W", recorded),
        "idle_subtracted": False,
        "median_J": None if asked(median, "median_J", read.why) is None else kept(median or 0.0),
        "ci95_J": None
        if asked(read.joules, "ci95_J", read.why) is None or read.joules is None
        else [kept(read.joules.lo), kept(read.joules.hi)],
        "cv": asked(read.cv, "cv", recorded),
        "outlier_rule": asked(read.outlier_rule, "outlier_rule", recorded),
        "raw_uri": asked(told.text("raw-data"), "raw_uri", "not-declared"),
        "before_J": None
        if asked(read.before, "before_J", "not-compared") is None
        else kept(read.before or 0.0),
        "change": None if read.change is None else read.change.record("1"),
        "saving_J": None if saving is None else saving.record("J/R"),
        "shows_difference": None if saving is None else not saving.has_zero,
        "cpu_seconds": {
            "before": read.cpu_before,
            "after": read.cpu_seconds,
            "change": None if read.cpu_change is None else read.cpu_change.record("1"),
        },
    }


def _run(suite: Mapping[str, Any] | None, why: Reasons) -> Json | None:
    """Which run of tests it was: it need not be of the revision that was checked."""
    if suite is None:
        why.none("stored_run", "no-stored-run")
        return None
    return {key: suite["run"][key] for key in ("id", "started", "commit")}


def _proxy(read: Reading) -> Json:
    return {
        "queries": read.queries,
        "requests": read.requests,
        "instructions": None,
        "cpu_s": read.cpu_seconds,
    }


def _measures(
    measures: Sequence[Json], told: Declared, read: Reading, place: Site, why: Reasons
) -> list[Json]:
    """With what was realised, where one measure was taken, and from how many runs each pays."""
    saving = read.saving
    taken = told.taken[0] if len(told.taken) == 1 else None
    made = []
    for row in measures:
        realised = saving if taken in (row["id"], row["name"]) else None
        full = row | {"realised_saving_J_per_run": None}
        if realised is not None:
            full["realised_saving_J_per_run"] = realised.record("J/R")
        full["breakeven_runs_per_year"] = _breakeven(full, told, place)
        if full["breakeven_runs_per_year"] is None:
            why.none("measures.*.breakeven_runs_per_year", "no-price")
        if full["new"] is None:
            why.none("measures.*.new", "no-baseline")
        why.none("measures.*.expected_saving_J_per_run", "share-unknown")
        made.append(full)
    return made


def _breakeven(row: Json, told: Declared, place: Site) -> Json | None:
    """Runs a year from which it pays within the payback time.

    Of the saving that was measured; else of all that is at stake, so that fewer runs never pay;
    else of one joule a run, for the reader to divide by what they expect.
    """
    price, hourly = told.figure("price"), told.figure("hourly-cost")
    if price is None or hourly is None or price.value.lo <= 0:
        return None
    cost = hourly.value * row["effort_min"] / 60
    years = told.factors["payback_years"].bounds
    realised, stake = row["realised_saving_J_per_run"], row["at_stake_J_per_run"]
    basis, joules = "per_joule", interval(1.0)
    if realised is not None and realised["lo"] > 0:
        basis, joules = "realised", effects.bounds(realised)
    elif stake is not None and stake["hi"] > 0:
        basis, joules = "at_most_at_stake", interval(stake["hi"])
    found = formulas.breakeven(cost, joules, place.factor, price.value, years)
    return found.record("1/yr") | {"basis": basis, "joules": kept(joules.mid)}


def _budget(
    suite: Mapping[str, Any] | None, read: Reading | None, why: Reasons
) -> list[Json] | None:
    """What tests were allowed and what they used, by their last attempt."""
    if suite is None:
        why.none("budget", "no-stored-run")
        return None
    last = {one["id"]: one for one in suite["tests"]}
    made = []
    for test in last.values():
        for judged in (test["budget"] or {}).get("judged", ()):
            joules = judged["quantity"] in ("joules", "dram_joules")
            shown = not joules or _counts(read, test["evidence"])
            made.append(
                {
                    "test": test["id"],
                    "quantity": judged["quantity"],
                    "unit": SUITE_UNITS.get(judged["quantity"], "count"),
                    "limit": judged["limit"],
                    "observed": judged["used"] if shown else None,
                    "limit_J": judged["limit"] if joules else None,
                    "observed_J": judged["used"] if joules and shown else None,
                    "ci": test["ci"] if judged["quantity"] == "joules" and shown else None,
                    "evidence": test["evidence"] if joules else None,
                    "verdict": judged["verdict"] if shown else "cannot-measure",
                    "reason": judged["reason"] if shown else "no-counter",
                }
            )
    return made


def _counts(read: Reading | None, evidence: str) -> bool:
    """Whether joules of this label may be shown as measured on that machine."""
    if read is None:
        return False
    again = Reading(hardware=read.hardware, evidence=evidence, meter=read.meter, why="")
    return not trusted(again).why


def _grid(told: Declared) -> Json:
    factor = told.factors["grid_intensity"]
    return {
        "intensity_g": factor.bounds.mid,
        "low": factor.bounds.lo,
        "high": factor.bounds.hi,
        "year": factor.year,
        "method": factor.texts.get("method", "location_average"),
        "source": factor.texts["source"],
        "kind": "declared" if factor.by_user else "factor",
    }


def _carbon(year: Json | None, why: Reasons) -> Json:
    if year is None:
        why.none("carbon.annual_kg", "needs-annual")
        why.none("carbon.saving_kg", "needs-annual")
        return {"annual_kg": None, "saving_kg": None}
    saving = year["saving"]
    if saving is None:
        why.none("carbon.saving_kg", "not-compared")
    return {
        "annual_kg": year["use"]["carbon_kg"],
        "saving_kg": None if saving is None else saving["carbon_kg"],
    }


def _capacity(told: Declared, why: Reasons) -> Json | None:
    held = told.capacity
    if held is None:
        why.none("capacity", "not-declared")
        return None
    return {
        "reserved_cores_before": held.before,
        "reserved_cores_after": held.after,
        "realised": held.realised,
        "evidence": held.evidence or None,
    }


def _declared(told: Declared) -> Json:
    """The figures that were declared, so that everything can be computed again."""
    return {
        key: figure.value.record("")
        | {"source": figure.source or None, "year": figure.year or None}
        for key, figure in sorted(told.figures.items())
    } | {"taken": list(told.taken), "years": told.years}

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a gate writes for programs is what its schema promises."""

from __future__ import annotations

import json
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from greenlint_profiler.budget import Judged, Verdict
from greenlint_profiler.gate.formats import FORMATS
from greenlint_profiler.gate.result import Gate

from tests.profiler.gate import gates
from tests.profiler.gate.gates import GATES

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs" / "schemas" / "greenlint-energy-gate-1.json").read_text()
)


def written(gate: Gate, *, strict: bool = False) -> Any:
    """The record, as a program reads it."""
    text = "".join(FORMATS["json"](gate, strict=strict))
    text.encode()
    assert "##" not in text
    assert all(one.isprintable() or one == "\n" for one in text)
    return json.loads(text)


@pytest.mark.parametrize("name", GATES)
def test_the_record_keeps_its_schema(name: str) -> None:
    """Every kind of gate validates."""
    held = written(GATES[name])
    jsonschema.validate(held, SCHEMA, cls=jsonschema.Draft202012Validator)
    assert held["schema"] == "greenlint-energy-gate/1"
    assert held["exit_code"] == GATES[name].exit_code(strict=False)


def test_the_schema_names_every_field() -> None:
    """What is written is described, so that nothing comes without a promise."""

    def closed(value: Any) -> Any:
        if isinstance(value, dict):
            shut = {name: closed(one) for name, one in value.items()}
            return shut | ({"additionalProperties": False} if "properties" in value else {})
        return [closed(one) for one in value] if isinstance(value, list) else value

    for gate in GATES.values():
        jsonschema.validate(written(gate), closed(SCHEMA), cls=jsonschema.Draft202012Validator)


def test_every_figure_has_its_label() -> None:
    """Joules are measured, those of functions estimated; CPU time is a proxy; counts are exact."""
    held = written(gates.varied())
    by_name = {test["test"]: test for test in held["tests"]}
    big, asked = by_name[gates.BIG], by_name[gates.LIST]
    assert (big["quantity"], big["unit"], big["evidence"]) == ("joules", "J", "measured")
    assert big["functions"][0]["evidence"] == "estimated"
    assert big["budgets"][0]["evidence"] == "measured"
    assert (asked["quantity"], asked["unit"], asked["evidence"]) == ("cpu_seconds", "s", "proxy")
    assert (asked["counts"][0]["unit"], asked["counts"][0]["evidence"]) == ("count", None)
    assert big["compared"]["change"]["pct"] == pytest.approx(30)
    assert big["compared"]["limit_pct"] == pytest.approx(10)
    assert big["recurred"]["change"]["pct"] == pytest.approx(29)
    assert by_name[gates.GONE]["reasons"][0]["code"] == "fails-on-head"


def test_joules_have_no_label_of_cpu_time() -> None:
    """A budget of joules beside a comparison by CPU time: what it rests on is not known here."""
    budget = Judged("joules", 1.0, 2.0, Verdict.FAIL)
    told = gates.told(0.0, 0.01)
    held = written(gates.gate(gates.timed("a", told, 1.0, budgets=(budget,))))
    assert held["tests"][0]["budgets"][0]["evidence"] is None


def test_strict_is_in_the_record() -> None:
    """With the exit code that it leads to."""
    unsure = gates.gate(gates.unsure())
    assert written(unsure)["exit_code"] == 0
    held = written(unsure, strict=True)
    assert (held["strict"], held["exit_code"]) == (True, 1)


def test_what_has_no_end_is_null() -> None:
    """JSON has no infinity."""
    told = replace(gates.told(0.3, 0.01), high=inf, mde=inf)
    held = written(gates.gate(gates.timed("a", told, 1.0)))
    assert held["tests"][0]["compared"]["mde_pct"] is None
    jsonschema.validate(held, SCHEMA, cls=jsonschema.Draft202012Validator)


def test_hostile_words_come_back() -> None:
    """All but a half of a surrogate pair, which UTF-8 cannot hold."""
    assert written(gates.hostile())["notes"] == [gates.EVIL.replace("\udcff", "\ufffd")]

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Documents of greenlint-energy/1 for tests: a small suite, its figures as they are asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
CLASS = "xeon-6354/rapl-pkg/py3.12/no-cov"
BEGIN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
_FEW = {"queries": 2, "requests": 0}
SHOP = "shop/tests/test_views.py::test_list"

Document = dict[str, Any]


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    """What a document of docs/schemas must satisfy."""
    return jsonschema.Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text()))


def phase(joules: float | None, cpu: float, evidence: str, work: Mapping[str, Any]) -> Document:
    return {
        "joules": joules,
        "ci": None if joules is None else [joules * 0.99, joules * 1.01],
        "seconds": cpu * 1.25,
        "cpu_seconds": cpu,
        "evidence": evidence,
        "queries": work["queries"],
        "requests": work["requests"],
    }


def case(
    name: str = SHOP,
    *,
    joules: float | None = 3.1,
    cpu: float = 0.25,
    queries: int | None = 12,
    requests: int | None = 0,
    evidence: str = "measured",
    outcome: str = "passed",
    attempt: int = 1,
    limit: int | None = None,
) -> Document:
    """The record of a test; with `limit`, a budget of queries and what was judged by it."""
    evidence = "proxy" if joules is None else evidence
    work = {
        "queries": queries,
        "repeated": []
        if not queries or queries < 3
        else [
            {
                "statement": "SELECT id, name FROM shop_customer WHERE id = ?",
                "count": queries - 1,
                "path": "shop/views.py",
                "line": 42,
            }
        ],
        "requests": requests,
        "requested": [],
        "instructions": None,
    }
    call = phase(joules, cpu, evidence, work)
    return {
        "id": name,
        "attempt": attempt,
        "outcome": outcome,
        "phases": {
            "setup": phase(joules and joules / 7, cpu / 9, evidence, _FEW),
            "call": call,
            "teardown": phase(
                joules and joules / 33, cpu / 40, evidence, {"queries": 0} | {"requests": 0}
            ),
        },
        "samples": [],
        "joules": joules,
        "ci": call["ci"],
        "reason": "no-joules" if joules is None else None,
        "seconds": call["seconds"],
        "cpu_seconds": cpu,
        "evidence": evidence,
        "domains": {} if joules is None else {"package-0": joules * 0.9, "dram-0": joules * 0.1},
        "work": work,
        "budget": None if limit is None else _budget(limit, queries),
        "baseline": None,
        "change": None,
        "verdict": None if limit is None else _verdict(limit, queries),
    }


def counted(instructions: int, kind: str, name: str = SHOP) -> Document:
    """The record of a test whose instructions were counted."""
    made = case(name)
    made["work"] |= {"instructions": instructions, "instructions_are": kind}
    return made


def _budget(limit: int, queries: int | None) -> Document:
    names = ("joules", "dram_joules", "cpu_seconds", "queries", "requests", "instructions")
    judged = {
        "quantity": "queries",
        "limit": limit,
        "used": queries,
        "verdict": _verdict(limit, queries),
        "reason": None if queries is not None else "no-figure",
    }
    return dict.fromkeys(names) | {"queries": limit, "judged": [judged]}


def _verdict(limit: int, queries: int | None) -> str:
    if queries is None:
        return "cannot-measure"
    return "pass" if queries <= limit else "fail"


def document(
    run: str = "run-1",
    tests: Sequence[Document] | None = None,
    *,
    at: int = 0,
    machine_class: str = CLASS,
    python: str = "cpython 3.12.4",
    branch: str | None = "main",
    commit: str | None = "0123456789abcdef0123456789abcdef01234567",
    label: str | None = None,
    coverage: bool = False,
    verdict: str | None = None,
) -> Document:
    """A run that began `at` minutes after the first one; checked against the schema."""
    cases = [case()] if tests is None else [deepcopy(one) for one in tests]
    measured = any(one["joules"] is not None for one in cases)
    made = {
        "schema": "greenlint-energy/1",
        "tool": {"name": "greenlint", "version": "0.1.0"},
        "run": {
            "id": run,
            "started": (BEGIN + timedelta(minutes=at)).isoformat(),
            "seconds": 12.8,
            "runner": "pytest",
            "commit": commit,
            "dirty": False,
            "branch": branch,
            "label": label,
            "ci": "gitlab",
        },
        "machine": {
            "class": machine_class,
            "cpu": "Intel(R) Xeon(R) Gold 6354",
            "microcode": "0xd0003b9",
            "cores": 18,
            "smt": True,
            "turbo": True,
            "governor": "powersave",
            "kernel": "Linux 6.1.0",
            "virtualised": None,
            "container": False,
            "python": python,
        },
        "meter": {
            "name": "powercap" if measured else "cpu",
            "evidence": "measured" if measured else "proxy",
            "domains": ["package-0", "dram-0"] if measured else [],
            "resolution_j": 0.000061 if measured else None,
            "idle_w": None,
            "passed_over": [{"meter": "perf", "reason": "absent", "detail": "It is not there."}],
        },
        "conditions": {
            "coverage": coverage,
            "debugger": False,
            "xdist": None,
            "load1": 0.42,
            "counters": ["queries", "requests"],
        },
        "tests": cases,
        "fixtures": [],
        "total": {
            "joules": _sum(cases, "joules"),
            "cpu_seconds": _sum(cases, "cpu_seconds"),
            "queries": _sum([one["work"] for one in cases], "queries"),
            "requests": _sum([one["work"] for one in cases], "requests"),
            "setup_and_teardown": 0.18,
        },
        "notes": ["All figures are invented."],
        "verdict": verdict,
    }
    validator("greenlint-energy-1").validate(made)
    return made


def _sum(records: Sequence[Document], name: str) -> Any:
    values = [one[name] for one in records]
    return None if None in values else sum(values)


def suite(count: int, run: str = "run-1", at: int = 0) -> Document:
    """A run of so many different tests; a sample of them is checked against the schema."""
    made = document(run, [], at=at)
    made["tests"] = [
        case(
            f"apps/orders/tests/test_module_{number // 25}.py::TestOrders::test_case[{number}-a]",
            joules=0.1 + (number * 7919 % 1000) / 317,
            cpu=0.01 + (number * 104729 % 1000) / 3119,
            queries=number * 31 % 40,
            limit=12 if number % 5 == 0 else None,
        )
        for number in range(count)
    ]
    made["total"]["joules"] = sum(one["joules"] for one in made["tests"])
    validator("greenlint-energy-1").validate({**made, "tests": made["tests"][::97]})
    return made

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What reports of tests are made of: declared tables, a gate's document, a stored run, findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from greenlint.config_file import Layer, parse
from greenlint.finding import Finding, Span
from greenlint.hotspots import Again, Cost, Measured, Used
from greenlint.messages import Message
from greenlint.report.measures.asking import Asking
from greenlint.report.measures.declared import Declared, declared
from greenlint.report.measures.document import Inputs, Subject, document
from greenlint.report.measures.found import Found, rows
from greenlint.report.measures.reading import reading
from greenlint.result import Entry
from greenlint.rule import Confidence, Proof, RuleInfo, Safety, Severity
from tests.profiler.documents import SHOP, case
from tests.profiler.documents import document as suite

FULL = """
title = "Orders"
organisation = "A town"
team = "Shop"
functional-unit = "one list of orders"
boundary = { included = ["the application", "its database"], excluded = ["browsers"] }
scenario = { name = "list the orders", steps = ["fill", "ask"], data-volume = "40 orders" }
runs-per-year = { value = 2e7, low = 1.5e7, high = 3e7, source = "access log" }
pue = { site = "ODC" }
water-onsite = { value = 0.2, low = 0.1, high = 0.4, source = "the data centre" }
price = { value = 0.25, source = "contract" }
hourly-cost = { value = 90, low = 80, high = 120 }
growth = { value = 0.08, low = 0.04, high = 0.1, source = "forecast" }
demand-reduction = { value = 0.2, source = "no more polling" }
embodied = { reserved-cores = 4 }
capacity = { reserved-cores-before = 8, reserved-cores-after = 4, realised = false }
measures-taken = ["GRN303"]
effort = { GRN303 = 45 }
"""


def told(text: str = FULL) -> Declared:
    """A table of [tool.greenlint.report] as a file of its own."""
    return declared([Asking(Layer(parse(text, "report.toml"), text, "report.toml", Path()))])


def gate(
    base: float = 10.0,
    change: tuple[float, float, float] = (-14.0, -12.0, -10.0),
    *,
    evidence: str = "measured",
    virtualised: str | None = None,
    test: str = SHOP,
) -> dict[str, Any]:
    """What `greenlint energy gate -o json` writes, of one test; `change` in percent."""
    low, pct, high = change
    joules = evidence not in ("proxy", "none")
    outcome = {
        "test": test,
        "quantity": "joules" if joules else "cpu_seconds",
        "unit": "J" if joules else "s",
        "evidence": evidence,
        "base": {"median": base},
        "head": {"median": base * (1 + pct / 100)},
        "compared": {"restarts": 20, "change": {"pct": pct, "lo": low, "hi": high}},
        "counts": [],
    }
    machine = suite()["machine"] | {"virtualised": virtualised}
    return {
        "schema": "greenlint-energy-gate/1",
        "head": {"commit": "1" * 40},
        "meter": "powercap" if joules else "cpu",
        "machine": machine,
        "design": {"warmups": 3},
        "whole": None,
        "tests": [outcome],
    }


MEASURED = Measured(
    "run-1",
    "2026-11-20",
    "powercap",
    {
        SHOP: Used(0.25, 3.1, 3.0, 3.2, "measured", 12),
        "other": Used(0.1, 1.0, 0.9, 1.1, "measured"),
    },
    domain="package-0",
)


def entry(
    code: str = "GRN303",
    name: str = "serializer-reads-relation",
    *,
    path: str = "shop/views.py",
    line: int = 42,
    cost: Cost | None = None,
    proof: Proof = Proof.MEASURED,
    summary: str = "A summary of the rule.",
) -> Entry:
    """A finding that counts."""
    span = Span(line, 1, line, 9, 0, 8)
    finding = Finding(path, span, code, Message("m"), Message(""), Confidence.HIGH)
    rule = RuleInfo(code, name, proof=proof, summary=summary, fix=Safety.UNSAFE)
    return Entry(finding, rule, Severity.WARNING, cost=cost)


def cost(tests: tuple[str, ...] = (SHOP,), times: int = 0) -> Cost:
    """What tests used that execute a line, and a query that one of them repeats."""
    again = (Again("query", "shop/views.py", 42, SHOP, times, "SELECT"),) if times else ()
    return Cost(MEASURED, tests, again=again)


def found(*entries: Entry) -> Found:
    """What a check found, without pages."""
    return Found(entries, (), False, lambda info: None)


def full(text: str = FULL, **more: Any) -> dict[str, Any]:
    """A report with everything in it."""
    table = told(text)
    entries = (
        entry(cost=cost((SHOP,), times=11)),
        entry(cost=cost((SHOP, "other")), line=50),
        entry("GRN601", "sleep-polling", line=7, proof=Proof.REASONED, cost=cost(("other",))),
        entry("GRN102", "sum-of-lists", line=9, proof=Proof.PUBLISHED),
    )
    given: dict[str, Any] = {
        "subject": Subject(
            "shop", "https://example.org/shop", "0" * 40, False, "uv.lock", "a" * 64
        ),
        "told": table,
        "measures": rows(found(*entries), table),
        "generated_at": "2026-11-30T12:00:00+00:00",
        "command": "greenlint report --measures .",
        "suite": suite(tests=[case(limit=10), case("other", queries=2, limit=5)]),
        "read": reading(gate()),
    }
    return document(Inputs(**given | more))


def empty() -> dict[str, Any]:
    """A report of a project of which nobody declared or measured anything."""
    return document(Inputs(Subject("bare"), told(""), (), "2026-11-30T12:00:00+00:00", "greenlint"))

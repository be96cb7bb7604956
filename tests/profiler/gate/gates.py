# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Gates made by hand: every verdict and doubt, CPU time and joules, hostile words, nothing."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import Any

from greenlint_profiler.budget import Doubt as BudgetDoubt
from greenlint_profiler.budget import Judged, Verdict
from greenlint_profiler.gate.judging.counts import Counted, Where
from greenlint_profiler.gate.judging.design import Design, Look
from greenlint_profiler.gate.judging.judge import Doubt, Told, judge
from greenlint_profiler.gate.judging.sample import Quantity, Unmeasured
from greenlint_profiler.gate.result import FoundThere, FunctionChange, Gate, Mended, Outcome
from greenlint_profiler.gate.sides.revisions import Revision
from greenlint_profiler.units import Evidence

BASE = Revision(
    "origin/main",
    "3264099e4b0f27bd9c1a5506a87b3f01d2c9e8a4",
    "Orders are listed by customer",
    dirty=False,
)
HEAD = Revision(
    "working tree", "5d1c7e26b04f9a1183c4de5b7a90f2c6183be75d", "The list shows totals", dirty=True
)
MACHINE = {"class": "xeon-gold-6354/rapl-pkg-dram/py3.12/no-cov", "processors": 8}

BIG = "tests/test_export.py::test_big"
LIST = "tests/test_orders.py::test_list"
LOUD = "tests/test_search.py::test_typo"
PARSE = "tests/test_parse.py::test_large"
GONE = "tests/test_totals.py::test_sum"
QUIET = "tests/test_core.py::test_small"


def told(change: float, spread: float, limit: float = 0.05, count: int = 4) -> Told:
    """What so many restarts say that differ from a change by one step up and down."""
    middle = log(1 + change)
    effects = [middle - spread, middle + spread] * (count // 2)
    return judge(effects, limit, Look(count, 0.0005), base=1.0, floor=0.0)


def timed(test: str, found: Told, base: float, **more: Any) -> Outcome:
    """A test whose CPU time was compared, in seconds."""
    quantity = {"quantity": Quantity.CPU_SECONDS, "evidence": Evidence.PROXY}
    known: dict[str, Any] = {
        "base": base,
        "head": base * found.ratio,
        "told": found,
        **quantity,
        **more,
    }
    return replace(Outcome(test, found.verdict), **known)


def fuelled(test: str, found: Told, base: float, **more: Any) -> Outcome:
    """A test whose energy was compared, in joules."""
    measured = {"quantity": Quantity.JOULES, "evidence": Evidence.MEASURED}
    return timed(test, found, base, **measured, **more)


QUERIES = Counted(
    "queries",
    2,
    35,
    Verdict.FAIL,
    where=(
        Where("SELECT id, name FROM shop_customer WHERE id = ?", "shop/views.py", 42, None, 34),
        Where("SELECT 1", None, None, 2, 3),
    ),
)


def failing() -> Outcome:
    """Energy rose, and was seen to twice; functions say where."""
    return fuelled(
        BIG,
        told(0.3, 0.008, 0.1),
        3.1,
        recurred=told(0.29, 0.009, 0.1),
        functions=(
            FunctionChange("render_row", "shop/export.py", 18, 0.41, 1.22, 0.62, 1.0),
            FunctionChange("total", "shop/models.py", 77, 0.0021, 0.118, 0.074, 0.158),
        ),
        budgets=(Judged("joules", 3.5, 4.08, Verdict.FAIL),),
    )


def asking_more() -> Outcome:
    """The CPU time is as before, the queries are not."""
    same = told(0.004, 0.01)
    return replace(timed(LIST, same, 0.0841, counts=(QUERIES,)), verdict=Verdict.FAIL)


def unsure() -> Outcome:
    """More restarts would decide."""
    return timed(LOUD, told(0.04, 0.03, count=16), 0.0123)


def doubted(doubt: Doubt, test: str = LOUD) -> Outcome:
    """Its figures say that it rose, and something else that they decide nothing."""
    risen = replace(told(0.3, 0.01), verdict=Verdict.INCONCLUSIVE, doubt=doubt)
    again = told(0.004, 0.01) if doubt is Doubt.NOT_RECURRED else None
    return timed(test, risen, 250e-6, recurred=again)


def unmeasured(test: str, why: Unmeasured, detail: str = "") -> Outcome:
    """One without figures."""
    return Outcome(test, Verdict.CANNOT_MEASURE, unmeasured=why, detail=detail)


def gate(*tests: Outcome, **more: Any) -> Gate:
    """These tests, of one command and two revisions."""
    held = Gate(
        ("pytest", "-q", "-m", "energy"),
        BASE,
        HEAD,
        Design(),
        "perf",
        MACHINE,
        tests,
        restarts=31,
        seconds=214.0,
    )
    return replace(held, **more)


def varied() -> Gate:
    """One test of each verdict, energy and CPU time, and all that is said beside them."""
    return gate(
        timed(QUIET, told(0.001, 0.01), 0.0204),
        failing(),
        asking_more(),
        unsure(),
        fuelled(PARSE, told(-0.34, 0.01, 0.1), 9.2),
        unmeasured(GONE, Unmeasured.FAILED_HEAD, "AssertionError: 3 != 4"),
        timed("tests/test_core.py::test_other", told(0.02, 0.01), 0.151),
        only_base=("tests/test_old.py::test_it",),
        only_head=("tests/test_new.py::test_a", "tests/test_new.py::test_b"),
        findings=(
            FoundThere(
                "GRN301", "query-in-loop", "shop/views.py", 42,
                "`Order.objects.filter(...)` runs once per customer",
            ),
        ),
        mended=(
            Mended(
                "GRN303", "serializer-reads-relation", "shop/api.py", 9,
                "`Order.objects.all()` reads `customer` for each row", "a" * 32,
            ),
        ),
        notes=("The database server is outside of the process tree: its CPU time is not counted.",),
    )  # fmt: skip


EVERY_DOUBT = (
    *(doubted(doubt, f"tests/test_d.py::test_{doubt.name.lower()}") for doubt in Doubt),
    *(unmeasured(f"tests/test_u.py::test_{why.name.lower()}", why) for why in Unmeasured),
    replace(
        timed("tests/test_c.py::test_count", told(0.0, 0.01), 1.5),
        verdict=Verdict.INCONCLUSIVE,
        counts=(Counted("requests", None, None, Verdict.INCONCLUSIVE, doubt=Doubt.VARIES),),
    ),
    replace(
        timed("tests/test_b.py::test_budget", told(0.0, 0.01), 1.5),
        verdict=Verdict.CANNOT_MEASURE,
        budgets=(
            Judged("dram_joules", 2.0, None, Verdict.CANNOT_MEASURE, BudgetDoubt.NO_FIGURE),
        ),
    ),
)  # fmt: skip

# What a terminal, a log, a page, a table or an encoder might obey.
EVIL = (
    '<script>alert("1")</script>&amp; \x1b[31m\n::error::x\r\n##vso[task.complete]%0A%]|;,'
    "`*_$@me\u202e\udcff ]]> --> \ufffe\x00 ##[error]"
)


def hostile() -> Gate:
    """Every text that comes from elsewhere is hostile."""
    where = Where(EVIL, f"shop/{EVIL}.py", 4, 1, 9)
    count = Counted("queries", 1, 9, Verdict.FAIL, where=(where,))
    function = FunctionChange(EVIL, EVIL, 3, 0.1, 0.2)
    revision = Revision(EVIL, 40 * "a", EVIL, dirty=True)
    test = f"tests/test_a.py::test_it[{EVIL}]"
    return gate(
        timed(
            test, told(0.3, 0.01), 0.1, recurred=told(0.3, 0.01), counts=(count,),
            functions=(function,),
        ),
        unmeasured(f"::error::{EVIL}", Unmeasured.CRASHED, EVIL),
        replace(unsure(), test=f"{EVIL}::{EVIL}"),
        command=("pytest", EVIL),
        base=revision,
        head=revision,
        meter=EVIL,
        machine={"class": EVIL},
        only_base=(EVIL,),
        only_head=(EVIL,),
        findings=(FoundThere(EVIL, EVIL, EVIL, 1, EVIL),),
        mended=(Mended(EVIL, EVIL, EVIL, 1, EVIL, EVIL),),
        notes=(EVIL,),
    )  # fmt: skip


def whole() -> Gate:
    """A command as a whole, and no tests."""
    command = "python -m orders.batch"
    return gate(whole=timed(command, told(0.09, 0.002), 41.2, recurred=told(0.091, 0.002)))


GATES = {
    "varied": varied(),
    "whole": whole(),
    "hostile": hostile(),
    "doubts": gate(*EVERY_DOUBT),
    "empty": gate(),
    "one side": gate(only_head=("tests/test_new.py::test_a",)),
    "passed": gate(timed(QUIET, told(0.001, 0.01), 0.0204)),
    "unmeasured": gate(unmeasured(GONE, Unmeasured.SKIPPED)),
}

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A suite without its runner: windows in windows, sums, verdicts, the document and its table."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from greenlint_profiler.budget import Doubt, Verdict
from greenlint_profiler.measurement import Energy, Measurement
from greenlint_profiler.meters.cpu import Cpu
from greenlint_profiler.settings_budgets import Budget
from greenlint_profiler.suite import about
from greenlint_profiler.suite.document import About, document, written
from greenlint_profiler.suite.entries import case_entry
from greenlint_profiler.suite.failure import details
from greenlint_profiler.suite.judge import Terms, judged
from greenlint_profiler.suite.openmetrics import openmetrics, rounded
from greenlint_profiler.suite.record import Case, Phase, SharedFixture, Suite
from greenlint_profiler.suite.summary import lines
from greenlint_profiler.suite.sums import added, together, worked
from greenlint_profiler.suite.turns import Turns
from greenlint_profiler.suite.windows import Windows
from greenlint_profiler.units import Domain, Evidence, Kind, Reason
from greenlint_profiler.work.work import Repeated, Work

from tests.powercap.power import constant
from tests.powercap.tree import zones_of
from tests.profiler.conftest import Machine, MakeMachine

pytestmark = pytest.mark.alone

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "greenlint-energy-1.json"
MS = 1_000_000
PACKAGE = Domain(Kind.PACKAGE, 0)


def spent(joules: float | None, **more: Any) -> Measurement:
    """A window of a second; None is below the resolution of its counter."""
    if joules is None:
        total = Energy(None, high_uj=500_000, reason=Reason.BELOW_RESOLUTION, in_total=True)
    else:
        uj = round(joules * 1e6)
        total = Energy(uj, 10_000.0, uj - 19_600, uj + 19_600, in_total=True)
    held = {
        "name": "",
        "meter": "powercap",
        "evidence": Evidence.NONE if joules is None else Evidence.MEASURED,
        "seconds": 1.0,
        "edge_gap_seconds": 0.0,
        "cpu_seconds": 0.5,
        "total": total,
        "domains": {PACKAGE: total},
    }
    return Measurement(**held | more)  # type: ignore[arg-type]


# Windows


@pytest.fixture
def simulated_machine(machine: MakeMachine) -> Machine:
    """A package at 40 W and memory at 5 W, on a clock that stands still."""
    power = {"package": constant(40), "dram": constant(5)}
    return machine(zones_of("sandy-ep"), power)


def test_what_is_inside_is_taken_out(simulated_machine: Machine) -> None:
    """A window within another, and one within that, each have their own joules, and no part of
    them counts twice.
    """
    windows = Windows(simulated_machine.account(), simulated_machine.world)
    clock = simulated_machine.clock

    outer = windows.open("setup")
    clock.advance(100 * MS)
    middle = windows.open("fixture")
    clock.advance(200 * MS)
    inner = windows.open("fixture in a fixture")
    clock.advance(400 * MS)
    inner_phase = windows.close(inner)
    clock.advance(50 * MS)
    middle_phase = windows.close(middle)
    clock.advance(25 * MS)
    outer_phase = windows.close(outer)

    watts = 45 * _sockets(simulated_machine)
    for phase, seconds in ((outer_phase, 0.125), (middle_phase, 0.25), (inner_phase, 0.4)):
        assert phase.measurement.seconds == pytest.approx(seconds)
        assert phase.measurement.joules == pytest.approx(watts * seconds, rel=0.02)


def _sockets(machine: Machine) -> int:
    return sum(file.name.startswith("package") for file in machine.simulator.files)


def test_a_window_that_was_left_open_ends_with_the_one_around_it(
    simulated_machine: Machine,
) -> None:
    """Closing it afterwards is no error, and opens nothing again."""
    windows = Windows(simulated_machine.account(), simulated_machine.world)
    outer, inner = windows.open("outer"), windows.open("inner")
    simulated_machine.clock.advance(50 * MS)
    assert windows.close(outer).measurement.seconds < 0.025
    assert windows.close(inner).measurement.seconds == pytest.approx(0.05)
    assert not windows.is_open(outer)


def test_what_is_spoiled_has_no_joules(simulated_machine: Machine) -> None:
    """A debugger within a window leaves a reason; the next window is sound."""
    windows = Windows(simulated_machine.account(), simulated_machine.world)
    opened = windows.open("call")
    simulated_machine.clock.advance(50 * MS)
    windows.spoil(Reason.DEBUGGER)
    phase = windows.close(opened)
    assert (phase.measurement.joules, phase.measurement.total.reason) == (None, Reason.DEBUGGER)
    assert phase.work == Work()
    again = windows.open("call")
    simulated_machine.clock.advance(50 * MS)
    assert windows.close(again).measurement.joules is not None


# Sums


def test_sums() -> None:
    """Energies, times, intervals add up; what no counter saw adds nothing; failures are missed."""
    both = together([spent(1), spent(2, evidence=Evidence.SHARED)])
    assert both.joules == 3
    assert (both.seconds, both.cpu_seconds) == (2.0, 1.0)
    assert both.evidence is Evidence.SHARED
    assert both.total.low_uj == 3_000_000 - 2 * 19_600
    some = together([spent(None), spent(2)])
    assert (some.joules, some.evidence) == (2, Evidence.MEASURED)
    assert some.total.high_uj == 2_019_600 + 500_000
    none = together([spent(None), spent(None)])
    assert (none.joules, none.total.reason) == (None, Reason.BELOW_RESOLUTION)
    assert none.total.high_uj == 1_000_000
    gone = added([Energy(1_000_000), Energy(None, reason=Reason.IO_ERROR)])
    assert (gone.energy_uj, gone.reason) == (None, Reason.IO_ERROR)


def test_work_adds_up() -> None:
    """Counts add up; lines of one statement are one; what nobody counted stays so."""
    one = Repeated("SELECT ?", 3, "a.py", 1)
    total = worked([Work(3, (one,)), Work(4, (replace(one, count=4),)), Work()])
    assert total == Work(7, (Repeated("SELECT ?", 7, "a.py", 1),))


# Verdicts


@pytest.mark.parametrize(
    ("calls", "budget", "verdict", "doubt"),
    [
        ([spent(4.9)], Budget(energy_uj=5_000_000), Verdict.PASS, None),
        ([spent(4.99)], Budget(energy_uj=5_000_000), Verdict.FAIL, None),  # its interval reaches it
        ([spent(5.1)], Budget(energy_uj=5_000_000), Verdict.FAIL, None),
        ([spent(None)], Budget(energy_uj=500_000), Verdict.PASS, None),
        (
            [spent(None)],
            Budget(energy_uj=499_999),
            Verdict.CANNOT_MEASURE,
            Doubt.BELOW_RESOLUTION,
        ),
        (
            [spent(1), spent(None)],
            Budget(energy_uj=5_000_000),
            Verdict.CANNOT_MEASURE,
            Doubt.PART_MISSING,
        ),
        (
            [spent(1, evidence=Evidence.SHARED)],
            Budget(energy_uj=5_000_000),
            Verdict.CANNOT_MEASURE,
            Doubt.LABEL,
        ),
        ([spent(1)], Budget(cpu_ns=500_000_000), Verdict.PASS, None),
        ([spent(1)], Budget(cpu_ns=499_999_999), Verdict.FAIL, None),
        ([spent(1)], Budget(dram_uj=1), Verdict.CANNOT_MEASURE, Doubt.NO_FIGURE),
        ([spent(1)], Budget(queries=0), Verdict.CANNOT_MEASURE, Doubt.NOT_COUNTED),
    ],
)
def test_verdicts(
    calls: list[Measurement], budget: Budget, verdict: Verdict, doubt: Doubt | None
) -> None:
    """Just under, exactly, just over, absent."""
    (found,) = judged([Phase(call) for call in calls], budget, Terms())
    assert (found.verdict, found.doubt) == (verdict, doubt)


@pytest.mark.parametrize(
    ("counts", "verdict"), [((11, 12), Verdict.PASS), ((12, 13), Verdict.FAIL)]
)
def test_counts_are_judged_exactly(counts: tuple[int, ...], verdict: Verdict) -> None:
    """The most that any call did is held to the limit."""
    calls = [Phase(spent(1), Work(queries=count)) for count in counts]
    (found,) = judged(calls, Budget(queries=12), Terms())
    assert (found.verdict, found.used) == (verdict, max(counts))


# The document


def suite(count: int) -> Suite:
    """A suite of typical tests: most are short, some send queries, some repeat one."""
    chance = random.Random(1)
    cases = []
    for number in range(count):
        joules = chance.choice([None, chance.uniform(0.1, 5)])
        again = tuple(
            Repeated(
                f"SELECT a, b, c FROM table_{n} WHERE id = ? AND deleted IS NULL",
                9 - n,
                "shop/views.py",
                n,
            )
            for n in range(number % 4)
        )
        phase = Phase(spent(joules), Work(queries=12, repeated=again, requests=0))
        setup = Phase(spent(None), Work(queries=2, requests=0))
        budget = Budget(energy_uj=5_000_000, queries=12)
        cases.append(
            Case(
                f"tests/api/test_orders_{number // 100}.py::TestOrders::test_list[{number}]",
                "passed",
                {"setup": setup, "call": phase, "teardown": setup},
                judged=judged([phase], budget, Terms()),
                budget=budget,
            )
        )
    fixtures = (SharedFixture("db", "session", "", Phase(spent(1), Work(queries=90))),)
    return Suite(tuple(cases), fixtures)


def known() -> About:
    """A run on no machine in particular."""
    run = {"id": "1", "started": "2026-01-01T00:00:00+00:00", "seconds": 10.0, "runner": "pytest"}
    run |= dict.fromkeys(("commit", "dirty", "branch", "label", "ci"))
    machine = dict.fromkeys(("cpu", "microcode", "cores", "smt", "turbo", "governor", "kernel")) | {
        "class": "x",
        "python": "cpython 3.11",
        "virtualised": None,
        "container": None,
    }
    conditions = about.conditions(("queries",), debugger=False, workers=None)
    return About(run, machine, about.meter(Cpu(), ()), conditions)


def test_the_document_keeps_its_schema_and_its_size() -> None:
    """10 000 tests: at most 2 kB each, written and summed up in at most 2 s of CPU time."""
    held = suite(10_000)
    began = time.process_time()
    made = document(held, known())
    text = "".join(written(made))
    shown = list(lines(made, 10))
    took = time.process_time() - began
    print(f"10 000 tests: {took:.2f} s of CPU time, {len(text.encode()) / 10_000:.0f} bytes a test")
    assert took <= 2
    assert len(text.encode("utf-8")) <= 2_000 * 10_000
    assert len(shown) < 40
    run = known()
    few = json.loads("".join(written(document(suite(20), run))))
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.validate(few, schema, cls=jsonschema.Draft202012Validator)
    assert few == document(suite(20), run)
    assert few["total"]["queries"] == 20 * 16 + 90


def test_instructions_tell_their_kind() -> None:
    """In the record, and where their budget is exceeded; joined stretches keep it."""
    works = worked([Work(instructions=3, instructions_are="bytecode")] * 2)
    call = Phase(spent(1), works)
    budget = Budget(instructions=5)
    case = Case(
        "a", "passed", {"call": call}, judged=judged([call], budget, Terms()), budget=budget
    )
    entry = case_entry(case)
    assert (entry["work"]["instructions"], entry["work"]["instructions_are"]) == (6, "bytecode")
    line, *more = details(entry, "class", "cpu")
    assert line == "instructions      6, budget 5: EXCEEDED (120 %), of bytecode"
    assert "findings on the lines it executes: greenlint report --test a" in more
    assert not any("report" in one for one in details(entry, "class", "cpu", runner="unittest"))
    assert "instructions_are" not in case_entry(Case("b", "passed", {}))["work"]


def test_a_total_is_not_short() -> None:
    """What no counter saw is 0 in the sum; what failed leaves none."""
    fine = document(
        Suite((Case("a", "passed", {"setup": Phase(spent(None)), "call": Phase(spent(2))}),)),
        known(),
    )
    assert fine["total"]["joules"] == 2
    broken = replace(spent(2), total=Energy(None, reason=Reason.IO_ERROR))
    gone = document(
        Suite((Case("a", "passed", {"setup": Phase(broken), "call": Phase(spent(2))}),)), known()
    )
    assert gone["total"]["joules"] is None


def test_metrics_are_rounded_to_what_is_known() -> None:
    """One digit of the interval is left, so that noise is no change."""
    assert rounded(4.0234, 0.03) == "4.02"
    assert rounded(4.0234, 0.08) == "4.0"
    assert rounded(1234.5, 60.0) == "1200"
    assert rounded(0.001, 0.08) == "0"
    assert rounded(0.25, 0.0) == "0.25"
    told = list(openmetrics(document(suite(3), known())))
    assert told[-1] == "# EOF"
    assert sum(line.startswith("# TYPE ") for line in told) == 4
    odd = Case('a.py::t["\\\n"]', "passed", {"call": Phase(spent(1))})
    assert any(
        line.startswith(r'greenlint_test_energy_joules{test="a.py::t[\"\\\n\"]",domain="total"')
        for line in openmetrics(document(Suite((odd,)), known()))
    )


@pytest.mark.parametrize(
    ("processor", "slug"),
    [
        ("Intel(R) Xeon(R) Gold 6354 CPU @ 3.00GHz", "xeon-gold-6354"),
        ("AMD EPYC 7443 24-Core Processor", "epyc-7443"),
        ("AMD Ryzen 7 5800U with Radeon Graphics", "ryzen-7-5800u"),
        ("13th Gen Intel(R) Core(TM) i5-13500", "13th-gen-i5-13500"),
        (None, "unknown"),
    ],
)
def test_machine_classes(processor: str | None, slug: str) -> None:
    """Processor, meter, interpreter and coverage: what must be alike to be compared."""
    version = ".".join(map(str, sys.version_info[:2]))
    assert about.machine_class(processor, Cpu(), coverage=False) == f"{slug}/cpu/py{version}/no-cov"


def test_the_revision(tmp_path: Path) -> None:
    """Commit, branch and changes of a checkout; nothing of a folder that is none."""
    assert about._git(tmp_path, "rev-parse", "HEAD") is None
    for words in (("init", "-q", "-b", "trunk"), ("commit", "-q", "--allow-empty", "-m", "one")):
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *words],
            cwd=tmp_path,
            check=True,
        )
    assert about.branch(tmp_path, {}) == "trunk"
    assert about.branch(tmp_path, {"CI_COMMIT_REF_NAME": "feature"}) == "feature"


# Turns


def test_turns_are_taken_by_processes(tmp_path: Path) -> None:
    """While one holds the lock another waits; the one that was started by the holder does not."""
    path = tmp_path / "lock"
    mine = Turns(path)
    mine.take()
    mine.take()
    mine.give()
    assert mine.alone
    program = (
        "import sys; from pathlib import Path; from greenlint_profiler.suite.turns import Turns\n"
        "turns = Turns(Path(sys.argv[1]), patience_seconds=60); turns.take(); print(turns.alone)"
    )
    child = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, timeout=50
    )
    assert child.stdout == "False\n", child.stderr  # its ancestor holds the lock, and waits for it
    mine.give()
    other = Turns(path, patience_seconds=0.05)
    other.take()
    assert other.alone
    impatient = Turns(path, patience_seconds=0.05)
    impatient.take()
    assert not impatient.alone
    other.close()
    mine.close()

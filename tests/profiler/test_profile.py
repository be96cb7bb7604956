# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Runs of a command on a simulated machine whose truth is known to the microjoule."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest
from greenlint_profiler.budget import Doubt, Verdict, judge, judge_joules, worst
from greenlint_profiler.child import Ended
from greenlint_profiler.choose import Choice, Passed
from greenlint_profiler.figures import Figures, figures
from greenlint_profiler.meters.cpu import Cpu
from greenlint_profiler.profile import Plan, Profile, profile
from greenlint_profiler.profile_text import lines, verdict
from greenlint_profiler.repeats import Basis, summarise
from greenlint_profiler.units import Evidence, Reason
from greenlint_profiler.watch import Watch

from tests.powercap.clock import FakeClock
from tests.powercap.power import Power, constant, parse
from tests.powercap.simulator import counted
from tests.powercap.tree import zones_of
from tests.profiler.conftest import Machine, MakeMachine

SECOND = 1_000_000_000
FINE = Ended(0, None, 0.3, 0.1, 10_000_000)
FAILED = Ended(9, None, 0.3, 0.1, 10_000_000)


class Still(Watch):
    """No signals, and time that passes when it is told to."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)


def steady(*steps: tuple[float, float]) -> Power:
    """So many watts for so many seconds, one after the other."""
    return Power(tuple((round(seconds * 1000), round(watts * 1000)) for watts, seconds in steps))


def server(machine: MakeMachine, package: Power, **more: int) -> Machine:
    """One socket with cores and memory: 4 W of memory, 5 W of cores."""
    power = {"package": package, "dram": constant(4), "core": constant(5)}
    return machine(zones_of("sandy-ep"), power, **more)


def runs_of(
    machine: Machine,
    lasting_s: Sequence[float],
    plan: Plan | None = None,
    ended: Callable[[int], Ended] = lambda _: FINE,
) -> Profile:
    """A command that lasts so long at its first run, its second, and so on."""
    left = list(enumerate(lasting_s))

    def run_once() -> Ended:
        number, seconds = left.pop(0)
        machine.clock.sleep(seconds)
        return ended(number)

    plan = plan or Plan(("work",), repeat=len(lasting_s))
    watch = Still(machine.clock)
    return profile(plan, machine.account(), machine.world, watch, run_once, lambda _: None)


def text(found: Profile) -> str:
    return "\n".join(lines(found, Choice(Cpu()), figures(found), []))


def test_each_run_has_the_joules_that_were_issued(machine: MakeMachine) -> None:
    """Power in steps, windows of different lengths: each within its own interval, or what the
    power of 94 W can do in the two milliseconds of its edges.
    """
    here = server(machine, parse("20x300,90x200,45x70"))
    moments = [here.clock.ns]
    lasting = [0.5 + 0.05 * number for number in range(20)]
    for seconds in lasting:
        moments.append(moments[-1] + round(seconds * SECOND))
    found = runs_of(here, lasting)
    for run, first, last in zip(found.runs, moments, moments[1:], strict=False):
        issued_uj = here.simulator.issued_uj(counted(here.simulator.files), first, last)
        assert run.measurement.energy_uj == pytest.approx(issued_uj, abs=2 * 94_000)
    assert found.evidence is Evidence.MEASURED


def test_the_total_is_packages_and_memory(machine: MakeMachine) -> None:
    """Cores are shown, and not added; the median and its interval are those of the runs."""
    here = server(machine, constant(40))
    found = runs_of(here, [1.0, 1.1, 1.2, 1.3, 1.4, 1.5])
    shown = figures(found)
    assert shown.total is not None
    assert shown.total.median == pytest.approx(44 * 1.25, rel=0.002)
    assert (shown.total.low, shown.total.high) == pytest.approx((44.0, 66.0), rel=0.002)
    assert shown.total.basis is Basis.ORDER
    assert {str(domain) for domain in shown.in_total} == {"package-0", "dram-0"}
    by_name = {str(domain): one.median for domain, one in shown.domains.items()}
    assert by_name["core-0"] == pytest.approx(5 * 1.25, rel=0.002)
    table = text(found)
    assert "6 runs, powercap (measured)" in table
    assert table.index("package-0") < table.index("core-0") < table.index("dram-0")


def test_warm_ups_are_run_and_not_counted(machine: MakeMachine) -> None:
    """The first, slow runs leave no trace in the figures."""
    plan = Plan(("work",), repeat=3, warmup=2)
    found = runs_of(server(machine, constant(40)), [9.0, 5.0, 1.0, 1.0, 1.0], plan)
    assert found.warmups_done == 2
    assert [run.measurement.seconds for run in found.runs] == pytest.approx([1, 1, 1])


def test_what_is_above_idle(machine: MakeMachine) -> None:
    """20 W before, 70 W with the command: 50 W of it, within the interval, and idle as it was."""
    here = server(machine, steady((16, 3), (66, 1), (66, 60)))
    plan = Plan(("work",), idle_seconds=3)
    found = runs_of(here, [1.0], plan)
    assert found.idle is not None
    assert found.idle.watts == pytest.approx(20, rel=0.01)
    assert not found.idle.unstable
    above = figures(found).above_idle
    assert above is not None
    assert above.median == pytest.approx(50, rel=0.01)
    assert above.low is not None
    assert above.high is not None
    assert above.low <= 50 <= above.high
    assert "powercap (measured), idle 20.0" in text(found)


def test_what_each_part_used_above_idle(machine: MakeMachine) -> None:
    """The package that went up by 50 W, and memory and cores that did not; each with its interval,
    and in the table beside the part's own energy.
    """
    here = server(machine, steady((16, 3), (66, 1), (66, 60)))
    found = runs_of(here, [1.0], Plan(("work",), idle_seconds=3))
    shown = figures(found)
    above = {str(domain): one for domain, one in shown.above_by_domain.items()}
    assert above["package-0"].median == pytest.approx(50, rel=0.01)
    for name in ("dram-0", "core-0"):
        assert above[name].median == pytest.approx(0, abs=0.02)
    for name, truth in (("package-0", 50), ("dram-0", 0), ("core-0", 0)):
        assert (above[name].low or 0) <= truth <= (above[name].high or 0)
    head, _, package, *_ = text(found).splitlines()[1:]
    assert head.split()[-3:] == ["share", "above", "idle"]
    assert re.search(r"package-0 .* 94 %\s+(49\.9|50\.)\d+ ± 0\.\d+$", package)


def test_nothing_is_above_an_idle_that_was_not_watched(machine: MakeMachine) -> None:
    """Neither figures nor a column of the table."""
    found = runs_of(server(machine, constant(40)), [1.0])
    assert figures(found).above_by_domain == {}
    assert "above idle" not in text(found)


def test_the_doubt_of_the_baseline_is_in_what_is_above_it(machine: MakeMachine) -> None:
    """An idle power that jumps makes the interval of what is above it wide, however long the run:
    by hand, a standard deviation of 10 W over 12 pieces for 10 s.
    """
    here = server(machine, steady(*[(10, 0.25), (30, 0.25)] * 6, (46, 60)))
    found = runs_of(here, [10.0], Plan(("work",), idle_seconds=3))
    above = figures(found).above_idle
    assert above is not None
    assert above.low is not None
    assert above.high is not None
    half = 1.96 * 10 * (12 / 11) ** 0.5 / 12**0.5 * 10
    assert (above.high - above.low) / 2 == pytest.approx(half, rel=0.05)


def test_less_than_idle_is_said_and_not_hidden(machine: MakeMachine) -> None:
    """A machine that was busier before: the figure is negative, and a note says what that means."""
    here = server(machine, steady((60, 3), (20, 60)))
    found = runs_of(here, [1.0], Plan(("work",), idle_seconds=3))
    above = figures(found).above_idle
    assert above is not None
    assert above.median == pytest.approx(-40, rel=0.01)
    assert "`above idle` is negative" in text(found)


def test_a_baseline_that_drifts_is_no_baseline(machine: MakeMachine) -> None:
    """More than 5 % between its halves, or between before and after, is said."""
    drifting = server(machine, steady((16, 1.5), (26, 60)))
    found = runs_of(drifting, [1.0], Plan(("work",), idle_seconds=3))
    assert found.idle is not None
    assert found.idle.drift == pytest.approx(10 / 25, rel=0.02)
    assert "idle power drifted by +" in text(found)
    warmed = server(machine, steady((16, 3), (66, 1), (26, 60)))
    found = runs_of(warmed, [1.0], Plan(("work",), idle_seconds=3, idle_after=True))
    assert found.idle is not None
    assert found.idle.watts == pytest.approx(25, rel=0.01)
    assert found.idle.drift == pytest.approx(10 / 25, rel=0.02)
    assert found.idle.sigma_watts == pytest.approx(5, rel=0.02)


def test_a_wraparound_within_a_run_is_repaired(machine: MakeMachine) -> None:
    """The counter goes back by its range in the second run, and no joule is lost."""
    zones = zones_of("sandy-ep")
    for zone in zones:
        if zone["name"] == "package-0":
            zone["energy_uj"] = zone["max_energy_range_uj"] - 60_000_000
    here = machine(zones, {"package": constant(40), "dram": constant(4)})
    found = runs_of(here, [1.0, 1.0, 1.0])
    assert [run.measurement.total.wraps for run in found.runs] == [0, 1, 0]
    assert [run.measurement.joules for run in found.runs] == pytest.approx([44] * 3, rel=0.01)


def test_a_counter_that_goes_away_leaves_a_reason(machine: MakeMachine) -> None:
    """Runs without joules are told and left out; a budget is then not judged from the others."""
    here = server(machine, constant(40))
    package = here.simulator.files[0]

    def ended(number: int) -> Ended:
        if number == 2:
            here.simulator.vanish(package)
        return FINE

    found = runs_of(here, [1.0] * 4, ended=ended)
    shown = figures(found)
    assert shown.total is not None
    assert shown.total.count == 2
    assert found.evidence is Evidence.MEASURED
    assert "2 of 4 runs have no joules, and are left out of them." in text(found)
    told = judge_joules(1000, shown.total, 4, found.evidence, Evidence.MEASURED)
    assert (told.verdict, told.doubt) == (Verdict.CANNOT_MEASURE, Doubt.PART_MISSING)


def test_a_counter_that_stands_still_is_no_zero(machine: MakeMachine) -> None:
    """No total, a reason, and the memory that was counted is shown all the same."""
    here = server(machine, constant(40))
    here.simulator.stopped.add(here.simulator.files[0].zone)
    found = runs_of(here, [1.0])
    shown = figures(found)
    assert (shown.total, shown.reason) == (None, Reason.FROZEN)
    table = text(found)
    assert "package-0  the counter stood still" in table
    assert "no joules were counted (frozen): the counter stood still." in table
    assert "dram-0" in table
    told = judge_joules(1000, shown.total, 1, found.evidence, Evidence.MEASURED)
    assert told.doubt is Doubt.NO_FIGURE


def test_a_failure_ends_the_series(machine: MakeMachine) -> None:
    """The figures are those of the runs before; a lone run that failed stands for itself."""
    here = server(machine, constant(40))
    found = runs_of(here, [1.0] * 5, ended=lambda number: FAILED if number == 2 else FINE)
    assert (len(found.runs), len(found.counted), found.exit_code) == (3, 2, 9)
    alone = runs_of(here, [1.0], ended=lambda _: FAILED)
    assert (len(alone.counted), alone.exit_code) == (1, 9)


def test_a_run_that_stands_out_is_named(machine: MakeMachine) -> None:
    """By its number, as it was told while it ran."""
    here = server(machine, constant(40))
    found = runs_of(here, [1.0, 1.01, 1.02, 3.0, 1.0, 1.01])
    assert "run 4 stands out from the others" in text(found)


@pytest.mark.parametrize(
    ("limit", "verdict"), [(65.9, Verdict.FAIL), (66.0, Verdict.PASS), (66.1, Verdict.PASS)]
)
def test_a_budget_is_held_against_the_upper_bound(limit: float, verdict: Verdict) -> None:
    """Just under it, exactly at it, just over it; the median alone would be 55."""
    figure = summarise([44.0, 50.0, 54.0, 56.0, 60.0, 66.0])
    told = judge_joules(limit, figure, 6, Evidence.MEASURED, Evidence.MEASURED)
    assert (told.used, told.verdict) == (66.0, verdict)


@pytest.mark.parametrize(
    ("evidence", "accepted", "verdict"),
    [
        (Evidence.MEASURED, Evidence.MEASURED, Verdict.PASS),
        (Evidence.SHARED, Evidence.MEASURED, Verdict.CANNOT_MEASURE),
        (Evidence.SHARED, Evidence.SHARED, Verdict.PASS),
        (Evidence.VENDOR, Evidence.SHARED, Verdict.CANNOT_MEASURE),
        (Evidence.ESTIMATED, Evidence.MEASURED, Verdict.CANNOT_MEASURE),
        (Evidence.ESTIMATED, Evidence.ESTIMATED, Verdict.PASS),
    ],
)
def test_a_budget_accepts_labels_that_were_accepted(
    evidence: Evidence, accepted: Evidence, verdict: Verdict
) -> None:
    """A weaker label is never judged unasked."""
    told = judge_joules(60, summarise([50.0], (49.0, 51.0)), 1, evidence, accepted)
    assert told.verdict is verdict


def test_the_worst_verdict_is_that_of_all() -> None:
    """A budget that was exceeded outweighs one that cannot be judged; none is none."""
    kept = judge("cpu_seconds", 2, summarise([1.0]))
    broken = judge("cpu_seconds", 0.5, summarise([1.0]))
    unknown = judge("cpu_seconds", 2, None)
    assert worst([]) is None
    assert worst([kept]) is Verdict.PASS
    assert worst([kept, unknown]) is Verdict.CANNOT_MEASURE
    assert worst([unknown, broken, kept]) is Verdict.FAIL


def test_a_verdict_says_when_more_runs_would_help(machine: MakeMachine) -> None:
    """The median is below the budget, and the interval is not."""
    here = server(machine, constant(40))
    found = runs_of(here, [1.0, 1.2])
    shown: Figures = figures(found)
    told = judge_joules(60, shown.total, 2, found.evidence, Evidence.MEASURED)
    assert "EXCEEDED" in verdict(told, found, shown)
    assert "more runs make it narrower" in verdict(told, found, shown)


def test_the_most_telling_reason_is_told() -> None:
    """A counter that is there and closed says more than one that is absent."""
    meter = Cpu()
    absent = Passed("perf", Reason.ABSENT, "no perf")
    closed = Passed("powercap", Reason.PERMISSION, "closed")
    sensors = Passed("hwmon", Reason.OVERLAP, "rails")
    assert Choice(meter, (absent, closed, sensors)).telling is closed
    assert Choice(meter, (absent, sensors)).telling is absent
    assert Choice(meter).telling is None

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Who gets which microjoule: traces made by hand, and any trace at all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from greenlint_profiler.functions.attribution import Attribution, Unit, attribute, basis
from greenlint_profiler.functions.pieces import What, pieces
from greenlint_profiler.functions.processes import Other
from greenlint_profiler.functions.samples import Look, Process
from greenlint_profiler.functions.tree import Node, functions, lines_of, rest, tree
from greenlint_profiler.functions.weigh import apportion, weigh
from greenlint_profiler.units import Evidence, Reason
from hypothesis import given
from hypothesis import strategies as st

from tests.profiler.stacks import (
    MS,
    PACKAGE,
    attributed,
    look,
    measured,
    process,
    ran,
    stack,
    stretch,
)


def own(found: Attribution) -> dict[str, int]:
    """Microjoules (or nanoseconds) of each function itself."""
    return {row.function.name: row.own for row in functions(found) if row.own}


def total(found: Attribution) -> dict[str, int]:
    return {row.function.name: row.total for row in functions(found)}


# By hand


def test_a_busy_thread_has_all_of_it() -> None:
    """10 ms at 30 W are 0.3 J, and all of it is the function's that ran."""
    found = attributed([process(look(0, 10, ran(10, "main", "hot")))], [stretch(0, 10, 30)])
    assert own(found) == {"hot": 300_000}
    assert total(found) == {"main": 300_000, "hot": 300_000}
    assert rest(found) == {}


def test_time_in_which_nothing_ran_was_waited() -> None:
    """A thread that ran for a quarter of the time has a quarter of the energy."""
    one = look(0, 10, ran(2.5, "main"), waiting=stack("main", "sleep"))
    found = attributed([process(one)], [stretch(0, 10, 40)])
    assert own(found) == {"main": 100_000}
    assert rest(found) == {What.WAITING: 300_000}


def test_where_it_waited_is_in_the_tree_and_in_no_function() -> None:
    """Waiting has the stack of the main thread below it."""
    one = look(0, 10, waiting=stack("main", "sleep"))
    found = attributed([process(one)], [stretch(0, 10, 40)])
    path = [(depth, node.name, node.total) for depth, node in tree(found).walk()]
    assert path == [
        (0, "whole run", 400_000),
        (1, "(waiting)", 400_000),
        (2, "main", 400_000),
        (3, "sleep", 400_000),
    ]
    assert functions(found) == []


def test_threads_share_by_their_cpu_time() -> None:
    """Two that ran at once, one for half as long; nothing is left for waiting."""
    one = look(0, 10, ran(10, "hot", thread="a"), ran(5, "cold", thread="b"))
    found = attributed([process(one)], [stretch(0, 10, 45)])
    assert own(found) == {"hot": 300_000, "cold": 150_000}
    assert rest(found) == {}


def test_power_is_that_of_the_moment() -> None:
    """Equal CPU time costs three times as much where the power was three times as high."""
    looks = [look(0, 10, ran(10, "cheap")), look(10, 20, ran(10, "dear"))]
    found = attributed([process(*looks)], [stretch(0, 10, 20), stretch(10, 20, 60)])
    assert own(found) == {"dear": 600_000, "cheap": 200_000}


def test_a_look_that_lies_in_two_stretches_has_of_both() -> None:
    """In proportion to how long it lies in each."""
    found = attributed(
        [process(look(0, 10, ran(10, "f")))], [stretch(0, 4, 10), stretch(4, 10, 100)]
    )
    assert own(found) == {"f": 640_000}


def test_time_before_the_first_look_and_after_the_last_is_not_sampled() -> None:
    """Python starts and ends, and nobody looks."""
    found = attributed([process(look(10, 20, ran(10, "f")))], [stretch(0, 40, 10)])
    # The curve knows one power for all 40 ms.
    assert own(found) == {"f": 100_000}
    assert rest(found) == {What.UNSAMPLED: 300_000}


def test_programs_of_other_languages_have_their_part() -> None:
    """By name, below a node of their own; sampled processes are not counted twice."""
    others = [Other(9, "gcc", 0, 10 * MS, 5 * MS), Other(1, "python", 0, 10 * MS, 5 * MS)]
    found = attributed([process(look(0, 10, ran(5, "f")))], [stretch(0, 10, 10)], others)
    assert own(found) == {"f": 50_000}
    assert rest(found) == {What.OTHER: 50_000}
    node = tree(found).children[What.OTHER]
    assert [child.name for child in node.largest_first] == ["gcc"]


def test_a_program_that_runs_before_python_does_not_take_its_waiting() -> None:
    """30 ms of a compiler, then 10 ms in which Python waits: the waiting is Python's."""
    others = [Other(9, "gcc", 0, 30 * MS, 30 * MS)]
    waits = look(30, 40, waiting=stack("main"))
    found = attributed([process(waits)], [stretch(0, 40, 10)], others)
    assert rest(found) == {What.OTHER: 300_000, What.WAITING: 100_000}


def test_who_sleeps_has_its_energy_where_it_worked() -> None:
    """And at the time when it was used."""
    looks = [look(0, 10, ran(10, "work")), look(10, 20, ran(10, "sleep", asleep=True))]
    found = attributed([process(*looks)], [stretch(0, 10, 10), stretch(10, 20, 30)])
    assert own(found) == {"work": 400_000}


def test_threads_without_python_and_the_sampler_have_theirs() -> None:
    """What a process used beyond its threads of Python is named, and so is our own part."""
    one = look(0, 10, ran(4, "f"), cpu_ms=10, own_ms=1)
    found = attributed([process(one)], [stretch(0, 10, 10)])
    assert own(found) == {"f": 40_000}
    assert rest(found) == {What.NATIVE: 50_000, What.SAMPLER: 10_000}


def test_clocks_that_are_read_one_after_the_other_make_no_native_threads() -> None:
    """One look has too little for the process, the next too much: together it is right."""
    looks = [
        look(0, 10, ran(6, "f"), cpu_ms=5),
        look(10, 20, ran(5, "f"), cpu_ms=6),
    ]
    found = pieces([process(*looks)], [])
    assert [piece.what for piece in found] == [What.RAN, What.RAN]


def test_a_stretch_without_a_figure_gives_nothing() -> None:
    """It is not guessed: its time is named, with the reason."""
    looks = [look(0, 10, ran(10, "f")), look(10, 20, ran(10, "g"))]
    found = attributed([process(*looks)], [stretch(0, 10, 10), stretch(10, 20, None)])
    assert own(found) == {"f": 100_000}
    assert found.unknown_seconds == pytest.approx(0.01)
    assert found.reason is Reason.IO_ERROR
    assert any("0.01 s have no figure" in sentence for sentence in basis(found))


def test_recursion_counts_once() -> None:
    """In the total of a function, and of a line."""
    found = attributed(
        [process(look(0, 10, ran(10, "main", "fib:3", "fib:3", "fib:4")))], [stretch(0, 10, 10)]
    )
    assert total(found) == {"main": 100_000, "fib": 100_000}
    by_line = {(row.function.name, row.line): (row.own, row.total) for row in lines_of(found)}
    assert by_line == {
        ("fib", 4): (100_000, 100_000),
        ("fib", 3): (0, 100_000),
        ("main", 1): (0, 100_000),
    }


def test_the_window_of_the_run_is_a_little_longer() -> None:
    """What it has beyond the stretches is not sampled, so that all adds up to its joules."""
    processes = [process(look(0, 10, ran(10, "f")))]
    found = attribute(measured(100_700), [PACKAGE], processes, [], [stretch(0, 10, 10)])
    assert found.total == 100_700
    assert own(found) == {"f": 100_000}
    assert rest(found) == {What.UNSAMPLED: 700}


def test_a_run_without_a_figure_whose_moments_have_one() -> None:
    """A counter that failed once: the label of the moments is that of their meter."""
    stretches = [stretch(0, 10, 10), stretch(10, 20, None)]
    run = measured(None, evidence=Evidence.NONE)
    processes = [process(look(0, 10, ran(10, "f")), look(10, 20, ran(10, "g")))]
    found = attribute(run, [PACKAGE], processes, [], stretches, evidence=Evidence.MEASURED)
    assert found.unit is Unit.MICROJOULES
    assert found.evidence is Evidence.MEASURED
    assert own(found) == {"f": 100_000}


def test_without_a_counter_the_weight_is_cpu_time() -> None:
    """Nanoseconds, what was not looked at included, and the label says that there are no joules."""
    processes = [process(look(0, 10, ran(7, "f"), ran(2, "g", thread="b")))]
    run = measured(None, evidence=Evidence.PROXY, cpu_seconds=0.010)
    found = attribute(run, [], processes)
    assert found.unit is Unit.NANOSECONDS
    assert own(found) == {"f": 7 * MS, "g": 2 * MS}
    assert rest(found) == {What.UNSAMPLED: 1 * MS}
    assert basis(found)[0].startswith("CPU seconds, no joules here: ")


def test_an_estimate_is_divided_by_cpu_time() -> None:
    """Its joules are CPU seconds in other words; the sentence says that both are estimated."""
    processes = [process(look(0, 10, ran(6, "f")))]
    run = measured(20_000, evidence=Evidence.ESTIMATED, cpu_seconds=0.008, notes=("a table",))
    found = attribute(run, [], processes)
    assert own(found) == {"f": 15_000}
    assert rest(found) == {What.UNSAMPLED: 5_000}
    assert basis(found)[0].startswith("Estimated twice")
    assert "A table." in basis(found)


def test_a_run_in_which_nothing_was_sampled_is_all_unsampled() -> None:
    """A command without Python still has its joules, and they are nobody's."""
    found = attributed([], [stretch(0, 10, 10)])
    assert rest(found) == {What.UNSAMPLED: 100_000}
    assert found.total == 100_000


# Any trace


@st.composite
def looks(draw: st.DrawFn) -> list[Look]:
    """Looks one after the other, with threads that run, sleep or are shared with native code."""
    names = st.lists(st.sampled_from("abc"), min_size=1, max_size=4)
    at, found = draw(st.integers(0, 50)), []
    for _ in range(draw(st.integers(0, 6))):
        ends = at + draw(st.integers(1, 30))
        threads = [
            ran(draw(st.integers(1, 40)), *draw(names), thread=thread, asleep=draw(st.booleans()))
            for thread in draw(st.lists(st.sampled_from("xyz"), unique=True, max_size=3))
        ]
        waiting = stack(*draw(names)) if draw(st.booleans()) else None
        own_ms = draw(st.sampled_from([0, 0.1]))
        found.append(look(at, ends, *threads, own_ms=own_ms, waiting=waiting))
        at = ends
    return found


@st.composite
def runs(draw: st.DrawFn) -> Attribution:
    """Some processes, other programs, and a power curve that may begin late and have gaps."""
    processes: list[Process] = [
        process(*draw(looks()), pid=pid + 1) for pid in range(draw(st.integers(0, 3)))
    ]
    spans = st.tuples(st.integers(0, 100), st.integers(1, 50), st.integers(1, 60))
    others = [
        Other(90 + number, "gcc", first * MS, (first + long) * MS, cpu * MS)
        for number, (first, long, cpu) in enumerate(draw(st.lists(spans, max_size=3)))
    ]
    at, stretches = draw(st.integers(0, 40)), []
    for _ in range(draw(st.integers(1, 8))):
        ends = at + draw(st.integers(1, 40))
        stretches.append(stretch(at, ends, draw(st.none() | st.integers(0, 200))))
        at = ends
    return attributed(processes, stretches, others)


@given(runs())
def test_every_microjoule_is_given_once(found: Attribution) -> None:
    """Own amounts of functions and what is no code: together the whole, to the last unit."""
    assert sum(share.amount for share in found.shares) == found.total
    by_function = sum(row.own for row in functions(found))
    assert by_function + sum(rest(found).values()) == found.total
    by_line = sum(row.own for row in lines_of(found))
    assert by_line == by_function
    assert all(share.amount > 0 for share in found.shares)


@given(runs())
def test_a_tree_adds_up(found: Attribution) -> None:
    """Each node has what is its own and what its children have; the root has everything."""
    root = tree(found)
    assert root.total == found.total

    def adds_up(node: Node) -> bool:
        below = list(node.children.values())
        return node.total == node.own + sum(one.total for one in below) and all(map(adds_up, below))

    assert adds_up(root)


@given(runs())
def test_a_total_is_at_least_its_own_and_at_most_the_whole(found: Attribution) -> None:
    """Also with recursion, and for lines."""
    for row in [*functions(found), *lines_of(found)]:
        assert 0 <= row.own <= row.total <= found.total


@given(runs())
def test_pieces_have_the_energy_of_the_known_stretches(found: Attribution) -> None:
    """Before anything is rounded."""
    known = sum(one.energy_uj or 0 for one in found.stretches)
    weighed = weigh(pieces(found.processes, []), found.processes, found.stretches)
    assert sum(one.energy_uj for one in weighed) == pytest.approx(known, rel=1e-9, abs=1e-6)
    assert all(one.energy_uj >= 0 for one in weighed)


@given(st.integers(0, 10**15), st.lists(st.floats(0, 1e9), max_size=30))
def test_apportioning_is_exact(whole: int, weights: Sequence[float]) -> None:
    """The parts are the whole, none is negative, and who has no weight has nothing."""
    parts = apportion(whole, weights)
    assert sum(parts) == (whole if sum(weights) > 0 else 0)
    assert all(part >= 0 for part in parts)

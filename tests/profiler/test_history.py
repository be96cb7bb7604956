# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The history of a test: never across machines, interpreters or labels; its fence and its curve."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from statistics import quantiles

import pytest
from greenlint_profiler.past.history import (
    FEWEST,
    MOST,
    WINDOW,
    History,
    as_record,
    fence,
    histories,
)
from greenlint_profiler.past.history_text import amount, curve, lines
from greenlint_profiler.quantity import percent
from greenlint_profiler.stores.stored import Point, StoredRun, Stratum

HERE = Stratum("xeon", "cpython 3.12")


def point(value: float, number: int, stratum: Stratum = HERE, evidence: str = "measured") -> Point:
    nothing = dict.fromkeys(("label", "dirty", "ci", "seconds", "joules", "cpu_seconds"))
    run = StoredRun(
        f"run-{number}",
        f"2026-11-{1 + number // 24:02}T{number % 24:02}:00:00.000000+00:00",
        stratum,
        "pytest",
        branch="main",
        commit=f"{number:x}".ljust(40, "c"),
        meter="perf",
        evidence=evidence,
        tests=1,
        queries=None,
        requests=None,
        verdict=None,
        **nothing,  # type: ignore[arg-type]
    )
    return Point(run, evidence, value)


def of(values: list[float], quantity: str = "joules") -> History:
    (found,) = histories(quantity, [point(value, number) for number, value in enumerate(values)])
    return found


def test_series_are_never_mixed() -> None:
    """Another class, interpreter, way of running or label is another series."""
    other = replace(HERE, machine_class="epyc")
    newer = replace(HERE, interpreter="cpython 3.13")
    traced = replace(HERE, traced=True)
    points = [
        point(1, 0),
        point(2, 1, other),
        point(3, 2, newer),
        point(4, 3, traced),
        point(5, 4, evidence="shared"),
        point(6, 5),
    ]
    found = histories("joules", points)
    assert [(one.values, one.stratum, one.evidence) for one in found] == [
        ((1, 6), HERE, "measured"),
        ((5,), HERE, "shared"),
        ((4,), traced, "measured"),
        ((3,), newer, "measured"),
        ((2,), other, "measured"),
    ]
    assert histories("joules", []) == []


def test_counts_know_no_label() -> None:
    """How well joules were measured says nothing of queries."""
    found = histories("queries", [point(12, 0), point(12, 1, evidence="shared")])
    assert [(one.values, one.evidence) for one in found] == [((12, 12), None)]


def test_kinds_of_instructions_are_never_mixed() -> None:
    """Those of the processor are no more of bytecode; where nobody said, they are of neither."""
    points = []
    for number, kind in enumerate(("machine", "bytecode", None, "machine")):
        one = point(float(number), number)
        points.append(replace(one, run=replace(one.run, instructions_are=kind)))
    found = histories("instructions", points)
    assert [(one.evidence, one.values) for one in found] == [
        ("machine", (0, 3)),
        (None, (2,)),
        ("bytecode", (1,)),
    ]
    told = [as_record(one) for one in found]
    assert [(one["evidence"], one["instructions_are"]) for one in told] == [
        (None, "machine"),
        (None, None),
        (None, "bytecode"),
    ]
    assert next(lines(found[0])).startswith("instructions, machine, 2 runs on")


def test_the_fence_is_tukeys() -> None:
    """The third quartile and three times the range, as `statistics` has the quartiles."""
    chance = Random(2)
    before = [chance.gauss(3, 0.2) for _ in range(20)]
    low, _, high = quantiles(before, method="inclusive")
    found = fence(before)
    assert found is not None
    assert found.low_quartile == pytest.approx(low)
    assert found.high_quartile == pytest.approx(high)
    assert found.limit == pytest.approx(high + 3 * (high - low))


@pytest.mark.parametrize(
    ("before", "limit"),
    [([1.0] * (FEWEST - 1), None), ([1.0] * FEWEST, 1.02), ([], None), ([0.0] * 9, 0.0)],
)
def test_a_fence_needs_some_runs(before: list[float], limit: float | None) -> None:
    """And runs that are all equal leave 2 % before a rise is one."""
    found = fence(before)
    assert (None if found is None else found.limit) == (
        None if limit is None else pytest.approx(limit)
    )


def test_the_fence_rolls() -> None:
    """What is older than `MOST` runs is forgotten."""
    assert fence([100.0, 200.0, 300.0] * 20 + [1.0] * MOST) == fence([1.0] * MOST)


def test_a_run_far_out_is_seen_at_once() -> None:
    """Before any change point could be: the last run, and one that was so when it came."""
    chance = Random(3)
    values = [chance.gauss(3, 0.03) for _ in range(30)]
    assert not of(values).stands_out
    found = of([*values[:20], 4.0, *values[20:], 4.0])
    assert found.stands_out
    assert found.beyond == (20, 31)


def test_how_often_noise_alone_is_beyond_the_fence() -> None:
    """Of 4 000 normal runs, with 8 and with 30 before: less than 3 % and less than 0.1 %."""
    chance = Random(5)

    def rate(before: int) -> float:
        beyond = 0
        for _ in range(4000):
            limit = fence([chance.gauss(1, 0.03) for _ in range(before)])
            assert limit is not None
            beyond += chance.gauss(1, 0.03) > limit.limit
        return beyond / 4000

    assert 0.005 < rate(8) < 0.03
    assert rate(30) < 0.001


def test_counts_have_no_fence() -> None:
    """They change where they differ, and nothing is left to chance."""
    found = of([134.0] * 20 + [9.0], "queries")
    assert found.fence is None
    assert not found.beyond
    assert [(one.at, one.p) for one in found.changes] == [(20, None)]


def test_history_is_bounded() -> None:
    """Of a thousand runs the last hundred are looked at."""
    assert len(of([1.0 + number % 7 for number in range(250)]).points) == WINDOW


# Words


@pytest.mark.parametrize(
    ("values", "drawn", "plain"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█", "_.-=+*%#"),
        ([5, 5, 5], "▄▄▄", "==="),
        ([0, 0], "▄▄", "=="),
        ([1.000, 1.001], "▄▄", "=="),
        ([8, 1], "█▁", "#_"),
        ([3], "▄", "="),
    ],
)
def test_a_curve(values: list[float], drawn: str, plain: str) -> None:
    """From the least to the greatest; what hardly differs is level."""
    assert curve(values) == drawn
    assert curve(values, ascii_only=True) == plain


def test_a_long_curve_shows_its_end() -> None:
    """Sixty runs fit into a line."""
    assert curve([*range(100)])[-1] == "█"
    assert len(curve([*range(100)])) == 60


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        *((1.3, "+30 %"), (0.66, "−34 %"), (1.042, "+4.2 %"), (0.997, "−0.3 %")),
        *((1.0, "0.0 %"), (0.9999, "0.0 %"), (1.0996, "+10 %"), (2.5, "+150 %")),
    ],
)
def test_percent(ratio: float, shown: str) -> None:
    """Two digits that count, and no sign for nothing."""
    assert percent(ratio) == shown


def test_amounts() -> None:
    """Each quantity in its own unit."""
    assert amount("joules", 3.1) == "3.10 J"
    assert amount("cpu_seconds", 0.25) == "250 ms"
    assert (amount("queries", 12), amount("queries", 12.5), amount("queries", 0)) == (
        "12",
        "12.5",
        "0",
    )


def test_a_history_in_words() -> None:
    """The curve, the level, what changed with which commit; a new run that stands out."""
    told = list(lines(of([3.0, 3.1] * 6 + [4.0, 4.1] * 6)))
    assert told[0] == "energy, measured, 24 runs on xeon (cpython 3.12)"
    assert told[1] == "  ▁▁▁▁▁▁▁▁▁▁▁▁█▇█▇".replace("█▇", "▇█")[:3] + told[1][3:]
    assert "median 3.55 J, 3.00 – 4.10 J" in told[1]
    assert (
        told[2]
        == "  changed with the run of 2026-11-01, ccccccccc: 3.05 J to 4.05 J (+33 %), p 0.0005"
    )
    far = list(lines(of([3.0, 3.1] * 6 + [9.0])))
    assert far[-1] == "  the last run, 9.00 J, is far above those before it (fence 3.40 J)"
    few = list(lines(of([3.0, 3.1])))
    assert few[1].endswith("fewer than 9 runs make no fence")
    counts = list(lines(of([12.0, 12.0], "queries")))
    assert counts == ["queries, 2 runs on xeon (cpython 3.12)", "  ▄▄  last 12, always 12"]

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Experiments: their processes, the pairs, the saving with its interval, and what goes wrong."""

from __future__ import annotations

import itertools
from math import exp, log
from pathlib import Path
from random import Random
from typing import cast

import pytest
from greenlint_profiler.experiment.measure import FEWEST, Asked, measure
from greenlint_profiler.experiment.process import Process, Terms
from greenlint_profiler.experiment.restart import Begin, Plan, restart
from greenlint_profiler.experiment.saving import interval, saving
from greenlint_profiler.experiment.trial import AFTER, BEFORE, Trial, TrialFailed, Trouble
from greenlint_profiler.gate.judging.sample import Pair, Quantity, Restart, Sample
from greenlint_profiler.gate.judging.student import quantile
from greenlint_profiler.gate.workers.pairs import allowed_cpu
from greenlint_profiler.repeats import deviation, mean
from greenlint_profiler.units import Evidence

from tests.powercap.live import live

SUM = Trial("numbers = list(range(size))", "total = sum(list(numbers))", "total = sum(numbers)")


def made(
    before: float, after: float, joules: float | None = None, evidence: str = "proxy"
) -> Restart:
    """A restart of ten pairs that are alike; joules differ by the same factor."""
    label = Evidence(evidence)
    one = Sample(before, before, joules, label)
    other = Sample(after, after, None if joules is None else joules * after / before, label)
    return Restart((Pair(one, other),) * 10)


class Steady:
    """A process whose turns all take as long, and which notes what it was asked."""

    def __init__(self, name: str, seconds: float, asked: list[str]) -> None:
        self._name, self._seconds, self._asked = name, seconds, asked

    def ready(self) -> dict[str, object]:
        return {"packages": {"Django": "5.2"}}

    def turns(self, seconds: float) -> int:
        return max(1, round(seconds / self._seconds))

    def sample(self, turns: int) -> Sample:
        self._asked.append(self._name)
        return Sample(self._seconds, self._seconds)

    def end(self) -> None:
        self._asked.append(f"end {self._name}")


def steady(asked: list[str]) -> Begin:
    """Begins processes of which the one after takes half as long."""

    def begin(_: Trial, side: str | None, terms: Terms) -> Process:
        name = side or "check"
        asked.append(f"start {name} {terms.seed}")
        return cast(Process, Steady(name, 0.0005 if name == AFTER else 0.001, asked))

    return begin


def terms(folder: Path, meter: str = "cpu", seconds: float = 60.0) -> Terms:
    return Terms(folder, meter, 7, allowed_cpu(), seconds)


def fails(trial: Trial, folder: Path, seconds: float = 60.0) -> TrialFailed:
    """What checking it says."""
    process = Process(trial, None, terms(folder, seconds=seconds))
    try:
        with pytest.raises(TrialFailed) as failed:
            process.ready()
    finally:
        process.end()
    return failed.value


# The saving


def test_the_interval_is_students_over_restarts() -> None:
    """The restart is the unit: ten equal pairs in each are one observation."""
    effects = [log(0.6), log(0.7), log(0.65), log(0.6)]
    found = saving([made(1.0, exp(one)) for one in effects])
    half = quantile(0.975, 3) * deviation(effects) / 2
    assert found.effects == pytest.approx(effects)
    assert found.saving == pytest.approx(1 - exp(mean(effects)))
    assert found.low == pytest.approx(1 - exp(mean(effects) + half))
    assert found.high == pytest.approx(1 - exp(mean(effects) - half))
    assert (found.before, found.after) == pytest.approx((1.0, 0.625))
    assert (found.quantity, found.evidence) == (Quantity.CPU_SECONDS, Evidence.PROXY)
    assert interval(found.effects) == (found.saving, found.low, found.high)


def test_an_interval_of_chance_holds_zero_19_times_in_20() -> None:
    """Of two sides that are the same, one figure in twenty shows what is not there."""
    chance = Random(5)
    held = 0
    for _ in range(2000):
        _, low, high = interval([chance.gauss(0.0, 0.03) for _ in range(6)])
        held += low <= 0 <= high
    assert 0.935 < held / 2000 < 0.965


def test_joules_are_compared_where_all_of_them_were_measured() -> None:
    """One sample that others had a part in, and it is CPU time that is compared."""
    counted = [made(1.0, 0.5, 30.0, "measured"), made(1.0, 0.6, 30.0, "measured")]
    found = saving(counted)
    assert (found.quantity, found.evidence) == (Quantity.JOULES, Evidence.MEASURED)
    assert found.before == 30.0
    found = saving([*counted, made(1.0, 0.5, 30.0, "shared")])
    assert (found.quantity, found.evidence) == (Quantity.CPU_SECONDS, Evidence.PROXY)


def test_what_cannot_be_told_is_no_saving() -> None:
    """A figure of 0 has no ratio, and one restart no interval."""
    with pytest.raises(TrialFailed) as failed:
        saving([made(1.0, 0.0), made(1.0, 0.5)])
    assert failed.value.trouble is Trouble.ZERO
    with pytest.raises(ValueError, match="two restarts, and there are 1"):
        interval([0.1])


# A restart, and how many


def test_pairs_are_abba_with_a_random_first(tmp_path: Path) -> None:
    """Each side is as often first as second, and which one begins is left to chance."""
    orders = set()
    for seed in range(12):
        asked: list[str] = []
        restart(SUM, terms(tmp_path), Plan(pairs=4), Random(seed), steady(asked))
        ran = [one for one in asked if one in (BEFORE, AFTER)][2:]
        assert [asked[0][:12], asked[1][:11]] == ["start before", "start after"]
        assert asked[-2:] == ["end after", "end before"]
        orders.add(" ".join(one[0] for one in ran))
    assert orders == {"b a a b b a a b", "a b b a a b b a"}


@pytest.mark.parametrize(("seconds", "pairs"), [(0.01, 10), (0.5, 8), (3.0, 4)])
def test_a_long_experiment_has_fewer_pairs(seconds: float, pairs: int) -> None:
    """A restart stays within its time, but for a few pairs that it always has."""
    assert Plan().pairs_of(seconds) == pairs


def test_a_time_limit_leaves_out_restarts() -> None:
    """There are as many as had time, each with a hash seed of its own; too few are none."""

    def measured(limit: float) -> list[str]:
        asked: list[str] = []
        clock = itertools.count().__next__
        found = measure(SUM, Asked("cpu", 8, limit), Random(1), clock, steady(asked))
        assert found.packages == {"Django": "5.2"}
        assert found.saving.saving == pytest.approx(0.5)
        starts = [one for one in asked if one.startswith("start before")]
        assert len(set(starts)) == len(starts) == len(found.saving.effects)
        return starts

    assert len(measured(100)) == 8
    assert len(measured(6)) == 5
    with pytest.raises(TrialFailed, match=f"2 of 8 restarts had time.* {FEWEST} are needed") as why:
        measured(3)
    assert why.value.trouble is Trouble.NO_TIME
    assert not why.value.trouble.broken


# Real processes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("experiment")


def test_a_saving_is_found(tmp_path: Path) -> None:
    """A side that does ten times as much takes more, by the clock of the processor."""
    trial = Trial(
        "def work(turns):\n    total = 0\n    for n in range(turns):\n        total += n\n"
        "    return total",
        "for _ in range(10):\n    total = work(size)",
        "total = work(size)",
        "total",
        300,
    )
    found = measure(trial, Asked("cpu", 4, 300.0, Plan(pairs=3)), Random(3)).saving
    assert 0.8 < found.low <= found.saving <= found.high < 0.97
    assert found.quantity is Quantity.CPU_SECONDS
    assert len(found.effects) == 4


def test_a_sample_takes_its_time_and_tells_one_turn(folder: Path) -> None:
    """Short code is repeated until a sample is long enough; children count, waiting does not."""
    short = Process(Trial("", "n = 1", "n = 2"), BEFORE, terms(folder))
    waits = Process(Trial("import time", "time.sleep(0.05)", ""), BEFORE, terms(folder))
    try:
        short.ready()
        turns = short.turns(0.005)
        assert turns > 1000
        one = short.sample(turns)
        assert one.seconds * turns > 0.004
        assert (one.joules, one.evidence) == (None, Evidence.PROXY)
        waits.ready()
        assert waits.turns(0.005) == 1
        one = waits.sample(1)
        assert one.seconds >= 0.05 > 10 * one.cpu_seconds
    finally:
        short.end()
        waits.end()


def test_joules_of_a_simulated_counter(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a counter can be read, a turn has its part of the joules (simulated: 46 W)."""
    with live(tmp_path, "sandy-ep", "package=40;dram=6") as tree:
        monkeypatch.setenv("GREENLINT_SYSFS_ROOT", str(tree.sys))
        trial = Trial("import time", "time.sleep(0.1)", "")
        process = Process(trial, BEFORE, terms(folder, "powercap"))
        try:
            process.ready()
            one = process.sample(3)
        finally:
            process.end()
    assert one.evidence in (Evidence.MEASURED, Evidence.SHARED)
    assert one.joules is not None
    assert one.joules / one.seconds == pytest.approx(46, rel=0.1)


@pytest.mark.parametrize(
    ("trial", "trouble", "sentence", "place"),
    [
        (
            Trial("import no_such_module.part", "", ""),
            Trouble.NEEDS,
            "needs no_such_module",
            ("setup", 1),
        ),
        (
            Trial("", "one = 1\nprices['a']", ""),
            Trouble.RAISED,
            "NameError: name 'prices' is not defined",
            ("before", 2),
        ),
        (Trial("", "", "one ="), Trouble.RAISED, "SyntaxError: invalid syntax", ("after", 1)),
        (
            Trial("a =", "", ""),
            Trouble.RAISED,
            "SyntaxError: invalid syntax (<setup>, line 1)",
            ("setup", 1),
        ),
        (
            Trial("", "total = 1", "total = 2", "total"),
            Trouble.DIFFERS,
            "`total` is 1 before and 2 after",
            (None, None),
        ),
        (
            Trial("seen = []", "seen.append(1)", "seen.append(1)", "seen"),
            Trouble.CHANGES,
            "`seen` is [1] the first time and [1, 1] the second; what a side changes it must make "
            "itself",
            ("before", None),
        ),
        (
            Trial("import socket", "socket.create_connection(('192.0.2.1', 80), 1)", ""),
            Trouble.NETWORK,
            "it asks 192.0.2.1; an experiment stays on its own machine",
            (None, None),
        ),
        (
            Trial("import os", "os._exit(5)", ""),
            Trouble.ENDED,
            "its process ended with exit code 5",
            (None, None),
        ),
    ],
    ids=lambda value: value.value if isinstance(value, Trouble) else None,
)
def test_what_goes_wrong_is_told(
    folder: Path,
    trial: Trial,
    trouble: Trouble,
    sentence: str,
    place: tuple[str | None, int | None],
) -> None:
    """A code, a sentence, and of code that raised the block and its line."""
    failed = fails(trial, folder)
    assert (failed.trouble, failed.sentence) == (trouble, sentence)
    assert (failed.block, failed.line) == place


def test_a_process_that_hangs_is_ended(folder: Path) -> None:
    """Nobody waits for ever, and its children go with it."""
    trial = Trial(
        "import subprocess, time\nchild = subprocess.Popen(['sleep', '300'])\ntime.sleep(300)",
        "",
        "",
    )
    failed = fails(trial, folder, seconds=2.0)
    assert (failed.trouble, failed.sentence) == (Trouble.TIMEOUT, "it still ran after 2 s")


def test_an_experiment_may_ask_its_own_machine(folder: Path) -> None:
    """A server of its own is no network; and the packages that it uses are told with versions."""
    trial = Trial(
        "import socket, click\nserver = socket.create_server(('127.0.0.1', 0))",
        "socket.create_connection(server.getsockname()).close()",
        "socket.create_connection(server.getsockname()).close()",
    )
    process = Process(trial, None, terms(folder))
    try:
        packages = process.ready()["packages"]
    finally:
        process.end()
    assert list(packages) == ["click"]

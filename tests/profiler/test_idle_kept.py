# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The idle power that is kept for later runs: fresh, steady, and of this machine and meter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from greenlint_profiler.idle import Idle
from greenlint_profiler.idle_kept import (
    FRESH_SECONDS,
    KeptIdle,
    NoIdle,
    as_entry,
    keep_idle,
    kept_idle,
)
from greenlint_profiler.meters.cpu import Cpu

from tests.powercap.tree import zones_of
from tests.profiler.conftest import MakeMachine

STEADY = Idle(3.0, 6.31, 0.02, 0.01, {})
THEN = 1_800_000_000.0


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".greenlint").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("age", "found"),
    [
        (0.0, KeptIdle(6.31, "2027-01-15T08:00:00+00:00")),
        (FRESH_SECONDS, KeptIdle(6.31, "2027-01-15T08:00:00+00:00")),
        (FRESH_SECONDS + 1, NoIdle.STALE),
        (-1.0, NoIdle.STALE),
    ],
)
def test_a_figure_is_fresh_for_an_hour(
    root: Path, machine: MakeMachine, age: float, found: KeptIdle | NoIdle
) -> None:
    """Older ones, and those of a clock that was turned back, are none."""
    one = machine(zones_of("sandy-ep"))
    meter = one.meter()
    assert keep_idle(root, STEADY, meter, one.world, THEN)
    assert kept_idle(root, meter, one.world, THEN + age) == found
    meter.close()


def test_another_machine_or_meter_has_none(root: Path, machine: MakeMachine) -> None:
    """Nor has one that counts no joules, or a damaged file."""
    one, other = machine(zones_of("sandy-ep")), machine(zones_of("client-i5-13500"))
    meter, second = one.meter(), other.meter()
    assert kept_idle(root, meter, one.world, THEN) == NoIdle.NOT_WATCHED
    keep_idle(root, STEADY, meter, one.world, THEN)
    assert kept_idle(root, second, other.world, THEN) == NoIdle.OTHER_MACHINE
    assert kept_idle(root, Cpu(), one.world, THEN) == NoIdle.NO_COUNTER
    (root / ".greenlint" / "idle.json").write_text("[]")
    assert kept_idle(root, meter, one.world, THEN) == NoIdle.NOT_WATCHED
    meter.close()
    second.close()


@pytest.mark.parametrize(
    "idle",
    [
        replace(STEADY, busy=True),
        replace(STEADY, drift=0.06),
        replace(STEADY, watts=None, sigma_watts=None, drift=None),
    ],
)
def test_what_was_no_rest_is_not_kept(root: Path, machine: MakeMachine, idle: Idle) -> None:
    """Others worked, it drifted, or nothing was counted; the figure before it stays."""
    one = machine(zones_of("sandy-ep"))
    meter = one.meter()
    assert keep_idle(root, STEADY, meter, one.world, THEN)
    assert not keep_idle(root, idle, meter, one.world, THEN + 5)
    assert isinstance(kept_idle(root, meter, one.world, THEN + 5), KeptIdle)
    meter.close()


def test_a_profile_alone_leaves_nothing(tmp_path: Path, machine: MakeMachine) -> None:
    """Without the folder of greenlint, no file is made."""
    one = machine(zones_of("sandy-ep"))
    meter = one.meter()
    assert not keep_idle(tmp_path / "elsewhere", STEADY, meter, one.world, THEN)
    meter.close()


def test_what_the_document_says() -> None:
    """The watts and when, or why there are none."""
    assert as_entry(KeptIdle(6.3, "when")) == {
        "idle_w": 6.3,
        "idle_measured": "when",
        "idle_reason": None,
    }
    assert as_entry(NoIdle.STALE) == {"idle_w": None, "idle_measured": None, "idle_reason": "stale"}

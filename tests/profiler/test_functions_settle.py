# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Who works and who sleeps: how soon a thread gives way, and where one worked that sleeps now."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from greenlint_profiler.functions.inside import watch
from greenlint_profiler.functions.processes import Descendants, Other
from greenlint_profiler.functions.samples import Look
from greenlint_profiler.functions.settle import settled
from greenlint_profiler.world import World

from tests.profiler.stacks import look, ran, stack

# How long a thread may keep the interpreter's lock


@pytest.fixture
def interval() -> float:
    return sys.getswitchinterval()


def test_one_working_thread_gives_the_lock_sooner(interval: float) -> None:
    """With two it is as the program has it, and at the end as well."""
    patience = watch._Patience()
    assert patience.for_threads(1) == pytest.approx(watch._PATIENCE)
    assert patience.for_threads(2) == pytest.approx(interval)
    patience.for_threads(1)
    patience.restore()
    assert sys.getswitchinterval() == pytest.approx(interval)


def test_what_the_program_sets_stays(interval: float) -> None:
    """A setting of its own is not shortened a second time, nor put back."""
    patience = watch._Patience()
    patience.for_threads(1)
    try:
        sys.setswitchinterval(0.02)
        assert patience.for_threads(1) == pytest.approx(0.02)
        patience.restore()
        assert sys.getswitchinterval() == pytest.approx(0.02)
    finally:
        sys.setswitchinterval(interval)


# Where a thread worked that is asleep now


def names(found: list[Look]) -> list[str]:
    return [one.ran[0].stack[-1].function.name for one in found]


def test_who_sleeps_worked_where_it_was_seen_at_work() -> None:
    """In the look before, if it was at work then; else in the nearest."""
    looks = [
        look(0, 10, ran(9, "first")),
        look(10, 20, ran(3, "sleep", asleep=True)),
        look(20, 30, ran(3, "sleep", asleep=True)),
        look(30, 40, ran(3, "sleep", asleep=True)),
        look(40, 50, ran(9, "second")),
    ]
    assert names(settled(looks)) == ["first", "first", "first", "second", "second"]


def test_who_was_never_seen_at_work_stays() -> None:
    """Nor does what another thread did, or what was long ago, say anything."""
    far = [look(0, 10, ran(9, "long ago"))]
    far += [look(ms, ms + 1, ran(1, "x", thread="other")) for ms in range(10, 200)]
    looks = [*far, look(200, 210, ran(3, "sleep", asleep=True))]
    assert names(settled(looks))[-1] == "sleep"


# Programs of other languages


def test_descendants_are_found_by_their_parents(tmp_path: Path) -> None:
    """With brackets and spaces in their names; what ended, and what is no child, is left out."""
    for pid, parent, name in ((5, 1, "make"), (6, 5, "cc (1) x"), (7, 6, "as"), (8, 1, "sshd")):
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(f"{pid} ({name}) S {parent} 0 0")
    used = {5: 1000, 6: 2000, 8: 9000}
    now = [100]

    def cpu_ns(pid: int) -> int:
        if pid not in used:
            raise OSError
        return used[pid]

    found = Descendants(5, World(proc=str(tmp_path)), cpu_ns, lambda: now[0])
    now[0] = 200
    found.look()
    now[0], used[6] = 300, 2500
    found.look()
    assert found.found == [
        Other(5, "make", 100, 200, 1000),
        Other(6, "cc (1) x", 100, 200, 2000),
        Other(6, "cc (1) x", 200, 300, 500),
    ]


def test_stack_is_made_of_names() -> None:
    """The helper of these tests says what it means."""
    assert [place.line for place in stack("a", "b:7")] == [1, 7]

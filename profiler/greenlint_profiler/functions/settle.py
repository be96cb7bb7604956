# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where a thread worked that is asleep when it is looked at.

What it used since the last look, it used before it fell asleep.  That work is taken to have been
where the nearest look found the thread at work: the last one if that was the look before, for the
thread may have gone on there.  A thread that is never seen at work keeps the place where it slept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from greenlint_profiler.functions.samples import Look, Ran, Stack

# Looks that lie further apart than this say nothing of one another.
_FAR = 100


def settled(looks: Sequence[Look]) -> list[Look]:
    """The looks of one process, with every thread where it worked."""
    before = _nearest(looks, 1)
    after = _nearest(looks, -1)
    return [
        replace(look, ran=tuple(_at_work(index, ran, before, after) for ran in look.ran))
        if any(ran.asleep for ran in look.ran)
        else look
        for index, look in enumerate(looks)
    ]


_Found = dict[tuple[int, str], tuple[int, Stack]]


def _nearest(looks: Sequence[Look], step: int) -> _Found:
    """For each look at a sleeping thread, the last look in one direction that saw it at work."""
    last: dict[str, tuple[int, Stack]] = {}
    found: _Found = {}
    for index in range(len(looks))[::step]:
        for ran in looks[index].ran:
            if not ran.asleep:
                last[ran.thread] = index, ran.stack
            elif ran.thread in last:
                found[index, ran.thread] = last[ran.thread]
    return found


def _at_work(index: int, ran: Ran, before: _Found, after: _Found) -> Ran:
    if not ran.asleep:
        return ran
    near = [
        (abs(index - other), stack)
        for other, stack in (
            found[index, ran.thread] for found in (before, after) if (index, ran.thread) in found
        )
        if abs(index - other) <= _FAR
    ]
    if not near:
        return ran
    _, stack = min(near, key=lambda one: one[0])
    return replace(ran, stack=stack, asleep=False)

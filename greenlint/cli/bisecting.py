# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What ``greenlint energy bisect`` does with its options: a line of commits, and gates of them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from greenlint_profiler.gate.bench import Clock
from greenlint_profiler.gate.compare import compare
from greenlint_profiler.gate.culprit.bisect import Bisection, bisect
from greenlint_profiler.gate.culprit.commits import brought, line
from greenlint_profiler.gate.error import CannotMeasure
from greenlint_profiler.gate.result import CANNOT_MEASURE, Gate
from greenlint_profiler.gate.sides.places import places
from greenlint_profiler.gate.sides.revisions import repository, revision
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.world import here

from greenlint.cli.gate_asked import CACHE, asked, refusals, sentence, teller
from greenlint.cli.group import Settings
from greenlint.cli.measure_settings import load_energy
from greenlint.cli.telling import complain, speak

__all__ = ["CANNOT_MEASURE", "bisected"]


def bisected(
    settings: Settings, command: Sequence[str], given: Mapping[str, Any]
) -> Bisection | None:
    """Search.  None where nothing could be measured, which has been said then."""
    energy = load_energy(settings)
    every, say, where = asked(command, given, energy), teller(settings), Path.cwd()
    cache = Path(energy.root) / CACHE
    clock = Clock(every.seconds)

    with refusals():
        found = repository(where, os.environ)
        good, bad = (revision(found, given[side]) for side in ("good", "bad"))
        commits = line(found, good, bad)

        def gate(commit: str, exactly: tuple[str, ...] | None, seconds: float | None) -> Gate:
            wanted = replace(every, exactly=exactly, seconds=seconds, looks=False)
            with places(
                where, good.commit, commit, install=energy.gate_install, cache=cache, say=say
            ) as (base, head):
                return compare(base, head, wanted, here(), say, cache)

        try:
            ended = bisect(good, bad, commits, gate, clock, say)
        except (CannotMeasure, Unavailable) as why:
            complain("cannot measure: {why}", why=speak(sentence(why)))
            return None
        if ended.found is not None:
            ended = replace(ended, branch=brought(found, ended.found))
    return ended

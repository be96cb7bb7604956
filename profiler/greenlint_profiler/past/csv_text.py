# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Stored runs as a table for spreadsheets and data frames: a line for each test of a run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from greenlint_profiler.stores.stored import Sample, StoredRun

_RUN = ("run", "started", "commit", "branch", "label", "machine_class", "python", "traced", "meter")
_TEST = ("test", "attempt", "outcome", "evidence", "joules", "joules_low", "joules_high")
_MORE = ("seconds", "cpu_seconds", "queries", "requests", "instructions")
HEAD = (*_RUN, *_TEST, *_MORE)


def lines(runs: Iterable[StoredRun], samples: Iterable[Sample]) -> Iterator[str]:
    """RFC 4180, without line ends; an empty cell is what nobody counted."""
    known = {run.id: run for run in runs}
    yield _line(HEAD)
    for one in samples:
        run = known[one.run]
        stratum = run.stratum
        yield _line(
            (
                *(run.id, run.started, run.commit, run.branch, run.label),
                *(stratum.machine_class, stratum.interpreter, int(stratum.traced), run.meter),
                *(one.test, one.attempt, one.outcome, one.evidence),
                *(one.joules, one.low_joules, one.high_joules, one.seconds, one.cpu_seconds),
                *(one.queries, one.requests, one.instructions),
            )
        )


def _line(cells: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(cells)
    return written.getvalue()

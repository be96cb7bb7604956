# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Counted work of both sides: exact, so that one query more is one query more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.judging.judge import Doubt
from greenlint_profiler.gate.judging.sample import Restart
from greenlint_profiler.work.work import Work

COUNTERS = ("queries", "requests")


@dataclass(frozen=True, slots=True)
class Where:
    """A line from which the head sends more than the base: what, from where, and how often.

    `base` is absent where the base does not send it again and again; `symbol` names the class and
    field where the place is one.
    """

    what: str
    path: str | None
    line: int | None
    base: int | None
    head: int
    symbol: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """One counter of one test.  `base` and `head` are absent where the count varies within a side;
    `limit` is the budget that the test states for it, which then decides.
    """

    counter: str
    base: int | None
    head: int | None
    verdict: Verdict
    limit: int | None = None
    doubt: Doubt | None = None
    where: tuple[Where, ...] = ()


def counted(restarts: Sequence[Restart], limits: Mapping[str, int | None]) -> Iterator[Counted]:
    """Every counter that both sides counted in all of their samples."""
    base = [sample.work for restart in restarts for sample in restart.samples(head=False)]
    head = [sample.work for restart in restarts for sample in restart.samples(head=True)]
    for counter in COUNTERS:
        before = {getattr(work, counter) for work in base}
        after = {getattr(work, counter) for work in head}
        if before and None not in before | after:
            yield _judged(counter, before, after, limits.get(counter), base[-1], head[-1])


def _judged(
    counter: str,
    before: set[int],
    after: set[int],
    limit: int | None,
    base: Work,
    head: Work,
) -> Counted:
    known_base = min(before) if len(before) == 1 else None
    known_head = min(after) if len(after) == 1 else None
    where = tuple(_where(counter, base, head)) if max(after) > min(before) else ()
    doubt = None
    if limit is not None:
        verdict = Verdict.FAIL if max(after) > limit else Verdict.PASS
    elif min(after) > max(before):  # all of these are more than all of those
        verdict = Verdict.FAIL
    elif max(after) < min(before):
        verdict = Verdict.IMPROVED
    elif max(after) <= min(before):
        verdict = Verdict.PASS
    else:
        verdict, doubt = Verdict.INCONCLUSIVE, Doubt.VARIES
    return Counted(counter, known_base, known_head, verdict, limit, doubt, where)


def _where(counter: str, base: Work, head: Work) -> Iterator[Where]:
    """What the head sends more often than the base, by statement and file: lines move."""
    before = Counter[tuple[str, str | None, str | None]]()
    for one in _sent(counter, base):
        before[one.what, one.path, one.symbol] += one.head
    for one in _sent(counter, head):
        known = before[one.what, one.path, one.symbol]
        if one.head > known:
            yield replace(one, base=known or None)


def _sent(counter: str, work: Work) -> Iterator[Where]:
    """What was sent again and again, as if the head had done so."""
    if counter == "queries":
        for one in work.repeated:
            yield Where(one.statement, one.path, one.line, None, one.count, one.symbol)
    else:
        for request in work.requested:
            what = f"{request.method} {request.host}"
            yield Where(what, request.path, request.line, None, request.count)

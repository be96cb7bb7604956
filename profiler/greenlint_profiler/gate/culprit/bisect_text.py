# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A search for the commit that raised it: for people, and as plain values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.culprit.bisect import Bisection, Ended, Step
from greenlint_profiler.gate.culprit.commits import Commit
from greenlint_profiler.gate.judging.counts import Counted
from greenlint_profiler.gate.result import Outcome
from greenlint_profiler.gate.sides.revisions import Revision
from greenlint_profiler.past.history_text import NAMES, amount
from greenlint_profiler.past.table import table
from greenlint_profiler.quantity import percent
from greenlint_profiler.said import english, joined, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

SCHEMA = "greenlint-energy-bisect/1"
_SHOWN = 10
_WORDS = {
    Verdict.FAIL: "fails",
    Verdict.PASS: "passes",
    Verdict.IMPROVED: "passes",
    Verdict.INCONCLUSIVE: "left out: inconclusive",
    Verdict.CANNOT_MEASURE: "left out: cannot be measured",
}


def lines(found: Bisection, speak: Speak = english) -> Iterator[str]:
    """The whole answer."""
    yield say(
        "{sides}: {n} commits, {tried} of them tried in {seconds}",
        sides=f"{_side(found.good)} .. {_side(found.bad)}",
        n=found.commits,
        tried=len(found.steps),
        seconds=f"{found.seconds:.0f} s",
    )
    yield ""
    if found.steps:
        rows = [(one.commit.short, _said(one), one.commit.subject) for one in found.steps]
        head = (say("commit"), say("against the good one"), say("subject"))
        yield from table([head, *rows], speak=speak)
        yield ""
    yield from _answer(found)
    for outcome in found.at_found[:_SHOWN]:
        yield from _outcome(outcome, found)
    if len(found.at_found) > _SHOWN:
        yield say("  and {n} more tests", n=len(found.at_found) - _SHOWN)
    yield from _next(found)


def _side(revision: Revision) -> str:
    return f"{revision.name} ({revision.commit[:12]})"


def _said(step: Step) -> str:
    said = say(_WORDS[step.verdict])
    return joined("", [said, " (", say(step.brief), ")"]) if step.why else said


def _answer(found: Bisection) -> Iterator[str]:
    if found.ended is Ended.FOUND:
        (commit,) = found.suspects
        which = f"{commit.commit} ({commit.subject})"
        yield say("The first commit that fails is {commit}", commit=which)
    elif found.ended is Ended.NO_FAILURE:
        none = "{bad} does not fail against {good}: there is no rise to find."
        yield say(none, bad=found.bad.name, good=found.good.name)
    elif found.ended is Ended.UNDECIDED:
        yield say(
            "{bad} does not fail against {good}, and does not pass either: it is inconclusive, or "
            "could not be measured. `greenlint energy gate --base {good} --head {bad}` says more "
            "of it; allow more restarts.",
            bad=found.bad.name,
            good=found.good.name,
        )
    else:
        yield say(
            "{why} The first that fails is one of these {n}:",
            why=say("The time limit was reached.")
            if found.ended is Ended.TIME
            else say("The others can not be told apart."),
            n=len(found.suspects),
        )
        yield from _suspects(found.suspects)


def _suspects(commits: Sequence[Commit]) -> Iterator[str]:
    for commit in commits[:_SHOWN]:
        yield f"  {commit.short} {commit.subject}"
    if len(commits) > _SHOWN:
        last = f"{commits[-1].short} {commits[-1].subject}"
        yield say("  … up to {commit}", commit=last)


def _outcome(outcome: Outcome, found: Bisection) -> Iterator[str]:
    """A test, as it was judged at the commit, and just before it."""
    earlier = next((one for one in found.at_before if one.test == outcome.test), None)
    yield joined("", [f"  {outcome.test}: ", _figures(outcome)])
    if earlier is not None and found.before is not None:
        yield say(
            "    before it, at {commit}: {figures}",
            commit=found.before.short,
            figures=_figures(earlier),
        )


def _figures(outcome: Outcome) -> str:
    figures = list(_each_figure(outcome))
    return joined("; ", figures) if figures else say(outcome.verdict.value)


def _each_figure(outcome: Outcome) -> Iterator[str]:
    told, what = outcome.told, outcome.quantity
    if told is not None and what is not None:
        base, head = (amount(what.value, value or 0.0) for value in (outcome.base, outcome.head))
        yield say(
            "{base} -> {head} ({quantity}, {evidence}), {change} ({low} to {high}, 95 %)",
            base=base,
            head=head,
            quantity=NAMES[what.value],
            evidence=say(outcome.evidence.value),
            change=percent(told.ratio),
            low=percent(told.low),
            high=percent(told.high),
        )
    for one in outcome.counts:
        if one.base != one.head:
            counts = joined(" -> ", [_count(one.base), _count(one.head)])
            yield joined(" ", [counts, NAMES.get(one.counter, one.counter)])


def _count(value: int | None) -> str:
    return say("a varying number of") if value is None else str(value)


def _next(found: Bisection) -> Iterator[str]:
    """What to ask next, with the words for it."""
    if found.later and found.found is not None:
        yield ""
        later = ", ".join(found.later[:_SHOWN])
        yield say("Not yet at this commit fail {tests}. To find theirs:", tests=later)
        only = " ".join(f"--only '{test}'" for test in found.later[:_SHOWN])
        yield (
            f"  greenlint energy bisect --good {found.found.short} --bad {found.bad.name} {only} …"
        )
    if found.branch is not None:
        yield ""
        yield say("It is a merge. To look among the commits that it brought:")
        yield (
            f"  greenlint energy bisect --good {found.branch.good[:12]} "
            f"--bad {found.branch.bad[:12]} …"
        )


def as_record(found: Bisection) -> dict[str, Any]:
    """Plain values; docs/schemas/greenlint-energy-bisect-1.json describes them."""
    return {
        "command": list(found.command),
        "good": _revision(found.good),
        "bad": _revision(found.bad),
        "commits": found.commits,
        "tests": list(found.tests),
        "ended": found.ended.value,
        "found": None if found.found is None else _commit(found.found),
        "suspects": [_commit(one) for one in found.suspects],
        "before": None if found.before is None else _commit(found.before),
        "at_bad": [_judged(one) for one in found.whole.every],
        "steps": [
            {
                **_commit(one.commit),
                "verdict": one.verdict.value,
                "why": one.why,
                "tests": [_judged(test) for test in one.outcomes],
            }
            for one in found.steps
        ],
        "later": list(found.later),
        "branch": None
        if found.branch is None
        else {"good": found.branch.good, "bad": found.branch.bad},
        "seconds": found.seconds,
    }


def _revision(one: Revision) -> dict[str, Any]:
    return {"name": one.name, "commit": one.commit, "subject": one.subject}


def _commit(one: Commit) -> dict[str, Any]:
    return {"commit": one.commit, "subject": one.subject, "parents": list(one.parents)}


def _judged(one: Outcome) -> dict[str, Any]:
    told = one.told
    return {
        "test": one.test,
        "verdict": one.verdict.value,
        "evidence": one.evidence.value,
        "quantity": None if one.quantity is None else one.quantity.value,
        "base": one.base,
        "head": one.head,
        "ratio": None if told is None else told.ratio,
        "low": None if told is None else told.low,
        "high": None if told is None else told.high,
        "counts": [_counted(count) for count in one.counts],
    }


def _counted(one: Counted) -> dict[str, Any]:
    return {
        "counter": one.counter,
        "base": one.base,
        "head": one.head,
        "verdict": one.verdict.value,
    }

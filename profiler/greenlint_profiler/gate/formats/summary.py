# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is said of a gate as a whole: what was compared and how, and what came out."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.formats.rows import proxied, tally
from greenlint_profiler.gate.formats.words import PROXY, few, plural, shorten, what
from greenlint_profiler.gate.result import CANNOT_MEASURE, FAILED, WORST, Gate
from greenlint_profiler.gate.saved import less
from greenlint_profiler.gate.sides.revisions import Revision
from greenlint_profiler.past.savings_text import spared
from greenlint_profiler.quantity import in_seconds
from greenlint_profiler.said import joined, say

_SHORT = 9
_SUBJECT = 72
_COMMAND = 200


def revision(one: Revision) -> str:
    """``origin/main, 3264099ab: The list asks once``."""
    named = one.commit[:_SHORT]
    name = "" if one.commit.startswith(one.name) and one.name else f"{one.name}, "
    subject = f": {shorten(one.subject, _SUBJECT)}" if one.subject else ""
    if not one.dirty:
        return f"{name}{named}{subject}"
    dirty = "{commit} and uncommitted changes{subject}"
    return say(dirty, commit=f"{name}{named}", subject=subject)


def heading(gate: Gate) -> Iterator[tuple[str, str]]:
    """Names and values: the sides, the command, with what and how it was measured."""
    yield say("base"), revision(gate.base)
    yield say("head"), revision(gate.head)
    yield say("command"), shorten(shlex.join(gate.command), _COMMAND)
    yield (
        say("measured"),
        say("{compared}; meter {meter}", compared=compared(gate), meter=gate.meter),
    )
    yield say("machine"), str(gate.machine.get("class") or "") or say("unknown")
    yield (
        say("design"),
        say(
            "{restarts} of {pairs} interleaved pairs, at most {most} a test; {seconds}",
            restarts=plural(gate.restarts, "restart"),
            pairs=gate.design.pairs,
            most=gate.design.restarts,
            seconds=in_seconds(gate.seconds),
        ),
    )


def compared(gate: Gate) -> str:
    """What decided, with its evidence: ``CPU time (proxy)``; of several, how many tests each."""
    kinds = Counter(what(one) for one in gate.every if one.quantity is not None)
    if len(kinds) < 2:
        return next(iter(kinds), say("nothing"))
    each = "{kind} of {tests}"
    return joined(
        ", ",
        (say(each, kind=kind, tests=plural(count, "test")) for kind, count in kinds.items()),
    )


def remarks(gate: Gate, *, everything: bool = False) -> Iterator[str]:
    """What a reader has to know beside the figures."""
    if proxied(gate):
        yield PROXY
    for tests, side in ((gate.only_base, "base"), (gate.only_head, "head")):
        if tests:
            yield say(
                "only on the {side}, and not compared: {tests}, {names}",
                side=side,
                tests=plural(len(tests), "test"),
                names=few(tests, len(tests) if everything else 3),
            )
    yield from map(say, gate.notes)


def findings(gate: Gate) -> Iterator[str]:
    """The findings of `greenlint check` on changed lines."""
    for one in gate.findings:
        yield f"{one.path}:{one.line}: {one.rule} {one.name}: {one.message}"


def mended(gate: Gate) -> Iterator[str]:
    """The findings that went, and what is used less without them."""
    for one in gate.mended:
        yield f"{one.path}:{one.line}: {one.rule} {one.name}: {one.message}"
    if gate.mended and (found := less(gate)):
        tests = plural(len(found), "test")
        yield say("together, in {tests}: {spared}", tests=tests, spared=spared(found))


def counts(gate: Gate) -> str:
    """How many tests have which verdict."""
    if not gate.every:
        return say("nothing was compared: no test is on both sides")
    found = Counter(one.verdict for one in gate.every)
    words = joined(", ", [tally(found[verdict], verdict) for verdict in WORST if found[verdict]])
    every = plural(len(gate.every), "comparison")
    if gate.whole is None:
        return say("{comparisons}: {words}", comparisons=every, words=words)
    whole = "{comparisons}, the whole command among them: {words}"
    return say(whole, comparisons=every, words=words)


def closing(gate: Gate, *, strict: bool) -> str:
    """The counts, and what the exit code means."""
    code = gate.exit_code(strict=strict)
    found = {one.verdict for one in gate.every}
    if code == FAILED:
        why = say("something rose above its limit")
        if Verdict.FAIL not in found:
            why = say("something is inconclusive, and --strict asks for more")
    elif code == CANNOT_MEASURE:
        why = say("nothing could be measured")
        if found - {Verdict.CANNOT_MEASURE}:
            why = say("something could not be measured, and --strict asks for all")
    else:
        why = say("nothing fails")
        if found & {Verdict.INCONCLUSIVE, Verdict.CANNOT_MEASURE}:
            why = say("nothing fails, which is not the same as nothing rose")
    return say("{counts}. exit {code}: {why}", counts=counts(gate), code=code, why=why)

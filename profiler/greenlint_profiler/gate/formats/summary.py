# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is said of a gate as a whole: what was compared and how, and what came out."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator

from greenlint_profiler.budget import Verdict
from greenlint_profiler.gate.formats.rows import proxied
from greenlint_profiler.gate.formats.words import PROXY, WORDS, few, plural, shorten, what
from greenlint_profiler.gate.result import CANNOT_MEASURE, FAILED, WORST, Gate
from greenlint_profiler.gate.saved import less
from greenlint_profiler.gate.sides.revisions import Revision
from greenlint_profiler.past.savings_text import spared
from greenlint_profiler.quantity import in_seconds

_SHORT = 9
_SUBJECT = 72
_COMMAND = 200


def revision(one: Revision) -> str:
    """``origin/main, 3264099ab: The list asks once``."""
    named = one.commit[:_SHORT]
    name = "" if one.commit.startswith(one.name) and one.name else f"{one.name}, "
    dirty = " and uncommitted changes" if one.dirty else ""
    subject = f": {shorten(one.subject, _SUBJECT)}" if one.subject else ""
    return f"{name}{named}{dirty}{subject}"


def heading(gate: Gate) -> Iterator[tuple[str, str]]:
    """Names and values: the sides, the command, with what and how it was measured."""
    yield "base", revision(gate.base)
    yield "head", revision(gate.head)
    yield "command", shorten(shlex.join(gate.command), _COMMAND)
    yield "measured", f"{compared(gate)}; meter {gate.meter}"
    yield "machine", str(gate.machine.get("class") or "unknown")
    design = (
        f"{plural(gate.restarts, 'restart')} of {gate.design.pairs} interleaved pairs, "
        f"at most {gate.design.restarts} a test"
    )
    yield "design", f"{design}; {in_seconds(gate.seconds)}"


def compared(gate: Gate) -> str:
    """What decided, with its evidence: ``CPU time (proxy)``; of several, how many tests each."""
    kinds = Counter(what(one) for one in gate.every if one.quantity is not None)
    if len(kinds) < 2:
        return next(iter(kinds), "nothing")
    return ", ".join(f"{kind} of {plural(count, 'test')}" for kind, count in kinds.items())


def remarks(gate: Gate, *, everything: bool = False) -> Iterator[str]:
    """What a reader has to know beside the figures."""
    if proxied(gate):
        yield PROXY
    for tests, side in ((gate.only_base, "base"), (gate.only_head, "head")):
        if tests:
            held = f"{plural(len(tests), 'test')}, {few(tests, len(tests) if everything else 3)}"
            yield f"only on the {side}, and not compared: {held}"
    yield from gate.notes


def findings(gate: Gate) -> Iterator[str]:
    """The findings of `greenlint check` on changed lines."""
    for one in gate.findings:
        yield f"{one.path}:{one.line}: {one.rule} {one.name}: {one.message}"


def mended(gate: Gate) -> Iterator[str]:
    """The findings that went, and what is used less without them."""
    for one in gate.mended:
        yield f"{one.path}:{one.line}: {one.rule} {one.name}: {one.message}"
    if gate.mended and (found := less(gate)):
        yield f"together, in {plural(len(found), 'test')}: {spared(found)}"


def counts(gate: Gate) -> str:
    """How many tests have which verdict."""
    if not gate.every:
        return "nothing was compared: no test is on both sides"
    found = Counter(one.verdict for one in gate.every)
    words = [f"{found[verdict]} {WORDS[verdict]}" for verdict in WORST if found[verdict]]
    of = "" if gate.whole is None else ", the whole command among them"
    return f"{plural(len(gate.every), 'comparison')}{of}: {', '.join(words)}"


def closing(gate: Gate, *, strict: bool) -> str:
    """The counts, and what the exit code means."""
    code = gate.exit_code(strict=strict)
    found = {one.verdict for one in gate.every}
    if code == FAILED:
        why = (
            "something rose above its limit"
            if Verdict.FAIL in found
            else "something is inconclusive, and --strict asks for more"
        )
    elif code == CANNOT_MEASURE:
        partly = found - {Verdict.CANNOT_MEASURE}
        why = (
            "something could not be measured, and --strict asks for all"
            if partly
            else "nothing could be measured"
        )
    else:
        doubts = found & {Verdict.INCONCLUSIVE, Verdict.CANNOT_MEASURE}
        why = "nothing fails" + (", which is not the same as nothing rose" if doubts else "")
    return f"{counts(gate)}. exit {code}: {why}"

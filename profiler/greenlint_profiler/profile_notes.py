# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What must be known to read the figures of a profile, each as a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint_profiler.choose import Choice
from greenlint_profiler.figures import Figures, outliers
from greenlint_profiler.idle import UNSTABLE, Idle
from greenlint_profiler.load import OTHERS_PERCENT
from greenlint_profiler.profile import Profile
from greenlint_profiler.repeats import Basis, Summary
from greenlint_profiler.said import Figure, joined, say
from greenlint_profiler.units import Evidence, Reason


def notes(profile: Profile, choice: Choice, shown: Figures) -> Iterator[str]:
    """All of them, those on the meter first."""
    yield from _on_the_meter(profile, choice, shown)
    yield from _on_the_figures(profile, shown)
    yield from _on_the_runs(profile)
    if profile.idle is not None:
        yield from _on_idling(profile.idle, shown.above_idle)


def missing(profile: Profile, choice: Choice, shown: Figures) -> tuple[Reason | None, str]:
    """Why there are no joules: a code, and the sentence.

    Where CPU time had to do, it is the reason why no counter could be read.
    """
    passed = choice.telling
    if profile.evidence is Evidence.PROXY and passed is not None:
        return passed.reason, joined(": ", [passed.name, passed.detail])
    if shown.reason is None:
        return None, ""
    return shown.reason, say("{why}.", why=say(shown.reason.sentence))


def _on_the_meter(profile: Profile, choice: Choice, shown: Figures) -> Iterator[str]:
    if profile.evidence is not Evidence.PROXY:
        yield from map(say, profile.notes)
    if shown.total is None and profile.runs:
        reason, sentence = missing(profile, choice, shown)
        yield say(
            "no joules were counted{code}: {why} Run `greenlint doctor` for the remedy, or accept "
            "an estimate with --accept estimated.",
            code="" if reason is None else f" ({reason.value})",
            why=sentence,
        )
    if profile.evidence is Evidence.SHARED:
        most = max(run.measurement.other_load or 0.0 for run in profile.counted)
        yield say(
            "others had {part} of the CPU time that was used, and the counter counts them too "
            "(more than {most} makes a figure `shared`).",
            part=f"{100 * most:.0f} %",
            most=f"{OTHERS_PERCENT} %",
        )


def _on_the_figures(profile: Profile, shown: Figures) -> Iterator[str]:
    counted = profile.counted
    without = sum(run.measurement.joules is None for run in counted)
    if shown.total is not None and without:
        left = "{n} of {all} runs have no joules, and are left out of them."
        yield say(left, n=without, all=len(counted))
    if shown.total is not None and shown.total.basis is Basis.INSTRUMENT:
        yield say(
            "one run: the interval is what the instrument cannot know of it, not how runs differ; "
            "see --repeat."
        )
    far = outliers(shown)
    if far:
        stands = (
            "run {runs} stands out from the others: something else ran, or a cache was cold (see "
            "--warmup)."
        )
        stand = (
            "runs {runs} stand out from the others: something else ran, or a cache was cold (see "
            "--warmup)."
        )
        yield say(stands if len(far) == 1 else stand, runs=", ".join(map(str, far)))


def _on_the_runs(profile: Profile) -> Iterator[str]:
    if any(run.ended.stopped for run in profile.runs):
        yield say("the command was stopped for a while; that time is in the figures.")
    if profile.exit_code:
        last = profile.runs[-1].ended if profile.runs else None
        if last is None:
            cold = "a warm-up failed with exit code {code}: nothing was measured."
            yield say(cold, code=profile.exit_code)
        elif last.signal is not None:
            ended = "the command was ended by signal {signal} (exit code {code})."
            yield say(ended, signal=last.signal, code=last.exit_code)
        else:
            yield say("the command failed with exit code {code}.", code=last.exit_code)
        if len(profile.counted) < len(profile.runs):
            yield say("the run that failed is left out of the figures.")
    undone = profile.plan.repeat - len(profile.runs)
    if undone:
        yield say("{n} of {all} runs were not done.", n=undone, all=profile.plan.repeat)


def _on_idling(idle: Idle, above: Summary | None) -> Iterator[str]:
    if idle.watts is None:
        if idle.reason is None:
            yield say("there is no figure of the idle machine.")
        else:
            why = say(idle.reason.sentence)
            yield say("there is no figure of the idle machine: {why}.", why=why)
        return
    if idle.unstable:
        yield say(
            "the idle power drifted by {drift} (more than {most}): do not rely on what is above "
            "it.",
            drift=Figure(f"{100 * (idle.drift or 0):+.1f} %"),
            most=f"{100 * UNSTABLE:.0f} %",
        )
    if idle.busy:
        yield say("the machine was not idle while it was watched: others used it.")
    if above is None:
        return
    if above.median < 0:
        yield say(
            "`above idle` is negative: the machine drew more before the command than with it."
        )
    elif above.low is not None and above.low <= 0:
        yield say("what the command used above the idle machine cannot be told from nothing.")

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
        return passed.reason, f"{passed.name}: {passed.detail}"
    return shown.reason, "" if shown.reason is None else f"{shown.reason.sentence}."


def _on_the_meter(profile: Profile, choice: Choice, shown: Figures) -> Iterator[str]:
    if profile.evidence is not Evidence.PROXY:
        yield from profile.notes
    if shown.total is None and profile.runs:
        reason, sentence = missing(profile, choice, shown)
        code = "" if reason is None else f" ({reason.value})"
        yield (
            f"no joules were counted{code}: {sentence} Run `greenlint doctor` for the remedy, or "
            "accept an estimate with --accept estimated."
        )
    if profile.evidence is Evidence.SHARED:
        most = max(run.measurement.other_load or 0.0 for run in profile.counted)
        yield (
            f"others had {100 * most:.0f} % of the CPU time that was used, and the counter counts "
            f"them too (more than {OTHERS_PERCENT} % makes a figure `shared`)."
        )


def _on_the_figures(profile: Profile, shown: Figures) -> Iterator[str]:
    counted = profile.counted
    without = sum(run.measurement.joules is None for run in counted)
    if shown.total is not None and without:
        yield f"{without} of {len(counted)} runs have no joules, and are left out of them."
    if shown.total is not None and shown.total.basis is Basis.INSTRUMENT:
        yield (
            "one run: the interval is what the instrument cannot know of it, not how runs differ; "
            "see --repeat."
        )
    far = outliers(shown)
    if far:
        several = len(far) > 1
        yield (
            f"run{'s' * several} {', '.join(map(str, far))} stand{'s' * (not several)} out from "
            "the others: something else ran, or a cache was cold (see --warmup)."
        )


def _on_the_runs(profile: Profile) -> Iterator[str]:
    if any(run.ended.stopped for run in profile.runs):
        yield "the command was stopped for a while; that time is in the figures."
    if profile.exit_code:
        last = profile.runs[-1].ended if profile.runs else None
        if last is None:
            yield f"a warm-up failed with exit code {profile.exit_code}: nothing was measured."
        elif last.signal is not None:
            yield f"the command was ended by signal {last.signal} (exit code {last.exit_code})."
        else:
            yield f"the command failed with exit code {last.exit_code}."
        if len(profile.counted) < len(profile.runs):
            yield "the run that failed is left out of the figures."
    undone = profile.plan.repeat - len(profile.runs)
    if undone:
        yield f"{undone} of {profile.plan.repeat} runs were not done."


def _on_idling(idle: Idle, above: Summary | None) -> Iterator[str]:
    if idle.watts is None:
        why = "" if idle.reason is None else f": {idle.reason.sentence}"
        yield f"there is no figure of the idle machine{why}."
        return
    if idle.unstable:
        yield (
            f"the idle power drifted by {100 * (idle.drift or 0):+.1f} % (more than "
            f"{100 * UNSTABLE:.0f} %): do not rely on what is above it."
        )
    if idle.busy:
        yield "the machine was not idle while it was watched: others used it."
    if above is None:
        return
    if above.median < 0:
        yield "`above idle` is negative: the machine drew more before the command than with it."
    elif above.low is not None and above.low <= 0:
        yield "what the command used above the idle machine cannot be told from nothing."

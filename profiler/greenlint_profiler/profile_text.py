# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A profile for people: a table, what must be known to read it, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from greenlint_profiler.budget import Doubt, Judged, Verdict
from greenlint_profiler.choose import Choice
from greenlint_profiler.figures import Figures, outliers
from greenlint_profiler.idle import UNSTABLE, Idle
from greenlint_profiler.load import OTHERS_PERCENT
from greenlint_profiler.profile import Profile
from greenlint_profiler.quantity import digits, in_joules, in_seconds
from greenlint_profiler.repeats import Basis, Summary
from greenlint_profiler.units import Domain, Evidence, Kind

_HEAD = ("", "median", "95 % interval", "min", "max", "spread", "share")
_DRIFT = f"{UNSTABLE:.0%}".replace("%", " %")


def lines(
    profile: Profile, choice: Choice, shown: Figures, judged: Sequence[Judged]
) -> Iterator[str]:
    """The whole answer; figures only where a run was measured."""
    yield _title(profile)
    if profile.runs:
        yield from _aligned([_HEAD, *_rows(shown)])
    for note in notes(profile, choice, shown):
        yield f"note: {note}"
    yield from (verdict(one, shown) for one in judged)


def _title(profile: Profile) -> str:
    count, warmups = len(profile.counted), profile.warmups_done
    runs = "1 run" if count == 1 else f"{count} runs"
    after = f" + {warmups} warm-up{'s' * (warmups > 1)}" if warmups else ""
    title = f"{runs}{after}, {profile.meter} ({profile.evidence.value})"
    return title + _rest(profile.idle)


def _rest(idle: Idle | None) -> str:
    if idle is None or idle.watts is None:
        return ""
    sure = "" if idle.sigma_watts is None else f" ± {digits(1.96 * idle.sigma_watts)}"
    return f", at rest {digits(idle.watts)}{sure} W"


def _rows(shown: Figures) -> Iterator[tuple[str, ...]]:
    if shown.total is not None:
        yield _row("energy", shown.total, in_joules, "100 %")
    for domain, indent in _nested([*shown.domains, *shown.reasons]):
        name = f"{'  ' * indent}{domain}"
        if domain in shown.domains:
            yield _row(name, shown.domains[domain], in_joules, _share(domain, shown))
        else:
            yield (name, "-", shown.reasons[domain].sentence)
    if shown.above_idle is not None:
        yield _row("above rest", shown.above_idle, in_joules)
    if shown.watts is not None:
        yield _row("power", shown.watts, lambda watts: f"{digits(watts)} W")
    if shown.seconds is not None:
        yield _row("time", shown.seconds, in_seconds)
    if shown.cpu_seconds is not None:
        yield _row("CPU time", shown.cpu_seconds, in_seconds)


def _nested(domains: Sequence[Domain]) -> Iterator[tuple[Domain, int]]:
    """Packages, each with its parts below it; then memory; then what is in no sum."""
    rest = list(domains)
    for package in [domain for domain in domains if domain.kind is Kind.PACKAGE]:
        yield package, 1
        rest.remove(package)
        for part in [one for one in rest if one.kind in (Kind.CORE, Kind.UNCORE)]:
            if (part.socket, part.die) == (package.socket, package.die):
                yield part, 2
                rest.remove(part)
    yield from ((domain, 1) for domain in rest)


def _share(domain: Domain, shown: Figures) -> str:
    """The part of the total; what is no part of it, such as the platform, has none."""
    inside = domain in shown.in_total or domain.kind in (Kind.CORE, Kind.UNCORE)
    if shown.total is None or not inside or not shown.total.median:
        return ""
    return f"{100 * shown.domains[domain].median / shown.total.median:.0f} %"


def _row(
    name: str, figure: Summary, shown: Callable[[float], str], share: str = ""
) -> tuple[str, ...]:
    if figure.low is None or figure.high is None:
        interval = ""
    else:
        interval = f"{shown(figure.low)} – {shown(figure.high)}"
    if figure.count == 1:
        return (name, shown(figure.median), interval, "", "", "", share)
    spread = "" if figure.spread is None else f"{100 * figure.spread:.1f} %"
    low, high = shown(figure.minimum), shown(figure.maximum)
    return (name, shown(figure.median), interval, low, high, spread, share)


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Columns under one another; a column that is empty in every row is left out, and a row that
    ends early has a sentence in its last cell.
    """
    full = [row for row in rows if len(row) == len(_HEAD)]
    kept = [i for i in range(len(_HEAD)) if any(row[i] for row in full[1:])]
    widths = {i: max(len(row[i]) for row in full) for i in kept}
    widths[0] = max(len(row[0]) for row in rows)
    for row in rows:
        if len(row) < len(_HEAD):
            yield f"{row[0]:<{widths[0]}}  {'  '.join(row[1:])}"
            continue
        cells = [f"{row[i]:>{widths[i]}}" for i in kept if i]
        yield "  ".join([f"{row[0]:<{widths[0]}}", *cells]).rstrip()


def notes(profile: Profile, choice: Choice, shown: Figures) -> Iterator[str]:
    """What must be known to read the figures, each as a sentence."""
    yield from profile.notes
    yield from _of_the_meter(profile, choice, shown)
    yield from _of_the_runs(profile, shown)
    if profile.idle is not None:
        yield from _of_the_rest(profile.idle, shown)


def _of_the_meter(profile: Profile, choice: Choice, shown: Figures) -> Iterator[str]:
    if shown.total is None and profile.runs:
        passed = choice.telling
        reason = passed.reason if passed is not None and profile.meter == "cpu" else shown.reason
        told = "" if reason is None else f" ({reason.value})"
        why = (
            "" if passed is None or profile.meter != "cpu" else f": {passed.name}: {passed.detail}"
        )
        yield (
            f"no joules were counted{told}{why.rstrip('.')}. Run `greenlint doctor` for the "
            "remedy, or take an estimate with --accept estimated."
        )
    if profile.evidence is Evidence.SHARED:
        loads = [run.measurement.other_load or 0.0 for run in profile.counted]
        yield (
            f"others had up to {100 * max(loads):.0f} % of the CPU time that was used (more than "
            f"{OTHERS_PERCENT} % makes a figure `shared`): the counter counts them too."
        )


def _of_the_runs(profile: Profile, shown: Figures) -> Iterator[str]:
    counted = profile.counted
    missing = sum(run.measurement.joules is None for run in counted)
    if shown.total is not None:
        if missing:
            yield f"{missing} of {len(counted)} runs have no joules, and are left out of them."
        if shown.total.basis is Basis.INSTRUMENT:
            yield (
                "one run: its interval is what the instrument cannot know, not how runs differ; "
                "see --repeat."
            )
    far = outliers(shown)
    if far:
        which = ", ".join(map(str, far))
        yield (
            f"run{'s' * (len(far) > 1)} {which} stand{'s' * (len(far) == 1)} out from the others: "
            "something else ran, or a cache was cold (see --warmup)."
        )
    if any(run.ended.stopped for run in profile.runs):
        yield "the command was stopped for a while; that time is in the figures."
    if profile.exit_code and profile.runs and not profile.runs[-1].succeeded:
        ended = profile.runs[-1].ended
        how = f"was ended by signal {ended.signal}" if ended.signal else "failed"
        others = " It is left out of the figures." if len(counted) < len(profile.runs) else ""
        yield f"the command {how} (exit code {ended.exit_code}).{others}"
    elif profile.exit_code:
        yield f"a warm-up failed (exit code {profile.exit_code}): nothing was measured."
    if profile.interrupted is not None:
        left = profile.plan.repeat - len(profile.runs)
        if left:
            yield f"interrupted: {left} of {profile.plan.repeat} runs were not done."


def _of_the_rest(idle: Idle, shown: Figures) -> Iterator[str]:
    if idle.watts is None:
        why = "" if idle.reason is None else f": {idle.reason.sentence}"
        yield f"the machine at rest has no figure{why}."
        return
    if idle.unstable:
        yield (
            f"the power at rest drifted by {100 * (idle.drift or 0):+.1f} % (more than {_DRIFT}): "
            "`above rest` is not to be relied on."
        )
    if idle.busy:
        yield "the machine was not at rest: others used it while it was watched."
    above = shown.above_idle
    if above is not None and above.median < 0:
        yield "`above rest` is negative: the machine drew more before the command than with it."
    elif above is not None and above.low is not None and above.low <= 0:
        yield "what the command used above the machine at rest cannot be told from nothing."


def verdict(one: Judged, shown: Figures) -> str:
    """The line of a budget."""
    said = in_joules if one.quantity == "joules" else in_seconds
    name = f"budget {said(one.limit)}{'' if one.quantity == 'joules' else ' of CPU time'}"
    if one.verdict is Verdict.CANNOT_MEASURE or one.used is None:
        doubt = one.doubt or Doubt.NO_FIGURE
        return f"{name}: cannot be judged: {doubt.sentence}."
    part = f"{100 * one.used / one.limit:.0f} %"
    if one.verdict is Verdict.PASS:
        return f"{name}: kept ({part})"
    figure = shown.total if one.quantity == "joules" else shown.cpu_seconds
    if figure is not None and figure.median <= one.limit < one.used:
        return (
            f"{name}: exceeded ({part}): the interval reaches {said(one.used)}, though the median "
            "is below the budget; more runs make it narrower."
        )
    return f"{name}: EXCEEDED ({part})"

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The runs of a command -> the figures that are shown, each with its interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import hypot

from greenlint_profiler.idle import Idle, Part, Rest, part_of, total_of
from greenlint_profiler.measurement import Energy
from greenlint_profiler.repeats import Summary, summarise
from greenlint_profiler.units import Domain, Reason

TYPE_CHECKING = False  # a suite that is measured test by test runs no command
if TYPE_CHECKING:
    from greenlint_profiler.profile import Profile, Run

# Two-sided 95 % of a normal distribution.
_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Figures:
    """Energy in joules, times in seconds, power in watts; absent is what nobody counted.

    `reason` says why `total` is absent.  `above_idle` is what a run used above the machine at
    rest, and `above_by_domain` the same of each part; they can be negative, which says that the
    rest was no rest.
    """

    total: Summary | None
    reason: Reason | None
    domains: Mapping[Domain, Summary]
    in_total: frozenset[Domain]
    reasons: Mapping[Domain, Reason]
    above_idle: Summary | None
    above_by_domain: Mapping[Domain, Summary]
    seconds: Summary | None
    cpu_seconds: Summary | None
    watts: Summary | None


def figures(profile: Profile) -> Figures:
    """The figures of the runs that count."""
    runs = profile.counted
    total = energy([run.measurement.total for run in runs], profile.band)
    every = list(dict.fromkeys(domain for run in runs for domain in run.measurement.domains))
    by_domain = {domain: [run.measurement.domains[domain] for run in runs] for domain in every}
    summed = {domain: energy(energies, profile.band) for domain, energies in by_domain.items()}
    return Figures(
        total=total,
        reason=_reason(run.measurement.total for run in runs) if total is None else None,
        domains={domain: one for domain, one in summed.items() if one is not None},
        in_total=frozenset(
            domain for domain, energies in by_domain.items() if energies[0].in_total
        ),
        reasons={
            domain: reason
            for domain, energies in by_domain.items()
            if summed[domain] is None and (reason := _reason(energies)) is not None
        },
        above_idle=None if profile.idle is None else above(profile.idle.total, runs, total_of),
        above_by_domain={} if profile.idle is None else _above_by_domain(profile.idle, runs),
        seconds=summarise([run.measurement.seconds for run in runs]),
        cpu_seconds=summarise([run.measurement.cpu_seconds for run in runs]),
        watts=summarise(list(_watts(runs))),
    )


def energy(energies: Sequence[Energy], band: tuple[float, float] | None) -> Summary | None:
    """The joules of the windows that have them; an estimate's interval is widened to its band."""
    told = [one for one in energies if one.joules is not None]
    own = None
    if len(told) == 1 and told[0].low_uj is not None and told[0].high_uj is not None:
        own = (told[0].low_uj / 1e6, told[0].high_uj / 1e6)
    figure = summarise([one.joules or 0.0 for one in told], own)
    if figure is None or figure.count == 1 or band is None:
        return figure
    low, high = (figure.low or 0.0) * band[0], (figure.high or 0.0) * band[1]
    return replace(figure, low=low, high=high)


def _reason(energies: Iterator[Energy] | Sequence[Energy]) -> Reason | None:
    return next((one.reason for one in energies if one.reason is not None), None)


def _watts(runs: Sequence[Run]) -> Iterator[float]:
    for run in runs:
        if run.measurement.joules is not None:
            yield run.measurement.joules / run.measurement.seconds


def _above_by_domain(idle: Idle, runs: Sequence[Run]) -> dict[Domain, Summary]:
    found = {domain: above(rest, runs, part_of(domain)) for domain, rest in idle.domains.items()}
    return {domain: one for domain, one in found.items() if one is not None}


def above(rest: Rest | None, runs: Sequence[Run], part: Part) -> Summary | None:
    """What the runs used above the machine at rest, which is wrong for all of them alike: so its
    own uncertainty is added to that of the runs.
    """
    if rest is None:
        return None
    windows = ((part(run.measurement), run.measurement.seconds) for run in runs)
    told = [(one, seconds) for one, seconds in windows if one.joules is not None]
    own = None
    if len(told) == 1:
        ((one, seconds),) = told
        half = _Z95 * (one.sigma_uj or 0.0) / 1e6
        middle = (one.joules or 0.0) - rest.watts * seconds
        own = (middle - half, middle + half)
    values = [(one.joules or 0.0) - rest.watts * seconds for one, seconds in told]
    figure = summarise(values, own, None)
    if figure is None or figure.low is None or figure.high is None:
        return figure
    usual = sorted(seconds for _, seconds in told)[len(told) // 2]
    baseline = _Z95 * (rest.sigma_watts or 0.0) * usual
    low = figure.median - hypot(figure.median - figure.low, baseline)
    high = figure.median + hypot(figure.high - figure.median, baseline)
    return replace(figure, low=low, high=high)


def outliers(figure: Figures) -> tuple[int, ...]:
    """The runs that stand out, counted from 1: by their joules, or where there are none by time."""
    judged = figure.total or figure.seconds
    return () if judged is None else tuple(index + 1 for index in judged.outliers)

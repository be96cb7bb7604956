# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A profile for people: a table, what must be known to read it, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from greenlint_profiler.budget import Doubt, Judged, Verdict
from greenlint_profiler.choose import Choice
from greenlint_profiler.figures import Figures
from greenlint_profiler.idle import Idle
from greenlint_profiler.profile import Profile
from greenlint_profiler.profile_notes import notes
from greenlint_profiler.quantity import JOULES, SECONDS, WATTS, Scale, in_joules, in_seconds, scale
from greenlint_profiler.repeats import Summary
from greenlint_profiler.said import Figure, english, joined, say, several
from greenlint_profiler.units import Domain, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from greenlint_profiler.said import Speak

_HEAD = (
    "",
    say("median"),
    say("95 % interval"),
    say("min"),
    say("max"),
    say("spread"),
    say("share"),
    say("above idle"),
)
# Two-sided 95 % of a normal distribution.
_Z95 = 1.959964

Units = Sequence[tuple[str, float]]


def lines(
    profile: Profile,
    choice: Choice,
    shown: Figures,
    judged: Sequence[Judged],
    speak: Speak = english,
) -> Iterator[str]:
    """The whole answer; figures only where a run was measured."""
    yield speak(_title(profile))
    if profile.runs:
        yield from _aligned([tuple(map(speak, row)) for row in (_HEAD, *_rows(shown))])
    for note in notes(profile, choice, shown):
        yield speak(say("note: {note}", note=note))
    yield from (speak(verdict(one, profile, shown)) for one in judged)


def _title(profile: Profile) -> str:
    """``10 runs + 1 warm-up, powercap (measured), idle 6.3 ± 0.1 W``."""
    count, warmups = len(profile.counted), profile.warmups_done
    runs = several(count, "{n} run", "{n} runs")
    if warmups:
        runs = joined(" + ", [runs, several(warmups, "{n} warm-up", "{n} warm-ups")])
    return say(
        "{runs}, {meter} ({label}){idle}",
        runs=runs,
        meter=profile.meter,
        label=say(profile.evidence.value),
        idle=_rest(profile.idle),
    )


def _rest(idle: Idle | None) -> str:
    if idle is None or idle.watts is None:
        return ""
    half = _Z95 * (idle.sigma_watts or 0.0)
    watts = scale(WATTS, idle.watts, half)
    if idle.sigma_watts is None:
        return say(", idle {watts}", watts=watts.amount(idle.watts))
    middle, half_of_it = watts.number(idle.watts), watts.amount(half)
    return say(", idle {watts} ± {half}", watts=middle, half=half_of_it)


def _rows(shown: Figures) -> Iterator[tuple[str, ...]]:
    units: Units = JOULES
    if shown.total is not None:
        units = [_unit(shown.total)]  # one for all parts, so that they can be compared
        yield _row(say("energy"), shown.total, units, "100 %", shown.above_idle)
    for domain, indent in _nested([*shown.domains, *shown.reasons]):
        name = f"{'  ' * indent}{domain}"
        if domain in shown.domains:
            above = shown.above_by_domain.get(domain)
            yield _row(name, shown.domains[domain], units, _share(domain, shown), above)
        else:
            yield (name, say(shown.reasons[domain].sentence))
    if shown.above_idle is not None:
        yield _row(say("above idle"), shown.above_idle, units, spread=False)
    if shown.watts is not None:
        yield _row(say("power"), shown.watts, WATTS)
    if shown.seconds is not None:
        yield _row(say("time"), shown.seconds, SECONDS)
    if shown.cpu_seconds is not None:
        yield _row(say("CPU time"), shown.cpu_seconds, SECONDS)


def _unit(figure: Summary) -> tuple[str, float]:
    fits = scale(JOULES, figure.median)
    return fits.unit, fits.size


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
    return Figure(f"{100 * shown.domains[domain].median / shown.total.median:.0f} %")


def _above(figure: Summary | None, unit: Scale) -> str:
    """What a part used above the machine at rest, in the unit of its row: ``48.12 ± 0.06``."""
    if figure is None:
        return ""
    middle = unit.number(figure.median)
    middle = middle if float(middle) else Figure(middle.lstrip("-"))
    if figure.low is None or figure.high is None:
        return middle
    return joined(" ± ", [middle, unit.number((figure.high - figure.low) / 2)])


def _row(
    name: str,
    figure: Summary,
    units: Units,
    share: str = "",
    above: Summary | None = None,
    *,
    spread: bool = True,
) -> tuple[str, ...]:
    """One quantity in one unit; the spread of what may be about nothing says nothing."""
    low, high = figure.low, figure.high
    half = 0.0 if low is None or high is None else (high - low) / 2
    unit = scale(units, figure.median, half)
    interval = ""
    if low is not None and high is not None:
        interval = joined(" – ", [unit.number(low), unit.number(high)])
    beside = _above(above, unit)
    if figure.count == 1:
        return (name, unit.amount(figure.median), interval, "", "", "", share, beside)
    relative = (
        Figure(f"{100 * figure.spread:.1f} %") if spread and figure.spread is not None else ""
    )
    ends = (unit.number(figure.minimum), unit.number(figure.maximum))
    return (name, unit.amount(figure.median), interval, *ends, relative, share, beside)


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Columns under one another; a column that is empty in every row is left out, and a row that
    ends early has a sentence in its last cell.
    """
    full = [row for row in rows if len(row) == len(_HEAD)]
    kept = [i for i in range(1, len(_HEAD)) if any(row[i] for row in full[1:])]
    widths = {i: max(len(row[i]) for row in full) for i in kept}
    first = max(len(row[0]) for row in rows)
    for row in rows:
        cells = [f"{row[i]:>{widths[i]}}" for i in kept] if len(row) == len(_HEAD) else row[1:]
        yield "  ".join([f"{row[0]:<{first}}", *cells]).rstrip()


def verdict(one: Judged, profile: Profile, shown: Figures) -> str:
    """The line of a budget."""
    energy = one.quantity == "joules"
    said = in_joules if energy else in_seconds
    name = say("budget {limit}" if energy else "budget {limit} of CPU time", limit=said(one.limit))
    if one.verdict is Verdict.CANNOT_MEASURE or one.used is None:
        doubt = one.doubt or Doubt.NO_FIGURE
        why, way_out = say(doubt.sentence), _way_out(doubt, profile)
        return say(
            "{budget}: cannot be judged: {why}{way_out}.", budget=name, why=why, way_out=way_out
        )
    part = f"{100 * one.used / one.limit:.0f} %"
    if one.verdict is Verdict.PASS:
        return say("{budget}: kept ({part})", budget=name, part=part)
    figure = shown.total if energy else shown.cpu_seconds
    if figure is not None and figure.median <= one.limit:
        return say(
            "{budget}: EXCEEDED ({part}): its interval reaches {used}, and the median does not; "
            "more runs make it narrower",
            budget=name,
            part=part,
            used=said(one.used),
        )
    return say("{budget}: EXCEEDED ({part})", budget=name, part=part)


def _way_out(doubt: Doubt, profile: Profile) -> str:
    if doubt is Doubt.LABEL:
        label = profile.evidence.value
        anyway = " ({label}); --accept {word} judges it all the same"
        return say(anyway, label=say(label), word=label)
    if doubt is Doubt.NO_FIGURE:
        return say("; `greenlint doctor` shows the remedy")
    return ""

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A history for people: a small curve, the usual level, and what changed when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from greenlint_profiler.past.history import COUNTED, FEWEST, History
from greenlint_profiler.quantity import JOULES, SECONDS, Scale, percent, scale
from greenlint_profiler.said import Figure, joined, say, several

NAMES = {
    "joules": say("energy"),
    "cpu_seconds": say("CPU time"),
    "queries": say("queries"),
    "requests": say("requests"),
    "instructions": say("instructions"),
}
_BLOCKS, _ASCII = "▁▂▃▄▅▆▇█", "_.-=+*%#"
_CURVE = 60


def unit(quantity: str, value: float) -> Scale:
    """The unit that fits a figure of a quantity; a count has none."""
    if quantity not in ("joules", "cpu_seconds"):
        return Scale("", 1.0, 0 if float(value).is_integer() else 1)
    return scale(JOULES if quantity == "joules" else SECONDS, value)


def amount(quantity: str, value: float) -> str:
    """``3.10 J``, ``250 ms``, ``12``."""
    return Figure(unit(quantity, value).amount(value).rstrip())


def curve(values: Sequence[float], *, ascii_only: bool = False) -> str:
    """A line of small bars from the least to the greatest of the last `_CURVE` figures.

    What differs by less than a hundredth of itself is drawn as level.
    """
    signs = _ASCII if ascii_only else _BLOCKS
    shown = values[-_CURVE:]
    least, most = min(shown), max(shown)
    if most - least <= 0.01 * abs(most):
        return signs[len(signs) // 2 - 1] * len(shown)
    step = (most - least) / (len(signs) - 1)
    return "".join(signs[round((value - least) / step)] for value in shown)


def lines(one: History, *, ascii_only: bool = False) -> Iterator[str]:
    """What a history says; a title, and indented lines."""
    kind = "" if one.evidence is None else joined("", [", ", say(one.evidence)])
    yield say(
        "{quantity}{kind}, {runs} on {machine}",
        quantity=NAMES[one.quantity],
        kind=kind,
        runs=several(len(one.points), "{n} run", "{n} runs"),
        machine=one.stratum.words,
    )
    yield joined("  ", ["", curve(one.values, ascii_only=ascii_only), _levels(one)])
    for change in one.changes[-3:]:
        run = one.points[change.at].run
        which = f"{run.started[:10]}, {run.commit[:9]}" if run.commit else run.started[:16]
        ratio = "" if change.ratio is None else joined("", [" (", percent(change.ratio), ")"])
        sure = "" if change.p is None else joined("", [", p ", Figure(f"{change.p:.2g}")])
        before, after = (amount(one.quantity, value) for value in (change.before, change.after))
        yield say(
            "  changed with the run of {run}: {before} to {after}{ratio}{sure}",
            run=which,
            before=before,
            after=after,
            ratio=ratio,
            sure=sure,
        )
    if one.stands_out and one.fence is not None:
        limit = amount(one.quantity, one.fence.limit)
        last = amount(one.quantity, one.values[-1])
        yield say(
            "  the last run, {last}, is far above those before it (fence {limit})",
            last=last,
            limit=limit,
        )


def _levels(one: History) -> str:
    least, most = min(one.values), max(one.values)
    middle = unit(one.quantity, one.median)
    if one.quantity in COUNTED:
        last, low, high = (f"{value:.0f}" for value in (one.values[-1], least, most))
        if least == most:
            return say("last {last}, always {level}", last=last, level=low)
        return say("last {last}, from {low} to {high}", last=last, low=low, high=high)
    few = ""
    if len(one.points) <= FEWEST:
        few = say("; fewer than {n} runs make no fence", n=FEWEST + 1)
    return say(
        "median {median}, {low} – {high}{few}",
        median=middle.amount(one.median),
        low=middle.number(least),
        high=middle.amount(most),
        few=few,
    )

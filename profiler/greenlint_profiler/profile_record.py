# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A profile for programs; docs/schemas/greenlint-profile-1.json describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from greenlint_profiler.budget import Judged, worst
from greenlint_profiler.choose import Choice
from greenlint_profiler.figures import Figures, outliers
from greenlint_profiler.idle import Idle
from greenlint_profiler.machine import fingerprint
from greenlint_profiler.profile import Profile, Run
from greenlint_profiler.profile_notes import missing, notes
from greenlint_profiler.repeats import Summary
from greenlint_profiler.world import World

SCHEMA = "greenlint-profile/1"


def as_record(
    profile: Profile,
    choice: Choice,
    shown: Figures,
    judged: Sequence[Judged],
    world: World,
) -> dict[str, Any]:
    """Plain values: joules, seconds, watts; null with a reason is what nobody counted."""
    total = shown.total
    reason = None if total is not None else missing(profile, choice, shown)[0]
    return {
        "schema": SCHEMA,
        "command": list(profile.plan.command),
        "exit_code": profile.exit_code,
        "joules": _median(total),
        "joules_ci": _interval(total),
        "reason": None if reason is None else reason.value,
        "seconds": _median(shown.seconds),
        "cpu_seconds": _median(shown.cpu_seconds),
        "watts": _median(shown.watts),
        "evidence": profile.evidence.value,
        "summary": {
            "joules": _summary(total),
            "above_idle_joules": _summary(shown.above_idle),
            "seconds": _summary(shown.seconds),
            "cpu_seconds": _summary(shown.cpu_seconds),
            "watts": _summary(shown.watts),
        },
        "domains": _domains(shown),
        "meter": profile.meter,
        "passed_over": [
            {
                "meter": one.name,
                "reason": None if one.reason is None else one.reason.value,
                "detail": one.detail,
            }
            for one in choice.passed_over
        ],
        "machine": fingerprint(world),
        "idle_watts": None if profile.idle is None else profile.idle.watts,
        "idle": None if profile.idle is None else _idle(profile.idle),
        "above_idle_joules": _median(shown.above_idle),
        "above_idle_ci": _interval(shown.above_idle),
        "repeat": profile.plan.repeat,
        "warmup": profile.plan.warmup,
        "interrupted": profile.interrupted,
        "runs": [_run(run, run in profile.counted) for run in profile.runs],
        "outliers": list(outliers(shown)),
        "notes": list(notes(profile, choice, shown)),
        "budget": _budget(judged),
        "verdict": None if (found := worst(judged)) is None else found.value,
    }


def _median(one: Summary | None) -> float | None:
    return None if one is None else one.median


def _interval(one: Summary | None) -> list[float] | None:
    return None if one is None or one.low is None or one.high is None else [one.low, one.high]


def _summary(one: Summary | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "runs": one.count,
        "median": one.median,
        "mean": one.mean,
        "ci": _interval(one),
        "ci_basis": one.basis.value,
        "min": one.minimum,
        "max": one.maximum,
        "sd": one.deviation,
        "spread": one.spread,
    }


def _domains(shown: Figures) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for domain, one in shown.domains.items():
        told[str(domain)] = {"joules": one.median, "joules_ci": _interval(one), "reason": None}
    for domain, reason in shown.reasons.items():
        told[str(domain)] = {"joules": None, "joules_ci": None, "reason": reason.value}
    inside = {str(domain) for domain in shown.in_total}
    above = {str(domain): one for domain, one in shown.above_by_domain.items()}
    return {
        name: {
            **one,
            "in_total": name in inside,
            "above_idle_joules": _median(above.get(name)),
            "above_idle_ci": _interval(above.get(name)),
        }
        for name, one in told.items()
    }


def _idle(idle: Idle) -> dict[str, Any]:
    return {
        "watts": idle.watts,
        "sigma_watts": idle.sigma_watts,
        "seconds": idle.seconds,
        "drift": idle.drift,
        "unstable": idle.unstable,
        "busy": idle.busy,
        "reason": None if idle.reason is None else idle.reason.value,
        "domains": {str(domain): rest.watts for domain, rest in idle.domains.items()},
    }


def _run(run: Run, counted: bool) -> dict[str, Any]:
    taken, ended = run.measurement, run.ended
    total = taken.total
    interval = None
    if total.low_uj is not None and total.high_uj is not None:
        interval = [total.low_uj / 1e6, total.high_uj / 1e6]
    return {
        "started": datetime.fromtimestamp(run.started, UTC).isoformat(timespec="microseconds"),
        "joules": taken.joules,
        "joules_ci": interval,
        "reason": None if total.reason is None else total.reason.value,
        "seconds": taken.seconds,
        "cpu_seconds": ended.cpu_seconds,
        "user_seconds": ended.user_seconds,
        "system_seconds": ended.system_seconds,
        "max_rss_bytes": ended.max_rss_bytes,
        "evidence": taken.evidence.value,
        "domains": {str(domain): one.joules for domain, one in taken.domains.items()},
        "wraps": total.wraps,
        "uncertain": total.uncertain,
        "other_load": taken.other_load,
        "exit_code": ended.exit_code,
        "signal": ended.signal,
        "stopped": ended.stopped,
        "counted": counted,
    }


def _budget(judged: Sequence[Judged]) -> dict[str, Any] | None:
    if not judged:
        return None
    limits: Mapping[str, float] = {one.quantity: one.limit for one in judged}
    return {
        "joules": limits.get("joules"),
        "cpu_seconds": limits.get("cpu_seconds"),
        "judged": [
            {
                "quantity": one.quantity,
                "limit": one.limit,
                "used": one.used,
                "verdict": one.verdict.value,
                "reason": None if one.doubt is None else one.doubt.value,
            }
            for one in judged
        ],
    }

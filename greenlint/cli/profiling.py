# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What ``greenlint profile`` does with its options: choose a meter, run, judge, report."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from greenlint_profiler.account import Account
from greenlint_profiler.budget import (
    Doubt,
    Judged,
    Verdict,
    judge,
    judge_failed,
    judge_joules,
    worst,
)
from greenlint_profiler.child import CannotStart
from greenlint_profiler.choose import BUILT_IN, Choice, choose, meter_names, open_named
from greenlint_profiler.figures import Figures, figures
from greenlint_profiler.idle_kept import keep_idle
from greenlint_profiler.meter import Meter, Unavailable
from greenlint_profiler.profile import Plan, Profile, profile
from greenlint_profiler.profile_text import lines, verdict
from greenlint_profiler.runner import runner
from greenlint_profiler.units import Evidence
from greenlint_profiler.watch import Watch
from greenlint_profiler.world import World, here

from greenlint.cli import profile_functions as functions
from greenlint.cli.group import Settings
from greenlint.cli.measure_settings import load_energy, no_meter
from greenlint.cli.telling import because, complain, speak, told
from greenlint.errors import UsageError
from greenlint.version import __version__

EXCEEDED = 1
WRONG = 2
CANNOT_MEASURE = 3


def profiled(settings: Settings, command: Sequence[str], given: Mapping[str, Any]) -> int:
    """Run the command as the options say, report, and return the exit code."""
    refuse_without_signals()
    refuse_unwritable("--json", given["json"])
    world = here()
    try:
        choice = chosen(given, world)
    except Unavailable as why:
        return cannot_measure(speak(why.detail))
    meter, wanted = choice.meter, given["require"]
    if not reaches(meter.evidence, wanted):
        meter.close()
        best = f"{meter.name} ({meter.evidence.value})"
        weak = told(
            "--require {wanted}: the best that works here is {best}.", wanted=wanted, best=best
        )
        return cannot_measure(weak)
    plan, account = _plan(command, given, meter), Account(meter)
    with functions.recording(account, world, given) as recording:
        try:
            with Watch() as watch:  # first, so that no thread of an account takes a signal
                to_stderr = given["json"] == "-"
                run_once = runner(command, watch, output_to_stderr=to_stderr, inside=recording)
                found = profile(plan, account, world, watch, run_once, teller(settings))
        except CannotStart as error:
            say(f"greenlint: {because(error)}")
            return error.code
        finally:
            meter.close()
        inside = functions.attribution(found, recording)
    if found.idle is not None:
        keep_idle(Path(load_energy(settings).root), found.idle, meter, world, time.time())
    shown = figures(found)
    judged = judged_by(given, found, shown)
    _report(settings, found, choice, shown, judged)
    _tell_origin(judged, given["origins"])
    judging = judged if given["require_meter"] else list(_judgeable(judged, meter.evidence))
    code = exit_code(found, judging, wanted)
    if inside is not None and not functions.report(settings, inside, plan.command, given):
        code = code or WRONG
    if given["json"] is None:
        return code
    from greenlint_profiler.profile_record import as_record

    record = as_record(found, choice, shown, judged, world) | functions.record(inside)
    return code if write_json(given["json"], record) else code or WRONG


def refuse_without_signals() -> None:
    """A command is run on Linux only."""
    if not Watch.works_here():
        raise UsageError("`greenlint profile` needs Linux: Python has no sigwaitinfo here.")


def chosen(given: Mapping[str, Any], world: World) -> Choice:
    """The meter that was named, or the best; raises Unavailable where a named one does not work."""
    name = given["meter"]
    if name == "auto":
        estimates = "estimated" in (given["accept"], given["require"])
        return choose(world, estimates=estimates)
    if name not in BUILT_IN and name not in meter_names():
        raise UsageError(*no_meter(name, given["origins"].get("meter")))
    return Choice(open_named(name, world))


def reaches(evidence: Evidence, wanted: str | None) -> bool:
    """Whether a label is as good as what was asked for, if anything was."""
    return wanted is None or evidence.reaches(Evidence(wanted))


def cannot_measure(sentence: str) -> int:
    """Say why, and where the remedy is; returns the exit code."""
    complain("{sentence} Run `greenlint doctor` for the remedy.", sentence=sentence)
    return CANNOT_MEASURE


def _plan(command: Sequence[str], given: Mapping[str, Any], meter: Meter) -> Plan:
    """Only a counter sees the machine while it idles: an estimate and CPU time count work alone."""
    repeat, warmup = given["repeat"], given["warmup"]
    sees_idle = meter.evidence in (Evidence.MEASURED, Evidence.VENDOR)
    return Plan(
        command=tuple(command),
        repeat=repeat,
        warmup=int(repeat > 1) if warmup is None else warmup,
        idle_seconds=given["idle"] if sees_idle else 0.0,
        idle_after=given["idle_after"],
    )


def teller(settings: Settings) -> Callable[[str], None]:
    """Progress: a line on a terminal, or where more is asked for."""
    heard = not settings.quiet and (settings.verbose > 0 or sys.stderr.isatty())
    return lambda line: say(f"greenlint: {speak(line)}") if heard else None


def say(line: str) -> None:
    """A line on standard error.  Where nobody reads it, it is lost: a report that cannot be shown
    says nothing of the command, and so leaves the exit code alone.
    """
    with suppress(OSError):
        click.echo(line, err=True)


def judged_by(given: Mapping[str, Any], found: Profile, shown: Figures) -> list[Judged]:
    """The budgets that were given, each with its verdict; microjoules and nanoseconds come in."""
    joules = None if given["budget"] is None else given["budget"] / 1e6
    seconds = None if given["cpu"] is None else given["cpu"] / 1e9
    judged = []
    if found.exit_code:
        limits = {"joules": joules, "cpu_seconds": seconds}
        return [judge_failed(what, limit) for what, limit in limits.items() if limit is not None]
    if joules is not None:
        accepted = Evidence(given["accept"])
        runs = len(found.counted)
        judged.append(judge_joules(joules, shown.total, runs, found.evidence, accepted))
    if seconds is not None:
        judged.append(judge("cpu_seconds", seconds, shown.cpu_seconds))
    return judged


def _report(
    settings: Settings,
    found: Profile,
    choice: Choice,
    shown: Figures,
    judged: Sequence[Judged],
) -> None:
    """The table; with --quiet only budgets that were not kept."""
    if settings.quiet:
        broken = [one for one in judged if one.verdict is not Verdict.PASS]
        told = [speak(verdict(one, found, shown)) for one in broken]
    else:
        told = list(lines(found, choice, shown, judged, speak))
    for line in told:
        say(line)


def _tell_origin(judged: Sequence[Judged], origins: Mapping[str, str]) -> None:
    """Where a budget that was not kept is stated, if that is not the command line."""
    broken = [one for one in judged if one.quantity == "joules" and one.verdict is not Verdict.PASS]
    if broken and "budget" in origins:
        note = "note: that budget is in {origin}; `--budget none` leaves it out."
        say(told(note, origin=origins["budget"]))


def _judgeable(judged: Sequence[Judged], evidence: Evidence) -> Iterator[Judged]:
    """Without those for which this machine has no counter: the settings say that it needs none."""
    counts = evidence in (Evidence.MEASURED, Evidence.VENDOR)
    for one in judged:
        if counts or one.doubt not in (Doubt.NO_FIGURE, Doubt.LABEL):
            yield one


def exit_code(found: Profile, judged: Sequence[Judged], required: str | None) -> int:
    """The command's own code wins; then a budget that was exceeded, or could not be judged."""
    if found.exit_code:
        return found.exit_code
    if found.interrupted is not None:
        return 128 + found.interrupted
    worst_verdict = worst(judged)
    if worst_verdict is Verdict.FAIL:
        return EXCEEDED
    if not reaches(found.evidence, required):
        label = found.evidence.value
        why = told("--require {wanted}: the runs are {label}.", wanted=required, label=label)
        return cannot_measure(why)
    return CANNOT_MEASURE if worst_verdict is Verdict.CANNOT_MEASURE else 0


def refuse_unwritable(option: str, path: str | None) -> None:
    """Before anything is run: a report that cannot be written would cost the whole series."""
    if path is None or path == "-":
        return
    folder = os.path.dirname(os.path.abspath(path))
    if os.path.isdir(path):
        raise UsageError(
            "{option} {path}: that is a directory; name a file in it.", option=option, path=path
        )
    if not os.path.isdir(folder):
        raise UsageError(
            "{option} {path}: there is no directory {folder}.",
            option=option,
            path=path,
            folder=folder,
        )
    if not os.access(path if os.path.exists(path) else folder, os.W_OK):
        raise UsageError("{option} {path}: no file can be written there.", option=option, path=path)


def write_json(path: str, record: Mapping[str, Any]) -> bool:
    """Write a record, to standard output for `-`; says so and returns False where it cannot."""
    from greenlint.formats.encode import dumps

    tool = {"tool": {"name": "greenlint", "version": __version__}}
    return write_text(path, dumps({"schema": record["schema"], **tool, **record}, indent=2) + "\n")


def write_text(path: str, text: str) -> bool:
    """Write to a file, or to standard output for `-`; says so and returns False where it cannot."""
    try:
        if path == "-":
            click.echo(text, nl=False)
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        complain("cannot write {path}: {why}.", path=path, why=error.strerror or error)
        return False
    return True

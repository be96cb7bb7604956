# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint profile``: run a command, and say what energy the machine used meanwhile."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from greenlint.cli.group import Settings
from greenlint.errors import UsageError
from greenlint.version import __version__

if TYPE_CHECKING:
    from greenlint_profiler.budget import Judged
    from greenlint_profiler.choose import Choice
    from greenlint_profiler.figures import Figures
    from greenlint_profiler.profile import Plan, Profile
    from greenlint_profiler.watch import Watch
    from greenlint_profiler.world import World

EXCEEDED = 1
CANNOT_MEASURE = 3
LABELS = ("measured", "shared", "vendor", "estimated")
# Long enough to see whether the power at rest moves; see docs/guide/measuring.md.
IDLE_SECONDS = 3.0


def _quantity(parse: str) -> Callable[[click.Context, click.Parameter, str | None], int | None]:
    """The callback of an option that takes an amount with a unit."""

    def read(_: click.Context, __: click.Parameter, given: str | None) -> int | None:
        if given is None:
            return None
        from greenlint_profiler import quantity

        try:
            amount: int = getattr(quantity, parse)(given)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
        return amount

    return read


@click.command(
    name="profile",
    context_settings={"allow_interspersed_args": False},
    epilog="Exit code: the command's own if it is not 0 (128 + N when signal N killed it, 127 when "
    "it is not there, 126 when it cannot be run); else 1 when a budget is exceeded, 3 when one "
    "cannot be judged, 0. Wrong options: 2.",
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- CMD...")
@click.option(
    "--repeat",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Run it so often, and show the median, its interval and the spread.",
)
@click.option(
    "--warmup",
    type=click.IntRange(min=0),
    metavar="N",
    help="Runs before those that count; 1 with --repeat, else 0.",
)
@click.option(
    "--idle",
    "idle_seconds",
    type=click.FloatRange(min=0, max=3600),
    metavar="SECONDS",
    help="Watch the machine at rest before, for the energy above it; 0 leaves it out. Default: "
    f"{IDLE_SECONDS:g}, where a counter is read.",
)
@click.option("--idle-after", is_flag=True, help="Watch it again after the last run, as long.")
@click.option(
    "--budget",
    callback=_quantity("microjoules"),
    metavar="JOULES",
    help='Exit with 1 when a run uses more, such as "60 J": packages and memory, upper bound.',
)
@click.option(
    "--cpu",
    callback=_quantity("nanoseconds"),
    metavar="TIME",
    help='The same for CPU time, such as "2 s"; it needs no energy counter.',
)
@click.option(
    "--meter",
    default="auto",
    metavar="METER",
    help="A meter that `greenlint doctor` lists; by default the best counter here.",
)
@click.option(
    "--accept",
    type=click.Choice(LABELS),
    default="measured",
    help="The weakest label that a budget is judged by; `estimated` also shows an estimate where "
    "no counter can be read.",
)
@click.option(
    "--require",
    type=click.Choice(LABELS),
    help="Exit with 3, and run nothing, unless there is a meter with this label or a better one.",
)
@click.option(
    "--json",
    "json_path",
    metavar="PATH",
    help="Write JSON, schema greenlint-profile/1. `-` is standard output: what the command writes "
    "there then goes to standard error.",
)
@click.pass_obj
def command(settings: Settings, /, command: tuple[str, ...], **given: Any) -> int:
    """Run a command, in any language, and report the energy of the machine meanwhile.

    Its output, input, signals and exit code stay its own; the report goes to standard error.
    """
    from greenlint_profiler.watch import Watch

    if not Watch.works_here():
        raise UsageError("`greenlint profile` needs Linux: Python has no sigwaitinfo here.")
    _refuse_unwritable(given["json_path"])
    with Watch() as watch:
        return _profiled(settings, command, given, watch)


def _profiled(
    settings: Settings, command: tuple[str, ...], given: dict[str, Any], watch: Watch
) -> int:
    from greenlint_profiler.account import Account
    from greenlint_profiler.child import CannotStart
    from greenlint_profiler.figures import figures
    from greenlint_profiler.meter import Unavailable
    from greenlint_profiler.profile import profile
    from greenlint_profiler.units import Evidence
    from greenlint_profiler.world import here

    world = here()
    try:
        choice = _chosen(given, world)
    except Unavailable as why:
        return _cannot_measure(why.detail)
    meter, wanted = choice.meter, given["require"]
    if wanted is not None and not meter.evidence.reaches(Evidence(wanted)):
        return _cannot_measure(
            f"--require {wanted}: the best that works here is {meter.name} "
            f"({meter.evidence.value})."
        )
    counts = meter.evidence in (Evidence.MEASURED, Evidence.VENDOR)
    plan = _plan(command, given, counts)
    try:
        found = profile(
            plan, Account(meter), world, watch, _runner(command, given, watch), _teller(settings)
        )
    except CannotStart as error:
        click.echo(f"greenlint: {error}", err=True)
        return error.code
    finally:
        meter.close()
    shown = figures(found)
    judged = _judged(given, found, shown)
    _report(settings, found, choice, shown, judged)
    if given["json_path"] is not None:
        from greenlint_profiler.profile_record import as_record

        record = as_record(found, choice, shown, judged, world)
        _write_json(given["json_path"], record)
    return exit_code(found, judged, wanted)


def _chosen(given: dict[str, Any], world: World) -> Choice:
    """The meter that was named, or the best; raises Unavailable where a named one does not work."""
    from greenlint_profiler.choose import Choice, choose, open_named

    name = given["meter"]
    if name != "auto":
        _known(name)
        return Choice(open_named(name, world))
    estimates = "estimated" in (given["accept"], given["require"])
    return choose(world, estimates=estimates)


def _known(name: str) -> None:
    from difflib import get_close_matches

    from greenlint_profiler.choose import ALIASES, BUILT_IN, third_parties

    meters = ["auto", *ALIASES, *BUILT_IN]
    if name not in meters and name not in third_parties():
        meters += third_parties()
        close = get_close_matches(name, meters, 1)
        hint = f" Did you mean `{close[0]}`?" if close else ""
        raise UsageError(f"There is no meter {name!r}.{hint} It can be: {', '.join(meters)}.")


def _plan(command: tuple[str, ...], given: dict[str, Any], counts: bool) -> Plan:
    from greenlint_profiler.profile import Plan

    repeat, warmup, idle = given["repeat"], given["warmup"], given["idle_seconds"]
    return Plan(
        command=command,
        repeat=repeat,
        warmup=int(repeat > 1) if warmup is None else warmup,
        idle_seconds=(IDLE_SECONDS if idle is None else idle) if counts else 0.0,
        idle_after=given["idle_after"],
    )


def _runner(command: tuple[str, ...], given: dict[str, Any], watch: Watch) -> Callable[[], Any]:
    """Runs the command once; a file on standard input is read from where it was each time."""
    from greenlint_profiler.child import original_environ, start

    environ = original_environ()
    to_stderr = given["json_path"] == "-"
    rewind = _rewinder()

    def run_once() -> Any:
        rewind()
        return watch.wait(start(command, environ, watch.mask, output_to_stderr=to_stderr))

    return run_once


def _rewinder() -> Callable[[], object]:
    import stat

    try:
        if stat.S_ISREG(os.fstat(0).st_mode):
            began = os.lseek(0, 0, os.SEEK_CUR)
            return lambda: os.lseek(0, began, os.SEEK_SET)
    except OSError:
        pass
    return lambda: None


def _teller(settings: Settings) -> Callable[[str], None]:
    """Progress: a line on a terminal, or where more is asked for."""
    heard = not settings.quiet and (settings.verbose > 0 or sys.stderr.isatty())
    return lambda line: click.echo(f"greenlint: {line}", err=True) if heard else None


def _judged(given: dict[str, Any], found: Profile, shown: Figures) -> list[Judged]:
    from greenlint_profiler.budget import judge_cpu, judge_joules
    from greenlint_profiler.units import Evidence

    judged = []
    if given["budget"] is not None:
        accepted = Evidence(given["accept"])
        runs, evidence = len(found.counted), found.evidence
        judged.append(judge_joules(given["budget"] / 1e6, shown.total, runs, evidence, accepted))
    if given["cpu"] is not None:
        judged.append(judge_cpu(given["cpu"] / 1e9, shown.cpu_seconds))
    return judged


def _report(
    settings: Settings, found: Profile, choice: Choice, shown: Figures, judged: list[Judged]
) -> None:
    from greenlint_profiler.profile_text import lines, verdict

    told = (
        [verdict(one, shown) for one in judged if one.verdict.value != "pass"]
        if settings.quiet
        else lines(found, choice, shown, judged)
    )
    for line in told:
        click.echo(line, err=True)


def exit_code(found: Profile, judged: list[Judged], required: str | None) -> int:
    """The command's own code wins; then a budget that was exceeded, or could not be judged."""
    from greenlint_profiler.budget import Verdict, worst
    from greenlint_profiler.units import Evidence

    if found.exit_code:
        return found.exit_code
    if found.interrupted is not None:
        return 128 + found.interrupted
    verdict = worst(judged)
    if verdict is Verdict.FAIL:
        return EXCEEDED
    weaker = required is not None and not found.evidence.reaches(Evidence(required))
    return CANNOT_MEASURE if weaker or verdict is Verdict.CANNOT_MEASURE else 0


def _cannot_measure(sentence: str) -> int:
    click.echo(f"greenlint: {sentence} Run `greenlint doctor` for the remedy.", err=True)
    return CANNOT_MEASURE


def _refuse_unwritable(path: str | None) -> None:
    """Before anything is run: a report that cannot be written would cost the whole series."""
    if path is None or path == "-":
        return
    folder = os.path.dirname(os.path.abspath(path))
    if os.path.isdir(path) or not os.path.isdir(folder) or not os.access(folder, os.W_OK):
        raise UsageError(f"--json {path}: no file can be written there.")


def _write_json(path: str, record: dict[str, Any]) -> None:
    from greenlint.formats.encode import dumps

    tool = {"tool": {"name": "greenlint", "version": __version__}}
    text = dumps({"schema": record["schema"]} | tool | record, indent=2)
    if path == "-":
        click.echo(text)
        return
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        raise UsageError(f"--json {path}: {error.strerror or error}.") from None

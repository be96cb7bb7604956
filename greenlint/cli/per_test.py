# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint profile --per-test``: the tests of unittest and Django, each with its energy."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from greenlint.cli.group import Settings
from greenlint.cli.telling import because, complain, speak, told
from greenlint.errors import UsageError
from greenlint.messages import Message
from greenlint.messages import say as message

if TYPE_CHECKING:
    from greenlint_profiler.child import Ended
    from greenlint_profiler.choose import Choice
    from greenlint_profiler.settings import EnergySettings
    from greenlint_profiler.suite.unittest_run import Left

# What belongs to a series of runs, or to what looks into functions.
_NOT_WITH = ("repeat", "warmup", "idle", "idle_after", "functions")
_TOP = 10

# What to do about budgets that cannot be judged, by the reason.
_WAYS_OUT = {
    "no-figure": "`greenlint doctor` shows how to enable a counter; `require-meter = false` in "
    "[tool.greenlint.energy] goes on without one.",
    "weak-label": "others used the machine, or an estimate was made; --accept LABEL judges it.",
    "parallel-workers": "run the suite in one process: without --parallel.",
    "below-resolution": "a budget that small needs a longer test: repeat the work within it.",
    "debugger": "run the suite without a debugger.",
    "not-counted": "nothing counted it here.",
}

_Command = TypeVar("_Command", bound=Callable[..., Any])


def options(command: _Command) -> _Command:
    """The options that come with ``--per-test``."""
    for option in reversed(
        (
            click.option(
                "--per-test",
                is_flag=True,
                help="Measure each test of a suite of unittest, such as `python manage.py test`: "
                "energy, CPU time, queries and requests, against the budgets of the configuration.",
            ),
            click.option(
                "--top",
                type=click.IntRange(min=0),
                metavar="N",
                help=f"Show so many tests of --per-test; default: {_TOP}.",
            ),
            click.option("--label", metavar="TEXT", help="A name for the run of --per-test."),
            click.option(
                "--no-store", is_flag=True, help="Do not keep the run of --per-test in the store."
            ),
        )
    ):
        command = option(command)
    return command


def refuse(command: Sequence[str], given: Mapping[str, Any]) -> None:
    """Raises UsageError for options that do not go together, before anything is run."""
    if not given["per_test"]:
        for name, flag in (("top", "--top"), ("label", "--label"), ("no_store", "--no-store")):
            if given[name]:
                raise UsageError("{flag} belongs to --per-test, which was not given.", flag=flag)
        return
    source = click.get_current_context().get_parameter_source
    for name in _NOT_WITH:
        if source(name) is click.core.ParameterSource.COMMANDLINE:
            flag = "--" + name.replace("_", "-")
            raise UsageError(
                "--per-test looks into one run of a suite: leave out {flag}.", flag=flag
            )
    words = [os.path.basename(word) for word in command[:3]]
    if words[0] in ("pytest", "py.test") or words[1:3] == ["-m", "pytest"]:
        raise UsageError("--per-test is for unittest: `pytest --energy` measures tests of pytest.")


def profiled(settings: Settings, command: Sequence[str], given: Mapping[str, Any]) -> int:
    """Run the command, report its tests, and return the exit code."""
    from greenlint_profiler.child import CannotStart
    from greenlint_profiler.meter import Unavailable
    from greenlint_profiler.runner import runner
    from greenlint_profiler.suite.unittest_run import PerTest
    from greenlint_profiler.watch import Watch
    from greenlint_profiler.world import here

    from greenlint.cli import profiling
    from greenlint.cli.measure_settings import load_energy

    profiling.refuse_without_signals()
    profiling.refuse_unwritable("--json", given["json"])
    try:
        choice = profiling.chosen(given, here())
    except Unavailable as why:
        return profiling.cannot_measure(speak(why.detail))
    choice.meter.close()
    evidence = choice.meter.evidence
    if not profiling.reaches(evidence, given["require"]):
        best = f"{choice.meter.name} ({evidence.value})"
        return profiling.cannot_measure(
            told("--require {wanted}: the best is {best}.", wanted=given["require"], best=best)
        )
    energy = load_energy(settings)
    limits = {"energy_uj": given["budget"], "cpu_ns": given["cpu"]}
    started = datetime.now(UTC)
    with PerTest(energy, choice.meter.name, given["accept"], **limits) as per_test:
        try:
            with Watch() as watch:
                to_stderr = given["json"] == "-"
                ended = runner(command, watch, output_to_stderr=to_stderr, inside=per_test)()
        except CannotStart as error:
            profiling.say(f"greenlint: {because(error)}")
            return error.code
        left = per_test.left()
    return _reported(settings, energy, given, choice, started, ended, left)


def _reported(
    settings: Settings,
    energy: EnergySettings,
    given: Mapping[str, Any],
    choice: Choice,
    started: datetime,
    ended: Ended,
    left: Left,
) -> int:
    from greenlint_profiler.suite.against import hold_usual
    from greenlint_profiler.suite.keeping import Past, keep

    from greenlint.cli import profiling

    if left.process is None:
        complain("No test was measured: {why}", why=_nothing(left))
        return ended.exit_code or (0 if left.interpreters and not left.errors else 3)
    document = _document(energy, given["label"], choice, started, left)
    past = Past(energy, Path(energy.root))
    problem = hold_usual(document, past, energy)
    past.close()
    _show(settings, document, given["top"] if given["top"] is not None else _TOP)
    if problem is not None:
        profiling.say(f"greenlint: {problem}")
    said = None if given["no_store"] else keep(energy, Path(energy.root), document)
    if said is not None and not settings.quiet:
        profiling.say(said)
    code = ended.exit_code or _verdict(document, given["require_meter"])
    if code == 3 and not ended.exit_code:
        for reason in dict.fromkeys(_open(document)):
            way_out = told(_WAYS_OUT.get(reason, ""))
            complain("not judged ({code}): {way_out}", code=reason, way_out=way_out)
    if given["json"] is None:
        return code
    return code if _written(given["json"], document) else code or profiling.WRONG


def _nothing(left: Left) -> str | Message:
    if left.errors:
        return _last(left.errors[0])
    if not left.interpreters:
        return message(
            "no Python that reads PYTHONPATH was started. Run the suite with `python manage.py "
            "test` or `python -m unittest`, and without -I, -E or -S."
        )
    return message("no suite of unittest ran. Tests of pytest: `pytest --energy`.")


def _last(error: str) -> str:
    """Of a traceback, what went wrong."""
    return error.splitlines()[-1].removeprefix("RuntimeError: ")


def _document(
    energy: EnergySettings, label: str | None, choice: Choice, started: datetime, left: Left
) -> dict[str, Any]:
    from greenlint_profiler.idle_kept import kept_idle
    from greenlint_profiler.suite import about
    from greenlint_profiler.suite.document import About, assembled
    from greenlint_profiler.world import here

    process = left.process or {}
    root = Path(energy.root)
    run = about.run(root, "unittest", os.environ, started, seconds=left.seconds, label=label)
    idle = kept_idle(root, choice.meter, here(), time.time())
    told = about.meter(choice.meter, choice.passed_over, idle)
    kept = {name: told[name] for name in ("passed_over", "idle_w", "idle_measured", "idle_reason")}
    meter = {**process["meter"], **kept}
    conditions = {**process["conditions"], "xdist": left.workers or None}
    notes = [*left.notes, *(f"a process ended its record: {_last(one)}" for one in left.errors)]
    known = About(run, process["machine"], meter, conditions, process["band"])
    return assembled(known, left.tests, left.fixtures, notes)


def _show(settings: Settings, document: Mapping[str, Any], top: int) -> None:
    """The table, and the text of each budget that was exceeded; with --quiet only the latter."""
    from greenlint_profiler.said import say as sentence
    from greenlint_profiler.suite.failure import details, headline
    from greenlint_profiler.suite.summary import lines, title

    from greenlint.cli.profiling import say

    machine_class, meter = document["machine"]["class"], document["meter"]["name"]
    for test in document["tests"]:
        if test["verdict"] == "fail":
            say(f"{test['id']}\n  {speak(headline(test))}")
            for line in details(test, machine_class, meter, runner="unittest", speak=speak):
                say(f"  {line}")
    if not settings.quiet:
        label = speak(sentence(document["meter"]["evidence"]))
        say(f"{speak(title(document, top))}: {meter} ({label}), {machine_class}")
        for line in lines(document, top, speak=speak):
            say(line)


def _verdict(document: Mapping[str, Any], require_meter: bool) -> int:
    """1 when a budget was exceeded, 3 when one could not be judged, else 0."""
    from greenlint.cli.profiling import CANNOT_MEASURE, EXCEEDED

    if any(one["verdict"] == "fail" for one in _judged(document)):
        return EXCEEDED
    excused = () if require_meter else ("no-figure",)
    return CANNOT_MEASURE if any(reason not in excused for reason in _open(document)) else 0


def _judged(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The verdicts on the last attempt at each test."""
    last = {test["id"]: test for test in document["tests"]}
    return [one for test in last.values() if test["budget"] for one in test["budget"]["judged"]]


def _open(document: Mapping[str, Any]) -> list[str]:
    """Why budgets could not be judged: a code for each."""
    return [one["reason"] for one in _judged(document) if one["verdict"] == "cannot-measure"]


def _written(path: str, document: dict[str, Any]) -> bool:
    """Write the document, to standard output for `-`."""
    from greenlint_profiler.suite.document import written

    from greenlint.cli.profiling import write_text

    return write_text(path, "".join(written(document)))

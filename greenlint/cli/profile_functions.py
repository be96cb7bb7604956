# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint profile --functions``: where inside a program of Python the energy goes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from shlex import join
from typing import TYPE_CHECKING, Any, TypeVar

import click

from greenlint.cli.telling import complain, speak
from greenlint.errors import UsageError
from greenlint.messages import say as message
from greenlint.messages.guess import guess, in_backticks

if TYPE_CHECKING:
    from greenlint_profiler.account import Account
    from greenlint_profiler.functions.attribution import Attribution
    from greenlint_profiler.functions.recording import Recording
    from greenlint_profiler.profile import Profile
    from greenlint_profiler.world import World

    from greenlint.cli.group import Settings

FORMATS = ("text", "speedscope", "trace", "html")
# As greenlint_profiler.functions.recording has it, which is not imported for a help text.
RATE_HERTZ = 50
_SCRIPTS = (".py", ".pyw", ".pyz")
# What belongs to a series of runs, or judges one that nothing else slows down.
_NOT_WITH = ("repeat", "warmup", "idle", "idle_after")

_Command = TypeVar("_Command", bound=Callable[..., Any])


class WithModules(click.Command):
    """A command after whose ``--functions`` a ``-m MODULE`` begins the program's own words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = self._module(args)
        if at is not None and "--functions" in args[:at]:
            args = [*args[:at], "--", *args[at:]]
        return super().parse_args(ctx, args)

    def _module(self, args: list[str]) -> int | None:
        """Where a ``-m`` stands that is no value of an option and no word of the program."""
        takes_value = {
            name
            for param in self.params
            if isinstance(param, click.Option) and not param.is_flag
            for name in param.opts
        }
        words = iter(enumerate(args))
        for index, word in words:
            if word == "-m":
                return index
            if word == "--" or not word.startswith("-"):
                return None
            if word in takes_value:
                next(words, None)
        return None


def options(command: _Command) -> _Command:
    """The options that come with ``--functions``."""
    for option in reversed(
        (
            click.option(
                "--functions",
                is_flag=True,
                help="Say where inside a program of Python the energy goes: SCRIPT.py or -m MODULE "
                "with its words, or any command after `--`.",
            ),
            click.option(
                "--rate",
                type=click.FloatRange(min=1, max=1000),
                metavar="HERTZ",
                help=f"Looks a second of --functions; default: {RATE_HERTZ}.",
            ),
            click.option(
                "-o",
                "--output",
                "outputs",
                multiple=True,
                metavar="FORMAT:PATH",
                help="Write what --functions found: text, html, speedscope (speedscope.app) or "
                "trace (Perfetto, Chrome). Can be given several times.",
            ),
            click.option(
                "--lines", is_flag=True, help="Show the lines of --functions in the text too."
            ),
            click.option(
                "--children/--no-children",
                default=None,
                help="Look into the program's child processes of Python too; they do by default.",
            ),
        )
    ):
        command = option(command)
    return command


def prepared(command: tuple[str, ...], given: dict[str, Any]) -> tuple[str, ...]:
    """The command that is run; with ``--functions``, of one run, without the idle machine.

    Raises UsageError for options that do not go together, before anything is run.
    """
    if not given["functions"]:
        for name, flag in (
            ("rate", "--rate"),
            ("outputs", "-o"),
            ("lines", "--lines"),
            ("children", "--children"),
        ):
            if given[name] not in (None, False, ()):
                raise UsageError("{flag} belongs to --functions, which was not given.", flag=flag)
        return command
    source = click.get_current_context().get_parameter_source
    for name in _NOT_WITH:
        if source(name) is click.core.ParameterSource.COMMANDLINE:
            flag = "--" + name.replace("_", "-")
            raise UsageError("--functions looks into one run: leave out {flag}.", flag=flag)
    for output in given["outputs"]:
        _refuse_output(output)
    given["idle"] = 0.0
    return program(command)


def _refuse_output(given: str) -> None:
    from greenlint.cli.profiling import refuse_unwritable

    name, _, path = given.partition(":")
    if name not in FORMATS:
        raise UsageError(
            "-o {given}: there is no format {name}.",
            guess(name, FORMATS, in_backticks),
            message(" It can be: {known}.", known=", ".join(FORMATS)),
            given=given,
            name=repr(name),
        )
    if not path:
        raise UsageError(
            "-o {given}: say where to, such as -o {output}.",
            given=given,
            output=f"{name}:profile.{_ending(name)}",
        )
    refuse_unwritable(f"-o {name}:", path)


def _ending(name: str) -> str:
    return {"html": "html", "text": "txt"}.get(name, "json")


def program(command: tuple[str, ...]) -> tuple[str, ...]:
    """What is run: a script or a module by the interpreter that runs greenlint."""
    first = command[0]
    if first == "-m" and len(command) == 1:
        raise UsageError("-m names no module.")
    if first == "-m" or first.endswith(_SCRIPTS) or os.path.isdir(first):
        if first != "-m" and not os.path.exists(first):
            raise UsageError("There is no script {first}.", first=repr(first))
        return (sys.executable, *command)
    return command


def recording(
    account: Account, world: World, given: Mapping[str, Any]
) -> AbstractContextManager[Recording | None]:
    """The recorder of the one run; None without ``--functions``."""
    if not given["functions"]:
        return nullcontext()
    from greenlint_profiler.functions.recording import Recording

    children = given["children"] is not False
    return Recording(account, world, given["rate"] or RATE_HERTZ, children=children)


def attribution(found: Profile, recording: Recording | None) -> Attribution | None:
    """What was recorded; None without ``--functions``, and where nothing ran."""
    if recording is None or not found.runs:
        return None
    return recording.attribution(found.runs[0].measurement)


def report(
    settings: Settings, inside: Attribution, command: Sequence[str], given: Mapping[str, Any]
) -> bool:
    """Show and write what was found; returns whether all of it could be written."""
    from greenlint_profiler.functions.text import lines

    from greenlint.cli.profiling import say

    if not settings.quiet:
        told = lines(inside, by_line=given["lines"], width=_width(), speak=speak)
        say("\n" + "\n".join(told))
    written = [_write(output, inside, join(command)) for output in given["outputs"]]
    return all(written)


def record(inside: Attribution | None) -> dict[str, Any]:
    """What the JSON has more."""
    if inside is None:
        return {}
    from greenlint_profiler.functions.record import as_record

    return {"functions": as_record(inside)}


def _write(output: str, inside: Attribution, title: str) -> bool:
    name, _, path = output.partition(":")
    module = import_module(f"greenlint_profiler.functions.{name}")
    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
            # What a viewer reads is in English.
            spoken = {"speak": speak} if name in ("text", "html") else {}
            file.write(module.written(inside, title, **spoken))
    except OSError as error:
        complain("cannot write {path}: {why}.", path=path, why=error.strerror or error)
        return False
    return True


def _width() -> int:
    from shutil import get_terminal_size

    return max(60, min(160, get_terminal_size((100, 24)).columns))

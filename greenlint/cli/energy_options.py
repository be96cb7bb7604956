# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Options of all commands that hold two revisions against each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from greenlint.cli.telling import because, told


class Amount(click.ParamType[object]):
    """Text with a unit -> a number; the reader's sentence is the error."""

    def __init__(self, name: str, read: Callable[[str], object]) -> None:
        self.name = name
        self._read = read

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> object:
        if not isinstance(value, str):
            return value
        try:
            return self._read(value)
        except ValueError as error:
            self.fail(because(error), param, ctx)


def _seconds(text: str) -> float:
    from greenlint_profiler.quantity import nanoseconds

    return nanoseconds(text) / 1e9


def _part(text: str) -> float:
    from greenlint_profiler.settings_kinds import PERCENT as KIND

    try:
        found: float = KIND.read(text)
    except ValueError:
        wrong = told('{text} is not a percentage, such as "5 %".', text=repr(text))
        raise ValueError(wrong) from None
    return found


TIME = Amount("time", _seconds)
PERCENT = Amount("percent", _part)

F = TypeVar("F", bound=Callable[..., Any])
# What is measured, and how long: the options that gate, self-check and bisect share.
_MEASURING = (
    click.option(
        "--only",
        multiple=True,
        metavar="GLOB",
        help="Only tests whose id this glob means, or contains; repeatable.",
    ),
    click.option(
        "--whole", is_flag=True, help="Compare the command as a whole, also where it is pytest."
    ),
    click.option(
        "--max-increase",
        "increase",
        type=PERCENT,
        metavar="PERCENT",
        help='The rise that is allowed, such as "5 %": by default 5 % of CPU time, 10 % of joules. '
        "What a test states itself comes first.",
    ),
    click.option(
        "--restarts",
        type=click.IntRange(min=2, max=256),
        default=16,
        show_default=True,
        metavar="N",
        help="The most pairs of fresh processes; a test that is decided needs fewer.",
    ),
    click.option(
        "--pairs",
        type=click.IntRange(min=1, max=1000),
        default=10,
        show_default=True,
        metavar="N",
        help="Runs of each test on each side, within a pair of processes; short ones have up to "
        "four times as many.",
    ),
    click.option(
        "--time-limit", type=TIME, metavar="TIME", help='End after this time, such as "5 min".'
    ),
    click.option(
        "--test-timeout",
        type=TIME,
        default="120 s",
        show_default=True,
        metavar="TIME",
        help="The most that one run of a test, or with --whole of the command, may take.",
    ),
    click.option(
        "--meter",
        default=None,
        metavar="METER",
        help="A meter that `greenlint doctor` lists; by default the best counter here.",
    ),
)


def measuring(command: F) -> F:
    """The options of everything that measures two sides."""
    for option in reversed(_MEASURING):
        command = option(command)
    return command

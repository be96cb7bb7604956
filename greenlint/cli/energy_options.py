# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Kinds of options that several commands of ``greenlint energy`` take: amounts with a unit."""

from __future__ import annotations

from collections.abc import Callable

import click


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
            self.fail(str(error), param, ctx)


def _seconds(text: str) -> float:
    from greenlint_profiler.quantity import nanoseconds

    return nanoseconds(text) / 1e9


def _part(text: str) -> float:
    from greenlint_profiler.settings_kinds import PERCENT as KIND

    try:
        found: float = KIND.read(text)
    except ValueError:
        raise ValueError(f'{text!r} is not a percentage, such as "5 %".') from None
    return found


TIME = Amount("time", _seconds)
PERCENT = Amount("percent", _part)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Everything that was asked of a measured run, settled once into one value.

Low to high: the defaults, `[tool.greenlint.energy]`, pytest's own configuration, the environment
(GREENLINT_ENERGY_*), the command line.  Markers stand above all of them, test by test.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TypeVar

import pytest
from greenlint_profiler.quantity import microjoules
from greenlint_profiler.said import reason, say
from greenlint_profiler.settings import VARIABLE, EnergySettings, load
from greenlint_profiler.settings_files import SettingsError
from greenlint_profiler.settings_kinds import AUTO, PERCENT
from greenlint_profiler.units import Evidence

from pytest_greenlint.options import LABELS, SHARED
from pytest_greenlint.refusing import refusal

_Value = TypeVar("_Value")
COUNTERS = ("queries", "requests", "instructions")
DEFAULT_WORK = frozenset(("queries", "requests"))
_TOP = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What this run does.

    `settings` are those of the project with ini and command line above them; `budget_uj` and
    `max_increase` are limits for every test that were said on top of the project's (ini,
    environment, command line).  `compare` names the runs that are shown as before, None for the
    baseline.
    """

    settings: EnergySettings
    fail: bool = False
    accepted: Evidence = Evidence.MEASURED
    required: Evidence | None = None
    work: frozenset[str] = DEFAULT_WORK
    shared: str = "error"
    exclusive: bool = False
    top: int = _TOP
    label: str | None = None
    json: str | None = None
    metrics: str | None = None
    budget_uj: int | None = None
    max_increase: float | None = None
    compare: str | None = None
    require_baseline: bool = False

    @property
    def meter(self) -> str | None:
        """The meter that was named; None for the best one."""
        return None if self.settings.meter == "auto" else self.settings.meter

    def warmup(self, repeat: int) -> int:
        """Runs before those that count, of a test that is run so often."""
        return int(repeat > 1) if self.settings.warmup is None else self.settings.warmup


def asked(config: pytest.Config) -> Asked:
    """Read all of it; raises UsageError with a sentence."""
    try:
        settings = load(config.rootpath, os.environ)
    except SettingsError as error:
        raise refusal(reason(error)) from None
    given = config.option
    _refuse_regression(_fail_on(config))
    budget = _layered(config, "budget", microjoules)
    repeat = _layered(config, "repeat", how_often)
    changes = {
        "repeat": repeat,
        "warmup": _given(given.energy_warmup, "--energy-warmup", _whole(0)),
        "meter": given.energy_meter,
    }
    settings = replace(
        settings, **{key: value for key, value in changes.items() if value is not None}
    )
    if given.energy_no_store:
        settings = replace(settings, store=None)
    elif given.energy_store is not None:
        settings = replace(settings, store=_place(config, given.energy_store))
    accepted = _given(given.energy_accept, "--energy-accept", _one_of(LABELS))
    work = _given(given.energy_work, "--energy-work", _work)
    required = _given(given.energy_require, "--energy-require", _one_of(LABELS))
    return Asked(
        settings=settings,
        fail=bool(config.getini("energy_fail")) if given.energy_fail is None else True,
        accepted=Evidence(accepted or "measured"),
        required=None if required is None else Evidence(required),
        work=DEFAULT_WORK if work is None else work,
        shared=_given(given.energy_shared, "--energy-shared", _one_of(SHARED)) or "error",
        exclusive=bool(given.energy_exclusive),
        top=_top(config),
        label=given.energy_label,
        json=given.energy_json,
        metrics=given.energy_metrics,
        budget_uj=budget,
        max_increase=_given(given.energy_max_increase, "--energy-max-increase", increase),
        compare=given.energy_compare,
        require_baseline=bool(given.energy_require_baseline),
    )


def _layered(config: pytest.Config, name: str, read: Callable[[str], _Value]) -> _Value | None:
    """An option; else, unless the environment says otherwise, the key of pytest's configuration."""
    option = getattr(config.option, f"energy_{name}")
    if option is not None:
        return _given(option, f"--energy-{name}", read)
    ini = config.getini(f"energy_{name}")
    if ini and not os.environ.get(f"{VARIABLE}{name.upper()}"):
        return _given(ini, f"energy_{name}", read)
    return None


def _given(text: str | None, name: str, read: Callable[[str], _Value]) -> _Value | None:
    if text is None:
        return None
    try:
        return read(text)
    except ValueError as error:
        raise refusal(say("{option}: {why}", option=name, why=reason(error))) from None


def _whole(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.strip().isdecimal() or int(text) < least:
            wrong = "{text} is not a whole number from {least} on."
            raise ValueError(say(wrong, text=repr(text), least=least))
        return int(text)

    return read


def how_often(text: str) -> int | str:
    """A number of runs, or `auto`; raises ValueError."""
    if text.strip() == AUTO:
        return AUTO
    try:
        return _whole(1)(text)
    except ValueError:
        wrong = "{text} is not a whole number from 1 on, nor {auto}."
        raise ValueError(say(wrong, text=repr(text), auto=AUTO)) from None


def increase(text: str) -> float:
    """A part, of ``10 %``; raises ValueError."""
    try:
        part: float = PERCENT.read(text)
    except ValueError:
        part_of = say("it is a part of what was used before, such as '10 %'.")
        raise ValueError(part_of) from None
    return part


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(none_of(text, words))
        return text

    return read


def none_of(text: object, words: tuple[str, ...]) -> str:
    """``'cpu' is not one of call, setup.``, with the nearest of them."""
    hint = nearest(text, words) if isinstance(text, str) else ""
    wrong = "{text} is not one of {known}.{hint}"
    return say(wrong, text=repr(text), known=", ".join(words), hint=hint)


def nearest(text: str, words: tuple[str, ...]) -> str:
    """`` Did you mean 'queries'?``, or nothing."""
    close = get_close_matches(text, words, 1)
    return say(" Did you mean {name}?", name=repr(close[0])) if close else ""


def _work(text: str) -> frozenset[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if words == ["none"]:
        return frozenset()
    for word in words:
        if word not in COUNTERS:
            wrong = say(
                "{name} cannot be counted; say some of {known}, or none.{hint}",
                name=repr(word),
                known=", ".join(COUNTERS),
                hint=nearest(word, COUNTERS),
            )
            raise ValueError(wrong)
    return frozenset(words)


def _top(config: pytest.Config) -> int:
    found = config.option.energy_top
    if found is None:
        found = config.getini("energy_top") or None
    top = _given(found, "--energy-top", _whole(0))
    return _TOP if top is None else top


def _fail_on(config: pytest.Config) -> list[str]:
    option = config.option.energy_fail_on
    words = config.getini("energy_fail_on") if option is None else [option]
    return [word for text in words for word in text.replace(",", " ").split()]


def _refuse_regression(words: list[str]) -> None:
    for word in words:
        if word == "regression":
            advice = say(
                "--energy-fail-on=regression: runs of other moments are advice, and fail no test. "
                "`greenlint energy gate` runs both revisions in turns and fails for a regression; "
                "`greenlint energy selfcheck` shows whether this machine is quiet enough. Here it "
                "is --energy-fail-on=budget."
            )
            raise refusal(advice)
        if word != "budget":
            nothing = "--energy-fail-on: {word} is nothing to fail for; it is budget.{hint}"
            hint = nearest(word, ("budget",))
            raise refusal(say(nothing, word=repr(word), hint=hint))


def _place(config: pytest.Config, given: str) -> str:
    return given if "://" in given else str(config.invocation_params.dir / given)

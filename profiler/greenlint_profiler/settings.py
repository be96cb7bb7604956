# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The settings of ``[tool.greenlint.energy]``: one table of keys, and the value they make."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from greenlint_profiler.said import joined, reason, say
from greenlint_profiler.settings_budgets import LIMITS, Budget, BudgetRule, budget
from greenlint_profiler.settings_files import Layer, layers
from greenlint_profiler.settings_kinds import (
    CONFIDENCE,
    COUNT,
    DOMAINS,
    ENERGY,
    FLAG,
    GRAMS,
    LIMIT,
    PERCENT,
    PLACE,
    SPAN,
    TEXT,
    TIME,
    TURNS,
    TURNS_OR_AUTO,
    WORD,
    Kind,
    written,
)
from greenlint_profiler.units import Kind as Part

VARIABLE = "GREENLINT_ENERGY_"
BUDGETS = "budgets"


@dataclass(frozen=True, slots=True)
class Key:
    """One key as documentation shows it; `default` is as TOML has it, None where it has none."""

    name: str
    field: str
    kind: Kind
    default: Any
    help: str
    example: str

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return VARIABLE + self.name.upper().replace("-", "_")


def key(name: str, kind: Kind, default: Any, help: str, example: str) -> Any:
    """A field that users can set: its key, what it does, and its default and an example in TOML."""
    value = None if default is None else kind.read(default)
    about = {"name": name, "kind": kind, "default": default, "help": help, "example": example}
    return field(default=value, metadata=about)


@dataclass(frozen=True, slots=True)
class EnergySettings:
    """All settings of a measured run.  Times are nanoseconds, energy microjoules, parts 0 to 1.

    `store` is a URL, or a path that is absolute once loaded; `root` is the project's, which paths
    of records are relative to.  `stated` has of each key that was
    set its value as TOML has it, and where that was.
    """

    meter: str = key(
        "meter",
        WORD,
        "auto",
        "The meter, one of those that `greenlint doctor` lists; auto is the best counter here.",
        '"rapl"',
    )
    domains: tuple[Part, ...] = key(
        "domains",
        DOMAINS,
        ["package"],
        "Parts of the machine; accepted, and without effect: budgets and the gate judge packages "
        "and memory together.",
        '["package"]',
    )
    require_meter: bool = key(
        "require-meter",
        FLAG,
        True,
        "A budget of joules on a machine without a counter is an error, and not merely told.",
        "false",
    )
    repeat: int | Literal["auto"] = key(
        "repeat",
        TURNS_OR_AUTO,
        1,
        "How often a command, or a test, is run and measured; with auto a test of pytest is run "
        "until its figure is precise, and a command once.",
        "5",
    )
    warmup: int | None = key(
        "warmup",
        COUNT,
        None,
        "Runs before those that count; without it 1 where something is repeated, else 0.",
        "1",
    )
    max_time_ns: int = key(
        "max-time",
        SPAN,
        "60 s",
        "A test is not repeated once its runs have taken so long together.",
        '"60 s"',
    )
    subtract_idle: bool = key(
        "subtract-idle",
        FLAG,
        True,
        "Watch the idle machine before a command, for the energy above that.",
        "false",
    )
    max_increase: float = key(
        "max-increase",
        PERCENT,
        "10 %",
        "The least rise that counts as a regression, over earlier runs or between two revisions.",
        '"10 %"',
    )
    confidence: float = key(
        "confidence",
        CONFIDENCE,
        0.95,
        "How sure a pass of `greenlint energy gate` must be; failures have errors of their own.  "
        "Intervals are of 95 %.",
        "0.95",
    )
    baseline_runs: int = key(
        "baseline-runs",
        TURNS,
        5,
        "So many earlier runs are needed before one is compared with them.",
        "5",
    )
    baseline_branch: str = key(
        "baseline-branch",
        WORD,
        "main",
        "The branch whose runs later ones are compared with.",
        '"main"',
    )
    budget_uj: int | None = key(
        "budget",
        ENERGY,
        "",
        'The budget of a command, and of each test that has none of its own; "" is none.',
        '"60 J"',
    )
    store: str | None = key(
        "store",
        PLACE,
        ".greenlint/energy.sqlite3",
        'Where runs are kept: a file, or a postgresql:// URL; "" keeps none.',
        '".greenlint/energy.sqlite3"',
    )
    keep_runs: int = key(
        "keep-runs", TURNS, 200, "So many runs of a machine class are kept.", "200"
    )
    machine_class: str = key(
        "machine-class",
        TEXT,
        "",
        'The class of this machine, for a fleet of equal runners; "" derives it from what it is.',
        '"ci-runner-1"',
    )
    carbon_intensity: float | None = key(
        "carbon-intensity",
        GRAMS,
        "",
        "Grams of CO2 equivalent per kWh, for the report; there is no default.",
        "253",
    )
    gate_install: str = key(
        "gate-install",
        TEXT,
        "",
        "The command that fills an environment for a side of a gate of two revisions, where their "
        'requirements differ: {python} is its interpreter, {root} the checkout.  "" is none.',
        "'{python} -m pip install -e .'",
    )
    budgets: tuple[BudgetRule, ...] = ()
    root: str = field(default="", compare=False)
    stated: tuple[tuple[str, Any, str], ...] = field(default=(), compare=False)

    def budget_for(self, test_id: str, machine_class: str = "") -> Budget:
        """What a test may use on a machine of this class; see settings_budgets.budget.

        `max_increase` is absent unless it was stated: what is right without depends on what is
        compared.
        """
        default = {"energy_uj": self.budget_uj, "max_increase": self.stated_increase}
        return budget(self.budgets, default, test_id, machine_class)

    @property
    def stated_increase(self) -> float | None:
        """`max_increase`, where somebody set it."""
        return None if self.origin("max-increase") == "default" else self.max_increase

    def origin(self, name: str) -> str:
        """Where a key was set: a file, an option, a variable, or "default"."""
        return next((origin for key, _, origin in self.stated if key == name), "default")


def keys() -> list[Key]:
    """Every key but the budgets, in the order of the documentation."""
    return [Key(field=one.name, **one.metadata) for one in fields(EnergySettings) if one.metadata]


# The keys of [[tool.greenlint.energy.budgets]].
TEST = Key(
    "test",
    "",
    WORD,
    None,
    "The tests that it is for: a glob over their ids; of several, the most specific wins.",
    '"tests/api/**"',
)
MACHINE = Key(
    "machine-class",
    "",
    TEXT,
    None,
    "The machines that it is for: joules mean something on a known machine only.",
    '"ci-runner-1"',
)
_LIMIT_KINDS = {
    "budget": (ENERGY, "Packages and memory together, for the call of a test.", '"5 J"'),
    "dram": (ENERGY, "Memory alone.", '"1 J"'),
    "cpu": (TIME, "CPU time, with that of its child processes.", '"300 ms"'),
    "queries": (LIMIT, "Database queries.", "12"),
    "requests": (LIMIT, "Outgoing HTTP requests.", "0"),
    "instructions": (LIMIT, "Instructions, where they are counted.", "2000000"),
    "max-increase": (PERCENT, "The least rise that is a regression.", '"20 %"'),
}


def budget_keys() -> list[Key]:
    """The keys of one budget, in the order of the documentation."""
    limits = (
        Key(name, LIMITS[name], kind, None, help, example)
        for name, (kind, help, example) in _LIMIT_KINDS.items()
    )
    return [TEST, MACHINE, *limits]


def load(
    start: Path | str,
    environ: Mapping[str, str] | None = None,
    *,
    config: Sequence[str] = (),
    isolated: bool = False,
) -> EnergySettings:
    """The settings that hold for a project: its file, and above that the environment.

    `start` lies in the project; `config` and `isolated` are the options of the command, for which
    the nearest file is not looked for.  Raises SettingsError.
    """
    root, found = layers(Path(start), config, isolated)
    store = str(root / ".greenlint" / "energy.sqlite3")
    settings = EnergySettings(store=store, root=str(root))
    for layer in found:
        settings = _with_layer(settings, layer)
    return _with_environ(settings, os.environ if environ is None else environ)


def _with_layer(settings: EnergySettings, layer: Layer) -> EnergySettings:
    table = layer.options.get("energy", {})
    if not isinstance(table, dict):
        raise layer.error(say("energy must be a table, not {table}.", table=written(table)))
    known = {one.name: one for one in keys()}
    changes: dict[str, Any] = {}
    for name, raw in table.items():
        if name == BUDGETS:
            changes["budgets"] = tuple(_budgets(layer, raw))
        else:
            one = _known(layer, name, known, [BUDGETS])
            changes[one.field] = _read(layer, one, raw)
    stated = [(name, raw, layer.label) for name, raw in table.items()]
    return _changed(settings, changes, stated, layer.base)


def _with_environ(settings: EnergySettings, environ: Mapping[str, str]) -> EnergySettings:
    """Variables that are set and not empty; those of other names belong to others."""
    changes, stated = {}, []
    for one in keys():
        if text := environ.get(one.variable, ""):
            layer = Layer({}, "", one.variable, Path.cwd())
            raw = one.kind.of_text(text)
            changes[one.field] = _read(layer, one, raw)
            stated.append((one.name, raw, one.variable))
    return _changed(settings, changes, stated, Path.cwd())


def _changed(
    settings: EnergySettings,
    changes: dict[str, Any],
    stated: Iterable[tuple[str, Any, str]],
    base: Path,
) -> EnergySettings:
    store = changes.get("store")
    if store and "://" not in store:
        changes["store"] = os.path.normpath(base / os.path.expanduser(store))
    together = {one[0]: one for one in (*settings.stated, *stated)}
    return replace(settings, stated=tuple(together.values()), **changes)


def _budgets(layer: Layer, raw: object) -> Iterable[BudgetRule]:
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise layer.error(
            say(
                "budgets must be tables, not {raw}. Begin each with [{table}].",
                raw=written(raw),
                table=layer.named(f"energy.{BUDGETS}"),
            ),
            BUDGETS,
        )
    known = {one.name: one for one in budget_keys()}
    table = f"energy.{BUDGETS}"
    for place, stated in enumerate(raw):
        values = {
            name: _read(layer, _known(layer, name, known, (), table, place), one, table, place)
            for name, one in stated.items()
        }
        limits = tuple((LIMITS[name], values[name]) for name in LIMITS if name in values)
        if "test" not in values or not limits:
            lacks = say("limits nothing; state one of {limits}", limits=", ".join(LIMITS))
            names = say('names no tests; state test = "..."')
            raise layer.error(
                say(
                    "budget {number} of {table} {lacks}.",
                    number=place + 1,
                    table=layer.named(table),
                    lacks=lacks if "test" in values else names,
                )
            )
        yield BudgetRule(values["test"], limits, values.get("machine-class", ""))


def _known(
    layer: Layer,
    name: str,
    known: Mapping[str, Key],
    more: Iterable[str],
    table: str = "energy",
    place: int = 0,
) -> Key:
    if name in known:
        return known[name]
    every = [*known, *more]
    near = difflib.get_close_matches(name.lower().replace("_", "-"), every, 1)
    known_are = say("Known are {known}.", known=", ".join(every))
    problem = say(
        "Unknown key {name} in {table}. {guess}",
        name=written(name),
        table=layer.named(table),
        guess=say('Did you mean "{name}"?', name=near[0]) if near else known_are,
    )
    raise layer.error(problem, name, table, place)


def _read(layer: Layer, one: Key, raw: object, table: str = "energy", place: int = 0) -> Any:
    try:
        return one.kind.read(raw)
    except ValueError as error:
        # A sentence of ours ends in a point; what Python says to a wrong word does not.
        why = reason(error)
        text = say(
            "{name} must be {wanted}, not {raw}.{detail} Example: {name} = {example}",
            name=one.name,
            wanted=say(one.kind.wanted),
            raw=written(raw),
            detail=joined(" ", ["", why]) if why.endswith(".") else "",
            example=one.example,
        )
        raise layer.error(text, one.name, table, place) from None

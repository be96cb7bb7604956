# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A pytest that serves the gate: it collects as always, and then runs one test when it is asked to.

The gate loads it with `-p pytest_greenlint.gating` into the command of the user, whatever is
installed there; greenlint_profiler.gate.workers.worker is the other end.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

import pytest
from greenlint_profiler.gate.workers.inside import VARIABLE, forget
from greenlint_profiler.gate.workers.protocol import SETTINGS

import pytest_greenlint.plugin as plugin
from pytest_greenlint.gate_databases import Databases
from pytest_greenlint.gate_quiet import Quiet
from pytest_greenlint.gate_serving import Serving

_HEAD = "head"
# How the plugin is loaded by the entry point of an installation, and by users without one.
_NAME, _MODULE = "greenlint", "pytest_greenlint.plugin"


@dataclass(frozen=True, slots=True)
class Told:
    """What the gate says of this process: its side, the folder of its pipes, and what to do."""

    side: str
    folder: Path
    seed: int
    meter: str | None
    work: frozenset[str]


class _Instead:
    """Holds the name under which an installed plugin would be loaded beside ours."""


def _told() -> Told:
    side, _, folder = os.environ.get(VARIABLE, "").partition(":")
    if not folder:
        raise pytest.UsageError(
            "-p pytest_greenlint.gating: this is for `greenlint energy gate`, which starts it."
        )
    held = json.loads(Path(folder, f"{side}{SETTINGS}").read_text("utf-8"))
    return Told(side, Path(folder), held["seed"], held["meter"], frozenset(held["work"]))


def _own(root: Path) -> Iterator[str]:
    """What must be told where the project is greenlint itself."""
    for name in ("greenlint_profiler", "pytest_greenlint"):
        found = PathFinder.find_spec(name)
        if found is not None and found.origin and root in Path(found.origin).parents:
            yield f"{name} is that of the gate on both sides: changes to it are not compared."


TOLD = pytest.StashKey[Told]()
QUIET = pytest.StashKey[Quiet]()


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Our plugin, once, in place of the one of an installation: both sides have the same."""
    if not pluginmanager.is_registered(plugin):
        pluginmanager.register(plugin, _MODULE)
        pluginmanager.register(_Instead(), _NAME)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config,
) -> Generator[None, object, object]:
    """Before any code of the project runs, the environment is as without us."""
    told = early_config.stash[TOLD] = _told()
    forget(os.environ)
    quiet = early_config.stash[QUIET] = Quiet(told.seed)
    quiet.early(early_config.known_args_namespace)
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """What would run tests in another way than one by one in this process is switched off."""
    config.stash[QUIET].switch_off(config.option)
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Open the meter, and serve when tests are collected."""
    told = config.stash[TOLD]
    serving = Serving.opened(
        config,
        meter=told.meter,
        work=told.work,
        judged=told.side == _HEAD,
        pipes=(told.folder, told.side),
        notes=(*config.stash[QUIET].notes, *_own(config.rootpath)),
    )
    for name, one in serving.plugins.items():
        config.pluginmanager.register(one, f"greenlint-gate-{name}")
    config.pluginmanager.register(Databases(told.side), "greenlint-gate-databases")

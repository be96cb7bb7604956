# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Runs of pytest with the plugin, as its users have them: on a machine without a counter unless a
test brings one, and with a document that keeps its schema.

What a run loads is loaded here already.  pytester forgets the modules that a run in this process
imported, but a package that was there before keeps them as its attributes: the next run would find
some of them there, and others anew, and a class would no longer be itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import greenlint_profiler.suite.against
import greenlint_profiler.work.counting  # noqa: F401
import jsonschema
import pytest
import pytest_greenlint.start  # noqa: F401

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "greenlint-energy-1.json"
# No plugin takes part in a run but ours, and those that a test names.
ALONE = ("-p", "no:cacheprovider", "-p", "pytest_greenlint.plugin")


@dataclass(frozen=True)
class Ran:
    """A run that has ended, and the document that it wrote."""

    result: pytest.RunResult
    path: Path

    @property
    def text(self) -> str:
        """What the run printed."""
        return str(self.result.stdout)

    @property
    def data(self) -> dict[str, Any]:
        """The document, as docs/schemas promises it."""
        held: dict[str, Any] = json.loads(self.path.read_text("utf-8"))
        schema = json.loads(SCHEMA.read_text("utf-8"))
        jsonschema.validate(held, schema, cls=jsonschema.Draft202012Validator)
        return held

    @property
    def tests(self) -> Mapping[str, dict[str, Any]]:
        """The tests by the last part of their id; of several attempts the last."""
        return {one["id"].rpartition("::")[2]: one for one in self.data["tests"]}

    def fixture(self, name: str) -> dict[str, Any]:
        """The one shared fixture of this name."""
        (found,) = [one for one in self.data["fixtures"] if one["name"] == name]
        return dict(found)


Energy = Callable[..., Ran]


@pytest.fixture(autouse=True)
def no_counter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No counter of this machine, no setting of this environment and no plugin that happens to be
    installed is seen by the runs.
    """
    for name in [name for name in os.environ if name.startswith("GREENLINT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GREENLINT_SYSFS_ROOT", str(tmp_path / "no-sys"))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture
def energy(pytester: pytest.Pytester) -> Energy:
    """Runs `pytest --energy` in the folder of pytester, in this process or in one of its own."""

    def run(*words: str, beside: Sequence[str] = (), apart: bool = False, on: bool = True) -> Ran:
        path = pytester.path / "energy.json"
        path.unlink(missing_ok=True)
        asked = ("--energy", "--energy-json=energy.json", "--energy-no-store") if on else ()
        others = [word for name in beside for word in ("-p", name)]
        start = pytester.runpytest_subprocess if apart or beside else pytester.runpytest_inprocess
        return Ran(start(*ALONE, *others, *asked, *words), path)

    return run

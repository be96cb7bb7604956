# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Modules are waited for: each is taken once, when it is whole."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest
from greenlint_profiler.work.arrivals import Arrivals


def test_a_module_that_was_half_loaded_is_taken_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The waiting begins in the middle of its import, after which no other module comes."""
    (tmp_path / "half_way.py").write_text("import sys\nsys.begin_waiting()\nwhole = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    taken: list[bool] = []
    arrivals = Arrivals({"half_way": lambda module: taken.append(module.whole)})
    monkeypatch.setattr(sys, "begin_waiting", arrivals.start, raising=False)
    try:
        importlib.import_module("half_way")
        arrivals.look()
        arrivals.look()
    finally:
        arrivals.stop()
        sys.modules.pop("half_way", None)
    assert taken == [True]


def test_a_module_that_comes_unseen_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that comes unseen is found all the same, at the next look."""
    taken: list[ModuleType] = []
    arrivals = Arrivals({"comes_unseen": taken.append})
    arrivals.start()
    try:
        arrivals.look()
        assert not taken
        module = ModuleType("comes_unseen")
        monkeypatch.setitem(sys.modules, "comes_unseen", module)
        arrivals.look()
    finally:
        arrivals.stop()
    assert taken == [module]

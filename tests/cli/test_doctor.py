# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint doctor`` as its users have it, on trees that GREENLINT_SYSFS_ROOT names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.powercap.live import live
from tests.powercap.tree import build, zones_of

pytestmark = pytest.mark.alone

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "greenlint-doctor-1.json"


def doctor(sys_root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "GREENLINT_SYSFS_ROOT": str(sys_root)}
    command = [sys.executable, "-m", "greenlint", "doctor", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)


def record(sys_root: Path, *words: str) -> dict[str, Any]:
    done = doctor(sys_root, "--json", *words)
    loaded: dict[str, Any] = json.loads(done.stdout)
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.validate(loaded, schema, cls=jsonschema.Draft202012Validator)
    return loaded


@pytest.fixture
def counters(tmp_path: Path) -> Path:
    build(tmp_path / "sys", zones_of("client-i5-13500"))
    return tmp_path / "sys"


def test_a_machine_with_counters(counters: Path) -> None:
    """The table says what is used, and the exit code is 0."""
    done = doctor(counters)
    assert done.returncode == 0
    assert "powercap  usable" in done.stdout
    assert "Used unless you say otherwise: powercap (measured)." in done.stdout
    assert done.stderr == ""


def test_a_machine_without_counters_is_no_failure(tmp_path: Path) -> None:
    """Unless a counter was asked for: then the code is 3, and the sentence says what there is."""
    assert doctor(tmp_path).returncode == 0
    asked = doctor(tmp_path, "--require", "measured")
    assert asked.returncode == 3
    assert asked.stderr == (
        "greenlint: --require measured: the best that works here is model (estimated).\n"
    )
    assert "powercap" in asked.stdout


@pytest.mark.parametrize("wanted", ["measured", "rapl", "powercap", "estimated"])
def test_what_is_there_may_be_asked_for(counters: Path, wanted: str) -> None:
    """A label and a meter that work."""
    assert doctor(counters, "--require", wanted).returncode == 0


def test_a_word_that_is_neither_is_a_usage_error(counters: Path) -> None:
    """With the nearest word, before anything is measured."""
    done = doctor(counters, "--require", "mesured")
    assert done.returncode == 2
    assert "'mesured' is neither. Did you mean `measured`?" in done.stderr
    assert done.stdout == ""


def test_json_keeps_its_schema(counters: Path, tmp_path: Path) -> None:
    """With counters and without, with and without a question."""
    with_counters = record(counters)
    assert with_counters["best"] == {"meter": "powercap", "evidence": "measured"}
    assert with_counters["require"] is None
    assert with_counters["selfcheck"] is None
    bare = record(tmp_path / "nothing", "--require", "rapl")
    assert bare["require"] == {"wanted": "rapl", "met": False}
    reasons = {one["name"]: one["reason"] for one in bare["meters"]}
    assert reasons["powercap"] == "absent"


def test_the_selfcheck_of_a_live_tree(tmp_path: Path) -> None:
    """Simulated counters that run: a cost, an idle power, and its noise."""
    with live(tmp_path, "sandy-ep", "package=40;dram=6") as tree:
        checked = record(tree.sys, "--selfcheck")["selfcheck"]
    (one,) = checked["meters"]
    assert one["meter"] == "powercap"
    assert one["idle_watts"] == pytest.approx(46, rel=0.2)
    assert one["noise_joules"] > 0
    assert checked["compared"] == []

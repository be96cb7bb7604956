# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the commands write for other programs is what docs/schemas promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from greenlint_profiler.stores.store import open_store

from tests.profiler.documents import SHOP, document

SCHEMAS = Path(__file__).parents[1] / "docs" / "schemas"


def schema(name: str) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    return held


def written(folder: Path, *words: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "greenlint", "--isolated", *words],
        cwd=folder,
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("greenlint-rules-1", ["rule", "--list", "--output-format", "json"]),
        ("greenlint-rules-1", ["rule", "GRN601", "--output-format", "json"]),
        ("greenlint-plugins-1", ["plugins", "--output-format", "json"]),
        ("greenlint-options-1", ["config", "--output-format", "json"]),
    ],
)
def test_what_a_command_writes_keeps_its_schema(
    tmp_path: Path, name: str, words: list[str]
) -> None:
    """Each listing validates, and holds at least one thing."""
    listed = written(tmp_path, *words)
    jsonschema.validate(listed, schema(name), cls=jsonschema.Draft202012Validator)
    assert listed


def test_a_baseline_keeps_its_schema(tmp_path: Path) -> None:
    """The file that `baseline create` writes validates, with an entry in it."""
    (tmp_path / "a.py").write_text("import requests\nwhile True:\n    pass\n")
    (tmp_path / "b.py").write_text("def f(xs):\n    return sum(xs, [])\n")
    words = ["baseline", "create", "--baseline", "accepted.json", "--reason", "old", "."]
    command = [sys.executable, "-m", "greenlint", "--isolated", *words]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    held = json.loads((tmp_path / "accepted.json").read_text("utf-8"))
    jsonschema.validate(held, schema("baseline-v1"), cls=jsonschema.Draft202012Validator)
    assert held["findings"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("greenlint-energy-1", ["show", "--json"]),
        ("greenlint-energy-1", ["export"]),
        ("greenlint-energy-runs-1", ["list", "--json"]),
        ("greenlint-energy-test-1", ["show", "latest", SHOP, "--json"]),
        ("greenlint-energy-comparison-1", ["compare", "run-0..run-1", "--json"]),
        ("greenlint-energy-baseline-1", ["baseline", "export"]),
    ],
)
def test_what_is_told_of_stored_runs_keeps_its_schema(
    tmp_path: Path, name: str, words: list[str]
) -> None:
    """Of a store with a few runs."""
    with open_store("", tmp_path) as store:
        for number in range(6):
            store.append(document(f"run-{number}", at=number))
    held = written(tmp_path, "energy", *words)
    jsonschema.validate(held, schema(name), cls=jsonschema.Draft202012Validator)
    assert held["schema"] == name.replace("-1", "/1")


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_a_schema_is_a_schema(path: Path) -> None:
    """Each file is valid by its own dialect, and names itself."""
    held = json.loads(path.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(held)
    assert held["$id"].endswith(f"/{path.name}")
    readme = (SCHEMAS / "README.md").read_text("utf-8")
    assert f"({path.name})" in readme

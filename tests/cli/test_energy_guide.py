# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""docs/guide/history.md shows what the commands say, to the letter, of the runs made here."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from greenlint_profiler.stores.store import open_store

from tests.cli.conftest import Done
from tests.profiler.documents import case, document

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "history.md"
MACHINE = "xeon-gold-6354/rapl-pkg-dram/py3.12/no-cov"


def fill(project: Path) -> None:
    """Twelve runs of main, and five of a branch that asks the database less and computes more."""
    (project / "pyproject.toml").write_text("[tool.greenlint]\n")
    chance = Random(5)
    with open_store("", project) as store:
        for number in range(17):
            new = number >= 12
            store.append(
                document(
                    f"20261120T{8 + number // 6:02}{number % 6}000-{chance.getrandbits(32):08x}",
                    [
                        case(
                            "tests/test_orders.py::test_list",
                            joules=0.84 * chance.gauss(1, 0.01),
                            cpu=0.0841 * chance.gauss(1, 0.01),
                            queries=9 if new else 134,
                            limit=20,
                        ),
                        case(
                            "tests/test_export.py::test_big",
                            joules=(4.02 if new else 3.1) * chance.gauss(1, 0.01),
                            cpu=(0.402 if new else 0.31) * chance.gauss(1, 0.01),
                            queries=12,
                        ),
                    ],
                    at=10 * number,
                    machine_class=MACHINE,
                    branch="faster-list" if new else "main",
                    commit=f"{chance.getrandbits(160):040x}",
                    verdict="pass" if new else "fail",
                )
            )


def examples() -> list[tuple[str, str]]:
    """The commands of the guide, each with the output below it."""
    text = GUIDE.read_text("utf-8")
    found = re.findall(r"^```console\n\$ greenlint (energy .*)\n((?:(?!```).*\n)+)```", text, re.M)
    assert len(found) >= 4
    return found


@pytest.mark.parametrize(("words", "output"), examples())
def test_the_guide_shows_what_is_said(
    project: Path, quick: Callable[..., Done], words: str, output: str
) -> None:
    """Every example with output is run; […] stands for lines that are left out."""
    fill(project)
    said = quick(*shlex.split(words)).stdout
    parts = [part.strip("\n") for part in output.split("[…]\n")]
    places = [said.find(part) for part in parts]
    assert -1 not in places, said
    assert places == sorted(places)
    if "[…]" not in output:
        assert said == output

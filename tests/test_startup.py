# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What starts fast: a command imports only what its answer needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.alone

ROOT = Path(__file__).resolve().parent.parent
needs_the_command = pytest.mark.skipif(
    not (ROOT / "greenlint" / "__main__.py").exists(),
    reason="the command is not there yet",
)


def loaded_by(*command: str, cwd: Path) -> set[str]:
    """The modules that a Python command imports, as the interpreter itself lists them."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command], cwd=cwd, capture_output=True, text=True
    )
    assert done.returncode in (0, 1), done.stderr[-2000:]
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


@needs_the_command
@pytest.mark.parametrize("options", ["--version", "rule --list", "--help"])
def test_questions_load_no_parser(options: str, tmp_path: Path) -> None:
    """Asking for the version, the rules or help costs no import of libcst."""
    loaded = loaded_by("-m", "greenlint", *options.split(), cwd=tmp_path)
    assert "greenlint.cli" in loaded
    assert "libcst" not in loaded


@needs_the_command
def test_a_warm_run_loads_no_parser(tmp_path: Path) -> None:
    """A second run over unchanged files answers from the cache, without libcst."""
    (tmp_path / "pyproject.toml").write_text("[tool.greenlint]\n", encoding="utf-8")
    (tmp_path / "shop.py").write_text(
        "import re\n\n\ndef total(lines):\n    text = ''\n    for line in lines:\n"
        "        text += re.compile('a').sub('', line)\n    return text\n",
        encoding="utf-8",
    )
    assert "libcst" in loaded_by("-m", "greenlint", "check", "shop.py", cwd=tmp_path)
    assert "libcst" not in loaded_by("-m", "greenlint", "check", "shop.py", cwd=tmp_path)


@needs_the_command
def test_the_front_door_is_light(tmp_path: Path) -> None:
    """`import greenlint` imports neither libcst nor click."""
    loaded = loaded_by("-c", "import greenlint", cwd=tmp_path)
    assert "greenlint" in loaded
    assert loaded.isdisjoint({"libcst", "click", "pluggy"})

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The command as its users have it: a process of its own, in a project of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from greenlint.cli import main

Greenlint = Callable[..., "subprocess.CompletedProcess[str]"]

RULE = """
import libcst as cst

from greenlint import Edit, Fix, Hit, Option, Rule

RULE = Rule(
    code="ACME101",
    name="shouting",
    severity="note",
    aliases=("LOUD1",),
    fix="safe",
    help="speak softly",
    options=(Option("limit", 0.5, "How loud it may be."),),
)


@RULE.on(cst.Call)
def shouted(call, here):
    if here.code(call.func) == "shout":
        yield Hit(call, "`shout` is loud", Fix("whisper", (Edit(call.func, "whisper"),)))
"""
PAGE = """\
# shouting

Calls of `shout` are loud.

Whispering is **quieter**, see [the page](https://example.org/quiet).

## Flagged

Any call:

```python flagged
shout("hello")  # flagged
print("hello")
```

```python fixed
whisper("hello")
print("hello")
```

## Left alone

A whisper:

```python clean
whisper("hello")
```

## Fix safety

Safe.

## Experiment

```python before
shout()
```

## Evidence

```toml evidence
source = "A study"
url = "https://example.org/study"
claim = "shouting takes breath"
```

## Measure card

```toml card
[en]
title = "Whisper"
```
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a rule of its own, and a page beside it."""
    folder = tmp_path / "project"
    (folder / "tools").mkdir(parents=True)
    (folder / "tools" / "loud.py").write_text(RULE, encoding="utf-8")
    (folder / "tools" / "loud.md").write_text(PAGE, encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        '[tool.greenlint]\nlocal-rules = ["tools/loud.py"]\nextend-select = ["ACME101"]\n'
        'extend-exclude = ["tools/"]\n',
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def greenlint(project: Path) -> Greenlint:
    """Run ``greenlint`` in the project; keyword arguments are environment variables."""

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("GREENLINT_")}
        paths = (environment.pop("PYTHONPATH", ""), inherited.get("PYTHONPATH", ""))
        inherited["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        return subprocess.run(
            [sys.executable, "-m", "greenlint", *words],
            cwd=project,
            env={**inherited, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    return run


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def quick(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Run ``greenlint`` in the project like its console script, and in this process."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["greenlint", *words])
        with pytest.raises(SystemExit) as left:
            main()
        assert isinstance(left.value.code, int)
        return Done(left.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def plugin(tmp_path: Path) -> Callable[..., str]:
    """Install a plugin into a folder: a module with an entry point; the folder is returned."""

    def install(name: str, code: str, version: str = "1.2") -> str:
        site = tmp_path / "site"
        facts = site / f"greenlint_{name}-{version}.dist-info"
        facts.mkdir(parents=True)
        (site / f"greenlint_{name}.py").write_text(code, encoding="utf-8")
        (facts / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: greenlint-{name}\nVersion: {version}\n", encoding="utf-8"
        )
        (facts / "entry_points.txt").write_text(
            f"[greenlint.plugins]\n{name} = greenlint_{name}\n", encoding="utf-8"
        )
        return str(site)

    return install

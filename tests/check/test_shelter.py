# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The code that is checked is never run, no host is called, and nothing but reports is written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# Runs when it is imported, whoever does it.
TRAP = "import pathlib\npathlib.Path({mark!r}).write_text(__name__)\nraise SystemExit(99)\n"
# What greenlint and its workers would import on the way: of others, and of Python.
OTHERS = (
    *("click", "libcst", "pluggy", "pathspec", "tomli", "typing_extensions", "yaml"),
    *("sitecustomize", "usercustomize", "conftest", "setup"),
    *("greenlint_rules", "greenlint_profiler", "pytest_greenlint"),
)
PYTHONS = (
    *("re", "os", "json", "sqlite3", "signal", "socket", "pickle", "struct", "ast", "select"),
    *("subprocess", "multiprocessing", "selectors", "hashlib", "contextlib", "dataclasses"),
)


def trap(project: Path, *names: str) -> Path:
    """Fill a project with modules that must not run; the mark of one that did."""
    mark = project / "it-ran"
    for name in (*names, "pkg/__init__", "pkg/__main__"):
        file = project / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(TRAP.format(mark=str(mark)) + "shout()\n", encoding="utf-8")
    return mark


def script() -> tuple[str, ...]:
    """The console script, as it was installed beside this interpreter."""
    found = Path(sys.executable).parent / "greenlint"
    if not found.exists():
        pytest.skip("the console script is not installed")
    return (str(found),)


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_what_is_checked_is_not_imported(check, project: Path, jobs: str) -> None:
    """Not by the command, not by its workers, whatever its name is."""
    names = (*OTHERS, *PYTHONS, "greenlint", "encodings", "click/__init__", "libcst/__init__")
    mark = trap(project, *names)
    done = check(".", jobs, "--no-cache", "--diff", program=script())
    assert not mark.exists(), mark.read_text(encoding="utf-8")
    assert done.code == 1, done
    assert done.out.count("+whisper()") >= len(names)


def test_python_dash_m_imports_nothing_of_others_from_here(check, project: Path) -> None:
    """`python -m greenlint` takes the working directory, which Python puts first, off its path.
    What Python itself imports before that, only `python -P` or the console script can keep safe.
    """
    mark = trap(project, *OTHERS)
    done = check(".", "-j2", "--no-cache", "--diff")
    assert not mark.exists(), mark.read_text(encoding="utf-8")
    assert done.out.count("+whisper()") >= len(OTHERS), done


def test_spawned_workers_are_sheltered_too(check, project: Path, local_rules: Path) -> None:
    """Where a thread runs, workers cannot be forked; the working directory stays off their path."""
    mark = trap(project, *OTHERS, *PYTHONS)
    thread = (
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(2,), daemon=True).start()\n"
    )
    local_rules.write_text(thread + local_rules.read_text(encoding="utf-8"), encoding="utf-8")
    done = check("pkg", "-j2", "--select", "ACME101", program=script())
    assert not mark.exists(), mark.read_text(encoding="utf-8")
    assert done.code == 1, done
    assert set(done.codes) == {"ACME101"}


def test_no_socket_is_opened(check, acme: str, tmp_path: Path) -> None:
    """A run with rules, fixes, plugins and reports does without any network."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import socket\n"
        "def refuse(*_, **__):\n"
        "    raise SystemExit('a socket')\n"
        "for name in ('connect', 'connect_ex', 'sendto', 'bind'):\n"
        "    setattr(socket.socket, name, refuse)\n"
        "socket.getaddrinfo = socket.gethostbyname = socket.create_connection = refuse\n",
        encoding="utf-8",
    )
    reports = ("-o", "sarif:r.sarif", "-o", "full")
    done = check("pkg", "--fix", "-j2", *reports, PYTHONPATH=f"{site}:{acme}")
    assert done.code == 1, done
    assert "socket" not in done.err


def test_a_run_leaves_only_its_cache(check, project: Path, local_rules: Path) -> None:
    """Nothing is written beside the code, nor beside a local rule."""
    before = {path.relative_to(project) for path in project.rglob("*")}
    assert check(".").code == 1
    after = {path.relative_to(project) for path in project.rglob("*")}
    assert {path.parts[0] for path in after - before} == {".greenlint"}
    assert check(".", "--cache-dir", "../kept").code == 1
    assert (project.parent / "kept").is_dir()

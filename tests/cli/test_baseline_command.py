# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint baseline``: today's findings accepted, kept up to date, and shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FILE = "greenlint-baseline.json"


@pytest.fixture(autouse=True)
def code(project: Path) -> Path:
    """A file with two findings, in two functions."""
    source = project / "shop.py"
    source.write_text(
        'def open_shop():\n    shout("open")\n\n\ndef close_shop():\n    shout("closed")\n',
        encoding="utf-8",
    )
    return source


def entries(project: Path) -> list[dict[str, object]]:
    held: list[dict[str, object]] = json.loads((project / FILE).read_text("utf-8"))["findings"]
    return held


def use_it(project: Path) -> None:
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f'baseline = "{FILE}"\nfail-on = "note"\n')


def test_create_accepts_what_is_there(greenlint, project: Path) -> None:
    """Both findings are in the file, with the reason; how to use it is said."""
    done = greenlint("baseline", "create", "--reason", "old code")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Accepted 2 findings in {FILE}.\n")
    assert f'baseline = "{FILE}"' in done.stdout
    assert [(one["symbol"], one["reason"]) for one in entries(project)] == [
        ("close_shop", "old code"),
        ("open_shop", "old code"),
    ]


def test_check_is_quiet_about_them(greenlint, project: Path, code: Path) -> None:
    """With the baseline in the configuration only what is new fails."""
    assert greenlint("baseline", "create").returncode == 0
    use_it(project)
    assert greenlint("check").returncode == 0
    code.write_text(code.read_text("utf-8") + 'shout("new")\n', encoding="utf-8")
    done = greenlint("check", "-o", "concise")
    assert done.returncode == 1
    assert done.stdout.count("ACME101") == 1
    assert "shop.py:7:1" in done.stdout


def test_create_replaces_nothing_unasked(quick, project: Path) -> None:
    """A file that exists is replaced with --force only."""
    (project / FILE).write_text("{}", encoding="utf-8")
    done = quick("baseline", "create")
    assert done.returncode == 2
    assert f"{FILE} exists." in done.stderr
    assert "create --force" in done.stderr
    assert (project / FILE).read_text("utf-8") == "{}"
    assert quick("baseline", "create", "--force").returncode == 0
    assert len(entries(project)) == 2


def test_create_can_be_of_some_paths_and_in_another_file(quick, project: Path) -> None:
    """PATHS narrow the run; --baseline names the file."""
    (project / "quiet.py").write_text("x = 1\n", encoding="utf-8")
    done = quick("baseline", "create", "--baseline", "accepted.json", "quiet.py")
    assert done.stdout.startswith("Accepted 0 findings in accepted.json.\n")
    assert not (project / FILE).exists()


def test_update_takes_in_what_is_new_and_drops_what_is_gone(
    quick, project: Path, code: Path
) -> None:
    """Reasons of old entries stay; new ones have the new reason."""
    quick("baseline", "create", "--reason", "old code")
    text = code.read_text("utf-8").replace('shout("closed")', "pass") + 'shout("new")\n'
    code.write_text(text, encoding="utf-8")
    done = quick("baseline", "update", "--reason", "moved")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{FILE}: 1 accepted, 1 removed, 2 findings in all.\n"
    assert [(one["symbol"], one["reason"]) for one in entries(project)] == [
        ("", "moved"),
        ("open_shop", "old code"),
    ]


def test_update_of_some_paths_leaves_the_others(quick, project: Path, code: Path) -> None:
    """What was not looked into is not gone."""
    quick("baseline", "create")
    (project / "new.py").write_text('shout("new")\n', encoding="utf-8")
    done = quick("baseline", "update", "new.py")
    assert done.stdout == f"{FILE}: 1 accepted, 0 removed, 3 findings in all.\n"


def test_prune_only_removes(quick, project: Path, code: Path) -> None:
    """What is gone leaves the file; what is new does not enter it."""
    quick("baseline", "create", "--reason", "old code")
    text = code.read_text("utf-8").replace('shout("closed")', "pass") + 'shout("new")\n'
    code.write_text(text, encoding="utf-8")
    done = quick("baseline", "prune")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        f"  ACME101  close_shop  – old code  shop.py\n{FILE}: 1 removed, 1 left.\n"
    )
    assert [one["symbol"] for one in entries(project)] == ["open_shop"]
    assert quick("baseline", "prune").stdout == f"{FILE}: 0 removed, 1 left.\n"


def test_prune_removes_entries_of_files_that_are_gone(quick, code: Path) -> None:
    """A deleted file has no findings any more."""
    quick("baseline", "create")
    code.unlink()
    assert quick("baseline", "prune").stdout.endswith("2 removed, 0 left.\n")


def test_prune_keeps_entries_of_rules_that_did_not_run(quick, project: Path) -> None:
    """A narrower selection does not make findings go away."""
    quick("baseline", "create")
    done = quick("--config", 'ignore=["ACME101"]', "baseline", "prune")
    assert done.stdout == f"{FILE}: 0 removed, 2 left.\n"


def test_show_lists_by_file(quick, project: Path) -> None:
    """Entries stand below their file, with the reason."""
    quick("baseline", "create", "--reason", "old code")
    lines = quick("baseline", "show").stdout.splitlines()
    assert lines[:3] == [
        "shop.py",
        "  ACME101  close_shop  – old code",
        "  ACME101  open_shop  – old code",
    ]
    assert lines[3].startswith(f"2 findings accepted in {FILE}, begun on 20")
    shown = json.loads(quick("baseline", "show", "--output-format", "json").stdout)
    assert shown == entries(project)


def test_a_file_that_cannot_be_parsed_is_told(quick, project: Path) -> None:
    """The findings of the others are accepted, and the run does not pass."""
    (project / "broken.py").write_text("x = (\n", encoding="utf-8")
    done = quick("baseline", "create")
    assert done.returncode == 2
    assert "broken.py was not checked: cannot parse" in done.stderr
    assert len(entries(project)) == 2


@pytest.mark.parametrize("words", [("show",), ("prune",), ("update",)])
def test_a_baseline_that_is_missing_is_told(quick, words: tuple[str, ...]) -> None:
    """The way out is to make one."""
    done = quick("baseline", *words)
    assert done.returncode == 2
    assert "greenlint baseline create" in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("create", "nowhere"), "nowhere"),
        (("create", "-"), "name their paths instead of `-`"),
        (("creat",), "creat"),
        ((), "Missing command"),
    ],
)
def test_bad_input_exits_2(quick, project: Path, words: tuple[str, ...], sentence: str) -> None:
    """What cannot be done is said, and no file is written."""
    done = quick("baseline", *words)
    assert done.returncode == 2
    assert sentence in done.stderr + done.stdout
    assert not (project / FILE).exists()

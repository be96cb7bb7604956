# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The rules of a run: which there are, which run, and the key that their results have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from greenlint.config import Config
from greenlint.plugins import Plugins, hookimpl
from greenlint.rule import Option, Proof, Rule, RuleInfo
from greenlint.ruleset import ALWAYS, Ruleset, read_rules

LOUD = Rule(
    "ACME101", "loud", lifecycle="stable", aliases=("L1",), options=(Option("most", 3, ""),)
)
SOFT = Rule("ACME102", "soft", lifecycle="stable", tests=False, aliases=("L1",))


class Plugin:
    """Two rules."""

    @hookimpl
    def greenlint_register_rules(self) -> list[Rule]:
        return [LOUD, SOFT]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The plugin's one file."""
    file = tmp_path / "plugin.py"
    file.write_text("1", encoding="utf-8")
    return file


def ruleset(file: Path, version: str = "1.0", **settings: Any) -> Ruleset:
    plugins = Plugins()
    plugins.manager.register(Plugin(), name="acme")
    plugins.versions["acme"] = version
    plugins.homes["acme"] = file
    return read_rules(plugins, Config(Path("/p"), **{"min_proof": Proof.REASONED} | settings))


def numbers(infos: tuple[RuleInfo, ...]) -> list[str]:
    return [info.code for info in infos if info.code.startswith("ACME")]


def test_what_runs(file: Path) -> None:
    """Selected rules; greenlint's own are active and need no tree."""
    rules = ruleset(file)
    assert numbers(rules.active) == ["ACME101", "ACME102"]
    assert [info.code for info in rules.running] == ["ACME101", "ACME102"]
    assert [info.code for info in ruleset(file, select=("soft",)).running] == ["ACME102"]


def test_a_file_that_was_not_checked_is_always_told(file: Path) -> None:
    """Whatever is selected and ignored, everywhere."""
    rules = ruleset(file, select=("soft",), ignore=("GRN",), per_file_ignores=(("*", ("ALL",)),))
    assert set(ALWAYS) <= {info.code for info in rules.active}
    assert rules.ignored("a.py") == ("ACME102",)


def test_words_of_suppressions(file: Path) -> None:
    """Codes, names and aliases; an alias may stand for several rules."""
    known = ruleset(file).known
    assert known["ACME101"] == known["loud"] == {"ACME101"}
    assert known["L1"] == {"ACME101", "ACME102"}
    assert "acme" not in known


def test_what_ran_on_a_file(file: Path) -> None:
    """Less what is ignored there, and what leaves tests alone."""
    rules = ruleset(file)
    assert {"ACME101", "ACME102"} <= rules.active_on((), False)
    assert "ACME102" not in rules.active_on((), True)
    assert "ACME101" not in rules.active_on(("ACME101",), False)


def test_the_key_is_the_same_for_the_same(file: Path, tmp_path: Path) -> None:
    """What does not change a file's findings does not change it: a path, a time, a severity."""
    key = ruleset(file).key()
    other = tmp_path / "elsewhere.py"
    other.write_bytes(file.read_bytes())
    assert ruleset(other).key() == key
    assert ruleset(file, fail_on=None, exclude=("x",), unsafe_fixes=True).key() == key


@pytest.mark.parametrize(
    "change",
    [
        {"select": ("loud",)},
        {"target_version": (3, 13)},
        {"max_file_lines": 5},
        {"rules": (("loud", (("most", 4),)),)},
        {"version": "1.1"},
    ],
)
def test_the_key_is_another_for_other_facts(file: Path, change: dict[str, Any]) -> None:
    """Rules, options, target, limits, a plugin's version."""
    assert ruleset(file, **change).key() != ruleset(file).key()


def test_the_key_follows_from_the_code_of_plugins(file: Path) -> None:
    """The content of a file, or of any file of a package."""
    key = ruleset(file).key()
    file.write_text("2", encoding="utf-8")
    assert ruleset(file).key() != key
    package = file.parent / "package"
    (package / "sub").mkdir(parents=True)
    key = ruleset(package).key()
    (package / "sub" / "new.py").write_text("", encoding="utf-8")
    assert ruleset(package).key() != key


def test_the_key_follows_from_the_engine(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its version, Python's, and its files."""
    import greenlint.ruleset as module

    key = ruleset(file).key()
    monkeypatch.setattr(module, "__version__", "9.9")
    assert ruleset(file).key() != key

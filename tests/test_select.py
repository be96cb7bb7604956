# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rules: which run, how severely, where they are ignored, what they may fix, and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from greenlint.config import Config, load, override
from greenlint.errors import ConfigError
from greenlint.rule import Confidence, Lifecycle, Option, Proof, RuleInfo, Safety, Severity
from greenlint.select import active, fix_allowed, ignored_for, rule_options, severity_of


def rule(code: str, name: str, **facts: Any) -> RuleInfo:
    """A stable, published rule; `facts` say otherwise."""
    stable: dict[str, Any] = {"lifecycle": Lifecycle.STABLE, "proof": Proof.PUBLISHED}
    return RuleInfo(code, name, **stable | facts)


LOOP = rule("GRN101", "loop", fix=Safety.SAFE)
QUERY = rule("GRN301", "query-in-loop", aliases=("GCI72",), severity=Severity.ERROR)
TRIAL = rule("GRN302", "trial", aliases=("T9",), lifecycle=Lifecycle.PREVIEW)
REASON = rule("GRN303", "reason", proof=Proof.REASONED)
UNSURE = rule("GRN310", "unsure", confidence=Confidence.LOW)
ASKED = rule("GRN351", "asked", opt_in=True)
OLD = rule("GRN352", "old", lifecycle=Lifecycle.DEPRECATED)
OWN = rule("GRN900", "unused-ignore", proof=Proof.REASONED)
OTHER = rule("ACME101", "other")
RULES = (OTHER, QUERY, LOOP, TRIAL, REASON, UNSURE, ASKED, OLD, OWN)


def settings(**values: Any) -> Config:
    return Config(Path("/p"), **values)


def running(**values: Any) -> str:
    """The active rules by their numbers."""
    short = (info.code.removeprefix("GRN") for info in active(RULES, settings(**values)))
    return " ".join(short)


# Which run


@pytest.mark.parametrize(
    ("select", "runs"),
    [
        (("default",), "ACME101 101 301 900"),
        (("ALL",), "ACME101 101 301 900"),
        (("GRN301",), "301"),
        (("query-in-loop",), "301"),
        (("GCI72",), "301"),
        (("GRN3",), "301"),
        (("GRN",), "101 301 900"),
        (("database",), "301"),
        (("acme",), "ACME101"),
        (("ACME",), "ACME101"),
        (("GRN302",), "302"),
        (("trial",), "302"),
        (("T9",), "302"),
        (("GRN303", "unsure", "GRN351", "old"), "303 310 351 352"),
        (("network",), ""),
        ((), ""),
    ],
)
def test_rules_are_selected(select: tuple[str, ...], runs: str) -> None:
    """By code, beginning, name, alias, category, default or ALL; only an exact word lifts bars."""
    assert running(select=select) == runs
    assert running(select=(), extend_select=select) == runs


@pytest.mark.parametrize(
    ("values", "runs"),
    [
        ({"preview": True}, "ACME101 101 301 302 900"),
        ({"preview": True, "select": ("ALL",)}, "ACME101 101 301 302 351 900"),
        ({"preview": True, "select": ("network",)}, ""),
        ({"min_proof": Proof.REASONED}, "ACME101 101 301 303 900"),
        ({"min_proof": Proof.MEASURED}, "900"),
        ({"min_proof": Proof.MEASURED, "extend_select": ("GRN301",)}, "301 900"),
        ({"min_confidence": Confidence.LOW}, "ACME101 101 301 310 900"),
    ],
)
def test_the_bars_can_be_moved(values: dict[str, Any], runs: str) -> None:
    """preview, min-proof and min-confidence let more or fewer rules run.

    greenlint's own rules claim no waste, so no proof is asked of them.
    """
    assert running(**values) == runs


@pytest.mark.parametrize(
    ("select", "ignore", "runs"),
    [
        ("ALL", "GRN301", "ACME101 101 900"),
        ("GRN301", "ALL", "301"),
        ("GRN301", "GRN3", "301"),
        ("GRN3", "GRN301", ""),
        ("GRN3", "GRN30", ""),
        ("GRN30", "GRN3", "301"),
        ("GRN3", "database", "301"),
        ("database", "GRN3", ""),
        ("database", "default", ""),
        ("database", "ALL", "301"),
        ("query-in-loop", "GRN301", ""),
        ("default", "default", ""),
        ("ALL", "GRN", "ACME101"),
    ],
)
def test_the_narrower_word_wins(select: str, ignore: str, runs: str) -> None:
    """Exact before beginning, longer before shorter, then category, then ALL; a tie is ignored."""
    assert running(select=(select,), ignore=(ignore,)) == runs


def test_the_command_line_overrules_an_ignore() -> None:
    """--select GRN301 runs the rule though the file ignores it by that word."""
    config = override(settings(ignore=("GRN301", "loop")), select=["GRN301"])
    assert active(RULES, config) == (QUERY,)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            'select = [\n  "GRN3",\n  "GRN999",\n]',
            'greenlint.toml:3:3: select names "GRN999", and there is no such rule, category or '
            'beginning of a code. Did you mean "GRN900"? `greenlint rule --list` shows all.',
        ),
        (
            'select = ["SIM105"]',
            'greenlint.toml:1:11: select names "SIM105". SIM105 (contextlib.supp',
        ),
        ('ignore = ["qury-in-loop"]', 'greenlint.toml:1:11: ignore names "qury-in-loop"'),
        ('extend-select = ["grn301"]', "no such rule, category or beginning of a code. Did you me"),
        ('fixable = ["all"]', 'Did you mean "ALL"?'),
        ('[severity]\nGRN4 = "note"', 'greenlint.toml:2:1: severity names "GRN4"'),
        (
            '[per-file-ignores]\n"tests/**" = ["datbase"]',
            "greenlint.toml:2:15: per-file-ignores na",
        ),
        ('extend = "base.toml"', 'base.toml:2:11: ignore names "GRN98"'),
    ],
)
def test_a_selector_of_nothing_is_an_error(tmp_path: Path, body: str, message: str) -> None:
    """A word that names no rule is an error with its place and the nearest word that does."""
    (tmp_path / "greenlint.toml").write_text(body, encoding="utf-8")
    (tmp_path / "base.toml").write_text('\nignore = ["GRN98"]', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        active(RULES, load(cwd=tmp_path))
    assert message in str(caught.value)


def test_a_selector_of_the_command_line_names_its_option() -> None:
    """A wrong word of the command line is told with the option, not with a file."""
    with pytest.raises(ConfigError, match=r'^--select: select names "GRN30x", and'):
        active(RULES, override(settings(), select=["GRN30x"]))


# How severe, where, and what is fixed


@pytest.mark.parametrize(
    ("keys", "severity"),
    [
        ({}, Severity.ERROR),
        ({"GRN1": Severity.NOTE}, Severity.ERROR),
        ({"ALL": Severity.NOTE}, Severity.NOTE),
        ({"database": Severity.WARNING, "ALL": Severity.NOTE}, Severity.WARNING),
        ({"GRN3": Severity.NOTE, "database": Severity.WARNING}, Severity.NOTE),
        ({"GRN301": Severity.WARNING, "GRN30": Severity.NOTE}, Severity.WARNING),
        ({"GCI72": Severity.NOTE}, Severity.NOTE),
    ],
)
def test_the_narrowest_severity_holds(keys: dict[str, Severity], severity: Severity) -> None:
    """A rule has its own severity unless a key names it; the narrowest key decides."""
    for table in (tuple(keys.items()), tuple(reversed(keys.items()))):
        assert severity_of(QUERY, settings(severity=table)) is severity


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("tests/a.py", {"GRN301", "GRN302", "GRN303", "GRN310", "GRN351", "GRN352"}),
        ("app/tests/a.py", set()),
        ("app/x_gen.py", {"ACME101"}),
        ("tests/x_gen.py", {"ACME101", "GRN301", "GRN302", "GRN303", "GRN310", "GRN351", "GRN352"}),
        ("a.py", {"GRN101"}),
        ("app/a.py", set()),
    ],
)
def test_files_ignore_rules(name: str, codes: set[str]) -> None:
    """per-file-ignores are globs from the root, and what they say adds up."""
    config = settings(
        per_file_ignores=(
            *(("tests/**", ("GRN3",)), ("*_gen.py", ("other",))),
            *(("/a.py", ("loops",)), ("none/", ("ALL",))),
        )
    )
    assert ignored_for(name, config, RULES) == codes


@pytest.mark.parametrize(
    ("values", "safe", "unsafe"),
    [
        ({}, True, False),
        ({"unsafe_fixes": True}, True, True),
        ({"extend_safe_fixes": ("GRN1",)}, True, True),
        ({"extend_safe_fixes": ("GRN3",)}, True, False),
        ({"fixable": ("GRN3",)}, False, False),
        ({"fixable": ()}, False, False),
        ({"unfixable": ("loop",), "unsafe_fixes": True}, False, False),
        ({"unfixable": ("ALL",)}, False, False),
        ({"fixable": ("GRN101",), "unfixable": ("GRN1",)}, True, False),
        ({"fixable": ("GRN1",), "unfixable": ("GRN101",)}, False, False),
    ],
)
def test_fixes_are_permitted(values: dict[str, Any], safe: bool, unsafe: bool) -> None:
    """fixable and unfixable: the narrower wins; unsafe fixes need a word of the user."""
    config = settings(**values)
    assert fix_allowed(LOOP, Safety.SAFE, config) is safe
    assert fix_allowed(LOOP, Safety.UNSAFE, config) is unsafe


# Options of single rules

POLL = rule(
    "GRN601",
    "poll",
    options=(
        *(Option("interval", 0.5, "Seconds."), Option("turns", 3, "How many.")),
        *(Option("strict", False, "Whether."), Option("name", "x", "Which.")),
    ),
)


def options_of(folder: Path, body: str) -> Any:
    (folder / "greenlint.toml").write_text(body, encoding="utf-8")
    return rule_options(load(cwd=folder), (LOOP, POLL))


def test_options_have_defaults(tmp_path: Path) -> None:
    """Options are kept by code, by whichever word their table is named; the rest have defaults."""
    defaults = {"interval": 0.5, "turns": 3, "strict": False, "name": "x"}
    assert options_of(tmp_path, "") == {"GRN601": defaults}
    body = "[rules.poll]\ninterval = 2\nstrict = true"
    values = options_of(tmp_path, body)["GRN601"]
    assert values == {**defaults, "interval": 2.0, "strict": True}
    assert type(values["interval"]) is float


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[rules.GRN602]\na = 1", '1:2: There is no rule "GRN602". Did you mean "GRN601"? `green'),
        ("[rules.loop]\na = 1", '2:1: GRN101 (loop) has no option "a". It has none.'),
        ("[rules.GRN601]\nintervall = 1", '2:1: GRN601 (poll) has no option "intervall". Did you'),
        ("rules.poll.turns = 1.5", "1:1: turns of GRN601 (poll) must be a whole number, not 1.5."),
        ("rules.poll.turns = true", "1:1: turns of GRN601 (poll) must be a whole number, not tru"),
        ('rules.poll.interval = "1"', '1:1: interval of GRN601 (poll) must be a number, not "1".'),
        ("rules.poll.strict = 1", "1:1: strict of GRN601 (poll) must be true or false, not 1. Th"),
        ("rules.poll.name = ['a']", '1:1: name of GRN601 (poll) must be a string, not ["a"]. The'),
    ],
)
def test_options_are_typed(tmp_path: Path, body: str, message: str) -> None:
    """An unknown rule, an unknown option and a value of another type are errors with a place."""
    with pytest.raises(ConfigError) as caught:
        options_of(tmp_path, body)
    assert str(caught.value).partition("greenlint.toml:")[2].startswith(message)

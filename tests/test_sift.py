# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The findings of a run, less what comments, confidence, plugins and a baseline take away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from greenlint.check import ActiveRule, Checker
from greenlint.config import Config
from greenlint.errors import PluginError
from greenlint.plugins import Plugins, hookimpl
from greenlint.rule import Confidence, Hit, Proof, Rule, Severity
from greenlint.ruleset import Ruleset, read_rules
from greenlint.sift import Sifted, sift
from greenlint.source import SourceFile
from greenlint.work import Job

TODAY = date(2026, 11, 23)


def rule(code: str, name: str, **facts: Any) -> Rule:
    """A stable rule that flags calls of its name; as sure as the call's first argument says."""
    import libcst as cst

    made = Rule(code=code, name=name, lifecycle="stable", **facts)

    @made.on(cst.Call)
    def called(call, here):
        if here.code(call.func) == name:
            sure = here.code(call.args[0].value) if call.args else "high"
            yield Hit(call, f"`{name}` is called", confidence=Confidence(sure))

    return made


LOUD = rule("ACME101", "loud")
SOFT = rule("ACME102", "soft", severity="note", confidence="medium")


class Plugin:
    """The rules, and whatever a test wants to do to the findings."""

    def __init__(self, modify: Callable[[list[Any]], None] | None = None) -> None:
        self.modify = modify

    @hookimpl
    def greenlint_register_rules(self) -> list[Rule]:
        return [LOUD, SOFT]

    @hookimpl
    def greenlint_modify_findings(self, findings: list[Any]) -> None:
        if self.modify:
            self.modify(findings)


def sifted(
    texts: dict[str, str],
    modify: Callable[[list[Any]], None] | None = None,
    keep: Any = None,
    tolerate: bool = False,
    **settings: Any,
) -> Sifted:
    """Check texts by name, and sift."""
    plugins = Plugins()
    plugins.manager.register(Plugin(modify), name="test")
    config = Config(Path("/p"), **{"min_proof": Proof.REASONED} | settings)
    rules: Ruleset = read_rules(plugins, config)
    checks = {"ACME101": LOUD, "ACME102": SOFT}
    checker = Checker(ActiveRule(info, checks[info.code]) for info in rules.running)
    jobs = [Job(Path("/p") / name, name, ignored=rules.ignored(name)) for name in texts]
    results = {
        job.name: checker.check(SourceFile(job.name, texts[job.name].encode()), ignored=job.ignored)
        for job in jobs
    }
    return sift(
        results,
        jobs,
        rules,
        today=TODAY,
        plugins=plugins,
        keep=keep,
        tolerate_syntax_errors=tolerate,
    )


def codes(found: Sifted) -> list[str]:
    return [f"{entry.finding.path} {entry.rule.code}" for entry in found.entries]


def test_findings_come_in_order_of_path_and_place() -> None:
    """Not in that in which files were checked."""
    found = sifted({"b.py": "soft()\nloud()\n", "a.py": "x = [loud(), soft(), loud()]\n"})
    assert codes(found) == [
        *("a.py ACME101", "a.py ACME102", "a.py ACME101"),
        *("b.py ACME102", "b.py ACME101"),
    ]


def test_comments_take_findings_away() -> None:
    """They are hidden, with the reason; a comment for nothing is a finding of its own."""
    text = (
        'loud()  # greenlint: ignore[ACME101] reason="a fair"\nx = 1  # greenlint: ignore[soft]\n'
    )
    found = sifted({"a.py": text})
    assert codes(found) == ["a.py GRN900"]
    (hidden,) = found.hidden
    assert (hidden.suppressed.kind, hidden.suppressed.reason) == ("inSource", "a fair")


def test_doubtful_findings_are_left_out() -> None:
    """Below min-confidence, unless the rule was named."""
    text = {"a.py": "loud(low)\nsoft(low)\nloud(medium)\n"}
    assert codes(sifted(text)) == ["a.py ACME101"]
    assert codes(sifted(text, min_confidence=Confidence.HIGH)) == []
    assert len(codes(sifted(text, select=("default", "ACME102")))) == 2
    assert len(codes(sifted(text, min_confidence=Confidence.LOW))) == 3


def test_severity_is_what_it_is_here() -> None:
    """As configured; a syntax error is an error, or a note when it is tolerated."""
    texts = {"a.py": "loud()\n", "b.py": "def ("}
    found = sifted(texts, severity=(("ACME101", Severity.ERROR),))
    assert [entry.severity for entry in found.entries] == [Severity.ERROR, Severity.ERROR]
    found = sifted(texts, tolerate=True)
    assert [entry.severity for entry in found.entries] == [Severity.WARNING, Severity.NOTE]


def test_a_syntax_error_is_told_whatever_is_selected() -> None:
    """A file that was not checked cannot pass."""
    texts = {"a.py": "loud()\n", "b.py": "def ("}
    found = sifted(texts, select=("ACME102",), ignore=("GRN999",))
    assert codes(found) == ["b.py GRN999"]
    assert codes(sifted(texts, per_file_ignores=(("*", ("ALL",)),))) == ["b.py GRN999"]


def test_plugins_may_drop_findings() -> None:
    """Before comments are matched: a comment for what was dropped is for nothing."""
    text = {"a.py": "loud()  # greenlint: ignore[ACME101]\nsoft()\n"}
    assert codes(sifted(text)) == ["a.py ACME102"]
    assert codes(sifted(text, modify=list.clear)) == ["a.py GRN900"]


@pytest.mark.parametrize("change", [{"path": "z.py"}, {"code": "NOPE101"}])
def test_plugins_may_not_invent_files_or_rules(change: dict[str, str]) -> None:
    """PluginError with what was added."""
    from dataclasses import replace

    with pytest.raises(PluginError, match=r"greenlint_modify_findings added .*_DISABLED_PLUGINS"):
        sifted({"a.py": "loud()\n"}, modify=lambda found: found.append(replace(found[0], **change)))


def test_only_what_is_chosen_is_kept() -> None:
    """`keep` sees live findings only."""
    text = {"a.py": "loud()  # greenlint: ignore[ACME101]\nloud()\nloud()\n"}
    seen: list[Any] = []
    found = sifted(text, keep=lambda live: seen.extend(live) or live[:1])
    assert [entry.finding.span.line for entry in found.entries] == [2]
    assert len(seen) == 2

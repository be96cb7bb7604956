# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The glances of the rules: no finding may be lost to one."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import greenlint_rules
import pytest

from greenlint.catalogue import load, rules_in
from greenlint.check import Checker
from greenlint.discover import is_test_file
from greenlint.result import Outcome
from greenlint.rule import RuleInfo
from greenlint.source import SourceFile
from greenlint.work import Plan

HOME = Path(__file__).parents[2]
SHOP = HOME / "examples" / "webshop"
LIBRARY = Path(sysconfig.get_paths()["stdlib"])
#: Packages of the standard library with loops, sleeps, sockets, texts and bytes.
PACKAGES = (
    "concurrent", "dbm", "http", "json", "logging", "multiprocessing", "urllib", "xmlrpc",
)  # fmt: skip

#: The rules that look at single files.
RULES = [
    info
    for info in rules_in("greenlint_rules", Path(greenlint_rules.__file__).parent)
    if load(info).checks
]


def checker(glances: bool) -> Checker:
    """All rules; those with an option that finds more have it on."""
    options = {
        info.code: {one.name: one.default is False or one.default for one in info.options}
        for info in RULES
    }
    return Checker(Plan(tuple(RULES), options).active(), glances=glances)


@pytest.mark.parametrize("info", [one for one in RULES if one.default], ids=lambda one: one.code)
def test_a_rule_that_is_on_by_default_has_glances(info: RuleInfo) -> None:
    """A rule without any would have each file with its needle parsed."""
    assert load(info).glances


def test_glances_lose_no_finding() -> None:
    """With glances and without, the same is found in the example and in real packages."""
    looking, plain = checker(True), checker(False)
    files = [*SHOP.rglob("*.py")]
    for package in PACKAGES:
        files += (LIBRARY / package).rglob("*.py")
    found = skipped = 0
    for path in files:
        name = path.name
        source = SourceFile(name, path.read_bytes())
        with_glances = looking.check(source, is_test=is_test_file(name))
        without = plain.check(source, is_test=is_test_file(name))
        assert with_glances.findings == without.findings, path
        assert not with_glances.problems
        found += len(without.findings)
        skipped += with_glances.outcome is Outcome.SKIPPED
    assert found > 20
    assert skipped > len(files) // 4

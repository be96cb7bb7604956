# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN402 and GRN750: forms that the pages do not spell out."""

from __future__ import annotations

import pytest
from greenlint_rules.calls import pure_python_yaml
from greenlint_rules.data import frame_concat_in_loop

from greenlint.check import ActiveRule, Checker
from greenlint.finding import Finding
from greenlint.fix import apply
from greenlint.rule import Rule
from greenlint.source import SourceFile


def findings(rule: Rule, text: str) -> list[Finding]:
    result = Checker([ActiveRule(rule.info(), rule)]).check(SourceFile("a.py", text.encode()))
    assert not result.problems
    return list(result.findings)


GROWS = "import numpy as np, pandas as pd\ndef go(self, xs, whole):\n    for x in xs:\n        {}\n"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("whole = pd.concat((x, whole), axis=1)", True),
        ("whole = pd.concat([whole] + [x])", False),
        ("whole = np.append(whole, x, axis=0)", True),
        ("self.whole = np.hstack([self.whole, x])", True),
        ("self.whole = np.hstack([whole, x])", False),
        ("whole = whole.append(x)", False),
        ("whole = whole.append(x, ignore_index=True)", True),
        ("if x: whole = np.vstack([whole, x]); break", False),
        ("other = np.append(whole, x)", False),
        ("whole[x] = np.append(whole[x], x)", False),
    ],
)
def test_only_what_is_one_of_its_own_pieces_grows(line: str, found: bool) -> None:
    """The same name stands on both sides, and the loop goes on."""
    assert bool(findings(frame_concat_in_loop.RULE, GROWS.format(line))) == found


@pytest.mark.parametrize(
    ("call", "fixed"),
    [
        ("yaml.safe_load(f)", 'yaml.load(f, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))'),
        (
            "yaml.safe_load(f,)",
            'yaml.load(f, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),)',
        ),
        (
            "yaml.load(f, yaml.FullLoader)",
            'yaml.load(f, getattr(yaml, "CFullLoader", yaml.FullLoader))',
        ),
        (
            "list(yaml.safe_load_all(f.read()))",
            'list(yaml.load_all(f.read(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))',
        ),
        ("yaml.safe_load((f or x))", None),
        ("yaml.safe_load(stream=f)", None),
        ("yaml.load(f, Loader=x)", None),
        ("yaml.load(f)", None),
    ],
)
def test_the_fix_names_the_loader_in_c(call: str, fixed: str | None) -> None:
    """The loader of the same kind, where the call is plain."""
    text = "import yaml\ndef go(path, x):\n    with open(path) as f:\n        return {}\n"
    fixes = [
        one.fix for one in findings(pure_python_yaml.RULE, text.format(call)) if one.fix is not None
    ]
    assert apply(text.format(call), fixes)[0] == text.format(fixed or call)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Small projects made of texts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import greenlint_rules

from greenlint.catalogue import rules_in
from greenlint.check import ActiveRule
from greenlint.finding import Finding
from greenlint.project import facts
from greenlint.project.checking import check_together
from greenlint.project.project import File, Project
from greenlint.project.syntax import parse
from greenlint.project.texts import Texts
from greenlint.source import SourceFile


def project_of(texts: Mapping[str, str], templates: Texts | None = None) -> Project:
    """A project of these files: name -> text."""
    files = []
    for name, text in texts.items():
        source = SourceFile(name, text.encode())
        tree = parse(source)
        assert tree is not None, name
        files.append(File(name, partial(_same, source), facts.read(tree, text)))
    return Project(files, templates)


def found_by(code: str, texts: Mapping[str, str]) -> list[Finding]:
    """What one rule across files finds in these files."""
    rules = rules_in("greenlint_rules", Path(greenlint_rules.__file__).parent)
    info = next(one for one in rules if one.code == code)
    judged = check_together([ActiveRule(info)], texts).values()
    assert not [problem for one in judged for problem in one.problems]
    return [finding for one in judged for finding in one.findings]


def _same(source: SourceFile) -> SourceFile:
    return source

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Small projects made of texts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from greenlint.project import facts
from greenlint.project.project import File, Project
from greenlint.project.syntax import parse
from greenlint.source import SourceFile


def project_of(texts: Mapping[str, str]) -> Project:
    """A project of these files: name -> text."""
    files = []
    for name, text in texts.items():
        source = SourceFile(name, text.encode())
        tree = parse(source)
        assert tree is not None, name
        files.append(File(name, partial(_same, source), facts.read(tree, text)))
    return Project(files)


def _same(source: SourceFile) -> SourceFile:
    return source

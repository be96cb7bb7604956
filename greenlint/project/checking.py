# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One file of a project and the rules across files, to findings."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from greenlint.check import ActiveRule, bare, blame, needles_of
from greenlint.finding import Finding, FoundFix, Place, TextEdit, number_fingerprints
from greenlint.messages import as_message
from greenlint.needles import needles
from greenlint.project import facts
from greenlint.project.project import File, Project, Unit
from greenlint.project.shipped import beside
from greenlint.project.syntax import Spans, parse
from greenlint.project.texts import Mark, Texts
from greenlint.rule import Fix, Hit, RuleInfo
from greenlint.source import SourceFile


class Judged(NamedTuple):
    """The findings of one file, what failed, and the files that the findings rest on."""

    findings: tuple[Finding, ...]
    problems: tuple[str, ...]
    used: tuple[str, ...]


def judge(
    rules: Collection[ActiveRule], unit: Unit, project: Project, ignored: Collection[str] = ()
) -> Judged:
    """All findings of the rules across files in one file, in order."""
    memory = project.memory
    outer, memory.used = memory.used, 0
    memory.use(unit.name)
    broken: dict[str, str] = {}
    placed: dict[tuple[object, str], tuple[Finding, str]] = {}
    source = unit.source
    held = needles(needles_of(rules)).held(source.raw)
    for active in rules:
        info = active.info
        if info.code in ignored or (unit.is_test and not info.tests):
            continue
        if info.needles and held.isdisjoint(info.needles):
            continue
        try:
            for check in active.loaded.checks_across:
                for hit in check(unit, project, active.options):
                    finding = _finding(info, hit, unit)
                    text = bare(source.text[finding.span.start : finding.span.end])
                    placed.setdefault((finding.span, info.code), (finding, text))
        except Exception as error:
            blame(info, unit.name, error, broken)
    used = tuple(one for one in memory.names(memory.used) if not _is_shipped(project, one))
    memory.used |= outer
    found = number_fingerprints(sorted(placed.values(), key=lambda pair: pair[0].sort_key))
    return Judged(tuple(found), tuple(broken.values()), used)


def _finding(info: RuleInfo, hit: Hit, unit: Unit) -> Finding:
    spans = unit.spans
    assert isinstance(hit.node, ast.AST)
    return Finding(
        unit.name,
        spans.of(hit.node),
        info.code,
        as_message(hit.message),
        as_message(hit.help or info.help),
        hit.confidence or info.confidence,
        symbol=_symbol(unit.tree, hit.node),
        fix=_fix(hit.fix, spans) if hit.fix else None,
        related=tuple(_related(hit, unit, spans)),
    )


def _related(hit: Hit, unit: Unit, spans: Spans) -> Iterator[Place]:
    for one in hit.related:
        path = one.path or unit.name
        if _is_shipped(unit.project, path):
            continue
        if isinstance(one.node, Mark):
            yield Place(path, one.node.span, as_message(one.message))
            continue
        at = spans if path == unit.name else unit.project.units[path].spans
        assert isinstance(one.node, ast.AST)
        yield Place(path, at.of(one.node), as_message(one.message))


def _is_shipped(project: Project, name: str) -> bool:
    """Whether a file is a library's, and no file of the run."""
    unit = project.units.get(name)
    return unit is not None and unit.shipped


def _fix(fix: Fix, spans: Spans) -> FoundFix:
    edits = []
    for edit in fix.edits:
        assert isinstance(edit.node, ast.AST)
        until = edit.until if isinstance(edit.until, ast.AST) else None
        edits.append(TextEdit(spans.of(edit.node, until), edit.text))
    return FoundFix(as_message(fix.message), fix.safety, tuple(edits))


def _symbol(tree: ast.Module, node: ast.AST) -> str:
    """The names of the functions and classes around a node."""
    names: list[str] = []
    line = getattr(node, "lineno", 0)
    body: list[ast.AST] = list(tree.body)
    while body:
        one = body.pop()
        end = getattr(one, "end_lineno", 0) or 0
        if not getattr(one, "lineno", 0) <= line <= end and not isinstance(one, ast.match_case):
            continue
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.append(one.name)
            body = []
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            below = getattr(one, name, None)
            if isinstance(below, list):
                body.extend(below)
    return ".".join(names)


def check_together(rules: Collection[ActiveRule], texts: Mapping[str, str]) -> dict[str, Judged]:
    """The findings across a few files given as texts by name: what pages and tests ask for.

    Files that are no Python are templates.
    """
    files = []
    for name, text in texts.items():
        if not name.endswith((".py", ".pyi")):
            continue
        source = SourceFile(name, text.encode())
        tree = parse(source)
        if tree is not None:
            files.append(File(name, lambda source=source: source, facts.read(tree, text)))  # type: ignore[misc]
    files += beside(texts)
    project = Project(files, Texts(units=list(texts), held=texts))
    own = {name: unit for name, unit in project.units.items() if not unit.shipped}
    return {name: judge(rules, unit, project) for name, unit in own.items()}

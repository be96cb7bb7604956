# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The facts of a package's rules, read from its files without running any of them.

A rule package holds ``<room>/<rule>.py`` with ``RULE = Rule(code=..., ...)`` in literals, and its
page ``<rule>.md`` beside it.  Reading both as text keeps libcst out of every run that has nothing
to parse.
"""

from __future__ import annotations

import ast
import contextlib
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from greenlint.catalogue_memory import remembered
from greenlint.errors import PluginError
from greenlint.rule import Option, Rule, RuleInfo

_RULE = re.compile(r"^RULE\b[^=\n]*=[^=]", re.MULTILINE)
_WRITTEN = re.compile(r"^RULE = Rule\((.*?)^\)$", re.MULTILINE | re.DOTALL)


def rules_in(package: str, folder: Path) -> Iterator[RuleInfo]:
    """The facts of every rule below `folder`, the home of `package`, in order of path."""
    return iter(remembered(folder, lambda: _read(package, folder)))


def _read(package: str, folder: Path) -> Iterator[RuleInfo]:
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text("utf-8")
        if _RULE.search(text):
            parts = path.relative_to(folder).with_suffix("").parts
            yield _info(text, path, ".".join((package, *parts)))


def load(info: RuleInfo) -> Rule:
    """Import the rule with its checks; PluginError names it when that fails."""
    try:
        rule = (sys.modules.get(info.module) or import_module(info.module)).RULE
    except Exception as error:
        raise PluginError(
            "Rule {code} ({module}) cannot be loaded: {why}.",
            code=info.code,
            module=info.module,
            why=repr(error),
        ) from error
    if not isinstance(rule, Rule):
        raise PluginError(
            "{module}.RULE is a {kind}, not a Rule.",
            module=info.module,
            kind=type(rule).__name__,
        )
    return rule


def _info(text: str, path: Path, module: str) -> RuleInfo:
    try:
        arguments = _arguments(text)
        rule = Rule(**{str(word.arg): _value(word.value) for word in arguments})
    except (ValueError, TypeError, SyntaxError) as error:
        raise PluginError(
            "The facts of {module}.RULE are not `RULE = Rule(...)` with plain literals: {why}.",
            module=module,
            why=error,
        ) from None
    return with_page(rule, path, module=module)


def _arguments(text: str) -> list[ast.keyword]:
    """The arguments of ``RULE = Rule(...)``: those lines alone as we write them, else the file."""
    if found := _WRITTEN.search(text):
        with contextlib.suppress(SyntaxError):
            return _keywords(ast.parse(f"Rule({found[1]})", mode="eval").body)
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id == "RULE":
                return _keywords(node.value)
    raise ValueError("there is none at the top level")


def _keywords(node: ast.expr) -> list[ast.keyword]:
    if not isinstance(node, ast.Call) or node.args:
        raise ValueError("it is no call with named arguments")
    return node.keywords


def with_page(rule: Rule, path: Path, **more: str) -> RuleInfo:
    """A rule's facts with what the page beside its module at `path` adds, if there is one."""
    home = path.with_suffix(".md")
    if not home.exists():
        return rule.info(**more)
    from greenlint.page import read

    page = read(home)
    if page.name != rule.name:
        raise PluginError(
            "The page of {code} is headed {heading}, not {name}.",
            code=rule.code,
            heading=repr(page.name),
            name=repr(rule.name),
        )
    return rule.info(summary=page.summary, proof=page.proof, page=home, **more)


def _value(node: ast.expr) -> Any:
    """A literal, or a tuple of ``Option(...)`` calls with literal arguments."""
    if isinstance(node, ast.Tuple):
        return tuple(_value(item) for item in node.elts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Option":
        return Option(
            *(ast.literal_eval(arg) for arg in node.args),
            **{str(word.arg): ast.literal_eval(word.value) for word in node.keywords},
        )
    return ast.literal_eval(node)

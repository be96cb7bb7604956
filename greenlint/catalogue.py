# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The facts of a package's rules, read from its files without running any of them.

A rule package holds ``<room>/<rule>.py`` with ``RULE = Rule(code=..., ...)`` in literals, and its
page ``<rule>.md`` beside it.  Reading both as text keeps libcst out of every run that has nothing
to parse.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from greenlint.errors import PluginError
from greenlint.page import read
from greenlint.rule import Option, Rule, RuleInfo

_RULE = re.compile(r"^RULE = Rule\((.*?)^\)$", re.MULTILINE | re.DOTALL)


def rules_in(package: str, folder: Path) -> Iterator[RuleInfo]:
    """The facts of every rule below `folder`, the home of `package`, in order of path."""
    for path in sorted(folder.rglob("*.py")):
        found = _RULE.search(path.read_text("utf-8"))
        if found:
            parts = path.relative_to(folder).with_suffix("").parts
            yield _info(found[1], path, ".".join((package, *parts)))


def load(info: RuleInfo) -> Rule:
    """Import the rule with its checks; PluginError names it when that fails."""
    try:
        rule = import_module(info.module).RULE
    except Exception as error:
        raise PluginError(
            f"Rule {info.code} ({info.module}) cannot be loaded: {error!r}."
        ) from error
    if not isinstance(rule, Rule):
        raise PluginError(f"{info.module}.RULE is a {type(rule).__name__}, not a Rule.")
    return rule


def _info(arguments: str, path: Path, module: str) -> RuleInfo:
    call = ast.parse(f"Rule({arguments})", mode="eval").body
    assert isinstance(call, ast.Call)
    try:
        rule = Rule(**{str(word.arg): _value(word.value) for word in call.keywords})
    except (ValueError, TypeError) as error:
        raise PluginError(f"The facts of {module}.RULE are not plain literals: {error}.") from None
    return with_page(rule, path, module=module)


def with_page(rule: Rule, path: Path, **more: str) -> RuleInfo:
    """A rule's facts with what the page beside its module at `path` adds, if there is one."""
    home = path.with_suffix(".md")
    if not home.exists():
        return rule.info(**more)
    page = read(home)
    if page.name != rule.name:
        raise PluginError(f"The page of {rule.code} is headed {page.name!r}, not {rule.name!r}.")
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

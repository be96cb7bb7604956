# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""YAML read by PyYAML's loader in Python, where libyaml's loader in C does the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import arguments, renamed
from greenlint_rules.turns import branches, is_minor

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.project.nodes import word_of
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.scope import How, dotted

RULE = Rule(
    code="GRN750",
    name="pure-python-yaml",
    severity="note",
    needles=(b"safe_load", b"SafeLoader", b"FullLoader"),
    since="0.1.0",
    lifecycle="stable",
    fix="unsafe",
    help='`yaml.load(f, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))` reads with libyaml',
    tests=False,
)

_LOADERS = {"yaml.SafeLoader": "SafeLoader", "yaml.FullLoader": "FullLoader"}
_WORDS = ("safe_load", "safe_load_all", "load", "load_all")
_TOOLING = frozenset(("scripts", "_scripts", "tools", "docs", "doc", "cli", "deploy"))
_READS = ("read", "read_text", "read_bytes", "open", "getvalue", "get_data", "get_contents")


@RULE.glance(words=_WORDS)
def glance(node: ast.Call, _: bool) -> bool:
    """``safe_load(text)``, ``load(text, Loader)``."""
    return len(arguments(node)) == (1 if word_of(node).startswith("safe_") else 2)


renamed(RULE, _WORDS)


@RULE.on(cst.Call)
def load(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A load whose text comes from a file, or that a loop repeats."""
    word = (here.qualified(node.func) or "").removeprefix("yaml.")
    if word not in _WORDS or not node.args:
        return
    loader = _loader(node, word, here)
    source = node.args[0].value
    if not loader or node.args[0].keyword is not None or _is_literal(source, here):
        return
    if "add_constructor" in here.text or "add_implicit_resolver" in here.text:
        return
    loop = here.every_turn()
    repeated = loop is not None
    if not repeated and (_is_tooling(here) or not _is_read(source, here)):
        return
    yield Hit(
        node,
        say(
            "`{call}` parses `{source}` in Python, character by character",
            call=here.brief(node.func),
            source=here.brief(source, 40),
        ),
        fix=_fix(node, word, loader, here),
        confidence=Confidence.LOW
        if loop is None
        or is_minor(loop, here)
        or branches(loop, here) > 1
        or _is_read(source, here)
        else None,
    )


def _loader(node: cst.Call, word: str, here: Here) -> str:
    """The loader that is used, if it is one in Python."""
    if word.startswith("safe_"):
        return "SafeLoader" if len(node.args) == 1 else ""
    given = node.args[1] if len(node.args) == 2 else None
    if given is None or (given.keyword is not None and given.keyword.value != "Loader"):
        return ""
    return _LOADERS.get(here.qualified(given.value) or "", "")


def _is_tooling(here: Here) -> bool:
    """Whether the file serves the repository, and runs when a developer wants it to."""
    return not _TOOLING.isdisjoint(here.name.split("/")[:-1])


def _is_literal(source: cst.BaseExpression, here: Here) -> bool:
    """A text written in this file, or a name for one."""
    if isinstance(source, (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)):
        return True
    if isinstance(source, cst.Name):
        bindings = here.bindings(source.value)
        return bool(bindings) and all(
            isinstance(binding.value, (cst.SimpleString, cst.ConcatenatedString))
            for binding in bindings
        )
    return isinstance(source, cst.Call) and _is_literal(source.func, here)


def _is_read(source: cst.BaseExpression, here: Here) -> bool:
    """An opened file, what was read of one, or a name for either."""
    if here.kind(source) is Kind.FILE or _reads(source):
        return True
    if not isinstance(source, cst.Name):
        return False
    bindings = here.bindings(source.value)
    return bool(bindings) and all(
        binding.how in (How.ASSIGN, How.WITH)
        and binding.value is not None
        and (_reads(binding.value) or here.kind(binding.value) is Kind.FILE)
        for binding in bindings
    )


def _reads(expr: cst.BaseExpression) -> bool:
    match expr:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=word))):
            return word in _READS
        case cst.Call(func=cst.Name(value="open")):
            return True
    return False


def _fix(node: cst.Call, word: str, loader: str, here: Here) -> Fix | None:
    module = dotted(node.func).rpartition(".")[0]
    if not module or node.args[0].value.lpar:
        return None
    faster = f'getattr({module}, "C{loader}", {module}.{loader})'
    edits = [Edit(node.args[-1].value, faster)]
    if word.startswith("safe_"):
        source = node.args[0].value
        edits = [
            Edit(node.func, f"{module}.{word.removeprefix('safe_')}"),
            Edit(source, f"{here.code(source)}, Loader={faster}"),
        ]
    return Fix(say("use libyaml's loader where it is installed"), tuple(edits), Safety.UNSAFE)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Glances that several rules share: at what is called, and at what an import renames."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence

from greenlint.rule import Question, Rule

#: What `greenlint.here.Here.every_turn` calls a for loop, and the comprehensions.
LOOPS = (ast.For, ast.AsyncFor)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
#: What has statements right below it.
BODIES = (
    ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.AsyncFor,
    ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.ExceptHandler,
    ast.match_case,
)  # fmt: skip


def method_of(call: ast.Call) -> str:
    """The method that is called, "" for a plain function."""
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else ""


def function_of(node: ast.AST | None) -> str:
    """The plain name that is called, "" for a method and for anything that is no call."""
    func = node.func if isinstance(node, ast.Call) else None
    return func.id if isinstance(func, ast.Name) else ""


def is_dotted(node: ast.AST) -> bool:
    """``a.b.c``: attributes of a name."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def arguments(call: ast.Call) -> list[ast.expr]:
    """What a call is given, by place and by name; ``*rest`` is one of them."""
    return [*call.args, *(word.value for word in call.keywords)]


def only_given(call: ast.Call) -> ast.expr | None:
    """The one thing that a call is given by place, if that is all."""
    return call.args[0] if len(call.args) == 1 and not call.keywords else None


def is_number(node: ast.AST, *numbers: int) -> bool:
    """Whether one of these numbers is written there."""
    return isinstance(node, ast.Constant) and any(
        node.value == number and node.value.__class__ in (int, float) for number in numbers
    )


def does_only(body: Sequence[ast.stmt], *kinds: type[ast.AST]) -> bool:
    """Whether a body holds nothing but such statements, or expressions alone on their line."""
    return all(isinstance(one.value if isinstance(one, ast.Expr) else one, kinds) for one in body)


def calls_of(rule: Rule, names: Collection[str], *, in_loops: bool = False) -> None:
    """Let a rule look at files that may call one of these dotted names, or do so in a loop."""
    words = last_words(names)

    @rule.glance(words=words)
    def _called(node: ast.Call, in_loop: bool) -> bool | Question:
        if in_loops and not in_loop:
            return False
        return lambda origins: not origins.qualified(node.func).isdisjoint(names)


def last_words(names: Iterable[str]) -> frozenset[str]:
    """The last word of each dotted name."""
    return frozenset(name.rpartition(".")[2] for name in names)


def renamed(rule: Rule, words: Collection[str]) -> None:
    """Let a rule look at files with an import that gives one of the words another name."""

    @rule.glance(ast.ImportFrom, ast.Import)
    def _renamed(node: ast.ImportFrom | ast.Import, _: bool) -> bool:
        return any(
            one.asname is not None and one.name.rpartition(".")[2] in words for one in node.names
        )

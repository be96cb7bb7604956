# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a file may do with its database, at a glance: rows, sessions and connections."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from greenlint.origins import Origins, annotated
from greenlint.project.nodes import every
from greenlint.rule import Question, Rule
from greenlint_rules.glances import LOOPS, arguments
from greenlint_rules.orm import CONNECTIONS, PAIR, SAME_ROWS

_MANAGERS = ("objects", "_default_manager", "_base_manager")
_CREATE = frozenset(("create", *PAIR))


def queries_in_loops(
    rule: Rule, *, rows: Collection[str], sessions: Collection[str], builtins: Collection[str]
) -> None:
    """Let a rule look at files that may ask the database in a loop: by methods of querysets, by
    those of sessions and their queries, by builtins that go over rows, or by another loop.
    """

    @rule.glance(words={*rows, *sessions})
    def _called(node: ast.Call, in_loop: bool) -> bool | Question:
        return (
            in_loop
            and isinstance(node.func, ast.Attribute)
            and _asks(node.func.value, node.func.attr)
        )

    def _asks(receiver: ast.expr, word: str) -> Question:
        return lambda names: (
            (word in rows and may_be_rows(receiver, names))
            or (word in sessions and may_be_session(receiver, names))
            or (word == "execute" and names.any(receiver, leads_to_connection))
        )

    @rule.glance(words=builtins)
    def _evaluated(node: ast.Call, in_loop: bool) -> bool | Question:
        given = arguments(node) if isinstance(node.func, ast.Name) else []
        return in_loop and (lambda names: any(may_be_rows(one, names) for one in given))

    @rule.glance(*LOOPS, ast.comprehension)
    def _gone_over(node: ast.For | ast.comprehension, in_loop: bool) -> bool | Question:
        return in_loop and (lambda names: may_be_rows(node.iter, names))


def writes_in_loops(rule: Rule, words: Collection[str], options: Collection[str]) -> None:
    """Let a rule look at files that may write to the database in a loop, by methods that are
    called by these words and given no more than what Django's own take by these names.
    """

    @rule.glance(words=[*words, *(f"a{word}" for word in words)])
    def _called(node: ast.Call, in_loop: bool) -> bool | Question:
        if not in_loop or not isinstance(node.func, ast.Attribute):
            return False
        word, receiver = node.func.attr, node.func.value
        word = word if word in words else word[1:]
        named = {one.arg for one in node.keywords if one.arg is not None}
        if word in _CREATE:
            plain = not all(isinstance(given, ast.Starred) for given in node.args)
            return not plain and (lambda names: may_be_rows(receiver, names))
        if word in ("save", "delete"):
            row = "update_fields" in named or _is_row(receiver)
            return named.issubset(options) and row
        return word != "flush" or (lambda names: may_be_session(receiver, names))


def _is_row(receiver: ast.expr) -> bool | Question:
    return isinstance(receiver, ast.Name) and (lambda names: may_be_row(receiver.id, names))


def may_be_rows(expr: ast.AST, names: Origins) -> bool:
    """Whether `is_queryset` or `is_relation` could say yes."""
    return names.any(expr, _leads_to_rows)


def may_be_row(name: str, names: Origins) -> bool:
    """Whether `is_row` could say yes to a name."""
    return names.any(ast.Attribute(ast.Name(name), ""), _leads_to_rows)


def _leads_to_rows(node: ast.AST, names: Origins) -> bool | Sequence[str | ast.AST]:
    """A manager, or what is annotated as a queryset; a row leads to what gave it."""
    match node:
        case ast.Attribute(value=of, attr=word):
            if word in _MANAGERS:
                return True
            if isinstance(of, ast.Name):
                made = any(map(_makes_model, names.given.get(of.id, ())))
                return made or (of.id, f"{of.id}[]")
        case ast.Call(func=ast.Name(id=word), args=[first, *_]):
            return (first,) if word in SAME_ROWS or word == "enumerate" else ()
    return annotated(node, "QuerySet")


def _makes_model(value: ast.AST) -> bool:
    value = value.value if isinstance(value, ast.Await) else value
    match value:
        case ast.Call(func=ast.Name(id=word) | ast.Attribute(attr=word)):
            return word[:1].isupper()
    return False


def leads_to_connection(node: ast.AST, names: Origins) -> bool:
    """Whether `is_connection` or `is_cursor` could say yes because of a node."""
    match node:
        case ast.Call(func=ast.Attribute(attr=word) | ast.Name(id=word)):
            return word in ("cursor", "connect") or not names.qualified(node.func).isdisjoint(
                CONNECTIONS
            )
        case ast.Name() | ast.Attribute():
            return any(name.startswith("django.db.connection") for name in names.qualified(node))
    return False


def may_be_session(expr: ast.AST, names: Origins) -> bool:
    """Whether `is_session` or `is_session_query` could say yes."""
    return names.imports("sqlalchemy", "sqlmodel") or any(
        isinstance(part, ast.Attribute) and part.attr in ("session", "query")
        for part in every(expr)
    )

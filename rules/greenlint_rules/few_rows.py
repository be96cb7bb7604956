# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Loops over rows that have few turns, or run seldom, by what is around them."""

from __future__ import annotations

import ast
import re

from greenlint.project import models
from greenlint.project.doubts import SURE, running
from greenlint.project.facts import dotted
from greenlint.project.knowing import Function, function_around
from greenlint.project.needs import Need
from greenlint.project.nodes import every, word_of
from greenlint.project.project import Project, Unit
from greenlint.project.values import Row
from greenlint_rules.columns import mentions
from greenlint_rules.many import is_run_by_hand

#: Of such, by the last word of the model's name, or by the whole name, one row has a few.
_PARTS = frozenset(("Attribute", "Choice", "Option", "Setting", "Tier"))
_WHOLE = frozenset(("Level", "State", "Status", "Step"))
_WORDS = re.compile(r"[A-Z][a-z]+")
_MAILS = re.compile(r"_*a?(?:send_(?:\w+_)?e?mails?|email_user)(?:_|\Z)")
_FETCHES = re.compile(
    r"_*a?(?:(?:download|upload)(?:_|\Z)|fetch_(?:\w+_)?(?:content|data|file|page|url)\Z|urlopen\Z)"
)
_CLIENTS = re.compile(r"_*(?:get|make|create|build)_(?:backend|client|connection|session|driver)\Z")


def is_for_few(project: Project, row: Row, iterable: ast.AST, unit: Unit) -> bool:
    """Whether the rows that are gone through belong to one row that is saved or has few of such,
    are told of after something failed, or are gone through by what is run by hand.
    """
    if _is_part(project, row):
        return True
    function = function_around(iterable, unit)
    if function is None:
        return False
    return (
        (function.name == "save" and _is_of_model(project, unit, function))
        or is_run_by_hand(function)
        or is_after_failure(function, iterable)
        or _is_of_instance(function, row)
    )


def speaks_elsewhere(found: list[Need]) -> bool:
    """Whether all that is read of a row is what a client of another machine is made of: the talk
    with that machine costs more.
    """
    return bool(found) and all(
        any(
            isinstance(node, ast.Attribute) and _CLIENTS.match(node.attr)
            for at in (need.at, *need.via)
            for node in every(at.node)
        )
        for need in found
    )


def _is_part(project: Project, row: Row) -> bool:
    """What one row has a few of: its attributes, its next states."""
    words = _WORDS.findall(row.model.name.rpartition(".")[2])
    if not words or not (words[-1] in _PARTS or (len(words) == 1 and words[0] in _WHOLE)):
        return False
    if row.of is not None and row.of.relation:
        return True
    return row.at is not None and any(
        isinstance(node, ast.keyword)
        and node.arg is not None
        and (link := models.link(project, row.model, node.arg)) is not None
        and not link.many
        for node in every(row.at.node)
    )


def _is_of_model(project: Project, unit: Unit, function: Function) -> bool:
    """Whether a method is a model's: what saves one row."""
    return any(
        function in cls.node.body and models.is_model(project, cls) for cls in unit.classes.values()
    )


def is_after_failure(function: Function, node: ast.AST) -> bool:
    """Whether something of a function runs only where something else has failed."""
    line = getattr(node, "lineno", 0)
    return any(
        isinstance(one, ast.ExceptHandler) and one.lineno <= line <= (one.end_lineno or 0)
        for one in every(*function.body)
    )


def _is_of_instance(function: Function, row: Row) -> bool:
    """Whether a handler of a signal goes through the rows of the one that is saved, or that gets or
    loses others: ``person = instance``, and then ``person.groups.all()``.
    """
    names = {one.arg for one in function.args.args}
    if not {"sender", "instance"} <= names or row.at is None:
        return False
    called = {"instance"}
    for one in every(*function.body):
        match one:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id="instance")):
                called.add(name)
    return any(mentions(row.at.node, name) for name in called)


def waits_elsewhere(body: list[ast.AST]) -> bool:
    """Whether a turn sends a mail, or one of its own statements fetches from or sends to another
    machine, whatever else is so: that costs more than a query.
    """
    if any(_speaks(one) for one in body):
        return True
    return any(
        isinstance(one, ast.Call) and doubt == SURE and _MAILS.match(word_of(one)) is not None
        for one, doubt in running(body, None)
    )


def _speaks(statement: ast.AST) -> bool:
    """``data = fetch_data(row.url)``, ``requests.get(row.url)``, ``await download(row)``."""
    call = statement.value if isinstance(statement, (ast.Assign, ast.Expr)) else None
    call = call.value if isinstance(call, ast.Await) else call
    if not isinstance(call, ast.Call):
        return False
    library = dotted(call.func).partition(".")[0] in ("requests", "httpx")
    return library or _FETCHES.match(word_of(call)) is not None

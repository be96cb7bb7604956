# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""An experiment tried once, before it is measured: both sides run, again, and to the same end."""

from __future__ import annotations

import ast
import copy
import sys
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from greenlint_profiler.experiment.code import Failed, function, module
from greenlint_profiler.experiment.trial import AFTER, BEFORE, Trial, Trouble
from greenlint_profiler.said import say

_OUR_OWN = ("localhost", "", None)
_SHOWN = 200


def checked(trial: Trial) -> dict[str, Any]:
    """The versions of the packages that it uses, as a message; raises Failed.

    Each side has a setup of its own.  Nothing may be asked of another machine: figures must not
    hang on who answers.
    """
    reached = _watched()
    try:
        ends = {side: _end(trial, side) for side in (BEFORE, AFTER)}
    finally:
        if reached:
            raise Failed(
                Trouble.NETWORK,
                say("it asks {host}; an experiment stays on its own machine", host=reached[0]),
            ) from None
    if trial.result is not None and not equal(ends[BEFORE], ends[AFTER]):
        before, after = (_short(ends[side]) for side in (BEFORE, AFTER))
        raise Failed(
            Trouble.DIFFERS,
            say(
                "`{result}` is {before} before and {after} after",
                result=trial.result,
                before=before,
                after=after,
            ),
        )
    return {"packages": dict(_packages(trial))}


def _end(trial: Trial, side: str) -> object:
    space = module(trial)
    run = function(space, trial.body(side), side, trial.result)
    try:
        first, second = copy.deepcopy(run()), run()
    except Exception as error:
        raise Failed.of(error, Trouble.RAISED) from None
    if trial.result is not None and not equal(first, second):
        raise Failed(
            Trouble.CHANGES,
            say(
                "`{result}` is {first} the first time and {second} the second; what a side "
                "changes it must make itself",
                result=trial.result,
                first=_short(first),
                second=_short(second),
            ),
            side,
        )
    return first


def equal(one: object, other: object) -> bool:
    """Whether two results are equal; arrays are when all of their elements are."""
    same: Any = one == other
    every = getattr(same, "all", None)
    return bool(same if every is None else every())


def _short(end: object) -> str:
    text = repr(end)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _watched() -> list[str]:
    """Refuse what leaves the machine, from now on; the addresses that were asked for are here."""
    reached: list[str] = []

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        address = None
        if event == "socket.getaddrinfo":
            address = arguments[0]
        elif event == "socket.connect" and isinstance(arguments[1], tuple):
            address = arguments[1][0]
        else:
            return
        if not _at_home(address):
            reached.append(str(address))
            raise ConnectionRefusedError("an experiment asks no other machine")

    sys.addaudithook(hook)
    return reached


def _at_home(host: object) -> bool:
    if host in _OUR_OWN:
        return True
    from ipaddress import ip_address

    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _packages(trial: Trial) -> Iterator[tuple[str, str]]:
    """Of the modules that its text imports, the packages that are not Python's, and versions."""
    names = {
        name.partition(".")[0]
        for text in (trial.setup, trial.before, trial.after)
        for node in ast.walk(ast.parse(text))
        for name in _imported(node)
    } - sys.stdlib_module_names
    if names:
        known = metadata.packages_distributions()
        for name in sorted(names & known.keys()):
            yield known[name][0], metadata.version(known[name][0])


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []

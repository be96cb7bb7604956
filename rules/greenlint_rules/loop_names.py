# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Whether anything reads the names that a loop binds, and which names are still free."""

from __future__ import annotations

import ast
import builtins
import keyword
import re

import libcst as cst

from greenlint.here import Here
from greenlint.scope import COMPREHENSIONS as _COMPREHENSIONS
from greenlint.scope import scope_bindings
from greenlint.walk import parts, within
from greenlint_rules.glances import COMPREHENSIONS, LOOPS

# Builtins that may read any local name.
_READS_ALL = frozenset(("locals", "vars", "eval", "exec"))
_TAKEN = frozenset((*dir(builtins), *keyword.kwlist))


def is_read(name: str, scope: cst.CSTNode, here: Here) -> bool:
    """Whether anything in the scope but the target of the loop at hand may read the name it binds.

    Another loop that binds the name anew reads its own, unless the loop at hand stands in it.
    """
    around = {here.node, *here.ancestors}
    work: list[cst.CSTNode] = [scope]
    while work:
        node = work.pop()
        if isinstance(node, cst.Name) and (node.value == name or node.value in _READS_ALL):
            return True
        # Whoever is told of the name by `nonlocal` or `global` may read it elsewhere.
        if isinstance(node, (cst.Global, cst.Nonlocal)) and name in _handed(node):
            return True
        below = parts(node, names=True)
        if isinstance(node, (cst.For, cst.CompFor)) and name in names_in(node.target):
            below = [part for part in below if part is not node.target]
            if node not in around:
                below = [node.iter]
        work += below
    return False


def _handed(node: cst.Global | cst.Nonlocal) -> set[str]:
    return {one.name.value for one in node.names}


def may_be_unread(name: str, node: ast.For | ast.ListComp, clause: ast.AST) -> bool:
    """At a glance: whether a loop has a name nowhere but in its own target and in loops that
    bind it.
    """
    work: list[ast.AST] = [node] if isinstance(node, COMPREHENSIONS) else [*node.body]
    while work:
        part = work.pop()
        if isinstance(part, ast.Name) and part.id == name:
            return False
        if isinstance(part, (*LOOPS, ast.comprehension)) and any(
            isinstance(one, ast.Name) and one.id == name for one in ast.walk(part.target)
        ):
            if part is clause:
                work += [one for one in ast.iter_child_nodes(part) if one is not part.target]
            continue
        work += ast.iter_child_nodes(part)
    return True


def names_in(target: cst.CSTNode) -> set[str]:
    """The plain names in a target or an expression."""
    return {node.value for node in within(target, names=True) if isinstance(node, cst.Name)}


def lives_on(name: str, node: cst.CSTNode, here: Here) -> bool:
    """Whether the function, or one inside it, has the name anywhere outside a loop that binds it;
    a module or a class may always.
    """
    if here.function is None or isinstance(_scope(here), cst.ClassDef):
        return True
    inside = {id(part) for part in within(node, names=True)}
    work: list[cst.CSTNode] = [here.block]
    while work:
        part = work.pop()
        if isinstance(part, cst.Name) and part.value == name and id(part) not in inside:
            return True
        if isinstance(part, (cst.Global, cst.Nonlocal)):
            return True
        work += _own_parts(name, part)
    return False


def _scope(here: Here) -> cst.CSTNode | None:
    kinds = (cst.FunctionDef, cst.ClassDef)
    return next((node for node in here.ancestors if isinstance(node, kinds)), None)


def _own_parts(name: str, node: cst.CSTNode) -> list[cst.CSTNode]:
    """What is below a node, without that which another loop gives the name to."""
    if isinstance(node, cst.For) and name in names_in(node.target):
        return [part for part in (node.iter, node.orelse) if part is not None]
    if isinstance(node, _COMPREHENSIONS) and name in scope_bindings(node):
        return [node.for_in.iter]
    return parts(node, names=True)


def free_name(here: Here, *wanted: str) -> str | None:
    """The first of some names that the function around, or the module, does not have."""
    code = here.code(here.function or here.module)
    words = frozenset(re.findall(r"\w+", code))
    return next(
        (word for word in wanted if word and word not in words and word not in _TAKEN), None
    )


def one_of(many: str) -> str:
    """A name for one of several: ``order`` of ``self.orders``, "" where there is none to see."""
    word = many.rpartition(".")[2].lstrip("_")
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return ""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]

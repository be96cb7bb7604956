# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop over a dict that looks up the value of the key it is at."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.lookups import Turns, lookups, may_look_up, names_of_pair, safety, turns_of
from greenlint_rules.loop_names import free_name, lives_on, one_of

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Question, Rule
from greenlint.scope import bound_by, dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN108",
    name="dict-lookup-in-loop",
    severity="note",
    aliases=("PLC0206", "PLR1733", "C0206", "R1733"),
    needles=(b"for ",),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    tests=False,
    help="go over `.items()`: it hands out the value with its key",
)
_FORMS = (("", ""), ("", ".keys()"), ("", ".items()"))


@RULE.glance(ast.Subscript)
def glance(node: ast.Subscript, in_loop: bool) -> bool | Question:
    """A name in square brackets, where the loop goes over what stands before them."""
    return may_look_up(node, in_loop, *_FORMS)


@RULE.on(cst.For, cst.CompFor)
def check(node: cst.For | cst.CompFor, here: Here) -> Iterator[Hit]:
    """``for name in prices``, ``for name, price in prices.items()`` with ``prices[name]``."""
    match node.iter:
        case cst.Name() | cst.Attribute():
            mapping, form = node.iter, ""
        case cst.Call(
            func=cst.Attribute(value=mapping, attr=cst.Name("keys" | "items" as form)), args=[]
        ):
            pass
        case _:
            return
    if not dotted(mapping):
        return
    pair = names_of_pair(node.target) if form == "items" else None
    if form == "items" and pair is None:
        return
    if form != "items" and not isinstance(node.target, cst.Name):
        return
    key = pair[0] if pair else dotted(node.target)
    turns = turns_of(node, here)
    if turns is None:
        return
    found = lookups(turns, mapping, key, here)
    if not found or here.kind(mapping) is not Kind.DICT:
        return
    if pair is not None:
        if pair[1] not in bound_by(*turns.body):
            yield from _known(found, pair[1], mapping, here)
        return
    value = _name(turns, key, dotted(mapping), here)
    source = here.code(mapping)
    alone = _is_only_for(found, turns, key, here)
    method = "values" if alone else "items"
    edits = [
        Edit(node.target, str(value) if alone else f"{key}, {value}"),
        Edit(node.iter, f"{source}.{method}()"),
        *(Edit(one, str(value)) for one in found),
    ]
    does = say("go over `{mapping}.{method}()`", mapping=source, method=method)
    yield Hit(
        node.target,
        say(
            "`{lookup}` looks up on every turn what `{mapping}.{method}()` hands out",
            lookup=here.brief(found[0]),
            mapping=here.brief(mapping),
            method=method,
        ),
        fix=Fix(does, tuple(edits), safety(mapping, here)) if value else None,
        help=say("go over `.values()`: nothing else is done with the key") if alone else "",
        confidence=Confidence.LOW if _are_aside(found, turns) else None,
    )


def _is_only_for(found: list[cst.Subscript], turns: Turns, key: str, here: Here) -> bool:
    """Whether a loop's key is there for the look-ups, and for nothing else."""
    if isinstance(turns.node, cst.For) and lives_on(key, turns.node, here):
        return False
    parts = within(*turns.body, names=True)
    return len(found) == sum(isinstance(one, cst.Name) and one.value == key for one in parts)


def _are_aside(found: list[cst.Subscript], turns: Turns) -> bool:
    """Whether all look-ups stand below a condition: a loop that seldom comes to them would make
    pairs for nothing.
    """
    below = [
        branch
        for part in within(*turns.body)
        if isinstance(part, cst.If)
        for branch in (part.body, part.orelse)
        if branch is not None
    ]
    aside = {id(part) for part in within(*below)}
    return all(id(one) in aside for one in found)


def _name(turns: Turns, key: str, mapping: str, here: Here) -> str | None:
    """A name for the value; one that goes with the key where loops stand in each other, as all of
    them are given names at once.
    """
    loops = (cst.For, cst.CompFor)
    inside = any(isinstance(part, loops) for part in within(*turns.body))
    around = any(isinstance(one, loops) for one in here.ancestors)
    plain = (one_of(mapping), "value") if not inside and not around else ()
    return free_name(here, *plain, f"{key}_value")


def _known(
    found: list[cst.Subscript], value: str, mapping: cst.BaseExpression, here: Here
) -> Iterator[Hit]:
    for one in found:
        yield Hit(
            one,
            say(
                "`{lookup}` looks up what this loop holds as `{value}`",
                lookup=here.brief(one),
                value=value,
            ),
            fix=Fix(say("use `{value}`", value=value), (Edit(one, value),), safety(mapping, here)),
            help=say("use `{value}`", value=value),
        )

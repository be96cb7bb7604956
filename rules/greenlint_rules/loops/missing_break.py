# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that goes on after it has found what it looks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.filling import Step, glance_at_step, loses_comment, only_step
from greenlint_rules.loop_names import lives_on, names_in
from greenlint_rules.own import is_quiet

from greenlint.here import Here, reads
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.scope import Binding, How
from greenlint.walk import within

RULE = Rule(
    code="GRN113",
    name="missing-break",
    severity="note",
    needles=(b" = True", b" = False"),
    since="0.1.0",
    fix="unsafe",
    tests=False,
    help="leave the loop with `break` once the answer is known",
)
_ANSWERS = {"True": "False", "False": "True"}
_SIZED = (Kind.LIST, Kind.TUPLE, Kind.SET, Kind.DICT, Kind.RANGE, Kind.TEXT)


@RULE.glance(ast.For)
def glance(node: ast.For, _: bool) -> bool:
    """A loop that does nothing but set a name to True or False under a condition."""
    match glance_at_step(node):
        case ast.Assign(targets=[ast.Name()], value=ast.Constant(value=bool())):
            return isinstance(node.body[0], ast.If)
    return False


@RULE.on(cst.For)
def check(node: cst.For, here: Here) -> Iterator[Hit]:
    """``found = False``, ``for row in rows: if row.late: found = True``."""
    step = only_step(node)
    match step:
        case Step(
            cst.BaseExpression() as test,
            cst.Assign(
                targets=[cst.AssignTarget(target=cst.Name(flag))], value=cst.Name(answer)
            ) as does,
        ) if answer in _ANSWERS:
            pass
        case _:
            return
    if flag in reads(node.iter) or flag in reads(test) or not is_quiet(test):
        return
    if flag in reads(node.target) or not _was_the_other(flag, answer, here):
        return
    yield Hit(
        node,
        say(
            "this loop goes on after `{flag}` is {answer}, which no later turn changes",
            flag=flag,
            answer=answer,
        ),
        fix=None
        if loses_comment(node, here)
        or any(lives_on(name, node, here) for name in names_in(node.target))
        else Fix(
            say("leave the loop with `break`"),
            (Edit(does, f"{here.code(does)}\n{_indent(node, here)}break"),),
            Safety.UNSAFE,
        ),
        confidence=None if here.kind(node.iter) in _SIZED else Confidence.MEDIUM,
    )


def _indent(node: cst.For, here: Here) -> str:
    """The white space before the statement below the condition of a loop."""
    around = [one for one in here.ancestors if isinstance(one, cst.IndentedBlock)]
    inner = [one for one in within(node) if isinstance(one, cst.IndentedBlock)]
    return "".join(one.indent or here.module.default_indent for one in (*around[::-1], *inner))


def _was_the_other(flag: str, answer: str, here: Here) -> bool:
    """Whether the name is the other answer right before the loop, as far as the function shows:
    every binding is one of the two.
    """
    function = here.function
    if function is None:
        return False
    bound = here.names.scopes.bindings(function).get(flag, [])
    values = [_answer(one) for one in bound]
    return None not in values and _ANSWERS[answer] in values


def _answer(binding: Binding) -> str | None:
    if binding.how is not How.ASSIGN or not isinstance(binding.value, cst.Name):
        return None
    return binding.value.value if binding.value.value in _ANSWERS else None

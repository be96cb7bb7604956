# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``sum(lists, [])``, which copies the list so far for each list that it adds."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import as_iterable, builtin, has_comment, is_async
from greenlint_rules.glances import arguments, renamed

from greenlint.here import Here
from greenlint.loops import is_few
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.scope import How, statements
from greenlint.walk import within

RULE = Rule(
    code="GRN200",
    name="quadratic-list-sum",
    aliases=("RUF017", "S8520"),
    needles=(b"sum(", b"reduce("),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    help="go over the parts in a comprehension, or use `itertools.chain.from_iterable`",
)
# So many at most are few.
_A_FEW = 10
_LATER = (cst.Lambda, cst.GeneratorExp)
_ADDERS = ("operator.add", "operator.concat", "operator.__add__", "operator.__concat__")


@RULE.glance(words=("sum", "reduce"))
def glance(node: ast.Call, _: bool) -> bool:
    """A sum that starts from an empty list."""
    match arguments(node)[-1:]:
        case [ast.List(elts=[]) | ast.Call(func=ast.Name(id="list"), args=[], keywords=[])]:
            return True
    return False


renamed(RULE, ("reduce",))


@RULE.on(cst.Call)
def check(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A sum or reduction that starts from an empty list."""
    lists = _added(node, here)
    if lists is None:
        return
    few = is_few(lists, here.link, here.names)
    yield Hit(
        node,
        say(
            "`{code}` copies all that it has so far for each list it adds",
            code=here.brief(node),
        ),
        fix=_fix(node, lists, here),
        confidence=Confidence.LOW if few or _is_short(lists, here) else None,
    )


def _is_short(lists: cst.BaseExpression, here: Here) -> bool:
    """Whether little is copied: in a test, of the first few lists, or where each part is a pair or
    so, written out.
    """
    match lists:
        case cst.Subscript(
            slice=[cst.SubscriptElement(slice=cst.Slice(lower=None, upper=cst.Integer() as upper))]
        ):
            return upper.evaluated_value <= _A_FEW
        case cst.ListComp(elt=part) | cst.GeneratorExp(elt=part):
            if isinstance(part, cst.List):
                return True
            if isinstance(part, cst.BinaryOperation) and isinstance(part.left, cst.List):
                return True
    return here.is_test


def _added(node: cst.Call, here: Here) -> cst.BaseExpression | None:
    match node.args:
        case [cst.Arg(keyword=None, star="", value=lists), cst.Arg(star="", value=start) as second]:
            named = second.keyword is None or second.keyword.value == "start"
            is_sum = named and _is_empty(start, here) and builtin(node, here) == "sum"
            return lists if is_sum else None
        case [cst.Arg(value=adder), cst.Arg(value=lists), cst.Arg(value=start)]:
            plain = all(arg.keyword is None and not arg.star for arg in node.args)
            if plain and _is_empty(start, here) and _adds(adder, here):
                return lists if here.qualified(node.func) == "functools.reduce" else None
    return None


def _is_empty(start: cst.BaseExpression, here: Here) -> bool:
    if isinstance(start, cst.Call):
        return builtin(start, here) == "list" and not start.args
    return isinstance(start, cst.List) and not start.elements


def _adds(adder: cst.BaseExpression, here: Here) -> bool:
    match adder:
        case cst.Lambda(
            params=cst.Parameters(params=[cst.Param(name=a), cst.Param(name=b)]),
            body=cst.BinaryOperation(
                left=cst.Name(left), operator=cst.Add(), right=cst.Name(right)
            ),
        ):
            return (a.value, b.value) == (left, right)
    return here.qualified(adder) in _ADDERS


def _fix(node: cst.Call, lists: cst.BaseExpression, here: Here) -> Fix | None:
    source = as_iterable(lists, here)
    if source is None or has_comment(node, here) or is_async(lists):
        return None
    flat = _flat(lists, here) or f"[item for part in {source} for item in part]"
    return Fix(
        say("put the elements of all parts in one list"),
        (Edit(node, flat),),
        Safety.SAFE if _gives_lists(lists, here) else Safety.UNSAFE,
    )


def _flat(lists: cst.BaseExpression, here: Here) -> str:
    """One comprehension for a comprehension of comprehensions; "" for anything else, and where a
    lambda or a generator in it reads the inner name later: one comprehension has one for all rows.
    """
    match lists:
        case (
            cst.ListComp(elt=cst.ListComp() as part, for_in=outer)
            | cst.GeneratorExp(elt=cst.ListComp() as part, for_in=outer)
        ) if not is_async(part) and not any(isinstance(one, _LATER) for one in within(part)):
            clauses = (here.code(one).strip() for one in (part.elt, outer, part.for_in))
            return f"[{' '.join(clauses)}]"
    return ""


def _gives_lists(lists: cst.BaseExpression, here: Here) -> bool:
    """Whether the file proves that every part is a list."""
    if isinstance(lists, cst.Name):
        bound = here.bindings(lists.value)
        value = bound[0].value if len(bound) == 1 and bound[0].how is How.ASSIGN else None
        return isinstance(value, cst.ListComp) and _makes_lists(value, here) and _kept(lists, here)
    return isinstance(lists, (cst.ListComp, cst.GeneratorExp)) and _makes_lists(lists, here)


def _makes_lists(comprehension: cst.ListComp | cst.GeneratorExp, here: Here) -> bool:
    part = comprehension.elt
    return isinstance(part, (cst.List, cst.ListComp)) or builtin(part, here) in ("list", "sorted")


def _kept(lists: cst.Name, here: Here) -> bool:
    """Whether nothing in the function puts other things into the list of lists."""
    body = here.block
    return isinstance(body, cst.IndentedBlock) and not any(
        here.changed(lists, statement)
        for statement in statements([body])
        if isinstance(statement, cst.BaseSmallStatement) and not _binds(statement, lists)
    )


def _binds(statement: cst.CSTNode, name: cst.Name) -> bool:
    return isinstance(statement, cst.Assign) and any(
        isinstance(target.target, cst.Name) and target.target.value == name.value
        for target in statement.targets
    )

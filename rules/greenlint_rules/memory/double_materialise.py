# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A container that is built only to be gone over once by a builtin that makes its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import builtin, first_argument, has_comment, is_async, only_argument
from greenlint_rules.glances import function_of

from greenlint.here import Here
from greenlint.messages import say
from greenlint.project.nodes import word_of
from greenlint.rule import Edit, Fix, Hit, Rule, Safety

RULE = Rule(
    code="GRN201",
    name="double-materialise",
    severity="note",
    aliases=("C411", "C413", "C414", "S7508", "S7510", "S7516"),
    needles=(b"list(", b"tuple(", b"sorted(", b"set("),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    tests=False,
    help="build the container once",
)
_COPIES = ("list", "tuple")
_SETS = ("set", "frozenset")
# What a builtin does not need its argument to be: it goes over anything, once.
_NEEDLESS = {
    "sorted": _COPIES,
    "list": _COPIES,
    "tuple": _COPIES,
    "set": (*_COPIES, "set"),
    "frozenset": (*_COPIES, *_SETS),
    "sum": _COPIES,
    "min": _COPIES,
    "max": _COPIES,
}
# A sort whose order is lost.
_ORDER_LOST = (*_SETS, "sum")


@RULE.glance(words=_NEEDLESS)
def glance(node: ast.Call, _: bool) -> bool:
    """By its spelling, a builtin right around a builtin."""
    inner = function_of(node.args[0]) if node.args else ""
    return inner == "sorted" or inner in _NEEDLESS.get(word_of(node), ())


@RULE.on(cst.Call)
def check(node: cst.Call, here: Here) -> Iterator[Hit]:
    """One builtin right inside another."""
    if not _looks_so(node):
        return
    outer = builtin(node, here)
    made = first_argument(node) if outer in ("sorted", "min", "max") else only_argument(node)
    if outer not in _NEEDLESS or not isinstance(made, cst.Call) or is_async(node):
        return
    inner = builtin(made, here)
    if inner in _NEEDLESS[outer]:
        source = only_argument(made)
        if source is not None:
            yield from _drop_inner(node, made, source, outer, inner, here)
    elif inner == "sorted" and outer == "list" and made.args:
        yield Hit(
            node,
            say("`sorted` gives a new list, and `list` copies it"),
            fix=_replaced(node, here.code(made), Safety.SAFE, here),
        )
    elif inner == "sorted" and outer == "sorted" and not _has_key(node) | _has_key(made):
        source = first_argument(made)
        if source is not None:
            yield Hit(
                node,
                say("`sorted` puts in order what is in order already"),
                fix=_replaced(made, here.code(source), Safety.UNSAFE, here),
            )
    elif inner == "sorted" and outer in _ORDER_LOST and first_argument(made) is not None:
        source = first_argument(made)
        assert source is not None
        yield Hit(
            node,
            say("`sorted` puts in order what `{outer}` takes in any order", outer=outer),
            fix=_replaced(made, here.code(source), Safety.UNSAFE, here),
        )


def _has_key(call: cst.Call) -> bool:
    """Whether a sort goes by a key: two of those, one in the other, are a sort by both."""
    return any(arg.keyword is None or arg.keyword.value != "reverse" for arg in call.args[1:])


def _looks_so(node: cst.Call) -> bool:
    """The quick question: by its spelling, a builtin around a builtin."""
    match node:
        case cst.Call(
            func=cst.Name(value=outer),
            args=[cst.Arg(value=cst.Call(func=cst.Name(value=inner))), *_],
        ):
            return outer in _NEEDLESS and (inner == "sorted" or inner in _NEEDLESS[outer])
    return False


def _drop_inner(
    node: cst.Call,
    made: cst.Call,
    source: cst.BaseExpression,
    outer: str,
    inner: str,
    here: Here,
) -> Iterator[Hit]:
    code = here.code(source)
    if isinstance(source, cst.GeneratorExp) and not source.lpar and len(node.args) > 1:
        code = f"({code})"
    asks = outer in ("min", "max") and any(arg.keyword for arg in node.args)
    yield Hit(
        node,
        say(
            "`{code}` builds a {inner} that `{outer}` goes over once and throws away",
            code=here.brief(made),
            inner=inner,
            outer=outer,
        ),
        fix=_replaced(made, code, Safety.UNSAFE if asks else Safety.SAFE, here),
    )


def _replaced(node: cst.Call, code: str, safety: Safety, here: Here) -> Fix | None:
    if has_comment(node, here):
        return None
    return Fix(say("build it once"), (Edit(node, code),), safety)

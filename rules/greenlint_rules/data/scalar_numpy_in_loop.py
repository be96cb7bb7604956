# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A function of NumPy that is given one number at a time by a loop."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import calls_of

from greenlint.here import Here, Loop
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import How
from greenlint.walk import within

RULE = Rule(
    code="GRN405",
    name="scalar-numpy-in-loop",
    severity="note",
    aliases=("GCI106",),
    needles=(b"numpy",),
    since="0.1.0",
    lifecycle="preview",
    help="use the function of `math`, or give NumPy all numbers at once",
    tests=False,
)

# Functions of NumPy, and what `math` calls them.
_MATH = {
    "sqrt": "sqrt", "sin": "sin", "cos": "cos", "tan": "tan", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "arctan2": "atan2", "exp": "exp", "log": "log", "log2": "log2",
    "log10": "log10", "log1p": "log1p", "expm1": "expm1", "hypot": "hypot", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "radians": "radians", "degrees": "degrees",
    "deg2rad": "radians", "rad2deg": "degrees", "isnan": "isnan", "isinf": "isinf",
    "isfinite": "isfinite", "fabs": "fabs", "floor": "floor", "ceil": "ceil",
}  # fmt: skip
_NAMES = frozenset(f"numpy.{word}" for word in _MATH)
# So many turns are worth a thought: with fewer, both take some microseconds.
_MANY = 100
_NUMBERS = (Kind.INT, Kind.FLOAT)


calls_of(RULE, _NAMES, in_loops=True)


@RULE.on(cst.Call)
def called(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``np.sqrt(i)``, where every part of the argument is proven to be one number."""
    name = here.qualified(node.func) or ""
    if name not in _NAMES or not node.args:
        return
    if any(arg.keyword is not None or arg.star for arg in node.args):
        return
    loop = here.every_turn()
    if loop is None or not any(here.depends(arg.value, loop) for arg in node.args):
        return
    if not all(_is_number(arg.value, here) for arg in node.args):
        return
    yield Hit(
        node,
        say(
            "`{call}` handles one number on every turn, for which `math.{word}` is quicker",
            call=here.brief(node.func),
            word=_MATH[name.removeprefix("numpy.")],
        ),
        related=(Related(loop.header, "this loop"),),
        confidence=Confidence.LOW if _is_short(loop) else None,
    )


def _is_short(loop: Loop) -> bool:
    """Whether the loop counts to a number that is written there, and small."""
    match loop.iter:
        case cst.Call(args=[*_, cst.Arg(value=cst.Integer(value=last))]):
            return int(last, 0) < _MANY
    return False


def _is_number(expr: cst.BaseExpression, here: Here) -> bool:
    """Whether an expression is arithmetic on numbers that the file proves to be such."""
    for part in within(expr, names=True):
        match part:
            case cst.Name(value=word):
                if not _counts(word, here) and here.kind(part) not in _NUMBERS:
                    return False
            case cst.Integer() | cst.Float() | cst.BinaryOperation() | cst.UnaryOperation():
                continue
            case _:
                return False
    return True


def _counts(word: str, here: Here) -> bool:
    """Whether a name is a number of a loop over ``range``, everywhere that it is bound."""
    bound = here.bindings(word)
    return bool(bound) and all(
        one.how is How.LOOP
        and isinstance(one.value, cst.Call)
        and here.qualified(one.value.func) == "builtins.range"
        for one in bound
    )

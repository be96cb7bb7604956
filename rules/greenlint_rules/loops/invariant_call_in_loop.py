# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A call that gives the same answer on every turn of a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import takewhile

import libcst as cst
from greenlint_rules.glances import arguments, last_words
from greenlint_rules.own import is_steady
from greenlint_rules.shapes import seldom

from greenlint.here import Here, Loop
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Question, Related, Rule
from greenlint.walk import within

RULE = Rule(
    code="GRN112",
    name="invariant-call-in-loop",
    aliases=("W8201",),
    needles=(
        b"path", b"loads", b"safe_load", b"strptime", b"calcsize", b"math", b"urlparse",
        b"urlsplit", b"Decimal", b"Fraction", b"ip_network", b"ip_address", b"dedent",
        b"signature", b"literal_eval", b"yaml",
    ),
    since="0.1.0",
    tests=False,
    help="work it out once, before the loop",
)  # fmt: skip

# Calls whose answer hangs on what they are given and on nothing else, and cannot be changed by
# who gets it.
_SAME = frozenset(
    (
        "os.path.join", "os.path.normpath", "os.path.dirname", "os.path.basename",
        "os.path.splitext", "os.path.abspath", "os.path.expanduser", "struct.calcsize",
        "datetime.datetime.strptime", "urllib.parse.urlparse", "urllib.parse.urlsplit",
        "decimal.Decimal", "fractions.Fraction", "ipaddress.ip_network", "ipaddress.ip_address",
        "textwrap.dedent", "inspect.signature", "math.sqrt", "math.log", "math.log2", "math.log10",
        "math.exp", "math.sin", "math.cos", "math.tan", "math.atan2", "math.pow", "math.factorial",
        "math.comb", "math.radians", "math.degrees", "math.hypot",
    )
)  # fmt: skip
# The same, but each call gives something new that may be changed.
_FRESH = frozenset(
    (
        "json.loads", "yaml.safe_load", "yaml.load", "tomllib.loads", "tomli.loads",
        "ast.literal_eval",
    )
)  # fmt: skip
# A call of these takes so little that its line reads better as it is.
_CHEAP = ("math.", "os.path.", "decimal.", "struct.")
_KNOWN = _SAME | _FRESH
_WORDS = last_words(_KNOWN)
# What is given to a call and may be the same on each turn.
_PLAIN = (ast.Constant, ast.Name, ast.Attribute, ast.BinOp, ast.UnaryOp, ast.JoinedStr)


@RULE.glance(words=_WORDS)
def glance(node: ast.Call, in_loop: bool) -> bool | Question:
    """A known call in a loop."""
    if not in_loop or not all(isinstance(one, _PLAIN) for one in arguments(node)):
        return False
    return lambda origins: not origins.qualified(node.func).isdisjoint(_KNOWN)


@RULE.on(cst.Call)
def check(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A known call in a loop that changes nothing of what it is given."""
    name = here.qualified(node.func)
    if name not in _KNOWN:
        return
    loop = here.every_turn()
    if loop is None or not node.args or seldom(here) or not _on_each_turn(loop, here):
        return
    if name in _FRESH and not _only_looked_at(here):
        return
    if any(arg.star for arg in node.args):
        return
    if not all(is_steady(arg.value, loop, here) for arg in node.args):
        return
    if name == "os.path.abspath" and "chdir" in here.text:
        return
    yield Hit(
        node,
        say("`{call}` gives the same answer on every turn of this loop", call=here.brief(node)),
        related=(Related(loop.header, "this loop"),),
        confidence=Confidence.LOW if name.startswith(_CHEAP) else None,
    )


def _on_each_turn(loop: Loop, here: Here) -> bool:
    """Whether a loop comes by on each turn: no condition, handler or exit stands before it."""
    child: cst.CSTNode = here.node
    for node in takewhile(lambda one: one is not loop.node, here.ancestors):
        match node:
            case cst.If(test=test) | cst.IfExp(test=test) if child is not test:
                return False
            case cst.BooleanOperation(left=left) if child is not left:
                return False
            case cst.Comparison(comparisons=[_, _, *_]):
                return False
            case cst.Try() | cst.TryStar() | cst.Match() | cst.Lambda() | cst.FunctionDef():
                return False
            case cst.Raise() | cst.Assert() | cst.Return() | cst.CompFor():
                return False
            case cst.Call(func=cst.Attribute(attr=cst.Name(word))) if word in _SAYS:
                return False
            case cst.IndentedBlock(body=body) if _may_leave(body, child):
                return False
        child = node
    if isinstance(loop.node, cst.ListComp | cst.SetComp | cst.GeneratorExp | cst.DictComp):
        return not loop.node.for_in.ifs or any(child is one for one in loop.node.for_in.ifs)
    return isinstance(loop.node, cst.For)


_SAYS = frozenset(("debug", "info", "warning", "error", "exception"))


def _may_leave(body: object, child: cst.CSTNode) -> bool:
    assert isinstance(body, (list, tuple))
    before = takewhile(lambda one: one is not child, body)
    leaves = (cst.Continue, cst.Break, cst.Return, cst.Raise)
    return any(isinstance(part, leaves) for one in before for part in within(one))


def _only_looked_at(here: Here) -> bool:
    """Whether what the call gives is looked into right there, and kept by nobody."""
    match here.parent:
        case cst.Subscript(value=value):
            return value is here.node
        case cst.ComparisonTarget(operator=cst.In() | cst.NotIn()):
            return True
        case cst.Attribute(attr=cst.Name("get" | "keys")):
            return True
    return False

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A membership test in ``.keys()`` or a list of a dict, which the dict answers itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.builders import builtin, has_comment, only_argument
from greenlint_rules.glances import COMPREHENSIONS, LOOPS, function_of, method_of

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.scope import Binding, How
from greenlint.walk import Link

RULE = Rule(
    code="GRN151",
    name="in-dict-keys",
    severity="note",
    aliases=("SIM118", "FURB130", "S8521", "C0201"),
    needles=(b".keys()", b"list("),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    tests=False,
    help="ask the dict itself: `key in mapping`",
)
_DECODERS = ("json.load", "json.loads", "csv.DictReader")
_MAPPINGS = ("os.environ", "sys.modules")


@RULE.glance(ast.Compare)
def glance(node: ast.Compare, _: bool) -> bool:
    """A thing looked for in what ``.keys()`` or ``list()`` gives."""
    return any(
        isinstance(where, ast.Call)
        and isinstance(how, (ast.In, ast.NotIn))
        and (method_of(where) == "keys" or function_of(where) == "list")
        for how, where in zip(node.ops, node.comparators, strict=True)
    )


@RULE.glance(*LOOPS, *COMPREHENSIONS)
def glance_at_loop(node: ast.For | ast.ListComp, _: bool) -> bool:
    """A loop over ``.keys()``."""
    clauses = node.generators if isinstance(node, COMPREHENSIONS) else [node]
    return any(
        isinstance(one.iter, ast.Call) and method_of(one.iter) == "keys" and not one.iter.args
        for one in clauses
    )


@RULE.on(cst.For, cst.CompFor)
def loop(node: cst.For | cst.CompFor, here: Here) -> Iterator[Hit]:
    """``for name in prices.keys()``: one view for a whole loop is next to nothing."""
    mapping = _keys_of(node.iter)
    if mapping is None or not is_mapping(mapping, here):
        return
    source = here.code(mapping)
    yield Hit(
        node.iter,
        say("`{code}` makes a view that a loop does not need", code=here.brief(node.iter)),
        fix=None
        if has_comment(node.iter, here)
        else Fix(
            say("go over `{rows}` itself", rows=here.brief(mapping)), (Edit(node.iter, source),)
        ),
        help=say("go over `{rows}` itself", rows=here.brief(mapping)),
        confidence=Confidence.LOW,
    )


@RULE.on(cst.Comparison)
def check(node: cst.Comparison, here: Here) -> Iterator[Hit]:
    """Each ``in`` and ``not in`` of a comparison."""
    left = node.left
    for target in node.comparisons:
        if isinstance(target.operator, (cst.In, cst.NotIn)):
            yield from _judge(left, target.comparator, here)
        left = target.comparator


def _judge(key: cst.BaseExpression, where: cst.BaseExpression, here: Here) -> Iterator[Hit]:
    if not isinstance(where, cst.Call):
        return
    copied = builtin(where, here) == "list"
    inner = only_argument(where) if copied else where
    mapping = _keys_of(inner)
    if mapping is None and copied:
        mapping = inner
    if mapping is None or not is_mapping(mapping, here):
        return
    hashable = not copied or here.kind(key) in (Kind.TEXT, Kind.INT, Kind.BYTES)
    source = here.code(mapping)
    fix = Fix(
        say("ask `{mapping}` itself", mapping=here.brief(mapping)),
        (Edit(where, source),),
        Safety.SAFE if hashable else Safety.UNSAFE,
    )
    template = (
        say(
            "`{code}` puts all keys in a list and searches it; `{mapping}` finds a key at once",
            code=here.brief(where),
            mapping=here.brief(mapping),
        )
        if copied
        else say(
            "`{code}` makes a view of the keys for a question that `{mapping}` answers itself",
            code=here.brief(where),
            mapping=here.brief(mapping),
        )
    )
    yield Hit(where, template, fix=None if has_comment(where, here) else fix)


def _keys_of(node: cst.CSTNode | None) -> cst.BaseExpression | None:
    match node:
        case cst.Call(func=cst.Attribute(value=mapping, attr=cst.Name("keys")), args=[]):
            return mapping
    return None


def is_mapping(expr: cst.BaseExpression, here: Here) -> bool:
    """Whether this file proves a dict: its kind, decoded JSON (the one JSON value with keys), a
    row of a DictReader, ``os.environ``, a ``__dict__``.
    """
    if here.kind(expr) is Kind.DICT or here.qualified(expr) in _MAPPINGS:
        return True
    if isinstance(expr, cst.Attribute):
        return expr.attr.value == "__dict__"
    if not isinstance(expr, cst.Name):
        return _decoded(expr, here)
    bindings, where = here.names.scopes.lookup(expr.value, here.link)
    return bool(bindings) and all(_gives_dict(one, where, here) for one in bindings)


def _gives_dict(binding: Binding, where: Link | None, here: Here) -> bool:
    if binding.how in (How.ASSIGN, How.WITH):
        return _decoded(binding.value, here)
    if binding.how is How.LOOP:
        return _rows(binding.value, where, here)
    if binding.how is How.UNPACK and isinstance(binding.node, (cst.For, cst.CompFor)):
        target = binding.node.target
        counted = isinstance(binding.value, cst.Call) and builtin(binding.value, here)
        return (
            counted == "enumerate"
            and isinstance(target, cst.Tuple)
            and isinstance(target.elements[-1].value, cst.Name)
            and _rows(binding.value, where, here)
        )
    return False


def _decoded(expr: cst.CSTNode | None, here: Here) -> bool:
    """``response.json()``, ``json.loads(text)``."""
    match expr:
        case cst.Await(expression=inner):
            return _decoded(inner, here)
        case cst.Call(func=cst.Attribute(attr=cst.Name("json")), args=[]):
            return True
        case cst.Call(func=func, args=[cst.Arg(keyword=None)]):
            return here.qualified(func) in _DECODERS[:2]
    return False


def _rows(expr: cst.CSTNode | None, where: Link | None, here: Here, depth: int = 0) -> bool:
    """Whether an iterable gives the rows of a ``csv.DictReader``."""
    if depth > 4:
        return False
    match expr:
        case cst.Call(func=func) if here.names.qualified(func, where) == "csv.DictReader":
            return True
        case cst.Call(func=cst.Name("list" | "enumerate" | "sorted"), args=[first, *_]):
            return _rows(first.value, where, here, depth + 1)
        case cst.Name(value=name):
            bindings, at = here.names.scopes.lookup(name, where)
            return bool(bindings) and all(
                one.how is How.ASSIGN and _rows(one.value, at, here, depth + 1) for one in bindings
            )
    return False

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A membership test against a list on every turn of a loop."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import is_dotted, renamed
from greenlint_rules.turns import is_long, is_many, is_minor

from greenlint.here import MUTATORS, Here, Loop, reads
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.origins import Origins, annotated
from greenlint.rule import Confidence, Hit, Question, Related, Rule
from greenlint.scope import Binding, How, dotted
from greenlint.walk import walk, within

RULE = Rule(
    code="GRN150",
    name="list-membership-in-loop",
    needles=(b" in ",),
    since="0.1.0",
    lifecycle="stable",
    help="make a `set` of it before the loop: a set looks in one place",
    tests=False,
)

# Lists of what a programme is made of, such as fields of a form, are short.
_SHORT = re.compile(
    r"field|column|header|attr|kwarg|param|option|setting|type|extension|language|locale|choice"
    r"|allowed|valid|ignore|exclude|exempt|permission|flag|verb|method|keyword|section|directive|suffix"
    r"|argument|selected|keys\b|exts?\b",
    re.IGNORECASE,
)
# So are the different names of columns, or of what carries one, that a list gathers.
_NAMES = re.compile(r"col(?:umn)?_?names?|\bnames\b", re.IGNORECASE)
#: A literal of at most so many items is faster than a set, or as fast.
FEW_ITEMS = 8
_UNHASHABLE = (Kind.LIST, Kind.DICT, Kind.SET, Kind.BYTEARRAY, Kind.FRAME, Kind.ARRAY)


@RULE.glance(ast.Compare)
def glance(node: ast.Compare, in_loop: bool) -> bool | Question:
    """A thing looked for, in a loop, in what may be a list that is not short."""
    if not in_loop or len(node.ops) != 1 or not isinstance(node.ops[0], (ast.In, ast.NotIn)):
        return False
    where = node.comparators[0]
    if isinstance(node.left, ast.Constant) or not is_dotted(where):
        return False
    return not _SHORT.search(ast.unparse(where)) and (lambda names: _may_be_long(where, names))


def _may_be_long(where: ast.AST, names: Origins) -> bool:
    if isinstance(where, ast.Attribute):  # ``self.rows``, made by a comprehension
        values = [*names.given.get(f".{where.attr}", ()), *names.given.get(where.attr, ())]
        return any(isinstance(value, ast.ListComp) for value in values)
    return names.any(where, _makes_list)


def _makes_list(node: ast.AST, _: Origins) -> bool:
    """Whether a list, a tuple or rows of one value may come from there."""
    match node:
        case ast.Tuple() | ast.List() | ast.ListComp():
            return True
        case ast.Call(func=ast.Attribute(attr=word) | ast.Name(id=word)):
            return word in _LISTS or "flat" in ast.unparse(node)
    return annotated(node, "list", "List", "tuple", "Tuple", "QuerySet")


_LISTS = frozenset(
    (
        "list", "tuple", "sorted", "dir", "listdir", "glob", "split", "rsplit", "splitlines",
    )
)  # fmt: skip
renamed(RULE, ("listdir", "glob"))


@RULE.on(cst.Comparison)
def membership(node: cst.Comparison, here: Here) -> Iterator[Hit]:
    """``x in xs``, ``x not in xs``."""
    if len(node.comparisons) != 1:
        return
    test = node.comparisons[0]
    if not isinstance(test.operator, (cst.In, cst.NotIn)) or not dotted(test.comparator):
        return
    if _SHORT.search(dotted(test.comparator)):
        return
    loop = here.every_turn()
    if loop is None or here.kind(node.left) in _UNHASHABLE or _is_literal(node.left):
        return
    haystack = test.comparator
    if not here.depends(node.left, loop) or not _is_list(haystack, here):
        return
    grown = _collects(node, haystack, here)
    if not grown and (dotted(haystack) in here.stored(loop) or here.changed(haystack, *loop.body)):
        return
    bound = _bindings(haystack, here)
    if not bound or _is_small(bound, haystack, here) or not _hashable(bound):
        return
    if grown and not (_starts_empty(bound, loop, here) and _goes_over_many(bound, loop, here)):
        return
    if isinstance(haystack, cst.Attribute) and not all(map(_is_computed, bound)):
        return
    yield _hit(node, haystack, loop, grown, here)


def _hit(
    node: cst.Comparison, haystack: cst.BaseExpression, loop: Loop, grown: bool, here: Here
) -> Hit:
    name = here.brief(haystack)
    message = (
        say(
            "`{test}` searches all that `{name}` has gathered so far",
            test=here.brief(node),
            name=name,
        )
        if grown
        else say(
            "`{test}` searches the list `{name}` on every turn", test=here.brief(node), name=name
        )
    )
    help_text = (
        say("keep what was seen in a `set`, or gather in a dict: both look in one place")
        if grown
        else say("make `set({name})` before the loop: a set looks in one place", name=name)
    )
    # Only rows of a table and lines of a file are seen to be many; other lists are often short,
    # and where one side is short, searching it costs little.
    named = grown and _NAMES.search(f"{name} {_word(loop.iter)}") is not None
    long = (grown and not named) or (is_long(loop, here) and is_many(haystack, here))
    short = is_minor(loop, here) or not long
    return Hit(
        node,
        message,
        help=help_text,
        confidence=Confidence.LOW if short else Confidence.MEDIUM if grown else None,
        related=(Related(loop.header, "this loop"),),
    )


def _word(iterable: cst.CSTNode | None) -> str:
    return dotted(iterable) if iterable is not None else ""


def _is_literal(node: cst.CSTNode) -> bool:
    return isinstance(node, (cst.SimpleString, cst.Integer, cst.FormattedString))


def _is_list(haystack: cst.BaseExpression, here: Here) -> bool:
    kind = here.kind(haystack)
    if kind is Kind.QUERYSET:
        values = [one.value for one in _bindings(haystack, here)]
        return all(
            isinstance(value, cst.Call) and "flat" in here.code(value) for value in values
        ) and bool(values)
    return kind in (Kind.LIST, Kind.TUPLE)


def _bindings(haystack: cst.BaseExpression, here: Here) -> list[Binding]:
    if isinstance(haystack, cst.Name):
        return here.bindings(haystack.value)
    if isinstance(haystack, cst.Attribute):
        return here.names.attribute(haystack, here.link)[0]
    return []


def _is_small(bound: list[Binding], haystack: cst.BaseExpression, here: Here) -> bool:
    """Whether all that the file shows of a list are a few written items, and nothing adds more."""
    if any(one.how in (How.PARAMETER, How.STAR_PARAMETER, How.UNPACK) for one in bound):
        return True
    if any(not _is_few(one.value, here) for one in bound):
        return False
    whole = here.owner if isinstance(haystack, cst.Attribute) else None
    return not any(_adds(link[0], dotted(haystack)) for link in walk(whole or here.block))


def _adds(node: cst.CSTNode, name: str) -> bool:
    match node:
        case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=method))):
            return method in MUTATORS and dotted(receiver) == name
        case cst.AugAssign(target=target):
            return dotted(target) == name
    return False


def _is_few(value: cst.CSTNode | None, here: Here) -> bool:
    match value:
        case cst.List(elements=elements) | cst.Tuple(elements=elements):
            starred = any(isinstance(one, cst.StarredElement) for one in elements)
            return len(elements) <= FEW_ITEMS and not starred
        case cst.BinaryOperation(left=left, right=right):
            return _is_few(left, here) and _is_few(right, here)
        case cst.Name(value="None"):
            return True
    return False


def _hashable(bound: list[Binding]) -> bool:
    """Whether nothing shows that the items are lists, dicts or sets."""
    unhashable = (cst.List, cst.Dict, cst.Set, cst.ListComp, cst.DictComp, cst.SetComp)
    for one in bound:
        match one.value:
            case cst.ListComp(elt=item) if isinstance(item, unhashable):
                return False
            case cst.List(elements=[first, *_]) if isinstance(first.value, unhashable):
                return False
    return True


def _collects(node: cst.Comparison, haystack: cst.BaseExpression, here: Here) -> bool:
    """``if x not in xs: xs.append(x)``: the list is searched for what it is given."""
    if not isinstance(node.comparisons[0].operator, cst.NotIn):
        return False
    branch = next((one for one in here.ancestors if isinstance(one, cst.If)), None)
    if branch is None or not any(part is node for part in within(branch.test)):
        return False
    for part in within(branch.body):
        match part:
            case cst.Call(
                func=cst.Attribute(value=receiver, attr=cst.Name(value="append")), args=[item]
            ):
                if receiver.deep_equals(haystack) and item.value.deep_equals(node.left):
                    return True
    return False


def _starts_empty(bound: list[Binding], loop: Loop, here: Here) -> bool:
    """Whether the one binding is an empty list, made in this function before the outer loop."""
    if len(bound) != 1 or not isinstance(bound[0].value, cst.List) or bound[0].value.elements:
        return False
    return not any(node is bound[0].node for node in within(*loop.body))


def _goes_over_many(bound: list[Binding], loop: Loop, here: Here) -> bool:
    """Whether a list gathers from rows of a table, lines of a file, or parts of each item."""
    if is_many(loop.iter, here):
        return True
    part: cst.CSTNode | None = loop.iter
    if not isinstance(part, (cst.Call, cst.Attribute)):
        return False
    while isinstance(part, (cst.Call, cst.Attribute)):
        part = part.func if isinstance(part, cst.Call) else part.value
    return any(
        outer.target is not None
        and dotted(part) in reads(outer.target)
        and all(node is not bound[0].node for node in within(*outer.body))
        for outer in here.loops()
        if outer.node is not loop.node
    )


def _is_computed(binding: Binding) -> bool:
    """An attribute is trusted to be long only where a comprehension makes it."""
    return isinstance(binding.value, cst.ListComp)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A list or generator that a constructor turns into what a comprehension or literal is at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

import libcst as cst
from greenlint_rules.builders import builtin, clauses, in_format_string, is_async, only_argument
from greenlint_rules.glances import function_of, only_given

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.rule import Confidence, Edit, Fix, Hit, Rule, Safety
from greenlint.scope import dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN202",
    name="list-in-constructor",
    severity="note",
    aliases=(
        "C400",
        "C401",
        "C402",
        "C403",
        "C404",
        "C405",
        "C406",
        "C409",
        "C410",
        "C418",
        "C419",
        "R1717",
        "R1718",
        "R1729",
        "S7492",
        "S7494",
    ),
    needles=(b"set(", b"list(", b"tuple(", b"dict(", b"any(", b"all("),
    since="0.1.0",
    lifecycle="stable",
    fix="safe",
    tests=False,
    help="write the comprehension or literal of the type that is wanted",
)
# Methods that do something to what they answer about: each element is meant to be asked.
_ACTS = frozenset(
    (
        "add", "append", "apply", "call", "check", "clean", "delete", "execute", "full_clean",
        "is_valid", "join", "pop", "process", "remove", "run", "save", "send", "update", "validate",
        "wait", "write",
    )
)  # fmt: skip
_CONSUMERS = ("frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple")
_SIZED = (Kind.LIST, Kind.TUPLE, Kind.SET, Kind.DICT, Kind.RANGE, Kind.TEXT)


@RULE.glance(words=("set", "list", "tuple", "dict", "any", "all"))
def glance(node: ast.Call, _: bool) -> bool:
    """A constructor, ``any`` or ``all`` of a list or generator that is written there."""
    given = only_given(node)
    word = function_of(node)
    if isinstance(given, ast.GeneratorExp):
        return word in ("set", "list") or (word == "dict" and _is_pair(given.elt))
    if isinstance(given, ast.ListComp):
        return word in ("set", "any", "all") or (word == "dict" and _is_pair(given.elt))
    if isinstance(given, (ast.Dict, ast.DictComp)):
        return word == "dict"
    if isinstance(given, ast.List) and word == "dict":
        return all(map(_is_pair, given.elts))
    return isinstance(given, (ast.List, ast.Tuple)) and word in ("set", "list", "tuple")


def _is_pair(element: ast.expr) -> bool:
    return isinstance(element, (ast.Tuple, ast.List)) and len(element.elts) == 2


@RULE.on(cst.Call)
def check(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``set([...])``, ``dict([...])``, ``list(... for ...)``, ``any([...])``."""
    given = only_argument(node)
    name = builtin(node, here)
    if isinstance(given, (cst.List, cst.Tuple, cst.Dict, cst.DictComp)) and name:
        yield from _literal(node, given, name, here)
        return
    if not isinstance(given, (cst.ListComp, cst.GeneratorExp)):
        return
    if name in ("any", "all"):
        yield from _early(node, given, name, here)
    elif name == "set":
        yield from _set(node, given, here)
    elif name == "dict":
        yield from _dict(node, given, here)
    elif name == "list" and isinstance(given, cst.GeneratorExp) and not is_async(given):
        if _is_consumed(here):
            return
        message = say("`list` asks a generator for each element; a list comprehension just runs")
        yield Hit(node, message, fix=_rewritten(node, f"[{_inside(given, here)}]", given, here))


def _is_consumed(here: Here) -> bool:
    """Whether another builtin goes over the list at once: the list is what is too much there."""
    around = list(islice(here.ancestors, 2))
    return isinstance(around[0], cst.Arg) and builtin(around[1], here) in _CONSUMERS


def _literal(
    node: cst.Call,
    given: cst.List | cst.Tuple | cst.Dict | cst.DictComp,
    name: str,
    here: Here,
) -> Iterator[Hit]:
    """``set((1, 2))``, ``dict([("a", 1)])``, ``tuple([1, 2])``, ``list((1, 2))``, ``dict({})``."""
    text = _as_literal(given, name, here)
    if text is None:
        return
    what = say("a list") if isinstance(given, cst.List) else say("a tuple")
    message = (
        say("`set` goes over {what} that is made for it alone", what=what)
        if name == "set"
        else say("`{outer}` copies what is written out for it alone", outer=name)
    )
    empty = not isinstance(given, cst.DictComp) and not given.elements
    yield Hit(
        node,
        message,
        fix=_rewritten(node, text, given, here),
        confidence=Confidence.LOW if empty else None,
    )


def _as_literal(
    given: cst.List | cst.Tuple | cst.Dict | cst.DictComp, name: str, here: Here
) -> str | None:
    """What is written out, in the brackets of the type that is wanted."""
    if isinstance(given, (cst.Dict, cst.DictComp)):
        return here.code(given) if name == "dict" else None
    match given.elements:
        case [cst.StarredElement(value=rows)] if name != "dict":
            return f"{name}({here.code(rows)})"
    bare = isinstance(given, cst.Tuple) and not given.lpar
    inside = here.code(given) if bare else here.code(given)[1:-1]
    match name:
        case "set":
            return f"{{{inside}}}" if given.elements else "set()"
        case "list":
            return f"[{inside}]"
        case "tuple":
            alone = len(given.elements) == 1 and not inside.rstrip().endswith(",")
            return f"({inside},)" if alone else f"({inside})"
        case "dict" if isinstance(given, cst.List) and "#" not in inside:
            return _as_dict(given, here)
    return None


def _as_dict(given: cst.List, here: Here) -> str | None:
    entries = []
    for element in given.elements:
        match element.value:
            case cst.Tuple(elements=[cst.Element(value=key), cst.Element(value=value)]):
                entries.append(f"{here.code(key)}: {here.code(value)}")
            case _:
                return None
    return f"{{{', '.join(entries)}}}"


def _set(node: cst.Call, given: cst.ListComp | cst.GeneratorExp, here: Here) -> Iterator[Hit]:
    if isinstance(given, cst.GeneratorExp) and is_async(given):
        return
    what = say("a generator") if isinstance(given, cst.GeneratorExp) else say("a list")
    text = f"{{{_inside(given, here)}}}"
    message = say("`set` goes over {what} that is made for it alone", what=what)
    yield Hit(node, message, fix=_rewritten(node, text, given, here))


def _dict(node: cst.Call, given: cst.ListComp | cst.GeneratorExp, here: Here) -> Iterator[Hit]:
    if is_async(given):
        return
    match given.elt:
        case cst.Tuple(elements=[cst.Element(value=key), cst.Element(value=value)]):
            pass
        case cst.List(elements=[cst.Element(value=key), cst.Element(value=value)]):
            pass
        case _:
            return
    plain = not any(isinstance(part, (cst.NamedExpr, cst.Lambda)) for part in within(given))
    text = f"{{{here.code(key)}: {here.code(value)}{here.code(given.for_in)}}}"
    spaced = given.for_in.whitespace_before.empty
    fix = _rewritten(node, text, given, here) if plain and not spaced else None
    if "#" in here.code(given.elt):
        fix = None
    yield Hit(node, say("`dict` takes apart a pair that is made for each entry"), fix=fix)


def _early(
    node: cst.Call, given: cst.ListComp | cst.GeneratorExp, name: str, here: Here
) -> Iterator[Hit]:
    if not isinstance(given, cst.ListComp) or is_async(given) or _acts(given.elt):
        return
    message = say("`{name}` could stop early, but the list is built to its end first", name=name)
    fix = _rewritten(node, f"{name}({_inside(given, here)})", given, here)
    if fix is not None and not _unseen(given, here):
        fix = Fix(fix.message, fix.edits, Safety.UNSAFE)
    yield Hit(node, message, fix=fix)


def _acts(element: cst.BaseExpression) -> bool:
    called = [dotted(part.func) for part in within(element) if isinstance(part, cst.Call)]
    return any(name.rpartition(".")[2] in _ACTS for name in called)


def _inside(given: cst.ListComp | cst.GeneratorExp, here: Here) -> str:
    """The source between the brackets, or the parentheses if there are any."""
    code = here.code(given)
    return code if isinstance(given, cst.GeneratorExp) and not given.lpar else code[1:-1]


def _rewritten(node: cst.Call, text: str, given: cst.BaseExpression, here: Here) -> Fix | None:
    """The call as `text`; not where that means something else or loses a comment."""
    brackets = 1 if isinstance(given, (cst.GeneratorExp, cst.Tuple)) else 0
    around = here.code(node).replace(here.code(given), "", 1)
    if len(given.lpar) > brackets or "#" in around or in_format_string(here):
        return None
    if "\n" in around and text.startswith("{") and "#" in text:
        return None
    if "\n" in around and isinstance(given, cst.GeneratorExp) and not (given.lpar or node.lpar):
        text = _on_lines(text, here.code(node).partition("(")[2][:-1])
    safety = Safety.UNSAFE if _ends_oddly(given, text, here) else Safety.SAFE
    return Fix(say("build it at once"), (Edit(node, text),), safety)


def _on_lines(text: str, inside: str) -> str:
    """With the first and the last bracket on lines of their own, as those of the call are."""
    before = inside[: len(inside) - len(inside.lstrip())]
    after = inside[len(inside.rstrip()) :]
    return f"{text[0]}{before}{text[1:-1]}{after}{text[-1]}"


def _ends_oddly(given: cst.CSTNode, text: str, here: Here) -> bool:
    """An exhausted ``next()`` is a RuntimeError in a generator, and StopIteration elsewhere."""
    lists = text.startswith("[") or isinstance(given, cst.GeneratorExp)
    return lists and any(
        isinstance(part, cst.Call) and builtin(part, here) == "next" and len(part.args) == 1
        for part in within(given)
    )


def _unseen(given: cst.ListComp, here: Here) -> bool:
    """Whether nobody can tell that the last elements were not looked at."""
    parts: list[cst.BaseExpression] = [given.elt]
    for number, clause in enumerate(clauses(given)):
        parts += [one.test for one in clause.ifs]
        if number or here.kind(clause.iter) not in _SIZED:
            return False
    return all(_is_quiet(part, here) for part in parts)


def _is_quiet(part: cst.BaseExpression, here: Here) -> bool:
    """Names, constants, ``is``, ``not``, ``and``, ``or``, ``isinstance``: no more than a look."""
    match part:
        case cst.Name() | cst.SimpleString() | cst.Integer() | cst.Float():
            return True
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return _is_quiet(inner, here)
        case cst.BooleanOperation(left=left, right=right):
            return _is_quiet(left, here) and _is_quiet(right, here)
        case cst.Comparison(left=left, comparisons=[target]):
            looks = isinstance(target.operator, (cst.Is, cst.IsNot))
            return looks and _is_quiet(left, here) and _is_quiet(target.comparator, here)
        case cst.Call(args=[first, second]):
            asked = builtin(part, here) == "isinstance" and not first.star + second.star
            return asked and _is_quiet(first.value, here) and _is_quiet(second.value, here)
    return False

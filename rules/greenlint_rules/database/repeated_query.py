# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN316: one function asks the database the same twice."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise, takewhile
from typing import NamedTuple, TypeAlias, get_args

from greenlint_rules.asking import brief, sure

from greenlint.messages import say
from greenlint.project.layout import Layout, Part, layout
from greenlint.project.nodes import every, names_of, word_of
from greenlint.project.project import Project, Unit
from greenlint.project.proven import COMPOSING, Cached, query
from greenlint.project.querysets import ASKING, ONE
from greenlint.rule import Confidence, Hit, Options, Related, Rule

RULE = Rule(
    code="GRN316",
    name="repeated-query",
    confidence="medium",
    needles=(b".objects", b".all()", b".filter(", b"_set."),
    since="0.1.0",
    lifecycle="preview",
    across=True,
    alone=False,
    help="keep the first answer in a name",
    tests=False,
)

_ASKS = frozenset(("get", "first", "last", "earliest", "latest", "count", "exists", "aggregate"))
_LISTS = frozenset(("list", "tuple", "set", "sorted", "len"))
# What may give another answer each time.
_CHANGING = re.compile(r"now\(|today\(|random|'\?'|uuid|next\(|token|select_for_update|\.pop\(")
# Between the two, only these are known to leave the database as it is: what asks, words, numbers.
_READS = re.compile(
    r"(get|is|has|can|to|as|by)(_\w+)?$|_+$|(n|u|np|nu)?gettext(_lazy)?$|[a-z]*(index|format|str)$"
    r"|(start|end)swith$|(re)?sorted$|[A-Z][a-z]\w*$"
)
_READING = COMPOSING | ASKING | ONE | frozenset(dir(builtins)) | frozenset(dir(str)) | frozenset(
    ("append", "extend", "keys", "items", "values", "copy", "date", "isoformat", "strftime",
     "getattr", "timedelta", "datetime", "now", "today", "reverse", "render", "defaultdict",
     "build_absolute_uri", "quantize", "total_seconds", "getlist", "mark_safe", "format_html")
)  # fmt: skip
# Calls that stand alone on their line, and leave the database as it is.
_HARMLESS = frozenset(
    ("print", "append", "extend", "debug", "info", "warning", "error", "exception", "success")
)
_Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_COMPREHENSIONS: tuple[type[_Comprehension], ...] = get_args(_Comprehension)
_FOR: tuple[type[ast.For | ast.AsyncFor], ...] = (ast.For, ast.AsyncFor)
_LOOPS = (*_FOR, ast.While, *_COMPREHENSIONS)


class Asked(NamedTuple):
    """A place where rows are asked for: the node, the rows, and where it stands."""

    node: ast.expr
    rows: ast.expr
    start: tuple[int, int]
    end: tuple[int, int]


@RULE.across_files
def repeated(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """``Order.objects.get(pk=pk)``, and the same again below."""
    laid_out = layout(project, unit)
    for part in laid_out.parts:
        by_words: dict[str, list[Asked]] = defaultdict(list)
        every = list(_asked(part))
        often = Counter(word_of(call) for call, _ in every)
        for call, asked in every:
            if often[word_of(call)] > 1:
                by_words[ast.unparse(call)].append(asked)
        for words, several in by_words.items():
            if len(several) > 1 and not _CHANGING.search(words):
                several.sort(key=lambda one: one.start)
                for before, after in pairwise(several):
                    yield from _again(project, laid_out, part, before, after)


def _asked(part: Part) -> Iterator[tuple[ast.Call, Asked]]:
    """Each place that asks, with the call whose words tell it from others: rows that are listed or
    gone through are the same.
    """
    for call in part.of(ast.Call):
        match call:
            case ast.Call(func=ast.Attribute(value=rows, attr=word)) if word in _ASKS:
                yield call, _place(call, rows)
            case ast.Call(func=ast.Name(id=word), args=[rows, *_]) if word in _LISTS:
                if isinstance(rows, ast.Call):
                    yield rows, _place(call, rows)
    gone_over = [one.iter for one in part.of(*_FOR)]
    gone_over += [one.generators[0].iter for one in part.of(*_COMPREHENSIONS)]
    for rows in gone_over:
        if isinstance(rows, ast.Call):
            yield rows, _place(rows, rows)


def _place(node: ast.expr, rows: ast.expr) -> Asked:
    end = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    return Asked(node, rows, (node.lineno, node.col_offset), end)


def _again(
    project: Project, laid_out: Layout, part: Part, before: Asked, after: Asked
) -> Iterator[Hit]:
    """The finding of the second place, if it runs behind the first with nothing changed between."""
    if before.end > after.start or not _runs_first(laid_out, part, before, after):
        return
    if not _unchanged(laid_out, part, before, after) or _is_kept(part, before.rows):
        return
    found = query(project, before.rows, part.frame)
    if found is None or found.cached is Cached.YES or found.methods & {"none", "select_for_update"}:
        return
    around = takewhile(lambda one: before.node not in every(one), laid_out.around(after.node))
    unsure = any(isinstance(one, (ast.If, ast.IfExp, ast.Try, ast.BoolOp)) for one in around)
    yield Hit(
        after.node,
        say(
            "`{call}` asks the database what line {line} has asked, and nothing has changed since",
            call=brief(after.node),
            line=before.node.lineno,
        ),
        confidence=Confidence.LOW if unsure else sure(found, part.frame),
        related=(Related(before.node, "asked here first"),),
    )


def _runs_first(laid_out: Layout, part: Part, before: Asked, after: Asked) -> bool:
    """Whether the first runs whenever the second does, and as often."""
    holders = {*laid_out.around(after.node), part.frame.scope}
    child: ast.AST = before.node
    for one in laid_out.around(before.node):
        if one in holders:
            break
        if isinstance(one, (ast.If, ast.IfExp, ast.While)) and child is not one.test:
            return False
        if isinstance(one, ast.BoolOp) and child is not one.values[0]:
            return False
        if isinstance(one, (ast.For, ast.AsyncFor)) and child is not one.iter:
            return False
        if isinstance(one, ast.comprehension) and child is not one.iter:
            return False
        if isinstance(one, _Comprehension) and child is not one.generators[0]:
            return False
        if isinstance(one, (ast.Try, ast.ExceptHandler, ast.match_case)):
            return False
        child = one
    else:
        one = part.frame.scope
    return _is_behind(one, child, after, laid_out)


def _is_behind(holder: ast.AST, child: ast.AST, after: Asked, laid_out: Layout) -> bool:
    """Whether the second is in no loop of its own below what holds both, nor in the other branch of
    what the first stands in.
    """
    other: ast.AST = after.node
    for one in laid_out.around(after.node):
        if one is holder:
            break
        first = getattr(one, "iter", None) or getattr(one, "generators", [None])[0]
        if isinstance(one, (*_LOOPS, ast.comprehension)) and other is not first:
            return False
        other = one
    match holder:
        case ast.If(test=test) | ast.IfExp(test=test) if child is not test:
            body = holder.body if isinstance(holder.body, list) else [holder.body]
            return (child in body) == (other in body)
        case ast.BoolOp(values=[first, *_]):
            return child is first
        case ast.Try():
            return child in holder.body and (other in holder.body or other in holder.orelse)
        case ast.While() | ast.For() | ast.AsyncFor():
            return child in holder.body and other in holder.body
    return True


def _unchanged(laid_out: Layout, part: Part, before: Asked, after: Asked) -> bool:
    """Whether nothing between may change the answer: no write, no call that could be one, no other
    value for a name that is asked with.
    """
    names = names_of(before.node)
    for several in part.nodes.values():
        for node in several:
            at = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
            if before.end <= at < after.start and _changes(laid_out, node, names):
                return False
    for one in laid_out.around(after.node):
        if isinstance(one, (ast.With, ast.AsyncWith)) and before.node not in every(one):
            return False
    return not any(
        isinstance(one, ast.Assign) and names & {name.id for name in _stored(one)}
        for one in laid_out.around(before.node)
    )


def _stored(node: ast.Assign) -> Iterator[ast.Name]:
    for target in node.targets:
        for one in every(target):
            if isinstance(one, ast.Name):
                yield one


def _changes(laid_out: Layout, node: ast.AST, names: frozenset[str]) -> bool:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return name in names
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store()):
            return bool(names_of(node) & names)
        case ast.Call(func=ast.Name(id=word) | ast.Attribute(attr=word)):
            alone = isinstance(laid_out.parents.get(node), ast.Expr)
            if alone:
                return word not in _HARMLESS
            return word not in _READING and _READS.match(word) is None
        case ast.Await() | ast.Yield() | ast.YieldFrom() | ast.With() | ast.AsyncWith():
            return True
        case ast.For(target=target) | ast.AsyncFor(target=target):
            return bool(names_of(target) & names)
    return False


def _is_kept(part: Part, rows: ast.expr) -> bool:
    """Whether a name holds the rows and may be gone through: then they may be there already."""
    if not isinstance(rows, ast.Name):
        return False
    uses = [one for one in part.of(ast.Name) if one.id == rows.id and isinstance(one.ctx, ast.Load)]
    asked = {one.value for one in part.of(ast.Attribute)}
    return any(one not in asked for one in uses)

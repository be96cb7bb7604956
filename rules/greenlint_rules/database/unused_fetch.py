# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN325: what `select_related()` or `prefetch_related()` fetches along is thrown away."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint_rules.often import ONCE

from greenlint.messages import Message, say
from greenlint.project import flow
from greenlint.project.afresh import asked_afresh, unread
from greenlint.project.fates import ASKED, DROPPED, LOOPED, SINGLE, Fate, Fates, fates_in
from greenlint.project.frames import Frame, frames_in
from greenlint.project.nodes import own_of
from greenlint.project.paths import Access
from greenlint.project.project import Func, Project, Unit
from greenlint.project.querysets import SAME
from greenlint.project.rows_read import every_read
from greenlint.project.values import Rows
from greenlint.rule import Confidence, Edit, Fix, Hit, Options, Related, Rule, Safety

RULE = Rule(
    code="GRN325",
    name="unused-fetch",
    needles=(b"select_related", b"prefetch_related"),
    since="0.1.0",
    lifecycle="preview",
    fix="safe",
    across=True,
    alone=False,
    tests=False,
    repeats=False,
)

_FETCHING = ("select_related", "prefetch_related")
# What makes the rows in memory all the same: the join or the second query is paid for.
_FETCHES_ROWS = frozenset(("len", "bool", "if", "not"))
_DELETING = frozenset(("delete", "adelete"))


@RULE.across_files
def fetch(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Calls that fetch relations along, where the same body shows all that becomes of the rows."""
    if ONCE.search(unit.name):
        return
    for frame in frames_in(project, unit):
        for node in own_of(frame.scope, ast.Call):
            match node:
                case ast.Call(func=ast.Attribute(attr=word)) if word in _FETCHING:
                    if not _clears(node) and (hit := _judge(project, unit, frame, node, word)):
                        yield hit


def _clears(call: ast.Call) -> bool:
    """``select_related(None)`` takes back what was asked for before."""
    return any(isinstance(arg, ast.Constant) and arg.value is None for arg in call.args)


def _judge(project: Project, unit: Unit, frame: Frame, call: ast.Call, word: str) -> Hit | None:
    fates = fates_in(frame)
    found = fates.of(call, iterated=word == "select_related")
    if not found:
        return None
    if any(one.kind == DROPPED for one in found):
        return _dropped(call, word) if len(found) == 1 else None
    asked = [one for one in found if one.kind == ASKED]
    if len(asked) == len(found):
        return _asked(project, unit, frame, call, word, asked)
    return _read(project, frame, call, word, fates, found)


def _dropped(call: ast.Call, word: str) -> Hit:
    return Hit(
        call,
        say("`{word}()` gives a new queryset, and this one is thrown away", word=word),
        help=say("keep what it gives, or take the statement out"),
    )


# -- querysets that are asked for something else ----------------------------------------------


def _asked(
    project: Project, unit: Unit, frame: Frame, call: ast.Call, word: str, asked: list[Fate]
) -> Hit | None:
    assert isinstance(call.func, ast.Attribute)
    rows = flow.value(project, call.func.value, frame)
    words = {one.word for one in asked}
    if words & _DELETING and word == "prefetch_related":
        return None  # what listens to deletions may read the rows
    if isinstance(rows, Rows) and _is_own(project, rows, {*words, word}):
        return None
    first = asked[0]
    return Hit(
        call,
        _message(word, first),
        help=say("take `{word}()` out", word=word),
        fix=_fix(unit, call, word, words, isinstance(rows, Rows)),
        confidence=Confidence.HIGH,
        related=tuple(Related(one.node, "this needs no relations") for one in asked[:3]),
    )


def _message(word: str, first: Fate) -> Message:
    if first.word in ("iterator", "aiterator"):
        return say(
            "`{asks}()` without a chunk size ignores `prefetch_related()`, and raises an error "
            "from Django 5.0 on",
            asks=first.word,
        )
    if first.word in _FETCHES_ROWS:
        return say(
            "`{word}()` fetches relations of rows that are only tested or counted", word=word
        )
    if first.word.endswith("__in"):
        return say("`{word}()` has no effect on a subquery, as this one is in the end", word=word)
    return say(
        "`{word}()` has no effect: `{asks}()` drops what is to be fetched along",
        word=word,
        asks=first.word,
    )


def _is_own(project: Project, rows: Rows, words: set[str]) -> bool:
    """Whether the project's own manager or queryset says what one of these methods does."""
    return any(
        isinstance(project.attribute(maker, word), Func) for maker in rows.makers for word in words
    )


def _fix(unit: Unit, call: ast.Call, word: str, words: set[str], known: bool) -> Fix | None:
    """Take the call out of its chain.  A manager has no ``delete()``: then something must stay."""
    assert isinstance(call.func, ast.Attribute)
    if words & {"iterator", "aiterator"}:
        return None
    inner = call.func.value
    of_rows = isinstance(inner, ast.Call) and (
        isinstance(inner.func, ast.Attribute) and inner.func.attr in SAME
    )
    if words & _DELETING and not of_rows:
        return None
    text = ast.get_source_segment(unit.source.text.replace("\r\n", "\n"), inner)
    if text is None or isinstance(inner, (ast.BinOp, ast.IfExp, ast.BoolOp, ast.Await)):
        return None
    safe = known and not words & _FETCHES_ROWS
    return Fix(
        say("Take `{word}()` out", word=word),
        (Edit(call, text),),
        Safety.SAFE if safe else Safety.UNSAFE,
    )


# -- rows that are read -------------------------------------------------------------------------


def _read(
    project: Project, frame: Frame, call: ast.Call, word: str, fates: Fates, found: tuple[Fate, ...]
) -> Hit | None:
    """Rows that are gone through or read one by one, all of it in this body."""
    rows = flow.value(project, call, frame)
    if not isinstance(rows, Rows) or rows.fetched.unsure:
        return None
    accesses: list[Access] = []
    for one in found:
        if one.kind in (LOOPED, SINGLE):
            some = every_read(project, fates, one)
            if some is None:
                return None
            accesses += some
        elif one.kind != ASKED:
            return None
    return _unread(project, call, word, rows, accesses) or (
        _afresh(project, call, rows, accesses) if word == "prefetch_related" else None
    )


def _unread(
    project: Project, call: ast.Call, word: str, rows: Rows, accesses: list[Access]
) -> Hit | None:
    found = unread(project, rows, call, accesses)
    if not found:
        return None
    return Hit(
        call,
        say(
            "`{word}()` fetches {names}, and nothing reads it of these rows",
            word=word,
            names=", ".join(f"`{one}`" for one in found),
        ),
        help=say("take it out"),
        confidence=Confidence.MEDIUM,
    )


def _afresh(project: Project, call: ast.Call, rows: Rows, accesses: list[Access]) -> Hit | None:
    found = asked_afresh(project, rows, call, accesses)
    if not found:
        return None
    one = found[0]
    return Hit(
        call,
        say(
            "`{name}` is fetched ahead, and then asked for anew: `{asks}()` does not look at what "
            "was fetched",
            name=one.name,
            asks=one.method,
        ),
        help=say(
            "select from the fetched rows in Python, or fetch them with "
            '`Prefetch("{name}", queryset=..., to_attr=...)`; else take the call out',
            name=one.name,
        ),
        confidence=Confidence.MEDIUM,
        related=tuple(Related(a.at.node, "this asks anew", a.at.unit.name) for a in one.at[:3]),
    )

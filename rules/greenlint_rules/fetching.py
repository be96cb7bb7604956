# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Relations that rows are read along and that nothing fetched: in words, with their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from greenlint.messages import Message, say
from greenlint.project import models
from greenlint.project.knowing import asks_first, function_around
from greenlint.project.needs import Need, needs, suggestion, uncovered
from greenlint.project.paths import Access
from greenlint.project.project import Class, Project
from greenlint.project.values import At, Rows
from greenlint.rule import Confidence, Related

# Places named beside a finding.
_MOST = 6
# Methods that ask for a number or a fact.
_COUNTING = ("count", "exists")
# Relations named in a sentence.
_NAMED = 6


def missing(
    project: Project, rows: Rows, accesses: Iterable[Access], many: bool = True
) -> list[Need]:
    """The relations that reading along these ways asks the database for, row by row.

    Of a single row (`many` is false) only what lies behind a relation to several rows counts: the
    rest is one query.
    """
    found = uncovered(needs(project, rows.model, accesses), rows.fetched)
    return [_weighed(one) for one in found if one.how != "query" and (many or one.many)]


def _weighed(need: Need) -> Need:
    """A need whose code looks first for what may be there is seldom one."""
    functions = (function_around(one.node, one.unit) for one in (need.at, *need.via))
    if any(one is not None and asks_first(one) for one in functions):
        return replace(need, rare=True)
    return need


def named(found: Sequence[Need]) -> str:
    """The relations in words: ```customer`, `lines`, `lines.product```.

    Each is a query of its own, those on the way to another too; of many, the nearest are named.
    """
    paths = sorted({one.path for one in found}, key=lambda path: (path.count("__"), path))
    words = [f"`{path.replace('__', '.')}`" for path in paths]
    return ", ".join(words if len(words) <= _NAMED else [*words[: _NAMED - 1], "…"])


def advice(found: Sequence[Need]) -> Message:
    """What to add to the queryset; rows that are only counted need not be fetched."""
    counted = [one for one in found if one.method in _COUNTING]
    fetched = [one for one in found if one.method not in _COUNTING]
    if not fetched:
        return say("count with annotate() instead: {relations}", relations=named(found))
    calls = f"`{suggestion(fetched)}`"
    paths = {one.path for one in fetched}
    if all(any(f"{path}__".startswith(f"{one.path}__") for path in paths) for one in counted):
        return say("add {calls} to the queryset", calls=calls)
    return say(
        "add {calls} to the queryset, and count with annotate() instead: {relations}",
        calls=calls,
        relations=named(counted),
    )


def loading(project: Project, model: Class, found: Sequence[Need]) -> Message:
    """The loader options to add to a query of SQLAlchemy."""
    paths = sorted({one.path for one in found})
    longest = [p for p in paths if not any(o.startswith(f"{p}__") for o in paths)]
    options = [_option(project, model, path) for path in longest[:_NAMED]]
    more = [] if len(longest) <= _NAMED else ["…"]
    return say("add {calls} to the query", calls=f"`.options({', '.join(options + more)})`")


def _option(project: Project, model: Class, path: str) -> str:
    """``joinedload(Order.customer).selectinload(Customer.addresses)``."""
    calls: list[str] = []
    at: Class | None = model
    for name in path.split("__"):
        link = models.link(project, at, name) if at is not None else None
        word = "selectinload" if link is None or link.many or calls else "joinedload"
        owner = at.name.rpartition(".")[2] if at is not None else "..."
        calls.append(f"{word}({owner}.{name})")
        at = link.target if link is not None else None
    return ".".join(calls)


def confidence(rows: Rows, found: Sequence[Need], doubt: str = "") -> Confidence:
    """Low where more may be fetched than can be read; medium where every read is conditional."""
    if rows.fetched.unsure or doubt:
        return Confidence.LOW
    return Confidence.MEDIUM if all(one.unsure for one in found) else Confidence.HIGH


def places(found: Sequence[Need]) -> Iterator[Related]:
    """Where the relations are read, each with the relation's name."""
    for one in found[:_MOST]:
        last: At = one.via[-1] if one.via else one.at
        text = say("reads `{path}`", path=one.path.replace("__", "."))
        yield Related(one.at.node, text, one.at.path)
        if last is not one.at:
            yield Related(last.node, text, last.path)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN305: a list in Django's admin reads relations of each row that nothing fetched."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from greenlint_rules.fetching import confidence, named, places

from greenlint.messages import Message, say
from greenlint.project import admin
from greenlint.project.admin import Listed
from greenlint.project.needs import Need, covers, needs, uncovered
from greenlint.project.paths import TEXT, Access
from greenlint.project.project import Class, Func, Project, Unit, Value
from greenlint.project.values import At
from greenlint.rule import Confidence, Hit, Options, Rule

RULE = Rule(
    code="GRN305",
    name="unfetched-admin-relation",
    needles=(b"Admin", b"Inline", b"admin.register"),
    since="0.1.0",
    lifecycle="stable",
    across=True,
    alone=False,
    tests=False,
)


# Queries for each row from which on an inline is shown.
_SEVERAL = 3


@RULE.across_files
def lists(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Admin classes and inlines, by the lists that they make."""
    for cls in unit.classes.values():
        for listed in admin.listed(project, cls):
            asked = needs(project, listed.model, listed.accesses)
            found = uncovered(asked, listed.rows.fetched)
            if found and _is_told_above(project, cls, listed, found):
                continue
            if found:
                yield _hit(project, cls, listed, asked, found)
            elif not listed.inline and (hit := _checkbox(project, cls, listed)):
                yield hit


def _is_told_above(project: Project, cls: Class, listed: Listed, found: list[Need]) -> bool:
    """Whether a class of the project that this one inherits makes a list that lacks the same: what
    is written there mends both.
    """
    if project.own_attribute(cls, "list_select_related") is not None:
        return False
    paths = {one.path for one in found}
    for above in project.ancestry(cls):
        if above is cls or not isinstance(above, Class) or above.unit.is_test:
            continue
        for one in admin.listed(project, above):
            lacking = uncovered(needs(project, one.model, one.accesses), one.rows.fetched)
            if one.model is listed.model and paths <= {need.path for need in lacking}:
                return True
    return False


def _hit(project: Project, cls: Class, listed: Listed, asked: list[Need], found: list[Need]) -> Hit:
    if listed.inline:
        text = say(
            "each row of this inline asks the database for {relations}", relations=named(found)
        )
    else:
        text = say(
            "each row of the change list asks the database for {relations}",
            relations=named(found),
        )
    sure = confidence(listed.rows, found)
    if all(one.unsure for one in found):
        sure = Confidence.LOW  # what it depends on may seldom be so, or never for such a list
    if listed.inline and sure is Confidence.HIGH:
        sure = Confidence.MEDIUM if _is_heavy(project, cls, found) else Confidence.LOW
    if not listed.inline and all(one.how == "query" and "__" not in one.path for one in found):
        sure = Confidence.LOW  # a Prefetch with an order of its own, and code that uses it
    return Hit(
        _place(cls, listed),
        text,
        help=_remedy(project, cls, listed, asked, found),
        confidence=sure,
        related=tuple(places(found)),
    )


def _is_heavy(project: Project, cls: Class, found: list[Need]) -> bool:
    """Whether an inline sends several queries for each row of a table: one row has few inlines,
    mostly, and those that are stacked are fewest.
    """
    stacked = any("StackedInline" in name for name in project.libraries(cls))
    return len(found) >= _SEVERAL and not stacked


def _place(cls: Class, listed: Listed) -> ast.AST:
    """The class's own list_display or readonly_fields, else the class."""
    word = "readonly_fields" if listed.inline else "list_display"
    for statement in cls.node.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == word:
            return statement
    return cls.node


def _checkbox(project: Project, cls: Class, listed: Listed) -> Hit | None:
    """The checkbox of each row is labelled with the row's text from Django 5.0 on."""
    held = project.attribute(cls, "actions")
    if isinstance(held, Value) and getattr(held.node, "value", "") is None:
        return None
    text = (Access((TEXT,), At(cls.unit, cls.node)),)
    asked = needs(project, listed.model, (*text, *listed.accesses))
    found = uncovered(asked, listed.rows.fetched)
    if not found:
        return None
    return Hit(
        _place(cls, listed),
        say(
            "from Django 5.0 on, the checkbox of each row shows the row's text, which asks the "
            "database for {relations}",
            relations=named(found),
        ),
        help=_remedy(project, cls, listed, asked, found),
        confidence=Confidence.LOW,
        related=tuple(places(found)),
    )


# -- what to write ------------------------------------------------------------------------------


def _remedy(
    project: Project, cls: Class, listed: Listed, asked: list[Need], found: list[Need]
) -> Message:
    """The lines to write, to the letter where they follow from what is read."""
    selected = _longest(one.path for one in found if one.how == "select")
    if selected and not listed.inline and not _selects(listed):
        names = _all_selected(project, cls, listed, asked)
        attribute = f"list_select_related = ({_quoted(names)}{',' if len(names) == 1 else ''})"
        calls = _calls([], found)
        if calls:
            return say(
                "write {attribute}, and give the rows of get_queryset() {calls}",
                attribute=f"`{attribute}`",
                calls=f"`{calls}`",
            )
        return say("write {attribute}", attribute=f"`{attribute}`")
    calls = _calls(selected, found)
    if not calls:
        return say("ask once for all rows, by annotate() or a Prefetch with to_attr")
    if isinstance(project.attribute(cls, "get_queryset"), Func):
        return say("add {calls} to what get_queryset() returns", calls=f"`{calls}`")
    return say(
        "write get_queryset() that returns {rows}",
        rows=f"`super().get_queryset(request){calls}`",
    )


def _calls(selected: list[str], found: list[Need]) -> str:
    """The calls for a queryset: ``.select_related("a").annotate(lines_count=Count("lines"))``."""
    counted = sorted({one.path for one in found if one.method == "count"})
    fetched = _longest(
        one.path for one in found if one.how == "prefetch" and one.path not in counted
    )
    parts = []
    if selected:
        parts.append(f".select_related({_quoted(selected)})")
    if fetched:
        parts.append(f".prefetch_related({_quoted(fetched)})")
    if counted:
        apart = ", distinct=True" if len(counted) > 1 else ""  # each join repeats the others' rows
        names = ", ".join(
            f'{path.replace("__", "_")}_count=Count("{path}"{apart})' for path in counted
        )
        parts.append(f".annotate({names})")
    return "".join(parts)


def _selects(listed: Listed) -> bool:
    """Whether the queryset selects by itself: the change list then leaves it alone."""
    return bool(listed.own.selected) or listed.own.everything


def _all_selected(project: Project, cls: Class, listed: Listed, asked: list[Need]) -> list[str]:
    """Everything that the list reads in one row: naming some of it ends select_related()."""
    before, _, _ = admin.select_related_of(project, cls)
    plain = [one for one in asked if one.how == "select" and not covers(listed.own, one)]
    return _longest([*before, *(one.path for one in plain)])


def _longest(paths: Iterable[str]) -> list[str]:
    every = sorted(set(paths))
    return [one for one in every if not any(other.startswith(f"{one}__") for other in every)]


def _quoted(paths: Iterable[str]) -> str:
    return ", ".join(f'"{path}"' for path in paths)

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN306: a template reads relations of each row that the view's queryset does not fetch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from greenlint_rules.anew import asked_anew, instead, surely
from greenlint_rules.fetching import advice, missing, named, places

from greenlint.messages import say
from greenlint.project import contexts, inner_rows, rendered, template_paths
from greenlint.project.contexts import Given
from greenlint.project.frames import frames_in
from greenlint.project.inner_rows import Inner
from greenlint.project.needs import Need
from greenlint.project.project import Project, Unit
from greenlint.project.rendered import Rendering
from greenlint.project.values import Rows
from greenlint.rule import Confidence, Hit, Options, Related, Rule

RULE = Rule(
    code="GRN306",
    name="unfetched-template-relation",
    needles=(b"render", b"emplate", b"ListView", b"DetailView", b"get_context_data"),
    since="0.1.0",
    lifecycle="preview",
    across=True,
    alone=False,
    tests=False,
)


@RULE.across_files
def view(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Views that are classes, and functions that show a template."""
    for cls in unit.classes.values():
        for shown in rendered.of_view(project, cls):
            yield from _shown(project, unit, shown)
    for frame in frames_in(project, unit):
        for shown in rendered.in_frame(project, frame):
            yield from _shown(project, unit, shown)


def _shown(project: Project, unit: Unit, shown: Rendering) -> Iterator[Hit]:
    reads = template_paths.reads(project, shown.template, shown.near)
    of_view = rendered.of_self(project, shown, reads["view"]) if "view" in reads else ()
    for name, given in (*shown.context.items(), *of_view):
        held = contexts.rows_in(given.kind)
        own = template_paths.below(reads, name) if held is not None else ()
        if held is None or not own or ("." in name and given.at.unit is not unit):
            continue  # what a dict of another file holds is told where that file shows it
        rows, many = held
        ways = list(template_paths.of_rows(project, rows.model, own, many))
        many = many or given.each
        found = _likely(missing(project, rows, ways, many))
        place = _place(unit, shown, given, rows)
        if found:
            said = f"`{_word(name)}`"
            words = {"file": f"`{shown.template}`", "relations": named(found), "name": said}
            yield Hit(
                place,
                say(
                    "the template {file} reads {relations} of each row of {name}, and the "
                    "queryset does not fetch them: a query for each row",
                    **words,
                )
                if many
                else say(
                    "the template {file} goes through rows below {name} and reads {relations}, "
                    "which its queryset does not fetch: a query for each row",
                    **words,
                ),
                help=advice(found),
                confidence=_confidence(rows, found),
                related=tuple(places(found)),
            )
        others = [one for one in _others(unit, shown, given) if one is not place]
        if anew := asked_anew(project, rows.model, ways, many):
            yield _of_queries(shown, name, anew, others[0] if found and others else place)
        for inner in inner_rows.inner(project, rows, ways):
            found = _likely(missing(project, inner.rows, inner.accesses))
            if found and others:
                yield _of_inner(shown, name, inner, found, others.pop(0))


def _likely(found: list[Need]) -> list[Need]:
    """Without what is read of few rows only, where there is more."""
    return [one for one in found if not one.rare] or found


def _confidence(rows: Rows, found: list[Need]) -> Confidence:
    """Low where more may be fetched than can be read, and where code reads under a condition that
    the template does not know; medium where the template itself reads under a condition.
    """
    if rows.fetched.unsure or all(one.rare or (one.unsure and _in_code(one)) for one in found):
        return Confidence.LOW
    return Confidence.MEDIUM if all(one.unsure for one in found) else Confidence.HIGH


def _in_code(need: Need) -> bool:
    return any(isinstance(one.node, ast.AST) for one in (need.at, *need.via))


def _word(name: str) -> str:
    """The name in the context, or in a dict there, without the way to a part of each element."""
    return (
        name.partition(".[]")[0]
        .removesuffix(".items")
        .removesuffix(".values")
        .removesuffix(".forms")
    )


def _of_queries(shown: Rendering, name: str, anew: list[Need], place: ast.AST) -> Hit:
    """What each row asks for anew, by a property or method that the template reads; low where that
    asks under a condition.
    """
    always = [one for one in anew if not one.unsure and surely(one) is Confidence.HIGH]
    sure = Confidence.HIGH if always else Confidence.LOW
    anew = always or anew
    return Hit(
        place,
        say(
            "the template {file} asks the database for {relations} of each row of {name} anew: "
            "`{method}()` does not use what was prefetched",
            file=f"`{shown.template}`",
            relations=named(anew),
            name=f"`{_word(name)}`",
            method=anew[0].method,
        ),
        help=instead(anew[0].method),
        confidence=sure,
        related=tuple(places(anew)),
    )


def _of_inner(shown: Rendering, name: str, inner: Inner, found: list[Need], place: ast.AST) -> Hit:
    """Rows that a method of a row gives: what is read of each is to be fetched in that method."""
    asked = inner.rows.at
    return Hit(
        place,
        say(
            "the template {file} goes through {rows} and reads {relations} of each row, which "
            "nothing fetches ahead: a query for each row",
            file=f"`{shown.template}`",
            rows=f"`{_word(name)}.{inner.name}`",
            relations=named(found),
        ),
        help=advice(found),
        confidence=_confidence(inner.rows, found),
        related=(
            *([Related(asked.node, "the rows are asked for here", asked.path)] if asked else []),
            *places(found),
        ),
    )


def _place(unit: Unit, shown: Rendering, given: Given, rows: Rows) -> ast.AST:
    """The queryset, where this view or function writes it; else where the name is given."""
    for at in (rows.at, given.at):
        if at is not None and at.unit is unit and _holds(shown.scope, at.node):
            return at.node
    in_class = not isinstance(shown.scope, ast.FunctionDef)
    if rows.at is not None and rows.at.unit is unit and in_class:
        return rows.at.node
    return next(_others(unit, shown, given))


def _others(unit: Unit, shown: Rendering, given: Given) -> Iterator[ast.AST]:
    """Where the name is given, and the view."""
    if given.at.unit is unit:
        yield given.at.node
    assert shown.scope is not None
    if shown.scope is not given.at.node:
        yield shown.scope


def _holds(scope: ast.AST | None, node: ast.AST) -> bool:
    first, last = getattr(scope, "lineno", 0), getattr(scope, "end_lineno", 0) or 0
    return bool(first <= getattr(node, "lineno", 0) <= last)

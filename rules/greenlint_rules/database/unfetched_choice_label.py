# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN327: options of filters, of the admin and of model forms whose texts read relations."""

from __future__ import annotations

from collections.abc import Iterator

from greenlint_rules.fetching import advice, missing, named, places
from greenlint_rules.often import ONCE

from greenlint.messages import say
from greenlint.project import form_choices
from greenlint.project.form_choices import Choices
from greenlint.project.frames import frames_in
from greenlint.project.needs import Need
from greenlint.project.paths import TEXT, Access
from greenlint.project.project import Project, Unit
from greenlint.project.values import At
from greenlint.rule import Confidence, Hit, Options, Rule

RULE = Rule(
    code="GRN327",
    name="unfetched-choice-label",
    needles=(b"ChoiceFilter", b"queryset", b"ModelForm"),
    since="0.1.0",
    lifecycle="preview",
    across=True,
    alone=False,
    tests=False,
)


@RULE.across_files
def choices(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Fields that list rows, where no field class says so."""
    if ONCE.search(unit.name):
        return
    for one in _all(unit, project):
        if one.rows.few or "none" in one.rows.methods:
            continue
        access = Access((TEXT,), At(unit, one.node))
        if found := missing(project, one.rows, [access]):
            yield _hit(one, found)


def _all(unit: Unit, project: Project) -> Iterator[Choices]:
    for cls in unit.classes.values():
        yield from form_choices.of_filters(project, cls)
        yield from form_choices.of_model_form(project, cls)
    for frame in frames_in(project, unit):
        yield from form_choices.of_hooks(project, frame)


def _hit(one: Choices, found: list[Need]) -> Hit:
    return Hit(
        one.node,
        say(
            "the text of each `{model}` to choose from reads {relations}: a query for each option",
            model=one.rows.model.name,
            relations=named(found),
        ),
        help=advice(found),
        confidence=_confidence(one, found),
        related=tuple(places(found)),
    )


def _confidence(one: Choices, found: list[Need]) -> Confidence:
    if one.rows.fetched.unsure or one.doubt == form_choices.UNKNOWN:
        return Confidence.LOW
    sure = one.doubt == form_choices.SURE and not all(need.unsure for need in found)
    return Confidence.HIGH if sure else Confidence.MEDIUM

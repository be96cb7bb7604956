# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN319: a form in Django's admin lists every row of a large table to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from greenlint.messages import say
from greenlint.project import admin, admin_forms
from greenlint.project.admin_forms import Choice
from greenlint.project.project import Class, Project, Unit
from greenlint.rule import Confidence, Hit, Options, Rule

RULE = Rule(
    code="GRN319",
    name="admin-loads-every-choice",
    needles=(b"Admin", b"Inline", b"admin.register"),
    since="0.1.0",
    lifecycle="preview",
    confidence="medium",
    across=True,
    alone=False,
    tests=False,
)


@RULE.across_files
def forms(unit: Unit, project: Project, _: Options) -> Iterator[Hit]:
    """Admin classes and inlines, by the relations that their forms show."""
    for cls in unit.classes.values():
        for model in admin.models_of(project, cls):
            found = list(admin_forms.choices(project, cls, model))
            large = [one for one in found if one.users or one.looked_up]
            if large:
                yield _hit(project, cls, large, Confidence.MEDIUM)
            elif found and admin.is_inline(project, cls):
                yield _hit(project, cls, found, Confidence.LOW)


def _hit(project: Project, cls: Class, found: Sequence[Choice], sure: Confidence) -> Hit:
    names = [one.link.name for one in found]
    shown = ", ".join(f"`{name}`" for name in names)
    if admin.is_inline(project, cls):
        text = say(
            "each row of this inline asks for every row that {fields} may be set to", fields=shown
        )
    else:
        text = say("this form lists every row that {fields} may be set to", fields=shown)
    written = ", ".join(f'"{name}"' for name in names)
    return Hit(
        cls.node,
        text,
        help=say(
            "name them in autocomplete_fields or raw_id_fields: {line}",
            line=f"`raw_id_fields = ({written}{',' if len(names) == 1 else ''})`",
        ),
        confidence=sure,
    )

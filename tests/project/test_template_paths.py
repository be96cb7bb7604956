# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What templates read of the names that they are given."""

from __future__ import annotations

import pytest

from greenlint.project import template_paths
from greenlint.project.facts import Facts
from greenlint.project.project import File, Project
from greenlint.project.texts import Mark, Texts
from greenlint.source import SourceFile
from tests.project.conftest import project_of


def reads(**templates: str) -> set[str]:
    """The ways in the template `page`, with `?` behind those that depend on a condition."""
    held = {f"shop/templates/{name}.html": text for name, text in templates.items()}
    source = SourceFile("shop/views.py", b"")
    file = File(source.name, lambda: source, Facts({}, (), (), (), ()))
    project = Project([file], Texts(None, [source.name], held))
    found = template_paths.reads(project, "page.html", project.units[source.name])
    return {
        ".".join((name, *one.path)) + ("?" if one.unsure else "")
        for name, ways in found.items()
        for one in ways
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ a.b.c }}", {"a.b.c.__str__"}),
        ("{{ a.b|default:c.d }}", {"a.b.__str__"}),
        ("{{ a.b.all|length }} {{ a.c.count }}", {"a.b.all().[]", "a.c.count().__str__"}),
        ("{% for x in a %}{{ x.b }}{% endfor %}", {"a.[]", "a.[].b.__str__"}),
        ("{% for k, v in a.items %}{{ v.b }}{% endfor %}",
         {"a.items.[]", "a.items.[].1.b.__str__"}),
        ("{% for x in a.b.all %}{% if x.c %}{{ x.d }}{% endif %}{% endfor %}",
         {"a.b.all().[]", "a.b.all().[].c", "a.b.all().[].d.__str__?"}),
        ("{% if a.b.all %}x{% elif a.c %}y{% endif %}", {"a.b.all().[]", "a.c?"}),
        ("{% with x=a.b y=a.c.all %}{{ x.d }}{% for z in y %}{{ z }}{% endfor %}"
         "{% endwith %}{{ x }}",
         {"a.b", "a.b.d.__str__", "a.c.all()", "a.c.all().[]", "a.c.all().[].__str__",
          "x.__str__"}),
        ("{% with a.b as x %}{{ x.d }}{% endwith %}", {"a.b", "a.b.d.__str__"}),
        ("{% url 'order' a.b.pk x=a.c %}{% some_tag a.d as e %}{{ e.f }}",
         {"a.b.pk", "a.c", "a.d"}),
        ("{% regroup a by b.c as g %}{% for x in g %}{{ x.grouper.d }}"
         "{% for y in x.list %}{{ y.e }}{% endfor %}{% endfor %}",
         {"a.[].b.c", "a.[].b.c.d.__str__", "a.[]", "a.[].e.__str__"}),
        ("{% for x in a|slice:':3' %}{{ x.b }}{% endfor %}", set()),
        ("{% comment %}{{ a.b }}{% endcomment %}{# {{ a.b }} #}{% load a %}", set()),
        ("{% spaceless %}{% for x in a %}{% endspaceless %}{{ x.b }}{% endfor %}",
         {"a.[]", "a.[].b.__str__"}),
        ("{% set x = a.b %}{{ x.c }} {{ a.d.filter(e=a.f).all()|list }} {{ a['g'].h }}",
         {"a.b", "a.b.c.__str__", "a.d.filter().all().[]", "a.f.__str__", "a.[].h.__str__"}),
        ("{% for ignore in a reversed %}{{ ignore.b }}{% endfor %}", {"a.[]", "a.[].b.__str__"}),
        ("{% for x in a %}{{ x.b", {"a.[]"}),
    ],
)  # fmt: skip
def test_ways_of_a_template(text: str, expected: set[str]) -> None:
    """Loops, names, groups, conditions and filters, of Django and of Jinja."""
    assert reads(page=text) - {"c.d.__str__"} == expected


def test_included_and_extended_templates() -> None:
    """Names go into what is included; blocks stand where the extended template has them."""
    found = reads(
        page="{% extends 'base.html' %}{% block one %}{{ block.super }}{{ a.b }}"
        "{% include 'part.html' with x=a.c only %}{% endblock %}{{ a.never }}",
        base="{{ a.title }}{% for y in a.rows %}{% block one %}{{ y.d }}{% endblock %}{% endfor %}",
        part="{{ x.e }}{% include 'part.html' %}",
    )
    assert found == {
        "a.title.__str__", "a.rows.[]", "a.b.__str__", "a.rows.[].d.__str__", "a.c",
        "a.c.e.__str__",
    }  # fmt: skip


TAGS = """\
from django import template
register = template.Library()

@register.inclusion_tag("badge.html")
def badge(order, size):
    return {"owner": order.customer, "size": size}

@register.simple_tag(takes_context=True, name="named")
def other(context, line, *, word=""):
    return line.product.name + word.text

@register.filter
def label(line):
    return line.product.name
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% badge a.b 3 %}", {"a.b", "a.b.customer", "a.b.customer.name.__str__"}),
        ("{% badge size=2 order=a %}", {"a.customer", "a.customer.name.__str__"}),
        ("{% named a 'x y' word=b %}", {"a.product.name", "b.text"}),
        ("{% named 'x' a as c %}{{ c.d }}", set()),
        ("{{ a.b|label|upper }}", {"a.b", "a.b.product.name"}),
        ("{% if x %}{% named a %}{% endif %}", {"a.product.name?"}),
        ("{{ a|other }}{% label a %}", {"a.__str__"}),
    ],
)
def test_tags_of_the_project_are_gone_into(text: str, expected: set[str]) -> None:
    """A tag reads of its arguments what its function reads; its template sees nothing else."""
    files = {"shop/views.py": "", "shop/templatetags/shop_tags.py": TAGS}
    held = {
        "shop/templates/page.html": "{% load i18n shop_tags %}" + text,
        "shop/templates/unloaded.html": text,
        "shop/templates/badge.html": "{{ owner.name }}{{ a.secret }}{{ order.secret }}",
    }
    project = project_of(files, Texts(None, list(files), held))
    found = template_paths.reads(project, "page.html", project.units["shop/views.py"])
    ways = {
        ".".join((name, *one.path)) + ("?" if one.unsure else "")
        for name, several in found.items()
        for one in several
    }
    assert ways == expected
    other = template_paths.reads(project, "unloaded.html", project.units["shop/views.py"])
    assert not any("product" in one.path for several in other.values() for one in several)


def test_a_mark_is_where_it_says() -> None:
    """Lines and columns are 1-based and count characters."""
    span = Mark("a\nbé{{ cd }}", 7, 2).span
    assert (span.line, span.column, span.end_column, span.start, span.end) == (2, 6, 8, 7, 9)


def test_templates_that_extend_one_are_told_apart() -> None:
    """The base is gone through once for a file; what each puts into its blocks stays its own."""
    held = {
        "base.html": "{% for x in shop.orders %}{% block row %}{{ x.number }}{% endblock %}"
        "{% endfor %}{% block foot %}{{ shop.owner }}{% endblock %}",
        "one.html": "{% extends 'base.html' %}{% block row %}{{ x.customer }}{% endblock %}",
        "two.html": "{% extends 'base.html' %}"
        "{% block row %}{{ block.super }}{{ x.lines.count }}{% endblock %}"
        "{% block foot %}{% include 'part.html' with y=shop.town %}{% endblock %}",
        "part.html": "{{ y.name }}",
    }
    names = ("shop/views.py", "shop/api.py")
    project = project_of(dict.fromkeys(names, ""))
    project.texts = Texts(None, names, {f"shop/templates/{at}": text for at, text in held.items()})
    rows, owner = {"orders.[]"}, {"owner.__str__"}
    numbers = {"orders.[].number.__str__"}
    expected = {
        "one.html": rows | owner | {"orders.[].customer.__str__"},
        "two.html": rows
        | numbers
        | {"orders.[].lines.count().__str__", "town", "town.name.__str__"},
        "base.html": rows | owner | numbers,
    }
    for name in names:
        for wanted, ways in expected.items():
            found = template_paths.reads(project, wanted, project.units[name])
            assert {".".join(one.path) for one in found["shop"]} == ways
            assert {one.at.unit.name for one in found["shop"]} == {name}

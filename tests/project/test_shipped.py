# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Django's own models are known where Django is no part of the project."""

from __future__ import annotations

from pathlib import Path

import greenlint_rules
import pytest

from greenlint.catalogue import rules_in
from greenlint.check import ActiveRule
from greenlint.project import models
from greenlint.project.checking import check_together
from greenlint.project.project import Class, File, Outside, Project
from greenlint.project.shipped import beside
from tests.project.conftest import project_of

PROFILE = """\
from django.conf import settings
from django.db import models


class Profile(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)
    groups = models.ManyToManyField("auth.Group", related_name="profiles")
"""
OWN = "from django.contrib.auth.models import AbstractUser\nclass Member(AbstractUser):\n    pass\n"
LOOP = """\
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User


def names():
    for permission in Permission.objects.all():
        print(permission)
    for group in Group.objects.all():
        print([profile.user for profile in group.profiles.all()])
    for user in User.objects.filter(is_active=True):
        print(user.profile)
    return [user.groups.all()[0] for user in get_user_model().objects.all()]
"""


def with_django(texts: dict[str, str]) -> Project:
    """A project of these files, and what greenlint brings for it."""
    own = project_of(texts).units.values()
    return Project([*(File(u.name, u.load, u.facts) for u in own), *beside(texts)])


def found(texts: dict[str, str]) -> list[str]:
    folder = Path(greenlint_rules.__file__).parent
    info = next(one for one in rules_in("greenlint_rules", folder) if one.code == "GRN304")
    judged = check_together([ActiveRule(info)], texts)
    assert set(judged) == set(texts)
    return [str(one.message) for name in texts for one in judged[name].findings]


def test_relations_of_djangos_models_are_known() -> None:
    """Loops over users, groups and permissions read relations, forwards and back."""
    messages = found({"shop/models.py": PROFILE, "shop/report.py": LOOP})
    assert [m.partition("database for ")[2].partition(":")[0] for m in messages] == [
        "`content_type`",
        "`profiles`, `profiles.user`",
        "`profile`",
        "`groups`",
    ]


def target(project: Project, cls: Class, name: str) -> Class:
    link = models.link(project, cls, name)
    assert link is not None
    assert link.target is not None
    return link.target


def test_the_projects_own_user_is_meant_first() -> None:
    """A user model of the project takes the place of Django's, and has its groups."""
    project = with_django({"shop/models.py": PROFILE, "people/models.py": OWN})
    profile = project.units["shop/models.py"].classes["Profile"]
    user, groups = target(project, profile, "user"), target(project, profile, "groups")
    assert user.name == "Member"
    assert groups.unit.shipped
    assert target(project, user, "groups") is groups


@pytest.mark.parametrize("name", ["auth.models", "models"])
def test_only_the_whole_name_leads_there(name: str) -> None:
    """A module of the same last name that is not there is not taken for Django's."""
    project = with_django({"shop/views.py": f"from {name} import Group\n"})
    meant = project.meaning(project.units["shop/views.py"], "Group")
    assert meant == Outside(f"{name}.Group")


@pytest.mark.parametrize("name", ["UserManager", "models.UserManager"])
def test_what_is_not_shipped_is_a_librarys(name: str) -> None:
    """Names of Django's that greenlint brings nothing of are known by name."""
    lines = (
        "from django.contrib.auth import models",
        "from django.contrib.auth.models import UserManager",
    )
    project = with_django({"shop/views.py": "\n".join(lines)})
    meant = project.meaning(project.units["shop/views.py"], name)
    assert meant == Outside("django.contrib.auth.models.UserManager")


def test_a_project_with_django_in_it_has_its_own() -> None:
    """Files of Django that are checked along are read, and nothing is brought."""
    names = ["lib/django/contrib/auth/models.py", "django/contrib/admin/models.py"]
    assert [one.name for one in beside(names)] == [
        "django/contrib/contenttypes/models.py",
        "django/contrib/sites/models.py",
        "rest_framework/authtoken/models.py",
    ]


TEAMS = """\
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import models

class Profile(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)
    teams = models.ManyToManyField(Group, related_name="profiles")
"""
OWN_USER = """\
from django.contrib.auth.models import AbstractUser
from django.db import models

class Member(AbstractUser):
    boss = models.ForeignKey("self", models.CASCADE)
"""


def links(project: Project, file: str, name: str) -> dict[str, str]:
    """The relations of a model by name, each with the model that it leads to."""
    cls = project.meaning(project.units[file], name)
    assert isinstance(cls, Class)
    return {one.name: one.target.name if one.target else "" for one in models.links(project, cls)}


def test_an_own_user_stands_before_djangos() -> None:
    """A project's own user model is the one that is meant, with what Django's base gives it."""
    project = with_django({"shop/models.py": TEAMS, "people/models.py": OWN_USER})
    own = links(project, "people/models.py", "Member")

    assert links(project, "shop/models.py", "Profile")["user"] == "Member"
    assert own["boss"] == "Member"
    assert own["groups"] == "Group"
    assert own["profile"] == "Profile"


def test_of_several_own_users_none_is_meant() -> None:
    """A library that tries itself with several user models is told of Django's."""
    other = OWN_USER.replace("Member", "Guest")
    files = {"shop/models.py": TEAMS, "one/models.py": OWN_USER, "two/models.py": other}
    assert links(with_django(files), "shop/models.py", "Profile")["user"] == "User"


def test_models_that_a_call_names_are_known() -> None:
    """`get_user_model()` and swapper's `get_model_name()` name the model of a relation."""
    text = (
        "from django.contrib.auth import get_user_model\nfrom django.db import models\n"
        "from swapper import get_model_name\n"
        "class Plan(models.Model):\n"
        "    owner = models.ForeignKey(get_user_model(), models.CASCADE)\n"
        "    place = models.ForeignKey(get_model_name('geo', 'Place'), models.CASCADE)\n"
        "    other = models.ForeignKey(made('geo', 'Place'), models.CASCADE)\n"
    )
    place = "from django.db import models\nclass Place(models.Model): ...\n"
    project = with_django({"shop/models.py": text, "geo/models.py": place})

    found = links(project, "shop/models.py", "Plan")
    assert found == {"owner": "User", "place": "Place", "other": ""}
    assert links(project, "geo/models.py", "Place") == {"plan_set": "Plan"}

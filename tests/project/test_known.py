# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Models of Django that a project relates to: known without their source."""

from __future__ import annotations

from greenlint.project import models
from greenlint.project.project import Class, Outside, Project
from tests.project.conftest import found_by, project_of

PROFILE = """\
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


def test_users_and_groups_are_known() -> None:
    """A relation to `settings.AUTH_USER_MODEL` or to a group leads to Django's own model."""
    project = project_of({"shop/models.py": PROFILE})

    assert links(project, "shop/models.py", "Profile") == {"user": "User", "teams": "Group"}
    assert links(project, "shop/models.py", "Group")["profiles"] == "Profile"
    assert links(project, "shop/models.py", "Permission") == {
        "content_type": "ContentType",
        "group_set": "Group",
        "user_set": "User",
    }


def test_an_own_user_stands_before_djangos() -> None:
    """A project's own user model is the one that is meant, with what Django's base gives it."""
    project = project_of({"shop/models.py": PROFILE, "people/models.py": OWN_USER})
    own = links(project, "people/models.py", "Member")

    assert links(project, "shop/models.py", "Profile")["user"] == "Member"
    assert own["boss"] == "Member"
    assert own["groups"] == "Group"
    assert own["profile"] == "Profile"


def test_of_several_own_users_none_is_meant() -> None:
    """A library that tries itself with several user models is told of Django's."""
    other = OWN_USER.replace("Member", "Guest")
    files = {"shop/models.py": PROFILE, "one/models.py": OWN_USER, "two/models.py": other}
    assert links(project_of(files), "shop/models.py", "Profile")["user"] == "User"


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
    project = project_of({"shop/models.py": text, "geo/models.py": place})

    found = links(project, "shop/models.py", "Plan")
    assert found == {"owner": "User", "place": "Place", "other": ""}
    assert links(project, "geo/models.py", "Place") == {"plan_set": "Plan"}


def test_what_is_not_known_of_a_library_stays_outside() -> None:
    """Names of Django's modules that are not among the known ones are still the library's."""
    text = (
        "from django.contrib.auth import models as auth\n"
        "from django.contrib.auth.models import AnonymousUser\n"
        "from auth.models import Role\n"
    )
    project = project_of({"shop/views.py": text})
    unit = project.units["shop/views.py"]

    assert project.meaning(unit, "AnonymousUser") == Outside(
        "django.contrib.auth.models.AnonymousUser"
    )
    assert project.meaning(unit, "auth.UserManager") == Outside(
        "django.contrib.auth.models.UserManager"
    )
    assert project.meaning(unit, "Role") == Outside("auth.models.Role")


def test_source_of_django_in_the_project_counts() -> None:
    """Where the project holds Django's own files, these are what is meant."""
    files = {"src/django/contrib/auth/models.py": OWN_USER, "shop/models.py": PROFILE}
    project = project_of(files)

    assert links(project, "src/django/contrib/auth/models.py", "Member")["boss"] == "Member"
    assert project.meaning(project.units["shop/models.py"], "Group") is None


def test_findings_name_places_of_the_project_only() -> None:
    """A relation that Django's own code reads is told without a place in Django's source."""
    text = (
        "from django.contrib.auth.models import Permission\n"
        "def titles():\n"
        "    return [str(one) for one in Permission.objects.all()]\n"
    )
    (found,) = found_by("GRN304", {"shop/views.py": text})

    assert "content_type" in str(found.message)
    assert {one.path for one in found.related} == {"shop/views.py"}

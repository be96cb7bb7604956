# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Models of Django and of its REST framework, known where their files are no part of the project.

They are written here as their relations and texts stand in Django 5.2; columns are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, partial

from greenlint.project import facts
from greenlint.project.facts import Facts
from greenlint.project.project import File
from greenlint.project.syntax import parse
from greenlint.source import SourceFile

# django/contrib/auth/models.py
_AUTH = """\
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Permission(models.Model):
    content_type = models.ForeignKey(ContentType, models.CASCADE)

    def __str__(self):
        return "%s | %s" % (self.content_type, self.name)

    def natural_key(self):
        return (self.codename, *self.content_type.natural_key())


class Group(models.Model):
    permissions = models.ManyToManyField(Permission)


class PermissionsMixin(models.Model):
    groups = models.ManyToManyField(Group, related_name="user_set")
    user_permissions = models.ManyToManyField(Permission, related_name="user_set")

    class Meta:
        abstract = True


class AbstractUser(AbstractBaseUser, PermissionsMixin):
    class Meta:
        abstract = True


class User(AbstractUser):
    pass
"""
# django/contrib/contenttypes/models.py
_TYPES = """\
from django.db import models


class ContentType(models.Model):
    app_label = models.CharField()
"""
# django/contrib/admin/models.py
_LOG = """\
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models


class LogEntry(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    content_type = models.ForeignKey(ContentType, models.SET_NULL, null=True)
"""
# django/contrib/sites/models.py
_SITES = """\
from django.db import models


class Site(models.Model):
    domain = models.CharField()
"""
# rest_framework/authtoken/models.py, of Django REST framework 3.16
_TOKENS = """\
from django.conf import settings
from django.db import models


class Token(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="auth_token")
"""
_TEXTS = {
    "django/contrib/admin/models.py": _LOG,
    "django/contrib/auth/models.py": _AUTH,
    "django/contrib/contenttypes/models.py": _TYPES,
    "django/contrib/sites/models.py": _SITES,
    "rest_framework/authtoken/models.py": _TOKENS,
}


def beside(names: Iterable[str]) -> Iterator[File]:
    """The files that a project of files with these names is short of."""
    own = [name for name in names if name.endswith("models.py")]
    for name in _TEXTS:
        if not any(f"/{one}".endswith(f"/{name}") for one in own):
            yield File(name, partial(_source, name), _facts(name), shipped=True)


def _source(name: str) -> SourceFile:
    return SourceFile(name, _TEXTS[name].encode())


@cache
def _facts(name: str) -> Facts:
    tree = parse(_source(name))
    assert tree is not None
    return facts.read(tree, _TEXTS[name])

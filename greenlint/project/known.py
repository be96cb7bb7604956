# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Models of libraries that projects relate to without holding their source: users, groups.

What stands here is what rows of them lead to, after Django 5.2 and Django REST framework 3.16:
their relations, the texts that they give of themselves, and nothing else.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from functools import partial
from typing import TYPE_CHECKING

from greenlint.project.body import module_parts
from greenlint.project.facts import read
from greenlint.source import SourceFile

if TYPE_CHECKING:
    from greenlint.project.project import File, Unit

#: The files by name from the root that they are imported from.
SOURCES = {
    "django/contrib/contenttypes/models.py": """\
from django.db import models

class ContentTypeManager(models.Manager):
    pass

class ContentType(models.Model):
    app_label = models.CharField()
    model = models.CharField()
    objects = ContentTypeManager()
""",
    "django/contrib/auth/base_user.py": """\
from django.db import models

class AbstractBaseUser(models.Model):
    password = models.CharField()
    last_login = models.DateTimeField()
    class Meta:
        abstract = True
""",
    "django/contrib/auth/models.py": """\
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import models

class Permission(models.Model):
    name = models.CharField()
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    codename = models.CharField()
    def __str__(self):
        return "%s | %s" % (self.content_type, self.name)

class Group(models.Model):
    name = models.CharField()
    permissions = models.ManyToManyField(Permission)

class PermissionsMixin(models.Model):
    is_superuser = models.BooleanField()
    groups = models.ManyToManyField(Group, related_name="user_set")
    user_permissions = models.ManyToManyField(Permission, related_name="user_set")
    class Meta:
        abstract = True

class AbstractUser(AbstractBaseUser, PermissionsMixin):
    username = models.CharField()
    first_name = models.CharField()
    last_name = models.CharField()
    email = models.EmailField()
    is_staff = models.BooleanField()
    is_active = models.BooleanField()
    date_joined = models.DateTimeField()
    class Meta:
        abstract = True

class User(AbstractUser):
    pass
""",
    "django/contrib/sites/models.py": """\
from django.db import models

class Site(models.Model):
    domain = models.CharField()
    name = models.CharField()
""",
    "django/contrib/admin/models.py": """\
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

class LogEntry(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    content_type = models.ForeignKey(ContentType, models.SET_NULL, null=True)
    object_id = models.TextField()
""",
    "rest_framework/authtoken/models.py": """\
from django.conf import settings
from django.db import models

class Token(models.Model):
    key = models.CharField()
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="auth_token")
    def __str__(self):
        return self.key
""",
}  # fmt: skip
_LAST = {module_parts(name)[-1:] for name in SOURCES}


def files(units: Collection[Unit]) -> Iterator[File]:
    """These files for a project that uses Django, but for those that it holds itself."""
    from greenlint.project.project import File

    if not any(map(_uses_django, units)):
        return
    modules = [unit.parts for unit in units if unit.parts[-1:] in _LAST]
    for name, text in SOURCES.items():
        parts = module_parts(name)
        if not any(one[-len(parts) :] == parts for one in modules):
            source = SourceFile(name, text.encode())
            yield File(name, partial(_same, source), read(ast.parse(text), text))


def _uses_django(unit: Unit) -> bool:
    """Whether a file imports anything of Django."""
    imported = (*unit.facts.imports.values(), *unit.facts.stars)
    return any(one == "django" or one.startswith("django.") for one in imported)


def _same(source: SourceFile) -> SourceFile:
    return source

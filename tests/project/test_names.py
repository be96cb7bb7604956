# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a name in one file stands for in another: imports, re-exports, source roots, classes."""

from __future__ import annotations

import pytest

from greenlint.project.project import Class, Func, Outside, Project, Unit, Value
from tests.project.conftest import project_of

FILES = {
    "src/shop/__init__.py": "",
    "src/shop/models/__init__.py": (
        "from .order import *\nfrom .customer import Customer as Client\n"
    ),
    "src/shop/models/order.py": (
        "from django.db import models\nclass Order(models.Model):\n    pass\n"
    ),
    "src/shop/models/customer.py": "class Customer:\n    class Meta:\n        ordering = []\n",
    "src/shop/views.py": (
        "import shop.models as m\n"
        "from shop import models\n"
        "from shop.models import Client, Order\n"
        "from . import helpers\n"
        "try:\n    import json\nexcept ImportError:\n    json = None\n"
        "Alias = models.Order\n"
        "def total(): ...\n"
    ),
    "src/shop/helpers.py": "from .views import total\nLIMIT = 3\n",
}


@pytest.fixture
def project() -> Project:
    return project_of(FILES)


def meant(project: Project, name: str, file: str = "src/shop/views.py") -> str:
    """What a name stands for, in a word."""
    found = project.meaning(project.units[file], name)
    match found:
        case Class():
            return f"class {found.name} of {found.unit.name}"
        case Func():
            return f"function {found.name} of {found.unit.name}"
        case Unit():
            return f"file {found.name}"
        case Outside():
            return f"library {found.name}"
        case Value():
            aliased = project.aliased(found)
            return f"alias of {aliased.name}" if isinstance(aliased, Class) else "value"
    return "nothing"


@pytest.mark.parametrize(
    ("name", "is_"),
    [
        ("Order", "class Order of src/shop/models/order.py"),
        ("Client", "class Customer of src/shop/models/customer.py"),
        ("Client.Meta", "class Customer.Meta of src/shop/models/customer.py"),
        ("models.Order", "class Order of src/shop/models/order.py"),
        ("m.Client", "class Customer of src/shop/models/customer.py"),
        ("m.order.Order", "class Order of src/shop/models/order.py"),
        ("helpers", "file src/shop/helpers.py"),
        ("helpers.total", "function total of src/shop/views.py"),
        ("helpers.LIMIT", "value"),
        ("Alias", "alias of Order"),
        ("json.loads", "library json.loads"),
        ("nobody", "nothing"),
        ("Order.nothing", "nothing"),
    ],
)
def test_names_are_followed(project: Project, name: str, is_: str) -> None:
    """Aliases, stars, packages, relative imports and nested classes lead to the definition."""
    assert meant(project, name) == is_


def test_the_nearest_of_two_modules_is_meant() -> None:
    """Two source roots may hold a module of one name: each file means its own."""
    project = project_of(
        {
            "one/app/models.py": "class A: ...\n",
            "one/app/views.py": "from app.models import A\n",
            "two/app/models.py": "class A: ...\n",
            "two/app/views.py": "from app.models import A\n",
        }
    )
    for root in ("one", "two"):
        assert meant(project, "A", f"{root}/app/views.py") == f"class A of {root}/app/models.py"


def test_a_library_is_no_file_of_the_same_last_name() -> None:
    """``import json`` does not mean some folder's json.py."""
    project = project_of({"a/tools/json.py": "def loads(): ...\n", "b/views.py": "import json\n"})
    assert meant(project, "json.loads", "b/views.py") == "library json.loads"


def test_a_circle_of_imports_ends() -> None:
    """Files that import a name from each other, and classes that inherit in a circle."""
    project = project_of(
        {
            "a.py": "from b import x\nclass C(D): ...\nclass D(C): ...\n",
            "b.py": "from a import x\n",
        }
    )
    assert meant(project, "x", "a.py") == "nothing"
    assert [str(one) for one in project.ancestry(project.units["a.py"].classes["C"])]


def test_ancestors_come_after_their_heirs() -> None:
    """A class inherits from mixins first, and from a shared base last."""
    project = project_of(
        {
            "a.py": (
                "from lib import Base\n"
                "class Common(Base):\n    x = 1\n    y = 1\n"
                "class Mixin(Common):\n    x = 2\n"
                "class Other(Common):\n    y = 3\n"
                "class Last(Mixin, Other): ...\n"
            )
        }
    )
    last = project.units["a.py"].classes["Last"]
    names = [one.name for one in project.ancestry(last)]
    assert names == ["Last", "Mixin", "Other", "Common", "lib.Base"]
    found = project.attribute(last, "y")
    assert isinstance(found, Value)
    assert found.owner is not None
    assert found.owner.name == "Other"
    assert project.libraries(last) == {"lib.Base"}

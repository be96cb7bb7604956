# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is found across files, as users have it: suppressed, accepted, explained."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from greenlint.cli.group import Settings
from greenlint.cli.linting import Lint
from tests.check.conftest import Run, run_greenlint

FILES = {
    "pyproject.toml": (
        '[tool.greenlint]\nselect = ["GRN303", "GRN304"]\npreview = true\nmin-proof = "reasoned"\n'
    ),
    "shop/models.py": (
        "from django.db import models\n\n\n"
        "class Customer(models.Model):\n    name = models.TextField()\n\n\n"
        "class Order(models.Model):\n"
        "    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)\n"
    ),
    "shop/serializers.py": (
        "from rest_framework import serializers\n\nfrom shop.models import Order\n\n\n"
        "class OrderSerializer(serializers.ModelSerializer):\n"
        '    buyer = serializers.CharField(source="customer.name")\n\n'
        "    class Meta:\n        model = Order\n"
        '        fields = ["buyer"]\n'
    ),
    "shop/views.py": (
        "from rest_framework import viewsets\n\nfrom shop.models import Order\n"
        "from shop.serializers import OrderSerializer\n\n\n"
        "class OrderViewSet(viewsets.ModelViewSet):\n"
        "    queryset = Order.objects.all()\n"
        "    serializer_class = OrderSerializer\n"
    ),
}
AT = "shop/views.py:8:16: warning GRN303"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def lint(shop: Path) -> Callable[..., Run]:
    def run(*words: str, **more: object) -> Run:
        return run_greenlint("check", "-o", "concise", *words, cwd=shop, **more)  # type: ignore[arg-type]

    return run


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_one_file_is_enough(lint: Callable[..., Run], shop: Path) -> None:
    """Naming the view alone finds what its serializer reads, whichever way it is named."""
    whole = lint()
    assert AT in whole.out
    for words in (["shop/views.py"], [str(shop / "shop" / "views.py")], ["shop"], ["-j2"]):
        assert lint(*words).out.splitlines()[0] == whole.out.splitlines()[0]


def test_another_project_is_not_mixed_with_this_one(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files outside of the root are checked without those below it, which nobody reads then."""
    other = shop.parent / "other.py"
    other.write_text("x = 1\n", encoding="utf-8")
    monkeypatch.chdir(shop)

    def around(*paths: str) -> list[str]:
        given = {"select": ("GRN303",), "preview": True, "min_proof": "reasoned"}
        lint = Lint(Settings(isolated=True, quiet=True), paths, given)
        return [job.name for job in lint.around]

    assert around(str(other)) == []
    assert around("shop/views.py") == ["shop/models.py", "shop/serializers.py"]
    assert around(str(other), "shop/views.py") == ["shop/models.py", "shop/serializers.py"]


def test_the_other_files_are_not_reported(lint: Callable[..., Run]) -> None:
    """They are read, and what is found in them is not what was asked for."""
    assert "All checks passed in 1 file" in lint("shop/serializers.py").out


def test_unsaved_text_of_an_editor(lint: Callable[..., Run], shop: Path) -> None:
    """Standard input stands in for its file in the project."""
    text = FILES["shop/views.py"].replace(".all()", '.select_related("customer")')
    words = ("-", "--stdin-filename", "shop/views.py")
    assert AT in lint(*words, input=FILES["shop/views.py"].encode()).out
    assert lint(*words, input=text.encode()).code == 0


def test_a_change_in_the_other_file_counts(lint: Callable[..., Run], shop: Path) -> None:
    """The view's finding is remembered as long as the serializer is as it was."""
    assert AT in lint().out
    edit(shop / "shop" / "serializers.py", 'source="customer.name"', 'source="pk"')
    assert lint().code == 0


def test_a_comment_takes_it_away(lint: Callable[..., Run], shop: Path) -> None:
    """At the line of the finding; and it is not told as unused."""
    edit(
        shop / "shop" / "views.py",
        "Order.objects.all()",
        'Order.objects.all()  # greenlint: ignore[GRN303] reason="two rows"',
    )
    done = lint("--extend-select", "GRN900")
    assert done.code == 0, done


def test_a_baseline_accepts_it(lint: Callable[..., Run], shop: Path) -> None:
    """And lets a second one fail."""
    run_greenlint("baseline", "create", "--reason", "old", cwd=shop)
    words = ("--baseline", "greenlint-baseline.json")
    assert lint(*words).code == 0
    with (shop / "shop" / "views.py").open("a") as file:
        file.write("\n\ndef names():\n    return [o.customer.name for o in Order.objects.all()]\n")
    assert lint(*words).codes == ["GRN304"]


def test_it_is_explained(lint: Callable[..., Run], shop: Path) -> None:
    """`--explain` knows the project as well."""
    done = run_greenlint("check", "--explain", "shop/views.py:8", cwd=shop)
    assert "GRN303" in done.out
    assert "`customer`" in done.out


def test_it_is_new_when_another_file_brought_it(lint: Callable[..., Run], shop: Path) -> None:
    """`--new-since` compares with the project as it was, not with one changed file of it."""
    for name in ("GIT_DIR", "GIT_WORK_TREE"):
        os.environ.pop(name, None)
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    edit(shop / "shop" / "serializers.py", 'source="customer.name"', 'source="pk"')
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "a"]):
        subprocess.run(["git", *who, *words], cwd=shop, check=True, capture_output=True)
    assert lint("--new-since", "HEAD").code == 0
    edit(shop / "shop" / "serializers.py", 'source="pk"', 'source="customer.name"')
    assert AT in lint("--new-since", "HEAD").out
    assert AT in lint("--new-since", "HEAD", "shop/views.py").out
    edit(shop / "shop" / "models.py", "name = models", "title = models")
    assert AT in lint("--new-since", "HEAD").out


def test_a_fix_across_files_is_applied_once(shop: Path) -> None:
    """What other files prove is fixed like anything else, and stays valid beside other findings."""
    (shop / "shop" / "report.py").write_text(
        "from shop.models import Order\n\n\ndef size():\n    orders = Order.objects.all()\n"
        "    print(len(orders))\n    return Order.objects.count() == 0\n",
        encoding="utf-8",
    )
    words = ("check", "shop/report.py", "--select", "GRN310,GRN312", "--fix", "--unsafe-fixes")
    assert "Fixed 2 findings" in run_greenlint(*words, cwd=shop).out
    assert (shop / "shop" / "report.py").read_text("utf-8").splitlines()[5:] == [
        "    print(orders.count())",
        "    return not Order.objects.exists()",
    ]

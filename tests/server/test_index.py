# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A project that is kept while its files are typed in says what one made anew would say."""

from __future__ import annotations

from pathlib import Path

import greenlint_rules
import pytest

from greenlint.across import AcrossPlan, Told
from greenlint.catalogue import rules_in
from greenlint.result import Outcome
from greenlint.server.index import Kept
from greenlint.source import SourceFile
from greenlint.work import Job, Plan, digest_of, facts_of
from tests.project.shop import MODELS

LABEL = "\n    @property\n    def label(self):\n        return {}\n"
# Order's model with a property that reads no row, and one that reads another.
PLAIN = MODELS.replace("\n\nclass Line", LABEL.format("self.pk") + "\n\nclass Line")
READING = MODELS.replace("\n\nclass Line", LABEL.format("self.customer.name") + "\n\nclass Line")
VIEWS = """\
from shop.models import Order


def labels():
    return [order.label for order in Order.objects.all()]
"""
ROWS = "Order.objects.all()"
MORE = f"{VIEWS}\n\ndef names():\n    return [order.customer.name for order in {ROWS}]\n"


def plan(texts: dict[str, str]) -> AcrossPlan:
    rules = rules_in("greenlint_rules", Path(greenlint_rules.__file__).parent)
    chosen = tuple(one for one in rules if one.code == "GRN304")
    told = []
    for name, text in texts.items():
        job = Job(Path(name), name, raw=text.encode())
        source = SourceFile(name, text.encode())
        told.append(Told(job, facts_of(source), digest_of(source, job)))
    return AcrossPlan(Plan(chosen), tuple(told))


@pytest.mark.once
def test_a_kept_project_says_what_a_new_one_would() -> None:
    """After changes that leave what a file tells as it is, and after others; text that is no
    Python changes nothing.
    """
    texts = {"shop/models.py": PLAIN, "shop/views.py": VIEWS}
    kept = Kept(plan(texts))
    seen = []
    for name, text in [
        ("shop/views.py", VIEWS),
        ("shop/models.py", READING),
        ("shop/views.py", VIEWS),
        ("shop/views.py", f"{VIEWS}# done\n"),
        ("shop/models.py", PLAIN),
        ("shop/views.py", VIEWS),
        ("shop/views.py", MORE),
        ("shop/new.py", VIEWS),
        ("shop/models.py", READING),
        ("shop/views.py", MORE),
        ("shop/new.py", VIEWS),
    ]:
        texts[name] = text
        job = Job(Path(name), name, raw=text.encode())
        found, _ = kept.judged(job)
        fresh, _ = Kept(plan(texts)).judged(job)
        assert found == fresh, (name, text)
        seen.append(len(found.findings))
    assert seen == [0, 0, 1, 1, 0, 0, 1, 0, 0, 2, 1]
    broken = Job(Path("shop/models.py"), "shop/models.py", raw=b"class Order(")
    assert kept.judged(broken)[0].outcome is Outcome.FAILED
    again, _ = kept.judged(Job(Path("shop/views.py"), "shop/views.py", raw=MORE.encode()))
    assert len(again.findings) == 2

# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The language server as an editor has it that asks for findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.server.conftest import MODELS, Editor

pytestmark = pytest.mark.once

VIEWS = """\
from shop.models import Order


prices = {"pear": 3}
known = "pear" in prices.keys()


def names():
    for order in Order.objects.all():
        print(order.customer.name)
"""
KEY = "models.ForeignKey(Customer, on_delete=models.CASCADE)"


def codes(report: lsp.DocumentDiagnosticReport) -> list[str]:
    assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
    return [str(one.code) for one in report.items]


def test_an_editor_that_asks_is_told_nothing_by_itself(root: Path) -> None:
    """It gets each finding once, of the buffer as it is when it is answered, and "unchanged" where
    it has the answer; it is asked to ask again when another buffer gives this one other findings.
    """
    editor = Editor(root)
    started = editor.start(["utf-16"], asks=True, asks_again=True)
    assert started.capabilities.diagnostic_provider
    views = editor.open("shop/views.py", VIEWS)
    first = editor.asked(views)
    while codes(first) == ["GRN151"]:  # told before the project was read, on a slow machine
        editor.refresh(editor.refreshed + 1)
        first = editor.asked(views)
    assert codes(first) == ["GRN151", "GRN304"]
    again = editor.asked(views, first.result_id)
    assert again == lsp.RelatedUnchangedDocumentDiagnosticReport(str(first.result_id))

    for version in range(2, 5):
        editor.type(views, VIEWS.replace(".keys()", "" if version == 4 else ".keys()  "), version)
    changed = editor.asked(views, first.result_id)
    assert codes(changed) == ["GRN304"]

    models = editor.open("shop/models.py", MODELS.replace(KEY, "models.JSONField()"))
    assert codes(editor.asked(models)) == []
    before = editor.refreshed
    editor.save(models)
    editor.refresh(before + 1)
    assert codes(editor.asked(views, changed.result_id)) == []
    document = lsp.TextDocumentIdentifier(models)
    editor.send(editor.client.text_document_did_close, lsp.DidCloseTextDocumentParams(document))
    assert codes(editor.asked(models)) == []
    assert editor.told == {}
    assert editor.stop() == 0
    assert editor.errors == []


def test_an_editor_that_cannot_be_told_to_ask_again_waits_for_the_project(root: Path) -> None:
    """Its first answer has the findings across files, and nothing asks it to ask again."""
    editor = Editor(root)
    editor.start(["utf-8"], asks=True)
    assert codes(editor.asked(editor.open("shop/views.py", VIEWS))) == ["GRN151", "GRN304"]
    assert (editor.told, editor.refreshed) == ({}, 0)
    assert editor.stop() == 0
    assert editor.errors == []

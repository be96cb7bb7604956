# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The language server as an editor has it: a process, spoken to by pygls's own client."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from greenlint_profiler.stores.store import open_store
from lsprotocol import types as lsp

from greenlint.cli.group import group
from greenlint.errors import UsageError
from greenlint.server.places import Places
from tests.profiler.documents import case, document
from tests.server.conftest import CONFIG, Editor

pytestmark = pytest.mark.once

# On its fourth line, each pear counts one more in UTF-16 than in code points.
VIEWS = (
    "from shop.models import Order\r\n\r\n\r\n"
    'prices = {"🍐": 3}; price = "🍐" in prices.keys()\r\n\r\n\r\n'
    "def names():\r\n"
    "\tfor order in Order.objects.all():\r\n"
    "\t\tprint(order.customer.name)\r\n"
)


def edited(text: str, edits: Sequence[lsp.TextEdit]) -> str:
    """A text after edits, as an editor that counts in UTF-16 makes them."""
    places, starts = Places(text, "utf-16"), [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def offset(at: lsp.Position) -> int:
        line, column = places.place(at)
        return starts[line - 1] + column - 1

    for edit in sorted(edits, key=lambda one: offset(one.range.start), reverse=True):
        start, end = offset(edit.range.start), offset(edit.range.end)
        text = text[:start] + edit.new_text + text[end:]
    return text


def actions(editor: Editor, uri: str, line: int, *only: str) -> list[lsp.CodeAction]:
    at = lsp.Position(line, 0)
    context = lsp.CodeActionContext([], only=only or None)
    document = lsp.TextDocumentIdentifier(uri)
    params = lsp.CodeActionParams(document, lsp.Range(at, at), context)
    found = editor.wait(editor.client.text_document_code_action_async(params))
    return [one for one in found or () if isinstance(one, lsp.CodeAction)]


def change(action: lsp.CodeAction, version: int) -> list[lsp.TextEdit]:
    """The edits of an action, which are bound to a version."""
    assert action.edit is not None
    assert action.edit.document_changes is not None
    [one] = action.edit.document_changes
    assert isinstance(one, lsp.TextDocumentEdit)
    assert one.text_document.version == version
    return [edit for edit in one.edits if isinstance(edit, lsp.TextEdit)]


def hovered(editor: Editor, uri: str, line: int, character: int) -> str:
    document = lsp.TextDocumentIdentifier(uri)
    params = lsp.HoverParams(document, lsp.Position(line, character))
    found = editor.wait(editor.client.text_document_hover_async(params))
    if found is None:
        return ""
    assert isinstance(found.contents, lsp.MarkupContent)
    return found.contents.value


def test_a_buffer_is_checked_as_it_is_typed(editor: Editor) -> None:
    """Findings of the buffer, with the project around it: no file of that name is on disk.  Fixes
    and comments change what they say, in the file's own newlines.
    """
    uri = editor.open("shop/views.py", VIEWS)
    keys, rows = editor.diagnostics(uri, 1, ["GRN151", "GRN304"])
    line = VIEWS.splitlines()[3]
    start, end = line.index("prices.keys()"), len(line)
    found = lsp.Range(lsp.Position(3, start + 2), lsp.Position(3, end + 2))  # after two pears
    assert keys.range == found
    assert keys.severity is lsp.DiagnosticSeverity.Information
    assert keys.source == "greenlint"
    assert keys.code_description
    assert keys.code_description.href.endswith("GRN151")
    assert rows.range.start == lsp.Position(7, len("\tfor order in "))
    assert rows.related_information
    assert {one.location.uri for one in rows.related_information} == {uri}

    fix, ignore = actions(editor, uri, 3, "quickfix")
    assert fix.is_preferred
    assert [one.code for one in fix.diagnostics or ()] == ["GRN151"]
    fixed = VIEWS.replace(" in prices.keys()", " in prices")
    assert edited(VIEWS, change(fix, 1)) == fixed
    commented = edited(VIEWS, change(ignore, 1))
    assert commented == VIEWS.replace(".keys()", ".keys()  # greenlint: ignore[GRN151]")
    [every] = actions(editor, uri, 0, "source.fixAll.greenlint")
    assert every.edit is None
    resolved = editor.wait(editor.client.code_action_resolve_async(every))
    assert edited(VIEWS, change(resolved, 1)) == fixed

    page = hovered(editor, uri, 3, start + 4)
    assert "# GRN151 " in page
    assert "## Left alone" in page
    assert "## Experiment" not in page
    assert "toml" not in page
    editor.type(uri, commented, 2)
    editor.diagnostics(uri, 2, ["GRN304"])
    comment = commented.splitlines()[3].index("GRN151")
    assert "# GRN151 " in hovered(editor, uri, 3, comment + 4)
    assert hovered(editor, uri, 0, 3) == ""


def test_an_overtaken_version_is_told_nobody(editor: Editor) -> None:
    """Only the last of several quick changes is checked; unsafe fixes say so and are not made
    with the others; a file that is no Python has one finding.
    """
    uri = editor.open("shop/loud.py", "x = 1\n")
    editor.diagnostics(uri, 1, [])
    for version in range(2, 8):
        editor.type(uri, f"shout({version})\n", version)
    [loud] = editor.diagnostics(uri, 7, ["ACME101"])
    assert loud.severity is lsp.DiagnosticSeverity.Error
    assert {one.version for one in editor.told[uri]} == {1, 7}
    unsafe, _ = actions(editor, uri, 0)
    assert "unsafe" in unsafe.title
    assert not unsafe.is_preferred
    editor.type(uri, "shout(\n", 8)
    editor.diagnostics(uri, 8, ["GRN999"])
    assert actions(editor, uri, 0) == []
    close = lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri))
    editor.send(editor.client.text_document_did_close, close)


def test_a_broken_configuration_is_a_message(editor: Editor, root: Path) -> None:
    """What held before holds on, until the file is mended."""
    uri = editor.open("shop/other.py", "shout(1)\n")
    editor.diagnostics(uri, 1, ["ACME101"])
    file = root / "pyproject.toml"

    def written(text: str) -> None:
        file.write_text(text)
        event = lsp.FileEvent(file.as_uri(), lsp.FileChangeType.Changed)
        params = lsp.DidChangeWatchedFilesParams([event])
        editor.send(editor.client.workspace_did_change_watched_files, params)

    written("[tool.greenlint]\nselekt = 1\n")
    assert "Did you mean" in editor.message("selekt")
    editor.type(uri, "shout(1)\nshout(2)\n", 2)
    editor.diagnostics(uri, 2, ["ACME101", "ACME101"])
    written(CONFIG.replace(', "ACME101"', ""))
    editor.diagnostics(uri, 2, [])
    written(CONFIG)


def test_a_test_has_what_it_used_above_it(editor: Editor, root: Path) -> None:
    """From the latest run in the store, with its label; of several cases from least to most."""
    text = "def test_list():\n    pass\n\n\nclass TestOne:\n    def test_it(self):\n        pass\n"
    uri = editor.open("shop/test_views.py", text)
    params = lsp.CodeLensParams(lsp.TextDocumentIdentifier(uri))
    assert not editor.wait(editor.client.text_document_code_lens_async(params))
    name = "shop/test_views.py::"
    held = [
        case(f"{name}test_list[1]", joules=None, cpu=0.25, queries=12),
        case(f"{name}test_list[2]", joules=None, cpu=1.5, queries=3),
        case(f"{name}TestOne::test_it", joules=3.1, queries=1),
        case(f"{name}test_gone"),
    ]
    with open_store("", root) as store:
        store.append(document("of-now", held))
    first, second = editor.wait(editor.client.text_document_code_lens_async(params)) or ()
    assert first.range.start == lsp.Position(0, 0)
    assert first.command
    assert first.command.title == (
        "2 cases, each: 250 ms to 1.5 s of CPU time · proxy · 3 queries to 12 queries · "
        "run of 2026-11-20"
    )
    assert second.range.start.line == 5
    assert second.command
    assert second.command.title == (
        "3.1 J [powercap/dram-0+package-0] · measured · 1 query · run of 2026-11-20"
    )


def test_an_editor_is_told_in_dutch(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings, advice and what can be done about them, in the language of the command."""
    monkeypatch.setenv("GREENLINT_LANG", "nl")
    held = Editor(root)
    held.start(["utf-16"])
    uri = held.open("shop/dutch.py", "prices = {}\nthere = 1 in prices.keys()\n")
    (found,) = held.diagnostics(uri, 1, ["GRN151"])
    assert "maakt een view van de sleutels" in found.message
    assert "\nvraag het aan de dict zelf" in found.message
    titles = [one.title for one in actions(held, uri, 1)]
    assert "GRN151: onderdruk in-dict-keys op deze regel" in titles
    assert "greenlint: herstel alles wat veilig te herstellen is" in titles
    assert held.stop() == 0


@pytest.mark.parametrize(("encoding", "units"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)])
def test_positions_are_counted_as_the_client_does(encoding: str, units: int) -> None:
    """In bytes, units or code points; tabs count one, and only line ends of the protocol end a
    line; a byte-order mark is the client's alone.
    """
    places = Places("\ufeffa\x0cb\u2028c\r\n\t🍐x\ry", encoding)
    mark = {"utf-8": 3}.get(encoding, 1)
    assert places.position(1, 1) == lsp.Position(0, mark)
    assert places.position(2, 4) == lsp.Position(1, 1 + units + 1)
    assert places.position(3, 1) == lsp.Position(2, 0)
    assert places.position(9, 9) == lsp.Position(2, 1)
    for line, column in ((1, 1), (1, 5), (2, 2), (2, 3), (3, 2)):
        assert places.place(places.position(line, column)) == (line, column)
    assert places.place(lsp.Position(7, 7)) == (3, 2)


def test_without_pygls_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "pygls", None)
    with pytest.raises(UsageError, match=r"greenlint\[lsp\]"), click.Context(group):
        group.main(["server"], standalone_mode=False)

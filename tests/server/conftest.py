# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""An editor: pygls's own client, with one server for the tests of a module."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

T = TypeVar("T")

# Seconds for an answer on a machine that does much else.
PATIENCE = 400

MODELS = """\
from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=80)


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
"""
CONFIG = """\
[tool.greenlint]
select = ["GRN151", "GRN304", "ACME101"]
local-rules = ["tools/noisy.py"]
extend-exclude = ["tools/"]
"""
# Prints where the protocol is spoken: when it is imported, and in a worker.
NOISY = """\
import libcst as cst

from greenlint import Edit, Fix, Hit, Rule, Safety

RULE = Rule(code="ACME101", name="shouting", fix="unsafe", severity="error")
print("imported")


@RULE.on(cst.Call)
def shouted(call, here):
    if here.code(call.func) == "shout":
        print("found")
        fix = Fix("whisper", (Edit(call.func, "whisper"),), Safety.UNSAFE)
        yield Hit(call, "`shout` is loud", fix)
"""


class Editor:
    """An editor that waits for what it is told."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.client = LanguageClient("editor", "1")
        self.told: dict[str, list[lsp.PublishDiagnosticsParams]] = {}
        self.messages: list[str] = []
        self.errors: list[str] = []
        self.refreshed = 0
        self._runner = asyncio.Runner()
        self._news = asyncio.Event()

        @self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: lsp.PublishDiagnosticsParams) -> None:
            self.told.setdefault(params.uri, []).append(params)
            self._news.set()

        @self.client.feature(lsp.WINDOW_SHOW_MESSAGE)
        def shown(params: lsp.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

        @self.client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
        def registered(params: lsp.RegistrationParams) -> None:
            self._news.set()

        @self.client.feature(lsp.WORKSPACE_DIAGNOSTIC_REFRESH)
        def refreshed(_: None) -> None:
            self.refreshed += 1
            self._news.set()

        # What is not of the protocol on its stream would end up here.
        self.client.report_server_error = (  # type: ignore[method-assign]
            lambda error, source: self.errors.append(str(error))
        )

    def start(
        self, encodings: list[str], *, asks: bool = False, asks_again: bool = False
    ) -> lsp.InitializeResult:
        """Start the server and make its acquaintance; an editor that `asks` pulls findings."""

        async def begin() -> lsp.InitializeResult:
            await self.client.start_io(
                sys.executable, "-m", "greenlint", "server", cwd=str(self.root)
            )
            resolve = lsp.ClientCodeActionResolveOptions(["edit"])
            able = lsp.ClientCapabilities(
                general=lsp.GeneralClientCapabilities(position_encodings=encodings),
                workspace=lsp.WorkspaceClientCapabilities(
                    workspace_edit=lsp.WorkspaceEditClientCapabilities(document_changes=True),
                    did_change_watched_files=lsp.DidChangeWatchedFilesClientCapabilities(
                        dynamic_registration=True
                    ),
                    diagnostics=lsp.DiagnosticWorkspaceClientCapabilities(asks_again),
                ),
                text_document=lsp.TextDocumentClientCapabilities(
                    code_action=lsp.CodeActionClientCapabilities(resolve_support=resolve),
                    diagnostic=lsp.DiagnosticClientCapabilities() if asks else None,
                ),
            )
            params = lsp.InitializeParams(able, root_uri=self.root.as_uri())
            result = await self.client.initialize_async(params)
            self.client.initialized(lsp.InitializedParams())
            return result

        return self.wait(begin())

    def wait(self, answer: Awaitable[T]) -> T:
        """An answer of the server."""

        async def within() -> T:
            return await asyncio.wait_for(answer, PATIENCE)

        return self._runner.run(within())

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def open(self, name: str, text: str | None = None) -> str:
        """Open a file, or a buffer with another text; its uri."""
        text = (self.root / name).read_text() if text is None else text
        item = lsp.TextDocumentItem(self.uri(name), "python", 1, text)
        self.send(self.client.text_document_did_open, lsp.DidOpenTextDocumentParams(item))
        return self.uri(name)

    def type(self, uri: str, text: str, version: int) -> None:
        """Change a buffer as a whole."""
        document = lsp.VersionedTextDocumentIdentifier(version, uri)
        change = lsp.TextDocumentContentChangeWholeDocument(text)
        self.send(
            self.client.text_document_did_change,
            lsp.DidChangeTextDocumentParams(document, [change]),
        )

    def send(self, notify: Any, params: Any) -> None:
        async def within() -> None:
            notify(params)

        self._runner.run(within())

    def diagnostics(self, uri: str, version: int, codes: list[str]) -> list[lsp.Diagnostic]:
        """What is told of a version, once that is these codes."""

        async def until() -> list[lsp.Diagnostic]:
            while True:
                for params in self.told.get(uri, []):
                    found = list(params.diagnostics)
                    if params.version == version and [one.code for one in found] == codes:
                        return found
                self._news.clear()
                await self._news.wait()

        try:
            return self.wait(until())
        except TimeoutError:
            pytest.fail(f"told: {self.told.get(uri)}, messages: {self.messages}")

    def asked(self, uri: str, before: str | None = None) -> lsp.DocumentDiagnosticReport:
        """The answer on the findings of a buffer."""
        params = lsp.DocumentDiagnosticParams(
            lsp.TextDocumentIdentifier(uri), previous_result_id=before
        )
        return self.wait(self.client.text_document_diagnostic_async(params))

    def save(self, uri: str) -> None:
        params = lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(uri))
        self.send(self.client.text_document_did_save, params)

    def refresh(self, times: int) -> None:
        """Wait until the server has said so many times that it should be asked again."""

        async def until() -> None:
            while self.refreshed < times:
                self._news.clear()
                await self._news.wait()

        self.wait(until())

    def message(self, word: str) -> str:
        """The message that holds a word, once it is shown."""

        async def until() -> str:
            while not any(word in one for one in self.messages):
                self._news.clear()
                await self._news.wait()
            return next(one for one in self.messages if word in one)

        return self.wait(until())

    def stop(self) -> int | None:
        """Say good-bye; the server's exit code."""

        async def end() -> int | None:
            await self.client.shutdown_async(None)
            self.client.exit(None)
            server = self.client._server
            assert server is not None
            code = await server.wait()
            await self.client.stop()
            return code

        try:
            return self.wait(end())
        finally:
            self._runner.close()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of Django."""
    folder = tmp_path_factory.mktemp("my shop")
    for name, text in {
        "pyproject.toml": CONFIG,
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "tools/noisy.py": NOISY,
    }.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return folder


@pytest.fixture(scope="module")
def editor(root: Path) -> Iterator[Editor]:
    """An editor with its server, which counts columns in UTF-16, like most."""
    held = Editor(root)
    held.start(["utf-16"])
    yield held
    assert held.stop() == 0
    assert held.errors == []

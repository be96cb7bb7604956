# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The language server: what a client asks and tells, and what it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path, uri_scheme
from pygls.workspace import TextDocument

from greenlint.errors import FixError, GreenlintError
from greenlint.server import actions, pull
from greenlint.server.desk import Buffer, Desk
from greenlint.server.diagnostics import diagnostics
from greenlint.server.hover import hover
from greenlint.server.lens import lenses
from greenlint.server.places import Places
from greenlint.source import NotPython, SourceFile
from greenlint.version import __version__

if TYPE_CHECKING:
    from greenlint.server.opened import Opened
    from greenlint.server.ways import Ways

# Seconds without a keystroke before a buffer is checked.
PAUSE = 0.2
# Seconds before other open buffers follow one that was saved.
_FOLLOW = 0.5
_CONFIGURATION = ("pyproject.toml", "greenlint.toml")
_WATCHED = ("**/*.py", "**/templates/**", "**/jinja2/**", *(f"**/{one}" for one in _CONFIGURATION))


class Server(LanguageServer):
    """One client's server."""

    def __init__(self, ways: Ways) -> None:
        # Whole texts: pygls applies a partial change to lines that a form feed ends, too.
        super().__init__(
            "greenlint", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full
        )
        self.ways = ways
        self.desk = Desk(ways, self._told, self._complain)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._news = asyncio.Event()
        self._refresh: asyncio.TimerHandle | None = None
        self.answers = pull.Answers(self._ask_again)
        _listen(self)

    # -- buffers -------------------------------------------------------------------------------

    def buffer(self, uri: str) -> Buffer | None:
        """An open buffer as it is now; None for one that is no file, or not open."""
        held = self._held(uri)
        if held is None or uri_scheme(uri) != "file":
            return None
        return Buffer(held.uri, held.path, held.source, held.version, self._encoding)

    def _held(self, uri: str) -> TextDocument | None:
        """A document that the client has opened; pygls knows it without percent signs."""
        held: TextDocument | None = self.workspace.text_documents.get(unquote(uri))
        return held

    @property
    def _encoding(self) -> str:
        chosen = self.workspace.position_encoding
        return str(getattr(chosen, "value", chosen))

    def check_soon(self, uri: str, seconds: float, *, anew: bool = False) -> None:
        """Check a buffer after a while in which nothing else is asked of it."""
        self.drop(uri)
        self._loop = asyncio.get_running_loop()
        self._waiting[uri] = self._loop.create_task(self._check(uri, seconds, anew))

    def drop(self, uri: str) -> None:
        """Leave the check that a buffer waits for."""
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()

    async def _check(self, uri: str, seconds: float, anew: bool) -> None:
        await asyncio.sleep(seconds)
        buffer = self.buffer(uri)
        if buffer is not None:
            await self.telling(self.desk.check(buffer, anew=anew))

    async def telling(self, work: Awaitable[Opened | None]) -> Opened | None:
        """What comes of a check; what is wrong with the rules is told, and nothing else."""
        try:
            return await work
        except GreenlintError as error:
            self._complain(error.said(self.ways.language))
            return None

    def check_all(self, seconds: float, *, but: str = "", anew: bool = False) -> None:
        """Check every open buffer, but for one."""
        for held in self.workspace.text_documents.values():
            if held.uri != but:
                self.check_soon(held.uri, seconds, anew=anew)

    def _told(self, uri: str, found: Opened | None) -> None:
        held = self._held(uri)
        if held is None or (found is not None and held.version != found.version):
            return  # closed, or overtaken
        said = diagnostics(found, self.elsewhere) if found else []
        self.answers.told(uri, held.version, said)
        self.publish(uri, said, held.version)
        self._news.set()

    def publish(
        self, uri: str, found: Sequence[lsp.Diagnostic], version: int | None = None
    ) -> None:
        """Tell the client what there is to say of a buffer, unless it asks for that."""
        if not pull.asks(self.client_capabilities):
            params = lsp.PublishDiagnosticsParams(uri, found, version)
            self.text_document_publish_diagnostics(params)

    def _ask_again(self) -> None:
        """Have the client ask for all findings again: once, where several buffers have others."""
        if self._refresh is None and pull.asks_again(self.client_capabilities):
            self._refresh = asyncio.get_running_loop().call_later(PAUSE, self._asked_again)

    def _asked_again(self) -> None:
        self._refresh = None
        self.workspace_diagnostic_refresh(None)

    def _complain(self, sentence: str) -> None:
        params = lsp.ShowMessageParams(lsp.MessageType.Error, f"greenlint: {sentence}")
        if self._loop is not None:  # from a thread: what is written comes from the loop alone
            self._loop.call_soon_threadsafe(self.window_show_message, params)

    def elsewhere(self, uri: str) -> Places | None:
        """The places of a file that a finding names: in its buffer, or else on disk."""
        held = self._held(uri)
        if held is not None:
            return Places(held.source, self._encoding)
        path = to_fs_path(uri)
        try:
            text = SourceFile(uri, Path(path).read_bytes()).text if path else None
        except (OSError, NotPython):
            return None
        return Places(text, self._encoding) if text is not None else None

    # -- answers -------------------------------------------------------------------------------

    async def report(self, uri: str, before: str | None) -> pull.Report:
        """The findings of a buffer as it is when it is answered, for a client that asks."""
        found = await self._newest(uri)
        said = diagnostics(found, self.elsewhere) if found else []
        buffer = self.buffer(uri)
        if buffer is None:
            return lsp.RelatedFullDocumentDiagnosticReport([])
        return self.answers.report(buffer.uri, buffer.version, said, before)

    async def _newest(self, uri: str) -> Opened | None:
        """What the check of a buffer finds that waits or runs: to its end, or, where the client can
        be told to ask again, without the rules across files while the project is read.
        """
        early = pull.asks_again(self.client_capabilities)
        while (buffer := self.buffer(uri)) is not None:
            checking = self._waiting.get(buffer.uri)
            found = self.desk.held.get(buffer.uri)
            if checking is None or checking.done():
                found = await self.telling(self.desk.fresh(buffer))
                if found is None:
                    return None
            elif not early or found is None or found.version != buffer.version:
                await self._wait(checking)
                continue
            now = self.buffer(uri)
            if now is not None and now.version == found.version:
                return found
        return None

    async def _wait(self, checking: asyncio.Task[None]) -> None:
        """Wait until a check ends, is overtaken, or any buffer has news."""
        self._news.clear()
        news = asyncio.ensure_future(self._news.wait())
        await asyncio.wait({checking, news}, return_when=asyncio.FIRST_COMPLETED)
        news.cancel()

    def change(self, found: Opened, edits: Sequence[lsp.TextEdit]) -> lsp.WorkspaceEdit:
        """Edits of one buffer, bound to its version where the client can tell."""
        workspace = self.client_capabilities.workspace
        edit = workspace.workspace_edit if workspace else None
        if edit is None or not edit.document_changes:
            return lsp.WorkspaceEdit(changes={found.uri: edits})
        document = lsp.OptionalVersionedTextDocumentIdentifier(found.uri, found.version)
        return lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(document, edits)])

    def can_resolve_edits(self) -> bool:
        """Whether the client asks for an action's edits when it is chosen."""
        text = self.client_capabilities.text_document
        action = text.code_action if text else None
        able = action.resolve_support if action else None
        return able is not None and "edit" in able.properties

    async def fix_all(self, found: Opened) -> lsp.WorkspaceEdit | None:
        """All safe fixes of a buffer; None where there is none, or none that could be made."""
        checker = self.desk.checker
        try:
            edits = await self.desk.off_loop(lambda: actions.fix_all(found, checker(found.setup)))
        except FixError as error:
            self._complain(error.said(self.ways.language))
            return None
        return self.change(found, edits) if edits else None

    def watch(self) -> None:
        """Have the client tell what changes on disk, if it can."""
        workspace = self.client_capabilities.workspace
        files = workspace.did_change_watched_files if workspace else None
        if files is None or not files.dynamic_registration:
            return
        options = lsp.DidChangeWatchedFilesRegistrationOptions(
            [lsp.FileSystemWatcher(glob) for glob in _WATCHED]
        )
        name = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
        self.client_register_capability(
            lsp.RegistrationParams([lsp.Registration("greenlint-files", name, options)])
        )


def _listen(server: Server) -> None:
    """What the server answers to."""
    _listen_to_files(server)
    _listen_to_buffers(server)
    _answer(server)


def _listen_to_files(server: Server) -> None:
    @server.feature(lsp.INITIALIZED)
    def initialized(_: lsp.InitializedParams) -> None:
        server.watch()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(params: lsp.DidChangeWatchedFilesParams) -> None:
        names = [(to_fs_path(one.uri) or "").replace("\\", "/") for one in params.changes]
        configured = any(name.endswith(_CONFIGURATION) for name in names)
        templates = any(not name.endswith((".py", ".pyi", *_CONFIGURATION)) for name in names)
        opened = {held.path for held in server.workspace.text_documents.values()}
        if configured or not {to_fs_path(one.uri) for one in params.changes} <= opened:
            server.desk.changed(whole=templates)
            server.check_all(_FOLLOW, anew=True)


def _listen_to_buffers(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.check_soon(params.text_document.uri, 0, anew=True)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        server.check_soon(params.text_document.uri, PAUSE)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.check_soon(uri, 0, anew=True)
        server.check_all(_FOLLOW, but=uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.drop(uri)
        server.desk.close(uri)
        server.answers.close(uri)
        server.publish(uri, [])


def _answer(server: Server) -> None:
    options = lsp.CodeActionOptions(code_action_kinds=actions.KINDS, resolve_provider=True)

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, options)
    async def code_actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        found = await _fresh(server, params.text_document.uri)
        if found is None or not found.parsed:
            return []
        only = params.context.only
        offered: list[lsp.CodeAction] = []
        if actions.wanted(lsp.CodeActionKind.QuickFix, only):
            first, last = params.range.start.line + 1, params.range.end.line + 1
            offered = await server.desk.off_loop(
                lambda: list(
                    actions.quick_fixes(found, first, last, server.elsewhere, server.change)
                )
            )
        if actions.wanted(actions.FIX_ALL, only) and actions.has_safe_fix(found):
            every = lsp.CodeAction(
                server.ways.language.say("greenlint: fix all that is safe to fix"),
                actions.FIX_ALL,
                data={"uri": found.uri, "version": found.version},
            )
            if only and not server.can_resolve_edits():
                every.edit = await server.fix_all(found)
            if every.edit is not None or server.can_resolve_edits():
                offered.append(every)
        return offered

    @server.feature(lsp.CODE_ACTION_RESOLVE)
    async def resolved(action: lsp.CodeAction) -> lsp.CodeAction:
        about = action.data if isinstance(action.data, dict) else {}
        found = await _fresh(server, str(about.get("uri")))
        if action.kind == actions.FIX_ALL and found is not None and found.parsed:
            action.edit = await server.fix_all(found)
        return action

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        found = await _fresh(server, params.text_document.uri)
        if found is None:
            return None
        text = hover(found, *found.places.place(params.position), server.ways.page)
        content = lsp.MarkupContent(lsp.MarkupKind.Markdown, text)
        return lsp.Hover(content) if text else None

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    async def costs(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        found = await _fresh(server, params.text_document.uri)
        if found is None or not found.job.is_test:
            return []
        return await server.desk.off_loop(lambda: _costs(server, found))

    @server.feature(lsp.TEXT_DOCUMENT_DIAGNOSTIC, pull.OPTIONS)
    async def asked(params: lsp.DocumentDiagnosticParams) -> pull.Report:
        return await server.report(params.text_document.uri, params.previous_result_id)


async def _fresh(server: Server, uri: str) -> Opened | None:
    buffer = server.buffer(uri)
    return await server.telling(server.desk.fresh(buffer)) if buffer is not None else None


def _costs(server: Server, found: Opened) -> list[lsp.CodeLens]:
    from greenlint.project.syntax import parse

    costs = server.ways.costs(found.setup.config.root, found.job.name)
    tree = parse(found.source) if costs is not None and found.parsed else None
    return (
        list(lenses(tree, found.places, costs, found.setup.language))
        if tree is not None and costs
        else []
    )


def serve(ways: Ways, reads: BinaryIO, writes: BinaryIO) -> None:
    """Serve one client until it goes."""
    server = Server(ways)
    try:
        server.start_io(reads, writes)
    finally:
        server.desk.end()

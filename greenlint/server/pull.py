# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Findings that a client asks for (pull diagnostics of the protocol's version 3.17)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b

from lsprotocol import types as lsp
from pygls.capabilities import get_capability

# Findings of one buffer may follow from another's: a client asks for both after a change.
OPTIONS = lsp.DiagnosticOptions(
    inter_file_dependencies=True, workspace_diagnostics=False, identifier="greenlint"
)

Report = lsp.RelatedFullDocumentDiagnosticReport | lsp.RelatedUnchangedDocumentDiagnosticReport


def asks(client: lsp.ClientCapabilities) -> bool:
    """Whether a client asks for findings; told them by itself too, it would show them twice."""
    return get_capability(client, "text_document.diagnostic") is not None


def asks_again(client: lsp.ClientCapabilities) -> bool:
    """Whether a client can be told that it should ask again."""
    return bool(get_capability(client, "workspace.diagnostics.refresh_support"))


class Answers:
    """What a client was last answered of each buffer; `ask_again` is called where a version that
    it knows has got other findings, from a change elsewhere or from the rules across files.
    """

    def __init__(self, ask_again: Callable[[], None]) -> None:
        self._ask_again = ask_again
        self._given: dict[str, tuple[int | None, str]] = {}

    def report(
        self, uri: str, version: int | None, found: Sequence[lsp.Diagnostic], before: str | None
    ) -> Report:
        """The answer: everything, or that it is as in the result `before`, which the client has."""
        result = result_id(found)
        self._given[uri] = version, result
        if result == before:
            return lsp.RelatedUnchangedDocumentDiagnosticReport(result)
        return lsp.RelatedFullDocumentDiagnosticReport(found, result_id=result)

    def told(self, uri: str, version: int | None, found: Sequence[lsp.Diagnostic]) -> None:
        """A check has ended.  After a change of the text a client asks by itself."""
        given = self._given.get(uri)
        if given is not None and given[0] == version and given[1] != result_id(found):
            self._ask_again()

    def close(self, uri: str) -> None:
        """The client has dropped what it was answered."""
        self._given.pop(uri, None)


def result_id(found: Sequence[lsp.Diagnostic]) -> str:
    """A digest of all that is said: equal for equal answers, also after the server began anew."""
    said = repr(list(found)).encode("utf-8", "surrogatepass")
    return blake2b(said, digest_size=16).hexdigest()

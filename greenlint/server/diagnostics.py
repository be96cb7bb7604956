# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Findings as an editor shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from greenlint.formats.paths import file_uri
from greenlint.formats.words import clean, encodable, text_of
from greenlint.rule import Severity

if TYPE_CHECKING:
    from greenlint.finding import Place
    from greenlint.messages import Language
    from greenlint.result import Entry
    from greenlint.server.opened import Opened
    from greenlint.server.places import Places

SOURCE = "greenlint"
_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.NOTE: lsp.DiagnosticSeverity.Information,
}
# Comments to us that do nothing: what an editor fades.
_UNNECESSARY = ("GRN900", "GRN902")

#: The places in another file, by its uri: None where it cannot be read.
Elsewhere = Callable[[str], "Places | None"]


def diagnostics(opened: Opened, elsewhere: Elsewhere) -> list[lsp.Diagnostic]:
    """Every finding of a buffer that counts, in order."""
    return [diagnostic(opened, entry, elsewhere) for entry in opened.entries]


def diagnostic(opened: Opened, entry: Entry, elsewhere: Elsewhere) -> lsp.Diagnostic:
    """One finding: what happens here, and what to do."""
    finding, rule = entry.finding, entry.rule
    url = rule.url
    return lsp.Diagnostic(
        opened.places.range(finding.span),
        "\n".join(_said(entry, opened.setup.language)),
        severity=_SEVERITIES[entry.severity],
        code=rule.code,
        code_description=lsp.CodeDescription(url) if url else None,
        source=SOURCE,
        tags=[lsp.DiagnosticTag.Unnecessary] if rule.code in _UNNECESSARY else None,
        related_information=list(_related(opened, finding.related, elsewhere)) or None,
        data={"fingerprint": finding.fingerprint},
    )


def _said(entry: Entry, language: Language) -> Iterator[str]:
    yield clean(text_of(entry.finding.message, language))
    advice = text_of(entry.finding.help, language) or language.say(entry.rule.help)
    if advice:
        yield clean(advice)


def _related(
    opened: Opened, related: tuple[Place, ...], elsewhere: Elsewhere
) -> Iterator[lsp.DiagnosticRelatedInformation]:
    for one in related:
        here = one.path == opened.job.name
        uri = opened.uri if here else file_uri(opened.setup.config.root / one.path)
        places = opened.places if here else elsewhere(uri)
        if places is not None:
            location = lsp.Location(uri, places.range(one.span))
            yield lsp.DiagnosticRelatedInformation(
                location, encodable(text_of(one.message, opened.setup.language))
            )

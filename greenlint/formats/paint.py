# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Colour and links for terminals; both are extra to words and signs that stand without them."""

from __future__ import annotations

from dataclasses import dataclass

from greenlint.result import ReportContext


@dataclass(frozen=True, slots=True)
class Paint:
    """Wraps text in ANSI colours and OSC 8 links, each only when asked."""

    color: bool = False
    links: bool = False

    @classmethod
    def of(cls, report: ReportContext) -> Paint:
        """As the report asks."""
        return cls(report.color, report.links)

    def strong(self, text: str) -> str:
        """Paths and numbers that the eye looks for."""
        return self._sgr("1", text)

    def code(self, text: str, url: str) -> str:
        """A rule's code, leading to its page."""
        return self._link(self._sgr("1;31", text), url)

    def fix(self, text: str) -> str:
        """The sign of a fix."""
        return self._sgr("36", text)

    def caret(self, text: str) -> str:
        """The line under the source that a finding is about."""
        return self._sgr("1;31", text)

    def label(self, text: str) -> str:
        """Line numbers, labels, words at the margin."""
        return self._sgr("34", text)

    def _sgr(self, parameters: str, text: str) -> str:
        return f"\x1b[{parameters}m{text}\x1b[0m" if self.color and text else text

    def _link(self, text: str, url: str) -> str:
        return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\" if self.links and url else text

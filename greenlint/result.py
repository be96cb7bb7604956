# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a run found, as one value that every output format reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from greenlint.finding import Finding, Span, number_fingerprints
from greenlint.messages import ENGLISH, Language, Message
from greenlint.rule import Confidence, RuleInfo, Safety, Severity
from greenlint.suppression import Suppression

if TYPE_CHECKING:
    from greenlint.hotspots import Cost


class BaselineState(StrEnum):
    """How a finding stands to the baseline file, in SARIF's words."""

    NEW = "new"
    UNCHANGED = "unchanged"


class Suppressed(NamedTuple):
    """Why a finding is not counted: a comment in the source, or an entry in the baseline."""

    kind: str  # "inSource" | "external"
    reason: str = ""


class Outcome(StrEnum):
    """Which way a file went.  SKIPPED: proven to be Python, and holding
    nothing that an active rule could look at."""

    PARSED = "parsed"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one file gave, before comments and baseline take anything away.

    `problems` are failures of rules, told as sentences.  `facts` is what the file tells others, as
    text (greenlint.project.facts); "" where nobody asked.
    """

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    problems: tuple[str, ...] = ()
    facts: str = ""


SYNTAX_ERROR = "GRN999"
TOO_LARGE = "GRN998"
UNREADABLE = "GRN997"


def refused(name: str, code: str, message: Message, line: int = 1, column: int = 1) -> FileResult:
    """A file that could not be checked, as its result: one finding that says why."""
    span = Span(line, column, line, column, 0, 0)
    finding = Finding(name, span, code, message, Message(""), Confidence.HIGH)
    return FileResult(Outcome.FAILED, tuple(number_fingerprints([(finding, "")])))


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding with all that a report says of it: its rule, its severity here, its standing, and
    what is known of it at run time.
    """

    finding: Finding
    rule: RuleInfo
    severity: Severity
    suppressed: Suppressed | None = None
    baseline_state: BaselineState | None = None
    cost: Cost | None = None

    @property
    def fixable(self) -> Safety | None:
        """The safety of the fix on offer, if there is one."""
        return self.finding.fix.safety if self.finding.fix else None


class Counts(NamedTuple):
    """How many files went which way.  files = parsed + skipped + cached + failed.

    `skipped` files hold none of the active rules' needles, so they were only proven to be
    Python; `failed` ones could not be read, decoded or parsed.
    """

    files: int = 0
    parsed: int = 0
    skipped: int = 0
    cached: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class ReportContext:
    """Everything a format may show.  `entries` are the findings that count; `hidden` those
    suppressed or in the baseline.  Both are in report order.  `lines(path)` gives the source
    lines of a finding's path, without newlines, or [] when they are not to be had.  `language` is
    for formats that people read; what programs read stays English.
    """

    entries: tuple[Entry, ...]
    rules: Mapping[str, RuleInfo]
    counts: Counts
    root: Path
    cwd: Path
    lines: Callable[[str], list[str]]
    hidden: tuple[Entry, ...] = ()
    stale: int = 0
    fixed: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    color: bool = False
    links: bool = False
    show_suppressed: bool = False
    quiet: bool = False
    language: Language = ENGLISH

    def shown(self, path: str) -> str:
        """A finding's path as people and scripts read it: POSIX, from the working directory."""
        return Path(os.path.relpath(self.root / path, self.cwd)).as_posix()

    def of(self, severity: Severity) -> int:
        """How many findings of that severity count."""
        return sum(entry.severity is severity for entry in self.entries)

    def fixable(self, safety: Safety) -> int:
        """How many findings that count have a fix of that safety."""
        return sum(entry.fixable is safety for entry in self.entries)

    @property
    def in_baseline(self) -> int:
        """How many findings the baseline took away."""
        return sum(entry.baseline_state is BaselineState.UNCHANGED for entry in self.hidden)

    @property
    def suppressed(self) -> int:
        """How many findings a comment took away."""
        return len(self.hidden) - self.in_baseline


Format = Callable[[ReportContext], Iterator[str]]

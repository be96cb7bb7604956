# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How the bench calls greenlint, and what it reads from its summary."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import greenlint_rules

from benchmarks.corpus import Corpus
from benchmarks.measure import Command, NoFigure
from greenlint.catalogue import rules_in

ALL_RULES = ("--select=ALL", "--preview", "--min-proof=reasoned")
# Named by the contract of the command line; left out where this version does not know them.
OUTER_WISHES = ("--isolated",)
CHECK_WISHES = ("--no-respect-gitignore", "--allow-syntax-errors")
# 2 is a file that does not parse, of which real code has some.
ACCEPTED = frozenset({0, 2})


class SummaryMissing(NoFigure):
    """A run of greenlint left no readable summary."""


@dataclass(frozen=True)
class Summary:
    """The part of the JSON report that the bench prints. An absent field is None."""

    findings: int
    files: int | None
    parsed: int | None
    skipped: int | None
    cached: int | None
    failed: int | None

    @classmethod
    def read(cls, path: Path) -> Summary:
        """The summary of a report in JSON."""
        try:
            report = json.loads(path.read_text())
            summary = report["summary"]
            return cls(
                len(report["findings"]),
                *(summary.get(name) for name in ("files", "parsed", "skipped", "cached", "failed")),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SummaryMissing(f"{path} holds no report of greenlint: {error!r}") from error

    def words(self) -> str:
        """`12 hits; 300 files, 200 parsed, 100 skipped unparsed`."""
        parts = [
            f"{value} {word}"
            for value, word in (
                (self.files, "files"),
                (self.parsed, "parsed"),
                (self.skipped, "skipped unparsed"),
                (self.failed or None, "not parsable"),
            )
            if value is not None
        ]
        return f"{self.findings} hits; " + ", ".join(parts)


@dataclass(frozen=True)
class Greenlint:
    """A greenlint to start with the running interpreter, and the wishes that it knows."""

    script: tuple[str, ...]
    outer: tuple[str, ...]
    wishes: tuple[str, ...]
    report: Path

    @classmethod
    def find(cls, script: tuple[str, ...], report: Path) -> Greenlint:
        """Ask the command itself which options it has."""
        outer_help, check_help = _help(*script), _help(*script, "check")
        return cls(
            script,
            tuple(wish for wish in OUTER_WISHES if wish in outer_help),
            tuple(wish for wish in CHECK_WISHES if wish in check_help),
            report,
        )

    def check(self, target: Path, *options: str, flags: tuple[str, ...] = ()) -> Command:
        """All rules over `target`; the report goes to `self.report`, as JSON.

        `flags` are for the interpreter.
        """
        argv = [sys.executable, *flags, *self.script, *self.outer, "check"]
        argv += [*ALL_RULES, *self.wishes, "--exit-zero", f"--output-format=json:{self.report}"]
        folder = target if target.is_dir() else target.parent
        return Command((*argv, *options, str(target)), cwd=folder, accepted=ACCEPTED)

    def cold(self, corpus: Corpus, jobs: int = 1, *, index: bool = True) -> Command:
        """A whole corpus without the cache, with or without the rules that look across files."""
        without = () if index else (f"--ignore={','.join(across_files())}",)
        return self.check(corpus.root, "--no-cache", f"--jobs={jobs}", *without)

    def version(self, folder: Path) -> Command:
        return Command((sys.executable, *self.script, "--version"), cwd=folder)

    def summary(self) -> Summary:
        """What the last run reported; it is taken away, so that it counts for one run only."""
        summary = Summary.read(self.report)
        self.report.unlink()
        return summary


def across_files() -> list[str]:
    """The codes of the rules that need the index of the project."""
    infos = rules_in("greenlint_rules", Path(greenlint_rules.__file__).parent)
    return [info.code for info in infos if info.across]


def _help(*script: str) -> str:
    argv = [sys.executable, *script, "--help"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout

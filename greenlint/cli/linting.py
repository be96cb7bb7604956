# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A run of the linter as the command does it: configuration, rules, files, cache, results."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenlint.cache import Cache
from greenlint.cli.group import Settings
from greenlint.cli.progress import Progress
from greenlint.config import Config, override
from greenlint.discover import Discovery, discover, is_test_file
from greenlint.errors import UsageError
from greenlint.finding import Finding
from greenlint.remembered import Remembered
from greenlint.result import Counts, Entry, FileResult, Format, ReportContext
from greenlint.ruleset import Ruleset, read_rules
from greenlint.run import processors, run
from greenlint.sift import Sifted, sift
from greenlint.work import Job, Plan
from greenlint.workers import Pool

if TYPE_CHECKING:
    from greenlint.cli.joining import Known
    from greenlint.hotspots import Executed
    from greenlint.run import Alone
    from greenlint.since import Changes
    from greenlint.workers import Done

# Options that are settings as well, under the same names.
_SETTINGS = (
    "select", "extend_select", "ignore", "per_file_ignores", "fixable", "unfixable", "min_proof",
    "min_confidence", "preview", "target_version", "exclude", "extend_exclude",
    "respect_gitignore", "force_exclude", "unsafe_fixes", "baseline", "fail_on", "cache_dir",
)  # fmt: skip
# Options that fix, or show how.
_FIXING = ("fix", "fix_only", "interactive", "diff")
# Fewer files than this are not worth a second process.
_SOLO = 24
STDIN = "-"
# The usual place of stored runs, as greenlint_profiler.stores.address has it.
STORE = Path(".greenlint", "energy.sqlite3")


class Lint:
    """One run, step by step; every value is made when it is first asked for."""

    def __init__(
        self,
        settings: Settings,
        paths: Sequence[str] = (),
        given: Mapping[str, Any] | None = None,
    ) -> None:
        self.settings = settings
        self.paths = tuple(paths)
        self.given = dict(given or {})
        self.cwd = Path.cwd()
        self.results: dict[str, FileResult] = {}
        self.counts = Counts()
        self.alone: Alone = {}
        self.fixed: dict[str, int] = {}
        self.problems: list[str] = []
        self.told: list[str] = []
        self.answer: bool | None = None
        self.executed: Executed | None = None

    @cached_property
    def from_stdin(self) -> bool:
        """Whether the source comes from standard input."""
        if STDIN in self.paths and len(self.paths) > 1:
            raise UsageError("`-` reads standard input and cannot be named with other paths.")
        return self.paths == (STDIN,)

    @property
    def narrowed(self) -> bool:
        """Whether only some of the live findings count: a baseline or a revision took others."""
        return self.baseline is not None or bool(self.given.get("new_since"))

    @cached_property
    def config(self) -> Config:
        """The configuration with the command line's values."""
        name = self.given.get("stdin_filename")
        paths = (name,) if self.from_stdin and name else self.paths
        config = self.settings.load_config(() if paths == (STDIN,) else paths)
        values = {key: self.given[key] for key in _SETTINGS if self.given.get(key) is not None}
        return override(config, **values)

    @cached_property
    def plugins(self) -> Any:
        """The plugins, told of the configuration."""
        plugins = self.settings.load_plugins(self.config)
        plugins.ask("greenlint_configure", config=self.config)
        return plugins

    @cached_property
    def rules(self) -> Ruleset:
        """All rules, and those that run."""
        return read_rules(self.plugins, self.config)

    @cached_property
    def plan(self) -> Plan:
        """What workers check against."""
        return Plan(
            self.rules.running,
            self.rules.options,
            self.config.target_version,
            self.config.max_file_lines,
            self.settings.plugin_choice(self.config),
        )

    @property
    def outputs(self) -> tuple[str, ...]:
        """FORMAT or FORMAT:PATH, as asked for."""
        return self.given.get("output_format") or self.config.output_format

    @cached_property
    def jobs(self) -> list[Job]:
        """The files, in order of name."""
        if self.from_stdin:
            name = self.given.get("stdin_filename") or "stdin.py"
            return [self.given_text(name, sys.stdin.buffer.read())]
        return self.listed()

    def listed(self) -> list[Job]:
        """The files as they are there now, in order of name."""
        claim = self._claim if self.plugins.answers("greenlint_collect_file") else None
        found: Discovery = discover(self.paths or (".",), self.config, self.cwd, claim)
        self.problems += [problem.message for problem in found.problems]
        return [self._job(file.path, file.name, file.raw) for file in found.files]

    @cached_property
    def around(self) -> list[Job]:
        """The project's files besides those named, for the rules that look across files: all below
        the root, where a configuration file or a .git says that it is one.
        """
        from greenlint.config_file import find_root

        root = self.config.root
        if not self.plan.across or find_root(root) != root:
            return []
        named = {job.name for job in self.jobs}
        everything = self.cwd == root and self.paths in ((), (".",))
        if everything or all(name.startswith("../") for name in named):  # of another project
            return []
        found = discover((str(root),), self.config, self.cwd)
        jobs = (self._job(file.path, file.name, file.raw) for file in found.files)
        return [job for job in jobs if job.name not in named]

    def _claim(self, path: Path) -> bytes | None:
        """The Python that the first plugin that wants to makes of a file."""
        from greenlint.source import SourceFile

        answers = self.plugins.ask("greenlint_collect_file", path=path, config=self.config)
        sources = (source for _, source in answers if isinstance(source, SourceFile))
        return next((source.raw for source in sources), None)

    def _job(self, path: Path, name: str, raw: bytes | None = None) -> Job:
        return Job(path, name, is_test_file(name), self.rules.ignored(name), raw)

    def given_text(self, path: str, raw: bytes) -> Job:
        """A file whose bytes are these, whatever the disk holds."""
        import os

        whole = Path(os.path.abspath(path))
        name = Path(os.path.relpath(whole, self.config.root)).as_posix()
        return self._job(whole, name, raw)

    def run(self, changed: Alone | None = None) -> None:
        """Check every file; after some were `changed`, what may be another than before."""
        cached = not self.given.get("no_cache") and not self.from_stdin
        cache = Cache(self.config.cache_dir, self.rules.key()) if cached else None
        known = {} if changed is None else {**({} if cached else self.alone), **changed}
        jobs = self.jobs
        with Progress(self.settings) as progress:
            ran = run(
                jobs,
                self.plan,
                around=self.around,
                cache=cache,
                known=known,
                memory=self._memory,
                processes=self._processes(),
                progress=progress.show if progress.wanted else None,
                pool=self.workers if self._fixes else self.settings.pool,
                keep=self._fixes,
            )
        self.results = dict(ran.results)
        self.counts, self.alone = ran.counts, ran.alone

    @cached_property
    def _memory(self) -> Remembered | None:
        """For the second look at the project of who changes files; it is not shared."""
        return Remembered() if self._fixes else None

    @property
    def _fixes(self) -> bool:
        return any(self.given.get(one) for one in _FIXING)

    @cached_property
    def workers(self) -> Pool:
        """Those that check go on to fix."""
        return self.settings.pool or Pool()

    def work(self, jobs: list[Job]) -> Iterator[Done]:
        """Results of texts that fixes made."""
        return self.workers.work(jobs, self.plan, self._processes())

    def close(self) -> None:
        """End the workers, where they were kept."""
        if "workers" in vars(self):
            self.workers.close()

    def _processes(self) -> int:
        asked = self.given.get("jobs")
        if asked:
            return int(asked)
        return processors() if len(self.jobs) >= _SOLO or asked == 0 else 1

    @property
    def sifted(self) -> Sifted:
        """The results as they are now, judged."""
        return sift(
            self._with_run_time(),
            self.jobs,
            self.rules,
            today=date.today(),
            plugins=self.plugins,
            baseline=self.baseline,
            keep=self._new if self.given.get("new_since") else None,
            tolerate_syntax_errors=bool(self.given.get("allow_syntax_errors")),
        )

    def _with_run_time(self) -> Mapping[str, FileResult]:
        """The results with what only a stored run saw, where rules on that are on, or the run is
        asked for.
        """
        rules = self.rules.at_run_time
        wanted = self._asked is not None or self.given.get("report")
        if not (rules or wanted) or self.known is None:
            return self.results
        from greenlint.cli.run_time import added

        return added(self, self.known, rules)

    @cached_property
    def baseline(self) -> Any:
        """The baseline to subtract, or None."""
        path = self.config.baseline
        if path is None or self.given.get("no_baseline"):
            return None
        from greenlint.baseline import read

        return read(path)

    def _new(self, findings: list[Finding]) -> list[Finding]:
        """The findings that are new since the revision asked for."""
        from greenlint.since import keep_new

        return keep_new(findings, self._changes, self.base_findings)

    @cached_property
    def _changes(self) -> Changes:
        from greenlint.since import changes_since

        return changes_since(self.config.root, self.given["new_since"])

    @cached_property
    def base_findings(self) -> dict[str, tuple[Finding, ...]]:
        """What the changed files held at that revision, checked under today's names."""
        old = [job for job in map(self.as_it_was, self.jobs) if job is not None]
        around = [job for job in map(self.as_it_was, self.around) if job is not None]
        changed = any(job.raw is not None for job in (*old, *around))
        if not changed:
            return {}
        if not self.plan.across:  # else a change in one file may bring a finding in another
            old = [job for job in old if job.raw is not None]
        cache = Cache(self.config.cache_dir, self.rules.key(), read_only=True)
        ran = run(old, self.plan, around=around, cache=cache, processes=self._processes())
        return {name: result.findings for name, result in ran.results.items()}

    def as_it_was(self, job: Job) -> Job | None:
        """The file as it was at the revision, or as it is where it has not changed; None for one
        that was not there.
        """
        change = self._changes.files.get(job.name)
        if change is None:
            return job
        raw = self._changes.base_bytes(job.name)
        return job._replace(raw=raw) if raw is not None else None

    def format(self, name: str) -> Format:
        """An output format: built in, or of a plugin."""
        from greenlint.formats import FORMATS, load

        if name not in FORMATS and name in (added := self.plugins.formats()):
            found: Format = added[name]
            return found
        return load(name)

    def report(self, sifted: Sifted, seconds: float) -> ReportContext:
        """Everything a format may show."""
        entries = self._joined(sifted.entries)
        if self.given.get("sort") == "rule":
            entries = tuple(sorted(entries, key=lambda one: (one.rule.code, one.finding.sort_key)))
        colored = self.settings.colored(sys.stdout)
        return ReportContext(
            entries,
            self.rules.by_code,
            self.counts,
            self.config.root,
            self.cwd,
            self._lines,
            sifted.hidden,
            len(sifted.stale),
            self.fixed,
            seconds,
            colored,
            colored and sys.stdout.isatty(),
            bool(self.given.get("show_suppressed")),
            self.settings.quiet,
            self.settings.language,
        )

    @property
    def _asked(self) -> str | None:
        """The run that findings are to be joined with, where an option asks for one.  Raises
        UsageError where another forbids it.
        """
        given = self.given
        wanted = given.get("energy") or given.get("min_energy") or given.get("sort") == "energy"
        if wanted and given.get("no_energy"):
            raise UsageError("--no-energy joins no run, which the other options ask for.")
        return (given.get("energy") or "latest") if wanted else None

    @cached_property
    def known(self) -> Known | None:
        """The run that findings are joined with, where there is one or it was asked for."""
        # By itself only where runs were kept in their usual file: no check asks a server.
        by_itself = self.given.get("report") or (self.cwd / STORE).is_file()
        refused = self.given.get("no_energy") or self.from_stdin
        if self._asked is None and (refused or not by_itself):
            return None
        from greenlint.cli.joining import known

        return known(self.settings, self._asked)

    def _joined(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """With what that run knows of them.  A check that finds nothing reads no store."""
        wanted = self._asked is not None or self.given.get("report")
        if not wanted and (not entries or self.known is None):
            return entries
        from greenlint.cli.joining import with_costs

        return with_costs(self, entries, wanted=bool(wanted))

    def finish(self, report: ReportContext) -> None:
        """Tell plugins that the run is over."""
        self.plugins.ask("greenlint_run_finished", result=report, config=self.config)

    def _lines(self, name: str) -> list[str]:
        """Source lines for code frames, as they are now."""
        from greenlint.source import NotPython, SourceFile

        job = self.job(name)
        try:
            raw = job.raw if job and job.raw is not None else (self.config.root / name).read_bytes()
            return SourceFile(name, raw).lines()
        except (OSError, NotPython):
            return []

    def job(self, name: str) -> Job | None:
        """The file of that name, if it is one of this run."""
        at = self._places.get(name)
        return None if at is None else self.jobs[at]

    @cached_property
    def _places(self) -> dict[str, int]:
        """Where each file's job is in `jobs`."""
        return {job.name: at for at, job in enumerate(self.jobs)}

    def shown(self, name: str) -> str:
        """A file's name as people read it."""
        import os

        return Path(os.path.relpath(self.config.root / name, self.cwd)).as_posix()

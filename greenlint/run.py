# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Many files: which are remembered, which go to which process; the one place that knows of both.

Files are parsed in worker processes, even with one job: LibCST can take the whole process down
with it, and then exactly one file is lost, and named (docs/decisions/0003-processes.md).
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenlint.cache import Cache
from greenlint.errors import GreenlintError
from greenlint.messages import say
from greenlint.result import SYNTAX_ERROR, UNREADABLE, Counts, FileResult, Outcome, refused
from greenlint.rule import Options, RuleInfo
from greenlint.source import SourceFile

if TYPE_CHECKING:
    from greenlint.check import Checker

#: Seconds after which one file is given up: a thousand times what a large one takes.
PATIENCE = 120.0
# Files a worker holds: one at hand, one waiting, so that it never idles.
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Job:
    """One file to check: where it is, its name in reports, and what of it decides the findings."""

    path: Path
    name: str
    is_test: bool = False
    ignored: tuple[str, ...] = ()
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class PluginChoice:
    """How to load plugins again in a worker."""

    only: tuple[str, ...] | None = None
    disabled: tuple[str, ...] = ()
    local_rules: tuple[Path, ...] = ()
    third_party: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """What every file is checked against; picklable, and small."""

    rules: tuple[RuleInfo, ...]
    options: Mapping[str, Options] = field(default_factory=dict)
    target: tuple[int, int] = (3, 11)
    max_lines: int = 30_000
    plugins: PluginChoice = PluginChoice()

    def checker(self) -> Checker:
        """The rules imported and ready; this is what loads libcst."""
        from greenlint.catalogue import load
        from greenlint.check import ActiveRule, Checker

        found = {info.code: load(info) for info in self.rules if info.module}
        if len(found) < len(self.rules):
            found |= self._from_plugins()
        active = [
            ActiveRule(info, found[info.code], self.options.get(info.code, {}))
            for info in self.rules
            if info.code in found
        ]
        return Checker(active, target=self.target, max_lines=self.max_lines)

    def _from_plugins(self) -> dict[str, Any]:
        from greenlint.plugins import load_plugins

        choice = self.plugins
        plugins = load_plugins(
            only=choice.only,
            disabled=choice.disabled,
            local_rules=choice.local_rules,
            third_party=choice.third_party,
        )
        wanted = {info.code for info in self.rules if not info.module}
        return {i.code: plugins.loaded(i) for i in plugins.rules() if i.code in wanted}


@dataclass(frozen=True, slots=True)
class Ran:
    """The results by file name, and how many files went which way."""

    results: Mapping[str, FileResult]
    counts: Counts


Progress = Callable[[int, int], None]


def run(
    jobs: Sequence[Job],
    plan: Plan,
    *,
    cache: Cache | None = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> Ran:
    """Check every file; the order of `jobs`, the cache and the processes change nothing.

    A file that vanishes, cannot be read or takes its worker down is a finding like any other.
    """
    results: dict[str, FileResult] = {}
    digests: dict[str, str] = {}
    fresh: list[Job] = []
    for job in jobs:
        if cache is None:
            fresh.append(job)
            continue
        source = _read(job)
        if isinstance(source, FileResult):
            results[job.name] = source
            continue
        digests[job.name] = _digest(source, job)
        known = cache.get(job.name, digests[job.name])
        if known is None:
            fresh.append(job)
        else:
            results[job.name] = known
    cached = sum(result.outcome is not Outcome.FAILED for result in results.values())
    try:
        with contextlib.closing(_work(fresh, plan, processes)) as work:
            for done, (job, result, digest) in enumerate(work, 1):
                results[job.name] = result
                digests[job.name] = digest
                if progress is not None:
                    progress(len(jobs) - len(fresh) + done, len(jobs))
    finally:
        if cache is not None:
            fresh_names = [job.name for job in fresh if job.name in results]
            cache.put((name, digests[name], results[name]) for name in fresh_names if digests[name])
    return Ran(results, _count(results, {job.name for job in fresh}, cached))


def _count(results: Mapping[str, FileResult], fresh: set[str], cached: int) -> Counts:
    outcomes = [result.outcome for name, result in results.items() if name in fresh]
    failed = sum(result.outcome is Outcome.FAILED for result in results.values())
    return Counts(
        files=len(results),
        parsed=outcomes.count(Outcome.PARSED),
        skipped=outcomes.count(Outcome.SKIPPED),
        cached=cached,
        failed=failed,
    )


def _read(job: Job) -> SourceFile | FileResult:
    """The file's bytes, or the finding that says why there are none."""
    if job.raw is not None:
        return SourceFile(job.name, job.raw)
    try:
        return SourceFile(job.name, job.path.read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        message = say("the file cannot be read: {reason}", reason=reason)
        return refused(job.name, UNREADABLE, message)


def _digest(source: SourceFile, job: Job) -> str:
    return f"{source.digest}{'t' if job.is_test else ''}{','.join(job.ignored)}"


# -- workers -----------------------------------------------------------------------------------

Done = tuple[Job, FileResult, str]


def processors() -> int:
    """How many processors this process may use: affinity and the cgroup's quota, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        if quota != "max":
            count = min(count, max(1, round(int(quota) / int(period))))
    return count


def _work(jobs: list[Job], plan: Plan, processes: int) -> Generator[Done, None, None]:
    if not jobs:
        return
    pool = _Pool(plan, max(1, min(processes, len(jobs))))
    try:
        yield from pool.work(_largest_first(jobs) if processes > 1 else jobs)
    finally:
        pool.close()


def _largest_first(jobs: Iterable[Job]) -> list[Job]:
    def size(job: Job) -> int:
        try:
            return job.path.stat().st_size
        except OSError:
            return 0

    return sorted(jobs, key=lambda job: (-size(job), job.name))


@dataclass(eq=False)
class _Worker:
    """A worker process, the pipe to it, and the files it holds, oldest first."""

    process: Any
    pipe: Connection
    held: deque[Job] = field(default_factory=deque)


class _Pool:
    """Workers that are fed file by file, so that a lost one names the file it was lost on."""

    def __init__(self, plan: Plan, count: int) -> None:
        self._plan = plan
        self._context = multiprocessing.get_context(_start_method(count))
        if self._context.get_start_method() == "forkserver":
            self._context.set_forkserver_preload(["greenlint.check"])
        self._workers = [self._start() for _ in range(count)]

    def work(self, jobs: Iterable[Job]) -> Iterator[Done]:
        waiting = deque(jobs)
        while waiting or any(worker.held for worker in self._workers):
            for worker in self._workers:
                while waiting and len(worker.held) < (1 if waiting[0].raw is not None else _AHEAD):
                    self._give(worker, waiting.popleft())
            busy = {worker.pipe: worker for worker in self._workers if worker.held}
            ready = wait(list(busy), timeout=PATIENCE)
            if not ready:
                for worker in busy.values():
                    yield self._lost(worker, waiting, f"took more than {PATIENCE:.0f} s")
            for pipe in ready:
                worker = busy[pipe]  # type: ignore[index]
                try:
                    answer = worker.pipe.recv()
                except (EOFError, ConnectionError):
                    yield self._lost(worker, waiting, "")
                    continue
                if isinstance(answer, GreenlintError):
                    raise answer
                yield (worker.held.popleft(), *answer)

    def _give(self, worker: _Worker, job: Job) -> None:
        worker.held.append(job)
        with contextlib.suppress(OSError):  # a dead worker is noticed when it should answer
            worker.pipe.send(job)

    def _lost(self, worker: _Worker, waiting: deque[Job], why: str) -> Done:
        """Replace a worker that died or hangs: its first file is to blame; others wait."""
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        job = worker.held.popleft()
        waiting.extendleft(reversed(worker.held))
        self._workers.remove(worker)
        if waiting:
            self._workers.append(self._start())
        code = worker.process.exitcode
        reason = why or f"ended with {_signal(code)}"
        message = say(
            "the process that checked this file {reason}: LibCST or a rule cannot take it; exclude "
            "the file, and report it",
            reason=reason,
        )
        return job, refused(job.name, SYNTAX_ERROR, message), ""

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        # A forked worker inherits our end, and would wait for itself when we are gone.
        forked = self._context.get_start_method() == "fork"
        process = self._context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(theirs, self._plan, ours if forked else None), daemon=True
        )
        with _sheltered(forked):
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def close(self) -> None:
        for worker in self._workers:
            with contextlib.suppress(OSError):
                worker.pipe.send(None)
        for worker in self._workers:
            worker.process.join(0 if worker.held else 5)
            worker.pipe.close()
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()


@contextlib.contextmanager
def _sheltered(forked: bool) -> Iterator[None]:
    """Start processes that import nothing from the working directory, which holds what is checked
    (``python -c``, their way in, puts it first), and that leave Ctrl-C to us.
    """
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    mask = None
    try:
        if sys.platform != "win32":
            if not forked:
                from multiprocessing import resource_tracker

                resource_tracker.ensure_running()  # if started later, it would lift the mask
            mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


def _start_method(count: int) -> str:
    """fork for a single worker of a single thread: it costs nothing, and nothing is imported yet.
    Several workers share what a fork server has imported; elsewhere they start anew.
    """
    if sys.platform == "linux":
        alone = threading.active_count() == 1 and "libcst" not in sys.modules
        return "fork" if count == 1 and alone else "forkserver"
    return "spawn"


def _signal(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"


def _serve(pipe: Connection, plan: Plan, parents: Connection | None = None) -> None:
    """A worker's life: file by file, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if parents is not None:
        parents.close()
    gc.disable()  # trees have no cycles: they are freed by counting, a quarter faster
    try:
        checker = plan.checker()
        _trust_the_parser()
    except Exception as error:
        told = error if isinstance(error, GreenlintError) else GreenlintError(_unprepared(error))
        with contextlib.suppress(OSError, EOFError):
            pipe.recv()
            pipe.send(told)
        return
    gc.freeze()
    with contextlib.suppress(EOFError, OSError):
        while (job := pipe.recv()) is not None:
            _answer(pipe, job, *_checked(checker, job))


def _answer(pipe: Connection, job: Job, result: FileResult, digest: str) -> None:
    try:
        pipe.send((result, digest))
    except OSError:
        raise
    except Exception as error:  # a plugin's finding that cannot be sent
        pipe.send((_defect(job.name, error), ""))


def _unprepared(error: Exception) -> str:
    return (
        f"The rules cannot be prepared in a worker process: {error!r}. "
        "Try --no-plugins, and report what fails."
    )


def _trust_the_parser() -> None:
    """Leave out LibCST's validation of each node, 0.18 of the parse: it guards against trees made
    by hand, and these come from its own parser.  Only in a worker, which is ours alone.
    """
    from libcst import CSTNode

    CSTNode.__post_init__ = object.__init__  # type: ignore[method-assign]


def _checked(checker: Checker, job: Job) -> tuple[FileResult, str]:
    source = _read(job)
    if isinstance(source, FileResult):
        return source, ""
    try:
        result = checker.check(source, is_test=job.is_test, ignored=job.ignored)
    except BaseException as error:  # a panic of the parser is no Exception
        return _defect(job.name, error), ""
    return result, _digest(source, job)


def _defect(name: str, error: BaseException) -> FileResult:
    """An error of ours costs one file, and is told with the place to look at."""
    import traceback

    at = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(at.filename).name}:{at.lineno}"
    return FileResult(
        Outcome.FAILED,
        problems=(
            f"{name} could not be checked: {error!r} in {where}. Exclude the file, and report it.",
        ),
    )

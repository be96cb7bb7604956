# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Worker processes that are fed file by file, so that a lost one names the file it was lost on.

On Linux a worker is forked: the command has one thread then, and what it has imported needs no
second import.  Elsewhere, and where there are threads, it is spawned by multiprocessing, whose
own import is spared until then.  docs/decisions/0003-processes.md says why files are not parsed
in the command's own process.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeAlias

from greenlint.errors import GreenlintError

if TYPE_CHECKING:
    from greenlint.result import FileResult
    from greenlint.work import Job, Work

#: Seconds after which one file is given up: a thousand times what a large one takes.
PATIENCE = 120.0
# Files a worker holds: one at hand, one waiting, so that it never idles.
_AHEAD = 2
# Seconds that an idle worker gets to end by itself.
_FAREWELL = 5.0

Done: TypeAlias = "tuple[Job, FileResult, str]"


class Prepares(Protocol):
    """A plan: picklable, and it knows how a worker does its jobs."""

    def prepared(self) -> Work:
        """What does one job; made once per worker."""


class _Link(Protocol):
    """A worker process as its pool sees it."""

    def send(self, value: object) -> None:
        """Hand over a value; OSError when nobody is there any more."""

    def receive(self) -> Any:
        """The next value; EOFError or OSError when there will be none."""

    def fileno(self) -> int:
        """What becomes readable when there is something to receive."""

    def end(self, patience: float) -> int | None:
        """Wait, then kill; the exit code, negative for a signal."""


class _Pipes:
    """One end of a two-way pipe of pickled values."""

    def __init__(self, read: int, write: int) -> None:
        self._read = read
        self._write = write

    def send(self, value: object) -> None:
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        rest = memoryview(len(data).to_bytes(8, "big") + data)
        while rest:
            rest = rest[os.write(self._write, rest) :]

    def receive(self) -> Any:
        return pickle.loads(self._exactly(int.from_bytes(self._exactly(8), "big")))

    def _exactly(self, size: int) -> bytes:
        parts = []
        while size:
            part = os.read(self._read, min(size, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def fileno(self) -> int:
        return self._read

    def close(self) -> None:
        """Close both directions."""
        for end in (self._read, self._write):
            with contextlib.suppress(OSError):
                os.close(end)


class _Forked(_Pipes):
    """A forked worker.  `others` are the pool's ends of other workers, which it must not hold."""

    def __init__(self, others: Iterable[_Forked]) -> None:
        to_worker, from_worker = os.pipe(), os.pipe()
        super().__init__(from_worker[0], to_worker[1])
        sys.stdout.flush()
        sys.stderr.flush()
        with _interrupts_blocked():
            self.pid = os.fork()
            if self.pid == 0:
                for end in (self, *others):
                    end.close()
                _live(_Pipes(to_worker[0], from_worker[1]))
        os.close(to_worker[0])
        os.close(from_worker[1])

    def end(self, patience: float) -> int | None:
        import select

        ended = select.poll()
        ended.register(self._read, 0)  # a process that ends hangs up, and nothing else does
        if not ended.poll(patience * 1000):
            os.kill(self.pid, signal.SIGKILL)
        self.close()
        try:
            return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        except ChildProcessError:  # another thread, which waited for an answer, saw it end
            return None


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """A worker is born deaf to Ctrl-C, which is the command's to answer."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Spawned:
    """A worker spawned by multiprocessing."""

    def __init__(self) -> None:
        from multiprocessing import get_context

        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        # The way in of a spawned process puts the working directory, which holds what is checked,
        # on its path; this keeps it off.
        before = os.environ.get("PYTHONSAFEPATH")
        os.environ["PYTHONSAFEPATH"] = "1"
        try:
            self._process.start()
        finally:
            if before is None:
                del os.environ["PYTHONSAFEPATH"]
            else:
                os.environ["PYTHONSAFEPATH"] = before
        theirs.close()

    def send(self, value: object) -> None:
        self._pipe.send(value)

    def receive(self) -> Any:
        return self._pipe.recv()

    def fileno(self) -> int:
        return self._pipe.fileno()

    def end(self, patience: float) -> int | None:
        self._process.join(patience)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._pipe.close()
        return self._process.exitcode

    @staticmethod
    def ready(workers: Iterable[_Spawned], timeout: float) -> list[int]:
        """The file numbers of those that have something to receive."""
        from multiprocessing.connection import wait

        pipes = {worker._pipe: worker.fileno() for worker in workers}
        return [number for pipe, number in pipes.items() if pipe in wait(list(pipes), timeout)]


def _ready(links: list[_Link], timeout: float) -> set[int]:
    spawned = [link for link in links if isinstance(link, _Spawned)]
    if spawned:
        return set(_Spawned.ready(spawned, timeout))
    import select

    poll = select.poll()
    for link in links:
        poll.register(link.fileno(), select.POLLIN | select.POLLHUP)
    return {number for number, _ in poll.poll(timeout * 1000)}


# -- the pool's side ---------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class _Worker:
    """A worker, the plan that it knows, and the files it holds, oldest first."""

    link: _Link
    told: Prepares | None = None
    held: deque[Job] = field(default_factory=deque)


class Pool:
    """Workers, started as they are needed.  A pool that is opened early has its first worker
    import the parser while the command still reads its configuration.
    """

    def __init__(self) -> None:
        self._workers: list[_Worker] = []
        self._add()

    def work(self, jobs: Iterable[Job], plan: Prepares, count: int) -> Iterator[Done]:
        """The result of each job, in the order in which they come, from at most `count` workers.

        Raises GreenlintError where the rules cannot be prepared.
        """
        waiting = deque(jobs)
        while waiting or any(worker.held for worker in self._workers):
            while len(self._workers) < min(count, len(waiting)):
                self._add()
            for worker in self._workers:
                self._feed(worker, waiting, plan)
            busy = [worker for worker in self._workers if worker.held]
            ready = _ready([worker.link for worker in busy], PATIENCE)
            if not ready:
                for worker in busy:
                    yield self._lost(worker, waiting, f"took more than {PATIENCE:.0f} s")
                continue
            for worker in [worker for worker in busy if worker.link.fileno() in ready]:
                try:
                    answer = worker.link.receive()
                except (EOFError, OSError):
                    yield self._lost(worker, waiting, "")
                    continue
                if isinstance(answer, GreenlintError):
                    raise answer
                yield (worker.held.popleft(), *answer)

    def _feed(self, worker: _Worker, waiting: deque[Job], plan: Prepares) -> None:
        # A dead worker is noticed when it should answer, so it holds a file before it is told.
        with contextlib.suppress(OSError):
            while waiting and len(worker.held) < (1 if waiting[0].raw is not None else _AHEAD):
                worker.held.append(waiting.popleft())
                if worker.told is not plan:
                    worker.told = plan
                    worker.link.send(plan)
                worker.link.send(worker.held[-1])

    def _lost(self, worker: _Worker, waiting: deque[Job], why: str) -> Done:
        """A worker that died or hangs: its first file is to blame; the others wait again."""
        from greenlint.messages import say
        from greenlint.result import SYNTAX_ERROR, refused

        self._workers.remove(worker)
        code = worker.link.end(0 if why else _FAREWELL)
        job = worker.held.popleft()
        waiting.extendleft(reversed(worker.held))
        message = say(
            "the process that checked this file {reason}: LibCST or a rule cannot take it; exclude "
            "the file, and report it",
            reason=why or f"ended with {_signal(code)}",
        )
        return job, refused(job.name, SYNTAX_ERROR, message), ""

    def _add(self) -> None:
        forked = [worker.link for worker in self._workers if isinstance(worker.link, _Forked)]
        fork = sys.platform == "linux" and threading.active_count() == 1
        self._workers.append(_Worker(_Forked(forked) if fork else _Spawned()))

    def close(self) -> None:
        """End all workers: idle ones by a word, busy ones at once."""
        for worker in self._workers:
            with contextlib.suppress(OSError):
                worker.link.send(None)
        for worker in self._workers:
            worker.link.end(0 if worker.held or not worker.told else _FAREWELL)
        self._workers.clear()


def _signal(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"


# -- the worker's side -------------------------------------------------------------------------


def _live(pipes: _Pipes) -> NoReturn:
    """All that a forked worker does: nothing of the command it was forked from runs in it."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _serve(pipes)
        code = 0
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(code)


def _serve(pipe: Any) -> None:
    """A worker's life: the parser, a plan, then file by file until the next plan or the word to
    stop.
    """
    receive = pipe.receive if isinstance(pipe, _Pipes) else pipe.recv
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # trees have no cycles: they are freed by counting, a quarter faster
    with contextlib.suppress(EOFError, OSError):
        work: Work | None = None
        try:
            _trust_the_parser()
            while (message := receive()) is not None:
                if hasattr(message, "prepared"):
                    work = message.prepared()
                    gc.freeze()
                elif work is not None:
                    _answer(pipe, message, *work(message))
        except (EOFError, OSError):
            raise
        except GreenlintError as error:  # a rule that cannot be imported: nothing will do
            pipe.send(error)
        except Exception as error:
            pipe.send(GreenlintError(_unprepared(error)))


def _answer(pipe: Any, job: Job, result: FileResult, digest: str) -> None:
    try:
        pipe.send((result, digest))
    except OSError:
        raise
    except Exception as error:  # a plugin's finding that cannot be sent
        from greenlint.work import defect

        pipe.send((defect(job.name, error), ""))


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

    import greenlint.check  # noqa: F401 -- imported now, while the command still prepares

    CSTNode.__post_init__ = object.__init__  # type: ignore[method-assign]

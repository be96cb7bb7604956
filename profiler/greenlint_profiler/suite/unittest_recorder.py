# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The tests of unittest in one process: their windows, outcomes and verdicts, written as they end.

A test lives from the end of its class's setUpClass until its suite lets go of it, so that what
Django does around `run` is part of its setup and teardown.  The call is what lies between
`_callSetUp` and `_callTearDown`: the test's method.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from glob import glob
from typing import Any

from greenlint_profiler.budget import Judged
from greenlint_profiler.suite.judge import judged
from greenlint_profiler.suite.record import CALL, SETUP, TEARDOWN, Case, Phase, SharedFixture
from greenlint_profiler.suite.turns import ancestors
from greenlint_profiler.suite.unittest_hooks import watch_phases
from greenlint_profiler.suite.unittest_log import SUFFIX, Log
from greenlint_profiler.suite.unittest_outcome import Ear
from greenlint_profiler.suite.windows import Opened, Windows
from greenlint_profiler.units import Reason
from greenlint_profiler.work.arrivals import Arrivals

__unittest = True

# To be called when what was told is over.
Finish = Callable[[], None]
# Calls something, and lets nothing out that goes wrong in it.
Safely = Callable[[Callable[[], Any]], Any]


class _Test:
    """The test that is alive: which phase is open, and those that have ended."""

    def __init__(self, test: Any, setup: Opened) -> None:
        self.test = test
        self.ran = False
        self.began_ns = time.monotonic_ns()
        self.phase = SETUP
        self.opened = setup
        self.phases: dict[str, Phase] = {}
        self.depth = 0
        self.stopped_in_setup = False


class Recorder:
    """One for each process; see unittest_hooks for who calls it.

    `busy` says that a test runs, or that another thread asks: what runs within a test belongs to
    it, and windows of several threads at once would be no test's.
    """

    def __init__(self, folder: str, safely: Safely) -> None:
        self._folder = folder
        self._safely = safely
        self._running = self._forked = False
        self._begin_process()
        Arrivals({"pdb": self._watch_debugger}).start()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    def _begin_process(self) -> None:
        """A log and windows of this process."""
        self._thread = threading.get_ident()
        self._alive: _Test | None = None
        self._ear: Ear | None = None
        self._attempts: dict[str, int] = {}
        worker = _of_a_pool()
        self._log = Log(self._folder, worker=worker)
        log = self._log
        self._windows = Windows(log.account, log.world, log.counting, shared=worker)

    def _after_fork(self) -> None:
        """A child that is forked within a test is a part of that; one of a pool begins anew when
        it runs a suite of its own.
        """
        self._forked = True
        self._thread = threading.get_ident()

    @property
    def busy(self) -> bool:
        """Whether it is not to be asked now."""
        if self._running or threading.get_ident() != self._thread:
            return True
        if self._forked:
            self._forked = False
            self._log.close()
            self._begin_process()
        return False

    def begin(self, test: Any, result: Any) -> None:
        """A test is about to be called."""
        self.end()
        watch_phases(type(test), self, self._safely)
        if self._ear is None or self._ear.result is not result:
            self._listen_to(result)
        if self._ear is not None:
            self._ear.listen_for(test)
        self._alive = _Test(test, self._windows.open(SETUP))

    def end(self) -> None:
        """The test that is alive has ended, with everything around it."""
        alive, self._alive = self._alive, None
        if alive is None:
            return
        last = self._windows.close(alive.opened)
        told = None if self._ear is None else self._ear.heard()
        word = told or ("passed" if alive.ran else None)
        if word is None:  # it was never run: the fixtures of its class failed
            return
        unheard = alive.phase == SETUP and not alive.stopped_in_setup
        if unheard and word != "skipped":
            alive.phase = CALL  # a class of its own kind, which does not say when it is set up
        alive.phases[alive.phase] = last
        self._log.write(self._case(alive, word), alive.began_ns)

    def _listen_to(self, result: Any) -> None:
        """To this result and no longer to another; to none, once the suite has ended."""
        if self._ear is not None:
            self._ear.stop()
        self._ear = None if result is None else Ear(result)

    def _case(self, alive: _Test, word: str) -> Case:
        name = alive.test.id()
        attempt = self._attempts[name] = self._attempts.get(name, 0) + 1
        budget = self._log.budget_for(name)
        call = alive.phases.get(CALL)
        verdicts: tuple[Judged, ...] = ()
        if word == "passed" and call is not None:
            verdicts = judged((call,), budget, self._log.terms)
        return Case(name, word, alive.phases, attempt, (), verdicts, budget)

    def running(self, test: Any, result: Any) -> Finish:
        """`TestCase.run` begins; a test that no suite announced lives just as long."""
        announced = self._alive is not None and self._alive.test is test
        if not announced:
            self.begin(test, result)
        if self._alive is not None:
            self._alive.ran = True
        self._running = True
        process = os.getpid()

        def finish() -> None:
            if os.getpid() == process:  # and not a forked child that came back
                self._running = False
                if not announced:
                    self.end()
                    self._listen_to(None)

        return finish

    def setup_begins(self, test: Any) -> None:
        """`_callSetUp` begins, of a test's class or of a base class within it."""
        alive = self._of(test)
        if alive is not None:
            alive.depth += 1

    def setup_ends(self, test: Any, *, done: bool) -> None:
        """`_callSetUp` has ended; without being done, the test is not called."""
        alive = self._of(test)
        if alive is None:
            return
        alive.depth -= 1
        if not done:
            alive.stopped_in_setup = True
        elif alive.depth == 0:
            self._next(alive, SETUP, CALL)

    def teardown_begins(self, test: Any) -> None:
        """`_callTearDown` begins: the call has ended."""
        alive = self._of(test)
        if alive is not None:
            self._next(alive, CALL, TEARDOWN)

    def _of(self, test: Any) -> _Test | None:
        """What is known of a test, if it is the one that is alive in this thread."""
        alive = self._alive
        mine = alive is not None and alive.test is test
        return alive if mine and threading.get_ident() == self._thread else None

    def _next(self, alive: _Test, phase: str, following: str) -> None:
        if alive.phase == phase:
            alive.phases[phase] = self._windows.close(alive.opened)
            alive.phase, alive.opened = following, self._windows.open(following)

    # Fixtures of classes and modules

    def class_set_up(self, test: Any, result: Any) -> Finish | None:
        """A class is set up, if it is another one than before and has something to do."""
        cls = type(test)
        if cls is getattr(result, "_previousTestClass", None) or not _overrides(cls, "setUpClass"):
            return None
        return self.shared("setUpClass", "class", _name(cls), setup=True)

    def class_torn_down(self, test: Any, result: Any) -> Finish | None:
        """The class of the test before is torn down; that test has ended."""
        self.end()
        if test is None:
            self._listen_to(None)
        cls = getattr(result, "_previousTestClass", None)
        if cls is None or cls is type(test) or not _overrides(cls, "tearDownClass"):
            return None
        return self.shared("setUpClass", "class", _name(cls), setup=False)

    def module_set_up(self, test: Any, result: Any) -> Finish | None:
        """The module of a test is set up, and the one before it torn down."""
        module = type(test).__module__
        if module == _module_before(result) or not _has(module, "setUpModule"):
            return None
        return self.shared("setUpModule", "module", module, setup=True)

    def module_torn_down(self, result: Any) -> Finish | None:
        """The module of the test before is torn down."""
        before = _module_before(result)
        if before is None or not _has(before, "tearDownModule"):
            return None
        return self.shared("setUpModule", "module", before, setup=False)

    def shared(self, name: str, scope: str, where: str, *, setup: bool) -> Finish:
        """A fixture of several tests, charged to none, is set up, or torn down."""
        opened = self._windows.open(name)
        began_ns = time.monotonic_ns()

        def finish() -> None:
            phase = self._windows.close(opened)
            phases = (phase, None) if setup else (None, phase)
            self._log.write(SharedFixture(name, scope, where, *phases), began_ns)

        return finish

    def _watch_debugger(self, pdb: Any) -> None:
        """A person at a debugger is in no figure."""
        interaction = pdb.Pdb.interaction

        def spoiling(*args: Any, **kwargs: Any) -> Any:
            self._windows.spoil(Reason.DEBUGGER)
            return interaction(*args, **kwargs)

        pdb.Pdb.interaction = spoiling


def _name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _has(module: str, name: str) -> bool:
    return hasattr(sys.modules.get(module), name)


def _module_before(result: Any) -> str | None:
    before = getattr(result, "_previousTestClass", None)
    return None if before is None else str(before.__module__)


def _of_a_pool() -> bool:
    """Whether `multiprocessing` started this process; it is loaded then."""
    process = sys.modules.get("multiprocessing.process")
    return process is not None and process.parent_process() is not None


def measured_from_above(folder: str) -> bool:
    """Whether a process above this one is measured, and no pool gave us a part of its suite: then
    what runs here was started by a test, and belongs to that.
    """
    if _of_a_pool():
        return False
    return any(glob(os.path.join(folder, f"{pid}-*{SUFFIX}")) for pid in ancestors())


def _overrides(cls: type, name: str) -> bool:
    """Whether a class has such a method, and not only what TestCase has of it."""
    import unittest.case

    method = getattr(cls, name, None)
    plain = getattr(unittest.case.TestCase, name)
    return method is not None and getattr(method, "__func__", method) is not plain.__func__

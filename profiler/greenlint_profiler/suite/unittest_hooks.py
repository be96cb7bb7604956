# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where a suite of unittest tells what it does: a test begins, is set up, torn down, has ended.

Methods of TestSuite and TestCase are wrapped as soon as unittest is imported.  The first that is
called makes the recorder; until then nothing of the profiler is loaded but this file.  Django's
runner and others that build on unittest go through the same methods.

Tracebacks stay as they are: unittest leaves out frames of modules that hold `__unittest`, and no
frame of ours is around a test's own method.
"""

from __future__ import annotations

import functools
import os

from greenlint_profiler.work.arrivals import Arrivals
from greenlint_profiler.work.patches import unseen

TYPE_CHECKING = False  # see greenlint_profiler/__init__.py
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    from greenlint_profiler.suite.unittest_recorder import Finish, Recorder, Safely

__unittest = True


class _Held:
    """The recorder of this process, made when it is first asked for.

    Whatever goes wrong in it is written to the folder, ends the recording, and leaves the suite
    alone.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._recorder: Recorder | None = None
        self._over = False

    def asked(self) -> Recorder | None:
        """The recorder, unless it has nothing to do with what happens now."""
        if self._over:
            return None
        try:
            if self._recorder is None:
                self._recorder = self._made()
            recorder = self._recorder
            return None if recorder is None or recorder.busy else recorder
        except Exception:
            self._end()
            return None

    def _made(self) -> Recorder | None:
        from greenlint_profiler.suite.unittest_recorder import Recorder, measured_from_above

        self._over = measured_from_above(self._folder)
        return None if self._over else Recorder(self._folder, self.safely)

    def told(self, call: Callable[[Recorder], Finish | None]) -> Finish | None:
        """Tell the recorder something; what it answers is to be called when that is over."""
        recorder = self.asked()
        return None if recorder is None else self.safely(lambda: call(recorder))

    def safely(self, call: Callable[[], Any]) -> Any:
        """Call into the recorder."""
        try:
            return call()
        except Exception:
            self._end()
            return None

    def _end(self) -> None:
        import traceback

        self._over, self._recorder = True, None
        try:
            path = os.path.join(self._folder, f"{os.getpid()}.error")
            with open(path, "w", encoding="utf-8", errors="replace") as file:
                file.write(traceback.format_exc())
        except OSError:
            pass


def wait_for_unittest(folder: str) -> None:
    """Wrap the methods once they are there."""
    held = _Held(folder)

    def come(suite: ModuleType) -> None:
        import unittest.case

        _wrap_suite(suite.TestSuite, held)
        _wrap_run(unittest.case.TestCase, held)

    def django(runner: ModuleType) -> None:
        _wrap_databases(runner.DiscoverRunner, held)

    Arrivals({"unittest.suite": come, "django.test.runner": django}).start()


def _around(
    held: _Held, tell: Callable[..., Finish | None], method: Callable[..., Any]
) -> Callable[..., Any]:
    """The method, with the recorder told before and after, as one that warnings do not blame."""

    @functools.wraps(method)
    @unseen
    def told(*args: Any, **kwargs: Any) -> Any:
        finish = held.told(lambda recorder: tell(recorder, *args, **kwargs))
        try:
            return method(*args, **kwargs)
        finally:
            if finish is not None:
                held.safely(finish)

    return told


def _wrap_suite(suite: Any, held: _Held) -> None:
    """Between these a test has its whole life: what a class does in `__call__` is part of it."""

    def class_set_up(recorder: Recorder, _: Any, test: Any, result: Any) -> Finish:
        finish = recorder.class_set_up(test, result)

        def begin() -> None:
            if finish is not None:
                finish()
            recorder.begin(test, result)

        return begin

    def class_torn_down(recorder: Recorder, _: Any, test: Any, result: Any) -> Finish | None:
        return recorder.class_torn_down(test, result)

    def module_set_up(recorder: Recorder, _: Any, test: Any, result: Any) -> Finish | None:
        return recorder.module_set_up(test, result)

    def module_torn_down(recorder: Recorder, _: Any, result: Any) -> Finish | None:
        return recorder.module_torn_down(result)

    def over(recorder: Recorder, *_: Any) -> None:
        recorder.end()

    for name, tell in (
        ("_handleClassSetUp", class_set_up),
        ("_tearDownPreviousClass", class_torn_down),
        ("_handleModuleFixture", module_set_up),
        ("_handleModuleTearDown", module_torn_down),
        ("_removeTestAtIndex", over),
    ):
        setattr(suite, name, _around(held, tell, getattr(suite, name)))


def _wrap_run(case: Any, held: _Held) -> None:
    def running(recorder: Recorder, test: Any, result: Any = None) -> Finish | None:
        # Without a result it makes one of its own, which nobody else sees.
        return None if result is None else recorder.running(test, result)

    case.run = _around(held, running, case.run)


def watch_phases(cls: type, recorder: Recorder, safely: Safely) -> None:
    """Let the classes that a test is made of tell when it is set up, and when it is torn down."""
    for base in cls.__mro__:
        for name, wrap in (("_callSetUp", _setting_up), ("_callTearDown", _tearing_down)):
            method = vars(base).get(name)
            if method is not None and not hasattr(method, "_greenlint"):
                wrapped = wrap(method, recorder, safely)
                wrapped._greenlint = True
                setattr(base, name, wrapped)


def _setting_up(method: Any, recorder: Recorder, safely: Safely) -> Any:
    @functools.wraps(method)
    @unseen
    def _callSetUp(self: Any) -> Any:
        safely(lambda: recorder.setup_begins(self))
        done = False
        try:
            answer = method(self)
            done = True
            return answer
        finally:
            safely(lambda: recorder.setup_ends(self, done=done))

    return _callSetUp


def _tearing_down(method: Any, recorder: Recorder, safely: Safely) -> Any:
    @functools.wraps(method)
    @unseen
    def _callTearDown(self: Any) -> Any:
        safely(lambda: recorder.teardown_begins(self))
        return method(self)

    return _callTearDown


def _wrap_databases(runner: Any, held: _Held) -> None:
    """Django makes and drops its test databases around the suite: a fixture of the whole run."""

    def telling(setup: bool) -> Callable[..., Finish]:
        return lambda recorder, *_, **__: recorder.shared(
            "setup_databases", "session", "", setup=setup
        )

    runner.setup_databases = _around(held, telling(True), runner.setup_databases)
    runner.teardown_databases = _around(held, telling(False), runner.teardown_databases)
